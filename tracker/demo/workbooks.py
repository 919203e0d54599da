"""Workbooks of the later cycles, made from the sample's scores, so that they come in by the same import."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook

from tracker.instruments.rules import WeightedScore, index


@dataclass(frozen=True, slots=True)
class Result:
    """A unit's scores of the year before, in the order of the instrument's aspects."""

    region: str
    agency: str
    unit: str
    scores: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """An aspect: its heading, its weight, and what is recommended in it where the score is low."""

    code: str
    name: str
    weight: Decimal
    advice: str
    priority: str


@dataclass(frozen=True, slots=True)
class LetterHead:
    number: str
    dated_on: date
    year: int
    cycle: str
    opening_on: date
    instrument: str


def later_scores(before: Sequence[Decimal], step: Decimal) -> tuple[Decimal, ...]:
    """A little up in some aspects and down in others: invented."""
    moved = (score + step * (Decimal(place % 3) - 1) for place, score in enumerate(before))
    return tuple(min(Decimal(5), max(Decimal(0), score)).quantize(Decimal("0.01")) for score in moved)


def made(
    head: LetterHead, columns: Sequence[Column], results: Sequence[Result], advised: Collection[tuple[str, str]]
) -> BytesIO:
    """A workbook as an office would send it: results, what is advised (region and aspect), and the letter."""
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Hasil")
        sheet.write(0, 0, f"HASIL PEMANTAUAN DAN EVALUASI PELAYANAN PUBLIK TAHUN {head.year}")
        sheet.write(1, 0, "Data ilustrasi: nama instansi nyata, skor bukan hasil evaluasi resmi")
        names = [column.name for column in columns]
        sheet.write_row(3, 0, ["No", "Kode Wilayah", "Instansi", "Unit Pelayanan", *names, "Indeks"])
        for n, result in enumerate(results, start=1):
            parts = [WeightedScore(column.weight, score) for column, score in zip(columns, result.scores, strict=True)]
            row = [n, result.region, result.agency, result.unit, *map(float, result.scores), float(index(parts) or 0)]
            sheet.write_row(3 + n, 0, row)
        sheet = book.add_worksheet("Rekomendasi")
        titles = ["No", "Kode Wilayah", "Instansi", "Unit Pelayanan", "Aspek", "Rekomendasi", "Prioritas"]
        sheet.write_row(0, 0, titles)
        wanted = [(result, column) for result in results for column in columns]
        wanted = [(result, column) for result, column in wanted if (result.region, column.code) in advised]
        for n, (result, column) in enumerate(wanted, start=1):
            place = [n, result.region, result.agency, result.unit]
            sheet.write_row(n, 0, [*place, column.name, column.advice, column.priority])
        write_letter(book, head)
    stream.seek(0)
    return stream


def write_letter(book: Workbook, head: LetterHead) -> None:
    sheet = book.add_worksheet("Surat")
    subject = f"Penyampaian Hasil Pemantauan dan Evaluasi Kinerja Penyelenggaraan Pelayanan Publik Tahun {head.year}"
    facts = (
        ("Nomor", head.number),
        ("Tanggal", head.dated_on.isoformat()),
        ("Hal", f"{subject} (ilustrasi)"),
        ("Pengirim", "Deputi Bidang Pelayanan Publik"),
        ("Siklus", head.cycle),
        ("Pembukaan evaluasi berikutnya", head.opening_on.isoformat()),
        ("Instrumen", head.instrument),
    )
    for row, fact in enumerate(facts):
        sheet.write_row(row, 0, fact)
