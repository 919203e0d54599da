"""Reports say what they know and what they do not: sentences, figures and tables that several of them share.

Reports are Indonesian whoever reads the interface in what language: official papers of the state are (UU 24/2009).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tracker.directory.names import place_of
from tracker.instruments.models import Cycle
from tracker.kit import formats
from tracker.kit.documents import Block, Facts, Paragraph, Table
from tracker.kit.export import Column, Value
from tracker.progress.rules import GroupMean, Standing
from tracker.reports.days import ReportDay
from tracker.reports.reading import Reading, Source, UnitRow

LANGUAGE, ZONE = "id", "Asia/Jakarta"
MINISTRY = ("KEMENTERIAN PENDAYAGUNAAN APARATUR NEGARA DAN REFORMASI BIROKRASI", "DEPUTI BIDANG PELAYANAN PUBLIK")
STANDINGS = {
    Standing.ON_TRACK: "Sesuai rencana",
    Standing.AT_RISK: "Berisiko",
    Standing.OFF_TRACK: "Tertinggal",
    Standing.NOT_YET: "Belum dapat dihitung",
}
HELD = {
    "with_unit": "Di tangan unit",
    "with_coordinator": "Di tangan koordinator instansi",
    "with_verifier": "Menunggu verifikator",
    "on_hold": "Ditunda (anggaran atau peraturan)",
    "accepted": "Sudah diterima",
}
PROJECTED = "Proyeksi adalah perkiraan indeks bila yang terverifikasi bertahan; proyeksi bukan hasil evaluasi."
FIGURE = "0.00"


def day_words(on: ReportDay) -> str:
    return formats.date_in_words(on.day)


def as_of(on: ReportDay) -> str:
    """What the last line says: the moment itself, or the other day and when it was asked about."""
    made = formats.moment(on.now)
    return made if on.is_today else f"{day_words(on)} (dibuat {made})"


def where_figures_come_from(reading: Reading) -> list[str]:
    """Sentences that a reader needs before any figure."""
    on, day = reading.on, day_words(reading.on)
    said = {
        Source.LIVE: f"Angka kemajuan adalah keadaan {formats.moment(on.now)}.",
        Source.COPY: f"Angka kemajuan berasal dari potret {day} yang disimpan malam itu.",
        Source.NONE: (
            f"Tidak ada potret angka untuk {day}. Kolom terverifikasi, diklaim, proyeksi dan jumlah tindak lanjut "
            "karena itu dikosongkan; angka hari lain tidak dipakai."
        ),
    }[reading.source]
    return [said, *of_the_whole(reading), *about_the_day(on), *left_out(reading)]


def of_the_whole(reading: Reading) -> list[str]:
    """Copies of units become weekly after 90 days; those of groups stay daily."""
    group = reading.group
    if group is None or group.verified is None:
        return []
    return [
        f"Dari potret kelompok {day_words(reading.on)}: rata-rata terverifikasi {percent(group.verified)} dan diklaim "
        f"{percent(group.claimed)} dari {count(group.with_figure)} unit; {count(group.on_track)} sesuai rencana, "
        f"{count(group.at_risk)} berisiko, {count(group.off_track)} tertinggal."
    ]


def about_the_day(on: ReportDay) -> list[str]:
    if on.is_today:
        return []
    return [
        f"Lewat tenggat dihitung terhadap {day_words(on)} dari tindak lanjut sebagaimana tercatat saat laporan ini "
        f"dibuat, {formats.moment(on.now)}: masih di tangan unit atau koordinator dan tenggatnya sebelum hari itu."
    ]


def left_out(reading: Reading) -> list[str]:
    if not reading.outside:
        return []
    return [
        f"Laporan ini memuat {reading.in_reach} unit dalam jangkauan pembuatnya; "
        f"{reading.outside} unit lain tidak dimuat."
    ]


def percent(value: Decimal | None) -> str:
    """Two places, so that a reader can hold it against the list."""
    return "–" if value is None else f"{formats.number(value, 2)}\N{NO-BREAK SPACE}%"


def count(value: int | None) -> str:
    return formats.number(value)


def mean_words(mean: GroupMean) -> str:
    """Never a mean without how many units stand behind it."""
    if mean.mean is None:
        return "belum ada data"
    without = f", {count(mean.without_figure)} tanpa angka" if mean.without_figure else ""
    return f"{percent(mean.mean)} (rata-rata {count(mean.with_figure)} unit{without})"


def cycle_name(cycle: Cycle) -> str:
    return cycle.name or cycle.code


def opening_words(reading: Reading) -> str:
    opening = reading.cycle.opening_on
    if opening is None:
        return "belum ditetapkan"
    left = (opening - reading.on.day).days
    return f"{formats.date_in_words(opening)}" + (f" ({count(left)} hari lagi)" if left > 0 else "")


def expected_words(expected: Decimal | None) -> str:
    return percent(expected) if expected is not None else "belum dapat dihitung: tanggal surat atau pembukaan belum ada"


def summary(reading: Reading, *first: tuple[str, str]) -> Facts:
    return Facts(
        [
            *first,
            ("Siklus", cycle_name(reading.cycle)),
            ("Hari laporan", formats.long_date(reading.on.day)),
            ("Evaluasi berikutnya", opening_words(reading)),
            ("Unit prioritas pembinaan", count(len(reading.units))),
            ("Diharapkan pada hari itu", expected_words(reading.expected)),
            ("Terverifikasi", mean_words(reading.mean())),
            ("Diklaim", mean_words(reading.mean("claimed"))),
            *((f"Terverifikasi {formats.date_in_words(day)}", mean_words(mean)) for day, mean in reading.earlier),
        ]
    )


def standing_table(reading: Reading) -> Table:
    rows = [[label, count(reading.number(each))] for each, label in STANDINGS.items()]
    return Table(
        ["Status terhadap rencana", "Unit"],
        [*rows, ["Jumlah", count(len(reading.units))]],
        widths=(3, 1),
        right=frozenset({1}),
        caption="Unit menurut status",
    )


def held_table(reading: Reading) -> Table:
    rows = [[label, count(reading.total(name))] for name, label in HELD.items()]
    rows.append(["Lewat tenggat", count(reading.total("overdue"))])
    rows.append(["Rekomendasi yang belum ditugaskan", count(reading.total("unassigned"))])
    return Table(
        ["Tindak lanjut", "Jumlah"],
        rows,
        widths=(3, 1),
        right=frozenset({1}),
        caption="Tindak lanjut menurut pemegang",
    )


def aspect_table(reading: Reading) -> list[Block]:
    if not reading.aspects:
        return []
    rows = [[each.name, percent(each.verified), count(each.units)] for each in reading.aspects]
    return [
        Table(
            ["Aspek", "Terverifikasi", "Unit dengan angka"],
            rows,
            widths=(3, 1.2, 1),
            right=frozenset({1, 2}),
            caption="Kemajuan terverifikasi per aspek",
        )
    ]


def unit_name(row: UnitRow) -> str:
    return row.name if row.is_root else f"{row.name}, {place_of(row.agency)}"


def unit_table(reading: Reading, caption: str) -> Table:
    rows = [
        [
            str(line),
            unit_name(row),
            formats.index(row.official_or_computed),
            percent(row.verified),
            percent(row.claimed),
            STANDINGS[reading.standings[row.unit_id]],
            count(row.open),
            count(row.overdue),
            formats.index(row.projected),
        ]
        for line, row in enumerate(reading.units, start=1)
    ]
    header = ["No", "Unit", "Indeks", "Terverifikasi", "Diklaim", "Status", "Terbuka", "Lewat tenggat", "Proyeksi"]
    return Table(
        header,
        rows,
        widths=(0.55, 2.5, 1, 1.75, 1.15, 1.3, 1.2, 1.1, 1.25),
        right=frozenset({0, 2, 3, 4, 6, 7, 8}),
        caption=caption,
    )


UNIT_COLUMNS = (
    Column("Nomor unit", 10),
    Column("Unit", 40),
    Column("Instansi", 32),
    Column("Kode wilayah", 12),
    Column("Prioritas pembinaan", 12),
    Column("Indeks resmi", 10, FIGURE),
    Column("Indeks hitungan", 10, FIGURE),
    Column("Kategori", 10),
    Column("Terverifikasi (%)", 12, FIGURE),
    Column("Diklaim (%)", 12, FIGURE),
    Column("Diharapkan (%)", 12, FIGURE),
    Column("Status terhadap rencana", 20),
    Column("Proyeksi indeks (bukan hasil evaluasi)", 14, FIGURE),
    Column("Rekomendasi", 12),
    Column("Rekomendasi sesuai", 12),
    Column("Belum ditugaskan", 12),
    Column("Di tangan unit", 10),
    Column("Di tangan koordinator", 12),
    Column("Menunggu verifikator", 12),
    Column("Ditunda", 10),
    Column("Diterima", 10),
    Column("Lewat tenggat", 10),
)


def unit_values(reading: Reading, row: UnitRow) -> Sequence[Value]:
    """A row of the sheet, in the order of UNIT_COLUMNS. What is not known of the day is an empty cell, never 0."""
    return [
        row.unit_id,
        row.name,
        row.agency,
        row.region_code,
        "ya" if row.is_priority else "tidak",
        row.official_index,
        row.computed_index,
        row.band,
        row.verified,
        row.claimed,
        reading.expected,
        STANDINGS[reading.standings[row.unit_id]],
        row.projected,
        row.recommendations,
        row.adequate,
        row.unassigned,
        row.with_unit,
        row.with_coordinator,
        row.with_verifier,
        row.on_hold,
        row.accepted,
        row.overdue,
    ]


def notes(sentences: Sequence[str]) -> list[Block]:
    return [Paragraph(each, kind="note") for each in sentences]


def stem(*parts: str) -> str:
    """A file's name: plain letters, digits and hyphens."""
    joined = "-".join(parts).lower()
    return "-".join("".join(sign if sign.isascii() and sign.isalnum() else " " for sign in joined).split())


def compact(day: date) -> str:
    return f"{day:%Y%m%d}"
