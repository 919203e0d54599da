"""The workbook that goes back: the sheets as they came, and beside each refused row what is wrong with it."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from tracker.kit.cells import Cell
from tracker.kit.sheets import Sheet

HEADING = "Alasan penolakan"
WIDTH = 60
Reasons = Mapping[tuple[str, int], Sequence[tuple[str, str]]]
"""Sheet and row -> (column heading, what is wrong), in the words of the file's readers."""


def with_reasons(sheets: Iterable[Sheet], reasons: Reasons, header_rows: Mapping[str, int]) -> bytes:
    """An xlsx of all sheets and rows, with a last column that says why a row is refused.

    Values keep their types; formulas are the values they had. It can be corrected and uploaded as it is.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        formats = {
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "head": book.add_format({"bold": True, "bg_color": "#F6D5D1", "text_wrap": True}),
            "reason": book.add_format({"bg_color": "#F6D5D1", "text_wrap": True, "valign": "top"}),
        }
        for sheet in sheets:
            put_sheet(book.add_worksheet(sheet.name[:31]), sheet, reasons, header_rows.get(sheet.name), formats)
    return out.getvalue()


def put_sheet(page: Any, sheet: Sheet, reasons: Reasons, header_row: int | None, formats: Mapping[str, Any]) -> None:
    place = reason_column(sheet)
    if sheet.hidden:
        page.hide()
    for number, cells in sheet.numbered():
        for column, cell in enumerate(cells[:place]):
            put(page, number - 1, column, cell, formats["day"])
        told = reasons.get((sheet.name, number))
        if told:
            page.write_string(number - 1, place, "\n".join(f"{at}: {why}" if at else why for at, why in told),
                              formats["reason"])  # fmt: skip
    if any(name == sheet.name for name, _ in reasons):
        if header_row:
            page.write_string(header_row - 1, place, HEADING, formats["head"])
        page.set_column(place, place, WIDTH)
    for merge in sheet.merges:
        is_title = merge.first_row == merge.last_row and merge.last_column < place
        if is_title and merge.first_row <= len(sheet.rows):
            page.merge_range(merge.first_row - 1, merge.first_column, merge.last_row - 1, merge.last_column, "")
            put(page, merge.first_row - 1, merge.first_column, sheet.rows[merge.first_row - 1][merge.first_column],
                formats["day"])  # fmt: skip


def reason_column(sheet: Sheet) -> int:
    """After the last column; the one of an earlier round is used again."""
    for row in sheet.rows:
        if HEADING in row:
            return row.index(HEADING)
    return max((len(row) for row in sheet.rows), default=0)


def put(page: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    """A cell with its type."""
    if cell is None:
        return
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, str):
        page.write_string(row, column, cell)
    elif isinstance(cell, datetime | date):
        page.write_datetime(row, column, cell, day)
    else:
        page.write_number(row, column, cell)
