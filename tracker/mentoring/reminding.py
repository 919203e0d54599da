"""What the ledger owes to whoever takes part in a session: a line seven working days before it, and one the day
before.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from tracker.access.desk import JAKARTA, Desk
from tracker.directory.queries import calendar_at
from tracker.kit.words import N_
from tracker.mentoring.models import MentoringSession
from tracker.mentoring.states import SessionStatus
from tracker.mentoring.telling import coming, path_of, span_words
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import DUE_TODAY, THIS_WEEK, Line, Owed, Skip, name_of

SESSION = "session"
BEFORE = (7, 1)
"""Working days before the session."""
AHEAD = timedelta(days=30)
"""Seven working days are never further away, whatever holidays lie between."""
OFF = N_("Sesi ini dibatalkan, dipindahkan, atau sudah dimulai.")


def first_day(session: MentoringSession) -> date:
    """Where it was planned."""
    return session.starts_at.astimezone(ZoneInfo(session.zone)).date()


def step_of(left: int) -> str | None:
    """The step whose window is open with so many working days left; the latest one whose day has come."""
    reached = [days for days in BEFORE if left <= days]
    return name_of(-min(reached)) if reached else None


def owed_session(desk: Desk) -> Iterator[Owed]:
    today, calendar = desk.now.astimezone(JAKARTA).date(), calendar_at(desk.session, "")
    query = sa.select(MentoringSession).where(
        MentoringSession.status == SessionStatus.SCHEDULED,
        MentoringSession.starts_at > desk.now,
        MentoringSession.starts_at < desk.now + AHEAD,
    )
    for session in desk.all(query.order_by(MentoringSession.id)):
        day = first_day(session)
        if (step := step_of(calendar.until(today, day))) is None:
            continue
        for user_id in coming(desk, session.id):
            yield Owed(user_id, SESSION, MentoringSession.__name__, session.id, day, step, today)


def lines_session(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    """When and where, in the reader's own zone."""
    ids = {row.subject_id for row in reminders}
    query = sa.select(MentoringSession).where(MentoringSession.id.in_(ids))
    found = {each.id: each for each in desk.all(query.options(selectinload(MentoringSession.days)))}
    return {row.id: line(desk, found[row.subject_id], row.due_on) for row in reminders if row.subject_id in found}


def line(desk: Desk, session: MentoringSession, day: date) -> Line | Skip:
    if session.status is not SessionStatus.SCHEDULED or first_day(session) != day or session.starts_at <= desk.now:
        return Skip(OFF)
    first = session.days[0]
    text = _("Sesi %(title)s: %(when)s", title=session.title, when=span_words(first.starts_at, first.ends_at))
    left = (day - desk.today).days
    return Line(text, path_of(session.id), DUE_TODAY if left <= 0 else THIS_WEEK, (left, 0))


DUTIES = (Duty(SESSION, N_("Sesi Ngulik"), owed_session, lines_session),)
