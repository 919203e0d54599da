"""Which planned reminders go out to somebody at a moment, and why the others wait. Pure.

The sender asks this at the moment of sending; the page "what goes out tomorrow" asks it about tomorrow. Nobody else
decides: neither could differ from the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from tracker.kit.words import N_
from tracker.kit.workdays import WorkCalendar
from tracker.reminders.rules import NEVER_HELD

FIRST_HOUR, LAST_HOUR = 8, 16
"""Digests go out from 08.00 until just before 16.00, where the recipient is."""
DIGESTS_A_WEEK = 3
"""Monday to Sunday, where the recipient is."""


class Wait(StrEnum):
    """Why a planned row does not go out now. It stays planned."""

    NOT_YET = "not_yet"
    NO_WORKDAY = "no_workday"
    QUIET = "quiet"
    PERSON_PAUSED = "person_paused"
    UNIT_PAUSED = "unit_paused"
    TOLD_TODAY = "told_today"
    WEEK_FULL = "week_full"


LABELS = {
    Wait.NOT_YET: N_("harinya belum tiba"),
    Wait.NO_WORKDAY: N_("bukan hari kerja di tempat penerima"),
    Wait.QUIET: N_("di luar jam 08.00–16.00 di tempat penerima"),
    Wait.PERSON_PAUSED: N_("pengingat untuk orang ini dijeda"),
    Wait.UNIT_PAUSED: N_("pengingat tentang unit ini dijeda"),
    Wait.TOLD_TODAY: N_("ringkasan hari ini sudah dikirim"),
    Wait.WEEK_FULL: N_("sudah tiga ringkasan minggu ini"),
}


class Planned(Protocol):
    """A row of the ledger, or what would become one. A later one has the higher id."""

    @property
    def id(self) -> int: ...
    @property
    def rule(self) -> str: ...
    @property
    def subject_type(self) -> str: ...
    @property
    def subject_id(self) -> int: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def due_on(self) -> date: ...
    @property
    def step(self) -> str: ...
    @property
    def on_day(self) -> date: ...


R = TypeVar("R", bound=Planned)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody as the selection knows them: where they are, from which hour they want it, what they had already.

    `digest_days` are the days, where they are, on which a digest was claimed for them, whatever became of it.
    """

    id: int
    zone: ZoneInfo
    calendar: WorkCalendar
    hour: int = FIRST_HOUR
    digest_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Rest:
    """The pauses in force: unit or person -> the last day of rest."""

    units: Mapping[int, date] = field(default_factory=dict)
    people: Mapping[int, date] = field(default_factory=dict)

    def of_person(self, user_id: int, day: date) -> bool:
        return user_id in self.people and day <= self.people[user_id]

    def of_unit(self, unit_id: int | None, day: date) -> bool:
        return unit_id is not None and unit_id in self.units and day <= self.units[unit_id]


@dataclass(frozen=True, slots=True)
class Chosen(Generic[R]):
    """What one person gets at a moment. `day` is theirs, and the key of the digest."""

    day: date
    rows: tuple[R, ...] = ()
    """These go out, as one digest."""
    superseded: tuple[tuple[R, R], ...] = ()
    """(older, newer): the newer row on the same matter goes out and stands for the older, which is skipped."""
    waiting: tuple[tuple[R, Wait], ...] = ()


def due_now(recipient: Recipient, rows: Sequence[R], rest: Rest, now: datetime) -> Chosen[R]:
    """Of all rows that are planned for a person, those that go out at this moment as one digest.

    None outside 08.00-16.00 (or before the person's hour), at weekends and on holidays where they are, on a day that
    had its digest, or while they are paused. After three digests in a week only T-1, T0 and T+1 go out. Rows on paused
    units wait. What waits stays planned, and goes out with the first digest that may carry it.
    """
    here = now.astimezone(recipient.zone)
    day = here.date()
    reason = silence(recipient, rest, here)
    if reason is not None:
        return Chosen(day, waiting=tuple((row, reason) for row in rows))
    full = digests_in_week(recipient.digest_days, day) >= DIGESTS_A_WEEK
    going: list[R] = []
    waiting: list[tuple[R, Wait]] = []
    for row in rows:
        why = wait_of(row, rest, day, full)
        if why is None:
            going.append(row)
        else:
            waiting.append((row, why))
    kept, superseded = newest(going)
    return Chosen(day, kept, superseded, tuple(waiting))


def silence(recipient: Recipient, rest: Rest, here: datetime) -> Wait | None:
    """Why a person is told nothing at all at this time of theirs."""
    day = here.date()
    if not recipient.calendar.is_workday(day):
        return Wait.NO_WORKDAY
    if not max(FIRST_HOUR, recipient.hour) <= here.hour < LAST_HOUR:
        return Wait.QUIET
    if rest.of_person(recipient.id, day):
        return Wait.PERSON_PAUSED
    if day in recipient.digest_days:
        return Wait.TOLD_TODAY
    return None


def wait_of(row: Planned, rest: Rest, day: date, week_is_full: bool) -> Wait | None:
    if row.on_day > day:
        return Wait.NOT_YET
    if rest.of_unit(row.unit_id, day):
        return Wait.UNIT_PAUSED
    if week_is_full and row.step not in NEVER_HELD:
        return Wait.WEEK_FULL
    return None


def digests_in_week(days: Iterable[date], day: date) -> int:
    """How many of the days lie in the week (Monday to Sunday) of `day`."""
    monday = day - timedelta(days=day.weekday())
    return sum(monday <= each < monday + timedelta(days=7) for each in days)


def newest(rows: Sequence[R]) -> tuple[tuple[R, ...], tuple[tuple[R, R], ...]]:
    """One row for each matter and date: the latest, which stands for the older ones that had to wait."""
    latest: dict[tuple[Any, ...], R] = {}
    for row in rows:
        if matter(row) not in latest or latest[matter(row)].id < row.id:
            latest[matter(row)] = row
    kept = {row.id for row in latest.values()}
    older = tuple((row, latest[matter(row)]) for row in rows if row.id not in kept)
    return tuple(row for row in rows if row.id in kept), older


def matter(row: Planned) -> tuple[Any, ...]:
    return row.rule, row.subject_type, row.subject_id, row.due_on
