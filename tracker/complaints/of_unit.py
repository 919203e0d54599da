"""What a unit's page and its mentoring tell of its complaints: what is open, and what the past year's are about."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.narrowing import number, overdue
from tracker.complaints.patterns import Pattern, Share, a_year_before, within
from tracker.complaints.showing import aspect_names
from tracker.directory.models import ServiceUnit

MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class About:
    """`value` as in the address, `name` as it is called."""

    value: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class UnitComplaints:
    """`pattern` is the past twelve months; `about` its most frequent aspects, without those that name none."""

    unit_id: int
    pattern: Pattern
    total: int
    about: list[About]
    open: int
    overdue: int

    @property
    def most(self) -> About | None:
        """Worth a recommendation: at least three, and at least a third of all."""
        first = self.about[0] if self.about else None
        return first if first and first.number >= 3 and 3 * first.number >= self.total else None


def complaints_of(desk: Desk, unit: ServiceUnit) -> UnitComplaints | None:
    """None for whoever sees no complaints. One question, two where aspects are named."""
    if not desk.may(Act.VIEW_COMPLAINTS, unit):
        return None
    pattern = Pattern(a_year_before(desk.today), desk.today, unit_id=unit.id)
    aspect, counts = sa.func.coalesce(Complaint.aspect_code, ""), within(pattern)
    rows = desk.session.execute(
        sa.select(aspect, number(counts), number(Complaint.is_open.is_(True)), number(overdue(desk.now)))
        .where(Complaint.unit_id == unit.id, sa.or_(Complaint.is_open, counts))
        .group_by(aspect)
    ).all()
    found = sorted(
        (Share(value, int(many)) for value, many, _, _ in rows if value and many), key=lambda each: -each.number
    )
    return UnitComplaints(
        unit.id,
        pattern,
        sum(int(row[1]) for row in rows),
        called(desk, found[:MOST_SHOWN]),
        sum(int(row[2]) for row in rows),
        sum(int(row[3]) for row in rows),
    )


def called(desk: Desk, found: list[Share]) -> list[About]:
    names = aspect_names(desk) if found else {}
    return [About(each.value, str(names.get(each.value, each.value)), each.number) for each in found]
