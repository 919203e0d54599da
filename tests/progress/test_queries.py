"""The figures in SQL, held against the exact fractions of the rules."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from tests.support.make import NOON, Make
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit
from tracker.evaluations.models import AspectScore, Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus, Holder, HoldKind, holder_of
from tracker.instruments.models import Aspect, Cycle, Instrument
from tracker.instruments.states import Source
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.progress.operations import correct, keep_current, recalculate_all
from tracker.progress.rules import (
    AspectOutlook,
    FollowUpFacts,
    RecommendationFacts,
    exact_aspect,
    is_not_assigned,
    projection,
    unit_figures,
)
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment, CannotReason, Priority

D = Decimal
S = FollowUpStatus


def an_instrument(make: Make, random: Random, scale: int, share: Decimal | None) -> Instrument:
    shares = {"f02_share": share, "f03_share": 100 - share} if share is not None else {}
    instrument = make.save(
        Instrument(
            code=f"acak-{random.random()}",
            name="Acak",
            source=Source.PANRB,
            valid_from=NOON.date(),
            scale_max=D(scale),
            **shares,
        )
    )
    for position in range(random.randint(1, 7)):
        weight = D(random.randint(1, 9999)) / 100
        make.save(
            Aspect(instrument_id=instrument.id, position=position, code=f"a{position}", name="Aspek", weight=weight)
        )
    with as_machine(make.session):
        make.session.refresh(instrument)
    return instrument


def some_follow_up(random: Random, recommendation: Recommendation) -> FollowUp:
    status = random.choice(list(S))
    hold = random.choice(list(HoldKind)) if status is S.ON_HOLD else None
    holder = holder_of(status, hold)
    returned = status is S.RETURNED or random.random() < 0.3
    return FollowUp(
        recommendation_id=recommendation.id,
        unit_id=recommendation.unit_id,
        cycle_id=recommendation.cycle_id,
        title="Acak",
        weight=random.randint(1, 9),
        status=status,
        is_open=holder is not None,
        holder=holder or sa.null(),
        holder_since=NOON - timedelta(days=random.randint(0, 40)),
        hold_kind=hold,
        hold_fiscal_year=2027 if hold is HoldKind.BUDGET else None,
        original_due_on=NOON.date(),
        due_on=NOON.date(),
        due_at=NOON + timedelta(days=random.randint(-30, 60)),
        assigned_at=NOON,
        last_action_at=random.choice([None, NOON - timedelta(days=random.randint(0, 40))]),
        logged_percent=random.choice([0, 100, random.randint(0, 100)]),
        confirmed_percent=random.randint(0, 100) if returned else 0,
        returned_at=NOON if returned else None,
        accepted_at=NOON if status is S.ACCEPTED else None,
    )


def fill(make: Make, random: Random, cycle: Cycle, unit: ServiceUnit) -> None:
    aspects = list(cycle.instrument.aspects)
    scale = cycle.instrument.scale_max
    if random.random() < 0.9:
        official = random.choice([None, D(random.randint(0, 100 * int(scale))) / 100])
        evaluation = make.save(
            Evaluation(unit_id=unit.id, cycle_id=cycle.id, computed_index=D("1.23"), official_index=official)
        )
        for aspect in aspects:
            score = D(random.randint(0, int(scale) * 100)) / 100
            make.save(AspectScore(evaluation_id=evaluation.id, unit_id=unit.id, aspect_id=aspect.id, score=score))
    for number in range(random.choice([0, 1, 2, 3, 8])):
        assessment = random.choice(list(Assessment))
        recommendation = make.save(
            Recommendation(
                unit_id=unit.id,
                cycle_id=cycle.id,
                aspect_id=random.choice(aspects).id,
                text="Acak",
                text_key=f"acak {number}",
                priority=random.choice(list(Priority)),
                target_score=random.choice([None, D(random.randint(0, int(scale) * 120)) / 100]),
                assessment=assessment,
                cannot_reason=CannotReason.IN_COURT if assessment is Assessment.CANNOT else None,
            )
        )
        for _ in range(random.choice([0, 1, 2, 3])):
            make.save(some_follow_up(random, recommendation))


def facts_of(follow_up: FollowUp) -> FollowUpFacts:
    return FollowUpFacts(
        follow_up.status.value,
        follow_up.weight,
        follow_up.logged_percent,
        follow_up.confirmed_percent if follow_up.returned_at else None,
        follow_up.returned_at is not None,
    )


def expected_of(session: Session, unit: ServiceUnit, cycle: Cycle) -> dict[str, Any]:
    """What the rules say of a unit in a cycle, from its rows one by one."""
    recommendations = session.scalars(sa.select(Recommendation).filter_by(unit_id=unit.id, cycle_id=cycle.id)).all()
    codes = {aspect.id: aspect.code for aspect in cycle.instrument.aspects}
    weights = {aspect.code: aspect.weight for aspect in cycle.instrument.aspects}
    works = {
        r.id: session.scalars(sa.select(FollowUp).filter_by(recommendation_id=r.id)).all() for r in recommendations
    }
    facts = tuple(
        RecommendationFacts(
            codes[each.aspect_id],
            each.priority.value,
            each.assessment.value,
            tuple(facts_of(work) for work in works[each.id]),
            each.target_score if each.assessment is not Assessment.CANNOT else None,
        )
        for each in recommendations
    )
    figures = unit_figures(weights, facts)
    all_works = [work for some in works.values() for work in some]
    return {
        "verified": figures.unit.verified,
        "claimed": figures.unit.claimed,
        "projected": projected(session, unit, cycle, facts, of_verified=True),
        "projected_claimed": projected(session, unit, cycle, facts, of_verified=False),
        "counting": figures.unit.counting,
        "recommendations": len(recommendations),
        "adequate": sum(each.assessment is Assessment.ADEQUATE for each in recommendations),
        "cannot": sum(each.assessment is Assessment.CANNOT for each in recommendations),
        "unassigned": sum(is_not_assigned(each) for each in facts),
        "with_unit": sum(work.holder is Holder.UNIT for work in all_works),
        "with_coordinator": sum(work.holder is Holder.COORDINATOR for work in all_works),
        "with_verifier": sum(work.holder is Holder.VERIFIER for work in all_works),
        "on_hold": sum(work.status is S.ON_HOLD for work in all_works),
        "accepted": sum(work.status is S.ACCEPTED for work in all_works),
        "returned": sum(work.status is S.RETURNED for work in all_works),
        "next_due_at": min(
            (work.due_at for work in all_works if work.holder in (Holder.UNIT, Holder.COORDINATOR)), default=None
        ),
        "last_action_at": max((work.last_action_at for work in all_works if work.last_action_at), default=None),
        "returned_since": min((work.holder_since for work in all_works if work.status is S.RETURNED), default=None),
        "aspects": {code: (each.verified, each.claimed, each.counting) for code, each in figures.aspects.items()},
    }


def projected(
    session: Session, unit: ServiceUnit, cycle: Cycle, facts: tuple[RecommendationFacts, ...], of_verified: bool
) -> Decimal | None:
    """By the rules, from progress that was not rounded."""
    evaluation = session.scalar(
        sa.select(Evaluation).filter_by(unit_id=unit.id, cycle_id=cycle.id).options(selectinload(Evaluation.scores))
    )
    if evaluation is None:
        return None
    scores = {score.aspect_id: score.score for score in evaluation.scores}
    outlooks = []
    for aspect in cycle.instrument.aspects:
        claims, proofs, _ = exact_aspect(aspect.code, facts)
        targets = [each.target for each in facts if each.aspect_code == aspect.code and each.target is not None]
        progress = proofs if of_verified else claims
        outlooks.append(AspectOutlook(aspect.weight, scores[aspect.id], progress, max(targets, default=None)))
    return projection(evaluation.index, outlooks, cycle.instrument.scale_max, cycle.instrument.f02_share)


@pytest.mark.parametrize(
    ("seed", "scale", "share"), [(1, 5, None), (2, 100, None), (3, 5, D("75")), (4, 5, None), (5, 5, D("66.67"))]
)
def test_the_figures_in_sql_are_those_of_the_rules(
    make: Make, machine: Desk, seed: int, scale: int, share: Decimal | None
) -> None:
    random = Random(seed)
    cycle = make.cycle(instrument=an_instrument(make, random, scale, share))
    units = [make.unit(f"Unit {number}") for number in range(25)]
    for unit in units:
        fill(make, random, cycle, unit)
    keep_current(machine.session, [unit.id for unit in units])
    for unit in units:
        stored = machine.session.scalar(sa.select(UnitProgress).filter_by(unit_id=unit.id, cycle_id=cycle.id))
        expected = expected_of(machine.session, unit, cycle)
        aspects = expected.pop("aspects")
        if stored is None:
            assert not expected["recommendations"]
            continue
        assert {name: getattr(stored, name) for name in expected} == expected
        rows = machine.session.scalars(sa.select(AspectProgress).filter_by(unit_id=unit.id)).all()
        found = {row.aspect.code: (row.verified, row.claimed, row.counting) for row in rows}
        nothing = (None, None, 0)
        assert {code: found.get(code, nothing) for code in aspects} == aspects


def test_the_projection_starts_from_unrounded_progress(make: Make, machine: Desk) -> None:
    cycle = make.the_cycle()
    unit = make.unit()
    make.evaluation(unit, cycle, official_index=D("1.62"))
    aspect = cycle.instrument.aspects[1]
    for percent in (100, 0, 0):
        recommendation = make.recommendation(unit, cycle=cycle, aspect=aspect, target_score=D("3.00"))
        make.follow_up(recommendation=recommendation, confirmed_percent=percent, returned_at=NOON)
    keep_current(machine.session, [unit.id])
    stored = machine.session.scalars(sa.select(UnitProgress).filter_by(unit_id=unit.id)).one()
    assert stored.verified == D("33.33")
    # 1.62 + 50 · ⅓ · (3.00 - 1.50) / 100
    assert stored.projected == D("1.87")


def test_a_half_is_rounded_up_on_both_engines(make: Make, machine: Desk) -> None:
    cycle = make.the_cycle()
    for confirmed, expected in {(1, 0, 0, 0, 0, 0, 0, 0): "0.13", (3, 0, 0, 0, 0, 0, 0, 0): "0.38"}.items():
        unit = make.unit()
        recommendation = make.recommendation(unit, cycle=cycle)
        for percent in confirmed:
            make.follow_up(recommendation=recommendation, confirmed_percent=percent, returned_at=NOON)
        keep_current(machine.session, [unit.id])
        stored = machine.session.scalars(sa.select(UnitProgress).filter_by(unit_id=unit.id)).one()
        assert stored.verified == D(expected)


def test_what_is_right_already_is_not_written_again(make: Make, machine: Desk) -> None:
    follow_up = make.follow_up(status=S.ACCEPTED)
    make.evaluation(follow_up.unit)
    keep_current(machine.session, [follow_up.unit_id])
    assert correct(machine.session, [follow_up.unit_id]) == 0


def test_a_recalculation_counts_what_differed_and_puts_it_right(make: Make, machine: Desk) -> None:
    right, wrong = make.follow_up(status=S.ACCEPTED), make.follow_up(status=S.ACCEPTED)
    keep_current(machine.session, [right.unit_id, wrong.unit_id])
    assert recalculate_all(machine).differences == 0
    with as_machine(machine.session):
        machine.session.execute(
            sa.update(UnitProgress).where(UnitProgress.unit_id == wrong.unit_id).values(verified=D("12.34"))
        )
    assert recalculate_all(machine).differences == 1
    assert recalculate_all(machine).differences == 0
    stored = machine.session.scalars(sa.select(UnitProgress).filter_by(unit_id=wrong.unit_id)).one()
    assert stored.verified == D("100.00")


def test_figures_of_what_is_gone_go_with_it(make: Make, machine: Desk) -> None:
    recommendation = make.recommendation()
    keep_current(machine.session, [recommendation.unit_id])
    assert machine.session.scalar(sa.select(sa.func.count()).select_from(AspectProgress)) == 1
    machine.session.execute(sa.text("DELETE FROM recommendation"))
    keep_current(machine.session, [recommendation.unit_id])
    assert machine.session.scalar(sa.select(sa.func.count()).select_from(AspectProgress)) == 0
    assert machine.session.scalar(sa.select(sa.func.count()).select_from(UnitProgress)) == 0


def test_a_moment_survives_the_way_into_the_figures(make: Make, machine: Desk) -> None:
    due = datetime(2026, 4, 30, 16, 59, 59, tzinfo=UTC)
    follow_up = make.follow_up(due_at=due, last_action_at=NOON)
    keep_current(machine.session, [follow_up.unit_id])
    stored = machine.session.scalars(sa.select(UnitProgress)).one()
    assert (stored.next_due_at, stored.last_action_at, stored.returned_since) == (due, NOON, None)
