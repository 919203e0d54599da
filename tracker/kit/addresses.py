"""Numbers of rows as addresses name them: one that is larger than any key names no row."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map

LARGEST_KEY = 2**31 - 1
"""Of PostgreSQL's INTEGER; SQLite would take more, and both break at what is larger still."""


class RowNumber(IntegerConverter):
    """`<int:id>` of a rule: what no row can have matches no page, so that it is not found."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST_KEY} | kwargs)


def row_number(written: str) -> int:
    """The number of a row after a question mark, for `request.args.get`. Raises ValueError for what no row can have."""
    number = int(written)
    if not 0 <= number <= LARGEST_KEY:
        raise ValueError(written)
    return number
