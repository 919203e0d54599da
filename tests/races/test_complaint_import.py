"""An import of complaints whose worker is killed at any moment: no half of it is seen, and the next ends it once.

The moments are the worker's commits: whatever it is killed at, the database stands as after one of them.
"""

import io
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.complaints.test_intake_file import as_csv, line
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.processes import NOW, application, prepare
from tracker.access.actor import SYSTEM, Actor
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints import intake_reading, intake_working, intake_writing
from tracker.complaints.import_models import ComplaintImport, ComplaintImportStatus, StagedComplaint
from tracker.complaints.intake import ask_to_write, receive
from tracker.complaints.intake_store import intake_files
from tracker.complaints.models import Complainant, Complaint, ComplaintNote, ComplaintWords
from tracker.complaints.search_models import ComplaintMarks
from tracker.complaints.states import ComplaintSource
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.kit.db import db, reading

pytestmark = pytest.mark.races

FORK = multiprocessing.get_context("fork")
S = ComplaintImportStatus
AGENCY, UNIT = "Pemerintah Kota Tual", "Disdukcapil Tual"
KNOWN, NEW = 2, 5
KEPT = (Complaint, ComplaintWords, ComplaintNote, Complainant, ComplaintMarks, Event, StagedComplaint)


def rows(make: Make) -> int:
    region = make.region()
    unit = make.unit(UNIT, make.area(), agency=make.agency(AGENCY, region_id=region.id), region_id=region.id)
    return make.user(Role.COMPLAINT_OFFICER, agency=unit.agency).id


@dataclass
class Works:
    """A complaint officer, the worker that goes on with their imports, and what stands in the database.

    Nothing stays connected in this process, so that workers can be forked from it.
    """

    app: Flask
    clock: StoppedClock
    officer_id: int

    def send(self, round_: int) -> int:
        """An export that changes the known complaints and brings new ones; its number. It waits to be read."""

        def sent(desk: Desk) -> int:
            known = [self._row(f"70{number}", f"Antrean putaran{round_}") for number in range(KNOWN)]
            new = [self._row(f"8{round_:03}{number}", "Toilet terkunci") for number in range(NEW)]
            file = io.BytesIO(as_csv(*known, *new))
            return receive(desk, intake_files(), file, ComplaintSource.LAPOR)[0].id

        number: int = self.as_officer(sent)
        return number

    def _row(self, tracking: str, title: str) -> list[str]:
        return line(title, Tracking_ID=tracking, Instansi_Induk=AGENCY, Instansi_Terdisposisi=UNIT)

    def confirm(self, number: int) -> None:
        def confirmed(desk: Desk) -> None:
            intake = desk.session.get_one(ComplaintImport, number)
            ask_to_write(desk, intake)
            desk.session.commit()

        self.as_officer(confirmed)

    def as_officer(self, work: Callable[[Desk], Any]) -> Any:
        def at_own_desk(machine: Desk) -> Any:
            user = machine.session.get_one(User, self.officer_id)
            return work(Desk(Actor.of(user, machine.today), self.clock.now(), machine.session))

        return self.within(at_own_desk)

    def within(self, work: Callable[[Desk], Any]) -> Any:
        with self.app.app_context():
            reading.set(False)
            try:
                return work(Desk(SYSTEM, self.clock.now(), db.session()))
            finally:
                db.session.remove()
                db.engine.dispose()

    def run_here(self) -> None:
        """The same in this process: what SQLAlchemy learns from it, the workers need not learn each anew."""
        self.clock.advance(minutes=3)
        self.within(lambda desk: intake_working.go_on(desk, desk.now))

    def run(self, killed_at: int = 0) -> bool:
        """The scheduler's job in a process of its own, some minutes later; was it killed before that commit of its?"""
        self.clock.advance(minutes=3)
        worker = FORK.Process(target=self._work, args=(killed_at,))
        worker.start()
        worker.join(60)
        assert worker.exitcode in ({0, -signal.SIGKILL} if killed_at else {0})
        return worker.exitcode != 0

    def _work(self, killed_at: int) -> None:
        def job(desk: Desk) -> None:
            dialect, begun = db.engine.dialect, 0
            commit = dialect.do_commit

            def counted(connection: Any) -> None:
                nonlocal begun
                begun += 1
                if begun == killed_at:
                    os.kill(os.getpid(), signal.SIGKILL)
                commit(connection)

            dialect.do_commit = counted  # type: ignore[method-assign,assignment]
            intake_working.go_on(desk, desk.now)

        self.within(job)

    def status(self, number: int) -> ComplaintImportStatus:
        def asked(desk: Desk) -> ComplaintImportStatus:
            return desk.session.get_one(ComplaintImport, number).status

        status: ComplaintImportStatus = self.within(asked)
        return status

    def seen(self) -> list[tuple[str, str]]:
        """The complaints the officer sees, with their titles."""

        def looked(desk: Desk) -> list[tuple[str, str]]:
            query = sa.select(Complaint.tracking_id, ComplaintWords.title).join(
                ComplaintWords, ComplaintWords.complaint_id == Complaint.id
            )
            return sorted((tracking or "", title) for tracking, title in desk.session.execute(query))

        seen: list[tuple[str, str]] = self.as_officer(looked)
        return seen

    def rows(self) -> dict[str, int]:
        """How many rows there are of each kind, seen or not, and how many files are kept."""

        def counted(desk: Desk) -> dict[str, int]:
            with as_machine(desk.session):
                told = {
                    kind.__name__: desk.session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0
                    for kind in KEPT
                }
            return told | {"files": len([each for each in intake_files().folder.iterdir() if each.is_file()])}

        numbers: dict[str, int] = self.within(counted)
        return numbers


@pytest.fixture
def works(own_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Works:
    officer_id = prepare(own_database_url, rows)
    monkeypatch.setattr(intake_reading, "AT_ONCE", 4)
    monkeypatch.setattr(intake_writing, "AT_ONCE", 3)
    clock = StoppedClock(NOW)
    app = application(own_database_url, clock)
    works = Works(app, clock, officer_id)
    first = works.send(0)
    works.run_here()
    works.confirm(first)
    works.run_here()
    assert works.status(first) is S.DONE
    return works


def after(before: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    return {name: now[name] - before[name] for name in now if now[name] != before[name]}


def test_killed_at_any_commit_it_has_shown_nothing_or_all_and_the_next_worker_ends_it_once(works: Works) -> None:
    for moment in range(1, 100):
        number = works.send(moment)
        before, stood = works.rows(), works.seen()
        killed_reading = works.run(moment)
        assert works.seen() == stood
        works.run()
        assert works.status(number) is S.READY
        assert after(before, works.rows()) == {"StagedComplaint": KNOWN + NEW}

        works.confirm(number)
        killed_writing = works.run(moment)
        new = [(f"8{moment:03}{each}", "Toilet terkunci") for each in range(NEW)]
        changed = [(id, f"Antrean putaran{moment}" if id.startswith("70") else title) for id, title in stood]
        assert works.seen() in (stood, sorted(changed + new))
        works.run()
        assert (works.status(number), works.seen()) == (S.DONE, sorted(changed + new))
        once = {"Complaint": NEW, "ComplaintWords": NEW, "Complainant": NEW, "ComplaintMarks": NEW}
        events = NEW + KNOWN + 1  # one for each complaint, and that of the confirmation
        assert after(before, works.rows()) == once | {"Event": events, "files": -1}
        if not (killed_reading or killed_writing):
            break
    assert moment > 10, "it was killed at many moments"
