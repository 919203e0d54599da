"""The portfolio as a table that leaves the site: one row per unit, every figure of the matrix."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.dashboards.narrowing import STANDINGS
from tracker.dashboards.queries import aspect_cells, open_work
from tracker.instruments.models import Aspect
from tracker.kit import formats
from tracker.kit.export import Column, Value
from tracker.progress.lines import Lines, UnitLine

AT_ONCE = 1000
"""Units; a longer table is made in the background, see the reports."""
BATCH = 2000
"""Units asked for at once: SQLite allows 32,766 parameters."""


def columns(aspects: Sequence[Aspect]) -> list[Column]:
    figure = "0.00"
    return [
        Column(_("Unit"), 40),
        Column(_("Instansi"), 32),
        Column(_("Kode wilayah"), 12),
        Column(_("Wilayah pembinaan"), 18),
        Column(_("Prioritas pembinaan"), 12),
        Column(_("Indeks resmi"), 12, figure),
        Column(_("Indeks hitungan"), 12, figure),
        Column(_("Kategori"), 10),
        Column(_("Terverifikasi (%)"), 14, figure),
        Column(_("Diklaim (%)"), 12, figure),
        Column(_("Diharapkan hari ini (%)"), 14, figure),
        Column(_("Status terhadap rencana"), 20),
        Column(_("Proyeksi indeks (bukan hasil evaluasi)"), 16, figure),
        Column(_("Rekomendasi"), 12),
        Column(_("Rekomendasi belum ditugaskan"), 14),
        Column(_("Tindak lanjut lewat tenggat"), 14),
        Column(_("Skor panggilan"), 12, "0.##"),
        Column(_("Alasan"), 60),
        *(
            Column(heading, 16, figure)
            for aspect in aspects
            for heading in (
                _("%(aspect)s: terverifikasi (%%)", aspect=formats.in_language(aspect)),
                _("%(aspect)s: diklaim (%%)", aspect=formats.in_language(aspect)),
            )
        ),
    ]


def rows(
    desk: Desk, found: Lines, aspects: Sequence[Aspect], units: Sequence[UnitLine], original: bool = False
) -> Iterator[list[Value]]:
    """A row for each unit; `original` counts what is overdue by the dates first agreed on."""
    for start in range(0, len(units), BATCH):
        yield from batch(desk, found, aspects, units[start : start + BATCH], original)


def batch(
    desk: Desk, found: Lines, aspects: Sequence[Aspect], units: Sequence[UnitLine], original: bool
) -> Iterator[list[Value]]:
    ids = [line.id for line in units]
    figures: dict[tuple[int, int], tuple[Decimal | None, Decimal | None]] = {}
    for unit_id, aspect_id, verified, claimed in desk.session.execute(aspect_cells(found.cycle, ids)):
        figures[unit_id, aspect_id] = verified, claimed
    late: dict[int, int] = defaultdict(int)
    work = open_work(found.cycle, ids, desk.now, original)
    for unit_id, _aspect_id, _holder, overdue in desk.session.execute(work):
        late[unit_id] += overdue
    for line in units:
        row = line.row
        yield [
            row.name,
            row.agency,
            row.region_code or "",
            row.area or "",
            _("ya") if row.is_priority else _("tidak"),
            row.official_index,
            row.computed_index,
            row.band or "",
            row.verified,
            row.claimed,
            found.expected,
            str(STANDINGS[line.standing][1]),
            row.projected,
            row.recommendations or 0,
            row.unassigned or 0,
            late[line.id],
            line.score.points,
            "; ".join(_(reason.message, **reason.values) for reason in line.score.reasons),
            *(each for aspect in aspects for each in figures.get((line.id, aspect.id), (None, None))),
        ]
