"""People and their memberships: who is added, what they may do where and until when, and who follows them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.access.words import HEAD_REPLACED
from tracker.accounts.operations import sign_out_everywhere, username_key
from tracker.administration import following
from tracker.administration.rules import SCOPES, ScopeKind, ScopeRef, digits, nip_problem, username_problem
from tracker.directory.models import Agency, Membership, ServiceUnit, SupervisionArea, User
from tracker.directory.queries import holds_on
from tracker.directory.states import Role
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

PLACES: dict[ScopeKind, Any] = {
    ScopeKind.AREA: SupervisionArea,
    ScopeKind.AGENCY: Agency,
    ScopeKind.UNIT: ServiceUnit,
}


@dataclass(frozen=True, slots=True)
class UserFacts:
    username: str
    name: str
    nip: str = ""
    email: str = ""
    phone: str = ""
    language: str = "id"
    timezone: str = "Asia/Jakarta"


def add_user(desk: Desk, facts: UserFacts) -> User:
    """A new account without a password: whoever it is for sets one by a link."""
    user = User(username="", name="")
    _put(desk, user, facts)
    desk.add(user)
    desk.record(Act.ADD_USER, user)
    return user


def edit_user(desk: Desk, user: User, facts: UserFacts) -> None:
    _put(desk, user, facts)
    desk.record(Act.EDIT_USER, user)


def _put(desk: Desk, user: User, facts: UserFacts) -> None:
    username, nip = username_key(facts.username), digits(facts.nip)
    if problem := username_problem(username):
        raise Refusal("username", problem)
    if problem := nip_problem(nip):
        raise Refusal("nip", problem)
    if is_taken(desk, username, but=user.id):
        raise Refusal("username", N_("Nama pengguna %(name)s sudah dipakai."), name=username)
    user.username, user.name, user.nip = username, " ".join(facts.name.split()), nip
    user.email, user.phone = facts.email.strip(), facts.phone.strip()
    user.language, user.timezone = facts.language, facts.timezone


def is_taken(desk: Desk, username: str, but: int | None = None) -> bool:
    """Asked of all accounts, also of those out of reach."""
    with as_machine(desk.session), desk.session.no_autoflush:
        found = desk.session.scalar(sa.select(User.id).where(User.username == username))
    return found is not None and found != but


def deactivate(desk: Desk, user: User, reason: str) -> int:
    """Close an account: signed out everywhere, open work handed over. Says how much was handed over."""
    if user.id == desk.actor.id:
        raise Refusal("reason", N_("Anda tidak dapat menonaktifkan akun sendiri."))
    keep_an_administrator(desk, but=user.id)
    user.is_active = False
    desk.record(Act.EDIT_USER, user, reason)
    sign_out_everywhere(desk, user)
    return following.membership_ended(desk, user.id, desk.today)


def activate(desk: Desk, user: User, reason: str) -> None:
    user.is_active = True
    desk.record(Act.EDIT_USER, user, reason)


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """One role in one scope for a time; `valid_to` is its last day, None while nobody knows."""

    role: Role
    scope: ScopeRef
    valid_from: date
    valid_to: date | None = None
    is_head: bool = False


def grant(desk: Desk, user: User, facts: GrantFacts, reason: str = "") -> Membership:
    """Give a role to somebody else. A unit has one head: the one before stays as an officer."""
    if user.id == desk.actor.id:
        raise Refusal("role", N_("Tidak seorang pun memberi peran kepada diri sendiri. Mintalah administrator lain."))
    membership = membership_of(desk, facts)
    refuse_doubles(desk, user, facts)
    if facts.is_head:
        replace_head(desk, facts)
    membership.user = user
    desk.add(membership)
    desk.record(Act.GRANT_ROLE, membership, reason)
    return membership


def membership_of(desk: Desk, facts: GrantFacts) -> Membership:
    """The row a grant would write, once everything about it is found to be right."""
    scope = facts.scope
    if scope.kind not in SCOPES[facts.role]:
        raise Refusal("scope", N_("Peran ini tidak dapat diberikan untuk lingkup itu."))
    if facts.valid_to and facts.valid_to < facts.valid_from:
        raise Refusal("valid_to", N_("Hari terakhir tidak boleh sebelum hari pertama."))
    if facts.valid_to and facts.valid_to < desk.today:
        raise Refusal("valid_to", N_("Hari terakhir sudah lewat."))
    if facts.is_head and facts.role is not Role.UNIT_OFFICER:
        raise Refusal("is_head", N_("Hanya petugas unit yang dapat menjadi kepala."))
    if scope.id is not None and desk.session.scalar(sa.select(PLACES[scope.kind].id).filter_by(id=scope.id)) is None:
        raise Refusal("scope", N_("Lingkup ini tidak ditemukan. Cari dan pilih kembali."))
    return Membership(
        role=facts.role,
        area_id=scope.id if scope.kind is ScopeKind.AREA else None,
        agency_id=scope.id if scope.kind is ScopeKind.AGENCY else None,
        unit_id=scope.id if scope.kind is ScopeKind.UNIT else None,
        is_head=facts.is_head,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
    )


def scope_of(membership: Membership) -> ScopeRef:
    for kind, id in (
        (ScopeKind.UNIT, membership.unit_id),
        (ScopeKind.AGENCY, membership.agency_id),
        (ScopeKind.AREA, membership.area_id),
    ):
        if id is not None:
            return ScopeRef(kind, id)
    return ScopeRef(ScopeKind.EVERYTHING)


def refuse_doubles(desk: Desk, user: User, facts: GrantFacts) -> None:
    if user.id is None:
        return
    with as_machine(desk.session):
        held = desk.all(sa.select(Membership).filter_by(user_id=user.id, role=facts.role))
    for each in held:
        ends_before = each.valid_to is not None and each.valid_to < facts.valid_from
        starts_after = facts.valid_to is not None and facts.valid_to < each.valid_from
        if scope_of(each) == facts.scope and not ends_before and not starts_after:
            raise Refusal("scope", N_("Peran ini sudah dipegang di lingkup yang sama pada masa itu."))


def replace_head(desk: Desk, facts: GrantFacts) -> None:
    """Whoever was head on the day the new one begins is one of the officers from now on."""
    heads = sa.select(Membership).where(
        Membership.unit_id == facts.scope.id, Membership.is_head, holds_on(facts.valid_from)
    )
    with as_machine(desk.session):
        for former in desk.all(heads):
            former.is_head = False
            desk.record(Act.GRANT_ROLE, former, HEAD_REPLACED)


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day on which it holds; None: it holds no more from now on."""

    last_day: date | None
    reason: str


