"""Questions about reports that are made in the background."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.directory.models import User
from tracker.kit.db import Rows
from tracker.reports.models import ReportRun
from tracker.reports.states import RunStatus

SILENCE = timedelta(minutes=5)
"""Without a sign of life for this long, whoever made a report is no more."""
SHOWN = 30


def mine() -> Rows[ReportRun]:
    """The reader's latest ones."""
    return sa.select(ReportRun).order_by(ReportRun.id.desc()).limit(SHOWN)


def pending() -> sa.Select[int]:
    return (
        sa.select(sa.func.count())
        .select_from(ReportRun)
        .where(ReportRun.status.in_((RunStatus.REQUESTED, RunStatus.RUNNING)))
    )


def next_requested() -> Rows[ReportRun]:
    """The one that waits longest, with whom it is for."""
    return (
        sa.select(ReportRun)
        .where(ReportRun.status == RunStatus.REQUESTED)
        .order_by(ReportRun.id)
        .options(joinedload(ReportRun.user).options(selectinload(User.memberships)))
        .limit(1)
    )


def abandoned(now: datetime) -> Rows[ReportRun]:
    """Those whose maker died on the way."""
    return sa.select(ReportRun).where(ReportRun.status == RunStatus.RUNNING, ReportRun.seen_at < now - SILENCE)


def over(now: datetime) -> Rows[ReportRun]:
    """Those whose days are over."""
    return sa.select(ReportRun).where(ReportRun.status == RunStatus.DONE, ReportRun.kept_until < now)
