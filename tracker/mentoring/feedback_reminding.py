"""The ledger asks whoever took part, once after closing, what they thought of the session."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.access.desk import JAKARTA, Desk
from tracker.kit.words import N_
from tracker.mentoring.models import Feedback, MentoringSession, Participant
from tracker.mentoring.states import Answer, SessionStatus
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import TO_DO, Line, Owed, Skip

RULE = "session.feedback"
STEP = "closed"
WINDOW = timedelta(days=14)
"""How long after closing it is still asked: what was a month ago, nobody judges well."""
ANSWERED = N_("Umpan balik sudah diberikan.")


def owed(desk: Desk) -> Iterator[Owed]:
    """Everybody with an account who did not decline and has not answered yet."""
    given = sa.exists().where(Feedback.session_id == Participant.session_id, Feedback.user_id == Participant.user_id)
    query = (
        sa.select(Participant.user_id, MentoringSession.id, MentoringSession.closed_at)
        .join(MentoringSession, MentoringSession.id == Participant.session_id)
        .where(
            MentoringSession.status == SessionStatus.CLOSED,
            MentoringSession.closed_at >= desk.now - WINDOW,
            Participant.user_id.is_not(None),
            Participant.answer != Answer.NO,
            ~given,
        )
        .order_by(MentoringSession.id, Participant.user_id)
    )
    for user_id, session_id, closed_at in desk.session.execute(query).all():
        if user_id is not None and closed_at is not None:
            day = closed_at.astimezone(JAKARTA).date()
            yield Owed(user_id, RULE, MentoringSession.__name__, session_id, day, STEP, day)


def lines(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    """One line a session, at the desk of whoever is asked."""
    ids = {row.subject_id for row in reminders}
    query = sa.select(MentoringSession.id, MentoringSession.title).where(MentoringSession.id.in_(ids))
    titles = {found[0]: found[1] for found in desk.session.execute(query)}
    answered = set(
        desk.session.scalars(
            sa.select(Feedback.session_id).where(Feedback.session_id.in_(ids), Feedback.user_id == desk.actor.id)
        )
    )
    return {row.id: line(row.subject_id, titles, answered) for row in reminders if row.subject_id in titles}


def line(session_id: int, titles: Mapping[int, str], answered: set[int]) -> Line | Skip:
    if session_id in answered:
        return Skip(ANSWERED)
    text = _("Tiga pertanyaan tentang sesi %(title)s", title=titles[session_id])
    return Line(text, f"/sesi/{session_id}/umpan-balik", TO_DO)


DUTY = Duty(RULE, N_("Umpan balik sesi"), owed, lines)
