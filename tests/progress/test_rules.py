"""The figures of a unit, by hand and by property."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.progress.rules import (
    AspectOutlook,
    FollowUpFacts,
    RecommendationFacts,
    Standing,
    StandingRules,
    claimed,
    expected,
    group_mean,
    is_not_assigned,
    projection,
    recommendation_claimed,
    recommendation_verified,
    rounded,
    standing,
    unit_figures,
    verified,
)

D = Decimal
F = Fraction

OPEN = ("assigned", "in_progress", "submitted", "awaiting_confirmation", "returned", "on_hold")
STATES = (*OPEN, "accepted", "cancelled")
ASSESSMENTS = ("not_followed_up", "not_yet_adequate", "adequate", "cannot_be_followed_up")
WEIGHTS = {"kebijakan": D(30), "sdm": D("21.85"), "inovasi": D(7)}

percents = st.integers(0, 100)
follow_ups = st.builds(
    FollowUpFacts,
    state=st.sampled_from(STATES),
    weight=st.integers(1, 9),
    logged=st.none() | percents,
    returned=st.none() | percents,
    was_returned=st.booleans(),
)
recommendations = st.builds(
    RecommendationFacts,
    aspect_code=st.sampled_from(sorted(WEIGHTS)),
    priority=st.sampled_from(["high", "medium", "low"]),
    assessment=st.sampled_from(ASSESSMENTS),
    follow_ups=st.lists(follow_ups, max_size=4).map(tuple),
)
units = st.lists(recommendations, max_size=6)


def recommended(*follow_ups: FollowUpFacts, **other: str) -> RecommendationFacts:
    facts = {"aspect_code": "kebijakan", "priority": "medium", "assessment": "not_yet_adequate"} | other
    return RecommendationFacts(facts["aspect_code"], facts["priority"], facts["assessment"], follow_ups)


@pytest.mark.parametrize(
    ("follow_up", "claim", "proof"),
    [
        pytest.param(FollowUpFacts("assigned"), 0, 0, id="before the first action"),
        pytest.param(FollowUpFacts("in_progress", logged=60), 60, 0, id="logged only"),
        pytest.param(FollowUpFacts("in_progress", logged=100), 100, 0, id="logged in full, never returned"),
        pytest.param(FollowUpFacts("submitted", logged=80), 100, 0, id="submitted"),
        pytest.param(FollowUpFacts("awaiting_confirmation", logged=80), 100, 0, id="with the coordinator"),
        pytest.param(FollowUpFacts("returned", logged=100, returned=40), 99, 40, id="returned"),
        pytest.param(FollowUpFacts("returned", logged=100), 99, 0, id="sent back by the coordinator"),
        pytest.param(FollowUpFacts("in_progress", logged=100, was_returned=True), 99, 0, id="logged after a return"),
        pytest.param(FollowUpFacts("in_progress", logged=70, returned=40), 70, 40, id="less than 99 after a return"),
        pytest.param(FollowUpFacts("accepted", logged=70, returned=40), 100, 100, id="accepted"),
        pytest.param(FollowUpFacts("on_hold", logged=30, returned=20), 30, 20, id="on hold keeps both"),
    ],
)
def test_claimed_and_verified_of_a_follow_up(follow_up: FollowUpFacts, claim: int, proof: int) -> None:
    assert claimed(follow_up) == claim
    assert verified(follow_up) == proof


def test_a_recommendation_is_the_weighted_mean_of_its_follow_ups() -> None:
    facts = recommended(FollowUpFacts("accepted", weight=3), FollowUpFacts("in_progress", weight=1, logged=40))
    assert recommendation_verified(facts) == 75
    assert recommendation_claimed(facts) == 85


def test_an_adequate_recommendation_counts_in_full_whatever_its_follow_ups_say() -> None:
    facts = recommended(FollowUpFacts("returned", returned=10), assessment="adequate")
    assert recommendation_claimed(facts) == recommendation_verified(facts) == 100


def test_one_that_cannot_be_followed_up_is_left_out_not_counted_as_zero() -> None:
    out = recommended(assessment="cannot_be_followed_up")
    half = recommended(FollowUpFacts("returned", returned=50))
    assert recommendation_verified(out) is None
    assert unit_figures(WEIGHTS, [out, half]).unit.verified == D("50.00")


@pytest.mark.parametrize("facts", [recommended(), recommended(FollowUpFacts("cancelled", logged=90, returned=80))])
def test_without_follow_ups_or_with_cancelled_ones_only_it_counts_zero_and_is_not_assigned(
    facts: RecommendationFacts,
) -> None:
    assert recommendation_verified(facts) == recommendation_claimed(facts) == 0
    assert is_not_assigned(facts)


def test_a_settled_recommendation_is_never_called_not_assigned() -> None:
    assert not is_not_assigned(recommended(assessment="adequate"))
    assert not is_not_assigned(recommended(assessment="cannot_be_followed_up"))
    assert not is_not_assigned(recommended(FollowUpFacts("assigned")))


def test_an_aspect_weighs_high_three_medium_two_low_one() -> None:
    done = FollowUpFacts("accepted")
    figures = unit_figures(
        WEIGHTS, [recommended(done, priority="high"), recommended(priority="medium"), recommended(priority="low")]
    )
    assert figures.aspects["kebijakan"].verified == D("50.00")
    assert figures.aspects["kebijakan"].counting == 3


def test_a_unit_weighs_only_the_aspects_that_have_counting_recommendations() -> None:
    figures = unit_figures(
        {"kebijakan": D(30), "sdm": D(10), "inovasi": D(60)},
        [
            recommended(FollowUpFacts("accepted")),
            recommended(aspect_code="sdm"),
            recommended(aspect_code="inovasi", assessment="cannot_be_followed_up"),
        ],
    )
    assert figures.unit.verified == D("75.00")
    assert figures.aspects["inovasi"].verified is None


def test_a_unit_without_counting_recommendations_has_no_data_rather_than_zero() -> None:
    for facts in ([], [recommended(assessment="cannot_be_followed_up")]):
        figures = unit_figures(WEIGHTS, facts)
        assert (figures.unit.claimed, figures.unit.verified, figures.unit.counting) == (None, None, 0)


def test_only_the_end_is_rounded() -> None:
    done, open_ = FollowUpFacts("accepted"), FollowUpFacts("assigned")
    two_thirds = recommended(done, done, open_)
    # 400/9 is 44.44; the mean of 66.67, 66.67 and 0 would be stored as 44.45.
    assert unit_figures(WEIGHTS, [two_thirds, two_thirds, recommended()]).unit.verified == D("44.44")


@pytest.mark.parametrize(
    ("figure", "stored"),
    [(F(1, 200), "0.01"), (F(1, 201), "0.00"), (F(200, 3), "66.67"), (F(100), "100.00"), (F(-1, 200), "-0.01")],
)
def test_a_half_is_rounded_up(figure: F, stored: str) -> None:
    assert rounded(figure) == D(stored)


@given(units)
def test_figures_stay_between_0_and_100(facts: list[RecommendationFacts]) -> None:
    figures = unit_figures(WEIGHTS, facts)
    for each in (figures.unit, *figures.aspects.values()):
        assert each.claimed is None or 0 <= each.claimed <= 100
        assert each.verified is None or 0 <= each.verified <= 100
        assert (each.claimed is None) == (each.verified is None) == (each.counting == 0)


@given(units, st.integers(0, 99))
def test_the_order_of_recommendations_and_follow_ups_does_not_matter(
    facts: list[RecommendationFacts], seed: int
) -> None:
    shuffle = Random(seed)
    mixed = [replace(each, follow_ups=tuple(shuffle.sample(each.follow_ups, len(each.follow_ups)))) for each in facts]
    shuffle.shuffle(mixed)
    assert unit_figures(WEIGHTS, mixed) == unit_figures(WEIGHTS, facts)


@given(units, follow_ups)
def test_cancelled_follow_ups_change_nothing(facts: list[RecommendationFacts], extra: FollowUpFacts) -> None:
    cancelled = replace(extra, state="cancelled")
    more = [replace(each, follow_ups=(*each.follow_ups, cancelled)) for each in facts]
    assert unit_figures(WEIGHTS, more) == unit_figures(WEIGHTS, facts)


@given(st.lists(recommendations, min_size=1, max_size=6), st.data())
def test_accepting_never_lowers_a_figure(facts: list[RecommendationFacts], data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(range(len(facts))))
    accepted = tuple(
        replace(each, state="accepted") if each.state in OPEN else each for each in facts[chosen].follow_ups
    )
    after = unit_figures(
        WEIGHTS, [*facts[:chosen], replace(facts[chosen], follow_ups=accepted), *facts[chosen + 1 :]]
    ).unit
    before = unit_figures(WEIGHTS, facts).unit
    if before.verified is not None:
        assert after.verified is not None
        assert after.claimed is not None
        assert before.claimed is not None
        assert after.verified >= before.verified
        assert after.claimed >= before.claimed


BY_THE_UNIT = {
    "assigned": ("log",),
    "in_progress": ("log", "submit"),
    "returned": ("log", "submit"),
    "submitted": ("withdraw",),
    "awaiting_confirmation": ("withdraw",),
    "on_hold": ("resume",),
}


def acted(follow_up: FollowUpFacts, act: str, percent: int) -> FollowUpFacts:
    """What an act of the unit does to a follow-up, after the life cycle of the design."""
    if act not in BY_THE_UNIT.get(follow_up.state, ()):
        return follow_up
    if act == "log":
        return replace(follow_up, state="in_progress", logged=percent)
    return replace(follow_up, state="submitted" if act == "submit" else "in_progress")


@given(units, st.lists(st.tuples(st.sampled_from(["log", "submit", "withdraw", "resume"]), percents), max_size=6))
def test_no_sequence_of_a_units_actions_changes_a_verified_figure(
    facts: list[RecommendationFacts], acts: list[tuple[str, int]]
) -> None:
    after = facts
    for act, percent in acts:
        after = [
            replace(each, follow_ups=tuple(acted(follow_up, act, percent) for follow_up in each.follow_ups))
            for each in after
        ]
    before, now = unit_figures(WEIGHTS, facts), unit_figures(WEIGHTS, after)
    assert now.unit.verified == before.unit.verified
    assert {code: each.verified for code, each in now.aspects.items()} == {
        code: each.verified for code, each in before.aspects.items()
    }


def test_a_group_is_the_plain_mean_of_units_with_a_figure_beside_their_number() -> None:
    found = group_mean([D("50.00"), None, D("25.01"), None])
    assert (found.mean, found.with_figure, found.without_figure) == (D("37.51"), 2, 2)


def test_a_group_without_any_figure_has_no_mean() -> None:
    found = group_mean([None, None])
    assert (found.mean, found.with_figure, found.without_figure) == (None, 0, 2)


def test_the_projection_adds_the_verified_share_of_what_the_targets_promise() -> None:
    aspects = [AspectOutlook(D(30), D("1.50"), D(50)), AspectOutlook(D(70), D("2.00"), None, D(4))]
    # (30 · 0.5 · 1 + 70 · 0 · 2) / 100 = 0.15
    assert projection(D("1.87"), aspects, D(5)) == D("2.02")


def test_the_projection_of_an_instrument_with_shares_counts_the_f02_share_only() -> None:
    assert projection(D("2.00"), [AspectOutlook(D(10), D(2), D(100), D(4))], D(5), D(75)) == D("3.50")


@pytest.mark.parametrize(
    ("aspect", "scale", "gain"),
    [
        pytest.param(AspectOutlook(D(1), D("4.60"), D(100)), D(5), "0.40", id="held at the scale"),
        pytest.param(
            AspectOutlook(D(1), D(3), D(100), D(2)), D(5), "0.00", id="a target below the score takes nothing"
        ),
        pytest.param(AspectOutlook(D(1), D(60), D(100)), D(100), "10.00", id="ten points on a scale of 100"),
        pytest.param(AspectOutlook(D(1), D(60), D(100), D(300)), D(100), "40.00", id="a target above the scale"),
        pytest.param(AspectOutlook(D(1), D(2), D(0)), D(5), "0.00", id="no progress"),
    ],
)
def test_what_an_aspect_can_add(aspect: AspectOutlook, scale: D, gain: str) -> None:
    assert projection(D(0), [aspect], scale) == D(gain)


def test_without_an_index_there_is_no_projection() -> None:
    assert projection(None, [AspectOutlook(D(1), D(2), D(50))], D(5)) is None
    assert projection(D(2), [], D(5)) is None


LETTER, OPENING = date(2020, 1, 23), date(2020, 6, 1)


@pytest.mark.parametrize(
    ("day", "figure"),
    [
        pytest.param(date(2019, 12, 1), "0.00", id="held before the letter"),
        pytest.param(LETTER, "0.00", id="on the letter's date"),
        pytest.param(date(2020, 3, 28), "50.00", id="half way, 65 of 130 days"),
        pytest.param(date(2020, 5, 14), "86.15", id="at the Ngulik of Kota Tual, 112 of 130 days"),
        pytest.param(OPENING, "100.00", id="on the opening"),
        pytest.param(date(2021, 1, 1), "100.00", id="held after the opening"),
    ],
)
def test_expected_progress_is_linear_by_calendar_days(day: date, figure: str) -> None:
    assert expected(day, LETTER, OPENING) == D(figure)


def test_without_one_of_the_dates_nothing_is_expected_yet() -> None:
    assert expected(LETTER, None, OPENING) is None
    assert expected(LETTER, LETTER, None) is None


@given(st.dates(date(2019, 1, 1), date(2022, 1, 1)), st.integers(0, 60))
def test_expectation_never_falls_with_time(day: date, later: int) -> None:
    now, then = expected(day, LETTER, OPENING), expected(date.fromordinal(day.toordinal() + later), LETTER, OPENING)
    assert now is not None
    assert then is not None
    assert now <= then


@pytest.mark.parametrize(
    ("figure", "found"),
    [
        ("90.00", Standing.ON_TRACK),
        ("50.00", Standing.ON_TRACK),
        ("49.99", Standing.AT_RISK),
        ("35.00", Standing.AT_RISK),
        ("34.99", Standing.OFF_TRACK),
        (None, Standing.NOT_YET),
    ],
)
def test_ten_points_behind_are_on_track_and_twenty_five_at_risk(figure: str | None, found: Standing) -> None:
    assert standing(D(figure) if figure else None, D("60.00")) == found


def test_without_expectation_the_standing_cannot_be_computed_yet() -> None:
    assert standing(D(50), None) is Standing.NOT_YET


def test_the_margins_are_settings() -> None:
    assert standing(D(50), D(60), StandingRules(D(5), D(9))) is Standing.OFF_TRACK
