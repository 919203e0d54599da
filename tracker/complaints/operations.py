"""What is done with a complaint from its verification to its end. Refuse first, then change, then tell."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints.clocks import pass_ball, restart
from tracker.complaints.models import Complaint, ComplaintNote, ComplaintWords, OfComplaint
from tracker.complaints.queries import called, people_of, units_of, words_of
from tracker.complaints.searching import index_words
from tracker.complaints.states import OVER, Classification, ComplaintSource, NoteKind
from tracker.directory.models import ServiceUnit
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

NO_REASON = N_("Tuliskan alasannya.")
NO_TEXT = N_("Tulis isinya.")
NO_CLASS = N_("Pilih klasifikasinya.")
NO_SUCH_UNIT = N_("Pilih unit dari instansi pengaduan ini yang Anda tangani.")
NOT_AN_OFFICER = N_("Orang ini bukan petugas unit itu lagi. Pilih orang lain.")
NAME_SOMEBODY = N_("Pengaduan rahasia hanya dibaca petugas yang ditunjuk. Pilih satu nama.")
WHEN_IN_LAPOR = N_("Isi tanggal tanggapan di SP4N-LAPOR!.")
NOT_YET = N_("Tanggal itu belum tiba.")
BEFORE_RECEIPT = N_("Tanggal itu sebelum pengaduan diterima atau dibuka kembali.")
NOWHERE = N_("Tulis instansi yang berwenang.")
NO_SUCH_COMPLAINT = N_("Tidak ada pengaduan dengan nomor itu dalam jangkauan Anda.")
ITSELF = N_("Ini pengaduan yang sama. Tulis nomor pengaduan yang lain.")
SEVERAL = N_("Ada beberapa pengaduan dengan nomor itu. Tulis nomor tiket Tuntas, misalnya TT-000012.")
OVER_ALREADY = N_("Pengaduan itu sudah selesai: tidak ada yang menanganinya lagi. Buka kembali lebih dahulu.")
DUPLICATE_ITSELF = N_("Pengaduan itu sendiri ganda dari %(number)s. Tulis nomor itu.")


@dataclass(frozen=True, slots=True)
class Sorting:
    """What kind of complaint it is and what it is about. None leaves as it is what only a reader may judge."""

    classification: Classification
    topic: str = ""
    service: str = ""
    aspect_code: str | None = None
    indicator_code: str | None = None
    is_confidential: bool | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Disposition:
    """To which unit and, where one is named, to whom it goes, and what they should know."""

    unit_id: int
    assignee_id: int | None = None
    note: str = ""


def verify(desk: Desk, complaint: Complaint, sorting: Sorting) -> None:
    complaint.move(Act.VERIFY_COMPLAINT)
    complaint.verified_at = desk.now
    sort(desk, complaint, sorting)
    pass_ball(desk, complaint)
    desk.record(Act.VERIFY_COMPLAINT, complaint)


def edit(desk: Desk, complaint: Complaint, sorting: Sorting) -> None:
    """Its due dates follow a changed classification."""
    complaint.move(Act.EDIT_COMPLAINT)
    sort(desk, complaint, sorting)
    pass_ball(desk, complaint)
    desk.record(Act.EDIT_COMPLAINT, complaint)


def sort(desk: Desk, complaint: Complaint, sorting: Sorting) -> None:
    complaint.classification = sorting.classification
    complaint.topic, complaint.service = sorting.topic.strip(), sorting.service.strip()
    complaint.aspect_code, complaint.indicator_code = sorting.aspect_code, sorting.indicator_code
    if sorting.title is not None:
        entitle(desk, complaint, sorting.title.strip())
    if sorting.is_confidential is not None and sorting.is_confidential is not complaint.is_confidential:
        complaint.is_confidential = sorting.is_confidential
        if complaint.is_confidential and complaint.reason:
            write(desk, complaint, NoteKind.INTERNAL, complaint.reason)
            complaint.reason = ""


def entitle(desk: Desk, complaint: Complaint, title: str) -> None:
    """A clearer title; the citizen's text stays as it came."""
    words = desk.session.scalar(words_of(complaint.id))
    if words is None or words.title == title:
        return
    if not title:
        raise Refusal("title", N_("Tulis judulnya."))
    words.title = title
    index_words(desk, [(complaint.id, words.title, words.body)])


