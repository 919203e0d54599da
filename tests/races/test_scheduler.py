"""Several schedulers at once, killed, paused and told to end: no slot is run twice and none waits long."""

import multiprocessing
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as at_time
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Config
from tests.support.keys import VAULT_KEY
from tracker.access.desk import Desk
from tracker.jobs.commands import by_hand, opening, told_to_end
from tracker.jobs.holders import own_name
from tracker.jobs.job import Job, Work
from tracker.jobs.leases import SCHEDULER
from tracker.jobs.models import JobRun, SchedulerLease
from tracker.jobs.operations import Opened, Runner
from tracker.jobs.rules import Daily, Every, Rule
from tracker.jobs.scheduler import Scheduler, Terms
from tracker.jobs.states import RunState
from tracker.kit.clock import SystemClock
from tracker.kit.db import db
from tracker.wiring import create_app

pytestmark = pytest.mark.races

FORK = multiprocessing.get_context("fork")
EACH_SECOND = Every(timedelta(seconds=1))
NIGHTLY = Daily(at_time(1, 0))
TERMS = Terms(lease=timedelta(seconds=2), renewal=timedelta(seconds=0.3), look=timedelta(seconds=0.3))
PATIENCE = 30.0


def application(url: str) -> Flask:
    data = Path(tempfile.mkdtemp(prefix="tuntas-race-"))
    return create_app(
        Config(data=data, secret_key="for tests only", vault_keys=(VAULT_KEY,), database_url=url), SystemClock()
    )


@dataclass
class Journal:
    """What jobs did, a line each, written by whatever process and never lost."""

    path: Path

    def write(self, *words: object) -> None:
        line = " ".join(map(str, words)) + "\n"
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())
        os.close(file)

    @property
    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def slots(self, word: str = "ran") -> list[str]:
        return [line[1] for line in self.lines if line[0] == word]

    def pids(self) -> list[int]:
        return [int(line[2]) for line in self.lines]

    def goes_on_without(self, pid: int) -> bool:
        """Others have done three slots since."""
        return len(self.lines) >= 3 and pid not in self.pids()[-3:]

    def counting(self) -> Work:
        def work(_desk: Desk, slot: datetime) -> Mapping[str, int]:
            self.write("ran", slot.isoformat(), os.getpid(), time.time())
            return {}

        return work

    def taking(self, seconds: float) -> Work:
        def work(_desk: Desk, slot: datetime) -> Mapping[str, int]:
            self.write("began", slot.isoformat(), os.getpid())
            time.sleep(seconds)
            self.write("ended", slot.isoformat(), os.getpid())
            return {}

        return work


@dataclass
class Company:
    """Schedulers in processes of their own, on one database."""

    url: str
    jobs: list[Job]
    processes: list[Any] = field(default_factory=list)

    def start(self, count: int) -> None:
        for _ in range(count):
            process = FORK.Process(target=self._mind)
            process.start()
            self.processes.append(process)

    def _mind(self) -> None:
        app = application(self.url)
        with app.app_context(), told_to_end(None) as wait:
            Scheduler(Runner(opening(app), SystemClock(), own_name()), self.jobs, TERMS).mind(wait)
            db.engine.dispose()

    def send(self, pid: int, what: signal.Signals) -> None:
        assert pid in [process.pid for process in self.processes]
        os.kill(pid, what)

    def end(self) -> list[int | None]:
        """How each ended when it was told to."""
        for process in self.processes:
            if process.is_alive():
                process.terminate()
        for process in self.processes:
            process.join(PATIENCE)
        return [process.exitcode for process in self.processes]

    def leave(self) -> None:
        for process in self.processes:
            if process.is_alive():
                process.kill()
                process.join()


@contextmanager
def company(url: str, *jobs: Job) -> Iterator[Company]:
    team = Company(url, list(jobs))
    try:
        yield team
    finally:
        team.leave()


def a_job(work: Work, rule: Rule = EACH_SECOND) -> Job:
    return Job("tally", "Hitung", "Menghitung.", rule, work)


