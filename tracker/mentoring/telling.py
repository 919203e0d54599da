"""What invitees read in their mail and inbox: invitation, change, cancellation, and the word one hour before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.kit import formats
from tracker.kit.words import N_
from tracker.mentoring.calendars import Method, calendar
from tracker.mentoring.invitations import INVITATION
from tracker.mentoring.models import MentoringSession, Participant, SessionDay
from tracker.mentoring.records import occasion_of
from tracker.mentoring.states import Answer, SessionStatus
from tracker.reminders.at_once import Notice, ToTell, tell_many
from tracker.reminders.digests import Content, message
from tracker.reminders.outgoing import outgoing
from tracker.reminders.rules import Skip
from tracker.reminders.states import Channel

SOON = "session.soon"
AN_HOUR = timedelta(hours=1)
OUT_OF_REACH = N_("Sesi ini tidak lagi dalam jangkauan penerima.")
OVER = N_("Hari ini bukan bagian dari sesinya lagi.")
HELD = (SessionStatus.SCHEDULED, SessionStatus.RUNNING)


def span_words(start: datetime, end: datetime) -> str:
    """Kamis, 14 Mei 2020, 09.00–12.00 WIT: where the reader is."""
    day = formats.moment(start).rsplit(" ", 2)
    local = start.astimezone(ZoneInfo(formats.zone()))
    return f"{formats.long_date(local.date())}, {day[1]}–{formats.clock_time(end)}"


def path_of(session_id: int) -> str:
    return f"/sesi/{session_id}"


def write_invitation(desk: Desk, facts: Mapping[str, Any]) -> Content | Skip:
    """For one reader, in their language and zone: by mail one day with its calendar object, in the inbox all days."""
    method = Method(facts["method"])
    session = found(desk, int(facts["session"]), anywhere=method is Method.CANCEL)
    if session is None:
        return Skip(OUT_OF_REACH)
    spans = {str(day.id): (day.starts_at, day.ends_at) for day in session.days}
    if (kept := facts.get("day")) is not None:
        key, start, end = kept
        told = (datetime.fromisoformat(start), datetime.fromisoformat(end))
        if method is not Method.CANCEL:
            if str(key) not in spans:
                return Skip(OVER)
            told = spans[str(key)]
        number = list(spans).index(str(key)) + 1 if str(key) in spans else 0
        spans, total = {str(key): told}, len(spans)
        title = _("%(title)s (hari %(number)s dari %(total)s)", title=session.title, number=number, total=total)
        title = title if total > 1 and number else session.title
    else:
        title = session.title
    content = letter(session, title, list(spans.values()), method, facts)
    if facts.get("day") is None:
        return content
    return replace(content, calendar=calendar_part(desk, session, title, spans, method), method=method.value)


def found(desk: Desk, id: int, anywhere: bool = False) -> MentoringSession | None:
    """The session as its reader sees it; one that is taken from them is still named."""
    query = sa.select(MentoringSession).where(MentoringSession.id == id).options(selectinload(MentoringSession.days))
    if not anywhere:
        return desk.session.scalar(query)
    with as_machine(desk.session):
        return desk.session.scalar(query)


def letter(
    session: MentoringSession,
    title: str,
    spans: Sequence[tuple[datetime, datetime]],
    method: Method,
    facts: Mapping[str, Any],
) -> Content:
    is_new = not facts.get("sequence")
    if method is Method.CANCEL:
        subject = _("Dibatalkan: %(title)s", title=title)
        head = _("Undangan ini tidak berlaku lagi untuk Anda.")
    elif is_new:
        subject = _("Undangan: %(title)s", title=title)
        head = _("Anda diundang ke sesi pembinaan ini.")
    else:
        subject = _("Perubahan: %(title)s", title=title)
        head = _("Jadwal atau tempat sesi ini berubah. Inilah yang berlaku sekarang.")
    paragraphs = [head, *(span_words(*span) for span in spans)]
    if method is Method.CANCEL:
        if session.status is SessionStatus.CANCELLED:
            paragraphs.append(_("Alasan: %(reason)s", reason=session.cancelled_reason))
    else:
        where = [part for part in (session.place, session.link) if part]
        paragraphs += [_("Tempat: %(where)s", where=" / ".join(where))] if where else []
        paragraphs += [session.agenda] if session.agenda else []
        paragraphs.append(_("Jawab dengan satu klik apakah Anda hadir."))
    path = path_of(session.id)
    leads = "" if method is Method.CANCEL and facts.get("what") == "lepas" else path
    action = _("Buka sesi") if method is Method.CANCEL else _("Jawab undangan")
    leads = f"{path}/jawab" if leads and method is not Method.CANCEL else leads
    content = message(subject, paragraphs, outgoing().base_url, leads, action)
    item = {"reminder": None, "unit": None, "group": "", "text": subject, "path": leads}
    return replace(content, items=[item] if leads else [])


def calendar_part(
    desk: Desk,
    session: MentoringSession,
    title: str,
    spans: Mapping[str, tuple[datetime, datetime]],
    method: Method,
) -> str:
    """The iCalendar object with the reader as its attendee."""
    out = outgoing()
    occasion = replace(
        occasion_of(session, out.base_url + path_of(session.id), parseaddr(out.sender)[1]),
        title=title,
        days=tuple((key, start, end) for key, (start, end) in spans.items()),
        changed_at=desk.now,
    )
    reader = desk.session.scalar(sa.select(User).where(User.id == desk.actor.id))
    email, name = (reader.email, reader.name) if reader is not None else ("", "")
    return calendar([occasion], method, email, name).decode()


def write_soon(desk: Desk, facts: Mapping[str, Any]) -> Content | Skip:
    """A session begins within the hour."""
    session = found(desk, int(facts["session"]))
    if session is None:
        return Skip(OUT_OF_REACH)
    day = next((each for each in session.days if each.id == facts["day"]), None)
    if day is None or session.status not in HELD:
        return Skip(OVER)
    subject = _("Segera dimulai: %(title)s", title=session.title)
    where = [part for part in (session.place, session.link) if part]
    paragraphs = [_("Sesi ini dimulai pukul %(time)s.", time=formats.clock_time(day.starts_at)), *where]
    content = message(subject, paragraphs, outgoing().base_url, path_of(session.id), _("Buka sesi"))
    item = {"reminder": None, "unit": None, "group": "", "text": subject, "path": path_of(session.id)}
    return replace(content, items=[item])


def tell_soon(desk: Desk) -> int:
    """Queue a word to everybody whose session begins within the hour, once for each day and start; how many people.

    A window and no moment: a run that comes late still tells them, as long as the session has not begun.
    """
    with as_machine(desk.session):
        days = desk.all(
            sa.select(SessionDay)
            .join(MentoringSession, MentoringSession.id == SessionDay.session_id)
            .where(
                SessionDay.starts_at > desk.now,
                SessionDay.starts_at <= desk.now + AN_HOUR,
                MentoringSession.status.in_(HELD),
            )
        )
        told = 0
        for day in days:
            people = coming(desk, day.session_id)
            key = f"segera {day.session_id} {day.id} {day.starts_at:%Y%m%dT%H%M}"
            facts = {"session": day.session_id, "day": day.id}
            channels = (Channel.EMAIL, Channel.INBOX)
            tell_many(desk, SOON, [ToTell(user, channel, key, facts) for user in people for channel in channels])
            told += len(people)
        return told


def coming(desk: Desk, session_id: int) -> list[int]:
    """The accounts of whoever takes part and did not decline."""
    query = sa.select(Participant.user_id).where(
        Participant.session_id == session_id,
        Participant.user_id.is_not(None),
        Participant.answer.in_((Answer.NONE, Answer.YES, Answer.DELEGATE)),
    )
    return desk.all(query.order_by(Participant.user_id))


NOTICES = (
    Notice(INVITATION, N_("Undangan sesi"), write_invitation),
    Notice(SOON, N_("Sesi segera dimulai"), write_soon),
)
