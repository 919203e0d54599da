"""Reading the sheet with the letter's data: a key and its value in each row. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from tracker.evaluations.headers import header_key
from tracker.evaluations.workbook import CycleFacts, Found, LetterFacts, Page, Problem, as_found, is_blank
from tracker.instruments.rules import InstrumentFacts
from tracker.kit.cells import Cell, day, text
from tracker.kit.words import N_

KEYS: Mapping[str, tuple[str, ...]] = {
    "number": ("nomor", "no", "nomor surat", "no surat", "number", "letter number"),
    "date": ("tanggal", "tgl", "tanggal surat", "tgl surat", "date", "letter date"),
    "subject": ("hal", "perihal", "subject"),
    "sender": ("pengirim", "dari", "sender", "from"),
    "addressee": ("kepada", "yth", "kepada yth", "tujuan", "ditujukan kepada", "addressee", "to"),
    "cycle": ("siklus", "kode siklus", "siklus evaluasi", "cycle"),
    "opening_on": (
        "pembukaan evaluasi berikutnya", "tanggal pembukaan evaluasi berikutnya", "pembukaan evaluasi",
        "evaluasi berikutnya", "next opening", "opening", "opening of the next evaluation",
    ),
    "instrument_code": ("instrumen", "kode instrumen", "instrument"),
}  # fmt: skip
FIELD_OF = {header_key(alias): name for name, aliases in KEYS.items() for alias in aliases}
DATES = frozenset({"date", "opening_on"})
TELLING = frozenset({"number", "date", "subject"})


def is_letter(sheet: Page) -> bool:
    """At least two known keys at the head of rows, one of them number, date or subject."""
    found = {name for name, _, _, _ in entries(sheet)}
    return len(found) > 1 and bool(found & TELLING)


def read_letter(
    sheet: Page, instrument: InstrumentFacts, cycle: CycleFacts | None, problems: list[Problem]
) -> LetterFacts:
    """The letter; what contradicts the chosen cycle, cannot be read or stands twice is refused in its row."""
    facts: dict[str, Any] = {}
    for name, key, cell, row in entries(sheet):
        if is_blank(cell):
            continue
        value = value_of(name, cell)
        if value is None:
            problems.append(
                Problem(
                    sheet.name, row, key, as_found(cell), N_("Tanggal tidak dikenal."),
                    N_("Seperti 23 Januari 2020 atau 2020-01-23."),
                )
            )  # fmt: skip
        elif name in facts and facts[name].value != value:
            problems.append(
                Problem(
                    sheet.name, row, key, as_found(cell),
                    N_("%(key)s sudah ada di baris %(first_row)s dengan isi lain."), "",
                    {"key": key, "first_row": str(facts[name].row)},
                )
            )  # fmt: skip
        else:
            facts.setdefault(name, Found(value, row, key))
    letter = LetterFacts(sheet.name, **facts)
    problems.extend(contradictions(letter, instrument, cycle))
    return letter


def entries(sheet: Page) -> Iterator[tuple[str, str, Cell, int]]:
    """(field, key as written, value, row) of the rows that begin with a known key; also "Nomor: …" in one cell."""
    for row, cells in sheet.rows:
        filled = [cell for cell in cells if not is_blank(cell)]
        if not filled or not isinstance(filled[0], str):
            continue
        name = FIELD_OF.get(header_key(filled[0]))
        if name:
            yield name, filled[0].strip(" :"), value_beside(filled[1:]), row
        elif ":" in filled[0]:
            key, _, rest = filled[0].partition(":")
            if name := FIELD_OF.get(header_key(key)):
                yield name, key.strip(), rest if rest.strip() else value_beside(filled[1:]), row


def value_beside(cells: Sequence[Cell]) -> Cell:
    for cell in cells:
        if not isinstance(cell, str):
            return cell
        if cell.strip(" :"):
            return cell.strip().removeprefix(":").strip()
    return None


def value_of(name: str, cell: Cell) -> str | date | None:
    """None for a date that cannot be read."""
    if name not in DATES:
        return " ".join(text(cell).split())
    try:
        return day(cell)
    except ValueError:
        return None


def contradictions(letter: LetterFacts, instrument: InstrumentFacts, cycle: CycleFacts | None) -> Iterator[Problem]:
    if letter.instrument_code and is_other(letter.instrument_code, instrument.code):
        yield contradiction(
            letter.sheet, letter.instrument_code, N_("Instrumen siklus ini adalah %(known)s."), instrument.code
        )
    if letter.date and letter.opening_on and letter.opening_on.value <= letter.date.value:
        yield contradiction(
            letter.sheet, letter.opening_on, N_("Pembukaan evaluasi berikutnya harus sesudah tanggal surat %(known)s."),
            letter.date.value.isoformat(),
        )  # fmt: skip
    if cycle is None:
        return
    if letter.cycle and is_other(letter.cycle, cycle.code):
        yield contradiction(letter.sheet, letter.cycle, N_("Siklus yang dipilih adalah %(known)s."), cycle.code)
    yield from other_date(letter.sheet, letter.date, cycle.letter_date, N_("Tanggal surat siklus ini sudah %(known)s."))
    yield from other_date(
        letter.sheet, letter.opening_on, cycle.opening_on, N_("Pembukaan evaluasi berikutnya sudah %(known)s.")
    )


def other_date(sheet: str, found: Found[date] | None, known: date | None, message: str) -> Iterator[Problem]:
    if found and known and found.value != known:
        yield contradiction(sheet, found, message, known.isoformat())


def is_other(found: Found[str], known: str) -> bool:
    return found.value.casefold().replace(" ", "") != known.casefold().replace(" ", "")


def contradiction(sheet: str, found: Found[Any], message: str, known: str) -> Problem:
    return Problem(sheet, found.row, found.key, as_found(found.value), message, "", {"known": known})
