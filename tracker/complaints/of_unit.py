"""What a unit's page and its mentoring tell of its complaints: what is open, and what the past year's are about."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.narrowing import number, overdue
from tracker.complaints.patterns import Pattern, Share, a_year_before, named, shares
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
        """Worth a recommendation: at least three, and at least half of all."""
        first = self.about[0] if self.about else None
        return first if first and first.number >= 3 and 2 * first.number >= self.total else None


def complaints_of(desk: Desk, unit: ServiceUnit) -> UnitComplaints | None:
    """None for whoever sees no complaints. Two questions, three where there are any."""
    if not desk.may(Act.VIEW_COMPLAINTS, unit):
        return None
    pattern = Pattern(a_year_before(desk.today), desk.today, unit_id=unit.id)
    found, _more = shares(desk, pattern)
    standing = sa.select(sa.func.count(), number(overdue(desk.now))).where(Complaint.unit_id == unit.id)
    is_open, late = desk.session.execute(standing.where(Complaint.is_open)).one()
    return UnitComplaints(
        unit.id, pattern, sum(each.number for each in found), called(desk, found), int(is_open), int(late)
    )


def called(desk: Desk, found: list[Share]) -> list[About]:
    if named(found) is None:
        return []
    names = aspect_names(desk)
    return [
        About(each.value, str(names.get(each.value, each.value)), each.number)
        for each in [each for each in found if each.value][:MOST_SHOWN]
    ]
