"""A name that one process holds at a time: taken, kept up while it lives, given back, or taken over when it died.

Plain SQL, the same on both engines. A lease only says who should act; that a slot is run once is the claim's affair.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.jobs.holders import is_dead
from tracker.jobs.models import SchedulerLease
from tracker.kit.db import insert_missing, reading

SCHEDULER = "scheduler"


@contextmanager
def only_reading() -> Iterator[None]:
    """What begins inside need not wait for a writer on SQLite."""
    token = reading.set(True)
    try:
        yield
    finally:
        reading.reset(token)


def can_be_had(session: Session, name: str, holder: str, now: datetime) -> bool:
    """Worth trying to take: nobody holds it, or its holder let it run out or died, or it is one's own."""
    lease = session.get(SchedulerLease, name, populate_existing=True)
    return lease is None or lease.holder == holder or has_lapsed(lease, now)


def has_lapsed(lease: SchedulerLease, now: datetime) -> bool:
    return lease.expires_at <= now or is_dead(lease.holder)


def take(session: Session, name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Take a name, or keep one's own up; False where another holds it. The caller commits."""
    fresh = {"name": name, "holder": holder, "epoch": 1, "expires_at": now + lasting}
    if insert_missing(session, SchedulerLease, [fresh], ["name"]):
        return True
    lease = session.get_one(SchedulerLease, name, populate_existing=True)
    if lease.holder == holder:
        return renew(session, name, holder, now, lasting)
    if not has_lapsed(lease, now):
        return False
    as_it_was = (
        SchedulerLease.name == name,
        SchedulerLease.epoch == lease.epoch,
        SchedulerLease.expires_at == lease.expires_at,
    )
    values = {"holder": holder, "epoch": lease.epoch + 1, "expires_at": now + lasting}
    return changed(session, sa.update(SchedulerLease).where(*as_it_was).values(values))


def renew(session: Session, name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Say that one still lives; False where the name went to another meanwhile. The caller commits."""
    own = sa.update(SchedulerLease).where(SchedulerLease.name == name, SchedulerLease.holder == holder)
    return changed(session, own.values(expires_at=now + lasting))


def give_back(session: Session, name: str, holder: str, now: datetime) -> None:
    """Let the next one have it at once; the caller commits. The row of the scheduler stays, for its epoch."""
    own = (SchedulerLease.name == name, SchedulerLease.holder == holder)
    if name == SCHEDULER:
        session.execute(sa.update(SchedulerLease).where(*own).values(expires_at=now))
    else:
        session.execute(sa.delete(SchedulerLease).where(*own))


def living(session: Session, now: datetime) -> set[str]:
    """The holders whose lease has not run out and that are not known to be dead."""
    query = sa.select(SchedulerLease).execution_options(populate_existing=True)
    return {lease.holder for lease in session.scalars(query) if not has_lapsed(lease, now)}


def changed(session: Session, statement: Any) -> bool:
    """Whether the statement met a row."""
    result: Any = session.execute(statement, execution_options={"synchronize_session": False})
    return bool(result.rowcount)
