"""Papers of a session: drafts to look at, issued for good under a code, told of to its people, signed."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import sqlalchemy as sa

from tracker.access import contents
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.kit import content
from tracker.kit.documents import Document
from tracker.kit.files import FileStore, Kept
from tracker.kit.refusal import Refusal
from tracker.kit.typesetting import pdf
from tracker.kit.word import word
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove
from tracker.mentoring.letters import assignment, invitation
from tracker.mentoring.models import MentoringSession, Participant, SessionPaper
from tracker.mentoring.papers import SessionRecord, attendance_list, minutes, official_record
from tracker.mentoring.records import record_of
from tracker.mentoring.states import PaperKind, Part, SessionStatus
from tracker.reminders.at_once import ToTell, tell_many, withdraw
from tracker.reminders.states import Channel

PAPERS = "session.papers"
LONGEST_NUMBER = 60
LARGEST = 50_000_000
NOT_YET = N_("Dokumen ini baru dapat diterbitkan setelah sesi ditutup.")
OVERTAKEN = N_("Dokumen ini baru saja diterbitkan. Periksa daftarnya; terbitkan lagi hanya bila memang berubah.")
NUMBER_TOO_LONG = N_("Nomor paling panjang %(most)s karakter.")

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 4
"""16 signs of 31: 79 bits, without those that are mistaken for one another when a code is typed from paper."""


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of paper: the name of its file, how it is made, and which number of the session it bears."""

    name: str
    make: Callable[[SessionRecord, str], Document]
    number: str
    after_closing: bool


FORMS: Mapping[PaperKind, Form] = {
    PaperKind.INVITATION: Form("surat-undangan", invitation, "letter_number", False),
    PaperKind.ASSIGNMENT: Form("surat-tugas", assignment, "assignment_number", False),
    PaperKind.RECORD: Form("berita-acara", official_record, "record_number", True),
    PaperKind.MINUTES: Form("notula", minutes, "record_number", True),
    PaperKind.ATTENDANCE: Form("daftar-hadir", attendance_list, "record_number", True),
}
FILES: Mapping[str, tuple[str, Callable[[Document], bytes]]] = {
    "pdf": (content.PDF, pdf),
    "docx": (content.DOCX, word),
}
"""Ending -> what it is, and what makes it. The PDF is the paper; the Word file is for offices that go on writing."""


