"""What is of no use any more goes: keys of forms, ended sign-ins, used links, counters, files that nobody names."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.desk import Desk
from tracker.access.models import SentForm
from tracker.access.store import sweep_uploads
from tracker.accounts.models import OneTimeLink, Throttle, UserSession
from tracker.jobs.leases import SCHEDULER, changed, only_reading
from tracker.jobs.models import JobRun, SchedulerLease
from tracker.jobs.states import RunState
from tracker.kit.db import Model

A_DAY, A_WEEK, A_MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
"""A form may lie open in a browser for weeks; a link that ran out says so for a while; a sign-in is told of on the
account's page."""
FREQUENT = ("heartbeat", "send", "reports", "intake")
"""Jobs with many slots a day. Of the others every run is kept: a claim that is gone could be claimed again."""
AT_ONCE = 2000
MANY = 1000
"""Of a table with fewer rows the planner is told nothing: an import may make it a thousand times as large by noon, and
what was true of the few would then mislead it."""


def clean_up(desk: Desk, _slot: datetime) -> Mapping[str, int]:
    """Take it away piece by piece, so that nobody waits long to save; how many rows and files of each kind went."""
    now = desk.now
    useless: dict[str, tuple[type[Model], Any]] = {
        "forms": (SentForm, SentForm.at < now - A_MONTH),
        "sign_ins": (UserSession, over(now - A_MONTH)),
        "links": (OneTimeLink, OneTimeLink.expires_at < now - A_MONTH),
        "throttles": (Throttle, Throttle.expires_at < now - A_DAY),
        "runs": (JobRun, frequent_runs(now)),
        "leases": (SchedulerLease, dead_leases(now)),
    }
    counts = {name: take_away(desk.session, kind, which) for name, (kind, which) in useless.items()}
    counts["files"] = sweep_uploads(desk)
    look_after_statistics(desk.session)
    return counts


def over(before: datetime) -> Any:
    return sa.or_(UserSession.expires_at < before, UserSession.ended_at < before)


def frequent_runs(now: datetime) -> Any:
    """Failures stay longer: somebody may still ask why."""
    old = sa.or_(
        sa.and_(JobRun.state == RunState.DONE, JobRun.slot < now - A_WEEK),
        sa.and_(JobRun.state == RunState.FAILED, JobRun.slot < now - 3 * A_MONTH),
    )
    return sa.and_(JobRun.job.in_(FREQUENT), old)


def dead_leases(now: datetime) -> Any:
    return sa.and_(SchedulerLease.name != SCHEDULER, SchedulerLease.expires_at < now - A_DAY)


def take_away(session: Session, kind: type[Model], which: Any) -> int:
    """Delete in pieces, each a transaction of its own."""
    key = sa.tuple_(*sa.inspect(kind).primary_key)
    gone = 0
    while True:
        some = [
            tuple(row) for row in session.execute(sa.select(*sa.inspect(kind).primary_key).where(which).limit(AT_ONCE))
        ]
        if some:
            changed(session, sa.delete(kind).where(key.in_(some)))
        session.commit()
        gone += len(some)
        if len(some) < AT_ONCE:
            return gone


def look_after_statistics(session: Session) -> None:
    """SQLite's planner knows only what it is told, here index by index, each a short transaction; `PRAGMA optimize`
    would look only at what this very connection has asked. PostgreSQL tells itself.
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    with only_reading():
        indexes = session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")).all()
        session.commit()
    for name in indexes:
        session.execute(sa.text(f'ANALYZE "{name}"'))
        session.commit()
    if indexes:
        few = sa.text("DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < :many")
        session.execute(few, {"many": MANY})
        session.commit()
