"""What the portfolio asks: the units of a filter, what is open at them, and the rows behind each count."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.directory.states import AgencyKind
from tracker.evaluations.models import Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.queries import overdue
from tracker.followups.states import FollowUpStatus, Holder
from tracker.instruments.models import Aspect, Cycle, Instrument
from tracker.kit.db import Rows
from tracker.progress.lines import expected_today, standing_rules, units_in
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.progress.queries import is_overdue
from tracker.progress.rules import Standing
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment

Criterion = sa.ColumnElement[bool]


class Which(StrEnum):
    """The switch of the portfolio; the words are those of the address."""

    PRIORITY = "prioritas"
    OTHERS = "lainnya"
    ALL = "semua"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the portfolio is narrowed to; what is left out narrows nothing."""

    cycle: Cycle
    which: Which = Which.PRIORITY
    area_id: int | None = None
    province: str = ""
    """By the code of the province."""
    kind: AgencyKind | None = None
    aspect: Aspect | None = None
    standing: Standing | None = None
    holder: Holder | None = None
    overdue: bool = False
    words: str = ""
    original: bool = False
    """Overdue by the date that was first agreed on, as if none had been extended."""

    def whatever_it_stands(self) -> "Narrowing":
        """The same without the filter by standing, so that the others can be counted, too."""
        return replace(self, standing=None)


def cycles_with_results() -> Rows[Cycle]:
    """Cycles in which somebody in reach has a result, the newest first, with their instruments."""
    return (
        sa.select(Cycle)
        .where(sa.exists().where(Evaluation.cycle_id == Cycle.id))
        .options(joinedload(Cycle.instrument).options(selectinload(Instrument.aspects)))
        .order_by(Cycle.year.desc(), Cycle.id.desc())
    )


def narrowed_units(desk: Desk, by: Narrowing, act: Act = Act.VIEW_PORTFOLIO) -> sa.Select[Any]:
    """The ids of the units that fit, within the mandates that carry the portfolio, or another act."""
    query = units_in(by.cycle).where(desk.units_for(act), *directory_criteria(by))
    if by.which is Which.PRIORITY:
        query = query.where(Evaluation.is_priority)
    elif by.which is Which.OTHERS:
        query = query.where(sa.or_(Evaluation.id.is_(None), ~Evaluation.is_priority))
    if by.standing is not None:
        query = query.where(stands(desk, by.cycle, by.standing))
    if by.aspect is not None:
        query = query.where(has_recommendations(by))
    if by.holder is not None:
        query = query.where(has_work(by, FollowUp.holder == by.holder))
    if by.overdue:
        query = query.where(has_work(by, late(desk, by)))
    return query


def late(desk: Desk, by: Narrowing) -> Criterion:
    """Overdue, by the date in force or by the one first agreed on."""
    return overdue_by(desk.now, by.original)


def overdue_by(now: datetime, original: bool) -> Criterion:
    return sa.and_(FollowUp.is_open, overdue(now, original=True)) if original else is_overdue(now)


def directory_criteria(by: Narrowing) -> list[Criterion]:
    criteria: list[Criterion] = []
    if by.area_id is not None:
        criteria.append(ServiceUnit.area_id == by.area_id)
    if by.province:
        criteria.append(sa.or_(Region.code == by.province, Region.code.startswith(f"{by.province}.", autoescape=True)))
    if by.kind is not None:
        criteria.append(Agency.kind == by.kind)
    criteria += [
        sa.or_(ServiceUnit.name.icontains(word, autoescape=True), Agency.name.icontains(word, autoescape=True))
        for word in by.words.split()
    ]
    return criteria


def stands(desk: Desk, cycle: Cycle, wanted: Standing) -> Criterion:
    """`rules.standing` as SQL, for this day."""
    expectation, margins = expected_today(desk, cycle), standing_rules(desk.session)
    if expectation is None:
        return sa.true() if wanted is Standing.NOT_YET else sa.false()
    on_track = expectation - margins.on_track_within
    at_risk = expectation - margins.at_risk_within
    figure = UnitProgress.verified
    return {
        Standing.NOT_YET: figure.is_(None),
        Standing.ON_TRACK: figure >= on_track,
        Standing.AT_RISK: sa.and_(figure < on_track, figure >= at_risk),
        Standing.OFF_TRACK: sa.and_(figure < on_track, figure < at_risk),
    }[wanted]


def has_recommendations(by: Narrowing) -> Criterion:
    assert by.aspect is not None
    told = sa.select(AspectProgress.unit_id).where(
        AspectProgress.cycle_id == by.cycle.id, AspectProgress.aspect_id == by.aspect.id
    )
    return ServiceUnit.id.in_(told.scalar_subquery())


