"""Schedulers on the database of a test, without processes: each holder is a process by name only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import pytest
from flask import Flask

from tests.support.clock import StoppedClock
from tracker.access.desk import Desk
from tracker.jobs.commands import opening
from tracker.jobs.job import Job, Work
from tracker.jobs.leases import take
from tracker.jobs.operations import Runner
from tracker.jobs.rules import Daily, Every, Rule

NIGHTLY = Daily(time(1, 0))
EVERY_MINUTE = Every(timedelta(minutes=1))


@dataclass
class Tally:
    """A job's work that only counts its slots, and does what else it is told."""

    slots: list[datetime] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    then: Callable[[Desk], None] = lambda _desk: None

    def __call__(self, desk: Desk, slot: datetime) -> Mapping[str, int]:
        self.slots.append(slot)
        self.moments.append(desk.now)
        self.then(desk)
        return {"counted": len(self.slots)}


def a_job(work: Work, rule: Rule = NIGHTLY, name: str = "tally") -> Job:
    return Job(name, "Hitung", "Menghitung.", rule, work, by_hand=True)


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def runner_of(app: Flask, context: None, clock: StoppedClock) -> Callable[..., Runner]:
    """A runner for a process of that name, alive for so long."""

    def of(holder: str, lasting: timedelta = timedelta(seconds=20)) -> Runner:
        runner = Runner(opening(app), clock, holder)
        with runner.opened(clock.now()) as desk:
            take(desk.session, holder, holder, clock.now(), lasting)
            desk.session.commit()
        return runner

    return of
