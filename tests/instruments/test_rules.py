"""The arithmetic of an instrument."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.instruments.rules import (
    AspectFacts,
    BandBound,
    IndicatorFacts,
    InstrumentFacts,
    WeightedScore,
    band,
    half_up,
    index,
    index_of,
    problems_of,
)

D = Decimal

BANDS = (
    BandBound("C-", D("2.01")),
    BandBound("D", D("1.51"), priority=True),
    BandBound("E", D("1.01"), priority=True),
    BandBound("F", D("0.00"), priority=True),
)
TWO_ASPECTS = InstrumentFacts(
    code="dua-aspek",
    scale_max=D(5),
    aspects=(AspectFacts("kebijakan", "Kebijakan", "Policy", D(60)), AspectFacts("sdm", "SDM", "Staff", D(40))),
    bands=BANDS,
    indicators=(IndicatorFacts(1, "kebijakan"), IndicatorFacts(2, None)),
)
scores = st.decimals(min_value=0, max_value=5, places=2)
weights = st.decimals(min_value="0.01", max_value=100, places=2)
parts = st.lists(st.builds(WeightedScore, weights, scores), min_size=1, max_size=8)


def test_the_index_is_the_weighted_mean_and_weights_need_not_sum_to_100() -> None:
    assert index([WeightedScore(D(3), D("2.00")), WeightedScore(D(1), D("4.00"))]) == D("2.50")


def test_the_index_of_kota_tual_is_the_one_printed_in_its_letter() -> None:
    printed = zip((30, 18, 15, 15, 15, 7), ("1.55", "2.24", "1.81", "1.41", "1.32", "2.15"), strict=True)
    assert index(WeightedScore(D(weight), D(score)) for weight, score in printed) == D("1.70")


def test_a_half_goes_up() -> None:
    assert index([WeightedScore(D(1), D("2.00")), WeightedScore(D(1), D("2.01"))]) == D("2.01")
    assert half_up(D("1.005")) == D("1.01")


def test_shares_mix_the_mean_with_f03_before_rounding() -> None:
    mean = [WeightedScore(D(1), D("2.00")), WeightedScore(D(2), D("3.00"))]
    assert index(mean, D(75), D(25), D("4.00")) == D("3.00")


def test_with_shares_there_is_no_index_until_f03_is_imported() -> None:
    assert index([WeightedScore(D(1), D(2))], D(75), D(25), None) is None


def test_without_shares_an_f03_figure_moves_nothing() -> None:
    assert index([WeightedScore(D(1), D(2))], f03=D(5)) == D("2.00")


def test_nothing_scored_has_no_index() -> None:
    assert index([]) is None


def test_an_aspect_without_a_score_leaves_the_index_open() -> None:
    assert index_of(TWO_ASPECTS, {"kebijakan": D(2)}) is None
    assert index_of(TWO_ASPECTS, {"kebijakan": D(2), "sdm": D(1)}) == D("1.60")


@given(parts)
def test_the_index_lies_between_the_lowest_and_the_highest_score(parts: list[WeightedScore]) -> None:
    found = index(parts)
    assert found is not None
    assert min(part.score for part in parts) <= found <= max(part.score for part in parts)


@given(parts, st.randoms())
def test_the_order_of_aspects_does_not_matter(parts: list[WeightedScore], shuffle: Random) -> None:
    mixed = list(parts)
    shuffle.shuffle(mixed)
    assert index(mixed) == index(parts)


@pytest.mark.parametrize(
    ("figure", "letter"),
    [
        pytest.param("2.00", "D", id="two is still priority"),
        pytest.param("2.004", "D", id="rounded down to two"),
        pytest.param("2.005", "C-", id="rounded up out of priority"),
        pytest.param("1.505", "D", id="rounded up to a lower bound"),
        pytest.param("1.504", "E", id="just below a lower bound"),
        pytest.param("1.01", "E", id="on a lower bound"),
        pytest.param("0", "F", id="nothing at all"),
        pytest.param("5", "C-", id="above every bound"),
    ],
)
def test_a_band_starts_at_its_lower_bound_after_rounding(figure: str, letter: str) -> None:
    found = band(D(figure), reversed(BANDS))
    assert found is not None
    assert found.letter == letter


def test_below_every_band_there_is_none() -> None:
    assert band(D("0.5"), [BandBound("A", D("1.00"))]) is None


@given(scores, scores)
def test_a_higher_index_never_has_a_lower_band(one: D, other: D) -> None:
    low, high = band(min(one, other), BANDS), band(max(one, other), BANDS)
    assert low is not None
    assert high is not None
    assert low.lower <= high.lower


def test_a_complete_instrument_has_no_problem() -> None:
    assert problems_of(TWO_ASPECTS) == []
    assert problems_of(replace(TWO_ASPECTS, f02_share=D(75), f03_share=D(25))) == []


POLICY = AspectFacts("kebijakan", "Kebijakan", "Policy", D(60))


@pytest.mark.parametrize(
    ("change", "field", "part"),
    [
        pytest.param({"code": " "}, "code", "wajib diisi", id="no code"),
        pytest.param({"scale_max": D(0)}, "scale_max", "lebih besar dari 0", id="no scale"),
        pytest.param({"aspects": ()}, "aspects", "sedikitnya satu aspek", id="no aspects"),
        pytest.param({"aspects": (replace(POLICY, weight=D(0)),)}, "aspects", "Bobot aspek", id="weight zero"),
        pytest.param(
            {"aspects": (replace(POLICY, weight=D("NaN")),)}, "aspects", "Bobot aspek", id="weight not a number"
        ),
        pytest.param({"aspects": (replace(POLICY, code=""),)}, "aspects", "kode dan nama", id="aspect without code"),
        pytest.param({"aspects": (POLICY, POLICY)}, "aspects", "lebih dari sekali", id="aspect twice"),
        pytest.param({"bands": ()}, "bands", "sedikitnya satu kategori", id="no bands"),
        pytest.param({"bands": BANDS[:3]}, "bands", "mulai dari 0", id="the low end uncovered"),
        pytest.param({"bands": (*BANDS, BandBound("A", D("5.01")))}, "bands", "di luar skala", id="above the scale"),
        pytest.param({"bands": (*BANDS, BandBound("A", D("4.005")))}, "bands", "dua desimal", id="three decimals"),
        pytest.param({"bands": (*BANDS, BandBound("d", D("4.01")))}, "bands", "lebih dari sekali", id="letter twice"),
        pytest.param({"bands": (*BANDS, BandBound("A", D("2.010")))}, "bands", "dua kategori", id="bound twice"),
        pytest.param({"f02_share": D(75)}, "f02_share", "keduanya", id="one share only"),
        pytest.param({"f02_share": D(75), "f03_share": D(20)}, "f02_share", "berjumlah 100", id="shares below 100"),
        pytest.param({"indicators": (IndicatorFacts(0, None),)}, "indicators", "1 atau lebih", id="indicator zero"),
        pytest.param({"indicators": (IndicatorFacts(1, "x"),)}, "indicators", "tidak ada", id="indicator of no aspect"),
        pytest.param({"indicators": (IndicatorFacts(1, None),) * 2}, "indicators", "sekali", id="indicator twice"),
    ],
)
def test_what_is_wrong_with_an_instrument_is_named_at_its_field(
    change: dict[str, object], field: str, part: str
) -> None:
    found = problems_of(replace(TWO_ASPECTS, **change))  # type: ignore[arg-type]
    assert any(problem.field == field and part in problem.message % problem.values for problem in found)


def test_all_problems_are_told_at_once() -> None:
    broken = replace(TWO_ASPECTS, code="", bands=(), f02_share=D(75))
    assert {problem.field for problem in problems_of(broken)} >= {"code", "bands", "f02_share"}
