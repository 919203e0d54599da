"""Writing the ledger: every duty is asked who is owed a word, and each word is written down once.

A duty yields; the planner takes a few thousand at a time, writes those whose key is new and commits. So nothing is kept
in memory, no lock is held long, and a planner that is killed anywhere loses and doubles nothing when it runs again:
duties say everything that is open, and the key of a row admits it once.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker.access.desk import Desk
from tracker.events.models import Event
from tracker.kit.db import reading
from tracker.kit.paging import by_key
from tracker.reminders.models import Reminder, TrailMark
from tracker.reminders.register import DUTIES, Duty
from tracker.reminders.rules import Owed

CHUNK = 4000
"""Rows written in one transaction."""
LATE = timedelta(hours=1)
"""An event written earlier than this has been committed by now, however slow its transaction was."""
FIRST_TIME = timedelta(days=3)
"""How far the first plan of all looks back for news."""
KEY = ("recipient_id", "rule", "subject_type", "subject_id", "due_on", "step")
TRAIL = "plan"


def plan(desk: Desk, slot: datetime) -> dict[str, int]:
    """Write down what is owed at `desk.now`: {"owed": asked for, "planned": of these, new}. The machine's desk.

    `slot` names the run; what is owed follows from the moment alone, so that a slot that was missed is caught up.
    """
    with read_only(desk):
        reached = trail_end(desk)
    counts = {"owed": 0, "planned": 0}
    for duty in list(DUTIES.values()):
        for some in chunks(desk, duty):
            counts["owed"] += len(some)
            counts["planned"] += write(desk, some)
    move_mark(desk, reached)
    return counts


@contextmanager
def read_only(desk: Desk) -> Iterator[None]:
    """A transaction that only reads: SQLite's writers need not wait for it."""
    desk.session.commit()
    token = reading.set(True)
    try:
        yield
        desk.session.commit()
    finally:
        reading.reset(token)


def chunks(desk: Desk, duty: Duty) -> Iterator[list[Owed]]:
    """What a duty owes, a few thousand at a time, each read in a transaction of its own."""
    owing = iter(duty.owed(desk))
    while True:
        with read_only(desk):
            some = list(islice(owing, CHUNK))
        if not some:
            return
        yield some


def write(desk: Desk, some: Iterable[Owed]) -> int:
    """Write those whose key is not there yet, in one transaction; say how many. Two planners at once do no harm."""
    table = Reminder.__table__
    insert = postgresql.insert if desk.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing(index_elements=KEY).returning(table.c.id)  # type: ignore[arg-type]
    new = len(desk.session.connection().execute(statement, [as_row(desk, each) for each in some]).all())
    desk.session.commit()
    return new


def as_row(desk: Desk, owed: Owed) -> dict[str, Any]:
    return {
        "recipient_id": owed.recipient_id,
        "rule": owed.rule,
        "subject_type": owed.subject_type,
        "subject_id": owed.subject_id,
        "unit_id": owed.unit_id,
        "due_on": owed.due_on,
        "step": owed.step,
        "on_day": owed.on,
        "facts": dict(owed.facts),
        "planned_at": desk.now,
    }


def news(desk: Desk, acts: Iterable[str], subject_type: str) -> Iterator[Any]:
    """What happened since the last plan: (id, at, actor_id, act, subject_id, unit_id) of each event, oldest first.

    For duties that tell of what happened. An event may come up again in the next plan, so their step must name it.
    """
    last = mark(desk)
    query = sa.select(Event.id, Event.at, Event.actor_id, Event.act, Event.subject_id, Event.unit_id).where(
        Event.act.in_(sorted(acts)), Event.subject_type == subject_type
    )
    if last is None:
        query = query.where(Event.at >= desk.now - FIRST_TIME)
    yield from by_key(desk.session, query, Event.id, last or 0)


def mark(desk: Desk) -> int | None:
    """The event up to which the last plan has read the trail; None before the first."""
    return desk.session.scalar(sa.select(TrailMark.event_id).where(TrailMark.name == TRAIL))


def trail_end(desk: Desk) -> int:
    """The newest event that is old enough for everything before it to have been committed."""
    newest = sa.select(sa.func.max(Event.id)).where(Event.at < desk.now - LATE)
    return desk.session.scalar(newest) or 0


def move_mark(desk: Desk, reached: int) -> None:
    """Last of all: a plan that did not get here reads the same events again."""
    kept = desk.session.scalars(sa.select(TrailMark).where(TrailMark.name == TRAIL)).one_or_none()
    if kept is None:
        desk.add(TrailMark(name=TRAIL, event_id=reached))
    elif kept.event_id < reached:
        kept.event_id = reached
    desk.session.commit()
