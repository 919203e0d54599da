"""Around and in the meeting: answers to the invitation, what units prepare, who came, notes, corrections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove
from tracker.mentoring import noting
from tracker.mentoring.models import (
    Attendance,
    Correction,
    Feedback,
    MentoringSession,
    Participant,
    Preparation,
    SessionNote,
    SessionUnit,
)
from tracker.mentoring.states import Answer, AttendanceSource, Part

WHO_INSTEAD = N_("Tulis siapa yang mewakili.")
NO_NAME = N_("Tulis namanya.")
NOT_INVITED = N_("Anda tidak ada dalam daftar peserta sesi ini.")
NO_CORRECTION = N_("Tulis koreksi dan alasannya.")
FROM_ONE_TO_FIVE = N_("Pilih nilai 1 sampai 5.")
OTHER_SCHEME = N_("Aspek ini bukan bagian dari instrumen siklusnya.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a unit brings along for one aspect."""

    activity: str = ""
    obstacle: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """That somebody came on a day, and for how many minutes where a file says so."""

    participant_id: int
    day_id: int
    present: bool
    minutes: int | None = None


def allow(session: MentoringSession, act: Act) -> None:
    if not session.can(act):
        raise IllegalMove(act, session.status)


def start_session(desk: Desk, session: MentoringSession) -> None:
    """The meeting begins; pressed again it changes nothing."""
    session.move(Act.RUN_SESSION)
    if session.started_at is None:
        session.started_at = desk.now
        desk.record(Act.RUN_SESSION, session)


def answer_invitation(desk: Desk, session: MentoringSession, answer: Answer, delegate: str = "") -> Participant:
    """Yes, no, or somebody else comes; the last answer counts."""
    allow(session, Act.ANSWER_INVITATION)
    if answer is Answer.DELEGATE and not delegate.strip():
        raise Refusal("delegate", WHO_INSTEAD)
    me = desk.session.scalar(sa.select(Participant).filter_by(session_id=session.id, user_id=desk.actor.id))
    if me is None:
        raise Refusal("answer", NOT_INVITED)
    me.answer, me.delegate = answer, delegate.strip() if answer is Answer.DELEGATE else ""
    me.answered_at = desk.now
    desk.record(Act.ANSWER_INVITATION, session)
    return me


def prepare(desk: Desk, line: SessionUnit, prepared: Mapping[int, Prepared]) -> int:
    """Keep what a unit brings along, aspect by aspect; say how many aspects changed."""
    session = line.session
    allow(session, Act.PREPARE_FOR_SESSION)
    refuse_foreign_aspects(session, prepared)
    query = sa.select(Preparation).filter_by(session_id=session.id, unit_id=line.unit_id)
    present = {each.aspect_id: each for each in desk.all(query)}
    changed: list[Preparation] = []
    for aspect_id, said in prepared.items():
        row = present.get(aspect_id)
        if row is None and said == Prepared():
            continue
        if row is None:
            row = desk.add(Preparation(session=session, unit_id=line.unit_id, aspect_id=aspect_id, filled_at=desk.now))
        elif said == Prepared(row.activity, row.obstacle, row.plan):
            continue
        row.activity, row.obstacle, row.plan = said.activity, said.obstacle, said.plan
        row.filled_by_id, row.filled_at = desk.actor.id, desk.now
        changed.append(row)
    if changed:
        desk.record(Act.PREPARE_FOR_SESSION, changed[0])
    return len(changed)


def refuse_foreign_aspects(session: MentoringSession, aspect_ids: Mapping[int, object]) -> None:
    known = {aspect.id for aspect in session.cycle.instrument.aspects} if session.cycle else set()
    if set(aspect_ids) - known:
        raise Refusal("aspect_id", OTHER_SCHEME)


