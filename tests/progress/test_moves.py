"""The moves of a unit's figures sum to the whole change, to the last digit, whatever happened in whatever order."""

import itertools
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
import sqlalchemy as sa

from tests.progress.test_queries import S, an_instrument, facts_of
from tests.support.make import NOON, Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit
from tracker.events.models import Event
from tracker.followups.models import FollowUp
from tracker.instruments.models import Cycle
from tracker.kit.db import db
from tracker.progress.kept_models import ProgressMove
from tracker.progress.models import UnitProgress
from tracker.progress.operations import keep_current, recalculate_all
from tracker.progress.rules import RecommendationFacts, exact_unit, rounded_or_none
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment, CannotReason, Priority


def exact_of(desk: Desk, unit: ServiceUnit, cycle: Cycle) -> tuple[Fraction | None, Fraction | None]:
    """Claimed and verified by the rules, from the rows one by one."""
    recommendations = desk.all(sa.select(Recommendation).filter_by(unit_id=unit.id, cycle_id=cycle.id))
    codes = {aspect.id: aspect.code for aspect in cycle.instrument.aspects}
    return exact_unit(
        {aspect.code: aspect.weight for aspect in cycle.instrument.aspects},
        [
            RecommendationFacts(
                codes[each.aspect_id],
                each.priority.value,
                each.assessment.value,
                tuple(facts_of(work) for work in desk.all(sa.select(FollowUp).filter_by(recommendation_id=each.id))),
            )
            for each in recommendations
        ],
    )


def something_happens(make: Make, random: Random, unit: ServiceUnit, cycle: Cycle) -> None:
    works = list(make.session.scalars(sa.select(FollowUp).filter_by(unit_id=unit.id)))
    advice = list(make.session.scalars(sa.select(Recommendation).filter_by(unit_id=unit.id)))
    what = random.choice(["recommend", "assign", "assign", "log", "log", "return", "accept", "judge", "cannot", "none"])
    if what == "recommend" or not advice:
        aspect = random.choice(list(cycle.instrument.aspects))
        make.recommendation(unit, cycle=cycle, aspect=aspect, priority=random.choice(list(Priority)))
    elif what == "assign" or not works:
        make.follow_up(recommendation=random.choice(advice), weight=random.randint(1, 9))
    elif what in ("log", "return", "accept"):
        work = random.choice(works)
        if what == "log":
            work.logged_percent = random.randint(0, 100)
            work.last_action_at = NOON + timedelta(minutes=random.randint(0, 900))
        elif what == "return":
            work.status, work.confirmed_percent, work.returned_at = S.RETURNED, random.randint(0, 100), NOON
            work.accepted_at = None
        else:
            work.status, work.accepted_at, work.holder, work.is_open = S.ACCEPTED, NOON, sa.null(), False
        make.save(work)
    elif what in ("judge", "cannot"):
        each = random.choice(advice)
        each.assessment = random.choice(list(Assessment)) if what == "judge" else Assessment.CANNOT
        each.cannot_reason = CannotReason.IN_COURT if each.assessment is Assessment.CANNOT else None
        make.save(each)


@pytest.mark.parametrize("seed", range(8))
def test_the_deltas_of_any_history_sum_to_the_change_and_are_those_of_the_rules(
    make: Make, machine: Desk, seed: int
) -> None:
    random = Random(seed)
    cycle = make.cycle(instrument=an_instrument(make, random, 5, None))
    unit = make.unit()
    make.evaluation(unit, cycle)
    seen: list[tuple[Fraction | None, Fraction | None]] = [(None, None)]
    for _ in range(30):
        something_happens(make, random, unit, cycle)
        keep_current(machine.session, [unit.id])
        now = exact_of(machine, unit, cycle)
        if now != seen[-1]:
            seen.append(now)
    moves = machine.all(sa.select(ProgressMove).filter_by(unit_id=unit.id).order_by(ProgressMove.id))
    steps = [
        (Fraction(after[0] or 0) - Fraction(before[0] or 0), Fraction(after[1] or 0) - Fraction(before[1] or 0))
        for before, after in itertools.pairwise(seen)
    ]
    assert [(move.claimed, move.verified) for move in moves] == steps
    assert sum(move.verified for move in moves) == (seen[-1][1] or 0)
    assert sum(move.claimed for move in moves) == (seen[-1][0] or 0)
    stored = machine.session.scalars(sa.select(UnitProgress).filter_by(unit_id=unit.id)).one()
    assert stored.verified == rounded_or_none(seen[-1][1])


def test_a_move_too_small_to_be_seen_is_kept(make: Make, machine: Desk) -> None:
    recommendation = make.recommendation()
    works = [make.follow_up(recommendation=recommendation, weight=100) for _ in range(9)]
    small = make.follow_up(recommendation=recommendation, weight=1)
    keep_current(machine.session, [recommendation.unit_id])
    small.logged_percent = 3
    make.save(small)
    keep_current(machine.session, [recommendation.unit_id])
    stored = machine.session.scalars(sa.select(UnitProgress)).one()
    moves = machine.all(sa.select(ProgressMove).order_by(ProgressMove.id))
    assert stored.claimed == Decimal("0.00")
    assert moves[-1].claimed == Fraction(3, 100 * len(works) + 1)


def test_a_move_names_the_act_of_its_transaction(make: Make, machine: Desk) -> None:
    work = make.follow_up(status=S.SUBMITTED)
    keep_current(machine.session, [work.unit_id])
    with as_machine(machine.session):
        work.status, work.accepted_at, work.holder, work.is_open = S.ACCEPTED, NOON, sa.null(), False
        machine.record(Act.ACCEPT_FOLLOW_UP, work)
        work.recommendation.assessment = Assessment.ADEQUATE
        machine.record(Act.JUDGE_ADEQUATE, work.recommendation)
    machine.session.commit()
    move = machine.session.scalars(sa.select(ProgressMove).order_by(ProgressMove.id.desc()).limit(1)).one()
    event = machine.session.get(Event, move.event_id)
    assert event is not None
    assert (event.act, event.subject_id, move.at) == (Act.ACCEPT_FOLLOW_UP.value, work.id, machine.now)
    assert move.verified == 100


def test_what_moves_no_figure_asks_nothing_more_and_leaves_no_move(make: Make, machine: Desk) -> None:
    work = make.follow_up()
    keep_current(machine.session, [work.unit_id])
    before = machine.session.scalar(sa.select(sa.func.count()).select_from(ProgressMove))

    def statements() -> list[str]:
        said: list[str] = []
        note = lambda _c, _cursor, text, *_: said.append(text)  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", note)
        keep_current(machine.session, [work.unit_id])
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return said

    idle = len(statements())
    work.last_action_at = NOON
    make.save(work)
    assert len(statements()) == idle
    assert machine.session.scalar(sa.select(sa.func.count()).select_from(ProgressMove)) == before


def test_a_repair_of_a_stored_figure_is_no_move(make: Make, machine: Desk) -> None:
    work = make.follow_up(status=S.ACCEPTED)
    keep_current(machine.session, [work.unit_id])
    machine.session.execute(sa.update(UnitProgress).values(verified=Decimal("12.34")))
    assert recalculate_all(machine).differences == 1
    assert machine.session.scalar(sa.select(sa.func.count()).select_from(ProgressMove)) == 1
