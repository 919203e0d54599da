"""What those who took part thought of a session, summed up so that nobody can be told apart."""

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.mentoring.models import Feedback, MentoringSession, Participant

ENOUGH = 3
"""Below so many answers nothing is shown: whoever knows who was asked could tell who said what."""
MARKS = range(1, 6)
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Question:
    """One question from 1 to 5: its mean, and how often each mark was given, the lowest first."""

    mean: Decimal
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """`useful` and `clear` are None, and no words are shown, as long as too few answered."""

    answered: int
    asked: int
    useful: Question | None = None
    clear: Question | None = None
    words: tuple[str, ...] = ()
    """In the order of the alphabet, so that their place says nothing of who wrote them."""


def summary(desk: Desk, session: MentoringSession) -> Summary:
    """The answers to a session's three questions."""
    asked = desk.session.scalar(
        sa.select(sa.func.count()).where(Participant.session_id == session.id, Participant.user_id.is_not(None))
    )
    rows = desk.session.execute(
        sa.select(Feedback.useful, Feedback.clear, Feedback.better).where(Feedback.session_id == session.id)
    ).all()
    if len(rows) < ENOUGH:
        return Summary(len(rows), asked or 0)
    words = sorted((row.better.strip() for row in rows if row.better.strip()), key=str.casefold)
    return Summary(
        len(rows),
        asked or 0,
        question([row.useful for row in rows]),
        question([row.clear for row in rows]),
        tuple(words),
    )


def question(marks: list[int]) -> Question:
    """The mean of at least one mark, with one decimal, halves away from zero."""
    counted = Counter(marks)
    mean = (Decimal(sum(marks)) / len(marks)).quantize(TENTH, ROUND_HALF_UP)
    return Question(mean, tuple(counted[mark] for mark in MARKS))


def own_feedback(desk: Desk, session: MentoringSession) -> Feedback | None:
    """What whoever looks answered before."""
    if desk.actor.id is None:
        return None
    return desk.session.scalar(sa.select(Feedback).filter_by(session_id=session.id, user_id=desk.actor.id))
