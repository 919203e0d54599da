"""Who is at which post on a day: officers and heads of units, coordinators of agencies, verifiers of areas."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Membership, User
from tracker.directory.queries import holds_on
from tracker.directory.states import Role

VERIFIERS = (Role.ASSISTANT_DEPUTY, Role.MENTOR)
People = dict[int, list[int]]


def lists() -> People:
    return defaultdict(list)


@dataclass(frozen=True, slots=True)
class Posts:
    """Ids of active people by where they hold a role; the first to hold it comes first."""

    officers: People = field(default_factory=lists)
    heads: People = field(default_factory=lists)
    coordinators: People = field(default_factory=lists)
    deputies_of_area: People = field(default_factory=lists)
    verifiers_of_area: People = field(default_factory=lists)
    verifiers_of_agency: People = field(default_factory=lists)
    verifiers_of_unit: People = field(default_factory=lists)
    deputies_everywhere: list[int] = field(default_factory=list)
    verifiers_everywhere: list[int] = field(default_factory=list)

    def at_unit(self, unit_id: int, person_id: int | None) -> list[int]:
        """Who works on a follow-up of the unit: the person in charge, else its officers."""
        return [person_id] if person_id is not None else self.officers.get(unit_id, [])

    def deputies(self, area_id: int | None) -> list[int]:
        """The assistant deputies of an area; where it has none, those over everything."""
        of_area = self.deputies_of_area.get(area_id, []) if area_id is not None else []
        return of_area or self.deputies_everywhere

    def verifiers(self, unit_id: int, agency_id: int, area_id: int | None) -> list[int]:
        """Everybody on the verifier's side of a unit, once."""
        of_area = self.verifiers_of_area.get(area_id, []) if area_id is not None else []
        near = (of_area, self.verifiers_of_agency.get(agency_id, []), self.verifiers_of_unit.get(unit_id, []))
        return list(dict.fromkeys([*(id for some in near for id in some), *self.verifiers_everywhere]))

    def sits_at(self, user_id: int, unit_id: int, agency_id: int) -> bool:
        """Is this person on the unit's side: an officer of it, or a coordinator of its agency?"""
        return user_id in self.officers.get(unit_id, ()) or user_id in self.coordinators.get(agency_id, ())


def posts(desk: Desk) -> Posts:
    """As of `desk.today`: one question, asked once for a desk, however many duties want to know."""
    kept = desk.session.info.get("posts")
    if kept is None or kept[0] is not desk:
        with as_machine(desk.session):
            found = arranged(desk)
        kept = desk.session.info["posts"] = (desk, found)
    answer: Posts = kept[1]
    return answer


def arranged(desk: Desk) -> Posts:
    rows = desk.session.execute(
        sa.select(
            Membership.user_id,
            Membership.role,
            Membership.unit_id,
            Membership.agency_id,
            Membership.area_id,
            Membership.is_head,
        )
        .join(User, User.id == Membership.user_id)
        .where(
            User.is_active,
            holds_on(desk.today),
            Membership.role.in_((Role.UNIT_OFFICER, Role.COORDINATOR, *VERIFIERS)),
        )
        .order_by(Membership.id)
    )
    found = Posts()
    for user_id, role, unit_id, agency_id, area_id, is_head in rows:
        for people in places(found, role, unit_id, agency_id, area_id, is_head):
            if user_id not in people:
                people.append(user_id)
    return found


def places(
    found: Posts, role: Role, unit_id: int | None, agency_id: int | None, area_id: int | None, is_head: bool
) -> Iterator[list[int]]:
    """The lists in which a membership puts its person."""
    if role is Role.UNIT_OFFICER and unit_id is not None:
        yield found.officers[unit_id]
        if is_head:
            yield found.heads[unit_id]
    elif role is Role.COORDINATOR and agency_id is not None:
        yield found.coordinators[agency_id]
    elif role in VERIFIERS:
        yield from places_of_verifier(found, role, unit_id, agency_id, area_id)


def places_of_verifier(
    found: Posts, role: Role, unit_id: int | None, agency_id: int | None, area_id: int | None
) -> Iterator[list[int]]:
    if area_id is not None:
        yield found.verifiers_of_area[area_id]
        if role is Role.ASSISTANT_DEPUTY:
            yield found.deputies_of_area[area_id]
    elif agency_id is not None:
        yield found.verifiers_of_agency[agency_id]
    elif unit_id is not None:
        yield found.verifiers_of_unit[unit_id]
    else:
        yield found.verifiers_everywhere
        if role is Role.ASSISTANT_DEPUTY:
            yield found.deputies_everywhere


def others(people: Iterable[int], *without: int | None) -> list[int]:
    """The people, less those who know already."""
    return [id for id in people if id not in without]
