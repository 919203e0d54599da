"""Claiming a slot, running its job, noting the end: a slot is done once, whoever comes for it and whoever dies."""

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from time import sleep

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.desk import Desk
from tracker.jobs.holders import is_dead
from tracker.jobs.job import Job
from tracker.jobs.leases import changed, living, only_reading
from tracker.jobs.models import JobRun
from tracker.jobs.rules import retry_at
from tracker.jobs.states import RunState
from tracker.kit.clock import Clock
from tracker.kit.db import insert_missing
from tracker.kit.words import N_

log = logging.getLogger(__name__)

Opened = Callable[[datetime], AbstractContextManager[Desk]]
"""Opens the machine's desk at a moment, with a session of its own."""

STOPPED = N_("Prosesnya berhenti di tengah jalan.")
INSTANT = timedelta(microseconds=1)
A_MOMENT = 0.3


class Outcome(StrEnum):
    """What came of an attempt to run a slot."""

    DONE = "done"
    ALREADY = "already run"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ran:
    job: str
    slot: datetime
    outcome: Outcome
    counts: Mapping[str, int] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A slot that is ours to run, and for the how manieth time it is claimed."""

    job: str
    slot: datetime
    tries: int
    on_demand: bool = False

    def own(self, holder: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            JobRun.job == self.job,
            JobRun.slot == self.slot,
            JobRun.attempts == self.tries,
            JobRun.claimed_by == holder,
            JobRun.state == RunState.RUNNING,
        )


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs slots on behalf of one process. It keeps no state: what it knows stands in the database."""

    opened: Opened
    clock: Clock
    holder: str

    def run(self, job: Job, slot: datetime, at: datetime | None = None, *, anew: bool = False) -> Ran:
        """Run a slot unless it ran, runs, or failed and must still wait; `anew` does not wait after a failure.

        The desk's now is `at`, or the present.
        """
        if claim := self.claim(job, slot, anew=anew):
            return self.carry_out(job, claim, at)
        return Ran(job.name, slot, Outcome.ALREADY, self.counts_of(job, slot))

    def run_or_await(self, job: Job, slot: datetime, at: datetime) -> Ran:
        """Run a slot now; where another process is about it, wait for its end, and take it over should it die."""
        while (ran := self.run(job, slot, at, anew=True)).outcome is Outcome.ALREADY and self.is_running(job, slot):
            sleep(A_MOMENT)
        return ran

    def is_running(self, job: Job, slot: datetime) -> bool:
        with only_reading(), self.opened(self.clock.now()) as desk:
            run = desk.session.get(JobRun, (job.name, slot))
            return run is not None and run.state is RunState.RUNNING

    def run_on_demand(self, job: Job, at: datetime) -> Ran:
        """Run a job now, in a slot of its own."""
        slot = own_slot(job, at)
        while not (claim := self.claim(job, slot, on_demand=True)):
            slot = own_slot(job, slot + INSTANT)
        return self.carry_out(job, claim, at)

    def claim(self, job: Job, slot: datetime, *, on_demand: bool = False, anew: bool = False) -> Claim | None:
        now = self.clock.now()
        ours = {"state": RunState.RUNNING, "claimed_at": now, "claimed_by": self.holder, "started_at": now}
        with self.opened(now) as desk:
            session = desk.session
            fresh = {"job": job.name, "slot": slot, "on_demand": on_demand, "attempts": 1, "counts": {}, "error": ""}
            if insert_missing(session, JobRun, [fresh | ours], ["job", "slot"]):
                session.commit()
                return Claim(job.name, slot, 1, on_demand)
            run = session.get_one(JobRun, (job.name, slot), populate_existing=True)
            if on_demand or not may_be_claimed(session, run, now, anew):
                return None
            claim = Claim(job.name, slot, run.attempts + 1, run.on_demand)
            ours |= {"attempts": claim.tries, "finished_at": None, "error": "", "retry_at": None}
            as_it_was = sa.update(JobRun).where(
                JobRun.job == job.name,
                JobRun.slot == slot,
                JobRun.state == run.state,
                JobRun.attempts == run.attempts,
            )
            won = changed(session, as_it_was.values(ours))
            session.commit()
            return claim if won else None

    def carry_out(self, job: Job, claim: Claim, at: datetime | None = None) -> Ran:
        """Do the work of a slot that was claimed. What it changed last and its note are one transaction."""
        try:
            with self.opened(job.moment(at, self.clock.now())) as desk:
                counts = dict(job.work(desk, claim.slot))
                if self.note(desk.session, claim, {"state": RunState.DONE, "counts": counts}):
                    desk.session.commit()
                    return Ran(job.name, claim.slot, Outcome.DONE, counts)
                desk.session.rollback()
                log.warning("taken over", extra={"job": job.name, "outcome": "taken over"})
                return Ran(job.name, claim.slot, Outcome.ALREADY)
        except Exception as problem:
            log.exception("job failed", extra={"job": job.name, "outcome": "failed"})
            return self.failed(job, claim, in_a_line(problem))

    def failed(self, job: Job, claim: Claim, error: str) -> Ran:
        now = self.clock.now()
        again = retry_at(claim.tries, now, None if claim.on_demand else job.rule.following(claim.slot))
        with self.opened(now) as desk:
            self.note(desk.session, claim, {"state": RunState.FAILED, "error": error, "retry_at": again})
            desk.session.commit()
        return Ran(job.name, claim.slot, Outcome.FAILED, error=error)

    def note(self, session: Session, claim: Claim, values: Mapping[str, object]) -> bool:
        """Write the end of a run; False where it was taken over by another, whose end counts then."""
        ended = {"finished_at": self.clock.now(), **values}
        return changed(session, sa.update(JobRun).where(*claim.own(self.holder)).values(ended))

    def counts_of(self, job: Job, slot: datetime) -> Mapping[str, int]:
        with only_reading(), self.opened(self.clock.now()) as desk:
            run = desk.session.get(JobRun, (job.name, slot))
            return run.counts if run else {}


