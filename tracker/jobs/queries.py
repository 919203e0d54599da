"""What is known of runs: the last of each job, those that went wrong, and the last sign of life."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.jobs.models import JobRun
from tracker.jobs.states import RunState

HEARTBEAT = "heartbeat"


def last_heartbeat(session: Session, now: datetime) -> datetime | None:
    """The slot of the last heartbeat up to now. One tried out for a later moment does not count."""
    beats = (JobRun.job == HEARTBEAT, JobRun.state == RunState.DONE, JobRun.slot <= now)
    return session.scalar(sa.select(sa.func.max(JobRun.slot)).where(*beats))


def last_runs(session: Session, jobs: Iterable[str]) -> dict[str, JobRun]:
    """The run of each job that was begun last; one query for each of the few jobs, by its index."""
    found = {}
    for job in jobs:
        query = sa.select(JobRun).where(JobRun.job == job, JobRun.started_at.is_not(None))
        if run := session.scalar(query.order_by(JobRun.started_at.desc()).limit(1)):
            found[job] = run
    return found


def notable_runs(session: Session, limit: int) -> Sequence[JobRun]:
    """The last runs that failed, or that somebody asked for; latest first."""
    query = sa.select(JobRun).where(sa.or_(JobRun.state == RunState.FAILED, JobRun.on_demand))
    return session.scalars(
        query.options(joinedload(JobRun.asked_by)).order_by(JobRun.slot.desc(), JobRun.job).limit(limit)
    ).all()


def pending_runs(session: Session, jobs: Iterable[str]) -> dict[str, JobRun]:
    """Runs that were asked for and wait, or run: one of each job."""
    query = sa.select(JobRun).where(
        JobRun.job.in_(list(jobs)), JobRun.on_demand, JobRun.state.in_((RunState.WAITING, RunState.RUNNING))
    )
    return {run.job: run for run in session.scalars(query.order_by(JobRun.slot))}
