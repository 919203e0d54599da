"""The register of figures: each has a code, its words, its formula, and the one scoped question that its rows answer.

Tile, list, xlsx and PDF ask the same question: a tile counts what the list shows. A figure is a criterion on the rows
of one kind (units, follow-ups, recommendations, sessions) among those of a filter; `counts` asks for many at once,
`rows` for those behind one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.dashboards.queries import Narrowing, late, narrowed_units, not_assigned, of_aspect, stands
from tracker.dashboards.silence import is_silent
from tracker.directory.models import ServiceUnit
from tracker.evaluations.models import Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.states import Holder
from tracker.instruments.models import Band
from tracker.kit.words import N_
from tracker.mentoring.models import MentoringSession, SessionUnit
from tracker.mentoring.states import SessionStatus
from tracker.progress.models import UnitProgress
from tracker.progress.rules import Standing
from tracker.recommendations.models import Recommendation

Criterion = sa.ColumnElement[bool]


class Of(StrEnum):
    """What a row behind a figure is."""

    UNITS = "unit"
    FOLLOW_UPS = "follow_up"
    RECOMMENDATIONS = "recommendation"
    GIVEN = "given"
    """Every recommendation of the cycle, whatever became of it; a list shows it as a recommendation."""
    SESSIONS = "session"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a page, a list, a sheet and a report show.

    `formula` is the anchor on /rumus. `values` fill the label. A figure `asked_by_machine` needs rows that the reader
    may not see (who signed in when); its units are still confined to the reader's own.
    """

    code: str
    label: str
    formula: str
    of: Of
    holds: Callable[[Desk, Narrowing], Criterion]
    values: Mapping[str, str] | None = None
    asked_by_machine: bool = False


AGES = (("7", 0, 7), ("30", 7, 30), ("90", 30, 90), ("lama", 90, None))
"""For how many days the present holder has held it: more than the first, up to the second; their words in addresses."""
AGE_LABELS = {
    "7": N_("0–7 hari"),
    "30": N_("8–30 hari"),
    "90": N_("31–90 hari"),
    "lama": N_("> 90 hari"),
}
HELD = {
    Holder.UNIT: N_("Di tangan unit"),
    Holder.COORDINATOR: N_("Di tangan koordinator"),
    Holder.VERIFIER: N_("Menunggu verifikator"),
    Holder.BUDGET: N_("Menunggu anggaran"),
    Holder.LAW: N_("Menunggu peraturan"),
}


def of_age(desk: Desk, age: str) -> Criterion:
    """Held so long by its present holder."""
    _word, more_than, up_to = next(each for each in AGES if each[0] == age)
    since = FollowUp.holder_since
    criteria = [since < desk.now - timedelta(days=more_than)] if more_than else []
    if up_to is not None:
        criteria.append(since >= desk.now - timedelta(days=up_to))
    return sa.and_(sa.true(), *criteria)


def by_standing(standing: Standing) -> Callable[[Desk, Narrowing], Criterion]:
    return lambda desk, by: stands(desk, by.cycle, standing)


def held_by(holder: Holder, age: str = "") -> Callable[[Desk, Narrowing], Criterion]:
    def holds(desk: Desk, _by: Narrowing) -> Criterion:
        held = sa.and_(FollowUp.is_open, FollowUp.holder == holder)
        return sa.and_(held, of_age(desk, age)) if age else held

    return holds


def leaves_priority(_desk: Desk, by: Narrowing) -> Criterion:
    """Would leave prioritas pembinaan: what is verified so far would bring its index into a band without priority."""
    return sa.and_(Evaluation.is_priority, sa.or_(*(in_band(by, band) for band in by_lower(by) if not band.priority)))


def by_lower(by: Narrowing) -> list[Band]:
    return sorted(by.cycle.instrument.bands, key=lambda band: -band.lower)


def in_band(by: Narrowing, band: Band) -> Criterion:
    """The projected index lies in this band: from its lower bound on, below that of the next."""
    next_one = min((each.lower for each in by.cycle.instrument.bands if each.lower > band.lower), default=None)
    above = UnitProgress.projected >= band.lower
    return above if next_one is None else sa.and_(above, UnitProgress.projected < next_one)