def may_be_claimed(session: Session, run: JobRun, now: datetime, anew: bool) -> bool:
    """A run that waits, that failed and may be tried again, or whose process is no more."""
    if run.state is RunState.FAILED:
        return anew or (run.retry_at is not None and run.retry_at <= now)
    if run.state is RunState.RUNNING:
        return is_orphaned(run, living(session, now))
    return run.state is RunState.WAITING


def is_orphaned(run: JobRun, living: set[str]) -> bool:
    """Its process gave no sign of life, or is known to be dead."""
    return run.state is RunState.RUNNING and (run.claimed_by not in living or is_dead(run.claimed_by))


def own_slot(job: Job, at: datetime) -> datetime:
    """The moment itself, or the next one that no slot of the schedule stands on."""
    return at + INSTANT if job.rule.latest(at) == at else at


def ask_for(desk: Desk, job: Job) -> JobRun:
    """Ask the scheduler to run a job as soon as it can; one that already waits or runs is not asked for twice."""
    pending = desk.session.scalar(
        sa.select(JobRun)
        .where(JobRun.job == job.name, JobRun.on_demand, JobRun.state.in_((RunState.WAITING, RunState.RUNNING)))
        .limit(1)
    )
    if pending is not None:
        return pending
    run = JobRun(
        job=job.name,
        slot=own_slot(job, desk.now),
        on_demand=True,
        asked_by_id=desk.actor.id,
        state=RunState.WAITING,
        attempts=0,
    )
    desk.add(run)
    desk.session.flush()
    return run


def in_a_line(problem: BaseException) -> str:
    """What went wrong, without what people typed: the first line only, and short."""
    first = (str(problem).splitlines() or [""])[0]
    return f"{type(problem).__name__}: {first}"[:300].rstrip(": ")
