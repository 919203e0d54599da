"""Who is to be told of a complaint: whoever holds the ball, and those who stand above."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints.states import BallHolder
from tracker.directory.models import Membership, User
from tracker.directory.queries import holds_on
from tracker.directory.states import Role
from tracker.followups.posts import People, Posts, lists, posts

OFFICERS_AFTER, COORDINATOR_AFTER, DEPUTY_AFTER = 3, 7, 14
"""Working days after which the complaint officers and the unit's head, the coordinator, the assistant deputy hear."""


@dataclass(frozen=True, slots=True)
class Desks:
    """Complaint officers by their place, beside the posts that every capability knows."""

    posts: Posts
    of_unit: People = field(default_factory=lists)
    of_agency: People = field(default_factory=lists)

    def liaison(self, unit_id: int, agency_id: int) -> list[int]:
        """The complaint officers of a unit and of its agency, once each."""
        return list(dict.fromkeys([*self.of_unit.get(unit_id, []), *self.of_agency.get(agency_id, [])]))

    def holders(
        self, holder: BallHolder, unit_id: int, agency_id: int, assignee_id: int | None, is_confidential: bool
    ) -> list[int]:
        """Who has to do it now. Of a *rahasia* one the unit's officers hear only where one of them is named; where
        nobody handles it, the complaint officers see to it."""
        liaison = self.liaison(unit_id, agency_id)
        if holder is BallHolder.LIAISON:
            return liaison or self.posts.coordinators.get(agency_id, [])
        if assignee_id is not None:
            return [assignee_id]
        handlers = [] if is_confidential else self.posts.officers.get(unit_id, [])
        return handlers or liaison

    def above(self, unit_id: int, agency_id: int, area_id: int | None) -> Iterator[tuple[int, list[int]]]:
        heads = self.posts.heads.get(unit_id, [])
        yield OFFICERS_AFTER, list(dict.fromkeys([*self.liaison(unit_id, agency_id), *heads]))
        yield COORDINATOR_AFTER, self.posts.coordinators.get(agency_id, [])
        yield DEPUTY_AFTER, self.posts.deputies(area_id)


def desks(desk: Desk) -> Desks:
    """As of `desk.today`."""
    found = Desks(posts(desk))
    query = (
        sa.select(Membership.user_id, Membership.unit_id, Membership.agency_id)
        .join(User, User.id == Membership.user_id)
        .where(User.is_active, holds_on(desk.today), Membership.role == Role.COMPLAINT_OFFICER)
        .order_by(Membership.id)
    )
    with as_machine(desk.session):
        for user_id, unit_id, agency_id in desk.session.execute(query):
            if unit_id is not None:
                found.of_unit[unit_id].append(user_id)
            elif agency_id is not None:
                found.of_agency[agency_id].append(user_id)
    return found
