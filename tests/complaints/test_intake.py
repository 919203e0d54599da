"""Importing exports: what it writes, what it leaves alone, and that it is there whole or not at all."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.complaints.conftest import Office
from tests.complaints.test_intake_file import HEAD, SAMPLE, as_csv, line
from tests.support.clock import StoppedClock
from tracker.access.actor import SYSTEM
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints import intake_writing
from tracker.complaints.identity import look_at
from tracker.complaints.import_models import ComplaintImport, ComplaintImportStatus, StagedComplaint
from tracker.complaints.intake import ask_to_write, choose_units, discard, read, receive, set_on, sweep
from tracker.complaints.intake_store import SealedFiles, SealedSpool, intake_files
from tracker.complaints.intake_units import choice_key
from tracker.complaints.intake_working import work
from tracker.complaints.intake_writing import write
from tracker.complaints.models import Complainant, Complaint, ComplaintNote, ComplaintWords
from tracker.complaints.states import BallHolder, Clock, ComplaintSource, ComplaintStatus
from tracker.events.models import Event
from tracker.kit.db import Model, db
from tracker.kit.vault import vault

S = ComplaintImportStatus
C = ComplaintStatus


@dataclass
class Intake:
    """The office's complaint officer at work with exports."""

    office: Office
    files: SealedFiles
    clock: StoppedClock

    def row(self, **values: str) -> list[str]:
        agency, unit = self.office.root.name, self.office.unit.name
        return line(**{"Instansi_Induk": agency, "Instansi_Terdisposisi": unit} | values)

    def desk(self) -> Desk:
        return self.office.desk("liaison")

    def sent(self, *rows: list[str]) -> ComplaintImport:
        """Received and read."""
        desk = self.desk()
        begun, _kept = receive(desk, self.files, io.BytesIO(as_csv(*rows)), ComplaintSource.LAPOR)
        read(desk, self.files, begun, self.clock)
        return begun

    def confirmed(self, *rows: list[str]) -> ComplaintImport:
        begun = self.sent(*rows)
        ask_to_write(self.desk(), begun)
        db.session.commit()
        return begun

    def imported(self, *rows: list[str]) -> dict[str, int]:
        begun = self.confirmed(*rows)
        write(self.desk(), self.files, begun, self.clock)
        return {name.removeprefix("staged_"): number for name, number in begun.counts.items() if number}

    def only(self) -> Complaint:
        with as_machine(db.session()):
            return db.session.scalars(sa.select(Complaint)).one()

    def count(self, kind: type[Model], *criteria: Any) -> int:
        with as_machine(db.session()):
            return db.session.scalar(sa.select(sa.func.count()).select_from(kind).where(*criteria)) or 0


@pytest.fixture
def intake(office: Office, clock: StoppedClock, tmp_path: Path) -> Intake:
    return Intake(office, SealedFiles(tmp_path / "intake", vault()), clock)


def test_a_row_becomes_a_complaint_with_its_words_its_sender_and_its_trail(intake: Intake) -> None:
    assert intake.imported(intake.row()) == {"new": 1}
    complaint = intake.only()
    assert (complaint.tracking_id, complaint.status, complaint.unit_id) == ("5100000", C.NEW, intake.office.unit.id)
    assert (complaint.due_clock, complaint.holder) == (Clock.VERIFICATION, BallHolder.LIAISON)
    assert complaint.pending_id is None
    desk = intake.desk()
    words = desk.session.scalars(sa.select(ComplaintWords)).one()
    assert (words.title, words.body) == ("Antrean lama", "Lama sekali.")
    told = desk.session.scalars(sa.select(Event).where(Event.subject_type == "Complaint")).one()
    assert (told.act, told.actor_id) == (Act.IMPORT_COMPLAINTS, intake.office.people["liaison"].id)
    identity = look_at(desk, complaint, "ingin menelepon kembali")
    assert identity is not None
    assert identity.name == "Sinta"


def test_the_same_file_twice_changes_nothing(intake: Intake) -> None:
    row = intake.row(Status_Laporan="Selesai")
    intake.imported(row)
    events = intake.count(Event, Event.subject_type == "Complaint")
    before = dict(vars(intake.only()))
    assert intake.sent(row).counts["staged_same"] == 1
    assert intake.imported(row) == {"same": 1}
    assert intake.count(Event, Event.subject_type == "Complaint") == events
    assert intake.only().version == before["version"]


