"""A process that would mind the schedule, and does for as long as it holds the lease.

APScheduler wakes the jobs; what is due is said by their slot rules. One thread does jobs one after the other, so that
what builds on the night's figures finds them; another keeps the heartbeat. Meanwhile the main thread does nothing but
keep up the lease.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

from tracker.jobs.due import Slot, give_up, left_over, missed
from tracker.jobs.job import Job
from tracker.jobs.leases import SCHEDULER, can_be_had, give_back, only_reading, renew, take
from tracker.jobs.operations import Runner, in_a_line
from tracker.jobs.rules import Rule

log = logging.getLogger(__name__)

Wait = Callable[[float], bool]
"""Waits so many seconds at most; True once the process is to end."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a lease lasts, how often it is kept up or asked for, and how often leftovers are looked for."""

    lease: timedelta = timedelta(seconds=20)
    renewal: timedelta = timedelta(seconds=5)
    look: timedelta = timedelta(seconds=5)


class SlotTrigger(BaseTrigger):  # type: ignore[misc]
    """Wakes a job at each slot of its rule."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        return self.rule.following(previous or now)


class Scheduler:
    def __init__(self, runner: Runner, jobs: Sequence[Job], terms: Terms) -> None:
        self.runner, self.terms = runner, terms
        self.jobs = {job.name: job for job in jobs}
        self.until: datetime | None = None
        """The lease is ours until then; None while another has it."""
        self.ending = False
        self._clockwork: Any = None
        self._in_turn, self._apart = ThreadPoolExecutor(1, "in-turn"), ThreadPoolExecutor(1, "apart")
        self._at_hand: set[Slot] = set()
        self._lock = Lock()

    def mind(self, wait: Wait) -> None:
        """Mind the schedule until the process is to end; then finish the job at hand and give the lease back."""
        while True:
            self.keep_up()
            if wait(self.terms.renewal.total_seconds()):
                break
        self.end()

    # the lease

    def keep_up(self) -> None:
        """Take the lease, keep it up, or notice that it went to another."""
        now = self.runner.clock.now()
        try:
            held = self._have_lease(now)
        except SQLAlchemyError as problem:
            log.warning("the lease could not be kept up: %s", in_a_line(problem))
            held = self.until is not None and now < self.until
        else:
            self.until = now + self.terms.lease if held else None
        if held and self._clockwork is None:
            self.lead()
        elif not held and self._clockwork is not None:
            self.step_down()

    def _have_lease(self, now: datetime) -> bool:
        holder, terms = self.runner.holder, self.terms
        if self._clockwork is None:
            with only_reading(), self.runner.opened(now) as desk:
                if not can_be_had(desk.session, SCHEDULER, holder, now):
                    return False
        with self.runner.opened(now) as desk:
            if self._clockwork is None:
                held = take(desk.session, SCHEDULER, holder, now, terms.lease)
            else:
                held = renew(desk.session, SCHEDULER, holder, now, terms.lease)
            desk.session.commit()
        return held

    def lead(self) -> None:
        log.info("minds the schedule from now on: %s", self.runner.holder)
        clockwork = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
        look = IntervalTrigger(seconds=self.terms.look.total_seconds(), timezone=UTC)
        clockwork.add_job(self.look_around, look, next_run_time=self.runner.clock.now(), id="look around")
        for job in self.jobs.values():
            clockwork.add_job(self.wake, SlotTrigger(job.rule), [job], id=job.name)
        clockwork.start()
        self._clockwork = clockwork

    def step_down(self) -> None:
        """Another minds the schedule now. A job at hand goes on, but its claim may be taken over."""
        log.warning("does not mind the schedule any more: %s", self.runner.holder)
        clockwork, self._clockwork = self._clockwork, None
        clockwork.shutdown(wait=False)

    def end(self) -> None:
        """Begin nothing more, finish what is at hand, and only then let the next one have the lease."""
        self.ending = True
        if self._clockwork is None:
            return
        finishing = Thread(target=self.finish)
        finishing.start()
        while finishing.is_alive():
            finishing.join(self.terms.renewal.total_seconds())
            if finishing.is_alive():
                self.keep_up_while_ending()
        now = self.runner.clock.now()
        with self.runner.opened(now) as desk:
            give_back(desk.session, SCHEDULER, self.runner.holder, now)
            desk.session.commit()

    def finish(self) -> None:
        self._clockwork.shutdown()
        for done_by in (self._in_turn, self._apart):
            done_by.shutdown()

    def keep_up_while_ending(self) -> None:
        now = self.runner.clock.now()
        try:
            with self.runner.opened(now) as desk:
                if renew(desk.session, SCHEDULER, self.runner.holder, now, self.terms.lease):
                    self.until = now + self.terms.lease
                desk.session.commit()
        except SQLAlchemyError as problem:
            log.warning("the lease could not be kept up: %s", in_a_line(problem))

    # the work, in threads of the clockwork

    @property
    def minds(self) -> bool:
        """Whether the lease is still ours by our own clock: after a long pause it may not be."""
        return not self.ending and self.until is not None and self.runner.clock.now() < self.until

    def wake(self, job: Job) -> None:
        """A slot of the schedule has come."""
        self.hand(job, job.rule.latest(self.runner.clock.now()))

    def look_around(self) -> None:
        """Hand out what was missed and what is left over."""
        if not self.minds:
            return
        now, holder = self.runner.clock.now(), self.runner.holder
        with self._lock:
            at_hand = frozenset(self._at_hand)
        with only_reading(), self.runner.opened(now) as desk:
            slots = missed(desk.session, self.jobs.values(), now)
            left, lost = left_over(desk.session, self.jobs, now, holder, at_hand)
        for name, slot in (*slots, *left):
            self.hand(self.jobs[name], slot)
        if lost:
            with self.runner.opened(now) as desk:
                give_up(desk.session, lost, now)
                desk.session.commit()

    def hand(self, job: Job, slot: datetime) -> None:
        """Give a slot to the thread that does such jobs, unless it has it already."""
        with self._lock:
            if (job.name, slot) in self._at_hand or not self.minds:
                return
            self._at_hand.add((job.name, slot))
        (self._apart if job.apart else self._in_turn).submit(self.run, job, slot)

    def run(self, job: Job, slot: datetime) -> None:
        try:
            if self.minds:
                self.runner.run(job, slot)
        except Exception:
            log.exception("a run could not be noted", extra={"job": job.name})
        finally:
            with self._lock:
                self._at_hand.discard((job.name, slot))