def has_figure(_desk: Desk, _by: Narrowing) -> Criterion:
    return UnitProgress.verified.is_not(None)


def anything(_desk: Desk, _by: Narrowing) -> Criterion:
    return sa.true()


def session_is(*statuses: SessionStatus) -> Callable[[Desk, Narrowing], Criterion]:
    return lambda _desk, _by: MentoringSession.status.in_(statuses)


ALL = (
    Figure("unit", N_("Unit"), "prioritas", Of.UNITS, anything),
    Figure("sesuai", N_("Sesuai rencana"), "status", Of.UNITS, by_standing(Standing.ON_TRACK)),
    Figure("berisiko", N_("Berisiko"), "status", Of.UNITS, by_standing(Standing.AT_RISK)),
    Figure("tertinggal", N_("Tertinggal"), "status", Of.UNITS, by_standing(Standing.OFF_TRACK)),
    Figure("tanpa-data", N_("Belum dapat dihitung"), "status", Of.UNITS, by_standing(Standing.NOT_YET)),
    Figure("berangka", N_("Unit yang mempunyai angka"), "rata-rata", Of.UNITS, has_figure),
    Figure("diam", N_("Unit yang diam"), "diam", Of.UNITS, lambda desk, _by: is_silent(desk), asked_by_machine=True),
    Figure("keluar-prioritas", N_("Akan keluar dari prioritas pembinaan (proyeksi, bukan hasil evaluasi)"),
           "proyeksi", Of.UNITS, leaves_priority),
    Figure("terbuka", N_("Tindak lanjut terbuka"), "umur", Of.FOLLOW_UPS, lambda _desk, _by: sa.and_(FollowUp.is_open)),
    Figure("lewat-tenggat", N_("Tindak lanjut lewat tenggat"), "tenggat", Of.FOLLOW_UPS,
           late),
    *(Figure(f"bola-{holder}", label, "umur", Of.FOLLOW_UPS, held_by(holder)) for holder, label in HELD.items()),
    *(Figure(f"bola-{holder}-{age}", label, "umur", Of.FOLLOW_UPS, held_by(holder, age))
      for holder, label in HELD.items() for age in AGE_LABELS),
    Figure("komitmen", N_("Komitmen sesi yang terbuka"), "komitmen", Of.FOLLOW_UPS,
           lambda _desk, _by: sa.and_(FollowUp.from_commitment, FollowUp.is_open)),
    Figure("komitmen-lewat", N_("Komitmen sesi lewat tenggat"), "komitmen", Of.FOLLOW_UPS,
           lambda desk, by: sa.and_(FollowUp.from_commitment, late(desk, by))),
    Figure("belum-ditugaskan", N_("Rekomendasi yang belum ditugaskan"), "rekomendasi", Of.RECOMMENDATIONS, anything),
    Figure("sesi-terlaksana", N_("Sesi Ngulik yang terlaksana"), "komitmen", Of.SESSIONS,
           session_is(SessionStatus.CLOSED)),
    Figure("sesi-mendatang", N_("Sesi Ngulik yang dijadwalkan"), "komitmen", Of.SESSIONS,
           session_is(SessionStatus.SCHEDULED, SessionStatus.RUNNING)),
)  # fmt: skip
FIGURES: Mapping[str, Figure] = {figure.code: figure for figure in ALL}


def figure_called(code: str, by: Narrowing) -> Figure | None:
    """A figure by its code; also those of the bands of the cycle."""
    return FIGURES.get(code) or next((each for each in band_figures(by) if each.code == code), None)


def band_figures(by: Narrowing) -> list[Figure]:
    """For each band of the instrument how many units are in it now, and would be by projection."""
    return [each for band in by_lower(by) for each in (present_band(band), projected_band(band))]


def present_band(band: Band) -> Figure:
    code, words = f"kategori-{band.letter.lower()}", {"letter": band.letter}
    return Figure(code, N_("Kategori %(letter)s sekarang"), "indeks", Of.UNITS,
                  lambda _desk, _by: Evaluation.band_id == band.id, words)  # fmt: skip