def test_complaints_that_the_importer_does_not_see_keep_their_keys(intake: Intake) -> None:
    make = intake.office.make
    last = make.complaint(make.unit("Jauh", agency=make.agency("Pemerintah Kota Jauh")))
    own = intake.office.unit
    at = intake.clock.now()
    values = {"unit_id": own.id, "agency_id": own.agency_id, "source": ComplaintSource.COUNTER}
    ids = intake.desk().add_all(Complaint, [values | {"received_at": at, "holder_since": at}])
    assert ids[0] > last.id


def test_statuses_of_the_file_become_ours(intake: Intake) -> None:
    told = {"Belum Terverifikasi": C.NEW, "Belum Ditindaklanjuti": C.ASSIGNED, "Dalam Proses": C.IN_PROGRESS,
            "Tertunda": C.ON_HOLD, "Selesai": C.CLOSED, "Diarsipkan": C.ARCHIVED}  # fmt: skip
    intake.imported(*(intake.row(Tracking_ID=f"{at}", Status_Laporan=said) for at, said in enumerate(told)))
    with as_machine(db.session()):
        found = dict(db.session.execute(sa.select(Complaint.tracking_id, Complaint.status)).all())
    assert found == {str(at): status for at, status in enumerate(told.values())}


def test_disposed_of_to_the_agency_alone_is_only_verified(intake: Intake) -> None:
    intake.imported(intake.row(Status_Laporan="Belum Ditindaklanjuti", Instansi_Terdisposisi=""))
    complaint = intake.only()
    assert (complaint.status, complaint.unit_id, complaint.assigned_at) == (C.VERIFIED, intake.office.root.id, None)


def test_a_status_only_comes_forward(intake: Intake) -> None:
    intake.imported(intake.row(Status_Laporan="Dalam Proses"))
    assert intake.imported(intake.row(Status_Laporan="Selesai")) == {"changed": 1}
    complaint = intake.only()
    assert (complaint.status, complaint.is_open, complaint.due_at) == (C.CLOSED, False, None)
    assert complaint.closed_at is not None
    assert intake.imported(intake.row(Status_Laporan="Dalam Proses")) == {"same": 1}
    assert intake.only().status is C.CLOSED


def test_what_was_corrected_here_is_not_overwritten(intake: Intake) -> None:
    intake.imported(intake.row())
    with as_machine(db.session()):
        words = db.session.scalars(sa.select(ComplaintWords)).one()
        words.title = "Antrean di loket 3"
        Desk(intake.desk().actor, intake.clock.now(), db.session()).record(Act.EDIT_COMPLAINT, words)
        db.session.commit()
    begun = intake.sent(intake.row(Judul_Laporan="Antrean", Isi_Laporan_Awal="Lama sekali, dua jam."))
    assert (begun.counts["staged_changed"], begun.counts["kept"]) == (1, 1)
    ask_to_write(intake.desk(), begun)
    write(intake.desk(), intake.files, begun, intake.clock)
    db.session.expire_all()
    words = intake.desk().session.scalars(sa.select(ComplaintWords)).one()
    assert (words.title, words.body) == ("Antrean di loket 3", "Lama sekali, dua jam.")


def test_an_anonymous_senders_name_is_never_kept_and_goes_when_the_source_hides_it(intake: Intake) -> None:
    intake.imported(intake.row())
    assert intake.count(Complainant) == 1
    intake.imported(intake.row(Tipe="Anonim dan Rahasia"))
    complaint = intake.only()
    assert (complaint.is_anonymous, complaint.is_confidential) == (True, True)
    assert intake.count(Complainant) == 0


def test_a_removed_identity_does_not_come_back(intake: Intake) -> None:
    intake.imported(intake.row())
    with as_machine(db.session()):
        db.session.execute(sa.delete(Complainant))
        complaint = intake.only()
        complaint.identity_removed_at = intake.clock.now()
        Desk(intake.desk().actor, intake.clock.now(), db.session()).record(Act.REMOVE_IDENTITY, complaint)
        db.session.commit()
    intake.imported(intake.row(Nama_Pelapor="Sinta Dewi", Status_Laporan="Selesai"))
    assert intake.count(Complainant) == 0


