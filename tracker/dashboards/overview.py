"""Where areas and provinces stand: the plain mean of their priority units, beside how many those are."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards.kept import kept
from tracker.dashboards.queries import Narrowing
from tracker.directory.models import Region, ServiceUnit, SupervisionArea
from tracker.directory.states import RegionKind
from tracker.evaluations.models import Evaluation
from tracker.instruments.models import Cycle
from tracker.progress.lines import expected_today, standing_rules
from tracker.progress.models import UnitProgress
from tracker.progress.rules import rounded


@dataclass
class Group:
    """The units of an area or a province. `hundredths` is the exact sum of their stored figures."""

    name: str = ""
    key: str = ""
    """What the filter of the portfolio calls it; empty where it has no such filter."""
    units: int = 0
    with_figure: int = 0
    hundredths: int = 0
    on_track: int = 0
    at_risk: int = 0
    recommendations: int = 0
    unassigned: int = 0

    def add(self, other: "Group") -> None:
        for name in ("units", "with_figure", "hundredths", "on_track", "at_risk", "recommendations", "unassigned"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def without_figure(self) -> int:
        return self.units - self.with_figure

    @property
    def off_track(self) -> int:
        return self.with_figure - self.on_track - self.at_risk

    @cached_property
    def mean(self) -> Decimal | None:
        """As `rules.group_mean`: over the stored figures of the units that have one. Asked for once all are added."""
        return rounded(Fraction(self.hundredths, 100 * self.with_figure)) if self.with_figure else None


@dataclass(frozen=True, slots=True)
class Overview:
    expected: Decimal | None
    """None: standings cannot be computed yet, and are not shown."""
    whole: Group
    areas: list[Group]
    provinces: list[Group]


def overview(desk: Desk, cycle: Cycle) -> Overview:
    """Where areas and provinces stand today, kept while nothing was written."""
    return kept(desk, "standing", Narrowing(cycle), lambda: (added_up(desk, cycle), None))


def added_up(desk: Desk, cycle: Cycle) -> Overview:
    """All priority units in scope, by area and by province. Names are looked up beside, not joined to every unit."""
    provinces_known = sa.select(Region.code, Region.name).where(Region.kind == RegionKind.PROVINCE)
    names = {code: name for code, name in desk.session.execute(provinces_known)}  # noqa: C416 - rows, not pairs
    areas_known = {area.id: area.name for area in desk.all(sa.select(SupervisionArea))}
    expectation = expected_today(desk, cycle)
    areas: dict[str, Group] = defaultdict(Group)
    provinces: dict[str, Group] = defaultdict(Group)
    whole = Group()
    for area_id, province, *figures in desk.session.execute(by_place(desk, cycle, expectation)):
        part = Group("", "", *(int(figure or 0) for figure in figures))
        whole.add(part)
        for groups, key, name in (
            (areas, str(area_id or ""), areas_known.get(area_id, "")),
            (provinces, province or "", names.get(province or "", "")),
        ):
            groups[key].add(part)
            groups[key].key, groups[key].name = key, name
    return Overview(expectation, whole, in_order(areas), in_order(provinces))


def in_order(groups: dict[str, Group]) -> list[Group]:
    """By name; what belongs nowhere comes last."""
    return sorted(groups.values(), key=lambda group: (not group.key, group.name))


def by_place(desk: Desk, cycle: Cycle, expectation: Decimal | None) -> sa.Select[Any]:
    margins = standing_rules(desk.session)
    figure = UnitProgress.verified
    on_track = sa.false() if expectation is None else figure >= expectation - margins.on_track_within
    at_risk = sa.false() if expectation is None else figure >= expectation - margins.at_risk_within
    province = sa.func.substr(Region.code, 1, 2)

    def number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((condition, 1), else_=0))

    hundredths = sa.func.sum(sa.cast(sa.func.round(sa.cast(figure, sa.Double) * 100), sa.Integer))
    of_figures = sa.and_(UnitProgress.unit_id == Evaluation.unit_id, UnitProgress.cycle_id == Evaluation.cycle_id)
    return (
        sa.select(
            ServiceUnit.area_id,
            province,
            sa.func.count(),
            sa.func.count(figure),
            hundredths,
            number(on_track),
            number(sa.and_(sa.not_(on_track), at_risk)),
            sa.func.sum(UnitProgress.recommendations),
            sa.func.sum(UnitProgress.unassigned),
        )
        .select_from(Evaluation)
        .join(ServiceUnit, ServiceUnit.id == Evaluation.unit_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .outerjoin(UnitProgress, of_figures)
        .where(Evaluation.cycle_id == cycle.id, Evaluation.is_priority, desk.units_for(Act.VIEW_PORTFOLIO))
        .group_by(ServiceUnit.area_id, province)
    )