def assign(desk: Desk, complaint: Complaint, to: Disposition) -> None:
    """Give it to a unit, and to one of its officers where somebody is named."""
    unit = desk.session.scalar(
        units_of(complaint.agency_id, desk.units_for(Act.ASSIGN_COMPLAINT)).where(ServiceUnit.id == to.unit_id)
    )
    if unit is None:
        raise Refusal("to", NO_SUCH_UNIT)
    if to.assignee_id is None and complaint.is_confidential:
        raise Refusal("to", NAME_SOMEBODY)
    if to.assignee_id is not None and to.assignee_id not in who_may_handle(desk, unit):
        raise Refusal("to", NOT_AN_OFFICER)
    complaint.move(Act.ASSIGN_COMPLAINT)
    complaint.assigned_at = complaint.assigned_at or desk.now
    complaint.assignee_id = to.assignee_id
    hand_to(desk, complaint, unit)
    if to.note.strip():
        write(desk, complaint, NoteKind.DISPOSITION, to.note)
    pass_ball(desk, complaint)
    desk.record(Act.ASSIGN_COMPLAINT, complaint)


def hand_to(desk: Desk, complaint: Complaint, unit: ServiceUnit) -> None:
    """The case and everything said in it belong to the unit; the database moves the parts along."""
    complaint.unit, complaint.area_id, complaint.agency_id = unit, unit.area_id, unit.agency_id
    desk.session.flush()
    for row in list(desk.session.identity_map.values()):
        if isinstance(row, OfComplaint) and sa.inspect(row).dict.get("complaint_id") == complaint.id:
            desk.session.expire(row, ["unit_id"])


def who_may_handle(desk: Desk, unit: ServiceUnit) -> set[int]:
    """The officers of a unit and the complaint officers in whose scope it is, today where the unit is."""
    with as_machine(desk.session):  # who holds an office is no question of what the asker may see of accounts
        found = desk.session.execute(people_of(unit.agency_id, desk.today_in(unit.timezone))).all()
    return {user for unit_id, _role, user, _name in found if unit_id in (None, unit.id)}


def start(desk: Desk, complaint: Complaint) -> None:
    complaint.move(Act.START_COMPLAINT)
    pass_ball(desk, complaint)
    desk.record(Act.START_COMPLAINT, complaint)


def ask_citizen(desk: Desk, complaint: Complaint, question: str) -> None:
    """The clocks stand still until the answer is noted."""
    complaint.move(Act.ASK_CITIZEN)
    write(desk, complaint, NoteKind.QUESTION, question)
    pass_ball(desk, complaint)
    desk.record(Act.ASK_CITIZEN, complaint)


def note_answer(desk: Desk, complaint: Complaint, answer: str) -> None:
    complaint.move(Act.NOTE_CITIZEN_ANSWER)
    write(desk, complaint, NoteKind.CITIZEN, answer)
    pass_ball(desk, complaint)
    desk.record(Act.NOTE_CITIZEN_ANSWER, complaint)


def hold(desk: Desk, complaint: Complaint, reason: str) -> None:
    complaint.move(Act.HOLD_COMPLAINT)
    told = because(desk, complaint, reason)
    pass_ball(desk, complaint)
    desk.record(Act.HOLD_COMPLAINT, complaint, told)


def resume(desk: Desk, complaint: Complaint) -> None:
    complaint.move(Act.RESUME_COMPLAINT)
    complaint.reason = ""
    pass_ball(desk, complaint)
    desk.record(Act.RESUME_COMPLAINT, complaint)


def respond(desk: Desk, complaint: Complaint, text: str, in_lapor_on: date | None = None) -> None:
    """The answer to the citizen. What came from SP4N-LAPOR! is answered there, on the day that is noted here."""
    at = desk.now
    if complaint.source is ComplaintSource.LAPOR:
        at = moment_in_lapor(desk, complaint, in_lapor_on)
        complaint.answered_in_lapor_on = in_lapor_on
    complaint.move(Act.RESPOND_COMPLAINT)
    write(desk, complaint, NoteKind.ANSWER, text)
    complaint.responded_at = at
    complaint.first_answered_at = complaint.first_answered_at or at
    pass_ball(desk, complaint)
    desk.record(Act.RESPOND_COMPLAINT, complaint)


def moment_in_lapor(desk: Desk, complaint: Complaint, day: date | None) -> datetime:
    """Now, or the end of an earlier day where the unit is: what was late stays late, whenever it is noted."""
    zone = ZoneInfo(complaint.unit.timezone)
    if day is None:
        raise Refusal("in_lapor_on", WHEN_IN_LAPOR)
    if day > desk.now.astimezone(zone).date():
        raise Refusal("in_lapor_on", NOT_YET)
    begun = complaint.restarted_at or complaint.received_at
    if day < begun.astimezone(zone).date():
        raise Refusal("in_lapor_on", BEFORE_RECEIPT)
    return min(desk.now, datetime.combine(day, time(23, 59, 59), zone))


