"""When jobs are due, which missed run is made up for, when a failed one is tried again, when silence is alarming. Pure.

A slot is the moment a job was due. It is worked out from the calendar and never from when a process woke up, so that
any number of schedulers speak of the same slot.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
EPOCH = datetime(2000, 1, 1, tzinfo=JAKARTA)
EARLIEST, LATEST = EPOCH, datetime(2999, 12, 31, tzinfo=JAKARTA)
"""Moments that a command may name."""

SILENCE = timedelta(minutes=15)
"""A heartbeat older than this means that nobody minds the schedule."""
PATIENCE = timedelta(minutes=5)
"""How long after its start a site waits for the very first heartbeat before it complains on its pages."""

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
MOST_TRIES = len(BACK_OFF) + 1


class Rule(Protocol):
    """When a job is due."""

    def latest(self, at: datetime) -> datetime:
        """The slot at or before a moment, in UTC."""
        ...

    def following(self, at: datetime) -> datetime:
        """The first slot after a moment, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, counted from midnight in Jakarta; the period divides a day."""

    period: timedelta

    def latest(self, at: datetime) -> datetime:
        return (EPOCH + (at - EPOCH) // self.period * self.period).astimezone(UTC)

    def following(self, at: datetime) -> datetime:
        return self.latest(at) + self.period


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, at a time of Jakarta. Jakarta has no summer time, so no hour is missing or comes twice."""

    at: time

    def latest(self, at: datetime) -> datetime:
        there = at.astimezone(JAKARTA)
        slot = datetime.combine(there.date(), self.at, JAKARTA)
        return (slot if slot <= there else slot - timedelta(days=1)).astimezone(UTC)

    def following(self, at: datetime) -> datetime:
        return self.latest(at) + timedelta(days=1)


def slots_between(rule: Rule, after: datetime, until: datetime) -> Iterator[datetime]:
    """The slots after one moment and up to another, oldest first."""
    slot = rule.following(after)
    while slot <= until:
        yield slot
        slot = rule.following(slot)


def to_catch_up(rule: Rule, last: datetime | None, now: datetime) -> datetime | None:
    """The slot to run now because none ran since: only ever the latest one; None where it ran already.

    A slot missed earlier is not made up for. What a job does, it does for everything that is due by then, and the
    figures of an earlier night cannot be told from those of today.
    """
    slot = rule.latest(now)
    return slot if last is None or last < slot else None


def retry_at(tries: int, failed_at: datetime, next_slot: datetime | None) -> datetime | None:
    """When a run that failed for the n-th time is tried again; None when it is not, or when the next slot is sooner."""
    if not 0 < tries < MOST_TRIES:
        return None
    again = failed_at + BACK_OFF[tries - 1]
    return again if next_slot is None or again < next_slot else None


def is_silent(last_heartbeat: datetime | None, now: datetime) -> bool:
    """Nobody minds the schedule: no heartbeat, or none in the last quarter of an hour."""
    return last_heartbeat is None or now - last_heartbeat > SILENCE


class Unreadable(ValueError):
    """A moment that cannot be read, or is none that Tuntas knows."""


def read_moment(text: str) -> datetime:
    """An ISO 8601 moment; without a zone it is Jakarta's. Raises Unreadable."""
    try:
        at = datetime.fromisoformat(text.strip())
        at = (at if at.tzinfo else at.replace(tzinfo=JAKARTA)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f"{text!r} is not a time in ISO 8601, such as 2026-05-14T01:00 or 2026-05-13T18:00Z") from None
    if not EARLIEST <= at <= LATEST:
        raise Unreadable(f"{text!r} is not between {EARLIEST.year} and {LATEST.year}")
    return at
