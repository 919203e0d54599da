"""Tables that leave the site as xlsx or CSV, and say at their end how complete they are."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO
from xml.sax.saxutils import escape

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from tracker.kit.words import N_

Value = str | int | float | Decimal | date | datetime | bool | None

LAST_ROW = N_("%(shown)s dari %(total)s baris; per %(as_of)s; %(filter)s; sha256:%(checksum)s")

XLSX_ROWS = 1_048_576
XLSX_TEXT = 32_767
# What spreadsheets take for the start of a formula, also in the wide forms that some convert.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")


class Incomplete(Exception):
    """The table would not hold what was promised; nothing of it may be handed out."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, how wide it is in characters, and how a number or date in it is shown."""

    heading: str
    width: int = 18
    shown_as: str = ""
    """An Excel number format, such as '0.00'; dates have theirs without."""


@dataclass(frozen=True, slots=True)
class LastRow:
    """What the last row says. The texts are already in the reader's language."""

    expected: int
    """How many rows the filter promises; another count raises Incomplete."""
    as_of: str
    filter: str
    text: str = LAST_ROW
    """LAST_ROW, translated."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written, and the checksum that the last row names."""

    rows: int
    checksum: str


def write_xlsx(
    stream: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    last: LastRow,
    sheet: str = "Data",
    about: Sequence[tuple[str, str]] = (),
    about_sheet: str = "",
) -> Written:
    """One header row, one row per entry, and one cell that says "N dari N baris; …". Rows are taken one at a time.

    `about`, what is to be known of the table, goes on a second sheet, so that the first is nothing but the table.

    Raises Incomplete when the count is not the expected one, or a value does not fit; the stream is then worthless.
    """
    if last.expected + 2 > XLSX_ROWS:
        raise Incomplete(f"{last.expected} rows do not fit into a sheet")
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(stream, options)
    page = book.add_worksheet(_sheet_name(sheet))
    tally = _Tally(columns, last)
    _Rows(book, page, columns).write(tally.counted(rows))
    _put(page.write_string(tally.rows + 1, 0, tally.says()), tally.rows + 1, 0)
    if about:
        _write_about(book, about, about_sheet or "Info")
    book.close()
    return tally.written()


def write_csv(stream: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Value]], last: LastRow) -> Written:
    """The same table as CSV: UTF-8 with a mark that Excel knows, commas, points in numbers, ISO dates.

    A text that a spreadsheet would take for a formula gets a leading apostrophe, which our reader takes off again.
    Raises Incomplete when the count is not the expected one; what is in the stream by then is worthless.
    """
    out = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(out)
        writer.writerow([_guarded(column.heading) for column in columns])
        tally = _Tally(columns, last)
        for row in tally.counted(rows):
            writer.writerow([_guarded(value) for value in row])
        writer.writerow([_guarded(tally.says())])
        return tally.written()
    finally:
        out.detach()


def checksum(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> str:
    """The SHA-256 that the last row names: over headings and rows as JSON arrays of texts, one a line.

    It is the same for xlsx and CSV, so a table can be held against the site that gave it.
    """
    digest = hashlib.sha256(_line([column.heading for column in columns]))
    for row in rows:
        digest.update(_line(row))
    return digest.hexdigest()


class _Tally:
    """Counts and sums up the rows while they pass."""

    def __init__(self, columns: Sequence[Column], last: LastRow) -> None:
        self.rows, self._last, self._width = 0, last, len(columns)
        self._digest = hashlib.sha256(_line([column.heading for column in columns]))

    def counted(self, rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[Value]]:
        for row in rows:
            self.rows += 1
            if self.rows > self._last.expected:
                raise Incomplete(f"more than the {self._last.expected} rows that were promised")
            if len(row) != self._width:
                raise Incomplete(f"row {self.rows} has {len(row)} values for {self._width} columns")
            self._digest.update(_line(row))
            yield row
        if self.rows != self._last.expected:
            raise Incomplete(f"{self.rows} of the {self._last.expected} rows that were promised")

    def says(self) -> str:
        return self._last.text % {
            "shown": self.rows,
            "total": self._last.expected,
            "as_of": self._last.as_of,
            "filter": self._last.filter,
            "checksum": self._digest.hexdigest(),
        }

    def written(self) -> Written:
        return Written(self.rows, self._digest.hexdigest())


def _line(row: Sequence[Value]) -> bytes:
    return json.dumps([None if value is None else _plain(value) for value in row], ensure_ascii=False).encode() + b"\n"


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)


