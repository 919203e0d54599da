"""What follows elsewhere when administration moves something: the wiring says who follows."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit

Succession = Callable[[Desk, int, date], int]
"""(desk, id of a person, day) -> how much was handed to others because of their memberships."""

Move = Callable[[Session, ServiceUnit], None]
"""A unit came into another supervision area."""

on_membership_end: list[Succession] = []
on_unit_moved: list[Move] = []


def membership_ended(desk: Desk, user_id: int, day: date) -> int:
    """Have everybody hand over what this person may no longer hold; say how much it was."""
    return sum(hand_over(desk, user_id, day) for hand_over in on_membership_end)


def unit_moved(session: Session, unit: ServiceUnit) -> None:
    """Have everybody move along what is kept with the unit's area."""
    for follow in on_unit_moved:
        follow(session, unit)
