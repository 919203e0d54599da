"""What a reminder is before it is written down, and the windows in which one is owed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tracker.kit.words import N_
from tracker.kit.workdays import WorkCalendar

BEFORE = (14, 7, 3, 1, 0)
"""Working days before the due date on which a reminder becomes owed (0: the day itself)."""
AFTER = (1, 3, 7)
"""Working days after it; then weekly."""
WEEK = 5
"""Working days between the reminders after the last named one: T+12, T+17 …"""
NEVER_HELD = frozenset({"T-1", "T0", "T+1"})
"""Steps that the weekly limit never holds back."""

OVERDUE, DUE_TODAY, THIS_WEEK = N_("Lewat batas waktu"), N_("Jatuh tempo hari ini"), N_("Segera jatuh tempo")
RETURNED, TO_DO, NEWS, ABOVE = N_("Dikembalikan"), N_("Menunggu Anda"), N_("Kabar"), N_("Perlu perhatian Anda")
GROUPS = (OVERDUE, DUE_TODAY, RETURNED, THIS_WEEK, TO_DO, NEWS, ABOVE)
"""The headings of a digest in their order; lines name one of them, as it stands here. `ABOVE` holds escalations."""


@dataclass(frozen=True, slots=True)
class Owed:
    """Somebody is owed a word. `(recipient_id, rule, subject_type, subject_id, due_on, step)` is its key for ever.

    `due_on` is the date it is about: the due date of a deadline, else the day of what happened. `on` is the first day,
    where the recipient is, on which it may go out; `unit_id` the unit it is about, if any.
    """

    recipient_id: int
    rule: str
    subject_type: str
    subject_id: int
    due_on: date
    step: str
    on: date
    unit_id: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    """Plain values kept with the row for what is no longer to be read at send time; never personal data."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a digest in the reader's language: a text, the address it leads to, and where it stands in it.

    Lower `order` comes first. `group` is one of GROUPS; escalations stand under their own and count units by `unit`.
    """

    text: str
    path: str
    group: str = ""
    order: tuple[int, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing needs to be said any more, and why: solved meanwhile, out of reach, paused."""

    reason: str


def step_on(due: date, today: date, calendar: WorkCalendar, first_day: date | None = None) -> str | None:
    """The step whose window is open today: the latest one whose day has come. None before T-14.

    Windows, not equality: a day on which nothing ran is caught up by the next run, with one reminder and not several.
    A step whose day lay before `first_day` (the work was not yet there) is not owed.
    """
    left = calendar.until(today, due)
    step = step_at(left)
    if step is None:
        return None
    if first_day is not None and day_of(step, due, calendar) < first_day:
        return None
    return step


def step_at(left: int) -> str | None:
    """The step for so many working days left; negative are days gone by since the due date."""
    if left >= 0:
        owed = [days for days in BEFORE if left <= days]
        return name_of(-min(owed)) if owed else None
    gone = -left
    last = AFTER[-1]
    if gone < last:
        return name_of(max(days for days in AFTER if days <= gone))
    return name_of(last + (gone - last) // WEEK * WEEK)


def name_of(offset: int) -> str:
    """ "T-3", "T0", "T+12"."""
    return f"T{offset:+d}" if offset else "T0"


def offset_of(step: str) -> int:
    return int(step[1:] or 0)


def day_of(step: str, due: date, calendar: WorkCalendar) -> date:
    """The working day on which a step's window opens."""
    return calendar.add(due, offset_of(step))