def test_a_new_follow_up_of_the_source_is_added_to_the_conversation(intake: Intake) -> None:
    head = [*HEAD, "Tindak Lanjut Terakhir", "Tanggal TL"]

    def with_answer(text: str) -> bytes:
        stream = io.StringIO()
        csv.writer(stream, delimiter=";").writerows([head, [*intake.row(Status_Laporan="Selesai"), text, "06/05/2020"]])
        return stream.getvalue().encode()

    for text in ("Sudah dijawab", "Sudah dijawab", "Dijawab lagi"):
        desk = intake.desk()
        begun, _kept = receive(desk, intake.files, io.BytesIO(with_answer(text)), ComplaintSource.LAPOR)
        read(desk, intake.files, begun, intake.clock)
        ask_to_write(desk, begun)
        write(desk, intake.files, begun, intake.clock)
    notes = intake.desk().session.scalars(sa.select(ComplaintNote).order_by(ComplaintNote.id)).all()
    assert [note.text for note in notes] == ["Sudah dijawab", "Dijawab lagi"]


def test_an_unknown_unit_is_offered_and_never_guessed(intake: Intake) -> None:
    begun = intake.sent(intake.row(Instansi_Terdisposisi="Disdukcapl"))
    assert begun.counts["staged_problem"] == 1
    key = choice_key(intake.office.root.name, "Disdukcapl")
    choose_units(intake.desk(), begun, {key: intake.office.other.id})
    read(intake.desk(), intake.files, begun, intake.clock)
    ask_to_write(intake.desk(), begun)
    write(intake.desk(), intake.files, begun, intake.clock)
    assert intake.only().unit_id == intake.office.other.id


def test_a_unit_out_of_reach_is_named_and_refuses_the_whole_file(intake: Intake) -> None:
    stranger = intake.office.make.agency("Pemerintah Kota Jauh")
    begun = intake.sent(intake.row(), intake.row(Tracking_ID="2", Instansi_Induk=stranger.name))
    assert begun.counts["staged_problem"] == 1
    rows = intake.desk().all(sa.select(StagedComplaint).order_by(StagedComplaint.line))
    assert [row.problems for row in rows][1][0][1] == "Unit ini di luar lingkup Anda."
    with pytest.raises(Exception, match="bermasalah"):
        ask_to_write(intake.desk(), begun)


def test_the_same_number_twice_in_a_file_counts_once_where_it_says_the_same(intake: Intake) -> None:
    assert intake.imported(intake.row(), intake.row()) == {"new": 1, "same": 1}
    begun = intake.sent(intake.row(Tracking_ID="9"), intake.row(Tracking_ID="9", Judul_Laporan="Lain"))
    assert begun.counts["staged_problem"] == 1


# ---- all of it, or none -------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As by kill -9: nothing tidies up."""


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_writing, "AT_ONCE", 1)


def killed_after(intake: Intake, begun: ComplaintImport, portions: int) -> None:
    """Writing is broken off after so many portions."""
    done = 0

    def advance(_rows: int) -> None:
        nonlocal done
        done += 1
        if done == portions:
            raise Killed

    set_on(db.session(), begun.id, seen_at=intake.clock.now())
    with pytest.raises(Killed):
        write(intake.desk(), intake.files, begun, intake.clock, advance)
    db.session.rollback()


def rows_of(intake: Intake, count: int = 4) -> list[list[str]]:
    return [intake.row(Tracking_ID=str(700 + at)) for at in range(count)]


def test_what_was_killed_is_seen_by_nobody_and_goes_on_where_it_was(intake: Intake, small_steps: None) -> None:
    begun = intake.confirmed(*rows_of(intake))
    killed_after(intake, begun, 2)
    assert intake.count(Complaint) == 2
    for who in ("liaison", "coordinator", "deputy"):
        assert intake.office.desk(who).session.scalar(sa.select(sa.func.count(Complaint.id))) == 0
    assert intake.count(Event, Event.subject_type == "Complaint") == 0

    machine = intake.office.desk_of(SYSTEM)
    assert work(machine, intake.files, intake.clock) == {"read": 0, "written": 0, "failed": 0}, "it may still live"
    intake.clock.advance(minutes=3)
    machine = intake.office.desk_of(SYSTEM)
    assert work(machine, intake.files, intake.clock)["written"] == 1
    assert intake.count(Complaint, Complaint.pending_id.is_(None)) == 4
    assert intake.count(Event, Event.subject_type == "Complaint") == 4
    assert intake.count(StagedComplaint) == 0


def test_what_was_killed_can_be_discarded_whole(intake: Intake, small_steps: None) -> None:
    begun = intake.confirmed(*rows_of(intake))
    killed_after(intake, begun, 2)
    with pytest.raises(Exception, match="sedang dikerjakan"):
        discard(intake.desk(), intake.files, begun)
    intake.clock.advance(minutes=3)
    discard(intake.desk(), intake.files, begun)
    for kind in (Complaint, ComplaintWords, Complainant, StagedComplaint):
        assert intake.count(kind) == 0
    assert list(intake.files.folder.iterdir()) == []


