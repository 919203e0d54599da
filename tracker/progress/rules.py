"""The figures of a unit in a cycle: claimed and verified progress, projection, and what was expected by a day. Pure.

One rule of rounding: every figure is computed exactly, as a fraction, from unrounded inputs, and only the figure that
is stored or shown is rounded, half-up to two decimals, by `rounded`. An aspect is never the mean of rounded
recommendations. The one exception is `group_mean`, whose inputs are the stored figures of its units, so that anybody
can recompute it from the list behind it. None always means "no data yet", never 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

Number = int | Decimal | Fraction

VERSION = "1"
"""Of the formulas in this module. It is kept with every seal, and raised when one of them gives another figure."""

FULL = Fraction(100)
NOTHING = Fraction(0)
MOST_AFTER_RETURN = Fraction(99)

COUNTS_AS_DONE_BY_THE_UNIT = frozenset({"submitted", "awaiting_confirmation", "accepted"})
PRIORITY_WEIGHTS: Mapping[str, int] = {"high": 3, "medium": 2, "low": 1}


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """A follow-up as the formulas see it.

    `logged` is the percent of the unit's last corrective action, `returned` that of the verifier's last return;
    `was_returned` is true once it was given back, by a verifier or by the coordinator.
    """

    state: str
    weight: Number = 1
    logged: Number | None = None
    returned: Number | None = None
    was_returned: bool = False


@dataclass(frozen=True, slots=True)
class RecommendationFacts:
    """A recommendation with its follow-ups; the target is a score on the instrument's scale."""

    aspect_code: str
    priority: str
    assessment: str
    follow_ups: tuple[FollowUpFacts, ...] = ()
    target: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Claimed and verified percent, rounded for storing; `counting` says how many recommendations stand behind them."""

    claimed: Decimal | None
    verified: Decimal | None
    counting: int


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit in a cycle: its own figures, and those of every aspect of the instrument by code."""

    unit: Figures
    aspects: Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class GroupMean:
    """The mean of the units that have a figure, beside their number and the number without data."""

    mean: Decimal | None
    with_figure: int
    without_figure: int


@dataclass(frozen=True, slots=True)
class AspectOutlook:
    """An aspect for the projection: its progress in percent (None without counting recommendations)."""

    weight: Decimal
    score: Decimal
    progress: Number | None = None
    target: Decimal | None = None


