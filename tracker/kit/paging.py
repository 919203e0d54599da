"""Reading very many rows a page at a time, so that no more of them are in memory."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

PAGE = 5000


def by_key(session: Session, query: Any, key: Any, after: int = 0, size: int = PAGE) -> Iterator[Any]:
    """Every row, in the order of `key`, which the rows bring as `id`; a page is read when the one before is done."""
    query = query.order_by(None).order_by(key).limit(size)
    while True:
        page = session.execute(query.where(key > after)).all()
        yield from page
        if len(page) < size:
            return
        after = page[-1].id
