"""The life of a complaint: which act moves it where, who holds the ball, and which clocks then run. Pure."""

from enum import StrEnum

from tracker.access.acts import Act
from tracker.kit.words import N_
from tracker.kit.workflow import Move, Workflow, move


class ComplaintStatus(StrEnum):
    NEW = "complaint_new"
    VERIFIED = "complaint_verified"
    ASSIGNED = "complaint_assigned"
    IN_PROGRESS = "complaint_in_progress"
    WAITING_CITIZEN = "complaint_waiting"
    ON_HOLD = "complaint_on_hold"
    RESPONDED = "complaint_responded"
    CLOSED = "complaint_closed"
    FORWARDED = "complaint_forwarded"
    ARCHIVED = "complaint_archived"


class Classification(StrEnum):
    """SP4N-LAPOR!'s present words; *aspirasi* is a suggestion. The completion clock depends on it."""

    OVERSIGHT = "oversight"
    ORDINARY = "not_oversight"
    SUGGESTION = "suggestion"
    INFORMATION = "information"


class ComplaintSource(StrEnum):
    LAPOR = "lapor"
    OMBUDSMAN = "ombudsman_report"
    COUNTER = "counter"
    LETTER = "letter_received"
    TELEPHONE = "telephone"


class BallHolder(StrEnum):
    """Who holds the ball. Working days are booked to the holder."""

    LIAISON = "liaison"
    """The complaint officers (pejabat penghubung)."""
    HANDLER = "handler"
    """The unit it is assigned to, and its officer."""
    CITIZEN = "citizen"
    OTHERS = "others"
    """On hold: what is waited for lies with neither."""


class Clock(StrEnum):
    """What must happen next, and by when; see rules.py."""

    VERIFICATION = "clock_verification"
    ANSWER = "clock_answer"
    COMPLETION = "clock_completion"
    CLOSING = "clock_closing"
    """Closes by itself when it ends; nobody is late by it."""


class NoteKind(StrEnum):
    DISPOSITION = "note_disposition"
    INTERNAL = "note_internal"
    QUESTION = "note_question"
    CITIZEN = "note_citizen"
    ANSWER = "note_answer"
    LAPOR = "note_lapor"
    """A follow-up as an export told of it."""


class DataRequestKind(StrEnum):
    COPY = "request_copy"
    REMOVAL = "request_removal"


S = ComplaintStatus
OPEN = (S.NEW, S.VERIFIED, S.ASSIGNED, S.IN_PROGRESS, S.WAITING_CITIZEN, S.ON_HOLD, S.RESPONDED)
OVER = (S.CLOSED, S.FORWARDED, S.ARCHIVED)
STOPPED = (S.WAITING_CITIZEN, S.ON_HOLD)
"""While in these no clock runs."""
SHOWN_TO_CITIZEN = (NoteKind.QUESTION, NoteKind.CITIZEN, NoteKind.ANSWER, NoteKind.LAPOR)


def stays(*states: S) -> Move[S]:
    """The act is possible in these states, and changes none of them."""
    return Move({state: (state,) for state in states})


COMPLAINT = Workflow(
    start=S.NEW,
    moves={
        Act.EDIT_COMPLAINT: stays(*(state for state in OPEN if state is not S.NEW)),
        Act.VERIFY_COMPLAINT: move(S.NEW, to=S.VERIFIED),
        Act.ASSIGN_COMPLAINT: move(S.VERIFIED, S.ASSIGNED, to=S.ASSIGNED),
        Act.START_COMPLAINT: move(S.ASSIGNED, to=S.IN_PROGRESS),
        Act.ASK_CITIZEN: move(S.IN_PROGRESS, to=S.WAITING_CITIZEN),
        Act.NOTE_CITIZEN_ANSWER: move(S.WAITING_CITIZEN, to=S.IN_PROGRESS),
        Act.HOLD_COMPLAINT: move(S.IN_PROGRESS, to=S.ON_HOLD),
        Act.RESUME_COMPLAINT: move(S.ON_HOLD, to=S.IN_PROGRESS),
        Act.RESPOND_COMPLAINT: move(S.IN_PROGRESS, to=S.RESPONDED),
        Act.CLOSE_COMPLAINT: move(S.RESPONDED, to=S.CLOSED),
        Act.FORWARD_COMPLAINT: move(*OPEN, to=S.FORWARDED),
        Act.ARCHIVE_COMPLAINT: move(*OPEN, to=S.ARCHIVED),
        Act.MERGE_COMPLAINT: move(*OPEN, to=S.ARCHIVED),
        Act.REOPEN_COMPLAINT: move(S.CLOSED, S.ARCHIVED, S.FORWARDED, S.RESPONDED, to=S.IN_PROGRESS),
    },
)
"""Design section 7. An import moves a status forward only, by `comes_forward` and not by this table."""

