"""Figures that are kept until anything they could depend on may have changed: the data, the reader, the day, a moment.

Nothing is kept from one reader to another. A figure that moves with the clock says until when it holds.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from tracker.access.desk import Desk
from tracker.administration.settings import forget_settings
from tracker.dashboards.queries import Narrowing
from tracker.dashboards.silence import ZONES
from tracker.kit import revision
from tracker.kit.db import Model

Value = TypeVar("Value")
MOST = 200
"""Kept by a process; the fewest that a busy morning asks for again and again."""


@dataclass(frozen=True, slots=True)
class Kept:
    made_from: revision.Stand
    made_at: datetime
    until: datetime | None
    value: Any


_kept: dict[Hashable, Kept] = {}


def kept(
    desk: Desk, name: str, by: Narrowing, made: Callable[[], tuple[Value, datetime | None]], *more: Hashable
) -> Value:
    """What `made` answers, plain data without rows, with the moment until which it holds (None: no moment moves it).

    The state of the data is asked before anything else is, so what is kept is never older than it says.
    """
    if by.overdue or revision.is_writing(desk.session):  # who is late is told by the moment, at units of any filter
        return made()[0]
    stand = revision.stand(desk.session)
    key = (name, desk.actor, days(desk), of_filter(by), more)
    found = _kept.get(key)
    if found is not None and found.made_from == stand and holds(found, desk.now):
        value: Value = found.value
        return value
    forget_settings(desk.session)  # they may have been read before the state was
    value, until = made()
    if stand:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = Kept(stand, desk.now, until, value)
    return value


def holds(found: Kept, now: datetime) -> bool:
    return found.made_at <= now and (found.until is None or now < found.until)


def days(desk: Desk) -> tuple[Hashable, ...]:
    """The reader's date and those of the country's zones: what moves at midnight moves with one of them."""
    return desk.today, *(desk.today_in(zone) for zone in ZONES)


def of_filter(by: Narrowing) -> tuple[Hashable, ...]:
    """What a filter narrows to. Of rows that were read before, which state of them: they may be older than the rest."""
    instrument = by.cycle.instrument
    read_before = (by.cycle.version, instrument.id, instrument.version, *((b.id, b.version) for b in instrument.bands))
    values = (getattr(by, each.name) for each in fields(by))
    return (*((type(value), value.id) if isinstance(value, Model) else value for value in values), *read_before)  # type: ignore[attr-defined]
