"""The life of a mentoring session, and the words around it. Pure."""

from enum import StrEnum

from tracker.access.acts import Act
from tracker.kit.words import N_
from tracker.kit.workflow import Move, Workflow, move


class SessionStatus(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    ONLINE = "online"
    ON_SITE = "on_site"
    HYBRID = "hybrid"


class Part(StrEnum):
    """In what capacity somebody takes part."""

    HOST = "host"
    SPEAKER = "speaker"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    GUEST = "guest"


class Answer(StrEnum):
    NONE = "none"
    YES = "yes"
    NO = "no"
    DELEGATE = "delegate"


class AttendanceSource(StrEnum):
    TAP = "tap"
    FILE = "file"


class PaperKind(StrEnum):
    """The papers of a session: before it the invitation and the assignment, after it the record."""

    INVITATION = "invitation"
    ASSIGNMENT = "assignment"
    RECORD = "record"
    MINUTES = "minutes"
    ATTENDANCE = "attendance"
    SIGNED = "signed"


S = SessionStatus
OPEN = (S.DRAFT, S.SCHEDULED, S.RUNNING)


def stays(*states: S) -> Move[S]:
    return Move({state: (state,) for state in states})


SESSION = Workflow(
    start=S.DRAFT,
    moves={
        Act.EDIT_SESSION: stays(*OPEN),
        Act.CHOOSE_UNITS: stays(*OPEN),
        Act.SCHEDULE_SESSION: move(S.DRAFT, S.SCHEDULED, to=S.SCHEDULED),
        Act.ANSWER_INVITATION: stays(S.SCHEDULED, S.RUNNING),
        Act.PREPARE_FOR_SESSION: stays(S.SCHEDULED, S.RUNNING),
        Act.RUN_SESSION: move(S.DRAFT, S.SCHEDULED, S.RUNNING, to=S.RUNNING),
        Act.TAKE_ATTENDANCE: stays(S.SCHEDULED, S.RUNNING),
        Act.WRITE_NOTE: stays(S.SCHEDULED, S.RUNNING),
        Act.ADD_COMMITMENT: stays(S.SCHEDULED, S.RUNNING),
        Act.CLOSE_SESSION: move(S.RUNNING, to=S.CLOSED),
        Act.CANCEL_SESSION: move(S.DRAFT, S.SCHEDULED, to=S.CANCELLED),
        Act.CORRECT_MINUTES: stays(S.CLOSED),
        Act.ISSUE_PAPER: stays(S.SCHEDULED, S.RUNNING, S.CLOSED),
        Act.ATTACH_SCAN: stays(S.CLOSED),
        Act.GIVE_FEEDBACK: stays(S.RUNNING, S.CLOSED),
    },
)

LABELS = {
    S.DRAFT: N_("Rancangan"),
    S.SCHEDULED: N_("Dijadwalkan"),
    S.RUNNING: N_("Berlangsung"),
    S.CLOSED: N_("Selesai"),
    S.CANCELLED: N_("Dibatalkan"),
    Mode.ONLINE: N_("Daring"),
    Mode.ON_SITE: N_("Luring"),
    Mode.HYBRID: N_("Hibrida"),
    Part.HOST: N_("Penyelenggara"),
    Part.SPEAKER: N_("Narasumber"),
    Part.OFFICER: N_("Petugas unit"),
    Part.COORDINATOR: N_("Bagian/Biro Organisasi"),
    Part.GUEST: N_("Tamu"),
    Answer.NONE: N_("Belum menjawab"),
    Answer.YES: N_("Hadir"),
    Answer.NO: N_("Tidak hadir"),
    Answer.DELEGATE: N_("Diwakilkan"),
    PaperKind.INVITATION: N_("Surat undangan"),
    PaperKind.ASSIGNMENT: N_("Surat tugas"),
    PaperKind.RECORD: N_("Berita acara"),
    PaperKind.MINUTES: N_("Notula"),
    PaperKind.ATTENDANCE: N_("Daftar hadir"),
    PaperKind.SIGNED: N_("Dokumen bertanda tangan"),
}