class Standing(StrEnum):
    """How verified progress compares with what was expected by the day."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    NOT_YET = "cannot_be_computed_yet"


@dataclass(frozen=True, slots=True)
class StandingRules:
    """Points that verified may lie behind expected: up to the first on track, up to the second at risk."""

    on_track_within: Decimal = Decimal(10)
    at_risk_within: Decimal = Decimal(25)


USUAL_STANDING = StandingRules()


def claimed(follow_up: FollowUpFacts) -> Fraction:
    """100 while submitted, awaiting confirmation or accepted; else the last logged percent, 0 before the first.

    After a return at most 99: what was given back is not done, whatever was logged. Within 0..100.
    """
    if follow_up.state in COUNTS_AS_DONE_BY_THE_UNIT:
        return FULL
    logged = percent(follow_up.logged)
    given_back = follow_up.was_returned or follow_up.returned is not None or follow_up.state == "returned"
    return min(logged, MOST_AFTER_RETURN) if given_back else logged


def verified(follow_up: FollowUpFacts) -> Fraction:
    """100 once accepted, else the percent of the last return, else 0. Nothing that a unit does is in this formula."""
    return FULL if follow_up.state == "accepted" else percent(follow_up.returned)


def recommendation_claimed(recommendation: RecommendationFacts) -> Fraction | None:
    """Σ weight·claimed / Σ weight, 0 without any; 100 if adequate; None (left out) if it cannot be followed up."""
    return recommendation_figure(
        recommendation.assessment, [(each.weight, claimed(each)) for each in in_force(recommendation)]
    )


def recommendation_verified(recommendation: RecommendationFacts) -> Fraction | None:
    """Σ weight·verified / Σ weight, 0 without any; 100 if adequate; None (left out) if it cannot be followed up."""
    return recommendation_figure(
        recommendation.assessment, [(each.weight, verified(each)) for each in in_force(recommendation)]
    )


def is_not_assigned(recommendation: RecommendationFacts) -> bool:
    """True for a counting recommendation that nobody works on: without follow-ups, or with cancelled ones only."""
    settled = recommendation.assessment in ("adequate", "cannot_be_followed_up")
    return not settled and not in_force(recommendation)


def aspect_mean(recommendations: Iterable[tuple[str, Fraction | None]]) -> Fraction | None:
    """Σ priority weight·figure / Σ priority weight over (priority, figure), with high 3, medium 2, low 1.

    Recommendations that are left out come as None and do not count; None when none counts.
    """
    return weighted_mean((PRIORITY_WEIGHTS[priority], figure) for priority, figure in recommendations)


def unit_mean(aspects: Iterable[tuple[Decimal, Fraction | None]]) -> Fraction | None:
    """Σ aspect weight·aspect / Σ aspect weight over the aspects that have counting recommendations; else None."""
    return weighted_mean(aspects)


def unit_figures(weights: Mapping[str, Decimal], recommendations: Iterable[RecommendationFacts]) -> UnitFigures:
    """Every figure of a unit in a cycle, from the aspect weights of its instrument and its recommendations there."""
    recommendations = tuple(recommendations)
    exact = {code: exact_aspect(code, recommendations) for code in weights}
    unit = Figures(
        claimed=rounded_or_none(unit_mean((weights[code], exact[code][0]) for code in weights)),
        verified=rounded_or_none(unit_mean((weights[code], exact[code][1]) for code in weights)),
        counting=sum(count for _, _, count in exact.values()),
    )
    aspects = {
        code: Figures(rounded_or_none(of_claims), rounded_or_none(of_verified), count)
        for code, (of_claims, of_verified, count) in exact.items()
    }
    return UnitFigures(unit, aspects)


def exact_unit(
    weights: Mapping[str, Decimal], recommendations: Iterable[RecommendationFacts]
) -> tuple[Fraction | None, Fraction | None]:
    """Claimed and verified of a unit in a cycle, unrounded: what the moves of its figures are measured by."""
    recommendations = tuple(recommendations)
    exact = {code: exact_aspect(code, recommendations) for code in weights}
    return (
        unit_mean((weights[code], exact[code][0]) for code in weights),
        unit_mean((weights[code], exact[code][1]) for code in weights),
    )


def group_mean(figures: Iterable[Decimal | None]) -> GroupMean:
    """Σ figure / number, plain, over the stored figures of the units that have one; rounded half-up to two decimals.

    For an agency, a province, an area, the nation: whoever asks passes the priority units, or all with the switch.
    """
    figures = tuple(figures)
    known = [figure for figure in figures if figure is not None]
    mean = rounded(Fraction(sum(known, Decimal(0))) / len(known)) if known else None  # decimals add up exactly
    return GroupMean(mean, with_figure=len(known), without_figure=len(figures) - len(known))


def projection(
    index: Decimal | None,
    aspects: Iterable[AspectOutlook],
    scale_max: Decimal,
    f02_share: Decimal | None = None,
) -> Decimal | None:
    """index + [f02/100 ·] Σ weight·p·max(0, min(target, scale) − score) / Σ weight, over all aspects.

    `index` is the official one, else the computed; None gives None. p = progress/100, 0 without counting
    recommendations. A missing target is score + 1 on a scale of 5, + 10 on a scale of 100. The F-02 share is in
    percent, and None where the instrument has no shares. Always shown as "proyeksi, bukan hasil evaluasi".
    """
    aspects = tuple(aspects)
    weight = sum((Fraction(aspect.weight) for aspect in aspects), NOTHING)
    if index is None or not weight:
        return None
    gain = sum((Fraction(aspect.weight) * possible_gain(aspect, scale_max) for aspect in aspects), NOTHING) / weight
    share = Fraction(1) if f02_share is None else Fraction(f02_share) / 100
    return rounded(Fraction(index) + share * gain)


def default_step(scale_max: Decimal) -> Fraction:
    """What a recommendation without a target aims at above the present score: 1 on a scale of 5, 10 on one of 100."""
    return Fraction(1) if scale_max <= 10 else Fraction(scale_max) / 10


def expected(day: date, letter_on: date | None, opening_on: date | None) -> Decimal | None:
    """100 · (day − letter date) / (opening − letter date) in calendar days, held at 0 before and at 100 after.

    Rounded half-up to two decimals. Without one of the dates None: it cannot be computed yet.
    """
    if letter_on is None or opening_on is None:
        return None
    if day >= opening_on:
        return rounded(FULL)
    if day <= letter_on:
        return rounded(NOTHING)
    return rounded(FULL * (day - letter_on).days / (opening_on - letter_on).days)


def standing(verified: Decimal | None, expected: Decimal | None, rules: StandingRules = USUAL_STANDING) -> Standing:
    """Verified ≥ expected − 10 points: on track; ≥ expected − 25: at risk; else off track.

    Compares the two figures as they are shown, so that a reader can redo it. Without one of them: not yet.
    """
    if verified is None or expected is None:
        return Standing.NOT_YET
    if verified >= expected - rules.on_track_within:
        return Standing.ON_TRACK
    if verified >= expected - rules.at_risk_within:
        return Standing.AT_RISK
    return Standing.OFF_TRACK


def rounded(figure: Fraction) -> Decimal:
    """Two decimals, a half goes up; exact, as fractions have no binary error."""
    sign = -1 if figure < 0 else 1
    hundredths = abs(figure) * 100
    whole = (2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator)
    return Decimal(sign * whole).scaleb(-2)


def rounded_or_none(figure: Fraction | None) -> Decimal | None:
    return None if figure is None else rounded(figure)


def in_force(recommendation: RecommendationFacts) -> list[FollowUpFacts]:
    return [each for each in recommendation.follow_ups if each.state != "cancelled"]


def recommendation_figure(assessment: str, parts: list[tuple[Number, Fraction]]) -> Fraction | None:
    if assessment == "adequate":
        return FULL
    if assessment == "cannot_be_followed_up":
        return None
    mean = weighted_mean(parts)
    return NOTHING if mean is None else mean


def exact_aspect(
    code: str, recommendations: tuple[RecommendationFacts, ...]
) -> tuple[Fraction | None, Fraction | None, int]:
    """Claimed and verified of an aspect, unrounded, and how many recommendations count."""
    mine = [each for each in recommendations if each.aspect_code == code]
    of_claims = [(each.priority, recommendation_claimed(each)) for each in mine]
    of_verified = [(each.priority, recommendation_verified(each)) for each in mine]
    counting = sum(figure is not None for _, figure in of_verified)
    return aspect_mean(of_claims), aspect_mean(of_verified), counting


def possible_gain(aspect: AspectOutlook, scale_max: Decimal) -> Fraction:
    score = Fraction(aspect.score)
    target = score + default_step(scale_max) if aspect.target is None else Fraction(aspect.target)
    return percent(aspect.progress) / 100 * max(NOTHING, min(target, Fraction(scale_max)) - score)


def weighted_mean(parts: Iterable[tuple[Number, Fraction | None]]) -> Fraction | None:
    counting = [(Fraction(weight), figure) for weight, figure in parts if figure is not None]
    weight = sum((each for each, _ in counting), NOTHING)
    if not weight:
        return None
    return sum((each * figure for each, figure in counting), NOTHING) / weight


def percent(value: Number | None) -> Fraction:
    return NOTHING if value is None else min(FULL, max(NOTHING, Fraction(value)))
