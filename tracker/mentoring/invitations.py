"""Inviting to a session, and telling of its changes: queued in the ledger, written when sent, taken by calendars.

A calendar object that asks something speaks of one event alone, so each day of a session goes out in a mail of its own;
the inbox says it once.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.access.words import INVITED
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove
from tracker.mentoring.calendars import Method
from tracker.mentoring.inviting import Invitee, invitees
from tracker.mentoring.models import Attendance, MentoringSession, Participant, SessionUnit
from tracker.mentoring.planning import NO_UNITS, SessionPlan, cancel_session, edit_session
from tracker.mentoring.states import Part, SessionStatus
from tracker.reminders.at_once import ToTell, tell_many, withdraw
from tracker.reminders.states import Channel

INVITATION = "session.invitation"
Day = tuple[int, str, str]
"""(id, start, end) of a day as it is kept for a message: moments in ISO 8601."""


def invite(desk: Desk, session: MentoringSession, host_ids: Sequence[int] = ()) -> int:
    """Make participants of whoever is to come and queue their invitations; how many people are newly asked.

    Pressed again it asks those who came to it since, and takes leave of those whose unit no longer takes part.
    """
    if not desk.session.scalar(sa.select(SessionUnit.id).filter_by(session_id=session.id).limit(1)):
        raise Refusal("units", NO_UNITS)
    if not session.can(Act.SCHEDULE_SESSION):
        raise IllegalMove(Act.SCHEDULE_SESSION, session.status)
    people = invitees(desk, session, host_ids).people
    known = participants(desk, session)
    named = {row.name.casefold(): row for row in known if row.part is Part.SPEAKER and row.user_id is None}
    had = {row.user_id for row in known if row.user_id is not None}
    new = [each for each in people if each.user_id not in had]
    rows = []
    for each in new:
        if each.part is Part.SPEAKER and each.name.casefold() in named:
            named.pop(each.name.casefold()).user_id = each.user_id
        else:
            rows.append(as_participant(session, each))
    let_go(desk, session, known)
    session.move(Act.SCHEDULE_SESSION)
    desk.add_all(Participant, rows)  # hundreds: told of by the number, not one by one
    desk.record(Act.SCHEDULE_SESSION, session, f"{len(new)} {INVITED}")
    announce(desk, session, [each.user_id for each in new], days_of(session), Method.REQUEST)
    return len(new)


def participants(desk: Desk, session: MentoringSession) -> list[Participant]:
    return desk.all(sa.select(Participant).filter_by(session_id=session.id))


def as_participant(session: MentoringSession, each: Invitee) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "user_id": each.user_id,
        "name": each.name,
        "post": each.post,
        "part": each.part,
        "unit_id": each.unit_id,
    }


def let_go(desk: Desk, session: MentoringSession, known: Sequence[Participant]) -> None:
    """Officers whose unit no longer takes part are told so, unless their attendance is already kept."""
    with as_machine(desk.session):  # also units that whoever presses does not see
        units = set(desk.all(sa.select(SessionUnit.unit_id).filter_by(session_id=session.id)))
    noted = set(desk.all(sa.select(Attendance.participant_id).filter_by(session_id=session.id)))
    gone = [row for row in known if row.part is Part.OFFICER and row.unit_id not in units and row.id not in noted]
    ids = [row.user_id for row in gone if row.user_id is not None]
    for row in gone:
        desk.session.delete(row)
    announce(desk, session, ids, days_of(session), Method.CANCEL, "lepas")


def edit_and_tell(desk: Desk, session: MentoringSession, plan: SessionPlan) -> int:
    """Change a session and queue what invitees' calendars must learn of; how many people are told."""
    before, sequence = days_of(session), session.sequence
    edit_session(desk, session, plan)
    if session.sequence == sequence:
        return 0
    people = invited(desk, session)
    now = days_of(session)
    take_back(desk, session)
    dropped = [day for day in before if day[0] not in {id for id, _, _ in now}]
    announce(desk, session, people, dropped, Method.CANCEL, "hari", in_inbox=False)
    return announce(desk, session, people, now, Method.REQUEST)


def cancel_and_tell(desk: Desk, session: MentoringSession, reason: str) -> int:
    """Cancel a session; how many people are told. One that nobody was invited to is told to nobody."""
    was_announced = session.status is not SessionStatus.DRAFT
    cancel_session(desk, session, reason)
    if not was_announced:
        return 0
    take_back(desk, session)
    return announce(desk, session, invited(desk, session), days_of(session), Method.CANCEL)


def take_back(desk: Desk, session: MentoringSession) -> None:
    """What was not sent yet would be old news; everybody is about to be told anew."""
    withdraw(desk, INVITATION, f"undangan {session.id} ")


def invited(desk: Desk, session: MentoringSession) -> list[int]:
    """The accounts of everybody who takes part."""
    query = sa.select(Participant.user_id).where(Participant.session_id == session.id, Participant.user_id.is_not(None))
    return desk.all(query.order_by(Participant.id))


def days_of(session: MentoringSession) -> list[Day]:
    return [(day.id, day.starts_at.isoformat(), day.ends_at.isoformat()) for day in session.days]


def announce(
    desk: Desk,
    session: MentoringSession,
    people: Sequence[int],
    days: Sequence[Day],
    method: Method,
    what: str = "undangan",
    in_inbox: bool = True,
) -> int:
    """Queue a mail for each day and one entry in the inbox for each of these people; how many people."""
    if not people or not days:
        return 0
    tell_many(desk, INVITATION, messages(session, people, days, method, what, in_inbox))
    return len(people)


def messages(
    session: MentoringSession,
    people: Sequence[int],
    days: Sequence[Day],
    method: Method,
    what: str,
    in_inbox: bool,
) -> Iterable[ToTell]:
    key = f"{what} {session.id} {session.sequence} {method.value}"
    common: dict[str, Any] = {"session": session.id, "sequence": session.sequence, "method": method.value}
    for user_id in people:
        for day in days:
            yield ToTell(user_id, Channel.EMAIL, f"{key} {day[0]}", common | {"day": list(day), "what": what})
        if in_inbox:
            yield ToTell(user_id, Channel.INBOX, key, common | {"what": what})


def host_ids_of(desk: Desk, session: MentoringSession) -> list[int]:
    """Who of the host's side is already asked along."""
    with as_machine(desk.session):
        query = sa.select(Participant.user_id).filter_by(session_id=session.id, part=Part.HOST)
        return [id for id in desk.all(query) if id is not None]
