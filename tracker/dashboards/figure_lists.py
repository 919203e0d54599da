"""The rows behind a figure as a page shows them, and as a table that leaves the site."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.desk import Desk
from tracker.dashboards import aspect_figures, figures
from tracker.dashboards.figures import AGE_LABELS, HELD, Figure, Of
from tracker.dashboards.queries import Narrowing
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.directory.names import place_of
from tracker.evaluations.models import Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.wording import line as follow_up_line
from tracker.instruments.models import Aspect, Band
from tracker.kit import formats
from tracker.kit.export import Column, Value
from tracker.mentoring.models import MentoringSession
from tracker.progress.models import UnitProgress
from tracker.recommendations.models import Recommendation

BATCH = 1000
AT_ONCE = 2000
"""Rows; a longer table is made in the background, see the reports."""
OVERVIEW, PORTFOLIO = "ikhtisar", "portofolio"
"""How a list is asked for there: of which page it is, a slash, and the code of its number."""


def called(code: str, by: Narrowing) -> Figure | None:
    """A figure by its code, also one of a band, an aspect or an indicator of the cycle."""
    return figures.figure_called(code, by) or aspect_figures.called(code, by)


def title_of(figure: Figure) -> str:
    """Its label; of a holder's age both words."""
    values: Mapping[str, str] = figure.values or {}
    label = _(figure.label, **values)
    holder, _dash, age = figure.code.removeprefix("bola-").partition("-")
    return f"{label}, {_(AGE_LABELS[age])}" if holder in set(HELD) and age in AGE_LABELS else label


class UnitRow(NamedTuple):
    """A unit with what stands in its list."""

    id: int
    name: str
    agency: str
    verified: Decimal | None
    claimed: Decimal | None
    score: Decimal | None
    band: str | None
    projected: Decimal | None
    is_priority: bool | None

    @property
    def place(self) -> str:
        return place_of(self.agency)


def unit_rows(desk: Desk, figure: Figure, by: Narrowing) -> sa.Select[Any]:
    """The least verified first; those without data last."""
    query: Any = (
        figures.ids(desk, figure, by)
        .with_only_columns(
            ServiceUnit.id, ServiceUnit.name, Agency.name, UnitProgress.verified, UnitProgress.claimed,
            sa.func.coalesce(Evaluation.official_index, Evaluation.computed_index), Band.letter,
            UnitProgress.projected, Evaluation.is_priority,
        )
        .order_by(UnitProgress.verified.is_(None), UnitProgress.verified, ServiceUnit.name, ServiceUnit.id)
    )  # fmt: skip
    ordered: sa.Select[Any] = query
    return ordered


def follow_up_rows(desk: Desk, figure: Figure, by: Narrowing) -> sa.Select[Any]:
    return figures.rows(desk, figure, by).order_by(FollowUp.due_at, FollowUp.id)


def recommendation_rows(desk: Desk, figure: Figure, by: Narrowing) -> sa.Select[Any]:
    return figures.rows(desk, figure, by).order_by(Recommendation.unit_id, Recommendation.aspect_id, Recommendation.id)


def session_rows(desk: Desk, figure: Figure, by: Narrowing) -> sa.Select[Any]:
    return figures.rows(desk, figure, by).order_by(MentoringSession.starts_at.desc(), MentoringSession.id)


ORDERED: Mapping[Of, Callable[[Desk, Figure, Narrowing], sa.Select[Any]]] = {
    Of.UNITS: unit_rows,
    Of.FOLLOW_UPS: follow_up_rows,
    Of.RECOMMENDATIONS: recommendation_rows,
    Of.GIVEN: recommendation_rows,
    Of.SESSIONS: session_rows,
}
AT_UNIT = joinedload(ServiceUnit.agency), joinedload(ServiceUnit.region).joinedload(Region.parent)
SHOWN: Mapping[Of, tuple[Any, ...]] = {
    Of.UNITS: (),
    Of.FOLLOW_UPS: (
        joinedload(FollowUp.unit).options(*AT_UNIT),
        joinedload(FollowUp.recommendation).joinedload(Recommendation.aspect),
        joinedload(FollowUp.person_in_charge),
    ),
    Of.RECOMMENDATIONS: (
        joinedload(Recommendation.unit).joinedload(ServiceUnit.agency),
        joinedload(Recommendation.aspect),
    ),
    Of.GIVEN: (
        joinedload(Recommendation.unit).joinedload(ServiceUnit.agency),
        joinedload(Recommendation.aspect),
    ),
    Of.SESSIONS: (joinedload(MentoringSession.host_area),),
}


