"""The rows of a spreadsheet as an office made it: xlsx, xls, ods or CSV, numbered as in the sheet."""

import csv
import hashlib
import io
import pickle
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from tracker.kit import content
from tracker.kit.cells import Cell, day, number, region_code, text
from tracker.kit.content import Unusable
from tracker.kit.extent import Extent, Limits, TooLarge, of_ods, of_xls, of_xml
from tracker.kit.unpacking import RawSheet
from tracker.kit.words import N_

__all__ = ["Cell", "Limits", "Merge", "Sheet", "Unusable", "Workbook", "day", "number", "read", "region_code", "text"]

DEFAULT_LIMITS = Limits()
UNPACKS_TOO_LARGE = N_("Isi buku kerja ini terlalu besar setelah dibuka (lebih dari %(limit)s). Pisahkan berkasnya.")
TOO_MANY_CELLS = N_(
    "Lembar di berkas ini terlalu besar: paling banyak %(rows)s baris dan %(columns)s kolom. "
    "Hapus baris dan kolom kosong yang pernah diisi, atau pisahkan berkasnya."
)
NOTHING_IN_IT = N_("Tidak ada isi di lembar mana pun dalam berkas ini.")
NOT_READABLE = N_("Berkas %(name)s tidak ditemukan atau tidak boleh dibaca.")

UNPACKING = Path(__file__).with_name("unpacking.py")
HIGHEST_RATIO = 200  # unpacked to packed; office files stay below 50, a bomb reaches 1,000
SMALL_ENOUGH = 5_000_000  # bytes unpacked: no bomb, whatever the ratio
CHUNK = 1 << 20
NO_SEPARATOR = "\x1f"  # a control character, which no accepted text contains
ESCAPED = tuple(f"'{sign}" for sign in "=+-@\t\r")


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells: first and last row as numbered in the sheet (from 1), first and last column counted from 0."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows[0]` is row 1 of the sheet, also when it is empty; all rows are equally wide.

    A formula is its stored value, an empty or blank cell is None, a time of day is text ("11.01": also what Excel makes
    of a code). A value merged downwards stands in each row it covers; one merged sideways in its first column only.
    """

    name: str
    rows: list[list[Cell]]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False

    def numbered(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows with their numbers as the office sees them."""
        return enumerate(self.rows, start=1)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file in their order, and the SHA-256 of its bytes."""

    sheets: list[Sheet]
    digest: str
    media_type: str


def read(source: Path | BinaryIO | bytes, name: str = "", limits: Limits = DEFAULT_LIMITS) -> Workbook:
    """Read a workbook, by what it really is. `name` tells a CSV's sheet name.

    Raises Unusable: empty, too big, packed to burst memory, password, damaged, another type, nothing in it.
    """
    name = name or (source.name if isinstance(source, Path) else "")
    data = _bytes_of(source, limits)
    kind = content.media_type(io.BytesIO(data), name, content.WORKBOOKS)
    if kind in {content.CSV, content.TXT}:
        sheets = [_csv_sheet(data, Path(name).stem or "CSV", limits)]
    else:
        sheets = _sheets(data, _merges_that_fit(data, kind, limits))
    if not any(sheet.rows for sheet in sheets):
        raise Unusable(NOTHING_IN_IT)
    return Workbook(sheets, hashlib.sha256(data).hexdigest(), kind)


def _bytes_of(source: Path | BinaryIO | bytes, limits: Limits) -> bytes:
    most = limits.file_bytes + 1
    if isinstance(source, bytes):
        data = source
    elif isinstance(source, Path):
        try:
            with source.open("rb") as file:
                data = file.read(most)
        except OSError as error:
            raise Unusable(NOT_READABLE, name=source.name) from error
    else:
        data = source.read(most)
    if len(data) >= most:
        raise Unusable(content.TOO_BIG, limit=content.size_in_words(limits.file_bytes))
    return data


# ---- what fits into memory, found out before a library unpacks it -------------------------------------------------


def refuse_too_large(data: bytes, kind: str, limits: Limits) -> None:
    """For who reads a workbook in another way. Raises Unusable for one that would burst memory."""
    if kind in {content.CSV, content.TXT}:
        raise ValueError(kind)
    _merges_that_fit(data, kind, limits)


def _merges_that_fit(data: bytes, kind: str, limits: Limits) -> dict[str, list[Merge]]:
    """Refuse what would burst memory. For ods, also the merges that calamine does not tell, by sheet."""
    extent = Extent(limits)
    try:
        if kind == content.XLS:
            of_xls(data, extent)
        else:
            for member, chunks in _unpacked(data, limits):
                if kind == content.ODS and member == "content.xml":
                    of_ods(chunks, extent)
                else:
                    of_xml(member, chunks, extent)
    except TooLarge as error:
        raise Unusable(TOO_MANY_CELLS, rows=f"{limits.rows:,}".replace(",", "."), columns=limits.columns) from error
    found = {name: [Merge(*merge) for merge in merges] for name, merges in extent.merges.items()}
    return found if kind == content.ODS else {}


def _unpacked(data: bytes, limits: Limits) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each member of a ZIP in pieces. What it says of its size is checked first, then held against what comes out."""
    members = content.zip_members(io.BytesIO(data))
    too_large = Unusable(UNPACKS_TOO_LARGE, limit=content.size_in_words(limits.unpacked_bytes))
    if sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise too_large
    if any(_is_bomb(member) for member in members):
        raise too_large
    for member in members:
        if member.flag_bits & 1:
            raise Unusable(content.PASSWORD)
        chunks = _inflate(data, member)
        yield member.filename, chunks
        for _ in chunks:  # what the reader left is still to be measured
            pass


