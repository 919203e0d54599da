"""The rows of an export that were refused, as a workbook with the reasons beside them; none of it is put on a disk."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.complaints import intake_queries as queries
from tracker.complaints.import_models import ComplaintImport, StagedOutcome
from tracker.complaints.intake import columns_for
from tracker.complaints.intake_columns import Columns, Heading
from tracker.complaints.intake_file import Row
from tracker.complaints.intake_reading import with_heading
from tracker.complaints.intake_store import SealedFiles
from tracker.evaluations.reasons import with_reasons
from tracker.kit.cells import Cell
from tracker.kit.export import XLSX_TEXT
from tracker.kit.refusal import Refusal
from tracker.kit.sheets import Sheet
from tracker.kit.words import N_

MOST = 5_000
"""Rows of a workbook that somebody corrects by hand."""
TOO_LONG = N_(
    "Baris %(line)s memuat isian yang lebih panjang daripada yang dapat dimuat Excel. Perbaiki barisnya di berkas asal."
)
Told = list[tuple[str, str]]


def refused_rows(desk: Desk, files: SealedFiles, intake: ComplaintImport) -> bytes:
    """The headings and the refused rows as they came, the first 5,000 of them, with a last column that says what is
    wrong. What is corrected in it can be uploaded as it is, and means the same columns.

    Raises FileNotFoundError, and Refusal for a value that no workbook holds.
    """
    export, heading = with_heading(files.open(intake.kept_as))
    told = dict(reasons(desk, intake, heading, columns_for(desk, intake, heading)))
    rows: list[list[Cell]] = [list(heading.names)]
    beside: dict[tuple[str, int], Told] = {}
    for line, cells in among(export.rows, told):
        if any(isinstance(cell, str) and len(cell) > XLSX_TEXT for cell in cells):
            raise Refusal("", TOO_LONG, line=str(line))
        rows.append(cells)
        beside[export.sheet, len(rows)] = told[line]
    width = max(len(row) for row in rows)
    sheet = Sheet(export.sheet, [[*row, *[None] * (width - len(row))] for row in rows])
    return with_reasons([sheet], beside, {export.sheet: 1})


def reasons(desk: Desk, intake: ComplaintImport, heading: Heading, columns: Columns) -> Iterator[tuple[int, Told]]:
    """Line of the file -> what is wrong with it, and under which heading."""
    for row in desk.all(queries.staged(intake.id, StagedOutcome.PROBLEM).limit(MOST)):
        said: Told = [("", _("Baris %(number)s di berkas asal.", number=row.line))]
        for field, message, values in row.problems:
            said.append((name_of(heading, columns, field), in_words(message, values)))
        yield row.line, said


def name_of(heading: Heading, columns: Columns, field: str) -> str:
    position = columns.get(field)
    return heading.names[position] if position is not None and position < len(heading.names) else ""


def in_words(message: str, values: Mapping[str, Any]) -> str:
    return str(_(message, **values) if values else _(message))


def among(rows: Iterator[Row], wanted: Mapping[int, Told]) -> Iterator[Row]:
    """The file is read no further than the last of them."""
    last = max(wanted, default=0)
    for line, cells in rows:
        if line > last:
            return
        if line in wanted:
            yield line, cells
