"""Columns that tell who complained: they are emptied before anything of a file is read or kept. Pure.

A report of Ombudsman RI may keep its reporter secret, and Tuntas has no place for them: neither in its tables nor in
the copy of the file that it keeps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from tracker.evaluations.workbook import is_blank
from tracker.kit.cells import Cell
from tracker.kit.sheets import Merge, Sheet

Some = TypeVar("Some", bound=Cell)

WHO = ("pelapor", "pengadu", "penyampai laporan", "reporter", "complainant")
FACTS = (
    "", "nama", "nama lengkap", "identitas", "data", "nik", "no ktp", "nomor ktp", "alamat", "telepon", "no telepon",
    "nomor telepon", "no hp", "nomor hp", "hp", "wa", "no wa", "whatsapp", "email", "surel", "kontak", "pekerjaan",
    "jenis kelamin", "usia", "umur",
)  # fmt: skip
ALONE = ("nik", "no ktp", "nomor ktp", "nomor induk kependudukan", "nik ktp", "reporter name", "complainant name")
HEADINGS = frozenset({*ALONE, *(f"{fact} {who}".strip() for fact in FACTS for who in WHO)})
"""Headings by their key (see `heading_key`); "terlapor", whom a report is about, is not among them."""
SCANNED_ROWS = 60


def heading_key(written: str) -> str:
    """Letters and digits of a heading in small letters; words for joining are left out."""
    plain = "".join(letter if letter.isalnum() else " " for letter in written.casefold())
    return " ".join(word for word in plain.split() if word not in ("dan", "atau", "si"))


def tells_who(cell: Cell) -> bool:
    """The cell is the heading of a column, or of a line, with a reporter's name or particulars."""
    return isinstance(cell, str) and len(cell) < 60 and heading_key(cell) in HEADINGS


def without_reporters(sheets: Iterable[Sheet]) -> tuple[list[Sheet], bool]:
    """The same sheets with those cells emptied, and whether there were any; headings stay, so that it can be said."""
    cleaned = [clean(sheet) for sheet in sheets]
    return [sheet for sheet, _ in cleaned], any(found for _, found in cleaned)


def clean(sheet: Sheet) -> tuple[Sheet, bool]:
    """Empty what stands under such a heading, and beside it where it begins a line of the letter's sheet."""
    rows = [list(row) for row in sheet.rows]
    found = False
    for number, row in enumerate(rows[:SCANNED_ROWS]):
        for position, cell in enumerate(row):
            if isinstance(cell, str) and ":" in cell and tells_who(cell.partition(":")[0]) and cell.partition(":")[2]:
                row[position] = cell.partition(":")[0] + ":"
            elif not tells_who(cell):
                continue
            found = True
            for below in rows[number + 1 :]:
                empty(below, position)
            if begins_line(row, position):
                row[position + 1 :] = [None] * (len(row) - position - 1)
    return (replace(sheet, rows=rows, merges=kept_merges(sheet.merges, rows)) if found else sheet), found


def empty(row: list[Cell], position: int) -> None:
    if position < len(row) and not tells_who(row[position]):
        row[position] = None


def begins_line(row: Sequence[Cell], position: int) -> bool:
    """Heading, perhaps a colon, and one value, as on the letter's sheet; the header of a table has more cells."""
    filled = [at for at, cell in enumerate(row) if not is_blank(cell)]
    if not filled or filled[0] != position:
        return False
    return len(filled) == 2 or (len(filled) == 3 and str(row[filled[1]]).strip() == ":")


def kept_merges(merges: tuple[Merge, ...], rows: Sequence[Sequence[Cell]]) -> tuple[Merge, ...]:
    """Merged cells stay merged; what they showed was emptied with their first cell."""
    return tuple(merge for merge in merges if merge.first_row <= len(rows))


def columns_told(rows: Iterable[tuple[int, Sequence[Cell]]]) -> list[tuple[int, str]]:
    """Row and words of each such heading, to say that it was left out."""
    return [
        (number, str(cell).strip(" :"))
        for number, cells in rows
        if number <= SCANNED_ROWS
        for cell in cells
        if tells_who(cell)
    ]