def _is_bomb(member: ZipInfo) -> bool:
    return member.file_size > SMALL_ENOUGH and member.file_size > HIGHEST_RATIO * max(1, member.compress_size)


def _inflate(data: bytes, member: ZipInfo) -> Iterator[bytes]:
    """A member's content, which must be as long as it says: not every reader stops there."""
    at = member.header_offset
    start = (
        at + 30 + int.from_bytes(data[at + 26 : at + 28], "little") + int.from_bytes(data[at + 28 : at + 30], "little")
    )
    packed, left = data[start : start + member.compress_size], member.file_size
    if member.compress_type == ZIP_STORED and len(packed) == left:
        yield packed
        return
    if member.compress_type != ZIP_DEFLATED:
        raise Unusable(content.DAMAGED)
    inflating = zlib.decompressobj(-15)
    while not inflating.eof:
        try:
            chunk = inflating.decompress(packed, CHUNK)
        except zlib.error as error:
            raise Unusable(content.DAMAGED) from error
        packed, left = inflating.unconsumed_tail, left - len(chunk)
        if left < 0 or not (chunk or inflating.eof):
            raise Unusable(content.DAMAGED)
        yield chunk
    if left:
        raise Unusable(content.DAMAGED)


# ---- rows ---------------------------------------------------------------------------------------------------------


def _sheets(data: bytes, merges: dict[str, list[Merge]]) -> list[Sheet]:
    apart = [sys.executable, "-I", str(UNPACKING)]
    try:
        done = subprocess.run(apart, input=data, capture_output=True, timeout=120, check=True)  # noqa: S603 - our own script
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Unusable(content.DAMAGED) from error
    answer: list[RawSheet] | str = pickle.loads(done.stdout)  # noqa: S301 - written by that script
    if isinstance(answer, str):
        raise Unusable(content.PASSWORD if answer == "password" else content.DAMAGED)
    return [_sheet(raw, merges) for raw in answer]


def _sheet(raw: RawSheet, merges: dict[str, list[Merge]]) -> Sheet:
    name, hidden, values, told = raw
    rows = _without_empty_end([_cell(value) for value in row] for row in values)
    merged = tuple(Merge(r1 + 1, c1, r2 + 1, c2) for (r1, c1), (r2, c2) in told) or tuple(merges.get(name, ()))
    cells = len(rows) * len(rows[0]) if rows else 0
    if sum(len(rows[merge.first_row - 1 : merge.last_row]) for merge in merged) > cells:
        raise Unusable(content.DAMAGED)  # merged cells never overlap, so they cannot be more than there are
    for merge in merged:
        _fill_down(rows, merge)
    return Sheet(name, rows, merged, hidden)


def _cell(value: str | float | date | time | timedelta) -> Cell:
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, time):
        return f"{value.hour:02d}.{value.minute:02d}"
    if isinstance(value, timedelta):
        hours, rest = divmod(int(value.total_seconds()), 3600)
        return f"{hours:02d}.{rest // 60:02d}"
    return value


def _without_empty_end(rows: Iterable[list[Cell]]) -> list[list[Cell]]:
    kept = list(rows)
    while kept and not any(cell is not None for cell in kept[-1]):
        kept.pop()
    return kept


def _fill_down(rows: list[list[Cell]], merge: Merge) -> None:
    covered = rows[merge.first_row - 1 : merge.last_row]
    if covered and merge.first_column < len(covered[0]):
        for row in covered[1:]:
            row[merge.first_column] = covered[0][merge.first_column]


# ---- CSV ----------------------------------------------------------------------------------------------------------


def _csv_sheet(data: bytes, name: str, limits: Limits) -> Sheet:
    written = _decoded(data)
    first, _, rest = written.partition("\n")
    separator = ""
    if first.rstrip("\r").lower().startswith("sep=") and len(first.rstrip("\r")) == 5:
        separator, written = first[4], rest  # Excel's own hint, which Excel does not count as a row
    rows: list[list[Cell]] = []
    width = 0
    try:
        for row in csv.reader(
            io.StringIO(written, newline=""), delimiter=separator or _separator(written), strict=True
        ):
            rows.append([_csv_cell(value) for value in row])
            width = max(width, len(row))
            if len(rows) > limits.rows or width > limits.columns or len(rows) * width > limits.cells:
                raise Unusable(TOO_MANY_CELLS, rows=f"{limits.rows:,}".replace(",", "."), columns=limits.columns)
    except csv.Error as error:
        raise Unusable(content.DAMAGED) from error
    return Sheet(name, _without_empty_end(row + [None] * (width - len(row)) for row in rows))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise Unusable(content.DAMAGED)


def _separator(written: str) -> str:
    """The separator that gives most rows the same number of cells; a decimal comma in each cell cannot outdo it.

    One that splits fewer than half of the rows is only punctuation; without any, each row is one cell.
    """

    def agreement(separator: str) -> int:
        with suppress(csv.Error):
            sample = islice(csv.reader(io.StringIO(written, newline=""), delimiter=separator), 100)
            widths = Counter(len(row) for row in sample if row)
            if 2 * widths[1] <= widths.total():
                return max((rows * (width - 1) for width, rows in widths.items()), default=0)
        return 0

    best = max(";,\t|", key=agreement)
    return best if agreement(best) else NO_SEPARATOR


def _csv_cell(value: str) -> Cell:
    """A CSV stores no values beside its formulas: ="0812" is Excel's way to keep a text, any other formula is empty."""
    if value.startswith("="):
        value = value[2:-1].replace('""', '"') if value.startswith('="') and value.endswith('"') else ""
    elif value.startswith(ESCAPED):
        value = value[1:]  # how exports, ours too, keep a text from being taken for a formula
    return value if value and not value.isspace() else None
