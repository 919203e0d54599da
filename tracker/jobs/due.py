"""What whoever minds the schedule still has to run: slots missed, runs asked for, failures, and what the dead left."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.jobs.job import Job
from tracker.jobs.leases import changed, living
from tracker.jobs.models import JobRun
from tracker.jobs.operations import STOPPED, is_orphaned
from tracker.jobs.rules import MOST_TRIES, to_catch_up
from tracker.jobs.states import RunState

Slot = tuple[str, datetime]


def missed(session: Session, jobs: Iterable[Job], now: datetime) -> list[Slot]:
    """The latest slot of each job that nobody claimed, in the order of the schedule."""
    found = []
    for job in jobs:
        of_schedule = (JobRun.job == job.name, ~JobRun.on_demand, JobRun.slot <= now)
        last = session.scalar(sa.select(sa.func.max(JobRun.slot)).where(*of_schedule))
        if slot := to_catch_up(job.rule, last, now):
            found.append((job.name, slot))
    return found


def left_over(
    session: Session, jobs: Mapping[str, Job], now: datetime, holder: str, at_hand: Collection[Slot]
) -> tuple[list[Slot], list[JobRun]]:
    """To run: what was asked for, what failed and has waited, what the dead left; the oldest first. And: what the dead
    left that nobody will run again.

    `at_hand` is what the asking process itself is about: what else runs in its name was never brought to an end.
    """
    open_runs = sa.select(JobRun).where(
        JobRun.job.in_(list(jobs)),
        sa.or_(
            JobRun.state.in_((RunState.WAITING, RunState.RUNNING)),
            sa.and_(JobRun.state == RunState.FAILED, JobRun.retry_at <= now),
        ),
    )
    alive = living(session, now) - {holder}
    to_run, lost = [], []
    for run in session.scalars(open_runs.order_by(JobRun.slot)):
        if (run.job, run.slot) in at_hand or (run.state is RunState.RUNNING and not is_orphaned(run, alive)):
            continue
        if is_worth_running(jobs[run.job], run, now):
            to_run.append((run.job, run.slot))
        elif run.state is RunState.RUNNING:
            lost.append(run)
    return to_run, lost


def is_worth_running(job: Job, run: JobRun, now: datetime) -> bool:
    """Not after too many tries, and not where a later slot of the schedule does the same work."""
    if run.state is not RunState.WAITING and run.attempts >= MOST_TRIES:
        return False
    return run.on_demand or run.slot >= job.rule.latest(now)


def give_up(session: Session, lost: Sequence[JobRun], now: datetime) -> None:
    """Say of what the dead left, and nobody will run again, that it failed. The caller commits."""
    for run in lost:
        as_it_was = sa.update(JobRun).where(
            JobRun.job == run.job,
            JobRun.slot == run.slot,
            JobRun.attempts == run.attempts,
            JobRun.state == RunState.RUNNING,
        )
        changed(session, as_it_was.values(state=RunState.FAILED, error=STOPPED, finished_at=now, retry_at=None))