def has_work(by: Narrowing, *which: Criterion) -> Criterion:
    """The unit has such a follow-up in the cycle, in the aspect where one is chosen.

    IN rather than EXISTS, here and below: the set is found once, by area, and not looked for unit by unit.
    """
    return ServiceUnit.id.in_(sa.select(FollowUp.unit_id).where(*of_aspect(by), *which).scalar_subquery())


def of_aspect(by: Narrowing) -> list[Criterion]:
    """Follow-ups of the cycle, in the aspect where one is chosen."""
    criteria: list[Criterion] = [FollowUp.cycle_id == by.cycle.id]
    if by.aspect is not None:
        in_aspect = sa.select(Recommendation.id).where(
            Recommendation.cycle_id == by.cycle.id, Recommendation.aspect_id == by.aspect.id
        )
        criteria.append(FollowUp.recommendation_id.in_(in_aspect.scalar_subquery()))
    return criteria


def work_of(desk: Desk, by: Narrowing, *which: Criterion) -> Rows[FollowUp]:
    """Such follow-ups of the units that fit."""
    within = narrowed_units(desk, by).scalar_subquery()
    return sa.select(FollowUp).where(FollowUp.unit_id.in_(within), *of_aspect(by), *which)


def overdue_work(desk: Desk, by: Narrowing) -> Rows[FollowUp]:
    return work_of(desk, by, late(desk, by))


def waiting_work(desk: Desk, by: Narrowing) -> Rows[FollowUp]:
    """What lies with the verifier's side."""
    return work_of(desk, by, FollowUp.holder == Holder.VERIFIER)


def not_assigned(desk: Desk, by: Narrowing, units: sa.Select[Any] | None = None) -> Rows[Recommendation]:
    """Counting recommendations that nobody works on: without follow-ups, or with cancelled ones only."""
    within = (narrowed_units(desk, by) if units is None else units).scalar_subquery()
    in_force = sa.select(FollowUp.recommendation_id).where(
        FollowUp.cycle_id == by.cycle.id, FollowUp.status != FollowUpStatus.CANCELLED
    )
    query = sa.select(Recommendation).where(
        Recommendation.unit_id.in_(within),
        Recommendation.cycle_id == by.cycle.id,
        Recommendation.assessment.in_((Assessment.NOT_FOLLOWED_UP, Assessment.NOT_YET_ADEQUATE)),
        Recommendation.id.not_in(in_force.scalar_subquery()),
    )
    return query if by.aspect is None else query.where(Recommendation.aspect_id == by.aspect.id)


@dataclass(frozen=True, slots=True)
class Pending:
    """Numbers above the matrix that open into a list."""

    overdue: int
    waiting: int
    not_assigned: int


def pending(desk: Desk, by: Narrowing) -> Pending:
    """What is overdue, waits for a verifier, or is not assigned at the units that fit; two queries."""
    within = narrowed_units(desk, by)
    work = sa.select(
        sa.func.coalesce(sa.func.sum(sa.case((late(desk, by), 1), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(sa.case((FollowUp.holder == Holder.VERIFIER, 1), else_=0)), 0),
    ).where(FollowUp.is_open, FollowUp.unit_id.in_(within.scalar_subquery()), *of_aspect(by))
    overdue, waiting = desk.session.execute(work).one()
    kind: Any = UnitProgress if by.aspect is None else AspectProgress
    of_cycle = [kind.unit_id.in_(within.scalar_subquery()), kind.cycle_id == by.cycle.id]
    if by.aspect is not None:
        of_cycle.append(AspectProgress.aspect_id == by.aspect.id)
    unassigned = desk.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(kind.unassigned), 0)).where(*of_cycle))
    return Pending(int(overdue), int(waiting), int(unassigned or 0))


def aspect_cells(cycle: Cycle, unit_ids: Any) -> sa.Select[int, int, Decimal | None, Decimal | None]:
    """(unit, aspect, verified, claimed) of some units."""
    return sa.select(
        AspectProgress.unit_id, AspectProgress.aspect_id, AspectProgress.verified, AspectProgress.claimed
    ).where(AspectProgress.cycle_id == cycle.id, AspectProgress.unit_id.in_(unit_ids))


def open_work(
    cycle: Cycle, unit_ids: Any, now: datetime, original: bool = False
) -> sa.Select[int, int, Holder | None, int]:
    """(unit, aspect, holder, how many overdue) of the open follow-ups of some units."""
    late_ones = sa.func.sum(sa.case((overdue_by(now, original), 1), else_=0))
    return (
        sa.select(FollowUp.unit_id, Recommendation.aspect_id, FollowUp.holder, late_ones)
        .join(Recommendation, Recommendation.id == FollowUp.recommendation_id)
        .where(FollowUp.cycle_id == cycle.id, FollowUp.is_open, FollowUp.unit_id.in_(unit_ids))
        .group_by(FollowUp.unit_id, Recommendation.aspect_id, FollowUp.holder)
    )