def _guarded(value: Value) -> str:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return _plain(value)


ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s$")
"""Texts that need more care than `&`, `<` and `>`: left to XlsxWriter."""
DAY_0 = date(1899, 12, 30)


class _Rows:
    """Writes rows to where XlsxWriter keeps those of a long sheet on disk, one string a row.

    It would take some twenty calls a cell: more than a minute for 360,000 rows. Rows with anything odd in them, and the
    header, are left to it.
    """

    def __init__(self, book: Workbook, page: Worksheet, columns: Sequence[Column]) -> None:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._page, self._letters = page, [xl_col_to_name(at) for at in range(len(columns))]
        self._formats = [book.add_format({"num_format": each.shown_as or "General"}) for each in columns]
        self._dates = [book.add_format({"num_format": each.shown_as or "dd/mm/yyyy"}) for each in columns]
        self._times = [book.add_format({"num_format": each.shown_as or "dd/mm/yyyy hh.mm"}) for each in columns]
        self._number_styles = [each._get_xf_index() for each in self._formats]
        self._date_styles = [each._get_xf_index() for each in self._dates]
        self._days: dict[date, int] = {}
        page.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            page.set_column(at, at, column.width)
            _put(page.write_string(0, at, column.heading, head), 0, at)

    def write(self, rows: Iterable[Sequence[Value]]) -> None:
        page, pending = self._page, True
        for at, row in enumerate(rows, start=1):
            told = self._told(at, row)
            if told is None:
                for column, value in enumerate(row):
                    self._cell(at, column, value)
            else:
                if pending:
                    page._write_single_row(at)
                page.row_data_fh.write(told)
            pending = told is None

    def _told(self, at: int, row: Sequence[Value]) -> str | None:
        """The row as it stands in the file; None where a value is odd."""
        number, parts = str(at + 1), [f'<row r="{at + 1}">']
        for column, value in enumerate(row):
            kind, place = type(value), self._letters[column] + number
            if value is None or value == "":
                continue
            if kind is str:
                assert isinstance(value, str)
                if len(value) > XLSX_TEXT or ODD.search(value):
                    return None
                parts.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
            elif kind is int or kind is Decimal:
                if kind is Decimal and not value.is_finite():  # type: ignore[union-attr]
                    return None
                parts.append(
                    f'<c r="{place}" s="{self._number_styles[column]}"><v>{value:f}</v></c>'
                    if kind is Decimal
                    else f'<c r="{place}" s="{self._number_styles[column]}"><v>{value}</v></c>'
                )
            elif kind is date and value.year > 1900:  # type: ignore[union-attr]
                parts.append(f'<c r="{place}" s="{self._date_styles[column]}"><v>{self._serial(value)}</v></c>')  # type: ignore[arg-type]
            else:
                return None
        parts.append("</row>")
        return "".join(parts)

    def _serial(self, day: date) -> int:
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = (day - DAY_0).days
        return known

    def _cell(self, row: int, column: int, value: Value) -> None:
        page = self._page
        if isinstance(value, str):
            done = page.write_string(row, column, value)
        elif value is None:
            return
        elif isinstance(value, bool):
            done = page.write_boolean(row, column, value)
        elif isinstance(value, datetime):  # a spreadsheet knows no zones: the heading has to name it
            done = page.write_datetime(row, column, value.replace(tzinfo=None), self._times[column])
        elif isinstance(value, date):
            done = page.write_datetime(row, column, value, self._dates[column])
        else:
            done = page.write_number(row, column, value, self._formats[column])
        _put(done, row, column)


def _write_about(book: Workbook, about: Sequence[tuple[str, str]], name: str) -> None:
    page = book.add_worksheet(_sheet_name(name))
    strong = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 100)
    for at, (label, text) in enumerate(about):
        _put(page.write_string(at, 0, label, strong), at, 0)
        _put(page.write_string(at, 1, text, wrapped), at, 1)


def _put(done: int, row: int, column: int) -> None:
    """XlsxWriter leaves out what does not fit and says so only in its answer."""
    if done != 0:
        raise Incomplete(f"row {row + 1}, column {column + 1} does not fit into a sheet")


def _sheet_name(name: str) -> str:
    return NOT_IN_SHEET_NAMES.sub(" ", name).strip(" '")[:31].strip(" '") or "Data"
