"""The figures of each aspect and indicator of a cycle: who has a score or progress, what recurs, what was accepted."""

from collections.abc import Callable

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.dashboards.figures import Criterion, Figure, Of
from tracker.dashboards.queries import Narrowing
from tracker.directory.models import ServiceUnit
from tracker.evaluations.models import AspectScore, Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Aspect, Indicator
from tracker.kit import formats
from tracker.kit.words import N_
from tracker.progress.models import AspectProgress
from tracker.recommendations.models import Recommendation


def called(code: str, by: Narrowing) -> Figure | None:
    """A figure of an aspect or indicator by its code, such as `kedua-sdm` or `indikator-12`."""
    kind, _dash, number = code.rpartition("-")
    if kind == "indikator" and number.isascii() and number.isdigit() and len(number) < 6:
        return of_indicator(by, int(number))
    known = (each for aspect in by.cycle.instrument.aspects for each in of_aspect(aspect))
    return next((each for each in known if each.code == code), None)


def of_aspect(aspect: Aspect) -> list[Figure]:
    words = {"aspect": formats.in_language(aspect)}

    def figure(kind: str, label: str, formula: str, of: Of, holds: Callable[[Desk, Narrowing], Criterion]) -> Figure:
        return Figure(f"{kind}-{aspect.code}", label, formula, of, holds, words)

    def of_it(*which: Criterion) -> Callable[[Desk, Narrowing], Criterion]:
        return lambda _desk, _by: sa.and_(Recommendation.aspect_id == aspect.id, *which)

    return [
        figure("bernilai", N_("%(aspect)s: unit yang dinilai"), "rata-rata", Of.UNITS,
               lambda _desk, _by: has_score(aspect)),
        figure("tanpa-nilai", N_("%(aspect)s: unit tanpa nilai"), "rata-rata", Of.UNITS,
               lambda _desk, _by: ~has_score(aspect)),
        figure("berkemajuan", N_("%(aspect)s: unit yang mempunyai angka kemajuan"), "rata-rata", Of.UNITS,
               lambda _desk, by: has_progress(aspect, by)),
        figure("tanpa-kemajuan", N_("%(aspect)s: unit yang belum ada data"), "rata-rata", Of.UNITS,
               lambda _desk, by: ~has_progress(aspect, by)),
        figure("rekomendasi", N_("%(aspect)s: rekomendasi"), "rekomendasi", Of.GIVEN, of_it()),
        figure("kedua", N_("%(aspect)s: rekomendasi untuk kali kedua"), "rekomendasi", Of.GIVEN,
               of_it(Recommendation.times == 2)),
        figure("ketiga", N_("%(aspect)s: rekomendasi untuk kali ketiga atau lebih"), "rekomendasi", Of.GIVEN,
               of_it(Recommendation.times >= 3)),
        figure("diterima", N_("%(aspect)s: tindak lanjut yang diterima"), "umur", Of.FOLLOW_UPS,
               lambda _desk, by: accepted(aspect, by)),
    ]  # fmt: skip


def has_score(aspect: Aspect) -> Criterion:
    told = sa.select(AspectScore.evaluation_id).where(AspectScore.aspect_id == aspect.id)
    return sa.func.coalesce(Evaluation.id, 0).in_(told.scalar_subquery())


def has_progress(aspect: Aspect, by: Narrowing) -> Criterion:
    told = sa.select(AspectProgress.unit_id).where(
        AspectProgress.cycle_id == by.cycle.id, AspectProgress.aspect_id == aspect.id,
        AspectProgress.verified.is_not(None),
    )  # fmt: skip
    return ServiceUnit.id.in_(told.scalar_subquery())


def accepted(aspect: Aspect, by: Narrowing) -> Criterion:
    told = sa.select(Recommendation.id).where(
        Recommendation.cycle_id == by.cycle.id, Recommendation.aspect_id == aspect.id
    )
    done = sa.and_(FollowUp.status == FollowUpStatus.ACCEPTED, FollowUp.accepted_at.is_not(None))
    return sa.and_(done, FollowUp.recommendation_id.in_(told.scalar_subquery()))


def of_indicator(by: Narrowing, number: int) -> Figure:
    numbered = sa.select(Indicator.id).where(
        Indicator.instrument_id == by.cycle.instrument_id, Indicator.number == number
    )
    return Figure(
        f"indikator-{number}", N_("Rekomendasi yang menyebut indikator %(number)s"), "rekomendasi", Of.GIVEN,
        lambda _desk, _by: Recommendation.indicator_id.in_(numbered.scalar_subquery()), {"number": str(number)},
    )  # fmt: skip
