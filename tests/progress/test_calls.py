"""Whom to call today."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.progress.calls import CallFacts, CallReason, CallRules, call_score

D = Decimal

QUIET = CallFacts(
    unreachable=False,
    commitment_overdue=False,
    returned_untouched_days=None,
    silent_days=0,
    verified=D(50),
    expected=D(50),
    days_to_opening=90,
    counting=4,
    adequate=1,
)
facts = st.builds(
    CallFacts,
    unreachable=st.booleans(),
    commitment_overdue=st.booleans(),
    returned_untouched_days=st.none() | st.integers(0, 40),
    silent_days=st.none() | st.integers(0, 40),
    verified=st.none() | st.decimals(0, 100, places=2),
    expected=st.none() | st.decimals(0, 100, places=2),
    days_to_opening=st.none() | st.integers(-40, 400),
    counting=st.integers(0, 5),
    adequate=st.integers(0, 5),
)


def test_a_unit_with_nothing_wrong_scores_nothing() -> None:
    assert call_score(QUIET).points == 0
    assert call_score(QUIET).reasons == ()


@pytest.mark.parametrize(
    ("change", "reason", "points"),
    [
        pytest.param({"unreachable": True}, CallReason.UNREACHABLE, 30, id="unreachable"),
        pytest.param({"commitment_overdue": True}, CallReason.COMMITMENT_OVERDUE, 25, id="commitment overdue"),
        pytest.param({"returned_untouched_days": 5}, CallReason.RETURNED_UNTOUCHED, 20, id="returned for five days"),
        pytest.param({"silent_days": 10}, CallReason.SILENT, 15, id="silent for ten days"),
        pytest.param({"silent_days": None}, CallReason.SILENT, 15, id="never heard of"),
        pytest.param({"expected": D("62.99")}, CallReason.BEHIND, 12, id="whole points behind"),
        pytest.param({"verified": D(0), "expected": D(90)}, CallReason.BEHIND, 30, id="at most thirty points"),
    ],
)
def test_each_reason_has_its_points_and_stands_beside_the_score(
    change: dict[str, object], reason: CallReason, points: int
) -> None:
    score = call_score(replace(QUIET, **change))  # type: ignore[arg-type]
    assert [(each.reason, each.points) for each in score.reasons] == [(reason, D(points))]
    assert score.points == points


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"returned_untouched_days": 4}, id="returned four days ago"),
        pytest.param({"silent_days": 9}, id="silent for nine"),
        pytest.param({"expected": D("50.99")}, id="less than a point behind"),
        pytest.param({"expected": None}, id="nothing expected yet"),
        pytest.param({"verified": None, "expected": D(90)}, id="no figure yet"),
        pytest.param({"verified": D(100)}, id="ahead"),
    ],
)
def test_what_is_not_yet_a_reason(change: dict[str, object]) -> None:
    assert call_score(replace(QUIET, **change)).points == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "factor"), [(None, "1"), (31, "1"), (30, "1.5"), (1, "1.5"), (0, "1"), (-3, "1")])
def test_the_last_thirty_days_before_the_opening_count_one_and_a_half(days: int | None, factor: str) -> None:
    score = call_score(replace(QUIET, unreachable=True, days_to_opening=days))
    assert score.factor == D(factor)
    assert score.points == 30 * D(factor)


def test_a_unit_whose_counting_recommendations_are_all_adequate_scores_nothing() -> None:
    worst = CallFacts(True, True, 40, None, D(0), D(100), 1, counting=3, adequate=3)
    assert call_score(worst).points == 0
    assert call_score(replace(worst, adequate=2)).points == 180


def test_a_unit_without_recommendations_can_still_be_called() -> None:
    assert call_score(replace(QUIET, unreachable=True, counting=0, adequate=0)).points == 30


def test_every_number_is_a_setting() -> None:
    rules = CallRules(unreachable=D(7), silent=D(2), silent_days=1)
    assert call_score(replace(QUIET, unreachable=True, silent_days=1), rules).points == 9


@given(facts)
def test_the_score_is_the_factor_times_its_reasons_and_each_reason_counts_once(facts: CallFacts) -> None:
    score = call_score(facts)
    assert score.points == score.factor * sum(each.points for each in score.reasons)
    assert len({each.reason for each in score.reasons}) == len(score.reasons)
    assert all(each.points > 0 and each.message % each.values for each in score.reasons)
    assert 0 <= score.points <= 180
