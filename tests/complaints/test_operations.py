"""A complaint's way through the office: who may, where it then stands, who holds it, and what the trail tells."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.complaints.conftest import ORDINARY, Office
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.scope import as_machine
from tracker.complaints import operations
from tracker.complaints.models import ComplaintNote, ComplaintWords
from tracker.complaints.operations import Disposition, Sorting
from tracker.complaints.queries import history, notes_of, words_of
from tracker.complaints.states import BallHolder, Classification, Clock, ComplaintSource, ComplaintStatus, NoteKind
from tracker.kit.db import db
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove

S = ComplaintStatus


def test_a_complaint_goes_from_the_desk_to_its_end(office: Office, clock: StoppedClock) -> None:
    complaint = office.complaint(received_at=clock.now())
    desk = office.desk()
    operations.verify(desk, complaint, ORDINARY)
    assert (complaint.status, complaint.holder, complaint.due_clock) == (
        S.VERIFIED,
        BallHolder.LIAISON,
        Clock.COMPLETION,
    )
    operations.assign(desk, complaint, Disposition(office.unit.id, office.people["officer"].id))
    assert (complaint.status, complaint.holder, complaint.due_clock) == (S.ASSIGNED, BallHolder.HANDLER, Clock.ANSWER)
    desk.session.commit()
    officer = office.desk("officer")
    operations.start(officer, complaint)
    operations.ask_citizen(officer, complaint, "Kapan terjadinya?")
    assert (complaint.holder, complaint.due_at) == (BallHolder.CITIZEN, None)
    operations.note_answer(officer, complaint, "Senin lalu.")
    operations.respond(officer, complaint, "Sudah diperbaiki.")
    assert (complaint.status, complaint.due_clock) == (S.RESPONDED, Clock.CLOSING)
    officer.session.commit()
    desk = office.desk()
    operations.close(desk, complaint)
    desk.session.commit()
    assert (complaint.status, complaint.is_open, complaint.holder) == (S.CLOSED, False, None)
    assert complaint.closed_at == clock.now()
    assert [act for act, _reason in reversed(office.events(complaint))] == [
        Act.VERIFY_COMPLAINT, Act.ASSIGN_COMPLAINT, Act.START_COMPLAINT, Act.ASK_CITIZEN, Act.NOTE_CITIZEN_ANSWER,
        Act.RESPOND_COMPLAINT, Act.CLOSE_COMPLAINT,
    ]  # fmt: skip
    kinds = [note.kind for note in desk.all(notes_of(complaint))]
    assert kinds == [NoteKind.QUESTION, NoteKind.CITIZEN, NoteKind.ANSWER]


def test_with_its_unit_everything_said_in_it_moves_and_its_area_follows(office: Office) -> None:
    complaint = office.handled()
    assert (complaint.unit_id, complaint.area_id) == (office.unit.id, office.unit.area_id)
    with as_machine(db.session()):
        units = set(db.session.scalars(sa.select(ComplaintWords.unit_id)))
        units |= set(db.session.scalars(sa.select(ComplaintNote.unit_id)))
    assert units == {office.unit.id}
    assert office.desk("officer").session.scalar(words_of(complaint.id)) is not None


def test_an_assigned_complaint_may_be_given_to_another_unit(office: Office) -> None:
    complaint = office.complaint()
    desk = office.desk()
    operations.verify(desk, complaint, ORDINARY)
    operations.assign(desk, complaint, Disposition(office.unit.id, None, "Ke Disdukcapil."))
    operations.assign(desk, complaint, Disposition(office.other.id, office.people["elsewhere"].id))
    desk.session.commit()
    assert (complaint.unit_id, complaint.assignee_id) == (office.other.id, office.people["elsewhere"].id)
    assert [note.unit_id for note in desk.all(notes_of(complaint))] == [office.other.id]


def test_only_somebody_of_the_unit_is_named(office: Office, make: Make) -> None:
    complaint = office.complaint()
    desk = office.desk()
    operations.verify(desk, complaint, ORDINARY)
    stranger = make.unit("Unit instansi lain")
    for to, message in (
        (Disposition(office.unit.id, office.people["elsewhere"].id), operations.NOT_AN_OFFICER),
        (Disposition(stranger.id), operations.NO_SUCH_UNIT),
    ):
        with pytest.raises(Refusal) as refused:
            operations.assign(office.desk(), complaint, to)
        assert refused.value.message == message
    assert complaint.status is S.VERIFIED


def test_a_confidential_complaint_is_given_to_a_named_person(office: Office) -> None:
    complaint = office.complaint(is_confidential=True)
    desk = office.desk()
    operations.verify(desk, complaint, ORDINARY)
    with pytest.raises(Refusal):
        operations.assign(desk, complaint, Disposition(office.unit.id))
    operations.assign(desk, complaint, Disposition(office.unit.id, office.people["officer"].id))
    desk.session.commit()
    assert office.desk("officer").session.scalar(words_of(complaint.id)) is not None
    assert office.desk("colleague").session.scalar(words_of(complaint.id)) is None
    assert office.desk("coordinator").session.scalar(words_of(complaint.id)) is None


def test_what_was_given_to_a_unit_is_handled_by_any_of_its_officers(office: Office) -> None:
    complaint = office.complaint()
    desk = office.desk()
    operations.verify(desk, complaint, ORDINARY)
    desk.session.commit()
    assert not office.desk("colleague").may(Act.START_COMPLAINT, complaint)
    desk = office.desk()
    operations.assign(desk, complaint, Disposition(office.unit.id))
    desk.session.commit()
    assert office.desk("colleague").may(Act.START_COMPLAINT, complaint)
    assert not office.desk("elsewhere").may(Act.START_COMPLAINT, complaint)
    operations.assign(office.desk(), complaint, Disposition(office.unit.id, office.people["officer"].id))
    assert not office.desk("colleague").may(Act.START_COMPLAINT, complaint)


def test_why_a_confidential_case_waits_stands_in_no_trail(office: Office) -> None:
    secret = "Menunggu berkas dari Ibu Contoh"
    complaint = office.handled(is_confidential=True)
    officer = office.desk("officer")
    operations.hold(officer, complaint, secret)
    officer.session.commit()
    assert complaint.reason == ""
    assert all(secret not in reason for _act, reason in office.events(complaint))
    assert secret in [note.text for note in officer.all(notes_of(complaint)) if note.kind is NoteKind.INTERNAL]
    assert office.desk("coordinator").all(notes_of(complaint)) == []


def test_why_an_open_case_waits_is_told(office: Office) -> None:
    complaint = office.handled()
    officer = office.desk("officer")
    operations.hold(officer, complaint, "Menunggu suku cadang.")
    officer.session.commit()
    assert (complaint.status, complaint.holder) == (S.ON_HOLD, BallHolder.OTHERS)
    assert (Act.HOLD_COMPLAINT.value, "Menunggu suku cadang.") in office.events(complaint)
    operations.resume(officer, complaint)
    officer.session.commit()
    assert (complaint.status, complaint.reason) == (S.IN_PROGRESS, "")


def test_made_confidential_later_its_reason_is_hidden_too(office: Office) -> None:
    complaint = office.handled()
    operations.hold(office.desk("officer"), complaint, "Menunggu suku cadang.")
    desk = office.desk()
    operations.edit(desk, complaint, Sorting(Classification.OVERSIGHT, is_confidential=True))
    desk.session.commit()
    assert complaint.reason == ""
    assert "Menunggu suku cadang." in [note.text for note in desk.all(notes_of(complaint))]


def test_a_lapor_case_is_answered_there_on_a_day_that_is_possible(office: Office, clock: StoppedClock) -> None:
    complaint = office.handled(source=ComplaintSource.LAPOR, tracking_id="7654321")
    officer = office.desk("officer")
    today = officer.today_in(complaint.unit.timezone)
    for day, message in (
        (None, operations.WHEN_IN_LAPOR),
        (today + timedelta(1), operations.NOT_YET),
        (complaint.received_at.date() - timedelta(2), operations.BEFORE_RECEIPT),
    ):
        with pytest.raises(Refusal) as refused:
            operations.respond(officer, complaint, "Sudah.", day)
        assert refused.value.message == message
        assert complaint.status is S.IN_PROGRESS
    operations.respond(officer, complaint, "Sudah.", today)
    officer.session.commit()
    assert (complaint.answered_in_lapor_on, complaint.responded_at) == (today, clock.now())


def test_an_answer_of_an_earlier_day_counts_from_its_end(office: Office) -> None:
    complaint = office.handled(
        source=ComplaintSource.LAPOR, tracking_id="7", received_at=datetime(2026, 2, 20, 1, tzinfo=UTC)
    )
    officer = office.desk("officer")
    operations.respond(officer, complaint, "Sudah.", date(2026, 2, 27))
    assert complaint.responded_at == datetime(2026, 2, 27, 14, 59, 59, tzinfo=UTC)
    assert complaint.first_answered_at == complaint.responded_at


def test_an_answer_of_ones_own_needs_no_day_in_lapor(office: Office) -> None:
    complaint = office.handled(source=ComplaintSource.COUNTER)
    officer = office.desk("officer")
    operations.respond(officer, complaint, "Sudah diperbaiki.")
    officer.session.commit()
    assert complaint.answered_in_lapor_on is None


def test_reopening_runs_the_clocks_anew(office: Office, clock: StoppedClock) -> None:
    complaint = office.handled()
    operations.respond(office.desk("officer"), complaint, "Sudah.")
    before = complaint.completion_due_at
    clock.set(clock.now() + timedelta(days=14))
    desk = office.desk()
    operations.close(desk, complaint)
    operations.reopen(desk, complaint, "Pelapor belum puas.")
    desk.session.commit()
    assert (complaint.status, complaint.restarted_at) == (S.IN_PROGRESS, clock.now())
    assert (complaint.closed_at, complaint.responded_at) == (None, None)
    assert complaint.due_clock is Clock.ANSWER
    assert complaint.completion_due_at is not None
    assert before is None or complaint.completion_due_at > before


def test_what_was_archived_unread_is_classified_when_it_is_reopened(office: Office) -> None:
    complaint = office.complaint()
    desk = office.desk()
    operations.archive(desk, complaint, "Tidak jelas.")
    desk.session.commit()
    assert (complaint.status, complaint.classification) == (S.ARCHIVED, None)
    with pytest.raises(Refusal):
        operations.reopen(desk, complaint, "Pelapor melengkapi.")
    operations.reopen(desk, complaint, "Pelapor melengkapi.", Classification.INFORMATION)
    desk.session.commit()
    assert (complaint.status, complaint.verified_at) == (S.IN_PROGRESS, desk.now)


def test_what_is_anothers_business_is_forwarded_with_its_reason(office: Office) -> None:
    complaint = office.complaint()
    desk = office.desk()
    with pytest.raises(Refusal):
        operations.forward(desk, complaint, " ", "Bukan kewenangan.")
    operations.forward(desk, complaint, "Kementerian ATR/BPN", "Bukan kewenangan.")
    desk.session.commit()
    assert (complaint.status, complaint.forwarded_to) == (S.FORWARDED, "Kementerian ATR/BPN")


def test_duplicates_are_merged_by_either_number(office: Office) -> None:
    first = office.complaint(source=ComplaintSource.LAPOR, tracking_id="11223344")
    desk = office.desk()
    second, third = office.complaint(), office.complaint()
    assert operations.merge(desk, second, "11223344") is first
    assert operations.merge(desk, third, first.number.lower()) is first
    desk.session.commit()
    assert (second.status, second.duplicate_of_id, third.duplicate_of_id) == (S.ARCHIVED, first.id, first.id)


def test_nothing_is_merged_into_itself_into_a_duplicate_or_into_what_is_out_of_reach(
    office: Office, make: Make
) -> None:
    first, second, third = office.complaint(), office.complaint(), office.complaint()
    elsewhere = make.complaint(make.unit("Instansi lain"))
    desk = office.desk()
    operations.merge(desk, second, first.number)
    for number in (third.number, second.number, elsewhere.number, "99999999", "'; --"):
        with pytest.raises(Refusal):
            operations.merge(desk, third, number)
    assert third.status is S.NEW


def test_nothing_is_merged_into_what_nobody_handles_any_more(office: Office) -> None:
    over, fresh = office.complaint(), office.complaint()
    desk = office.desk()
    operations.archive(desk, over, "Tidak jelas.")
    with pytest.raises(Refusal, match="sudah selesai"):
        operations.merge(desk, fresh, over.number)
    assert fresh.status is S.NEW


def test_an_unknown_step_is_refused(office: Office) -> None:
    complaint = office.complaint()
    with pytest.raises(IllegalMove):
        operations.start(office.desk(), complaint)
    with pytest.raises(IllegalMove):
        operations.close(office.desk(), complaint)


def test_empty_words_are_refused(office: Office) -> None:
    complaint = office.handled()
    officer = office.desk("officer")
    for act in (operations.ask_citizen, operations.respond, operations.hold, operations.add_note):
        with pytest.raises(Refusal):
            act(officer, complaint, "  ")
        officer.session.rollback()


def test_a_title_may_be_made_clearer_and_is_found_by_its_new_words(office: Office) -> None:
    complaint = office.complaint()
    desk = office.desk()
    operations.verify(desk, complaint, Sorting(Classification.ORDINARY, title="Loket tutup sebelum jam istirahat"))
    desk.session.commit()
    found = desk.session.scalar(words_of(complaint.id))
    assert found is not None
    assert found.title == "Loket tutup sebelum jam istirahat"
    event = desk.all(history(complaint))[0]
    assert "Loket" not in str(event.changes)


def test_what_is_noted_is_sealed_and_its_text_stands_in_no_event(office: Office) -> None:
    complaint = office.handled()
    officer = office.desk("officer")
    operations.add_note(officer, complaint, "Pelapor sudah dihubungi.")
    officer.session.commit()
    event = officer.all(history(complaint))[0]
    assert event.act == Act.WRITE_COMPLAINT_NOTE
    assert "Pelapor" not in str(event.changes)
