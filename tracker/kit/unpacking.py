"""Unpacks one workbook in a process of its own: a damaged one can make the library abort, and the site with it.

Run as a script: the workbook comes in on standard input, its sheets go out on standard output. It imports nothing of
ours, so it starts in a tenth of a second.
"""

import io
import pickle
import resource
import sys
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MOST_MEMORY = 1 << 30
MOST_SECONDS = 60

# name, hidden, rows, merged ranges as ((row, column), (row, column)) counted from 0
RawSheet = tuple[str, bool, list[list[Any]], list[tuple[tuple[int, int], tuple[int, int]]]]


def sheets_of(data: bytes) -> list[RawSheet]:
    """Every worksheet as calamine reads it. Raises its errors."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        found = []
        for about in book.sheets_metadata:
            if about.typ == SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(about.name)
                rows = sheet.to_python(skip_empty_area=False)
                hidden = about.visible != SheetVisibleEnum.Visible
                found.append((about.name, hidden, rows, list(sheet.merged_cell_ranges or ())))
        return found


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer: list[RawSheet] | str
    try:
        answer = sheets_of(sys.stdin.buffer.read())
    except PasswordError:
        answer = "password"
    except (CalamineError, ValueError, OSError, MemoryError):
        answer = "damaged"
    pickle.dump(answer, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
