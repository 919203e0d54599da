"""A complaint as lists show it, read in one piece; its title comes only where the reader may read it."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.queries import people_named, titles_of
from tracker.complaints.states import BallHolder, Classification, Clock, ComplaintSource, ComplaintStatus
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.followups.lines import HOME, UnitWords


class LineWords(NamedTuple):
    id: int
    source: ComplaintSource
    tracking_id: str | None
    is_confidential: bool
    is_anonymous: bool
    classification: Classification | None
    topic: str
    received_at: datetime
    status: ComplaintStatus
    is_open: bool
    holder: BallHolder | None
    due_at: datetime | None
    due_clock: Clock | None
    assignee_id: int | None
    assignee: str
    unit: UnitWords
    title: str | None
    """None where it may not be read."""


class ComplaintLine(LineWords):
    """Named as in Complaint, so that words are found for either."""

    __slots__ = ()

    @property
    def number(self) -> str:
        return f"TT-{self.id:06d}"


OF_COMPLAINT = ComplaintLine._fields[:-3]
OF_UNIT = len(OF_COMPLAINT)

LINES: sa.Select[Any] = (
    sa.select(
        *(getattr(Complaint, name) for name in OF_COMPLAINT),
        ServiceUnit.name,
        ServiceUnit.is_root,
        Agency.name,
        sa.func.coalesce(Region.code, ""),
        sa.func.coalesce(Region.timezone, HOME),
    )
    .select_from(Complaint)
    .outerjoin(ServiceUnit, ServiceUnit.id == Complaint.unit_id)
    .outerjoin(Agency, Agency.id == ServiceUnit.agency_id)
    .outerjoin(Region, Region.id == ServiceUnit.region_id)
)
"""Put together once, to be narrowed and ordered by criteria on Complaint."""


def read(desk: Desk, query: sa.Select[Any]) -> list[ComplaintLine]:
    """The lines of LINES, as narrowed, with who has them and the titles that this desk may read: three questions."""
    found = desk.session.execute(query).all()
    titles = dict(desk.session.execute(titles_of(row[0] for row in found)).all()) if found else {}
    people = people_named(desk.session, (row.assignee_id for row in found))
    return [
        ComplaintLine._make(
            (*row[:OF_UNIT], people.get(row.assignee_id, ""), UnitWords(*row[OF_UNIT:]), titles.get(row[0]))
        )
        for row in found
    ]
