"""A coordinator brings officers to the units of the agency: by a new account, or one of the agency's officers."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.access.scope import as_machine
from tracker.accounts import links
from tracker.accounts.links import MadeLink
from tracker.accounts.operations import username_key
from tracker.administration.operations import Ending, GrantFacts, UserFacts, add_user, end_membership, grant
from tracker.administration.rules import ScopeKind, ScopeRef, digits
from tracker.directory.models import Membership, ServiceUnit, User
from tracker.directory.states import Role
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

ASK_ADMINISTRATOR = N_(
    "Akun dengan data ini tidak dapat diatur dari sini. Ganti nama penggunanya bila orang ini belum mempunyai akun; "
    "selain itu mintalah administrator menambahkan unitnya."
)
SEVERAL = N_("Nama pengguna, NIP, dan surel ini milik petugas yang berbeda: %(names)s. Periksa kembali.")


@dataclass(frozen=True, slots=True)
class Invitation:
    """An officer of a unit, new or known."""

    person: UserFacts
    unit_id: int
    valid_from: date
    valid_to: date | None = None
    is_head: bool = False
    known_id: int | None = None
    """The account that the coordinator was shown, and means."""
    is_another: bool = False
    """Somebody else who only shares the address of that account, as the mailbox of a unit is shared."""


@dataclass(frozen=True, slots=True)
class Invited:
    user: User
    link: MadeLink | None
    """To begin with; whoever has set a password needs none."""


class AlreadyKnown(Exception):
    """What was typed is an officer of the agency: a new unit for that one is asked for once more."""

    def __init__(self, user: User, by_address_alone: bool) -> None:
        super().__init__(user.username)
        self.user, self.by_address_alone = user, by_address_alone


def invite_officer(desk: Desk, invitation: Invitation, seed: str) -> Invited:
    """An officer for a unit within one's agency: a new account with a link, or one more unit for a known officer.

    Raises AlreadyKnown where what was typed is an officer of the agency and that was not said yet. Of accounts
    elsewhere nothing is told, neither whose nor where.
    """
    unit = unit_of_mine(desk, invitation.unit_id)
    user = known_officer(desk, invitation)
    if user is not None and invitation.known_id != user.id:
        raise AlreadyKnown(user, only_shares_address(user, invitation.person))
    if user is None:
        user = add_user(desk, invitation.person)
    scope = ScopeRef(ScopeKind.UNIT, unit.id)
    facts = GrantFacts(Role.UNIT_OFFICER, scope, invitation.valid_from, invitation.valid_to, invitation.is_head)
    grant(desk, user, facts)
    return Invited(user, links.make_link(desk, user, seed) if user.password_hash is None else None)


def known_officer(desk: Desk, invitation: Invitation) -> User | None:
    """The officer of the agency whose name, number or address was typed. All accounts are asked; of those that are no
    officers of the agency no more is said than that an administrator can help."""
    person = invitation.person
    username, nip, address = username_key(person.username), digits(person.nip), person.email.strip().lower()
    with as_machine(desk.session):
        alike = desk.all(
            sa.select(User).where(
                sa.or_(
                    User.username == username,
                    sa.and_(User.nip != "", User.nip == nip),
                    sa.and_(User.email != "", sa.func.lower(User.email) == address),
                )
            )
        )
    if invitation.is_another:
        alike = [user for user in alike if not only_shares_address(user, person)]
    mine = officers_among(desk, [user.id for user in alike])
    if any(user.id not in mine or not user.is_active for user in alike):
        raise Refusal("", ASK_ADMINISTRATOR)
    if len(alike) > 1:
        raise Refusal("", SEVERAL, names=", ".join(sorted(f"{user.name} ({user.username})" for user in alike)))
    return alike[0] if alike else None


def only_shares_address(user: User, person: UserFacts) -> bool:
    return user.username != username_key(person.username) and (not user.nip or user.nip != digits(person.nip))


def officers_among(desk: Desk, ids: list[int]) -> set[int]:
    """Which of these people are or were officers of a unit of one's agency."""
    held = (
        sa.select(Membership.user_id)
        .join(ServiceUnit, ServiceUnit.id == Membership.unit_id)
        .where(Membership.user_id.in_(ids), Membership.role == Role.UNIT_OFFICER, desk.units_for(Act.INVITE_OFFICER))
    )
    return set(desk.session.scalars(held)) if ids else set()


def unit_of_mine(desk: Desk, unit_id: int) -> ServiceUnit:
    """A unit whose officers the person at this desk may invite and end; NotFound for any other."""
    mine = sa.select(ServiceUnit).where(ServiceUnit.id == unit_id, desk.units_for(Act.INVITE_OFFICER))
    unit = desk.session.scalar(mine)
    if unit is None:
        raise NotFound(f"unit {unit_id}")
    return unit


def officer_of_mine(desk: Desk, membership: Membership) -> Membership:
    """A coordinator's reach over people ends with the officers of the agency's units."""
    if membership.role is not Role.UNIT_OFFICER or membership.unit_id is None:
        raise NotFound(f"officer {membership.id}")
    unit_of_mine(desk, membership.unit_id)
    return membership


def end_officer(desk: Desk, membership: Membership, ending: Ending) -> int:
    return end_membership(desk, officer_of_mine(desk, membership), ending, Act.END_OFFICER)


def renew_invitation(desk: Desk, membership: Membership, seed: str) -> MadeLink:
    """Another link for an officer who has never set a password; whoever has one asks the administrator."""
    user = officer_of_mine(desk, membership).user
    if user.password_hash is not None or not user.is_active:
        raise Refusal("", N_("Petugas ini sudah mempunyai kata sandi. Tautan baru dibuat oleh administrator."))
    return links.make_link(desk, user, seed)
