"""The rows of an export one after another, csv or workbook, however long the file is; none of it is put on a disk."""

import codecs
import csv
import io
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from tracker.complaints.intake_columns import recognised
from tracker.kit import content, sheets, unpacking_rows
from tracker.kit.cells import Cell
from tracker.kit.content import Unusable
from tracker.kit.words import N_

LARGEST = 512 << 20
"""Bytes of a file; the site takes no more than its TRACKER_MAX_UPLOAD_MB times TRACKER_MAX_FILES."""
LARGEST_WORKBOOK = 100 << 20
"""Of one that must be unpacked as a whole."""
LIMITS = sheets.Limits(file_bytes=LARGEST_WORKBOOK, unpacked_bytes=1 << 30, rows=250_000, columns=200, cells=10_000_000)
SEPARATORS = ";,\t|"
SAMPLE = 64 * 1024
CSV_SHEET = "CSV"
"""Not the file's name, which may name a citizen."""

UNREADABLE = N_("Berkas ini bukan CSV dan bukan buku kerja Excel atau OpenDocument.")
TOO_LONG = N_("Berkas ini terlalu panjang: paling banyak %(rows)s baris. Pisahkan berkasnya.")
LONG_CELL = N_(
    "Baris %(row)s memuat isian yang lebih panjang dari 131.072 karakter. Biasanya ada tanda kutip yang tidak ditutup."
)
OPEN_QUOTE = N_("Tanda kutip yang dibuka di baris %(row)s tidak ditutup sampai akhir berkas. Ekspor ulang berkasnya.")
SEVERAL_SHEETS = N_("Buku kerja ini memuat %(count)s lembar berisi. Sisakan satu lembar ekspornya saja.")

Row = tuple[int, list[Cell]]


@dataclass(frozen=True, slots=True)
class Export:
    """The sheet's name and its rows, numbered from 1 as a spreadsheet shows them. The rows are gone through once."""

    sheet: str
    rows: Iterator[Row]


def as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 is of the older code page of Windows, or else of Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    try:
        return broken.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return broken.decode("latin-1"), error.end


codecs.register_error("as_cp1252", as_cp1252)


def read_export(chunks: Iterable[bytes]) -> Export:
    """Raises Unusable, at once or on the way: empty, damaged, with a password, of another kind, too long."""
    pieces = iter(chunks)
    first = next(pieces, b"")
    while len(first) < content.HEAD and (more := next(pieces, b"")):
        first += more
    everything = chain((first,), pieces)
    if kind_by_signature(first):
        return of_workbook(within_limit(everything))
    return of_csv(everything, first)


def kind_by_signature(head: bytes) -> bool:
    """Is it a workbook? Raises Unusable for what is neither that nor text."""
    if not head:
        raise Unusable(content.EMPTY)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", content.OLE_SIGN)):
        return True
    try:
        content.media_type(io.BytesIO(head), "", content.WORKBOOKS)
    except Unusable as problem:
        # Citizens write about web pages, and copy from word processors: that makes no file another kind.
        is_text = problem.message in (content.WEB_PAGE, content.UNKNOWN)
        start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
        if not is_text or start.startswith((*content.WEB_STARTS, b"%pdf-", b"\x89png", b"riff")) or is_binary(head):
            raise
    return False


def is_binary(head: bytes) -> bool:
    return b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def within_limit(chunks: Iterable[bytes]) -> bytes:
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > LARGEST_WORKBOOK:
            raise Unusable(content.TOO_BIG, limit=content.size_in_words(LARGEST_WORKBOOK))
    return bytes(whole)


def too_long() -> Unusable:
    return Unusable(TOO_LONG, rows=f"{LIMITS.rows:,}".replace(",", "."))


# ---- workbooks ----------------------------------------------------------------------------------------------------


def of_workbook(data: bytes) -> Export:
    kind = content.media_type(io.BytesIO(data), "", content.WORKBOOKS)
    sheets.refuse_too_large(data, kind, LIMITS)
    told = unpacked(data)
    match next(told):
        case ("sheets", [name]):
            return Export(str(name), numbered(chain.from_iterable(told)))
        case ("sheets", names) if names:
            raise Unusable(SEVERAL_SHEETS, count=len(names))
        case ("sheets", _):
            raise Unusable(sheets.NOTHING_IN_IT)
    raise Unusable(content.DAMAGED)


