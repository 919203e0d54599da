"""How far the cells of a spreadsheet reach, found out piece by piece, before anything large is built. Pure.

A file of 5 KB may hold two cells in opposite corners, and a library that lays out the rectangle between them takes
gigabytes. These readers know no values, only positions. What they cannot see, the limits of the process that unpacks
the values stop.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from tracker.kit import content
from tracker.kit.content import Unusable

Started = Callable[[str, dict[str, str]], None]
Ended = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may weigh: the file, what it unpacks to, and each sheet."""

    file_bytes: int = 20 << 20
    unpacked_bytes: int = 200 << 20
    rows: int = 100_000
    columns: int = 500
    cells: int = 3_000_000


class TooLarge(Exception):
    """A sheet reaches further than the limits."""


@dataclass(slots=True)
class Extent:
    """The furthest row and column of the sheet at hand. Raises TooLarge as soon as a limit is passed."""

    limits: Limits
    rows: int = 0
    columns: int = 0
    merges: dict[str, list[tuple[int, int, int, int]]] = field(default_factory=dict)

    def start(self) -> None:
        self.rows = self.columns = 0

    def reach(self, row: int, column: int) -> None:
        """There is a value in this row and column (counted from 1)."""
        if row > self.rows or column > self.columns:
            self.rows, self.columns = max(self.rows, row), max(self.columns, column)
            limits = self.limits
            if self.rows > limits.rows or self.columns > limits.columns or self.rows * self.columns > limits.cells:
                raise TooLarge


def _parser(started: Started, ended: Ended | None = None) -> XMLParserType:
    parser = ParserCreate()
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = _no_doctype  # no office file has one; entities could repeat a text a million times
    return parser


def _no_doctype(*_: object) -> None:
    raise Unusable(content.DAMAGED)


def _feed(parser: XMLParserType, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def of_xml(member: str, chunks: Iterable[bytes], extent: Extent) -> None:
    """Follow the cells of an xlsx part. Any part may turn out to be a sheet; pictures are none."""
    row = column = 0
    known: dict[str, int] = {}
    extent.start()

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        element = name.rpartition(":")[2]
        if element == "c":
            reference = attributes.get("r")
            if reference is None:
                column += 1
                return
            letters = reference.rstrip("0123456789")
            column = known.get(letters) or known.setdefault(letters, _column(letters))
            row = int(reference[len(letters) :])
        elif element in {"v", "is"}:
            extent.reach(row, column)
        elif element == "row":
            row, column = int(attributes.get("r", row + 1)), 0

    try:
        _feed(_parser(started), chunks)
    except (ExpatError, ValueError, LookupError) as error:
        if member.lower().endswith((".xml", ".rels")):
            raise Unusable(content.DAMAGED) from error


def _column(letters: str) -> int:
    """A is 1, XFD is 16384."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


def of_ods(chunks: Iterable[bytes], extent: Extent) -> None:
    """Follow the cells of an OpenDocument sheet, where one element may stand for many; and note what is merged."""
    sheet, row, column, filled, down = "", 0, 0, 0, 1

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal sheet, row, column, filled, down
        name = name.rpartition(":")[2]
        if name == "table":
            sheet, row, column = attributes.get("table:name", ""), 0, 0
            extent.start()
        elif name == "table-row":
            down, column, filled = int(attributes.get("table:number-rows-repeated", 1)), 0, 0
        elif name in {"table-cell", "covered-table-cell"}:
            rows = int(attributes.get("table:number-rows-spanned", 1))
            columns = int(attributes.get("table:number-columns-spanned", 1))
            if rows > 1 or columns > 1:
                merge = (row + 1, column, row + rows, column + columns - 1)
                extent.merges.setdefault(sheet, []).append(merge)
            column += int(attributes.get("table:number-columns-repeated", 1))
            if any(each.endswith(":value-type") for each in attributes):
                filled = column
        elif name == "p":
            filled = column

    def ended(name: str) -> None:
        nonlocal row
        if name.rpartition(":")[2] == "table-row":
            row += down
            if filled:
                extent.reach(row, filled)

    try:
        _feed(_parser(started, ended), chunks)
    except (ExpatError, ValueError, LookupError) as error:
        raise Unusable(content.DAMAGED) from error


# Records of the old binary format that begin with a row and a column. [MS-XLS]
CELL_RECORDS = {0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E, 0x0002, 0x0003, 0x0004, 0x0005, 0x0406, 0x0206}
MANY_NUMBERS, SHEET_START, PASSWORD = 0x00BD, 0x0809, 0x002F


def of_xls(data: bytes, extent: Extent) -> None:
    """Follow the cell records of a binary workbook. Raises Unusable when it is encrypted."""
    container = content.OleFile(data)
    stream = container.stream("Workbook") or container.stream("Book") or b""
    at = 0
    while at + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if record == PASSWORD:
            raise Unusable(content.PASSWORD)
        if record == SHEET_START:
            extent.start()
        elif record in CELL_RECORDS and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            extent.reach(row + 1, column + 1)
        elif record == MANY_NUMBERS and len(body) >= 6:
            row, last = struct.unpack_from("<H", body)[0], struct.unpack_from("<H", body, len(body) - 2)[0]
            extent.reach(row + 1, last + 1)
