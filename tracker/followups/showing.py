"""What the page of a follow-up tells in words: how the last submission ended, and the whole story."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.access.acts import Act
from tracker.access.history import Entry, column_in_words, in_words
from tracker.events.models import Event
from tracker.followups.models import FollowUp, Submission
from tracker.followups.states import FollowUpStatus

TOLD = (
    "status", "due_on", "due_at", "proposed_on", "granted_on", "fiscal_year", "title", "weight", "confirmed_percent",
    "claimed_percent", "hold_fiscal_year",
)  # fmt: skip
"""Columns that a reader of the page is told of; digests and moments are in the trail."""

GAVE_BACK = {Act.RETURN_FOLLOW_UP.value, Act.SEND_BACK.value}


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Why work came back: who said so, and what is missing."""

    why: str
    who: str
    at: datetime
    by_coordinator: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the last submission stands."""

    receipt: Submission | None
    given_back: GivenBack | None
    note: str
    """What the verifier said on accepting it."""


def given_back(event: Event) -> GivenBack:
    return GivenBack(event.reason, event.actor_name, event.at, event.act == Act.SEND_BACK.value)


def outcome(follow_up: FollowUp, submissions: Sequence[Submission], events: Sequence[Event]) -> Outcome:
    """`submissions` and `events` are the follow-up's, newest first."""
    latest = submissions[0] if submissions else None
    waits = latest if latest and latest.withdrawn_at is None and latest.verification is None else None
    back = next((event for event in events if event.act in GAVE_BACK), None)
    worked_on = follow_up.status in (FollowUpStatus.RETURNED, FollowUpStatus.IN_PROGRESS)
    accepted = latest.verification if latest and follow_up.status is FollowUpStatus.ACCEPTED else None
    return Outcome(waits, given_back(back) if back and worked_on else None, accepted.note if accepted else "")


def story(events: Sequence[Event]) -> list[Entry]:
    """The events in words, with the changes that a reader of this page can use."""
    words = {column_in_words(column) for column in TOLD}
    return [replace(entry, changes=told_once(entry, words)) for entry in in_words(events)]


def told_once(entry: Entry, words: set[str]) -> tuple[tuple[str, str | None, str], ...]:
    """An entry and its follow-up keep the same figure; the reader sees from what to what, once."""
    return tuple({label: (label, before, after) for label, before, after in entry.changes if label in words}.values())