def close(desk: Desk, complaint: Complaint, reason: str = "") -> None:
    """A response that nobody gainsaid ends it; by itself after some days, see jobs."""
    complaint.move(Act.CLOSE_COMPLAINT)
    complaint.reason, complaint.closed_at = "", desk.now
    pass_ball(desk, complaint)
    desk.record(Act.CLOSE_COMPLAINT, complaint, reason)


def forward(desk: Desk, complaint: Complaint, to: str, reason: str) -> None:
    """It is another's business: say whose."""
    if not to.strip():
        raise Refusal("forwarded_to", NOWHERE)
    complaint.move(Act.FORWARD_COMPLAINT)
    told = because(desk, complaint, reason)
    complaint.forwarded_to, complaint.closed_at = to.strip(), desk.now
    pass_ball(desk, complaint)
    desk.record(Act.FORWARD_COMPLAINT, complaint, told)


def archive(desk: Desk, complaint: Complaint, reason: str) -> None:
    complaint.move(Act.ARCHIVE_COMPLAINT)
    told = because(desk, complaint, reason)
    complaint.closed_at = desk.now
    pass_ball(desk, complaint)
    desk.record(Act.ARCHIVE_COMPLAINT, complaint, told)


def merge(desk: Desk, complaint: Complaint, number: str) -> Complaint:
    """It says the same as another, which goes on alone. Answers which."""
    other = the_other(desk, complaint, number)
    complaint.move(Act.MERGE_COMPLAINT)
    complaint.duplicate_of_id, complaint.closed_at, complaint.reason = other.id, desk.now, ""
    pass_ball(desk, complaint)
    desk.record(Act.MERGE_COMPLAINT, complaint, other.number)
    return other


def the_other(desk: Desk, complaint: Complaint, number: str) -> Complaint:
    found = desk.all(sa.select(Complaint).where(called(number)).limit(3))
    if not found:
        raise Refusal("number", NO_SUCH_COMPLAINT)
    if len(found) > 1:
        raise Refusal("number", SEVERAL)
    other: Complaint = found[0]
    if other is complaint:
        raise Refusal("number", ITSELF)
    if other.duplicate_of_id is not None:
        raise Refusal("number", DUPLICATE_ITSELF, number=f"TT-{other.duplicate_of_id:06d}")
    if other.status in OVER:
        raise Refusal("number", OVER_ALREADY)
    return other


def reopen(desk: Desk, complaint: Complaint, reason: str, classification: Classification | None = None) -> None:
    """The clocks run anew. What was put away before anybody verified it is classified now."""
    complaint.classification = complaint.classification or classification
    if complaint.classification is None:
        raise Refusal("classification", NO_CLASS)
    complaint.move(Act.REOPEN_COMPLAINT)
    told = because(desk, complaint, reason)
    complaint.verified_at = complaint.verified_at or desk.now
    complaint.assigned_at = complaint.assigned_at or desk.now
    complaint.duplicate_of_id, complaint.forwarded_to = None, ""
    restart(desk, complaint)
    pass_ball(desk, complaint)
    desk.record(Act.REOPEN_COMPLAINT, complaint, told)


def add_note(desk: Desk, complaint: Complaint, text: str) -> ComplaintNote:
    """For the handling group; the citizen never sees it. The last note's words by the same person are that note,
    sent again from an older page, whose form comes with a new key."""
    within = sa.select(ComplaintNote).filter_by(complaint_id=complaint.id, kind=NoteKind.INTERNAL)
    last = desk.session.scalar(within.order_by(ComplaintNote.id.desc()).limit(1))
    if last is not None and (last.author_id, last.text) == (desk.actor.id, text.strip()):
        return last
    note = write(desk, complaint, NoteKind.INTERNAL, text)
    desk.record(Act.WRITE_COMPLAINT_NOTE, complaint)
    return note


def because(desk: Desk, complaint: Complaint, reason: str) -> str:
    """Keep why something is done, and answer what the trail may tell of it.

    Of a *rahasia* case the reason may give away what it is about: it becomes a note that the handling group reads.
    """
    if not reason.strip():
        raise Refusal("reason", NO_REASON)
    if complaint.is_confidential:
        complaint.reason = ""
        write(desk, complaint, NoteKind.INTERNAL, reason)
        return ""
    complaint.reason = reason.strip()
    return complaint.reason


def write(desk: Desk, complaint: Complaint, kind: NoteKind, text: str) -> ComplaintNote:
    if not text.strip():
        raise Refusal("text", NO_TEXT)
    return desk.add(
        ComplaintNote(
            complaint=complaint,
            unit_id=complaint.unit_id,
            kind=kind,
            text=text.strip(),
            at=desk.now,
            author_id=desk.actor.id,
        )
    )


def words(complaint: Complaint, title: str, body: str) -> ComplaintWords:
    return ComplaintWords(complaint=complaint, unit_id=complaint.unit_id, title=title, body=body)
