"""What the page of a complaint tells: its conversation, the notes within, its story, and what it is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.access.history import Entry, column_in_words, in_words
from tracker.complaints.lines import ComplaintLine
from tracker.complaints.models import Complaint, ComplaintNote, ComplaintWords
from tracker.complaints.queries import aspects_known, indicators_known, people_named
from tracker.complaints.states import SHOWN_TO_CITIZEN
from tracker.directory.models import ServiceUnit
from tracker.events.models import Event
from tracker.kit import formats

KIND = Complaint.__name__
TOLD = (
    "status", "classification", "topic", "service", "is_confidential", "is_anonymous", "forwarded_to",
    "answered_in_lapor_on", "received_at", "source", "due_at", "completion_due_at",
)  # fmt: skip
"""Columns that a reader of the page is told of; moments and digests are in the trail."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was written: with the citizen, and within the handling group."""

    open: Sequence[ComplaintNote]
    within: Sequence[ComplaintNote]


def conversation(notes: Sequence[ComplaintNote]) -> Conversation:
    return Conversation(
        [note for note in notes if note.kind in SHOWN_TO_CITIZEN],
        [note for note in notes if note.kind not in SHOWN_TO_CITIZEN],
    )


def heading(complaint: Complaint, words: ComplaintWords | None) -> str:
    """Its title for whoever may read it, else what it is about."""
    if words is not None:
        return words.title or str(_("Pengaduan %(number)s", number=complaint.number))
    return complaint.topic or str(_("Pengaduan %(number)s", number=complaint.number))


def heading_of_line(line: ComplaintLine) -> str:
    return line.title or line.topic or str(_("Pengaduan %(number)s", number=line.number))


def aspect_names(desk: Desk) -> dict[str, str]:
    """Code -> name; where versions name it differently, as the newest does."""
    names: dict[str, str] = {}
    for row in desk.session.execute(aspects_known()):
        names.setdefault(row.code, formats.in_language(row))
    return names


def indicator_names(desk: Desk) -> dict[str, str]:
    return {str(number): f"{number}. {name}" for number, name, _aspect in desk.session.execute(indicators_known())}


def story(desk: Desk, events: Sequence[Event]) -> list[Entry]:
    """The events in words, with the changes that a reader of this page can use: also to whom it was given."""
    words = {column_in_words(column, KIND) for column in TOLD}
    names = names_in(desk, events)
    return [
        replace(entry, changes=(*handed(entry, names), *(each for each in entry.changes if each[0] in words)))
        for entry in in_words(events)
    ]


def names_in(desk: Desk, events: Sequence[Event]) -> Mapping[tuple[str, int], str]:
    """The units and people that the events name by number, in two questions."""
    units = {key for event in events for key in event.changes.get("unit_id", ()) if key}
    people = {key for event in events for key in event.changes.get("assignee_id", ()) if key}
    found: dict[tuple[str, int], str] = {}
    if units:
        rows = desk.session.execute(sa.select(ServiceUnit.id, ServiceUnit.name).where(ServiceUnit.id.in_(units)))
        found |= {("unit_id", id): name for id, name in rows}
    if people:
        found |= {("assignee_id", id): name for id, name in people_named(desk.session, people).items()}
    return found


def handed(entry: Entry, names: Mapping[tuple[str, int], str]) -> list[tuple[str, str | None, str]]:
    labels = {"unit_id": _("Unit"), "assignee_id": _("Petugas")}
    told = []
    for column, label in labels.items():
        before, after = entry.event.changes.get(column, (None, None))
        if after:
            was = names.get((column, before)) if before else None
            told.append((label, was, names.get((column, after), formats.NO_DATA)))
    return told