def test_reading_that_was_killed_is_begun_anew(intake: Intake) -> None:
    begun = intake.sent(*rows_of(intake))
    set_on(db.session(), begun.id, status=S.READING, seen_at=None)
    db.session.commit()
    machine = intake.office.desk_of(SYSTEM)
    assert work(machine, intake.files, intake.clock)["read"] == 1
    db.session.refresh(begun)
    assert (begun.status, intake.count(StagedComplaint)) == (S.READY, 4)


def test_two_imports_of_one_complaint_double_nothing(intake: Intake) -> None:
    first, second = intake.confirmed(*rows_of(intake)), intake.confirmed(*rows_of(intake))
    write(intake.desk(), intake.files, first, intake.clock)
    with pytest.raises(intake_writing.Outdated):
        write(intake.desk(), intake.files, second, intake.clock)
    db.session.refresh(second)
    assert (second.status, second.counts["staged_same"]) == (S.READY, 4)
    assert intake.count(Complaint) == 4


def test_what_nobody_came_back_to_is_given_up(intake: Intake) -> None:
    begun = intake.sent(*rows_of(intake))
    intake.clock.advance(days=8)
    machine = intake.office.desk_of(SYSTEM)
    assert sweep(machine, intake.files)["imports_given_up"] == 1
    db.session.refresh(begun)
    assert (begun.status, intake.count(StagedComplaint), list(intake.files.folder.iterdir())) == (S.DISCARDED, 0, [])


# ---- nothing in the clear -----------------------------------------------------------------------------------------


def test_a_large_upload_lies_sealed_while_it_comes_in(app: Flask, context: None) -> None:
    name = b"Warga Bernama Sinta Rahasia;" * 100_000
    spool = SealedSpool(vault())
    spool.write(name)
    assert spool.sealed is not None
    spool.sealed.seek(0)
    assert b"Sinta" not in spool.sealed.read()
    for _ in range(2):
        spool.seek(0)
        assert b"".join(iter(lambda: spool.read(70_000) or b"", b"")) == name
    spool.close()


# ---- the command line ---------------------------------------------------------------------------------------------


@pytest.fixture
def run(app: Flask, intake: Intake) -> Callable[..., Any]:
    def run(file: Path, *words: str) -> Any:
        return app.test_cli_runner().invoke(args=["import", "complaints", str(file), *words])

    return run


def told(result: Any, code: int = 0) -> dict[str, Any]:
    assert result.exit_code == code, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_the_command_line_imports_previews_and_refuses_as_that_of_results(
    run: Callable[..., Any], intake: Intake, tmp_path: Path
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(as_csv(*rows_of(intake)))
    new = {"complaints": {"created": 4, "updated": 0, "unchanged": 0}, "refused": []}
    assert told(run(file, "--dry-run", "--json")) == new
    assert (intake.count(Complaint), intake.count(ComplaintImport)) == (0, 0)
    assert told(run(file, "--json")) == new
    assert told(run(file, "--json"))["complaints"] == {"created": 0, "updated": 0, "unchanged": 4}
    assert list(intake_files().folder.iterdir()) == []

    file.write_bytes(as_csv(*rows_of(intake), intake.row(Tracking_ID="1", Status_Laporan="Entah")))
    answer = told(run(file, "--json"), code=1)
    assert answer["complaints"]["created"] == 0
    assert [(each["row"], each["column"], each["value"]) for each in answer["refused"]] == [
        (6, "Status Laporan", "Entah")
    ]
    file.write_bytes(b"a;b\r\n1;2\r\n")
    assert run(file).exit_code == 2
    assert run(tmp_path / "none.csv").exit_code == 2
    assert run(file, "--as", "nobody").exit_code == 2


def test_what_a_row_said_of_a_citizen_is_not_told_on_the_command_line(
    run: Callable[..., Any], intake: Intake, tmp_path: Path
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(as_csv(intake.row(Nama_Pelapor="Sinta Dewi", Status_Laporan="Entah", Judul_Laporan="")))
    assert "Sinta" not in run(file).output


def test_the_sample_needs_its_units(run: Callable[..., Any]) -> None:
    answer = told(run(SAMPLE, "--dry-run", "--json"), code=1)
    assert len(answer["refused"]) == 40
