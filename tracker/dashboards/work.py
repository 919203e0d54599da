"""Follow-ups as an officer's and a coordinator's home count and list them."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.followups.lines import LINES, FollowUpLine, read
from tracker.followups.models import FollowUp
from tracker.followups.queries import due_order, overdue
from tracker.followups.states import FollowUpStatus, Holder
from tracker.kit.db import Moment

AT_ONCE = 12
"""Lines of a kind on the home page; the rest is one click away, and its number is said."""
MOST_URGENT = due_order(few=True)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many follow-ups in reach are where."""

    to_do: int = 0
    returned: int = 0
    overdue: int = 0
    with_coordinator: int = 0
    with_verifier: int = 0
    on_hold: int = 0

    @property
    def waiting(self) -> int:
        return self.with_coordinator + self.with_verifier

    @property
    def open(self) -> int:
        return self.to_do + self.waiting + self.on_hold


def where_may(desk: Desk, act: Act) -> sa.ColumnElement[bool]:
    """Follow-ups of the units in which the person may do this, not of all that they may see."""
    return desk.where_may(act, FollowUp.unit_id, FollowUp.area_id)


def lines(desk: Desk, *which: sa.ColumnElement[bool]) -> list[FollowUpLine]:
    """The most urgent open ones."""
    return read(desk, LINES.where(FollowUp.is_open, *which).order_by(*MOST_URGENT).limit(AT_ONCE))


def number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


NUMBERS = sa.select(
    number(FollowUp.holder == Holder.UNIT),
    number(FollowUp.status == FollowUpStatus.RETURNED),
    number(overdue(sa.bindparam("now", type_=Moment()))),
    number(FollowUp.holder == Holder.COORDINATOR),
    number(FollowUp.holder == Holder.VERIFIER),
    number(FollowUp.holder.in_((Holder.BUDGET, Holder.LAW))),
).where(FollowUp.is_open)
"""Put together once: that took longer than the answer."""


def counts(desk: Desk, which: sa.ColumnElement[bool]) -> Counts:
    """In one question."""
    row = desk.session.execute(NUMBERS.where(which), {"now": desk.now}).one()
    return Counts(*(int(value) for value in row))