def until(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


@pytest.fixture
def opened(own_database_url: str) -> Iterator[Opened]:
    app = application(own_database_url)
    yield opening(app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def runs_in(opened: Opened) -> list[JobRun]:
    with opened(datetime.now(UTC)) as desk:
        return list(desk.session.scalars(sa.select(JobRun).order_by(JobRun.slot)))


def lease_in(opened: Opened) -> SchedulerLease:
    with opened(datetime.now(UTC)) as desk:
        return desk.session.get_one(SchedulerLease, SCHEDULER)


def longest_gap(journal: Journal) -> float:
    moments = sorted(float(line[3]) for line in journal.lines)
    return max(later - earlier for earlier, later in pairwise(moments))


def test_four_schedulers_run_each_slot_once_also_when_the_one_at_work_is_killed(
    own_database_url: str, opened: Opened, journal: Journal
) -> None:
    with company(own_database_url, a_job(journal.counting())) as team:
        team.start(4)
        until(lambda: len(journal.lines) >= 3)
        for _ in range(2):
            at_work = journal.pids()[-1]
            team.send(at_work, signal.SIGKILL)
            until(partial(journal.goes_on_without, at_work))
        codes = team.end()
    assert sorted(codes, key=str) == [-9, -9, 0, 0]
    assert [slot for slot, times in Counter(journal.slots()).items() if times > 1] == []
    assert longest_gap(journal) < 8
    assert {run.state for run in runs_in(opened)} <= {RunState.DONE, RunState.RUNNING, RunState.FAILED}


def paused_between_slots(team: Company, opened: Opened, journal: Journal) -> int | None:
    """The one at work, stopped while it is about nothing; None where it had begun something, which it goes on with."""

    def about_nothing() -> bool:
        return {run.state for run in runs_in(opened)} == {RunState.DONE}

    at_work = journal.pids()[-1]
    until(about_nothing)
    team.send(at_work, signal.SIGSTOP)
    if about_nothing():
        return at_work
    team.send(at_work, signal.SIGCONT)
    return None


def test_one_that_was_paused_stands_by_when_it_wakes(own_database_url: str, opened: Opened, journal: Journal) -> None:
    with company(own_database_url, a_job(journal.counting())) as team:
        team.start(2)
        until(lambda: len(journal.lines) >= 2)
        paused = until(lambda: paused_between_slots(team, opened, journal))
        until(lambda: journal.pids()[-1] != paused)
        seen = len(journal.lines)
        team.send(paused, signal.SIGCONT)
        until(lambda: len(journal.lines) >= seen + 3)
        assert paused not in journal.pids()[seen:]
        assert lease_in(opened).epoch == 2
        assert team.end() == [0, 0]
    assert [slot for slot, times in Counter(journal.slots()).items() if times > 1] == []


def test_told_to_end_it_finishes_the_job_at_hand_and_gives_the_lease_back(
    own_database_url: str, opened: Opened, journal: Journal
) -> None:
    with company(own_database_url, a_job(journal.taking(4), NIGHTLY)) as team:
        team.start(1)
        until(lambda: journal.slots("began"))
        assert team.end() == [0]
    assert journal.slots("ended") == journal.slots("began")
    assert [(run.state, run.attempts) for run in runs_in(opened)] == [(RunState.DONE, 1)]
    assert lease_in(opened).expires_at <= datetime.now(UTC)


def test_what_a_killed_scheduler_left_undone_the_next_one_does(
    own_database_url: str, opened: Opened, journal: Journal
) -> None:
    with company(own_database_url, a_job(journal.taking(3), NIGHTLY)) as team:
        team.start(2)
        until(lambda: journal.slots("began"))
        team.send(journal.pids()[0], signal.SIGKILL)
        until(lambda: journal.slots("ended"))
        until(lambda: runs_in(opened)[0].state is RunState.DONE)
        team.end()
    assert len(journal.slots("began")) == 2
    assert [(run.state, run.attempts) for run in runs_in(opened)] == [(RunState.DONE, 2)]


@pytest.mark.parametrize("days", [1, 3, 10])
def test_after_days_of_standstill_the_latest_slot_is_made_up_for_once(
    own_database_url: str, opened: Opened, journal: Journal, days: int
) -> None:
    job = a_job(journal.counting(), NIGHTLY)
    last = NIGHTLY.latest(datetime.now(UTC)) - timedelta(days=days)
    with opened(last) as desk:
        desk.session.add(JobRun(job=job.name, slot=last, state=RunState.DONE, attempts=1))
        desk.session.commit()
    with company(own_database_url, job) as team:
        team.start(2)
        until(lambda: journal.lines)
        time.sleep(1)
        assert team.end() == [0, 0]
    assert journal.slots() == [NIGHTLY.latest(datetime.now(UTC)).isoformat()]


def test_of_commands_that_run_the_same_slot_at_once_one_does_and_the_others_await_its_end(
    own_database_url: str, journal: Journal
) -> None:
    answers = FORK.Queue()
    job, at = a_job(journal.taking(1), NIGHTLY), datetime.now(UTC)

    def command() -> None:
        app = application(own_database_url)
        with app.app_context():
            ran = by_hand(Runner(opening(app), SystemClock(), own_name()), job, at)
            answers.put((ran.outcome.value, len(journal.slots("ended"))))
            db.engine.dispose()

    processes = [FORK.Process(target=command) for _ in range(4)]
    for process in processes:
        process.start()
    told = sorted(answers.get(timeout=PATIENCE) for _ in processes)
    for process in processes:
        process.join(PATIENCE)
    assert told == [("already run", 1)] * 3 + [("done", 1)]
    assert len(journal.slots("began")) == 1


def test_a_command_that_was_killed_leaves_its_slot_to_the_next_at_once(
    own_database_url: str, opened: Opened, journal: Journal
) -> None:
    at = datetime.now(UTC)

    def command(seconds: float) -> None:
        app = application(own_database_url)
        with app.app_context():
            by_hand(Runner(opening(app), SystemClock(), own_name()), a_job(journal.taking(seconds), NIGHTLY), at)
            db.engine.dispose()

    first = FORK.Process(target=command, args=(60,))
    first.start()
    until(lambda: journal.slots("began"))
    first.kill()
    first.join()
    second = FORK.Process(target=command, args=(0,))
    second.start()
    second.join(PATIENCE)
    assert second.exitcode == 0
    assert [(run.state, run.attempts) for run in runs_in(opened)] == [(RunState.DONE, 2)]
