"""What the page of a unit tells of one cycle: result, progress, recommendations with their open work, and history."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.history import Entry, in_words
from tracker.directory.models import Contact, ServiceUnit
from tracker.evaluations.models import Evaluation
from tracker.events.models import Event
from tracker.followups.models import FollowUp
from tracker.followups.queries import due_order
from tracker.followups.states import FollowUpStatus
from tracker.followups.wording import Line, line
from tracker.instruments.models import Aspect, Cycle, Instrument
from tracker.kit.db import Rows
from tracker.progress.lines import expected_today, standing_rules
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.progress.rules import Standing, standing
from tracker.recommendations.models import Recommendation
from tracker.recommendations.queries import carried_into

EVENTS = 20


@dataclass(frozen=True, slots=True)
class Task:
    """A recommendation with the follow-ups that are not cancelled."""

    recommendation: Recommendation
    work: list[Line] = field(default_factory=list)

    @property
    def is_not_assigned(self) -> bool:
        return not self.work and self.recommendation.assessment.value in ("not_followed_up", "not_yet_adequate")


@dataclass(frozen=True, slots=True)
class AspectPart:
    aspect: Aspect
    score: Decimal | None
    progress: AspectProgress | None
    tasks: list[Task]


@dataclass(frozen=True, slots=True)
class Case:
    """A unit in a cycle, as people who read cases see it."""

    cycle: Cycle
    evaluation: Evaluation | None
    progress: UnitProgress | None
    expected: Decimal | None
    standing: Standing
    aspects: list[AspectPart]
    carried: list[Task]
    priority_reason: str
    """Why it was put in or taken out by hand; empty where the band decides."""


@dataclass(frozen=True, slots=True)
class History:
    entries: list[Entry]
    total: int
    page: int

    @property
    def first(self) -> int:
        return (self.page - 1) * EVENTS + 1

    @property
    def last(self) -> int:
        return self.first + len(self.entries) - 1


def contacts(desk: Desk, unit: ServiceUnit) -> list[Contact]:
    return desk.all(sa.select(Contact).filter_by(unit_id=unit.id).order_by(Contact.position, Contact.id))


def cycles_of(unit: ServiceUnit) -> Rows[Cycle]:
    """Cycles in which the unit has a result or a recommendation, the newest first."""
    result = sa.exists().where(Evaluation.cycle_id == Cycle.id, Evaluation.unit_id == unit.id)
    told = sa.exists().where(Recommendation.cycle_id == Cycle.id, Recommendation.unit_id == unit.id)
    return (
        sa.select(Cycle)
        .where(sa.or_(result, told))
        .options(joinedload(Cycle.instrument).options(selectinload(Instrument.aspects)))
        .order_by(Cycle.year.desc(), Cycle.id.desc())
    )


def reads_cases(desk: Desk, unit: ServiceUnit) -> bool:
    """Administrators see the directory's facts of a unit, and nothing of its case."""
    return desk.may(Act.VIEW_EVALUATIONS, unit)


def case_of(desk: Desk, unit: ServiceUnit, cycle: Cycle) -> Case:
    session = desk.session
    evaluation = session.scalar(
        sa.select(Evaluation)
        .filter_by(unit_id=unit.id, cycle_id=cycle.id)
        .options(selectinload(Evaluation.scores), joinedload(Evaluation.band))
    )
    stored = session.scalar(sa.select(UnitProgress).filter_by(unit_id=unit.id, cycle_id=cycle.id))
    by_aspect = {
        each.aspect_id: each
        for each in session.scalars(sa.select(AspectProgress).filter_by(unit_id=unit.id, cycle_id=cycle.id))
    }
    tasks = tasks_of(desk, unit, cycle)
    own: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.recommendation.cycle_id == cycle.id:
            own[task.recommendation.aspect_id].append(task)
    scores = {score.aspect_id: score.score for score in evaluation.scores} if evaluation else {}
    expectation = expected_today(desk, cycle)
    return Case(
        cycle,
        evaluation,
        stored,
        expectation,
        standing(stored.verified if stored else None, expectation, standing_rules(session)),
        [
            AspectPart(aspect, scores.get(aspect.id), by_aspect.get(aspect.id), own[aspect.id])
            for aspect in cycle.instrument.aspects
        ],
        [task for task in tasks if task.recommendation.cycle_id != cycle.id],
        priority_reason(desk, evaluation),
    )


def tasks_of(desk: Desk, unit: ServiceUnit, cycle: Cycle) -> list[Task]:
    """The recommendations of the cycle and those carried over into it, in two queries with their follow-ups."""
    recommendations: Sequence[Recommendation] = desk.all(
        sa.select(Recommendation)
        .where(
            Recommendation.unit_id == unit.id,
            sa.or_(Recommendation.cycle_id == cycle.id, carried_into(cycle)),
        )
        .options(
            joinedload(Recommendation.aspect),
            joinedload(Recommendation.cycle),
            joinedload(Recommendation.indicator),
            joinedload(Recommendation.letter),
        )
        .order_by(Recommendation.id)
    )
    follow_ups = desk.all(
        sa.select(FollowUp)
        .where(
            FollowUp.unit_id == unit.id,
            FollowUp.recommendation_id.in_([each.id for each in recommendations]),
            FollowUp.status != FollowUpStatus.CANCELLED,
        )
        .options(joinedload(FollowUp.person_in_charge))
        .order_by(FollowUp.is_open.desc(), *due_order(few=True))
    )
    tasks = {each.id: Task(each) for each in recommendations}
    for follow_up in follow_ups:
        tasks[follow_up.recommendation_id].work.append(line(desk, follow_up))
    return list(tasks.values())


def priority_reason(desk: Desk, evaluation: Evaluation | None) -> str:
    """The reason given when somebody set it by hand, from the trail."""
    if evaluation is None:
        return ""
    told = (
        sa.select(Event.reason)
        .where(
            Event.subject_type == Evaluation.__name__,
            Event.subject_id == evaluation.id,
            Event.act == Act.SET_PRIORITY.value,
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
    return desk.session.scalar(told) or ""


def history_of(desk: Desk, unit: ServiceUnit, page: int) -> History:
    """Everything that was told of the unit, newest first, as far as the reader may see what it tells of.

    A unit's officers read its history on its own page; the searchable trail across units is for those who hold it.
    """
    query = sa.select(Event).where(Event.unit_id == unit.id)
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    events = desk.all(query.order_by(Event.id.desc()).limit(EVENTS).offset((page - 1) * EVENTS))
    return History(in_words(events), total, page)
