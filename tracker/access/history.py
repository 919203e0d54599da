"""Events in words: who did what when, from what to what, and why; in the reader's language."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import gettext, ngettext

from tracker.access.acts import Act
from tracker.access.words import COLUMNS, COLUMNS_OF, INVITED, LABELS, REASONS
from tracker.events.models import Event
from tracker.kit import formats

FIGURE = re.compile(r"\d+\.\d{2,4}")
"""An index, a score, a weight, as the trail keeps figures: exactly, with a point."""

SESSION = re.compile(r"Sesi (\d+)(?=: )")
"""How a reason begins that a mentoring session gave: its number, before its title."""

QUIET = frozenset({"imported", "submitted_by_id", "accepted_by_id", "assigned_by_id", "holder_since", "unit_id"})
"""Columns whose change the line itself tells: who did it, and when."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a history, as templates/ui/timeline.html shows it."""

    at: datetime
    who: str
    what: str
    why: str
    changes: tuple[tuple[str, str | None, str], ...]
    """What, from what (None where nothing stood there), to what."""
    event: Event


def in_words(events: Iterable[Event]) -> list[Entry]:
    return [
        Entry(
            event.at,
            actor_in_words(event),
            act_in_words(event.act),
            why_in_words(event),
            tuple(changes_of(event)),
            event,
        )
        for event in events
    ]


def actor_in_words(event: Event) -> str:
    """Who did it; what happened by itself was done by the system, whose name is a word of ours."""
    return event.actor_name if event.actor_id is not None else formats.said(event.actor_name)


def why_in_words(event: Event) -> str:
    """What people wrote stays as they wrote it."""
    number, _, what = event.reason.partition(" ")
    if event.act == Act.SCHEDULE_SESSION.value and number.isdigit() and what == INVITED:
        return str(ngettext("%(num)s undangan", "%(num)s undangan", int(number)))
    if session := SESSION.match(event.reason):
        return str(gettext("Sesi %(number)s", number=session[1])) + event.reason[session.end() :]
    return formats.said(event.reason) if event.reason in REASONS else event.reason


def act_in_words(act: str) -> str:
    """An act as the history tells it; one that this version does not know stays as it was written."""
    try:
        return formats.said(LABELS[Act(act)])
    except ValueError:
        return act


def changes_of(event: Event) -> Iterable[tuple[str, str | None, str]]:
    for name, pair in event.changes.items():
        column = name.rpartition(".")[2]
        if column in QUIET or column.endswith("_id") or not isinstance(pair, list):
            continue
        before, after = pair
        if after == "changed" and isinstance(before, bool):
            yield column_in_words(name, event.subject_type), None, gettext("diubah")
        elif before not in (None, "", []) or after not in (None, "", []):
            before = None if before in (None, "", []) else value_in_words(before)
            yield column_in_words(name, event.subject_type), before, value_in_words(after)


def column_in_words(name: str, kind: str = "") -> str:
    """A column by its last name, as this kind of row calls it; the score of an aspect with the aspect's code."""
    part, _, column = name.rpartition(".")
    if part == "score":
        return f"{formats.said(COLUMNS['score'])} {column.replace('_', ' ')}"
    word = COLUMNS_OF.get(kind, {}).get(name) or COLUMNS.get(column)
    return formats.said(word) if word else column.replace("_", " ")


def value_in_words(value: Any) -> str:
    """A value as JSON kept it: states by their word, dates as dates, moments in the reader's zone, files by name."""
    if value is None or value == "":
        return formats.NO_DATA
    if isinstance(value, bool):
        return str(gettext("ya") if value else gettext("tidak"))
    if isinstance(value, list):
        return ", ".join(each.get("name", "") if isinstance(each, dict) else str(each) for each in value)
    if not isinstance(value, str):
        return formats.number(value) if isinstance(value, int | float) else str(value)
    if value in current_app.extensions["labels"]:
        return formats.label(value)
    if FIGURE.fullmatch(value):
        return formats.number(Decimal(value), 2)
    with suppress(ValueError):
        return formats.date_in_words(date.fromisoformat(value))
    with suppress(ValueError):
        return formats.moment(datetime.fromisoformat(value))
    return value if len(value) <= 300 else value[:299] + "…"
