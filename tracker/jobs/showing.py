"""The scheduler as its page shows it: a line for each job, who minds the schedule, what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.access.desk import Desk
from tracker.jobs.job import Job
from tracker.jobs.leases import SCHEDULER
from tracker.jobs.models import JobRun, SchedulerLease
from tracker.jobs.queries import last_heartbeat, last_runs, notable_runs, pending_runs
from tracker.jobs.rules import Every, is_silent
from tracker.jobs.schedule import JOBS, SCHEDULE

NOTABLE = 30


@dataclass(frozen=True, slots=True)
class JobLine:
    job: Job
    last: JobRun | None
    pending: JobRun | None
    next_slot: datetime

    @property
    def minutes(self) -> int | None:
        """How often, of a job that is due more than once a day."""
        return self.job.rule.period // timedelta(minutes=1) if isinstance(self.job.rule, Every) else None


@dataclass(frozen=True, slots=True)
class SchedulerPage:
    lines: Sequence[JobLine]
    notable: Sequence[JobRun]
    heartbeat: datetime | None
    is_silent: bool
    minded_by: str
    """The process that holds the lease, or nothing."""


def scheduler_page(desk: Desk) -> SchedulerPage:
    session = desk.session
    last, pending = last_runs(session, JOBS), pending_runs(session, JOBS)
    heartbeat = last_heartbeat(session, desk.now)
    lease = session.get(SchedulerLease, SCHEDULER)
    return SchedulerPage(
        [JobLine(job, last.get(job.name), pending.get(job.name), job.rule.following(desk.now)) for job in SCHEDULE],
        notable_runs(session, NOTABLE),
        heartbeat,
        is_silent(heartbeat, desk.now),
        lease.holder if lease is not None and lease.expires_at > desk.now else "",
    )


def seconds_of(run: JobRun) -> float | None:
    """How long a run took; None while it goes on."""
    if run.started_at is None or run.finished_at is None:
        return None
    return max(0.0, (run.finished_at - run.started_at).total_seconds())
