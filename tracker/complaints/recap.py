"""The year's complaints: how many came, how many were followed up to completion, and what they were about."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.patterns import NOT_OURS, Pattern, Share, received, shares, within
from tracker.complaints.states import Classification, ComplaintSource, ComplaintStatus
from tracker.directory.models import Agency, ServiceUnit

MOST_UNITS = 500
"""Units on the page; beyond them the file tells."""
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class UnitYear:
    id: int
    name: str
    agency: str
    counted: int
    done: int

    @property
    def percentage(self) -> Decimal | None:
        return followed_up_to_completion(self.done, self.counted)


@dataclass(frozen=True, slots=True)
class Recap:
    """`received` counts all that came; `counted` leaves out what was forwarded or archived. See `indicator`."""

    year: int
    received: int = 0
    forwarded: int = 0
    archived: int = 0
    done: int = 0
    by_status: dict[ComplaintStatus, int] = field(default_factory=dict)
    by_classification: dict[Classification | None, int] = field(default_factory=dict)
    by_source: dict[ComplaintSource, int] = field(default_factory=dict)
    by_aspect: list[Share] = field(default_factory=list)
    units: list[UnitYear] = field(default_factory=list)
    more_units: int = 0

    @property
    def counted(self) -> int:
        return self.received - self.forwarded - self.archived

    @property
    def indicator(self) -> Decimal | None:
        return followed_up_to_completion(self.done, self.counted)


def followed_up_to_completion(done: int, counted: int) -> Decimal | None:
    """Indicator 28 of PANRB's instrument: the percentage of the complaints received from January to December that were
    followed up to completion, in percent with one decimal, half up.

        closed complaints / (received − forwarded to another authority − archived) × 100

    None where nothing counts: no complaint is not the same as none completed. A complaint counts in the year in which
    it was received (in Jakarta), whenever it was closed; merged duplicates are archived, and so count once.
    """
    if not counted:
        return None
    return (Decimal(100 * done) / counted).quantize(TENTH, ROUND_HALF_UP)


def year_of(year: int, unit_id: int | None = None, agency_id: int | None = None, area_id: int | None = None) -> Pattern:
    """January to December."""
    return Pattern(date(year, 1, 1), date(year, 12, 31), unit_id=unit_id, agency_id=agency_id, area_id=area_id)


def recap_of(desk: Desk, year: Pattern) -> Recap:
    """Five questions, whatever the number of complaints."""
    tally = sa.select(Complaint.status, Complaint.classification, Complaint.source, sa.func.count())
    rows = desk.session.execute(
        tally.where(received(year)).group_by(Complaint.status, Complaint.classification, Complaint.source)
    ).all()
    by_status: dict[ComplaintStatus, int] = {}
    by_class: dict[Classification | None, int] = {}
    by_source: dict[ComplaintSource, int] = {}
    for status, classification, source, number in rows:
        by_status[status] = by_status.get(status, 0) + number
        if status not in NOT_OURS:
            by_class[classification] = by_class.get(classification, 0) + number
            by_source[source] = by_source.get(source, 0) + number
    units, more = _units(desk, year)
    return Recap(
        year.since.year,
        sum(by_status.values()),
        by_status.get(ComplaintStatus.FORWARDED, 0),
        by_status.get(ComplaintStatus.ARCHIVED, 0),
        by_status.get(ComplaintStatus.CLOSED, 0),
        {status: by_status[status] for status in ComplaintStatus if status in by_status},
        {each: by_class[each] for each in (*Classification, None) if each in by_class},
        {each: by_source[each] for each in ComplaintSource if each in by_source},
        shares(desk, year)[0],
        units,
        more,
    )


def _units(desk: Desk, year: Pattern) -> tuple[list[UnitYear], int]:
    done = sa.func.sum(sa.case((Complaint.status == ComplaintStatus.CLOSED, 1), else_=0))
    counted = (
        sa.select(Complaint.unit_id.label("unit_id"), sa.func.count().label("number"), done.label("done"))
        .where(within(year))
        .group_by(Complaint.unit_id)
        .subquery()
    )
    query = (
        sa.select(ServiceUnit.id, ServiceUnit.name, Agency.name, counted.c.number, counted.c.done)
        .join(counted, counted.c.unit_id == ServiceUnit.id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .order_by(counted.c.number.desc(), ServiceUnit.id)
    )
    rows = desk.session.execute(query.limit(MOST_UNITS)).all()
    total = len(rows)
    if total == MOST_UNITS:
        total = desk.session.scalar(sa.select(sa.func.count(Complaint.unit_id.distinct())).where(within(year))) or 0
    return [UnitYear(id, name, agency, int(n), int(d)) for id, name, agency, n, d in rows], total - len(rows)


def latest_year(desk: Desk) -> int:
    """The year before: indicator 28 is asked of the past year, once it is over."""
    return desk.today.year - 1
