"""What reports say of units: their figures of a day, what is expected of them, and what is overdue there."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.evaluations.models import Evaluation
from tracker.followups.models import FollowUp
from tracker.instruments.models import Aspect, Band, Cycle
from tracker.progress.kept_models import AspectSnapshot, GroupSnapshot, ProgressSnapshot
from tracker.progress.lines import standing_rules, units_in
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.progress.queries import is_overdue
from tracker.progress.rules import GroupMean, Standing, expected, group_mean, standing
from tracker.progress.states import GroupKind
from tracker.reports.days import ReportDay

Criterion = sa.ColumnElement[bool]


class Source(StrEnum):
    """Where the figures of a report come from."""

    LIVE = "live"
    COPY = "copy"
    NONE = "none"


FIGURES = (
    "verified", "claimed", "projected", "recommendations", "counting", "adequate", "unassigned", "with_unit",
    "with_coordinator", "with_verifier", "on_hold", "accepted",
)  # fmt: skip


class UnitRow(NamedTuple):
    """A unit in a cycle on a day. Figures are None where there are none for that day, or no data yet."""

    unit_id: int
    name: str
    is_root: bool
    agency: str
    region_code: str | None
    official_index: Decimal | None
    computed_index: Decimal | None
    band: str | None
    is_priority: bool
    figures_of: int | None
    """None: there are no figures of the day."""
    verified: Decimal | None
    claimed: Decimal | None
    projected: Decimal | None
    recommendations: int | None
    counting: int | None
    adequate: int | None
    unassigned: int | None
    with_unit: int | None
    with_coordinator: int | None
    with_verifier: int | None
    on_hold: int | None
    accepted: int | None
    overdue: int

    @property
    def official_or_computed(self) -> Decimal | None:
        """The official index wins over the computed one."""
        return self.official_index if self.official_index is not None else self.computed_index

    @property
    def open(self) -> int | None:
        """Follow-ups that are not finished, whoever holds them."""
        held = (self.with_unit, self.with_coordinator, self.with_verifier, self.on_hold)
        return None if self.with_unit is None else sum(each or 0 for each in held)


class AspectMean(NamedTuple):
    """An aspect over the units of a report: the plain mean of those that have a figure."""

    name: str
    verified: Decimal | None
    units: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The units of a report, the least verified first, with what all of them share."""

    cycle: Cycle
    on: ReportDay
    source: Source
    expected: Decimal | None
    units: list[UnitRow]
    standings: dict[int, Standing]
    aspects: list[AspectMean]
    earlier: list[tuple[date, GroupMean]]
    """Means of the same units on earlier days of which there are copies."""
    in_reach: int
    """How many of the units asked for this desk sees; `outside` more there are."""
    outside: int
    group: GroupSnapshot | None = None
    """The mean of the whole on that day, where copies of its units are no longer kept for each day."""

    def mean(self, figure: str = "verified") -> GroupMean:
        return group_mean(getattr(row, figure) for row in self.units)

    def total(self, figure: str) -> int | None:
        """None where there are no figures of the day."""
        if figure != "overdue" and self.source is Source.NONE:
            return None
        return sum(getattr(row, figure) or 0 for row in self.units)

    def number(self, which: Standing) -> int:
        return sum(self.standings[row.unit_id] is which for row in self.units)


def read(
    desk: Desk,
    cycle: Cycle,
    on: ReportDay,
    *which: Criterion,
    act: Act = Act.VIEW_PORTFOLIO,
    group: tuple[GroupKind, int] | None = None,
) -> Reading:
    """The priority units of the cycle that fit, unless `which` says otherwise, within the mandates that carry the act.

    A constant number of queries, however many units.
    """
    rows = [UnitRow._make(row) for row in desk.session.execute(unit_rows(desk, cycle, on, act, *which))]
    expectation = expected(on.day, cycle.letter_on, cycle.opening_on)
    margins = standing_rules(desk.session)
    source = Source.LIVE if on.is_today else Source.COPY
    if source is Source.COPY and not any(row.figures_of for row in rows):
        source = Source.NONE
    stands = {row.unit_id: standing(row.verified, expectation, margins) for row in rows}
    everywhere = count_of(desk, cycle, *which)
    return Reading(
        cycle,
        on,
        source,
        expectation,
        rows,
        stands,
        [] if source is Source.NONE else aspect_means(desk, cycle, on, act, *which),
        earlier_means(desk, cycle, on, act, *which),
        len(rows),
        everywhere - len(rows),
        group_copy(desk, cycle, on, *group) if group and source is Source.NONE and everywhere == len(rows) else None,
    )


