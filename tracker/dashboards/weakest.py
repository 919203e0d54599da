"""Where a scope is weakest: scores and progress by aspect, what recurs, and how long work takes until accepted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.dashboards import figures
from tracker.dashboards.figures import FIGURES
from tracker.dashboards.kept import kept
from tracker.dashboards.queries import Narrowing
from tracker.directory.models import Region, ServiceUnit
from tracker.directory.queries import calendar_at
from tracker.evaluations.models import AspectScore, Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Aspect, Indicator
from tracker.progress.lines import HOME
from tracker.progress.models import AspectProgress
from tracker.progress.rules import rounded
from tracker.recommendations.models import Recommendation

PLACES = 10_000
"""Scores are kept with up to four places."""
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Told:
    """A mean with how many units have a figure; None is no data, and not zero."""

    mean: Decimal | None
    known: int


@dataclass(frozen=True, slots=True)
class AspectState:
    """One aspect in a scope. `days` is the median of working days from assignment to acceptance, of `accepted`."""

    aspect: Aspect
    score: Told
    verified: Told
    recommendations: int
    second: int
    third: int
    days: Decimal | None
    accepted: int


@dataclass(frozen=True, slots=True)
class IndicatorState:
    """An indicator that recommendations name: in how many, at how many units."""

    number: int
    name: str
    recommendations: int
    units: int


@dataclass(frozen=True, slots=True)
class Weakest:
    units: int
    aspects: list[AspectState]
    """The least verified first; those without data last."""
    indicators: list[IndicatorState]
    """The most often named first."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept of it, by the number of the aspect."""

    units: int
    scores: Mapping[int, Told]
    verified: Mapping[int, Told]
    said: Mapping[int, tuple[int, int, int]]
    took: Mapping[int, tuple[Decimal | None, int]]
    indicators: list[IndicatorState]


def weakest(desk: Desk, by: Narrowing) -> Weakest:
    """Seven statements, however many units, aspects and recommendations there are; none while nothing was written."""
    known = kept(desk, "weakest", by, lambda: (find(desk, by), None))
    nothing = Told(None, 0)
    found = [
        AspectState(
            each, known.scores.get(each.id, nothing), known.verified.get(each.id, nothing),
            *known.said.get(each.id, (0, 0, 0)), *known.took.get(each.id, (None, 0)),
        )
        for each in by.cycle.instrument.aspects
    ]  # fmt: skip
    found.sort(key=lambda state: (state.verified.mean is None, state.verified.mean or 0, state.aspect.position))
    return Weakest(known.units, found, known.indicators)


def find(desk: Desk, by: Narrowing) -> Found:
    within = figures.units(desk, by).scalar_subquery()
    return Found(
        figures.count(desk, FIGURES["unit"], by),
        scores_of(desk, by, within),
        verified_of(desk, by, within),
        recurring(desk, by, within),
        {aspect: middle(days) for aspect, days in workdays_taken(desk, by, within).items()},
        indicators(desk, by, within),
    )


def mean(parts: int | None, known: int, whole: int) -> Told:
    """Of figures that the database added up exactly, in parts of a point."""
    return Told(rounded(Fraction(int(parts or 0), whole * known)) if known else None, known)


def in_parts(figure: Any, whole: int) -> Any:
    return sa.func.sum(sa.cast(sa.func.round(sa.cast(figure, sa.Double) * whole), sa.BigInteger))


def scores_of(desk: Desk, by: Narrowing, within: Any) -> dict[int, Told]:
    """The mean score of each aspect in the letters' results."""
    query = (
        sa.select(AspectScore.aspect_id, in_parts(AspectScore.score, PLACES), sa.func.count())
        .join(Evaluation, Evaluation.id == AspectScore.evaluation_id)
        .where(Evaluation.cycle_id == by.cycle.id, Evaluation.unit_id.in_(within))
        .group_by(AspectScore.aspect_id)
    )
    return {aspect: mean(parts, known, PLACES) for aspect, parts, known in desk.session.execute(query)}


def verified_of(desk: Desk, by: Narrowing, within: Any) -> dict[int, Told]:
    """The plain mean of the verified progress of each aspect, over the units that have a figure there."""
    figure = AspectProgress.verified
    query = (
        sa.select(AspectProgress.aspect_id, in_parts(figure, 100), sa.func.count(figure))
        .where(AspectProgress.cycle_id == by.cycle.id, AspectProgress.unit_id.in_(within))
        .group_by(AspectProgress.aspect_id)
    )
    return {aspect: mean(parts, known, 100) for aspect, parts, known in desk.session.execute(query)}


def recurring(desk: Desk, by: Narrowing, within: Any) -> dict[int, tuple[int, int, int]]:
    """Recommendations of each aspect: all, those said for the second time, for the third or more."""
    second = sa.func.sum(sa.case((Recommendation.times == 2, 1), else_=0))
    third = sa.func.sum(sa.case((Recommendation.times >= 3, 1), else_=0))
    query = (
        sa.select(Recommendation.aspect_id, sa.func.count(), second, third)
        .where(Recommendation.cycle_id == by.cycle.id, Recommendation.unit_id.in_(within))
        .group_by(Recommendation.aspect_id)
    )
    return {aspect: (int(n), int(two), int(three)) for aspect, n, two, three in desk.session.execute(query)}


def workdays_taken(desk: Desk, by: Narrowing, within: Any) -> Mapping[int, Sequence[int]]:
    """Working days from assignment to acceptance of each accepted follow-up, by the calendar of its place."""
    query = (
        sa.select(Recommendation.aspect_id, FollowUp.assigned_at, FollowUp.accepted_at, Region.code, Region.timezone)
        .join(Recommendation, Recommendation.id == FollowUp.recommendation_id)
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .where(
            FollowUp.cycle_id == by.cycle.id, FollowUp.unit_id.in_(within),
            FollowUp.status == FollowUpStatus.ACCEPTED, FollowUp.accepted_at.is_not(None),
        )
    )  # fmt: skip
    found: dict[int, list[int]] = defaultdict(list)
    for aspect, assigned, accepted, code, zone in desk.session.execute(query):
        assert accepted is not None  # as the query asks
        there = ZoneInfo(zone or HOME)
        calendar = calendar_at(desk.session, code or "")
        days = calendar.until(assigned.astimezone(there).date(), accepted.astimezone(there).date())
        found[aspect].append(max(0, days))
    return found


def middle(days: Sequence[int]) -> tuple[Decimal | None, int]:
    if not days:
        return None, 0
    return Decimal(median(map(Decimal, days))).quantize(CENT, ROUND_HALF_UP), len(days)


def indicators(desk: Desk, by: Narrowing, within: Any) -> list[IndicatorState]:
    """Named afterwards: joined to their names first, PostgreSQL asks for the units again at each of them."""
    number = sa.func.count()
    query = (
        sa.select(Recommendation.indicator_id, number, sa.func.count(Recommendation.unit_id.distinct()))
        .where(
            Recommendation.cycle_id == by.cycle.id,
            Recommendation.unit_id.in_(within),
            Recommendation.indicator_id.is_not(None),
        )
        .group_by(Recommendation.indicator_id)
    )
    counted = desk.session.execute(query).all()
    named = sa.select(Indicator.id, Indicator.number, Indicator.name)
    known = {id: (place, name) for id, place, name in desk.session.execute(named)}
    found = [
        IndicatorState(*known[id], recommendations, units) for id, recommendations, units in counted if id in known
    ]
    return sorted(found, key=lambda each: (-each.recommendations, each.number))
