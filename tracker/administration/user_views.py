"""Pages about accounts, their roles and what was handed over."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.history import in_words
from tracker.access.scope import as_machine
from tracker.accounts import links
from tracker.accounts.queries import open_sign_ins
from tracker.administration import operations, queries
from tracker.administration.forms import EndForm, GrantForm, ReasonForm, UserForm
from tracker.administration.lists import Listed, listed
from tracker.administration.pages import pages
from tracker.administration.queries import UserFilter
from tracker.administration.rules import SCOPES, ScopeKind, ScopeRef
from tracker.administration.sheets import shown_once
from tracker.directory.models import Agency, Membership, ServiceUnit, SupervisionArea, User
from tracker.directory.states import Role
from tracker.events.models import Event

STATES = ("active", "inactive", "invited", "without")
FOUND_AT_ONCE = 25


def wanted_users() -> UserFilter:
    """The filter as the address says it; what it does not understand it leaves out."""
    role, agency, state = (request.args.get(name, "") for name in ("peran", "instansi", "keadaan"))
    return UserFilter(
        words=request.args.get("cari", "").strip()[:100],
        role=Role(role) if role in set(Role) else None,
        agency_id=int(agency) if agency.isascii() and agency.isdigit() and len(agency) < 10 else None,
        state=state if state in STATES else "",
    )


@pages.show("/pengguna", act=Act.VIEW_USERS)
def users(desk: Desk) -> ResponseReturnValue:
    wanted = wanted_users()
    page: Listed[User] = listed(desk, queries.users(wanted, desk.today), *queries.with_memberships())
    agency = desk.session.get(Agency, wanted.agency_id) if wanted.agency_id else None
    return render_template(
        "administration/users.html", page=page, wanted=wanted, agency=agency, roles=list(Role), today=desk.today
    )


@pages.show("/pengguna/baru", act=Act.ADD_USER)
def add_user(_desk: Desk) -> ResponseReturnValue:
    return render_template("administration/add_user.html", form=UserForm(formdata=None))


@pages.do("/pengguna/baru", act=Act.ADD_USER)
def add_user_sent(desk: Desk) -> ResponseReturnValue:
    form = UserForm()
    added: list[User] = []

    def make(sown: str) -> list[links.MadeLink] | None:
        if not form.carried_out(lambda facts: added.append(operations.add_user(desk, facts))):
            return None
        return [links.make_link(desk, added[0], sown)]

    return shown_once(
        desk,
        make,
        lambda: (render_template("administration/add_user.html", form=form), form.status),
        grant_roles=True,
    )


@pages.show("/pengguna/<int:id>", act=Act.VIEW_USERS, on=User)
def user(desk: Desk, user: User) -> ResponseReturnValue:
    return show_user(desk, user, ReasonForm(formdata=None))


def show_user(desk: Desk, user: User, form: ReasonForm) -> str:
    desk.session.scalars(sa.select(User).where(User.id == user.id).options(*queries.with_memberships())).one()
    with as_machine(desk.session):
        latest = desk.all(open_sign_ins(user.id, desk.now).limit(1)) if desk.holds(Act.EDIT_USER) else []
    told = sa.select(Event).where(Event.subject_type == "User", Event.subject_id == user.id)
    events = desk.all(told.order_by(Event.id.desc()).limit(30))
    page: str = render_template(
        "administration/user.html",
        user=user,
        form=form,
        today=desk.today,
        is_signed_in=bool(latest),
        is_self=user.id == desk.actor.id,
        history=in_words(events),
    )
    return page


@pages.show("/pengguna/<int:id>/ubah", act=Act.EDIT_USER, on=User)
def edit_user(_desk: Desk, user: User) -> ResponseReturnValue:
    return render_template("administration/edit_user.html", user=user, form=UserForm(formdata=None).fill(user))


@pages.do("/pengguna/<int:id>/ubah", act=Act.EDIT_USER, on=User)
def edit_user_sent(desk: Desk, user: User) -> ResponseReturnValue:
    form = UserForm()
    if form.carried_out(lambda facts: operations.edit_user(desk, user, facts), user):
        flash(_("Akun tersimpan."), "success")
        return redirect(url_for("administration.user", id=user.id), 303)
    return render_template("administration/edit_user.html", user=user, form=form), form.status


@pages.do("/pengguna/<int:id>/keadaan", act=Act.EDIT_USER, on=User)
def change_state(desk: Desk, user: User) -> ResponseReturnValue:
    """Close an account, or open it again."""
    form = ReasonForm()
    if user.is_active:
        handed: list[int] = []
        if form.carried_out(lambda reason: handed.append(operations.deactivate(desk, user, reason))):
            flash(_("Akun dinonaktifkan.") + tell_handed(handed[0]), "success")
            return redirect(url_for("administration.user", id=user.id), 303)
    elif form.carried_out(lambda reason: operations.activate(desk, user, reason)):
        flash(_("Akun diaktifkan kembali. Periksa perannya."), "success")
        return redirect(url_for("administration.user", id=user.id), 303)
    return show_user(desk, user, form), form.status


def tell_handed(count: int) -> str:
    if not count:
        return ""
    told = ngettext("%(num)d tindak lanjut dialihkan.", "%(num)d tindak lanjut dialihkan.", count)
    return f" {told}"


@pages.do("/pengguna/<int:id>/tautan", act=Act.SEND_LINK, on=User)
def send_link(desk: Desk, user: User) -> ResponseReturnValue:
    """A link for a forgotten password, shown once."""

    def make(sown: str) -> list[links.MadeLink] | None:
        return [links.make_link(desk, user, sown)] if user.is_active else None

    def refused() -> ResponseReturnValue:
        form = ReasonForm(formdata=None)
        form.refuse("", _("Akun ini tidak aktif. Aktifkan dahulu."))
        return show_user(desk, user, form), 422

    return shown_once(desk, make, refused)


@pages.show("/pengguna/<int:id>/peran", act=Act.GRANT_ROLE, on=User)
def grant(desk: Desk, user: User) -> ResponseReturnValue:
    """Choose the role, then find the scope, then say from when to when: three steps, each an address."""
    role = request.args.get("role", "")
    if role not in set(Role):
        return render_template("administration/choose_role.html", user=user, roles=list(Role))
    return show_grant(desk, user, Role(role), request.args.get("cari", "").strip()[:100], GrantForm(formdata=None))


@pages.do("/pengguna/<int:id>/peran", act=Act.GRANT_ROLE, on=User)
def grant_sent(desk: Desk, user: User) -> ResponseReturnValue:
    form = GrantForm()
    role = form.role.data or ""
    if role not in set(Role):
        return redirect(url_for("administration.grant", id=user.id), 303)
    words = (form.cari.data or "").strip()[:100]
    form.offering(Role(role), words, offered(desk, Role(role), words, form.scope.data or ""), desk.today)
    if form.carried_out(lambda given: operations.grant(desk, user, *given)):
        flash(_("Peran diberikan."), "success")
        return redirect(url_for("administration.user", id=user.id), 303)
    return show_grant(desk, user, Role(role), words, form), form.status


def show_grant(desk: Desk, user: User, role: Role, words: str, form: GrantForm) -> str:
    if form.scope.choices is None:
        form.offering(role, words, offered(desk, role, words), desk.today)
        choices: Any = form.scope.choices
        if len(choices) == 1:
            form.scope.data = choices[0].value
    searches = {ScopeKind.AGENCY, ScopeKind.UNIT} & set(SCOPES[role])
    page: str = render_template(
        "administration/grant.html",
        user=user,
        role=role,
        words=words,
        form=form,
        searches=bool(searches),
        full=len(form.scope.choices or ()) >= FOUND_AT_ONCE,
        by_unit=ScopeKind.UNIT in searches,
    )
    return page


def offered(desk: Desk, role: Role, words: str, chosen: str = "") -> list[tuple[str, str]]:
    """The scopes in which a role may be held: all of the few, and of the many those that were searched for."""
    kinds, picked = SCOPES[role], ScopeRef.read(chosen)
    choices: list[tuple[str, str]] = []
    if ScopeKind.EVERYTHING in kinds:
        choices.append((ScopeKind.EVERYTHING.value, _("Seluruhnya")))
    if ScopeKind.AREA in kinds:
        areas = desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code))
        choices += [(str(ScopeRef(ScopeKind.AREA, area.id)), area.name) for area in areas]
    many: tuple[tuple[ScopeKind, sa.Select[Any], Any], ...] = (
        (ScopeKind.AGENCY, queries.agencies(words), Agency.id),
        (ScopeKind.UNIT, queries.units(words), ServiceUnit.id),
    )
    for kind, query, key in many:
        if kind not in kinds:
            continue
        if not words:
            query = query.where(key == (picked.id if picked and picked.kind is kind else None))
        choices += [(str(ScopeRef(kind, each.id)), line(each)) for each in desk.all(query.limit(FOUND_AT_ONCE))]
    return choices


def line(each: Agency | ServiceUnit) -> str:
    if isinstance(each, Agency) or each.is_root:
        return each.name
    return f"{each.name}, {each.agency.name}"


@pages.show("/keanggotaan/<int:id>/akhiri", act=Act.END_MEMBERSHIP, on=Membership)
def end(_desk: Desk, membership: Membership) -> ResponseReturnValue:
    return render_template("administration/end.html", membership=membership, form=EndForm(formdata=None))


@pages.do("/keanggotaan/<int:id>/akhiri", act=Act.END_MEMBERSHIP, on=Membership)
def end_sent(desk: Desk, membership: Membership) -> ResponseReturnValue:
    form, user_id = EndForm(), membership.user_id
    handed: list[int] = []
    if form.carried_out(lambda ending: handed.append(operations.end_membership(desk, membership, ending))):
        flash(_("Peran diakhiri.") + tell_handed(handed[0]), "success")
        return redirect(url_for("administration.user", id=user_id), 303)
    return render_template("administration/end.html", membership=membership, form=form), form.status


@pages.show("/dialihkan", act=Act.HAND_OVER)
def handed_over(desk: Desk) -> ResponseReturnValue:
    """What went from one person to another by itself. An administrator sees who and where, never the work itself."""
    if desk.may(Act.VIEW_FOLLOW_UPS):
        page: Listed[Event] = listed(desk, queries.handed_over())
        people, places = names_in(desk, page.rows)
    else:
        with as_machine(desk.session):
            page = listed(desk, queries.handed_over())
            people, places = names_in(desk, page.rows)
    linked = desk.may(Act.VIEW_FOLLOW_UPS)
    return render_template(
        "administration/handed_over.html",
        page=page,
        people=people,
        places=places,
        linked=linked,
        passed_on=passed_on,
        titles=titles_of(desk, page.rows) if linked else {},
    )


def titles_of(desk: Desk, events: list[Event]) -> dict[int, str]:
    """What the follow-ups are called, from the trail: what they were given out as, or last changed to."""
    told = desk.all(queries.told_of_titles({event.subject_id for event in events if event.subject_type == FOLLOW_UP}))
    return {event.subject_id: event.changes["title"][1] for event in told if "title" in event.changes}


FOLLOW_UP = "FollowUp"


def passed_on(event: Event) -> list[int | None]:
    """From whom to whom: who was in charge of a follow-up, or whom a complaint was assigned to."""
    changed = event.changes.get("person_in_charge_id") or event.changes.get("assignee_id")
    return list(changed or (None, None))


def names_in(desk: Desk, events: list[Event]) -> tuple[dict[Any, str], dict[Any, str]]:
    ids = {each for event in events for each in passed_on(event) if each is not None}
    with as_machine(desk.session):
        people = dict(desk.session.execute(sa.select(User.id, User.name).where(User.id.in_(ids))).all())
        units = {event.unit_id for event in events}
        query = sa.select(ServiceUnit).where(ServiceUnit.id.in_(units)).options(joinedload(ServiceUnit.agency))
        return dict(people), {unit.id: unit.full_name for unit in desk.session.scalars(query)}