def group_copy(desk: Desk, cycle: Cycle, on: ReportDay, kind: GroupKind, key: int) -> GroupSnapshot | None:
    """The priority units of a group together, as they were copied for the day, if this desk may see all of them."""
    known = sa.select(GroupSnapshot).filter_by(cycle_id=cycle.id, kind=kind, key=key, everyone=False, day=on.day)
    return desk.session.scalar(known)


def narrowed(cycle: Cycle, *which: Criterion) -> sa.Select[Any]:
    """What a report is about: the units of the cycle that fit."""
    return units_in(cycle).where(*which)


def count_of(desk: Desk, cycle: Cycle, *which: Criterion) -> int:
    """How many units fit, whoever sees them: only to say that some are left out."""
    with as_machine(desk.session):
        query = narrowed(cycle, *which).order_by(None).subquery()
        return desk.session.scalar(sa.select(sa.func.count()).select_from(query)) or 0


def unit_rows(desk: Desk, cycle: Cycle, on: ReportDay, act: Act, *which: Criterion) -> sa.Select[Any]:
    late = (
        sa.select(FollowUp.unit_id, sa.func.count().label("overdue"))
        .where(FollowUp.cycle_id == cycle.id, is_overdue(on.moment))
        .group_by(FollowUp.unit_id)
        .subquery("late")
    )
    query = narrowed(cycle, *which).where(desk.units_for(act)).outerjoin(late, late.c.unit_id == ServiceUnit.id)
    figures: Any = UnitProgress
    if not on.is_today:
        figures = ProgressSnapshot
        of_day = figures.unit_id == ServiceUnit.id, figures.cycle_id == cycle.id, figures.day == on.day
        query = query.outerjoin(figures, sa.and_(*of_day))
    told: Any = query.with_only_columns(
        ServiceUnit.id,
        ServiceUnit.name,
        ServiceUnit.is_root,
        Agency.name,
        Region.code,
        Evaluation.official_index,
        Evaluation.computed_index,
        Band.letter,
        sa.func.coalesce(Evaluation.is_priority, sa.false()),
        figures.id,
        *(getattr(figures, name) for name in FIGURES),
        sa.func.coalesce(late.c.overdue, 0),
    ).order_by(figures.verified.is_(None), figures.verified, ServiceUnit.name, Agency.name, ServiceUnit.id)
    rows: sa.Select[Any] = told
    return rows


def aspect_means(desk: Desk, cycle: Cycle, on: ReportDay, act: Act, *which: Criterion) -> list[AspectMean]:
    kind: Any = AspectProgress if on.is_today else AspectSnapshot
    within = narrowed(cycle, *which).where(desk.units_for(act)).scalar_subquery()
    query = (
        sa.select(kind.aspect_id, kind.verified)
        .where(kind.cycle_id == cycle.id, kind.unit_id.in_(within))
        .where(*(() if on.is_today else (kind.day == on.day,)))
    )
    figures: dict[int, list[Decimal | None]] = {}
    for aspect_id, verified in desk.session.execute(query):
        figures.setdefault(aspect_id, []).append(verified)
    aspects: list[Aspect] = desk.all(
        sa.select(Aspect).where(Aspect.instrument_id == cycle.instrument_id).order_by(Aspect.position)
    )
    means = ((aspect.name, group_mean(figures.get(aspect.id, []))) for aspect in aspects)
    return [AspectMean(name, found.mean, found.with_figure) for name, found in means]


BACK = (7, 30)
"""Days back to which a report compares."""


def earlier_means(desk: Desk, cycle: Cycle, on: ReportDay, act: Act, *which: Criterion) -> list[tuple[date, GroupMean]]:
    within = narrowed(cycle, *which).where(desk.units_for(act)).scalar_subquery()
    days = [on.day - timedelta(days=back) for back in BACK]
    kept = ProgressSnapshot
    query = sa.select(kept.day, kept.verified).where(
        kept.cycle_id == cycle.id, kept.day.in_(days), kept.unit_id.in_(within)
    )
    found: dict[date, list[Decimal | None]] = {}
    for day, verified in desk.session.execute(query):
        found.setdefault(day, []).append(verified)
    return [(day, group_mean(found[day])) for day in days if day in found]
