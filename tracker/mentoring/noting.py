"""How the trail tells of notes that are saved as they are typed: in strides, and whole when the meeting is over.

An event for each keystroke would drown the trail, and none would leave the text untold. Each event says what was told
last and what stands now, so that together they tell every note from its first word to the last.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.events.models import Event
from tracker.mentoring.models import MentoringSession, SessionNote, SessionUnit

STRIDE = timedelta(minutes=10)
"""Words typed within it are told of together."""
TELLING = (Act.WRITE_NOTE.value, Act.CLOSE_SESSION.value, Act.CANCEL_SESSION.value)
AUTHOR, ASPECT, TEXT = "SessionNote.author_id", "SessionNote.aspect_id", "SessionNote.text"

Whose = tuple[int, int | None, int | None]
"""A line of a session, who wrote, and about which aspect."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the trail said last of a note, and when."""

    text: str
    at: datetime


def tell_in_strides(desk: Desk, line: SessionUnit, note: SessionNote) -> None:
    """Tell of a note that changed, unless it was told of moments ago."""
    told = told_of(desk, [line.id]).get((line.id, note.author_id, note.aspect_id))
    if told is None or told.at + STRIDE <= desk.now:
        tell(desk, Act.WRITE_NOTE, [(line, note, told)])


def tell_the_rest(desk: Desk, session: MentoringSession, act: Act) -> None:
    """Tell of what was written since each note was told of last, because nobody writes any more."""
    with as_machine(desk.session):  # also of units that whoever acts does not see
        lines = {each.unit_id: each for each in desk.all(sa.select(SessionUnit).filter_by(session_id=session.id))}
        notes = desk.all(sa.select(SessionNote).filter_by(session_id=session.id).order_by(SessionNote.id))
        told = told_of(desk, [each.id for each in lines.values()]) if notes else {}
    pairs = [(lines[note.unit_id], note) for note in notes if note.unit_id in lines]
    tell(desk, act, [(line, note, told.get((line.id, note.author_id, note.aspect_id))) for line, note in pairs])


def tell(desk: Desk, act: Act, notes: Iterable[tuple[SessionUnit, SessionNote, Told | None]]) -> None:
    """Of those whose text is another than the one told last."""
    changed = []
    for line, note, told in notes:
        before = told.text if told else ""
        if note.text != before:
            whose = {AUTHOR: [note.author_id, note.author_id], ASPECT: [note.aspect_id, note.aspect_id]}
            changed.append((line.id, line.unit_id, {**whose, TEXT: [before, note.text]}))
    desk.record_all(act, SessionUnit, changed, "")


def told_of(desk: Desk, line_ids: Iterable[int]) -> Mapping[Whose, Told]:
    """What the trail says by now of the notes of these lines."""
    query = sa.select(Event.subject_id, Event.changes, Event.at).where(
        Event.subject_type == SessionUnit.__name__, Event.subject_id.in_(line_ids), Event.act.in_(TELLING)
    )
    found: dict[Whose, Told] = {}
    with as_machine(desk.session):
        for line_id, changes, at in desk.session.execute(query.order_by(Event.id)):
            if AUTHOR in changes:
                found[line_id, last(changes, AUTHOR), last(changes, ASPECT)] = Told(last(changes, TEXT) or "", at)
    return found


def last(changes: Mapping[str, Any], name: str) -> Any:
    """To what a column was changed; None where it was not."""
    return changes.get(name, [None, None])[1]
