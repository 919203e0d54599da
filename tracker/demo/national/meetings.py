"""Mentoring sessions of a cycle: every fourth unit of an area meets in turn, and promises what is then worked on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.demo.national.people import People
from tracker.demo.national.places import Place
from tracker.demo.national.size import Round, midday
from tracker.demo.national.writer import Writer
from tracker.mentoring.models import Commitment, MentoringSession, Participant, SessionDay, SessionUnit
from tracker.mentoring.states import Answer, Mode, Part, SessionStatus

EVERY, AT_ONCE = 4, 25
"""Which units take part, and how many at most in one session."""
AFTER_LETTER, LASTS = timedelta(days=6), timedelta(hours=3)
AHEAD = timedelta(days=7)
"""From the end of the current cycle's work: when the session that is still to come is held."""


@dataclass
class Held:
    """A session while its units are written."""

    id: int
    on: date
    invited: set[int] = field(default_factory=set)
    units: int = 0


def write_meetings(
    writer: Writer, round: Round, cycle_id: int, places: Sequence[Place], people: People
) -> dict[int, Held]:
    """Unit -> the session in which it promised something."""
    found: dict[int, Held] = {}
    for area_id in dict.fromkeys(place.area_id for place in places):
        mine = [place for place in places if place.area_id == area_id][::EVERY]
        for start in range(0, len(mine), AT_ONCE):
            day = round.letter_on + AFTER_LETTER
            held = write_session(writer, cycle_id, area_id, people, day, SessionStatus.CLOSED, len(found))
            for place in mine[start : start + AT_ONCE]:
                write_unit(writer, held, place, people)
                found[place.unit_id] = held
        if round.is_current and mine:
            coming = write_session(
                writer, cycle_id, area_id, people, round.until + AHEAD, SessionStatus.SCHEDULED, len(found)
            )
            for place in mine[:AT_ONCE]:
                write_unit(writer, coming, place, people)
    return found


def write_session(
    writer: Writer, cycle_id: int, area_id: int | None, people: People, day: date, status: SessionStatus, turn: int
) -> Held:
    starts, host = midday(day), people.assistants[area_id]
    closed = status is SessionStatus.CLOSED
    session_id = writer.add(
        MentoringSession,
        title=f"Ngulik {day:%m/%Y} (data buatan)",
        series="Ngulik",
        mode=Mode.ONLINE,
        link="https://rapat.contoh.example/ngulik",
        cycle_id=cycle_id,
        host_area_id=area_id,
        host="Asisten Deputi (data buatan)",
        starts_at=starts,
        ends_at=starts + LASTS,
        status=status,
        uid=f"nasional-{cycle_id}-{area_id or 0}-{turn}-{status.value}@tuntas",
        planned_by_id=host,
        planned_at=starts - timedelta(days=14),
        started_at=starts if closed else None,
        closed_at=starts + LASTS if closed else None,
        closed_by_id=host if closed else None,
    )
    writer.add(SessionDay, session_id=session_id, starts_at=starts, ends_at=starts + LASTS)
    held = Held(session_id, day)
    write_person(writer, held, host, Part.HOST, None)
    return held


def write_unit(writer: Writer, held: Held, place: Place, people: People) -> None:
    held.units += 1
    writer.add(SessionUnit, session_id=held.id, unit_id=place.unit_id, position=held.units)
    write_person(writer, held, people.officers.get(place.unit_id), Part.OFFICER, place.unit_id)
    write_person(writer, held, people.coordinators.get(place.agency_id), Part.COORDINATOR, place.unit_id)


def write_person(writer: Writer, held: Held, user_id: int | None, part: Part, unit_id: int | None) -> None:
    """Each account once in a session."""
    if user_id is None or user_id in held.invited:
        return
    held.invited.add(user_id)
    writer.add(
        Participant,
        session_id=held.id,
        user_id=user_id,
        unit_id=unit_id,
        name=f"Peserta {user_id}",
        part=part,
        answer=Answer.YES,
    )


def write_promise(
    writer: Writer, held: Held, unit_id: int, aspect_id: int, recommendation_id: int, work: tuple[int, str, date]
) -> None:
    """The line of the minutes that a follow-up came from."""
    follow_up_id, title, due_on = work
    writer.add(
        Commitment,
        session_id=held.id,
        unit_id=unit_id,
        aspect_id=aspect_id,
        recommendation_id=recommendation_id,
        text=title,
        due_on=due_on,
        line_key=f"{follow_up_id:x}",
        entered_at=midday(held.on),
        follow_up_id=follow_up_id,
    )
