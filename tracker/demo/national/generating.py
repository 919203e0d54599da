"""Making the national data set: everything in one transaction, then the figures."""

from collections.abc import Callable
from itertools import count
from random import Random

import sqlalchemy as sa

from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.administration.reference import load_regions
from tracker.demo.national.complaints import write_complaints
from tracker.demo.national.meetings import write_meetings
from tracker.demo.national.people import People, write_people
from tracker.demo.national.places import Place, write_places
from tracker.demo.national.results import (
    Said,
    Scheme,
    Sent,
    write_cycle,
    write_recommendations,
    write_result,
)
from tracker.demo.national.size import Size
from tracker.demo.national.work import write_work
from tracker.demo.national.writer import Writer
from tracker.instruments.reference import load_instruments
from tracker.progress.operations import recalculate_all

UNITS_A_WRITE = 100
Telling = Callable[[str], None]


def generate(desk: Desk, size: Size, password_hash: str, tell: Telling) -> dict[str, int]:
    """Write the rows and compute the figures; how many rows went into each table.

    The database holds reference data at most. Works at the system's desk.
    """
    assert desk.actor is SYSTEM
    session = desk.session
    load_regions(desk)
    load_instruments(desk)
    session.flush()
    chance = Random(size.seed)  # noqa: S311 - the same seed must give the same country
    writer = Writer(session.connection())
    places = write_places(writer, session, chance, size.units)
    people = write_people(writer, session, chance, places, size, password_hash)
    tell(f"{len(places)} units, {len(people.coordinators)} agencies, {len(people.officers)} officers")
    write_rounds(writer, chance, Scheme.load(session), places, people, size, tell)
    write_complaints(desk, writer, places, people, size, password_hash, tell)
    writer.close()
    session.commit()
    tell("figures")
    recalculate_all(desk)
    session.connection().execute(sa.text("ANALYZE"))  # what a database in use knows about its rows
    session.commit()
    return dict(writer.counts)


def write_rounds(
    writer: Writer, chance: Random, scheme: Scheme, places: list[Place], people: People, size: Size, tell: Telling
) -> None:
    """Cycle after cycle, so that a recommendation can refer to the same one before."""
    said: dict[int, list[Said]] = {}
    numbers = count(1)
    for round in size.rounds:
        cycle_id, letter_id = write_cycle(writer, scheme, round)
        held = write_meetings(writer, round, cycle_id, places, people)
        for n, place in enumerate(places, start=1):
            sent = Sent(cycle_id, letter_id, round, place, people)
            write_result(writer, scheme, chance, place, cycle_id)
            before = said.get(place.unit_id, [])
            said[place.unit_id] = write_recommendations(writer, scheme, chance, sent, before)
            for turn, each in enumerate(said[place.unit_id]):
                write_work(writer, chance, sent, each, numbers, held.get(place.unit_id) if turn == 0 else None)
            if n % UNITS_A_WRITE == 0:
                writer.write()
        writer.write()
        tell(f"cycle {round.year}: {writer.counts['follow_up']:,} follow-ups so far")
