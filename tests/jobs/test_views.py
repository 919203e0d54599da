"""The scheduler's page and health address, and the word on other pages when nobody minds the schedule."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Site
from tracker.directory.states import Role
from tracker.jobs.models import JobRun
from tracker.jobs.pulse import Pulse
from tracker.jobs.queries import HEARTBEAT
from tracker.jobs.schedule import JOBS
from tracker.jobs.states import RunState
from tracker.kit.db import db

SILENT = "Penjadwal tidak berjalan"
LOOKERS = {Role.ADMINISTRATOR, Role.LEADERSHIP, Role.ASSISTANT_DEPUTY}
RUNNERS = {Role.ADMINISTRATOR, Role.ASSISTANT_DEPUTY}


@pytest.fixture(autouse=True)
def pulse(app: Flask, context: None, clock: StoppedClock) -> Iterator[None]:
    """The site was started an hour ago."""
    before = app.extensions["pulse"]
    app.extensions["pulse"] = Pulse(clock.now() - timedelta(hours=1))
    yield
    app.extensions["pulse"] = before


def ran(job: str, slot: datetime, state: RunState = RunState.DONE, **more: object) -> JobRun:
    begun = slot + timedelta(seconds=1)
    facts = {"attempts": 1, "started_at": begun, "finished_at": begun + timedelta(seconds=4), "counts": {}} | more
    run = JobRun(job=job, slot=slot, state=state, **facts)
    db.session().add(run)
    db.session().flush()
    return run


def test_health_is_red_until_the_first_heartbeat_and_after_a_quarter_of_an_hour(
    site: Site, clock: StoppedClock
) -> None:
    answer = site.fetch("/healthz/scheduler")
    assert (answer.status_code, answer.json) == (503, {"status": "silent", "heartbeat": None})
    ran(HEARTBEAT, clock.now())
    clock.advance(minutes=15)
    answer = site.fetch("/healthz/scheduler")
    beat = (clock.now() - timedelta(minutes=15)).isoformat()
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "heartbeat": beat})
    clock.advance(seconds=1)
    assert site.fetch("/healthz/scheduler").status_code == 503


def test_only_a_heartbeat_that_was_and_that_came_to_its_end_counts(site: Site, clock: StoppedClock) -> None:
    ran(HEARTBEAT, clock.now() + timedelta(days=9))
    ran(HEARTBEAT, clock.now(), RunState.FAILED)
    ran("send", clock.now())
    assert site.fetch("/healthz/scheduler").status_code == 503


@pytest.mark.parametrize("role", list(Role))
def test_silence_is_told_to_those_who_can_end_it(site: Site, make: Make, role: Role) -> None:
    page = site.sign_in(make.user(role, unit=make.unit())).get("/")
    assert (SILENT in page.words) is (role in RUNNERS)
    assert ("/penjadwal" in page.links) is (role in LOOKERS)


def test_a_schedule_that_is_minded_is_not_spoken_of(site: Site, make: Make, clock: StoppedClock) -> None:
    ran(HEARTBEAT, clock.now() - timedelta(minutes=14))
    assert SILENT not in site.sign_in(make.user(Role.ADMINISTRATOR)).get("/").words


def test_just_after_the_start_nobody_is_alarmed(app: Flask, site: Site, make: Make, clock: StoppedClock) -> None:
    app.extensions["pulse"] = Pulse(clock.now() - timedelta(minutes=4))
    assert SILENT not in site.sign_in(make.user(Role.ADMINISTRATOR)).get("/").words


def test_the_heartbeat_is_asked_for_once_a_minute(site: Site, make: Make, clock: StoppedClock) -> None:
    def asked() -> int:
        with statements() as sent:
            site.get("/pengguna")
        return sum("job_run" in each for each in sent)

    site.sign_in(make.user(Role.ADMINISTRATOR))
    assert [asked(), asked()] == [1, 0]
    clock.advance(seconds=61)
    assert asked() == 1


@pytest.mark.parametrize("role", list(Role))
def test_the_page_opens_to_those_who_may_look(site: Site, make: Make, role: Role) -> None:
    site.sign_in(make.user(role, unit=make.unit())).get("/penjadwal", expect=200 if role in LOOKERS else 403)


def test_the_page_shows_each_jobs_last_run_and_why_one_failed(site: Site, make: Make, clock: StoppedClock) -> None:
    ran("recalculate", clock.now() - timedelta(days=1), counts={"units": 4100, "differences": 9})
    ran("recalculate", clock.now() - timedelta(hours=8), counts={"units": 4200, "differences": 0})
    again = clock.now() + timedelta(minutes=5)
    ran("send", clock.now(), RunState.FAILED, error="OSError: tidak ada sambungan", retry_at=again, attempts=2)
    ran(HEARTBEAT, clock.now())
    page = site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=make.area())).get("/penjadwal")
    assert "4.200 unit, 0 selisih" in page.words
    assert "4.100" not in page.words
    assert "OSError: tidak ada sambungan" in page.words
    assert "Dicoba lagi 2 Mar 2026 09.05 WIB" in page.words
    assert "3 Mar 2026 01.00 WIB" in page.words, "the next night"
    assert "belum pernah" in page.words
    assert SILENT not in page.words


def test_the_page_tells_of_silence_once(site: Site, make: Make) -> None:
    page = site.sign_in(make.user(Role.ADMINISTRATOR)).get("/penjadwal")
    assert page.words.count(SILENT) == 1
    assert "Belum pernah ada detak." in page.words


def test_the_page_asks_the_same_however_much_was_run(site: Site, make: Make, clock: StoppedClock) -> None:
    def asked() -> int:
        with statements() as sent:
            site.get("/penjadwal")
        return len(sent)

    user = make.user(Role.ADMINISTRATOR)
    site.sign_in(user)
    for job in JOBS:
        ran(job, clock.now())
    few = asked()
    for job in JOBS:
        for back in range(1, 30):
            ran(job, clock.now() - timedelta(days=back), RunState.FAILED, on_demand=True, asked_by_id=user.id)
    db.session().expire_all()
    assert asked() == few


def test_run_now_waits_for_the_scheduler_and_is_offered_once(site: Site, make: Make, clock: StoppedClock) -> None:
    user = make.user(Role.ASSISTANT_DEPUTY, area=make.area())
    page = site.sign_in(user).post("/penjadwal", job="recalculate")
    assert "Permintaan dicatat" in page.words
    assert "Menunggu giliran" in page.words
    assert page.forms.count("/penjadwal") == 0
    site.post("/penjadwal", job="recalculate")
    runs = db.session().query(JobRun).filter_by(job="recalculate").all()
    assert [(run.state, run.on_demand, run.asked_by_id, run.slot) for run in runs] == [
        (RunState.WAITING, True, user.id, clock.now())
    ]


@pytest.mark.parametrize("job", ["", "heartbeat", "rm -rf"])
def test_only_jobs_that_are_offered_can_be_asked_for(site: Site, make: Make, job: str) -> None:
    page = site.sign_in(make.user(Role.ADMINISTRATOR)).post("/penjadwal", expect=422, job=job)
    assert "tidak dapat dijalankan dari sini" in page.words


def test_leadership_looks_on(site: Site, make: Make) -> None:
    site.sign_in(make.user(Role.LEADERSHIP))
    assert "/penjadwal" not in site.get("/penjadwal").forms
    site.post("/penjadwal", expect=403, job="recalculate")