def projected_band(band: Band) -> Figure:
    code, words = f"proyeksi-{band.letter.lower()}", {"letter": band.letter}
    return Figure(code, N_("Kategori %(letter)s menurut proyeksi (bukan hasil evaluasi)"), "proyeksi", Of.UNITS,
                  lambda _desk, by: in_band(by, band), words)  # fmt: skip


def units(desk: Desk, by: Narrowing) -> sa.Select[Any]:
    """The ids of the units of a filter, within the mandates that carry the overview."""
    return narrowed_units(desk, by, Act.VIEW_OVERVIEW)


def behind(desk: Desk, of: Of, by: Narrowing) -> sa.Select[Any]:
    """The ids of every row of a kind at the units of a filter; a figure is a criterion on these."""
    within = units(desk, by)
    if of is Of.UNITS:
        return within
    at_units = within.scalar_subquery()
    if of is Of.FOLLOW_UPS:
        return sa.select(FollowUp.id).where(FollowUp.unit_id.in_(at_units), *of_aspect(by))
    if of is Of.GIVEN:
        return sa.select(Recommendation.id).where(
            Recommendation.cycle_id == by.cycle.id, Recommendation.unit_id.in_(at_units)
        )
    if of is Of.RECOMMENDATIONS:
        return not_assigned(desk, by, within).with_only_columns(Recommendation.id)
    took_part = sa.select(SessionUnit.session_id).where(SessionUnit.unit_id.in_(at_units))
    return sa.select(MentoringSession.id).where(
        MentoringSession.cycle_id == by.cycle.id, MentoringSession.id.in_(took_part.scalar_subquery())
    )


def ids(desk: Desk, figure: Figure, by: Narrowing) -> sa.Select[Any]:
    """The ids of the rows behind a figure, to be counted, listed or joined."""
    whole = behind(desk, figure.of, by)
    if not figure.asked_by_machine:
        return whole.where(figure.holds(desk, by))
    with as_machine(desk.session):
        return whole.where(KINDS[figure.of].id.in_(desk.all(whole.where(figure.holds(desk, by)))))


def counts(desk: Desk, by: Narrowing, figures: Iterable[Figure]) -> dict[str, int]:
    """How many rows are behind each of some figures: one statement for each kind of row."""
    asked: dict[tuple[Of, bool], list[Figure]] = {}
    for figure in figures:
        asked.setdefault((figure.of, figure.asked_by_machine), []).append(figure)
    found: dict[str, int] = {}
    for group in asked.values():
        found.update(counts_and(desk, by, group)[0])
    return found


def counts_and(desk: Desk, by: Narrowing, figures: Sequence[Figure], *more: Any) -> tuple[dict[str, int], list[Any]]:
    """The counts of figures of one kind of row, and whatever more is asked of the same rows, in one statement."""
    told = [sa.func.coalesce(sa.func.sum(sa.case((each.holds(desk, by), 1), else_=0)), 0) for each in figures]
    query = behind(desk, figures[0].of, by).with_only_columns(*told, *more)
    if figures[0].asked_by_machine:
        with as_machine(desk.session):
            row = list(desk.session.execute(query).one())
    else:
        row = list(desk.session.execute(query).one())
    numbers = {each.code: int(number) for each, number in zip(figures, row, strict=False)}
    return numbers, row[len(figures) :]


KINDS: Mapping[Of, Any] = {
    Of.UNITS: ServiceUnit,
    Of.FOLLOW_UPS: FollowUp,
    Of.RECOMMENDATIONS: Recommendation,
    Of.GIVEN: Recommendation,
    Of.SESSIONS: MentoringSession,
}


def rows(desk: Desk, figure: Figure, by: Narrowing) -> sa.Select[Any]:
    """The rows behind a figure, unsorted; to be paged, sorted, and given what a list shows of them."""
    kind = KINDS[figure.of]
    return sa.select(kind).where(kind.id.in_(ids(desk, figure, by).scalar_subquery()))


def count(desk: Desk, figure: Figure, by: Narrowing) -> int:
    """How many rows there are behind a figure."""
    return counts(desk, by, [figure])[figure.code]