def new_code() -> str:
    """The code under which anybody who holds a paper may check it."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def issuable(session: MentoringSession) -> list[PaperKind]:
    """What may be issued now."""
    if not session.can(Act.ISSUE_PAPER):
        return []
    is_closed = session.status is SessionStatus.CLOSED
    return [kind for kind, form in FORMS.items() if is_closed or not form.after_closing]


def draft(desk: Desk, session: MentoringSession, kind: PaperKind, ending: str) -> bytes:
    """The paper as it would be now, marked as a draft, without number to check it by; of units in reach."""
    record = replace(record_of(desk, session), is_draft=True)
    return FILES[ending][1](FORMS[kind].make(record, ""))


def issue(
    desk: Desk, store: FileStore, session: MentoringSession, kind: PaperKind, number: str, base_url: str, after: int = 0
) -> list[SessionPaper]:
    """Make the paper of all units as PDF and as Word file, keep both, and say under which codes they are checked.

    `after` is the newest paper that its sender knew of: where another of the kind came since, it is refused. The files
    are made outside any transaction, which they would hold up.
    """
    if kind not in issuable(session):
        if session.can(Act.ISSUE_PAPER):
            raise Refusal("kind", NOT_YET)
        raise IllegalMove(Act.ISSUE_PAPER, session.status)
    if len(number) > LONGEST_NUMBER:
        raise Refusal("number", NUMBER_TOO_LONG, most=LONGEST_NUMBER)
    form = FORMS[kind]
    number = number.strip() or getattr(session, form.number)
    with as_machine(desk.session):
        record = numbered(replace(record_of(desk, session), issued_on=desk.today), form, number)
    desk.session.commit()
    codes = {ending: new_code() for ending in FILES}
    files = {
        ending: FILES[ending][1](form.make(record, f"{base_url}/periksa/{code}")) for ending, code in codes.items()
    }
    desk.session.refresh(session, with_for_update=True)
    if (newest(desk, session, kind) or 0) > after:
        raise Refusal("kind", OVERTAKEN)
    name = f"{form.name}-sesi-{session.id}"
    papers = [
        desk.add(as_paper(desk, session, kind, number, codes[ending], kept(desk, store, name, ending, made)))
        for ending, made in files.items()
    ]
    desk.record(Act.ISSUE_PAPER, session)
    return papers


def numbered(record: SessionRecord, form: Form, number: str) -> SessionRecord:
    changes: dict[str, Any] = {form.number: number}
    return replace(record, **changes)


def kept(desk: Desk, store: FileStore, name: str, ending: str, made: bytes) -> Kept:
    return contents.keep(desk.session, store, BytesIO(made), f"{name}.{ending}", LARGEST, frozenset({FILES[ending][0]}))


def as_paper(
    desk: Desk, session: MentoringSession, kind: PaperKind, number: str, code: str, kept: Kept
) -> SessionPaper:
    return SessionPaper(
        session=session,
        kind=kind,
        number=number,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        digest=kept.digest_kept,
        code=code,
        issued_on=desk.today,
        issued_by_id=desk.actor.id,
        issued_at=desk.now,
    )


def newest(desk: Desk, session: MentoringSession, kind: PaperKind) -> int | None:
    is_meant = SessionPaper.session_id == session.id, SessionPaper.kind == kind
    return desk.session.scalar(sa.select(sa.func.max(SessionPaper.id)).where(*is_meant))


def attach_scan(desk: Desk, session: MentoringSession, scan: Kept) -> SessionPaper:
    """Keep a signed copy beside what was issued; it replaces nothing."""
    if not session.can(Act.ATTACH_SCAN):
        raise IllegalMove(Act.ATTACH_SCAN, session.status)
    paper = desk.add(as_paper(desk, session, PaperKind.SIGNED, session.record_number, new_code(), scan))
    desk.record(Act.ATTACH_SCAN, session)
    return paper


def papers_of(desk: Desk, session: MentoringSession) -> list[SessionPaper]:
    """The newest first, and of one issue the PDF before the Word file."""
    query = sa.select(SessionPaper).filter_by(session_id=session.id)
    return desk.all(query.order_by(SessionPaper.issued_at.desc(), SessionPaper.id))


def tell_of_papers(desk: Desk, session: MentoringSession, papers: Sequence[SessionPaper]) -> int:
    """Queue a word with the address of the papers to everybody who takes part; how many people.

    A word that still waits is taken back: the newer one names its papers too, so that three papers are one mail.
    """
    kinds = {paper.kind for paper in papers}
    people = taking_part(desk, session, (Part.HOST, Part.SPEAKER) if kinds == {PaperKind.ASSIGNMENT} else tuple(Part))
    if not people or not papers:
        return 0
    about = f"dokumen {session.id} "
    withdraw(desk, PAPERS, about)
    facts: dict[str, Any] = {"session": session.id}
    key = f"{about}{max(paper.id for paper in papers)}"
    channels = (Channel.EMAIL, Channel.INBOX)
    tell_many(desk, PAPERS, [ToTell(user_id, channel, key, facts) for user_id in people for channel in channels])
    return len(people)


def taking_part(desk: Desk, session: MentoringSession, parts: Sequence[Part]) -> list[int]:
    """The accounts of participants."""
    query = sa.select(Participant.user_id).where(
        Participant.session_id == session.id, Participant.user_id.is_not(None), Participant.part.in_(parts)
    )
    return desk.all(query.order_by(Participant.user_id))


def paper_under(desk: Desk, code: str) -> SessionPaper | None:
    """The paper that a code stands on, whoever asks; however the code was typed."""
    wanted = "".join(sign for sign in code.lower() if sign.isalnum())[: GROUPS * GROUP]
    grouped = "-".join(wanted[start : start + GROUP] for start in range(0, len(wanted), GROUP))
    with as_machine(desk.session):
        return desk.session.scalar(sa.select(SessionPaper).where(SessionPaper.code == grouped))
