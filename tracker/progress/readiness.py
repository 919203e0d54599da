"""How ready units are for the next evaluation: verified, open, waiting for the verifier, and what it may come to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.directory.models import Agency, ServiceUnit
from tracker.directory.names import place_of
from tracker.evaluations.models import Evaluation
from tracker.instruments.models import Cycle
from tracker.kit.words import N_
from tracker.progress.kept_models import GroupSnapshot
from tracker.progress.lines import expected_today, standing_rules
from tracker.progress.models import UnitProgress
from tracker.progress.queries import rounded
from tracker.progress.rules import Standing, StandingRules, standing
from tracker.progress.states import GroupKind

STANDINGS = {
    Standing.ON_TRACK: N_("Sesuai rencana"),
    Standing.AT_RISK: N_("Berisiko"),
    Standing.OFF_TRACK: N_("Tertinggal"),
    Standing.NOT_YET: N_("Belum dapat dihitung"),
}


class Row(NamedTuple):
    unit_id: int
    name: str
    agency: str
    is_priority: bool
    verified: Decimal | None
    claimed: Decimal | None
    projected: Decimal | None
    open: int
    waiting: int
    unassigned: int

    @property
    def place(self) -> str:
        return place_of(self.agency)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The priority units in reach, the least verified first, and all of them together; or all units, where asked."""

    units: list[Row]
    total: int
    mean: Decimal | None
    """Over the priority units that have a figure, of which there are `counted`."""
    counted: int
    open: int
    waiting: int
    expected: Decimal | None
    days_left: int | None
    margins: StandingRules

    def standing(self, row: Row) -> str:
        return STANDINGS[standing(row.verified, self.expected, self.margins)]


STILL_OPEN = UnitProgress.with_unit + UnitProgress.with_coordinator + UnitProgress.on_hold
PRIORITY = sa.func.coalesce(Evaluation.is_priority, sa.false())


def units_of(cycle: Cycle, everyone: bool = False) -> Any:
    of_result = sa.and_(Evaluation.unit_id == UnitProgress.unit_id, Evaluation.cycle_id == UnitProgress.cycle_id)
    query = (
        sa.select(UnitProgress.unit_id)
        .join(ServiceUnit, ServiceUnit.id == UnitProgress.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .outerjoin(Evaluation, of_result)
        .where(UnitProgress.cycle_id == cycle.id)
    )
    return query if everyone else query.where(PRIORITY)


def of_cycle(desk: Desk, cycle: Cycle, limit: int, offset: int, everyone: bool = False) -> Readiness:
    """Two queries, however many units."""
    counts_in_mean = sa.and_(PRIORITY, UnitProgress.verified.is_not(None))
    figure = sa.case((counts_in_mean, UnitProgress.verified))
    total, mean, counted, still_open, waiting = desk.session.execute(
        units_of(cycle, everyone).with_only_columns(
            sa.func.count(),
            rounded(sa.func.avg(sa.cast(figure, sa.Double))),
            sa.func.count(figure),
            sa.func.coalesce(sa.func.sum(STILL_OPEN), 0),
            sa.func.coalesce(sa.func.sum(UnitProgress.with_verifier), 0),
        )
    ).one()
    rows = desk.session.execute(
        units_of(cycle, everyone)
        .with_only_columns(
            UnitProgress.unit_id,
            ServiceUnit.name,
            Agency.name,
            PRIORITY,
            UnitProgress.verified,
            UnitProgress.claimed,
            UnitProgress.projected,
            STILL_OPEN,
            UnitProgress.with_verifier,
            UnitProgress.unassigned,
        )
        .order_by(
            PRIORITY.desc(), UnitProgress.verified.is_(None), UnitProgress.verified, ServiceUnit.name, ServiceUnit.id
        )
        .limit(limit)
        .offset(offset)
    )
    return Readiness(
        [Row._make(row) for row in rows],
        total,
        None if mean is None else Decimal(str(mean)).quantize(Decimal("0.01")),
        counted,
        still_open,
        waiting,
        expected_today(desk, cycle),
        days_until(cycle.opening_on, desk.today),
        standing_rules(desk.session),
    )


def days_until(opening: date | None, today: date) -> int | None:
    return (opening - today).days if opening is not None else None


def national(desk: Desk, cycle: Cycle) -> GroupSnapshot | None:
    """The latest mean of the nation's priority units, if the reader may see it."""
    return desk.session.scalar(
        sa.select(GroupSnapshot)
        .filter_by(cycle_id=cycle.id, kind=GroupKind.NATION, everyone=False)
        .where(GroupSnapshot.verified.is_not(None))
        .order_by(GroupSnapshot.day.desc())
        .limit(1)
    )