def page(desk: Desk, figure: Figure, by: Narrowing, most: int, skipped: int) -> list[Any]:
    """A page of the list: units as `UnitRow`, follow-ups as lines in words, all else as it is."""
    query = ORDERED[figure.of](desk, figure, by).options(*SHOWN[figure.of]).limit(most).offset(skipped)
    if figure.of is Of.UNITS:
        return [UnitRow._make(each) for each in desk.session.execute(query)]
    found = desk.all(query)
    return [follow_up_line(desk, each) for each in found] if figure.of is Of.FOLLOW_UPS else found


@dataclass(frozen=True, slots=True)
class Sheet:
    """The list as it leaves the site; rows come one at a time, however many there are."""

    columns: list[Column]
    rows: Iterator[list[Value]]


def sheet(desk: Desk, figure: Figure, by: Narrowing) -> Sheet:
    columns, told = SHEETS[figure.of]
    return Sheet(columns(), (told(desk, each) for each in batches(desk, figure, by)))


def batches(desk: Desk, figure: Figure, by: Narrowing) -> Iterator[Any]:
    return streamed(desk, figure.of, ORDERED[figure.of](desk, figure, by))


def streamed(desk: Desk, of: Of, query: Any) -> Iterator[Any]:
    """The rows of a list as its table tells them, some thousand at a time."""
    if of is Of.FOLLOW_UPS:
        of_aspect = (FollowUp.recommendation_id == Recommendation.id, Aspect.id == Recommendation.aspect_id)
        query = (
            query.with_only_columns(
                ServiceUnit.name, Agency.name, FollowUp.title, Aspect, FollowUp.status, FollowUp.holder,
                FollowUp.holder_since, FollowUp.due_at,
            )
            .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
            .join(Agency, Agency.id == ServiceUnit.agency_id)
            .join(Recommendation, of_aspect[0])
            .join(Aspect, of_aspect[1])
        )  # fmt: skip
    elif of is not Of.UNITS:
        return iter(desk.session.scalars(query.options(*SHOWN[of]).execution_options(yield_per=BATCH)))
    return iter(desk.session.execute(query.execution_options(yield_per=BATCH)))


def unit_columns() -> list[Column]:
    shown = "0.00"
    return [
        Column(_("Unit"), 40), Column(_("Instansi"), 32), Column(_("Terverifikasi (%)"), 14, shown),
        Column(_("Diklaim (%)"), 12, shown), Column(_("Indeks"), 12, shown), Column(_("Kategori"), 10),
        Column(_("Proyeksi indeks (bukan hasil evaluasi)"), 16, shown), Column(_("Prioritas pembinaan"), 12),
    ]  # fmt: skip


def unit_told(_desk: Desk, row: Any) -> list[Value]:
    return [*row[1:6], row[6] or "", row[7], _("ya") if row[8] else _("tidak")]


def follow_up_columns() -> list[Column]:
    return [
        Column(_("Unit"), 40), Column(_("Instansi"), 32), Column(_("Tindak lanjut"), 50), Column(_("Aspek"), 24),
        Column(_("Status"), 20), Column(_("Di tangan"), 16), Column(_("Sejak"), 18), Column(_("Tenggat"), 18),
    ]  # fmt: skip


def follow_up_told(desk: Desk, row: Any) -> list[Value]:
    name, agency, title, aspect, status, holder, since, due = row
    held = formats.label(holder) if holder else ""
    return [
        name,
        agency,
        title,
        formats.in_language(aspect),
        formats.label(status),
        held,
        at(desk, since),
        at(desk, due),
    ]


def recommendation_columns() -> list[Column]:
    return [
        Column(_("Unit"), 40), Column(_("Instansi"), 32), Column(_("Rekomendasi"), 60), Column(_("Aspek"), 24),
        Column(_("Prioritas"), 12), Column(_("Penilaian"), 20),
    ]  # fmt: skip


def recommendation_told(_desk: Desk, row: Recommendation) -> list[Value]:
    words = [formats.in_language(row.aspect), formats.label(row.priority), formats.label(row.assessment)]
    return [row.unit.name, row.unit.agency.name, row.text, *words]


def session_columns() -> list[Column]:
    return [Column(_("Sesi"), 50), Column(_("Mulai"), 18), Column(_("Status"), 16), Column(_("Wilayah pembinaan"), 18)]


def session_told(desk: Desk, row: MentoringSession) -> list[Value]:
    area = row.host_area.name if row.host_area else ""
    return [row.title, at(desk, row.starts_at), formats.label(row.status), area]


def at(desk: Desk, moment: datetime | None) -> datetime | None:
    return moment.astimezone(desk.zone) if moment else None


SHEETS: Mapping[Of, tuple[Callable[[], list[Column]], Callable[[Desk, Any], list[Value]]]] = {
    Of.UNITS: (unit_columns, unit_told),
    Of.FOLLOW_UPS: (follow_up_columns, follow_up_told),
    Of.RECOMMENDATIONS: (recommendation_columns, recommendation_told),
    Of.GIVEN: (recommendation_columns, recommendation_told),
    Of.SESSIONS: (session_columns, session_told),
}
