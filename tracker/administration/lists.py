"""A long list a page at a time: the page is in the address, and so are the filters."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import request, url_for

from tracker.access.desk import Desk

Item = TypeVar("Item")
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """Some rows of a list, and where they stand in it."""

    rows: list[Item]
    number: int
    total: int

    @property
    def first(self) -> int:
        return (self.number - 1) * AT_ONCE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def previous_url(self) -> str:
        return page_url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return page_url(self.number + 1) if self.number * AT_ONCE < self.total else ""


def page_url(number: int) -> str:
    """This address, at another page."""
    asked: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "hal": number}
    return url_for(request.endpoint or "", **asked)


def listed(desk: Desk, query: sa.Select[Any], *options: Any) -> Listed[Any]:
    """The page that the address asks for; the last one where it asks for more than there are."""
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    asked = request.args.get("hal", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    number = max(1, min(number, -(-total // AT_ONCE)))
    rows = query.options(*options).limit(AT_ONCE).offset((number - 1) * AT_ONCE)
    return Listed(desk.all(rows), number, total)
