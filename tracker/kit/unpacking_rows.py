"""Unpacks one long sheet in a process of its own, row after row, so that nobody has to hold all of it.

Run as a script: the workbook comes in on standard input; its only sheet with content goes out on standard output, first
its name and then its rows, some hundred at a time. It imports nothing of ours, as `unpacking.py`.
"""

import io
import pickle
import resource
import sys
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MOST_MEMORY = 3 << 29
MOST_SECONDS = 180
AT_ONCE = 500


def tell(what: Any) -> None:
    pickle.dump(what, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


def unpack(data: bytes) -> None:
    """("sheet", name), then lists of rows, then ("end", how many visible sheets have content)."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        visible = [
            about.name
            for about in book.sheets_metadata
            if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible
        ]
        filled = [name for name in visible if book.get_sheet_by_name(name).total_height]
        tell(("sheets", filled))
        if len(filled) != 1:
            return
        rows: list[list[Any]] = []
        for row in book.get_sheet_by_name(filled[0]).iter_rows():
            rows.append(row)
            if len(rows) == AT_ONCE:
                tell(rows)
                rows = []
        tell(rows)
    tell("end")


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        unpack(sys.stdin.buffer.read())
    except PasswordError:
        tell("password")
    except (CalamineError, ValueError, OSError, MemoryError):
        tell("damaged")


if __name__ == "__main__":
    main()
