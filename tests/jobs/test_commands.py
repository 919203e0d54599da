"""`scheduler run-job` as an operator types it: one slot, one answer, and exit codes that a script can read."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support.commands import typed
from tests.support.installation import an_installation
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.jobs.commands import alive, by_hand, in_words, opening, told
from tracker.jobs.job import Job
from tracker.jobs.models import JobRun, SchedulerLease
from tracker.jobs.operations import Outcome, Ran, Runner
from tracker.jobs.rules import Every
from tracker.jobs.states import RunState
from tracker.kit.clock import SystemClock
from tracker.kit.db import db

NIGHT = "2026-05-14T01:00:00+07:00"
HOUR = timedelta(hours=1)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Flask]:
    with an_installation(tmp_path) as app:
        yield app


def run_job(app: Flask, *words: str) -> "subprocess.CompletedProcess[str]":
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.remove()
    return typed(app.config["TUNTAS"].data, url, "scheduler", "run-job", *words)


def answer_of(done: "subprocess.CompletedProcess[str]") -> Any:
    """The one JSON object on stdout."""
    assert done.stdout.count("\n") == 1, done.stdout + done.stderr
    return json.loads(done.stdout)


def runs(job: str) -> list[JobRun]:
    session = db.session()
    Desk(SYSTEM, datetime(2026, 5, 14, tzinfo=UTC), session)
    return list(session.scalars(sa.select(JobRun).filter_by(job=job).order_by(JobRun.slot)))


def test_a_slot_is_run_once_and_says_so_afterwards(installed: Flask) -> None:
    first = run_job(installed, "recalculate", "--at", "2026-05-14T07:30", "--json")
    second = run_job(installed, "recalculate", "--at", "2026-05-14T00:29Z", "--json")
    answer = answer_of(first)
    assert set(answer) == {"job", "slot", "outcome", "counts"}
    assert (answer["job"], answer["slot"], answer["outcome"]) == ("recalculate", NIGHT, "done")
    assert answer["counts"]["differences"] == 0
    assert answer_of(second) == answer | {"outcome": "already run"}
    assert (first.returncode, second.returncode) == (0, 0)
    assert len(runs("recalculate")) == 1


def test_on_demand_has_a_slot_of_its_own_and_leaves_the_schedules_alone(installed: Flask) -> None:
    asked = [answer_of(run_job(installed, "contacts", "--at", NIGHT, "--on-demand", "--json")) for _ in range(2)]
    assert [each["outcome"] for each in asked] == ["done", "done"]
    slots = [run.slot for run in runs("contacts")]
    assert len(set(slots)) == 2
    assert all(run.on_demand for run in runs("contacts"))


def test_cleaning_up_as_of_a_later_day_takes_nothing_that_still_lives(installed: Flask) -> None:
    session = Desk(SYSTEM, SystemClock().now(), db.session()).session
    session.add(SchedulerLease(name="else:1:1", holder="else:1:1", epoch=1, expires_at=SystemClock().now() + HOUR))
    session.commit()
    done = run_job(installed, "cleanup", "--at", "2099-01-01", "--json")
    assert answer_of(done)["outcome"] == "done"
    assert [run.slot.astimezone(UTC).year for run in runs("cleanup")] == [2098], "the slot is that of the moment"
    assert list(db.session().scalars(sa.select(SchedulerLease.holder))) == ["else:1:1"]


def test_an_unknown_job_or_time_is_refused_in_one_line(installed: Flask) -> None:
    for words in (["mow-the-lawn"], ["send", "--at", "besok"], ["send", "--at", "0001-01-01"]):
        done = run_job(installed, *words, "--json")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1, done.stderr
        assert words[-1] in done.stderr


def test_a_database_without_tables_is_a_failure_and_no_traceback(tmp_path: Path) -> None:
    done = typed(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite'}", "scheduler", "run-job", "heartbeat", "--json")
    assert done.returncode == 1
    assert answer_of(done)["outcome"] == "failed"
    assert "Traceback" not in done.stderr


def test_a_job_that_fails_ends_with_1_and_is_run_at_the_next_call(
    installed: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = [True]

    def work(_desk: Desk, _slot: datetime) -> dict[str, int]:
        if broken:
            broken.pop()
            raise OSError("no route to host")
        return {"sent": 3}

    job = Job("breaks", "Rusak", "Rusak.", Every(timedelta(minutes=5)), work)
    runner = Runner(opening(installed), SystemClock(), "host-1:1:1")
    at = datetime(2026, 5, 14, 2, 3, tzinfo=UTC)
    ran = [by_hand(runner, job, at) for _ in range(3)]
    assert [each.outcome for each in ran] == [Outcome.FAILED, Outcome.DONE, Outcome.ALREADY]
    assert ran[0].error == "OSError: no route to host"
    assert ran[2].counts == {"sent": 3}
    assert [(run.state, run.attempts, run.error) for run in runs("breaks")] == [(RunState.DONE, 2, "")]


def test_a_running_command_holds_a_lease_that_goes_with_it(installed: Flask) -> None:
    runner = Runner(opening(installed), SystemClock(), "host-1:1:1")
    held = sa.select(sa.func.count()).select_from(SchedulerLease)
    Desk(SYSTEM, SystemClock().now(), db.session())
    with alive(runner):
        assert db.session().scalar(held) == 1
        db.session().rollback()
    assert db.session().scalar(held) == 0


def test_answers_read_well() -> None:
    ran = Ran("recalculate", datetime(2026, 5, 13, 18, tzinfo=UTC), Outcome.DONE, {"units": 41, "differences": 0})
    assert told(ran) == (
        '{"job": "recalculate", "slot": "2026-05-14T01:00:00+07:00", "outcome": "done", '
        '"counts": {"units": 41, "differences": 0}}'
    )
    assert in_words(ran) == "recalculate 2026-05-14 01:00 WIB: done; 41 units, 0 differences"
