"""Keeping history whole. Changes are noted as they are flushed; a commit that leaves one untold fails."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.events.models import Event
from tracker.kit.rows import Recorded

Changes = dict[str, list[Any]]
Follower = Callable[[Session, set[int]], None]


class Untold(Exception):
    """A recorded row changed, or history itself did, and no event tells of it."""


def install(sessions: Any, *followers: Follower) -> None:
    """Followers are told, just before each commit, which units its events are about."""
    sa.event.listen(sessions, "before_flush", note_changes)
    sa.event.listen(sessions, "before_commit", lambda session: close(session, followers))
    sa.event.listen(sessions, "after_rollback", forget)


def untold(session: Session) -> dict[Any, Changes]:
    """What this transaction has flushed and not yet told, by whole."""
    noted: dict[Any, Changes] = session.info.setdefault("untold", {})
    return noted


def note_changes(session: Session, *_: Any) -> None:
    for row in chain(session.new, session.dirty, session.deleted):
        if isinstance(row, Event) and row not in session.new:
            raise Untold("an event may not be changed")
        if isinstance(row, Recorded) and (changes := changes_of(row, deleted=row in session.deleted)):
            noted = untold(session).setdefault(row.whole, {})
            for name, (before, after) in changes.items():
                noted[name] = [noted[name][0] if name in noted else before, after]


def close(session: Session, followers: tuple[Follower, ...]) -> None:
    session.flush()
    if wholes := untold(session):
        raise Untold(f"desk.record is missing for {sorted({type(whole).__name__ for whole in wholes})}")
    units: set[int] = session.info.pop("units", set())
    for follower in followers:
        follower(session, units)
    session.flush()
    session.info.pop("first_told", None)


def forget(session: Session) -> None:
    session.info.pop("untold", None)
    session.info.pop("units", None)
    session.info.pop("first_told", None)


def write(session: Session, whole: Any, **told: Any) -> Event:
    """Tell of everything that changed on a whole since it was last told of."""
    session.flush()
    unit_id = getattr(whole, "unit_id", None)
    if unit_id is not None:
        touch(session, unit_id)
    event = Event(
        subject_type=type(whole).__name__,
        subject_id=whole.id,
        unit_id=unit_id,
        changes=untold(session).pop(whole, {}),
        **told,
    )
    session.add(event)
    if unit_id is not None:
        tell_first(session, unit_id, event)
    return event


def tell_first(session: Session, unit_id: int, event: Event | int) -> None:
    """The first event of a transaction about a unit is the act; what follows it there follows from it."""
    session.info.setdefault("first_told", {}).setdefault(unit_id, event)


def act_behind(session: Session, unit_id: int) -> int | None:
    """The event that this transaction tells first of a unit, for followers."""
    event: Event | int | None = session.info.get("first_told", {}).get(unit_id)
    return event.id if isinstance(event, Event) else event


def touch(session: Session, *unit_ids: int) -> None:
    """Have the followers look at these units before the commit."""
    session.info.setdefault("units", set()).update(unit_ids)


def changes_of(row: Recorded, deleted: bool = False) -> Changes:
    """Column -> [before, after], for what this flush is about to write and somebody decided."""
    state: Any = sa.inspect(row)
    prefix = "" if row.whole is row else f"{type(row).__name__}."
    changes: Changes = {}
    for column in state.mapper.column_attrs:
        name = column.key
        if name in row.derived or name == "id":
            continue
        history = state.attrs[name].history
        if deleted:
            before, after = state.dict.get(name), None
        elif history.has_changes():
            before, after = ((side or [None])[0] for side in (history.deleted, history.added))
            if before == after:
                continue
        else:
            continue
        if before is None and after in (None, "", False):
            continue
        changes[prefix + name] = (
            [before is not None, "changed"] if name in row.private else [plain(before), plain(after)]
        )
    return changes


def plain(value: Any) -> Any:
    """A value as JSON keeps it: figures as text, so that none is rounded."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
