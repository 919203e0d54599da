"""What the overview tells of the complaints of a scope: how many are open, and how many are late."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.narrowing import overdue


@dataclass(frozen=True, slots=True)
class ScopeComplaints:
    """`area_id` narrows its links as it narrowed the counts."""

    open: int
    overdue: int
    area_id: int | None


def complaints_within(desk: Desk, area_id: int | None = None) -> ScopeComplaints | None:
    """Of an area, or of all in reach; None for whoever sees no complaints. Two questions, each within an index."""
    if not desk.holds(Act.VIEW_COMPLAINTS):
        return None
    here = Complaint.area_id == area_id if area_id is not None else sa.true()
    count = sa.select(sa.func.count()).select_from(Complaint).where(here)
    is_open = desk.session.scalar(count.where(Complaint.is_open)) or 0
    return ScopeComplaints(is_open, desk.session.scalar(count.where(overdue(desk.now))) or 0, area_id)
