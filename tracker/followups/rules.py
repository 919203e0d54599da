"""When a follow-up is due, whether it is overdue, and how far away that is. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.followups.states import CLAIMED_WHOLE, FollowUpStatus, Holder
from tracker.kit.workdays import WorkCalendar

CLOCK_RUNS = frozenset({Holder.UNIT, Holder.COORDINATOR})
"""Only while these hold the ball can a follow-up become overdue."""
SOON = 3
"""Working days from which on a due date counts as near."""
MOST_AFTER_RETURN = 99
"""What was given back is not done, whatever is claimed."""


class DueState(StrEnum):
    OPEN = "open"
    SOON = "soon"
    OVERDUE = "overdue"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Due:
    """How a due date stands to the present. `workdays` are left, or gone by once overdue."""

    state: DueState
    day: date
    """The last day on which it is on time, where the unit is."""
    workdays: int
    incomplete: bool
    """The joint leave (cuti bersama) of that year is not known yet, so the day may still move."""
    holder: Holder | None = None


def due_at(agreed_on: date, zone: ZoneInfo, days_elsewhere: int, calendar: WorkCalendar) -> datetime:
    """The last second, in UTC, in which the work is on time.

    The end of the first working day on or after the agreed date where `zone` is the time, plus the working days the
    work lay with others than the unit and its coordinator.
    """
    return calendar.end_of_due(agreed_on, zone, days_elsewhere)


def grace(due: date, today: date, calendar: WorkCalendar, least: int) -> int:
    """Working days to add so that at least so many are left after today; 0 where they are."""
    return max(0, least - calendar.until(today, due))


def is_overdue(holder: Holder | None, due: datetime, now: datetime) -> bool:
    """The unit or its coordinator holds the ball, and the last second has passed. Never stored."""
    return holder in CLOCK_RUNS and now > due


def standing(holder: Holder | None, due: datetime, zone: ZoneInfo, now: datetime, calendar: WorkCalendar) -> Due:
    """How the due date stands to this moment, in working days of the unit's place."""
    day, today = due.astimezone(zone).date(), now.astimezone(zone).date()
    left = calendar.until(today, day)
    incomplete = calendar.incomplete_on(day)
    if holder not in CLOCK_RUNS:
        return Due(DueState.STOPPED, day, max(left, 0), incomplete, holder)
    if is_overdue(holder, due, now):
        return Due(DueState.OVERDUE, day, -left, incomplete, holder)
    return Due(DueState.SOON if left <= SOON else DueState.OPEN, day, left, incomplete, holder)


def claimed(status: FollowUpStatus, logged: int, was_returned: bool) -> int:
    """What the unit says, in percent: all of it while it waits for a word or is accepted, else what it last logged."""
    if status in CLAIMED_WHOLE:
        return 100
    return min(logged, MOST_AFTER_RETURN) if was_returned else logged


def verified(status: FollowUpStatus, confirmed: int) -> int:
    """What a verifier has confirmed, in percent: all of it once accepted, else what the last return confirmed."""
    return 100 if status is FollowUpStatus.ACCEPTED else confirmed
