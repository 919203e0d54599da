"""Who is taken elsewhere at the time of a session: units, speakers, and whoever is invited."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Agency, ServiceUnit
from tracker.mentoring.models import MentoringSession, Participant, SessionDay, SessionUnit
from tracker.mentoring.states import OPEN, Answer, Part


@dataclass(frozen=True, slots=True)
class Clash:
    """One that is taken, and the session that takes it; `title` is empty where that one is out of reach."""

    name: str
    session_id: int
    title: str = ""


def clashes(
    desk: Desk, session: MentoringSession, unit_ids: Sequence[int], user_ids: Sequence[int] = ()
) -> list[Clash]:
    """Of units and people. Asked as the machine: a speaker may be taken by an area that the planner does not see."""
    with as_machine(desk.session):
        found = [
            *desk.session.execute(units_taken(session, unit_ids)),
            *desk.session.execute(people_taken(session, user_ids)),
        ]
    seen = set(desk.all(sa.select(MentoringSession.id).where(MentoringSession.id.in_({row[1] for row in found}))))
    return [Clash(name, id, title if id in seen else "") for name, id, title in dict.fromkeys(map(tuple, found))]


def at_the_time(session: MentoringSession) -> sa.ColumnElement[bool]:
    """Other sessions that are not over, with a day that overlaps one of this one's."""
    mine, theirs = aliased(SessionDay), aliased(SessionDay)
    overlap = (
        sa.exists()
        .where(
            mine.session_id == session.id,
            theirs.session_id == MentoringSession.id,
            theirs.starts_at < mine.ends_at,
            mine.starts_at < theirs.ends_at,
        )
        .correlate(MentoringSession)
    )
    return sa.and_(MentoringSession.id != session.id, MentoringSession.status.in_(OPEN), overlap)


def units_taken(session: MentoringSession, unit_ids: Sequence[int]) -> sa.Select[str, int, str]:
    name = ServiceUnit.name + ", " + Agency.name
    return (
        sa.select(name, MentoringSession.id, MentoringSession.title)
        .join(SessionUnit, SessionUnit.session_id == MentoringSession.id)
        .join(ServiceUnit, ServiceUnit.id == SessionUnit.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .where(SessionUnit.unit_id.in_(unit_ids), at_the_time(session))
        .order_by(MentoringSession.id, SessionUnit.position)
    )


def people_taken(session: MentoringSession, user_ids: Sequence[int]) -> sa.Select[str, int, str]:
    """By their account, and speakers also by their name; who declined there is not taken."""
    ours = aliased(Participant)
    mine = sa.select(ours.user_id).where(ours.session_id == session.id, ours.user_id.is_not(None))
    named = sa.select(ours.name).where(ours.session_id == session.id, ours.part == Part.SPEAKER)
    same = sa.or_(
        Participant.user_id.in_(user_ids),
        Participant.user_id.in_(mine),
        sa.and_(Participant.part == Part.SPEAKER, Participant.name.in_(named)),
    )
    return (
        sa.select(Participant.name, MentoringSession.id, MentoringSession.title)
        .join(MentoringSession, MentoringSession.id == Participant.session_id)
        .where(same, Participant.answer != Answer.NO, at_the_time(session))
        .order_by(MentoringSession.id, Participant.name)
    )
