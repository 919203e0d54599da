"""What is of no use goes, and what may still be of use stays."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tracker.access.desk import Desk
from tracker.access.models import SentForm
from tracker.accounts.models import OneTimeLink, Throttle, UserSession
from tracker.directory.states import Role
from tracker.jobs import cleanup
from tracker.jobs.cleanup import clean_up
from tracker.jobs.models import JobRun, SchedulerLease
from tracker.jobs.states import RunState


def left(desk: Desk, column: Any) -> set[Any]:
    return set(desk.session.scalars(sa.select(column)))


def test_old_keys_links_sign_ins_and_counters_go(machine: Desk, make: Make) -> None:
    user, now, session = make.user(Role.UNIT_OFFICER, unit=make.unit()), machine.now, machine.session
    month = timedelta(days=31)
    session.add_all([SentForm(user_id=user.id, key=key, location="/", at=at) for key, at in
                     (("old", now - month), ("new", now - timedelta(days=20)))])  # fmt: skip
    for key, expires, ended in (
        ("expired", now - month, None),
        ("ended", now + month, now - month),
        ("lately ended", now + month, now - timedelta(days=2)),
        ("open", now + month, None),
    ):
        session.add(UserSession(user_id=user.id, key_digest=key, started_at=now, expires_at=expires, ended_at=ended))
    for digest, expires in (("old", now - month), ("new", now - timedelta(days=1))):
        session.add(OneTimeLink(user_id=user.id, digest=digest, purpose="reset", made_at=now, expires_at=expires))
    session.add_all([Throttle(key="old", hits=1, expires_at=now - month), Throttle(key="new", hits=1, expires_at=now)])
    session.flush()
    counts = clean_up(machine, now)
    assert (counts["forms"], counts["sign_ins"], counts["links"], counts["throttles"]) == (1, 2, 1, 1)
    assert left(machine, SentForm.key) == {"new"}
    assert left(machine, UserSession.key_digest) == {"lately ended", "open"}
    assert left(machine, OneTimeLink.digest) == {"new"}
    assert left(machine, Throttle.key) == {"new"}
    assert not any(clean_up(machine, now).values()), "a second time there is nothing left to do"


def test_of_frequent_jobs_old_runs_go_and_of_the_others_none(machine: Desk) -> None:
    now = machine.now
    for job, days, state in (
        ("heartbeat", 8, RunState.DONE),
        ("heartbeat", 6, RunState.DONE),
        ("send", 80, RunState.FAILED),
        ("send", 91, RunState.FAILED),
        ("send", 91, RunState.DONE),
        ("recalculate", 4000, RunState.DONE),
    ):
        minute = timedelta(minutes=state is RunState.DONE)
        machine.session.add(JobRun(job=job, slot=now - timedelta(days=days) - minute, state=state, attempts=1))
    machine.session.flush()
    assert clean_up(machine, now)["runs"] == 3
    stays = {(run.job, (now - run.slot).days) for run in machine.session.scalars(sa.select(JobRun))}
    assert stays == {("heartbeat", 6), ("send", 80), ("recalculate", 4000)}


def test_leases_of_processes_long_gone_go_and_the_schedulers_stays(machine: Desk) -> None:
    now = machine.now
    for name, days in (("scheduler", 9), ("host:1:1", 9), ("host:2:2", 0)):
        expires = now - timedelta(days=days)
        machine.session.add(SchedulerLease(name=name, holder=name, epoch=1, expires_at=expires))
    machine.session.flush()
    assert clean_up(machine, now)["leases"] == 1
    assert left(machine, SchedulerLease.name) == {"scheduler", "host:2:2"}


def test_more_than_a_piece_goes_piece_by_piece(machine: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleanup, "AT_ONCE", 3)
    old = machine.now - timedelta(days=2)
    machine.session.add_all([Throttle(key=str(each), hits=1, expires_at=old) for each in range(7)])
    machine.session.flush()
    assert clean_up(machine, machine.now)["throttles"] == 7


def test_the_planner_of_sqlite_is_told_of_large_tables(
    machine: Desk, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> set[str]:
        clean_up(machine, machine.now)
        return set(machine.session.scalars(sa.text("SELECT tbl FROM sqlite_stat1")))

    if machine.session.get_bind().dialect.name != "sqlite":
        return
    machine.session.add_all([Throttle(key=str(each), hits=1, expires_at=machine.now) for each in range(3)])
    make.unit()
    assert told() == set()
    monkeypatch.setattr(cleanup, "MANY", 3)
    assert "throttle" in told()
    assert "service_unit" not in told()
