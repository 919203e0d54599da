"""One unit before its session, for whoever mentors it: result, progress, silence, and what is recommended where."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints.of_unit import UnitComplaints, complaints_of
from tracker.directory.models import ServiceUnit
from tracker.evaluations.models import AspectScore, Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Aspect, Cycle
from tracker.mentoring.models import SessionUnit
from tracker.progress.lines import expected_today, officers, standing_rules
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.progress.rules import Standing, standing
from tracker.recommendations.models import Recommendation


@dataclass(frozen=True, slots=True)
class AspectBrief:
    """One aspect: score, progress, and each recommendation with its follow-ups that are not cancelled."""

    aspect: Aspect
    score: Decimal | None
    verified: Decimal | None
    claimed: Decimal | None
    recommended: list[tuple[Recommendation, list[FollowUp]]]


@dataclass(frozen=True, slots=True)
class Brief:
    """`silent_since`: the last action of the unit or sign-in of an officer; None where there never was one."""

    evaluation: Evaluation | None
    progress: UnitProgress | None
    expected: Decimal | None
    standing: Standing
    silent_since: datetime | None
    aspects: list[AspectBrief]
    complaints: UnitComplaints | None
    """What citizens complain about there; None for whoever sees no complaints."""


def brief_of(desk: Desk, line: SessionUnit) -> Brief | None:
    """None where the session belongs to no cycle. Nine queries at most."""
    cycle = line.session.cycle
    if cycle is None:
        return None
    unit_id = line.unit_id
    result = sa.select(Evaluation).filter_by(unit_id=unit_id, cycle_id=cycle.id).options(joinedload(Evaluation.band))
    evaluation = desk.session.scalar(result)
    figures = desk.session.scalar(sa.select(UnitProgress).filter_by(unit_id=unit_id, cycle_id=cycle.id))
    expectation = expected_today(desk, cycle)
    verified = figures.verified if figures else None
    return Brief(
        evaluation,
        figures,
        expectation,
        standing(verified, expectation, standing_rules(desk.session)),
        last_sign(desk, unit_id),
        aspects_of(desk, cycle, unit_id, evaluation),
        complaints_of(desk, line.unit),
    )


def last_sign(desk: Desk, unit_id: int) -> datetime | None:
    """The last action in any cycle, or the last sign-in of one of the unit's officers."""
    with as_machine(desk.session):
        acted = desk.session.scalar(sa.select(sa.func.max(UnitProgress.last_action_at)).filter_by(unit_id=unit_id))
        people = officers(desk.session, ServiceUnit.id == unit_id, desk.today).get(unit_id)
    signs = (acted, people.last_sign_in if people else None)
    return max((sign for sign in signs if sign is not None), default=None)


def aspects_of(desk: Desk, cycle: Cycle, unit_id: int, evaluation: Evaluation | None) -> list[AspectBrief]:
    progress = sa.and_(
        AspectProgress.aspect_id == Aspect.id, AspectProgress.unit_id == unit_id, AspectProgress.cycle_id == cycle.id
    )
    scored = sa.and_(
        AspectScore.aspect_id == Aspect.id, AspectScore.evaluation_id == (evaluation.id if evaluation else None)
    )
    rows = desk.session.execute(
        sa.select(Aspect, AspectScore.score, AspectProgress.verified, AspectProgress.claimed)
        .outerjoin(AspectScore, scored)
        .outerjoin(AspectProgress, progress)
        .where(Aspect.instrument_id == cycle.instrument_id)
        .order_by(Aspect.position)
    )
    recommended = recommended_in(desk, cycle, unit_id)
    return [
        AspectBrief(aspect, score, verified, claimed, recommended[aspect.id])
        for aspect, score, verified, claimed in rows
    ]


def recommended_in(desk: Desk, cycle: Cycle, unit_id: int) -> dict[int, list[tuple[Recommendation, list[FollowUp]]]]:
    """Aspect -> its recommendations in this cycle, oldest first."""
    query = sa.select(Recommendation).filter_by(unit_id=unit_id, cycle_id=cycle.id).order_by(Recommendation.id)
    work: dict[int, list[FollowUp]] = defaultdict(list)
    follow_ups = sa.select(FollowUp).filter_by(unit_id=unit_id, cycle_id=cycle.id)
    for each in desk.all(follow_ups.where(FollowUp.status != FollowUpStatus.CANCELLED).order_by(FollowUp.due_at)):
        work[each.recommendation_id].append(each)
    found: dict[int, list[tuple[Recommendation, list[FollowUp]]]] = defaultdict(list)
    for recommendation in desk.all(query):
        found[recommendation.aspect_id].append((recommendation, work[recommendation.id]))
    return found