def write_note(desk: Desk, line: SessionUnit, aspect_id: int | None, text: str) -> SessionNote:
    """Keep one's own note on a unit and aspect as it stands now. Everybody has their own, so nobody loses a word."""
    session = line.session
    allow(session, Act.WRITE_NOTE)
    if aspect_id is not None:
        refuse_foreign_aspects(session, {aspect_id: text})
    mine = sa.select(SessionNote).filter_by(
        session_id=session.id, unit_id=line.unit_id, aspect_id=aspect_id, author_id=desk.actor.id
    )
    note = desk.session.scalar(mine)
    if note is None:
        note = desk.add(
            SessionNote(
                session=session,
                unit_id=line.unit_id,
                aspect_id=aspect_id,
                author_id=desk.actor.id,
                text="",
                written_at=desk.now,
            )
        )
        desk.record(Act.WRITE_NOTE, note)
    if note.text != text:
        note.text, note.written_at = text, desk.now
        noting.tell_in_strides(desk, line, note)
    return note


def add_participant(
    desk: Desk, session: MentoringSession, name: str, post: str = "", unit_id: int | None = None
) -> Participant:
    """Somebody came who was not invited."""
    allow(session, Act.TAKE_ATTENDANCE)
    if not name.strip():
        raise Refusal("name", NO_NAME)
    if unit_id is not None and unit_id not in {each.unit_id for each in session.units}:
        raise Refusal("unit_id", N_("Unit ini bukan peserta sesi."))
    came = desk.add(
        Participant(session=session, name=name.strip(), post=post.strip(), unit_id=unit_id, part=Part.GUEST)
    )
    desk.record(Act.TAKE_ATTENDANCE, session)
    return came


def take_attendance(
    desk: Desk, session: MentoringSession, seen: Sequence[Present], source: AttendanceSource = AttendanceSource.TAP
) -> int:
    """Who was there on which day; the last word counts. Say how many lines changed."""
    allow(session, Act.TAKE_ATTENDANCE)
    query = sa.select(Attendance).filter_by(session_id=session.id)
    present = {(each.participant_id, each.day_id): each for each in desk.all(query)}
    days = {day.id for day in session.days}
    invited = set(desk.all(sa.select(Participant.id).filter_by(session_id=session.id)))
    changed = 0
    for one in seen:
        if one.day_id not in days or one.participant_id not in invited:
            raise Refusal("participant", NOT_INVITED)
        row = present.get((one.participant_id, one.day_id))
        if row is not None and (row.present, row.minutes) == (one.present, one.minutes):
            continue
        if row is None:
            row = desk.add(
                Attendance(
                    session=session,
                    participant_id=one.participant_id,
                    day_id=one.day_id,
                    present=one.present,
                    source=source,
                    noted_at=desk.now,
                )
            )
        row.present, row.minutes, row.source = one.present, one.minutes, source
        row.noted_by_id, row.noted_at = desk.actor.id, desk.now
        changed += 1
    if changed:
        desk.record(Act.TAKE_ATTENDANCE, session)
    return changed


def correct_minutes(desk: Desk, session: MentoringSession, text: str, reason: str) -> Correction:
    """Add a correction to locked minutes; what stands stays."""
    allow(session, Act.CORRECT_MINUTES)
    if not text.strip() or not reason.strip():
        raise Refusal("text" if not text.strip() else "reason", NO_CORRECTION)
    added = desk.add(
        Correction(session=session, text=text.strip(), reason=reason.strip(), author_id=desk.actor.id, at=desk.now)
    )
    desk.record(Act.CORRECT_MINUTES, session, reason.strip())
    return added


def give_feedback(desk: Desk, session: MentoringSession, useful: int, clear: int, better: str = "") -> Feedback:
    """One's own answer to the three questions; given again, it replaces the first."""
    allow(session, Act.GIVE_FEEDBACK)
    if desk.actor.id is None or not desk.session.scalar(
        sa.select(Participant.id).filter_by(session_id=session.id, user_id=desk.actor.id)
    ):
        raise Refusal("useful", NOT_INVITED)
    for field, value in (("useful", useful), ("clear", clear)):
        if not 1 <= value <= 5:
            raise Refusal(field, FROM_ONE_TO_FIVE)
    mine = desk.session.scalar(sa.select(Feedback).filter_by(session_id=session.id, user_id=desk.actor.id))
    if mine is None:
        mine = desk.add(
            Feedback(session=session, user_id=desk.actor.id, useful=useful, clear=clear, better="", at=desk.now)
        )
    mine.useful, mine.clear, mine.better, mine.at = useful, clear, better.strip(), desk.now
    desk.record(Act.GIVE_FEEDBACK, session)
    return mine
