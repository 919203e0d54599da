"""Who is invited to a session because of its units, its host's side and its speakers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Agency, Membership, ServiceUnit, User
from tracker.directory.queries import holds_on
from tracker.directory.states import Role
from tracker.mentoring.models import MentoringSession, Participant, SessionUnit
from tracker.mentoring.states import Part

HOSTS = (Role.ASSISTANT_DEPUTY, Role.MENTOR)
SPEAKERS = (*HOSTS, Role.LEADERSHIP, Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody with an account, and in what capacity they are asked to come."""

    user_id: int
    name: str
    part: Part
    unit_id: int | None = None
    post: str = ""
    has_mail: bool = True


@dataclass(frozen=True, slots=True)
class Invited:
    """Everybody who would be asked, each person once; and the units for which nobody would come."""

    people: tuple[Invitee, ...]
    deserted: tuple[int, ...] = ()

    def by_part(self) -> Counter[Part]:
        return Counter(each.part for each in self.people)

    @property
    def without_mail(self) -> list[Invitee]:
        return [each for each in self.people if not each.has_mail]


def invitees(desk: Desk, session: MentoringSession, host_ids: Iterable[int] = ()) -> Invited:
    """Of a session: its planner and the chosen mentors, speakers with an account, and whom its units bring."""
    unit_ids = desk.all(sa.select(SessionUnit.unit_id).filter_by(session_id=session.id).order_by(SessionUnit.position))
    brought = brought_by(desk, unit_ids)
    asked = [id for id in (session.planned_by_id, *host_ids) if id is not None]
    with as_machine(desk.session):
        people = [*hosts(desk, asked), *speakers(desk, session), *brought.people]
    return Invited(once(people), brought.deserted)


def brought_by(desk: Desk, unit_ids: Sequence[int]) -> Invited:
    """Whom units bring: their own officers, and the coordinators of their agencies. Three questions for all of them.

    Asked as the machine: who belongs to a unit follows from choosing it.
    """
    with as_machine(desk.session):
        units = desk.session.execute(
            sa.select(ServiceUnit.id, ServiceUnit.agency_id, Agency.name)
            .join(Agency, Agency.id == ServiceUnit.agency_id)
            .where(ServiceUnit.id.in_(unit_ids))
        ).all()
        agencies = {agency_id: name for _, agency_id, name in units}
        roots = dict(
            desk.session.execute(
                sa.select(ServiceUnit.agency_id, ServiceUnit.id).where(
                    ServiceUnit.is_root, ServiceUnit.agency_id.in_(agencies)
                )
            ).all()
        )
        officers = held(desk, Role.UNIT_OFFICER, Membership.unit_id, unit_ids)
        coordinators = held(desk, Role.COORDINATOR, Membership.agency_id, list(agencies))
    of_units = [as_invitee(user, Part.OFFICER, unit, "") for unit, user in officers]
    of_agencies = [
        as_invitee(user, Part.COORDINATOR, roots.get(agency), f"Bagian/Biro Organisasi {agencies[agency]}")
        for agency, user in coordinators
    ]
    with_somebody = {unit for unit, _ in officers}
    deserted = tuple(unit_id for unit_id, _, _ in units if unit_id not in with_somebody)
    return Invited(once([*of_agencies, *of_units]), deserted)


def held(desk: Desk, role: Role, scope: Any, ids: Sequence[int]) -> list[tuple[int, User]]:
    """(unit or agency, person) of the memberships that hold today."""
    query = (
        sa.select(scope, User)
        .join(User, User.id == Membership.user_id)
        .where(User.is_active, Membership.role == role, scope.in_(ids), holds_on(desk.today))
        .order_by(Membership.is_head.desc(), User.name, User.id)
    )
    return [(place, user) for place, user in desk.session.execute(query)]


def hosts(desk: Desk, ids: Sequence[int]) -> list[Invitee]:
    found = {user.id: user for user in desk.all(sa.select(User).where(User.id.in_(ids), User.is_active))}
    return [as_invitee(found[id], Part.HOST, None, "") for id in dict.fromkeys(ids) if id in found]


def host_side(desk: Desk, session: MentoringSession) -> list[User]:
    """Who may be asked along on the host's side: those who mentor its area or everywhere."""
    areas = (Membership.area_id == session.host_area_id, sa.and_(*no_scope()))
    query = (
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(User.is_active, Membership.role.in_(HOSTS), holds_on(desk.today), sa.or_(*areas))
        .order_by(User.name, User.id)
        .distinct()
    )
    with as_machine(desk.session):
        return [user for user in desk.all(query) if user.id != session.planned_by_id]


def no_scope() -> tuple[sa.ColumnElement[bool], ...]:
    return Membership.area_id.is_(None), Membership.agency_id.is_(None), Membership.unit_id.is_(None)


def speakers(desk: Desk, session: MentoringSession) -> list[Invitee]:
    """Speakers of the plan whose name is that of exactly one account on the ministry's side."""
    names = sa.select(Participant.name).filter_by(session_id=session.id, part=Part.SPEAKER)
    asked = {name.casefold(): name for name in desk.all(names)}
    if not asked:
        return []
    query = (
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(User.is_active, Membership.role.in_(SPEAKERS), holds_on(desk.today), User.name.in_(asked.values()))
        .distinct()
    )
    found = desk.all(query)
    names_of = Counter(user.name.casefold() for user in found)
    return [as_invitee(user, Part.SPEAKER, None, "") for user in found if names_of[user.name.casefold()] == 1]


def as_invitee(user: User, part: Part, unit_id: int | None, post: str) -> Invitee:
    return Invitee(user.id, user.name, part, unit_id, post, "@" in user.email and not user.is_unreachable)


def once(people: Iterable[Invitee]) -> tuple[Invitee, ...]:
    """Each person once, in the first capacity named."""
    found: dict[int, Invitee] = {}
    for each in people:
        found.setdefault(each.user_id, each)
    return tuple(found.values())
