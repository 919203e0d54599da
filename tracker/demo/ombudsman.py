"""An assessment of Ombudsman RI in the demonstration: results, findings, and what three units do about them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from tracker.administration.complaint_officers import NoticeFacts, record_notice
from tracker.demo.cast import KONAWE, PALOPO, SORONG, TUAL, UNIT_NAME
from tracker.demo.playing import Playing, Turn
from tracker.demo.stage import Stage
from tracker.demo.steps import Log, Return, Story, Submit
from tracker.directory.models import ServiceUnit
from tracker.instruments.operations import CycleFacts

IMPORTED = -104
"""The day of the import, from the day of the demonstration."""
PLACE = ("Kode Wilayah", "Instansi", "Unit Pelayanan")
AGENCIES = {
    TUAL: "Pemerintah Kota Tual",
    PALOPO: "Pemerintah Kota Palopo",
    KONAWE: "Pemerintah Kabupaten Konawe",
    SORONG: "Pemerintah Kota Sorong",
}
RESULTS: tuple[tuple[Any, ...], ...] = (
    (TUAL, UNIT_NAME, 58.2, 41.5, 62.75, 36, 49.12, "D", "Merah", "Kualitas Rendah"),
    (PALOPO, UNIT_NAME, 86.4, 90.12, 84.6, 79.9, 85.77, "B", "Hijau", "Kualitas Tinggi"),
    (KONAWE, UNIT_NAME, None, None, None, None, 58.99, "C", "Kuning", "Kualitas Sedang"),
    (SORONG, None, None, None, None, None, 61.4, "C", "Kuning", "Kualitas Sedang"),
)
"""Region, unit (none: the whole agency), four dimensions, value, letter, zone, opinion. Two came as a value only."""
FINDINGS: tuple[tuple[Any, ...], ...] = (
    (TUAL, "Pengaduan", "Tindakan korektif",
     "Menetapkan pejabat pengelola pengaduan dan mengumumkan nama serta kontaknya", "0031/LM/CONTOH", -110, 30),
    (TUAL, "Proses", "Saran perbaikan",
     "Mengumumkan jangka waktu setiap layanan dan menepatinya", "B/0207/CONTOH", -112, 90),
    (PALOPO, "Pengaduan", "Saran perbaikan",
     "Membuat rekapitulasi pengaduan triwulanan yang ditandatangani kepala dinas", "B/0208/CONTOH", -112, 60),
    (KONAWE, "Pengaduan", "Saran perbaikan",
     "Menetapkan pejabat pengaduan dan mengumumkannya di laman dinas", "B/0211/CONTOH", -112, None),
)  # fmt: skip
"""Region, dimension, kind, text, letter, its day, working days; without them the setting holds."""
STORIES = (
    Story(
        TUAL, "pengaduan", "Tetapkan SK pejabat pengaduan dan pasang kontaknya di laman dan loket", -101, 12,
        (
            Log(-80, "operator", "SK pejabat pengaduan ditandatangani kepala dinas.", 60,
                papers=("SK pejabat pengaduan",)),
            Log(-50, "operator", "Nama dan nomor dipasang di loket dan laman.", 100, photos=("Papan pengaduan",)),
            Submit(-49, "operator"),
            Return(-42, "asdep3", "Alamat laman belum dapat dibuka. Mohon perbaiki dan sertakan tangkapan layarnya.",
                   75),
        ),
        officer="operator", evidence="SK dan tangkapan layar laman",
    ),
    Story(
        TUAL, "proses", "Pasang jangka waktu layanan di setiap loket", -101, 40,
        (Log(-30, "operator-tual2", "Tiga dari lima loket sudah memasang jangka waktu.", 55),),
        officer="operator-tual2", evidence="Foto loket",
    ),
    Story(
        PALOPO, "pengaduan", "Susun rekapitulasi pengaduan triwulan pertama", -100, 20,
        (
            Log(-60, "operator-palopo", "Rekapitulasi triwulan selesai dan ditandatangani.", 100,
                papers=("Rekapitulasi pengaduan",)),
            Submit(-59, "operator-palopo"),
        ),
        officer="operator-palopo", evidence="Rekapitulasi bertanda tangan",
    ),
)  # fmt: skip
NOTICES: tuple[tuple[Any, ...], ...] = (
    (TUAL, "operator", -45, True, "https://contoh.example/tual/pengaduan", -50),
    (PALOPO, "pendamping", -40, False, "", None),
)
"""Region, who looked, on which day, published, where, since."""

Import = Callable[[CycleFacts, bytes, str, date], int]


@dataclass
class Assessed:
    """The cycle on its way through the demonstration's days."""

    stage: Stage
    opening_on: date
    bring: Import
    """Makes the cycle and imports a workbook into it on a day; its key."""
    playing: Playing = field(init=False)

    def __post_init__(self) -> None:
        self.playing = Playing(self.stage, 0)  # the cycle comes with the import

    def turns(self, instrument_id: int) -> list[Turn]:
        """Everything that happens, day by day."""
        told: list[Turn] = [(self.stage.day(IMPORTED), -1, lambda: self.receive(instrument_id))]
        for story in STORIES:
            told += self.playing.turns_of(story, len(told))
        for region, by, day, *seen in NOTICES:
            told.append((self.stage.day(day), len(told), self.looking(region, by, day, *seen)))
        return told

    def receive(self, instrument_id: int) -> None:
        day = self.stage.day(IMPORTED)
        year = day.year - 2
        facts = CycleFacts(
            f"ombudsman-{year}", instrument_id, year, f"Penilaian Ombudsman {year}", self.stage.day(-115),
            self.opening_on,
        )  # fmt: skip
        self.playing.cycle_id = self.bring(facts, workbook(self.stage), f"penilaian-ombudsman-{year}.xlsx", day)

    def looking(
        self, region: str, by: str, day: int, published: bool, place: str, since: int | None
    ) -> Callable[[], None]:
        def look() -> None:
            desk = self.playing.desk(day, by)
            unit = desk.session.get_one(ServiceUnit, self.stage.unit(region).id)
            since_day = self.stage.day(since) if since is not None else None
            record_notice(desk, unit, NoticeFacts(published, place, since_day, min(self.stage.day(day), desk.today)))

        return look


def workbook(stage: Stage) -> bytes:
    """Results and findings as an office would send them; the numbers of the letters say that they are examples."""
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Hasil Penilaian")
        sheet.write(0, 0, "HASIL PENILAIAN PENYELENGGARAAN PELAYANAN PUBLIK")
        sheet.write(1, 0, "Data ilustrasi: nama instansi nyata, nilai bukan hasil penilaian resmi")
        results = ("Input", "Proses", "Output", "Pengaduan", "Nilai", "Kategori", "Zona", "Opini")
        sheet.write_row(3, 0, (*PLACE, *results))
        for n, (region, unit, *values) in enumerate(RESULTS, start=4):
            sheet.write_row(n, 0, (region, AGENCIES[region], unit, *values))
        sheet = book.add_worksheet("Temuan")
        findings = ("Dimensi", "Jenis", "Uraian", "Nomor LAHP/Surat", "Tanggal LAHP/Surat", "Jangka Waktu (hari kerja)")
        sheet.write_row(0, 0, (*PLACE, *findings))
        for n, (region, dimension, kind, text, number, day, term) in enumerate(FINDINGS, start=1):
            dated = (stage.today + timedelta(days=day)).isoformat()
            sheet.write_row(n, 0, (region, AGENCIES[region], UNIT_NAME, dimension, kind, text, number, dated, term))
    return stream.getvalue()
