"""Reports about many units: an area by the month, an agency for its head of region, readiness before a cycle."""

from collections.abc import Sequence

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.directory.models import Agency, ServiceUnit, SupervisionArea
from tracker.directory.states import AgencyKind
from tracker.evaluations.models import Evaluation
from tracker.instruments.models import Cycle
from tracker.kit import formats
from tracker.kit.documents import Block, Document, Facts, Heading, Paragraph, Signature, Signatures
from tracker.progress.rules import Standing
from tracker.progress.states import GroupKind
from tracker.reports import wording
from tracker.reports.days import ReportDay
from tracker.reports.drawings import aspects_drawn, standings_drawn
from tracker.reports.reading import Reading, read
from tracker.reports.sheets import Listing, Report

IS_PRIORITY = sa.and_(Evaluation.is_priority)
ON_PAPER = (".pdf", ".docx", ".xlsx", ".csv")
WITHOUT_WORD = (".pdf", ".xlsx", ".csv")


def area_report(desk: Desk, area: SupervisionArea, cycle: Cycle, on: ReportDay) -> Report:
    """The monthly report of an area: its priority units in the cycle."""
    reading = read(desk, cycle, on, IS_PRIORITY, ServiceUnit.area_id == area.id, group=(GroupKind.AREA, area.id))
    title = f"Laporan bulanan {area.name}"
    listing = listing_of(reading, f"{area.name}; {wording.cycle_name(cycle)}; prioritas pembinaan", area.name, title)
    name = wording.stem("laporan", area.name, cycle.code, wording.compact(on.day))
    return Report(title, name, listing, lambda: area_paper(reading, title, area.name), ON_PAPER)


def area_paper(reading: Reading, title: str, area: str) -> Document:
    blocks: list[Block] = [
        *wording.notes(wording.where_figures_come_from(reading)),
        wording.summary(reading, ("Wilayah pembinaan", area)),
        Heading("Ringkasan"),
        Paragraph(in_words(reading)),
        *standings_drawn(reading),
        wording.standing_table(reading),
        wording.held_table(reading),
        *aspects_drawn(reading),
        *wording.aspect_table(reading),
        Heading("Unit prioritas pembinaan"),
        *units_or_none(reading),
        Paragraph(wording.PROJECTED, kind="note"),
    ]
    return paper(reading, title, blocks)


def agency_report(desk: Desk, agency: Agency, cycle: Cycle, on: ReportDay) -> Report:
    """The report to the head of an agency: a letter, and every priority unit of the agency in the cycle."""
    reading = read(
        desk, cycle, on, IS_PRIORITY, ServiceUnit.agency_id == agency.id, group=(GroupKind.AGENCY, agency.id)
    )
    title = f"Laporan perkembangan {agency.name}"
    filter = f"{agency.name}; {wording.cycle_name(cycle)}; prioritas pembinaan"
    listing = listing_of(reading, filter, agency.place, title)
    name = wording.stem("laporan", agency.place, cycle.code, wording.compact(on.day))
    return Report(title, name, listing, lambda: agency_letter(reading, title, agency), ON_PAPER)


HEADS = {
    AgencyKind.MINISTRY: "Menteri",
    AgencyKind.NATIONAL_AGENCY: "Pimpinan",
    AgencyKind.PROVINCE: "Gubernur",
    AgencyKind.REGENCY: "Bupati",
    AgencyKind.CITY: "Wali Kota",
}


def addressee(agency: Agency) -> str:
    """Wali Kota Tual for "Pemerintah Kota Tual"; for a ministry or national agency its name follows in full."""
    head = HEADS[agency.kind]
    for kind in ("Pemerintah Kota ", "Pemerintah Kabupaten ", "Pemerintah Provinsi ", "Pemerintah "):
        if agency.name.startswith(kind):
            return f"{head} {agency.name.removeprefix(kind)}"
    return f"{head} {agency.name}" if agency.kind is not AgencyKind.MINISTRY else f"Menteri pada {agency.name}"


def agency_letter(reading: Reading, title: str, agency: Agency) -> Document:
    cycle = wording.cycle_name(reading.cycle)
    blocks: list[Block] = [
        Facts(
            [
                ("Nomor", "…………………………"),
                ("Tanggal", formats.date_in_words(reading.on.day)),
                ("Sifat", "Segera"),
                ("Hal", f"Perkembangan tindak lanjut hasil evaluasi pelayanan publik ({cycle})"),
            ]
        ),
        Paragraph(f"Yth. {addressee(agency)}", strong=True),
        Paragraph("di tempat"),
        Paragraph(
            f"Dalam rangka pembinaan unit pelayanan publik kategori prioritas pembinaan, bersama ini kami sampaikan "
            f"perkembangan tindak lanjut rekomendasi di lingkungan {agency.name} per {wording.day_words(reading.on)}. "
            + in_words(reading)
        ),
        *asked_of(reading),
        Paragraph(
            "Rincian setiap unit terlampir. Atas perhatian dan dukungan Saudara, kami ucapkan terima kasih."
        ),
        Signatures([Signature("Deputi Bidang Pelayanan Publik", "…………………………")]),
        Heading("Lampiran: keadaan unit"),
        *wording.notes(wording.where_figures_come_from(reading)),
        wording.summary(reading, ("Instansi", agency.name)),
        *standings_drawn(reading),
        wording.standing_table(reading),
        wording.held_table(reading),
        *aspects_drawn(reading),
        *wording.aspect_table(reading),
        *units_or_none(reading),
        Paragraph(wording.PROJECTED, kind="note"),
    ]  # fmt: skip
    return paper(reading, title, blocks, wording.MINISTRY)


