"""Content is taken away at the moment at which somebody sends the same file: whoever saved it has it."""

import io
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.processes import application, at_once, prepare
from tracker.access import contents
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.states import Role
from tracker.followups.evidence import Attachment, withdraw_evidence
from tracker.followups.models import Evidence, FollowUp
from tracker.followups.operations import Entry, log_action
from tracker.kit.db import db
from tracker.kit.files import FileStore, Kept

pytestmark = pytest.mark.races

CONTENT = b"Daftar hadir rapat."
LIMIT = 1_000_000
A_WHILE = 0.5
fork = get_context("fork")


def rows(folder: Path) -> Any:
    """Two units with an officer each; the first has sent the file."""

    def written(make: Make) -> tuple[int, int, int, int]:
        digest = FileStore(folder).keep(io.BytesIO(CONTENT), "hadir.txt", LIMIT).digest_kept
        mine, theirs = make.follow_up(), make.follow_up()
        piece = make.evidence(mine, kept_digest=digest)
        officers = [make.user(Role.UNIT_OFFICER, unit=each.unit).id for each in (mine, theirs)]
        return officers[0], piece.id, officers[1], theirs.id

    return written


def withdrawing(store: FileStore, piece_id: int) -> Any:
    """Save the withdrawal, then take the content away."""

    def work(desk: Desk) -> None:
        piece = desk.find(Evidence, piece_id, Act.WITHDRAW_EVIDENCE)
        digest = piece.kept_digest or ""
        withdraw_evidence(desk, piece, "Salah berkas.")
        desk.session.commit()
        contents.drop(desk.session, store, digest)

    return work


def sending(store: FileStore, follow_up_id: int, between: Any = None) -> Any:
    """Send the same file with an action of one's own; `between` happens after it is kept, before it is saved."""

    def work(desk: Desk) -> None:
        follow_up = desk.find(FollowUp, follow_up_id, Act.LOG_ACTION)
        kept: Kept = contents.keep(desk.session, store, io.BytesIO(CONTENT), "hadir.txt", LIMIT)
        if between is not None:
            between()
        log_action(desk, follow_up, Entry(desk.today, "Rapat.", 50, files=(Attachment(kept),)))

    return work


def missing(url: str, store: FileStore) -> list[str]:
    """Files that a row names and that are not there."""
    with application(url).app_context():
        session = db.session()
        with as_machine(session):
            shown = session.scalars(sa.select(Evidence.kept_digest).where(Evidence.withdrawn_at.is_(None))).all()
        db.engine.dispose()
    assert len(shown) == 1
    return [digest for digest in shown if digest is not None and not store.exists(digest)]


def test_a_file_that_is_being_saved_is_not_taken_away(own_database_url: str, tmp_path: Path) -> None:
    store, kept = FileStore(tmp_path), fork.Event()
    first, piece, second, follow_up = prepare(own_database_url, rows(tmp_path))

    class Patient(FileStore):
        def remove(self, digest: str) -> bool:
            kept.wait(A_WHILE)  # not set while somebody else holds the database
            return super().remove(digest)

    def between() -> None:
        kept.set()
        time.sleep(A_WHILE)

    works = [(first, withdrawing(Patient(tmp_path), piece)), (second, sending(store, follow_up, between))]
    assert at_once(own_database_url, works) == ["done", "done"]
    assert missing(own_database_url, store) == []


def test_a_file_that_comes_while_it_is_taken_away_is_kept_again(own_database_url: str, tmp_path: Path) -> None:
    asked, settled = fork.Event(), fork.Event()
    first, piece, second, follow_up = prepare(own_database_url, rows(tmp_path))

    class Slow(FileStore):
        def remove(self, digest: str) -> bool:
            """Nobody needs it, it was found a moment ago; now somebody brings it."""
            asked.set()
            settled.wait(A_WHILE)
            return super().remove(digest)

    class Quick(FileStore):
        def keep(self, *arguments: Any) -> Kept:
            asked.wait(A_WHILE)
            file = super().keep(*arguments)
            settled.set()
            return file

    works = [(first, withdrawing(Slow(tmp_path), piece)), (second, sending(Quick(tmp_path), follow_up))]
    assert at_once(own_database_url, works) == ["done", "done"]
    assert missing(own_database_url, FileStore(tmp_path)) == []


@pytest.mark.parametrize("trial", range(5))
def test_however_they_meet_the_file_is_there(own_database_url: str, tmp_path: Path, trial: int) -> None:
    store = FileStore(tmp_path)
    first, piece, second, follow_up = prepare(own_database_url, rows(tmp_path))
    works = [(first, withdrawing(store, piece)), (second, sending(store, follow_up))]
    assert at_once(own_database_url, works) == ["done", "done"]
    assert missing(own_database_url, store) == []
