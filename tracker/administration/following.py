"""What follows elsewhere when administration moves something: the wiring says who follows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit

Succession = Callable[[Desk, int, date], int]
"""(desk, id of a person, day) -> how much was handed to others because of their memberships."""

Move = Callable[[Session, ServiceUnit], None]
"""A unit came into another supervision area."""

Preview = Callable[[Desk, Any], Iterable[Any]]
"""(desk, change of the calendar) -> the shifts it would bring, see administration.calendar_changing.Shift."""

Batch = Callable[[Desk, Any], tuple[int, int | None]]
"""(desk, change of the calendar) -> how many dates were moved, and the last row looked at; None when that was all."""


@dataclass(frozen=True, slots=True)
class CalendarFollower:
    """Whoever keeps dates that are counted in working days."""

    preview: Preview
    move: Batch


on_calendar_change: list[CalendarFollower] = []
on_membership_end: list[Succession] = []
on_unit_moved: list[Move] = []


def membership_ended(desk: Desk, user_id: int, day: date) -> int:
    """Have everybody hand over what this person may no longer hold; say how much it was."""
    return sum(hand_over(desk, user_id, day) for hand_over in on_membership_end)


def dates_moved(desk: Desk, change: Any) -> tuple[int, bool]:
    """Have the next dates moved: how many, and whether there may be more.

    Each follower has its turn, and begins at its own first row: `change.turn` and `change.last_id` say where it is.
    """
    count = 0
    while change.turn < len(on_calendar_change):
        moved, last_id = on_calendar_change[change.turn].move(desk, change)
        count += moved
        if last_id is not None:
            change.last_id = last_id
            return count, True
        change.turn, change.last_id = change.turn + 1, 0
    return count, False


def unit_moved(session: Session, unit: ServiceUnit) -> None:
    """Have everybody move along what is kept with the unit's area."""
    for follow in on_unit_moved:
        follow(session, unit)
