"""What a session knows of some of its units: what they prepared, what was noted, and what they promise."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.mentoring.models import Commitment, MentoringSession, Preparation, SessionNote

About = tuple[int, int | None]
"""A unit and an aspect; no aspect: the unit as a whole."""


@dataclass(frozen=True, slots=True)
class Note:
    """What one note-taker wrote."""

    author_id: int
    author: str
    text: str
    version: int
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Talk:
    prepared: Mapping[About, Preparation] = field(default_factory=dict)
    notes: Mapping[About, list[Note]] = field(default_factory=dict)
    promises: Mapping[int, list[Commitment]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    """Of the people named above, by their account."""

    def mine(self, author_id: int | None, unit_id: int, aspect_id: int | None) -> Note | None:
        return next((each for each in self.notes.get((unit_id, aspect_id), []) if each.author_id == author_id), None)

    def of_others(self, author_id: int | None, unit_id: int, aspect_id: int | None) -> list[Note]:
        notes = self.notes.get((unit_id, aspect_id), [])
        return [each for each in notes if each.author_id != author_id and each.text.strip()]


def talk_of(desk: Desk, session: MentoringSession, unit_ids: Collection[int]) -> Talk:
    """Of these units, as far as the desk sees them. Four queries, however many units."""
    prepared = {
        (each.unit_id, each.aspect_id): each
        for each in desk.all(
            sa.select(Preparation).where(Preparation.session_id == session.id, Preparation.unit_id.in_(unit_ids))
        )
    }
    rows = desk.all(
        sa.select(SessionNote)
        .where(SessionNote.session_id == session.id, SessionNote.unit_id.in_(unit_ids))
        .order_by(SessionNote.id)
    )
    promises: dict[int, list[Commitment]] = defaultdict(list)
    query = sa.select(Commitment).where(Commitment.session_id == session.id, Commitment.unit_id.in_(unit_ids))
    for each in desk.all(query.options(joinedload(Commitment.aspect)).order_by(Commitment.id)):
        promises[each.unit_id].append(each)
    people = {row.author_id for row in rows} | {each.filled_by_id for each in prepared.values()}
    names = names_of(desk, people | {each.person_in_charge_id for many in promises.values() for each in many})
    return Talk(prepared, notes_of(rows, names), promises, names)


def notes_of(rows: Collection[SessionNote], names: Mapping[int, str]) -> dict[About, list[Note]]:
    notes: dict[About, list[Note]] = defaultdict(list)
    for row in rows:
        said = Note(row.author_id, names.get(row.author_id, ""), row.text, row.version, row.written_at)
        notes[row.unit_id, row.aspect_id].append(said)
    return notes


def names_of(desk: Desk, ids: Collection[int | None]) -> dict[int, str]:
    """People who wrote or are named in what the reader may see are named to them, whoever they are."""
    wanted = [id for id in ids if id is not None]
    if not wanted:
        return {}
    with as_machine(desk.session):
        found = desk.session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))
        return {row.id: row.name for row in found}