RANK = {
    S.NEW: 0,
    S.VERIFIED: 1,
    S.ASSIGNED: 2,
    S.IN_PROGRESS: 3,
    S.WAITING_CITIZEN: 3,
    S.ON_HOLD: 3,
    S.RESPONDED: 4,
    S.FORWARDED: 5,
    S.ARCHIVED: 5,
    S.CLOSED: 5,
}
"""How far a complaint has come: an import never moves it back, nor out of what is over."""


def comes_forward(now: S, told: S) -> bool:
    """Does what a file tells of go beyond where the complaint stands? Between work and hold it goes either way."""
    if now in OVER or now is told:
        return False
    if {now, told} <= {S.IN_PROGRESS, S.ON_HOLD}:
        return True
    return RANK[told] > RANK[now]


def holder_of(status: S) -> BallHolder | None:
    """Who holds the ball; nobody once it is over."""
    return {
        S.NEW: BallHolder.LIAISON,
        S.VERIFIED: BallHolder.LIAISON,
        S.ASSIGNED: BallHolder.HANDLER,
        S.IN_PROGRESS: BallHolder.HANDLER,
        S.WAITING_CITIZEN: BallHolder.CITIZEN,
        S.ON_HOLD: BallHolder.OTHERS,
        S.RESPONDED: BallHolder.CITIZEN,
    }.get(status)


LABELS = {
    S.NEW: N_("Belum terverifikasi"),
    S.VERIFIED: N_("Terverifikasi, belum didisposisikan"),
    S.ASSIGNED: N_("Didisposisikan, belum dikerjakan"),
    S.IN_PROGRESS: N_("Dalam proses"),
    S.WAITING_CITIZEN: N_("Menunggu keterangan pelapor"),
    S.ON_HOLD: N_("Tertunda"),
    S.RESPONDED: N_("Sudah ditanggapi"),
    S.CLOSED: N_("Selesai"),
    S.FORWARDED: N_("Diteruskan, bukan kewenangan"),
    S.ARCHIVED: N_("Diarsipkan"),
    Classification.OVERSIGHT: N_("Pengaduan berkadar pengawasan"),
    Classification.ORDINARY: N_("Pengaduan tidak berkadar pengawasan"),
    Classification.SUGGESTION: N_("Aspirasi"),
    Classification.INFORMATION: N_("Permintaan informasi"),
    ComplaintSource.LAPOR: N_("SP4N-LAPOR!"),
    ComplaintSource.OMBUDSMAN: N_("Ombudsman RI"),
    ComplaintSource.COUNTER: N_("Loket"),
    ComplaintSource.LETTER: N_("Surat masuk"),
    ComplaintSource.TELEPHONE: N_("Telepon"),
    BallHolder.LIAISON: N_("Pejabat penghubung"),
    BallHolder.HANDLER: N_("Unit penangan"),
    BallHolder.CITIZEN: N_("Pelapor"),
    BallHolder.OTHERS: N_("Pihak lain"),
    Clock.VERIFICATION: N_("Verifikasi"),
    Clock.ANSWER: N_("Jawaban pertama"),
    Clock.COMPLETION: N_("Penyelesaian"),
    Clock.CLOSING: N_("Penutupan otomatis"),
    NoteKind.DISPOSITION: N_("Catatan disposisi"),
    NoteKind.INTERNAL: N_("Catatan internal"),
    NoteKind.QUESTION: N_("Pertanyaan kepada pelapor"),
    NoteKind.CITIZEN: N_("Keterangan pelapor"),
    NoteKind.ANSWER: N_("Tanggapan"),
    NoteKind.LAPOR: N_("Tindak lanjut di SP4N-LAPOR!"),
    DataRequestKind.COPY: N_("Salinan data"),
    DataRequestKind.REMOVAL: N_("Penghapusan identitas"),
}