def end_membership(desk: Desk, membership: Membership, ending: Ending, act: Act = Act.END_MEMBERSHIP) -> int:
    """End a membership, at once or on a day to come; say how much open work was handed over.

    One that would have begun today or later is taken back as if it had not been given; the trail tells of it.
    """
    last = ending.last_day or desk.today - timedelta(days=1)
    if membership.valid_to and membership.valid_to < desk.today:
        raise Refusal("last_day", N_("Keanggotaan ini sudah berakhir."))
    if ending.last_day and ending.last_day < desk.today:
        raise Refusal("last_day", N_("Kosongkan agar berakhir sekarang, atau isi hari ini atau sesudahnya."))
    if membership.role is Role.ADMINISTRATOR:
        keep_an_administrator(desk, without=membership.id)
    user = membership.user
    if last < membership.valid_from:
        desk.session.delete(membership)
    else:
        membership.valid_to = last
    desk.record(act, user, ending.reason)
    desk.session.expire(user, ["memberships"])
    return following.membership_ended(desk, user.id, desk.today) if last < desk.today else 0


def keep_an_administrator(desk: Desk, but: int | None = None, without: int | None = None) -> None:
    """There is always somebody who can administer."""
    others = (
        sa.select(Membership.id)
        .join(Membership.user)
        .where(
            Membership.role == Role.ADMINISTRATOR,
            holds_on(desk.today),
            Membership.valid_to.is_(None),
            User.is_active,
            User.id != but if but else sa.true(),
            Membership.id != without if without else sa.true(),
        )
    )
    with as_machine(desk.session):
        remains = desk.session.scalar(others.limit(1))
    if remains is None:
        raise Refusal("reason", N_("Harus selalu ada sedikitnya satu administrator tetap lainnya."))
