"""Reports in the background: made at the asker's desk, taken up again after a crash, gone after their days."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.reports.conftest import World
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.actor import SYSTEM, Actor
from tracker.access.desk import Desk
from tracker.directory.models import User
from tracker.kit.documents import DocumentFailed
from tracker.kit.files import FileStore
from tracker.reports import operations
from tracker.reports.making import Wanted, in_indonesian, report_of
from tracker.reports.models import ReportRun
from tracker.reports.operations import ask_for, make_waiting
from tracker.reports.sheets import Report
from tracker.reports.states import Kind, RunStatus

DeskOf = Callable[[User | Actor], Desk]


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture
def asked(world: World, desk_of: DeskOf) -> ReportRun:
    desk = desk_of(world.asdep)
    with in_indonesian():
        wanted = Wanted(Kind.FOLLOW_UPS, "III")
        run = ask_for(desk, wanted, ".xlsx", report_of(desk, wanted))
    desk.session.commit()
    return run


def again(make: Make, run: ReportRun) -> ReportRun:
    make.session.expire_all()
    found = make.only(ReportRun)
    assert found is not None
    return found


def test_a_report_is_made_and_kept_for_a_week(
    asked: ReportRun, desk_of: DeskOf, store: FileStore, clock: StoppedClock, make: Make
) -> None:
    assert make_waiting(desk_of(SYSTEM), store, clock) == {"removed": 0, "made": 1, "failed": 0}
    run = again(make, asked)
    assert (run.status, run.done, run.total) == (RunStatus.DONE, 4, 4)
    assert run.digest is not None
    with store.open(run.digest) as file:
        rows = list(load_workbook(io.BytesIO(file.read())).worksheets[0].iter_rows(values_only=True))
    assert str(rows[-1][0]).startswith("4 dari 4 baris")
    clock.set(clock.now() + timedelta(days=6))
    assert make_waiting(desk_of(SYSTEM), store, clock)["removed"] == 0
    clock.set(clock.now() + timedelta(days=2))
    assert make_waiting(desk_of(SYSTEM), store, clock)["removed"] == 1
    assert again(make, asked).status is RunStatus.GONE
    assert not store.exists(run.digest)


def test_what_the_asker_may_no_longer_see_is_not_made(
    asked: ReportRun, world: World, desk_of: DeskOf, store: FileStore, clock: StoppedClock, make: Make
) -> None:
    membership = world.asdep.memberships[0]
    membership.valid_to = membership.valid_from
    make.save(membership)
    assert make_waiting(desk_of(SYSTEM), store, clock)["failed"] == 1
    run = again(make, asked)
    assert run.status is RunStatus.FAILED
    assert "berwenang" in run.error
    assert list(store.digests()) == []


def test_a_report_whose_maker_died_is_taken_up_again_and_not_for_ever(
    asked: ReportRun, desk_of: DeskOf, store: FileStore, clock: StoppedClock, make: Make
) -> None:
    for attempts, expected in ((1, RunStatus.DONE), (operations.MOST_TRIES, RunStatus.FAILED)):
        run = again(make, asked)
        run.status, run.attempts, run.seen_at = RunStatus.RUNNING, attempts, clock.now()
        make.save(run)
        clock.set(clock.now() + timedelta(minutes=4))
        make_waiting(desk_of(SYSTEM), store, clock)
        assert again(make, asked).status is RunStatus.RUNNING  # its maker may still be about it
        clock.set(clock.now() + timedelta(minutes=2))
        make_waiting(desk_of(SYSTEM), store, clock)
        assert again(make, asked).status is expected


def test_a_failure_is_tried_again_and_then_said(
    asked: ReportRun,
    desk_of: DeskOf,
    store: FileStore,
    clock: StoppedClock,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise DocumentFailed("no")

    monkeypatch.setattr(Report, "write", broken)
    assert make_waiting(desk_of(SYSTEM), store, clock)["failed"] == operations.MOST_TRIES
    run = again(make, asked)
    assert (run.status, run.digest) == (RunStatus.FAILED, None)
    assert run.error


def test_progress_is_told_while_rows_are_written(
    asked: ReportRun,
    desk_of: DeskOf,
    store: FileStore,
    clock: StoppedClock,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[int] = []
    monkeypatch.setattr("tracker.reports.sheets.TOLD_EVERY", 2)
    whole = operations.progress_of

    def listening(*arguments: object) -> Callable[[int], None]:
        tell = whole(*arguments)  # type: ignore[arg-type]

        def hear(done: int) -> None:
            told.append(done)
            tell(done)

        return hear

    monkeypatch.setattr(operations, "progress_of", listening)
    make_waiting(desk_of(SYSTEM), store, clock)
    assert told == [2, 4]