def unpacked(data: bytes) -> Iterator[Any]:
    """What the process apart tells: see kit/unpacking_rows.py."""
    script = [sys.executable, "-I", str(Path(unpacking_rows.__file__))]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as apart:  # noqa: S603 - our own script
        assert apart.stdin is not None
        assert apart.stdout is not None
        try:
            with suppress(BrokenPipeError):
                apart.stdin.write(data)
                apart.stdin.close()
            while True:
                try:
                    told = pickle.load(apart.stdout)  # noqa: S301 - written by that script
                except (EOFError, pickle.UnpicklingError):
                    raise Unusable(content.DAMAGED) from None
                if told == "end":
                    return
                if isinstance(told, str):
                    raise Unusable(content.PASSWORD if told == "password" else content.DAMAGED)
                yield told
        finally:
            apart.kill()


def numbered(rows: Iterable[list[Any]]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        if number > LIMITS.rows:
            raise too_long()
        yield number, [cell_of(value) for value in row]


def cell_of(value: Any) -> Cell:
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, time):
        return f"{value.hour:02d}.{value.minute:02d}"
    if isinstance(value, timedelta):
        return str(value)
    found: Cell = value
    return found


# ---- csv ----------------------------------------------------------------------------------------------------------


class Chunks(io.RawIOBase):
    """Pieces of a file as one stream; more than fits our limit is refused."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks, self.rest, self.told = iter(chunks), b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.rest:
            self.rest = next(self.chunks, b"")
            self.told += len(self.rest)
            if self.told > LARGEST:
                raise Unusable(content.TOO_BIG, limit=content.size_in_words(LARGEST))
        some, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(some)] = some
        return len(some)


def of_csv(chunks: Iterable[bytes], first: bytes) -> Export:
    is_utf16 = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if is_utf16 else "utf-8-sig"
    sample = first[: SAMPLE - SAMPLE % 2].decode(encoding, "replace" if is_utf16 else "as_cp1252")
    hint = sample.partition("\n")[0].rstrip("\r")
    is_hinted = hint.lower().startswith("sep=") and len(hint) == 5  # Excel's own, which Excel does not count as a row
    separator = hint[4] if is_hinted else separator_of(sample)
    text = io.TextIOWrapper(
        io.BufferedReader(Chunks(chunks), SAMPLE), encoding, "replace" if is_utf16 else "as_cp1252", newline=""
    )
    if is_hinted:
        text.readline()
    return Export(CSV_SHEET, csv_rows(text, separator))


def separator_of(sample: str) -> str:
    """The one by which most headings are known; of a file with headings of its own, the one that parts most rows."""

    def first_rows(separator: str) -> list[list[str]]:
        rows: list[list[str]] = []
        with suppress(csv.Error):
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
                rows.append(row)
                if len(rows) == 20:
                    break
        return rows

    def worth(separator: str) -> tuple[int, int]:
        rows = first_rows(separator)
        widths = [len(row) for row in rows if row]
        agreed = max((widths.count(width) * (width - 1) for width in set(widths)), default=0)
        return max((recognised(row) for row in rows), default=0), agreed

    return max(SEPARATORS, key=worth)


def csv_rows(text: Iterable[str], separator: str) -> Iterator[Row]:
    """Quotes within a text are forgiven. One that is never closed is not: it would swallow the rows behind it."""
    held: list[str] = []

    def lines() -> Iterator[str]:
        for line in text:
            held.append(line)
            yield line

    number = 0
    reader = csv.reader(lines(), delimiter=separator)
    while True:
        held.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unusable(LONG_CELL, row=number + 1) from error
        number += 1
        if number > LIMITS.rows:
            raise too_long()
        if len(held) > 1 and is_left_open(held, separator):
            raise Unusable(OPEN_QUOTE, row=number)
        yield number, [csv_cell(value) for value in row]


def is_left_open(lines: list[str], separator: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def csv_cell(value: str) -> Cell:
    """="0812" is Excel's way to keep a text, and '= that of exports; anything else that begins so is what it says."""
    if value.startswith('="') and value.endswith('"') and len(value) > 2:
        value = value[2:-1].replace('""', '"')
    elif value.startswith(sheets.ESCAPED):
        value = value[1:]
    return value if value and not value.isspace() else None
