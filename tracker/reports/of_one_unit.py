"""The report of one unit: where it stands in a cycle, what was recommended, and what is being done about it."""

from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.followups.queries import Narrowing
from tracker.instruments.models import Aspect, Cycle
from tracker.kit import formats
from tracker.kit.documents import Block, Document, Facts, Heading, Paragraph, Table
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Origin
from tracker.reports import wording
from tracker.reports.days import ReportDay
from tracker.reports.drawings import aspects_drawn
from tracker.reports.of_follow_ups import listing_of, table
from tracker.reports.reading import Reading, read
from tracker.reports.sheets import Listing, Report


def unit_report(desk: Desk, unit: ServiceUnit, cycle: Cycle, on: ReportDay) -> Report:
    """The unit in a cycle, whether or not it is a priority unit there. Its rows are its follow-ups of the cycle."""
    reading = read(desk, cycle, on, ServiceUnit.id == unit.id, act=Act.VIEW_REPORTS)
    title = f"Laporan {unit.full_name}"
    filter = f"{unit.full_name}; {wording.cycle_name(cycle)}"
    by = Narrowing(only_open=False, cycle_id=cycle.id, unit_id=unit.id)
    listing = listing_of(desk, title, filter, by, on)
    advised = list(desk.session.execute(recommended(unit, cycle)))
    name = wording.stem("laporan-unit", str(unit.id), unit.name, cycle.code, wording.compact(on.day))
    return Report(
        title,
        name,
        listing,
        lambda: paper(unit, reading, advised, listing, title),
        (".pdf", ".xlsx", ".csv"),
    )


def recommended(unit: ServiceUnit, cycle: Cycle) -> sa.Select[Any]:
    """(aspect, text, priority, assessment, origin) of what was recommended in the cycle, aspect by aspect."""
    query: Any = (
        sa.select(
            Aspect.name,
            Recommendation.text,
            Recommendation.priority,
            Recommendation.assessment,
            Recommendation.origin,
        )
        .select_from(Recommendation)
        .join(Aspect, Aspect.id == Recommendation.aspect_id)
        .where(Recommendation.unit_id == unit.id, Recommendation.cycle_id == cycle.id)
        .order_by(Aspect.position, Recommendation.id)
    )
    rows: sa.Select[Any] = query
    return rows


def paper(unit: ServiceUnit, reading: Reading, advised: list[Any], listing: Listing, title: str) -> Document:
    blocks: list[Block] = [
        *wording.notes(wording.where_figures_come_from(reading)),
        about_unit(unit, reading),
        *aspects_drawn(reading),
        *wording.aspect_table(reading),
        Heading("Rekomendasi"),
        *recommendations(advised),
        Heading("Tindak lanjut"),
        table(listing.rows()) if listing.total else Paragraph("Belum ada tindak lanjut yang ditetapkan."),
        Paragraph(wording.PROJECTED, kind="note"),
    ]
    return Document(
        title=title,
        subtitle=f"{wording.cycle_name(reading.cycle)} · per {listing.as_of}",
        blocks=blocks,
        author="Tuntas",
        foot=f"{title} · per {listing.as_of}",
        landscape=True,
    )


def about_unit(unit: ServiceUnit, reading: Reading) -> Facts:
    facts = [
        ("Unit", unit.name),
        ("Instansi", unit.agency.name),
        ("Wilayah pembinaan", unit.area.name if unit.area else "–"),
        ("Siklus", wording.cycle_name(reading.cycle)),
        ("Hari laporan", formats.long_date(reading.on.day)),
        ("Evaluasi berikutnya", wording.opening_words(reading)),
        ("Diharapkan pada hari itu", wording.expected_words(reading.expected)),
    ]
    if not reading.units:
        return Facts([*facts, ("Hasil evaluasi", "belum ada dalam siklus ini")])
    row = reading.units[0]
    return Facts(
        [
            *facts,
            ("Indeks", formats.index(row.official_or_computed) + (f" (kategori {row.band})" if row.band else "")),
            ("Prioritas pembinaan", "ya" if row.is_priority else "tidak"),
            ("Terverifikasi", wording.percent(row.verified)),
            ("Diklaim", wording.percent(row.claimed)),
            ("Status terhadap rencana", wording.STANDINGS[reading.standings[row.unit_id]]),
            ("Proyeksi indeks", formats.index(row.projected)),
            ("Tindak lanjut lewat tenggat", wording.count(row.overdue)),
        ]
    )


def told(text: str, origin: Origin) -> str:
    """What Ombudsman RI calls otherwise bears that name."""
    return text if origin is Origin.PLAIN else f"{formats.label(origin)}: {text}"


def recommendations(advised: list[Any]) -> list[Block]:
    if not advised:
        return [Paragraph("Belum ada rekomendasi dalam siklus ini.")]
    rows = [
        [str(line), aspect, told(text, origin), formats.label(priority), formats.label(assessment)]
        for line, (aspect, text, priority, assessment, origin) in enumerate(advised, start=1)
    ]
    return [
        Table(
            ["No", "Aspek", "Rekomendasi", "Prioritas", "Penilaian"],
            rows,
            widths=(0.4, 1.6, 4, 0.9, 1.4),
            right=frozenset({0}),
        )
    ]
