"""Content that a row still needs stays, what nobody needs goes, and nobody who stores content is forgotten."""

import io
import os
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.acts import Act
from tracker.access.contents import NAMINGS, drop, hold, keep, needed
from tracker.access.desk import Desk
from tracker.access.store import UNSAVED_FOR, store, sweep_uploads
from tracker.evaluations.models import ImportDraft
from tracker.followups.models import FollowUp
from tracker.kit.db import Model, db
from tracker.kit.files import FileStore

NO_CONTENT = {
    "calendar_feed.secret_digest",
    "complaint_import.digest",
    "evidence.sent_digest",
    "one_time_link.digest",
    "user_session.key_digest",
}
"""Digests of secrets, and of what was sent: by them something is recognised, but no content lies under them."""
LIMIT = 1_000_000


@pytest.fixture
def desk(context: None, clock: StoppedClock) -> Desk:
    return Desk(SYSTEM, clock.now(), db.session())


def kept(text: str, age: timedelta = timedelta(0), clock: StoppedClock | None = None) -> str:
    digest = store().keep(io.BytesIO(text.encode()), "catatan.txt", LIMIT).digest_kept
    if clock is not None:
        moment = (clock.now() - age).timestamp()
        os.utime(store().path(digest), (moment, moment))
    return digest


def draft(desk: Desk, follow_up: FollowUp, digest: str) -> None:
    """An upload of results whose preview waits to be confirmed."""
    name = "hasil.xlsx"
    draft = ImportDraft(cycle_id=follow_up.cycle_id, created_at=desk.now, file_name=name, digest=digest)
    desk.record(Act.IMPORT_RESULTS, desk.add(draft))
    desk.session.flush()


def test_every_column_with_a_digest_is_in_the_register() -> None:
    """A new kind of attachment that is not named in the wiring would be swept away after two days."""
    named = {str(sa.inspect(naming.column).property.columns[0]) for naming in NAMINGS}
    columns = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if "digest" in column.name and isinstance(column.type, sa.String)
    }
    assert columns - NO_CONTENT == named


def test_what_rows_name_is_needed_and_what_they_gave_up_is_not(desk: Desk, make: Make) -> None:
    evidence, letter, imported, withdrawn, nobodys = (character * 64 for character in "abcde")
    follow_up = make.follow_up()
    make.evidence(follow_up, kept_digest=evidence)
    make.evidence(follow_up, kept_digest=withdrawn, withdrawn_at=desk.now, withdrawn_reason="Salah berkas.")
    make.letter(scan_digest=letter, scan_name="surat.pdf")
    draft(desk, follow_up, imported)
    assert needed(desk.session, [evidence, letter, imported, withdrawn, nobodys]) == {evidence, letter, imported}


def test_content_of_an_import_outlives_the_same_file_withdrawn_as_evidence(desk: Desk, make: Make) -> None:
    digest = kept("hasil;evaluasi")
    follow_up = make.follow_up()
    make.evidence(follow_up, kept_digest=digest, withdrawn_at=desk.now, withdrawn_reason="Salah berkas.")
    draft(desk, follow_up, digest)
    assert not drop(desk.session, store(), digest)
    assert store().exists(digest)


def test_content_that_nobody_needs_goes_once(desk: Desk) -> None:
    digest = kept("salah kirim")
    assert drop(desk.session, store(), digest)
    assert not drop(desk.session, store(), digest)
    assert not store().exists(digest)


def test_holding_names_what_is_gone(desk: Desk) -> None:
    here, gone = kept("ada"), "f" * 64
    assert hold(desk.session, store(), [here, gone]) == {gone}


def test_what_went_while_it_came_in_is_kept_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same content was taken away between the store's keeping it and our holding it."""
    settled = FileStore.keep
    tries: list[str] = []

    def taken_away(self: FileStore, *arguments: object) -> object:
        file = settled(self, *arguments)  # type: ignore[arg-type]
        tries.append(file.digest_kept)
        if len(tries) == 1:
            self.remove(file.digest_kept)
        return file

    monkeypatch.setattr(FileStore, "keep", taken_away)
    file = keep(desk.session, store(), io.BytesIO(b"dua kali"), "a.txt", LIMIT)
    assert store().exists(file.digest_kept)
    assert len(tries) == 2


def test_the_sweep_takes_old_uploads_that_nobody_saved_and_nothing_else(
    desk: Desk, make: Make, clock: StoppedClock
) -> None:
    old = UNSAVED_FOR + timedelta(hours=1)
    saved, unsaved = kept("disimpan", old, clock), kept("tidak disimpan", old, clock)
    fresh = kept("baru dipilih", UNSAVED_FOR - timedelta(hours=1), clock)
    make.evidence(make.follow_up(), kept_digest=saved)
    assert sweep_uploads(desk) == 1
    assert [store().exists(digest) for digest in (saved, unsaved, fresh)] == [True, False, True]
    assert sweep_uploads(desk) == 0


def test_an_upload_that_came_again_meanwhile_is_not_swept(desk: Desk, clock: StoppedClock) -> None:
    """Its date is that of the last time it came in, whatever lay there before."""
    digest = kept("sama", UNSAVED_FOR * 2, clock)
    moment = clock.now().timestamp()
    again = store().keep(io.BytesIO(b"sama"), "b.txt", LIMIT).digest_kept
    assert again == digest
    assert store().path(digest).stat().st_mtime > moment - UNSAVED_FOR.total_seconds()
    assert not drop(desk.session, store(), digest, before=clock.now() - UNSAVED_FOR)