def asked_of(reading: Reading) -> list[Block]:
    """What the head of the agency is asked to see to; nothing where nothing lies with the agency."""
    overdue, unassigned = reading.total("overdue"), reading.total("unassigned")
    asked = []
    if overdue:
        asked.append(f"menugaskan unit terkait menyelesaikan {wording.count(overdue)} tindak lanjut yang lewat tenggat")
    if reading.total("on_hold"):
        asked.append(
            f"mendukung anggaran atau peraturan yang ditunggu {wording.count(reading.total('on_hold'))} tindak lanjut"
        )
    if unassigned:
        asked.append(f"menyiapkan penanggung jawab bagi {wording.count(unassigned)} rekomendasi yang belum ditugaskan")
    if not asked:
        return []
    return [Paragraph("Sehubungan dengan itu, mohon perkenan Saudara untuk " + "; ".join(asked) + ".")]


def readiness_report(desk: Desk, cycle: Cycle, on: ReportDay) -> Report:
    """How ready the priority units of a cycle are for the next evaluation."""
    reading = read(desk, cycle, on, IS_PRIORITY, group=(GroupKind.NATION, 0))
    title = f"Kesiapan menghadapi evaluasi berikutnya: {wording.cycle_name(cycle)}"
    listing = listing_of(reading, f"{wording.cycle_name(cycle)}; prioritas pembinaan", "Kesiapan", title)
    name = wording.stem("kesiapan", cycle.code, wording.compact(on.day))
    return Report(title, name, listing, lambda: readiness_paper(reading, title), WITHOUT_WORD)


def readiness_paper(reading: Reading, title: str) -> Document:
    blocks: list[Block] = [
        *wording.notes(wording.where_figures_come_from(reading)),
        wording.summary(reading),
        Heading("Ringkasan"),
        Paragraph(in_words(reading)),
        Paragraph(still_open(reading)),
        *standings_drawn(reading),
        wording.standing_table(reading),
        wording.held_table(reading),
        *aspects_drawn(reading),
        *wording.aspect_table(reading),
        Heading("Kesiapan setiap unit"),
        *units_or_none(reading),
        Paragraph(wording.PROJECTED, kind="note"),
    ]
    return paper(reading, title, blocks)


def still_open(reading: Reading) -> str:
    waiting = reading.total("with_verifier")
    if waiting is None:
        return "Berapa tindak lanjut yang masih terbuka pada hari itu tidak dapat dikatakan."
    held = sum(reading.total(name) or 0 for name in ("with_unit", "with_coordinator", "with_verifier", "on_hold"))
    return (
        f"Masih terbuka {wording.count(held)} tindak lanjut, di antaranya {wording.count(waiting)} sudah diajukan dan "
        "menunggu verifikator: yang sudah diajukan tidak dihitung sebagai kegagalan unit."
    )


def in_words(reading: Reading) -> str:
    """The figures of the tables in a sentence or two, for whoever reads only that."""
    units = wording.count(len(reading.units))
    overdue = wording.count(reading.total("overdue"))
    mean = reading.mean()
    if mean.mean is None:
        return (
            f"Dari {units} unit prioritas pembinaan belum ada angka kemajuan pada hari itu; "
            f"{overdue} tindak lanjut lewat tenggat."
        )
    numbers = {each: wording.count(reading.number(each)) for each in Standing}
    said = (
        f"Rata-rata terverifikasi {wording.percent(mean.mean)} dari {wording.count(mean.with_figure)} unit yang "
        f"mempunyai angka, dari {units} unit prioritas pembinaan"
    )
    if reading.expected is not None:
        said += (
            f"; pada hari itu diharapkan {wording.percent(reading.expected)}. {numbers[Standing.ON_TRACK]} unit sesuai "
            f"rencana, {numbers[Standing.AT_RISK]} berisiko, {numbers[Standing.OFF_TRACK]} tertinggal, dan "
            f"{numbers[Standing.NOT_YET]} belum dapat dihitung"
        )
    return f"{said}. {overdue} tindak lanjut lewat tenggat."


def units_or_none(reading: Reading) -> Sequence[Block]:
    if not reading.units:
        return [Paragraph("Tidak ada unit prioritas pembinaan dalam siklus ini.")]
    return [wording.unit_table(reading, "Yang terverifikasi paling rendah lebih dahulu")]


def listing_of(reading: Reading, filter: str, sheet: str, title: str) -> Listing:
    sentences = [*wording.where_figures_come_from(reading), wording.PROJECTED]
    about = [
        ("Laporan", title),
        ("Siklus", wording.cycle_name(reading.cycle)),
        ("Hari laporan", formats.long_date(reading.on.day)),
        ("Dibuat", formats.moment(reading.on.now)),
        ("Diharapkan pada hari itu", wording.expected_words(reading.expected)),
        *(("Penjelasan" if at == 0 else "", sentence) for at, sentence in enumerate(sentences)),
    ]
    return Listing(
        wording.UNIT_COLUMNS,
        lambda: (wording.unit_values(reading, row) for row in reading.units),
        len(reading.units),
        wording.as_of(reading.on),
        filter,
        sheet,
        about,
    )


def paper(reading: Reading, title: str, blocks: Sequence[Block], letterhead: Sequence[str] = ()) -> Document:
    return Document(
        title=title,
        subtitle=f"{wording.cycle_name(reading.cycle)} · per {wording.as_of(reading.on)}",
        blocks=blocks,
        letterhead=letterhead,
        author="Tuntas",
        foot=f"{title} · per {wording.as_of(reading.on)}",
    )
