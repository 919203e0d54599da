"""What the page of a unit tells of one cycle: what is open, result and progress, recommendations, and history."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.history import Entry, in_words
from tracker.dashboards.unit_statements import ASPECTS, CONTACTS, FOLLOW_UPS, RECOMMENDATIONS, RESULTS
from tracker.dashboards.unit_work import OpenWork, Task, open_work
from tracker.directory.models import Contact, ServiceUnit
from tracker.evaluations.models import Evaluation
from tracker.events.models import Event
from tracker.followups.models import FollowUp
from tracker.followups.rules import is_overdue
from tracker.followups.wording import line
from tracker.instruments.models import Aspect, Cycle
from tracker.progress.lines import expected_today, standing_rules
from tracker.progress.models import UnitProgress
from tracker.progress.rules import Standing, standing
from tracker.recommendations.models import Recommendation

EVENTS = 20
Told = tuple[Recommendation, list[FollowUp]]


@dataclass(frozen=True, slots=True)
class Result:
    """A cycle in which the unit has something, with what came of its evaluation there."""

    cycle: Cycle
    evaluation: Evaluation | None
    progress: UnitProgress | None


@dataclass(frozen=True, slots=True)
class AspectPart:
    aspect: Aspect
    score: Decimal | None
    verified: Decimal | None
    claimed: Decimal | None
    tasks: list[Task]


@dataclass(frozen=True, slots=True)
class Carried:
    """How much is still open from earlier cycles, outside the percentages of this one."""

    recommendations: int = 0
    follow_ups: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class CarriedPart:
    """What is still open from one earlier cycle."""

    cycle: Cycle
    tasks: list[Task]


@dataclass(frozen=True, slots=True)
class Case:
    """A unit in a cycle, as people who read cases see it."""

    result: Result
    expected: Decimal | None
    standing: Standing
    open: OpenWork
    aspects: list[AspectPart]
    carried: Carried
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
    return list(desk.session.scalars(CONTACTS, {"unit": unit.id}))


def reads_cases(desk: Desk, unit: ServiceUnit) -> bool:
    """Administrators see the directory's facts of a unit, and nothing of its case."""
    return desk.may(Act.VIEW_EVALUATIONS, unit)


def results_of(desk: Desk, unit: ServiceUnit) -> list[Result]:
    """The cycles in which the unit has a result or a recommendation, the newest first; one query."""
    return [Result(*row) for row in desk.session.execute(RESULTS, {"unit": unit.id})]


def case_of(desk: Desk, unit: ServiceUnit, result: Result, results: Sequence[Result]) -> Case:
    cycle, stored = result.cycle, result.progress
    told, carried = told_of(desk, unit, cycle, results)
    tasks = [Task(each, [line(desk, work) for work in works]) for each, works in told]
    aspects = aspects_of(desk, unit, result, tasks)
    expectation = expected_today(desk, cycle)
    return Case(
        result,
        expectation,
        standing(stored.verified if stored else None, expectation, standing_rules(desk.session)),
        open_work(desk, tasks, {part.aspect.id: part.aspect for part in aspects}),
        aspects,
        counted(desk, carried),
        priority_reason(desk, result.evaluation),
    )


def aspects_of(desk: Desk, unit: ServiceUnit, result: Result, tasks: Sequence[Task]) -> list[AspectPart]:
    """All aspects of the instrument with the unit's score and progress in each; one query."""
    own: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        own[task.recommendation.aspect_id].append(task)
    asked = {
        "instrument": result.cycle.instrument_id,
        "evaluation": result.evaluation.id if result.evaluation else None,
        "unit": unit.id,
        "cycle": result.cycle.id,
    }
    rows = desk.session.execute(ASPECTS, asked)
    return [AspectPart(aspect, score, verified, claimed, own[aspect.id]) for aspect, score, verified, claimed in rows]


def told_of(desk: Desk, unit: ServiceUnit, cycle: Cycle, results: Sequence[Result]) -> tuple[list[Told], list[Told]]:
    """The recommendations of the cycle and those carried over into it, with their follow-ups; two queries.

    Only what is open is carried over; of carried ones, only what is open is told.
    """
    asked = {"unit": unit.id, "cycle": cycle.id, "earlier": earlier(cycle, results)}
    told: dict[int, Told] = {each.id: (each, []) for each in desk.session.scalars(RECOMMENDATIONS, asked)}
    for follow_up in desk.session.scalars(FOLLOW_UPS, asked):
        if follow_up.recommendation_id in told:
            told[follow_up.recommendation_id][1].append(follow_up)
    own = [each for each in told.values() if each[0].cycle_id == cycle.id]
    return own, [each for each in told.values() if each[0].cycle_id != cycle.id]


def earlier(cycle: Cycle, results: Sequence[Result]) -> list[int]:
    """Cycles of the same source before this one, however its instrument was versioned, of those the unit is in."""
    return [
        each.cycle.id
        for each in results
        if each.cycle.instrument.source == cycle.instrument.source
        and (each.cycle.year, each.cycle.id) < (cycle.year, cycle.id)
    ]


def counted(desk: Desk, carried: Sequence[Told]) -> Carried:
    works = [work for _each, works in carried for work in works]
    return Carried(len(carried), len(works), sum(is_overdue(work.holder, work.due_at, desk.now) for work in works))


def carried_tasks(desk: Desk, unit: ServiceUnit, cycle: Cycle, results: Sequence[Result]) -> list[CarriedPart]:
    """The open recommendations of earlier cycles with what is open of them, cycle by cycle, the newest first."""
    _own, carried = told_of(desk, unit, cycle, results)
    parts = [CarriedPart(each.cycle, []) for each in results]
    for recommendation, works in carried:
        part = next(each for each in parts if each.cycle.id == recommendation.cycle_id)
        part.tasks.append(Task(recommendation, [line(desk, work) for work in works]))
    return [part for part in parts if part.tasks]


def priority_reason(desk: Desk, evaluation: Evaluation | None) -> str:
    """The reason given when somebody set it by hand, from the trail; where the band decides, nothing is asked."""
    if evaluation is None or evaluation.priority_set is None:
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
