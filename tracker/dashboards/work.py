"""Follow-ups as an officer's and a coordinator's home count and list them."""

from collections.abc import Sequence
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
    accepted: int = 0
    """Only where it was asked for."""

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


def lines_of(
    desk: Desk, groups: Sequence[Sequence[Holder]], *which: sa.ColumnElement[bool]
) -> list[list[FollowUpLine]]:
    """The most urgent open ones of each group of holders, asked for at once: questions cost more than rows."""
    group = sa.case(*((FollowUp.holder.in_(holders), at) for at, holders in enumerate(groups)))
    place = sa.func.row_number().over(partition_by=group, order_by=MOST_URGENT).label("place")
    asked = [holder for holders in groups for holder in holders]
    ranked = sa.select(FollowUp.id, place).where(FollowUp.is_open, FollowUp.holder.in_(asked), *which).subquery()
    first = sa.select(ranked.c.id).where(ranked.c.place <= AT_ONCE)
    found = read(desk, LINES.where(FollowUp.id.in_(first)).order_by(*MOST_URGENT))
    return [[line for line in found if line.holder in holders] for holders in groups]


def number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


BY_HOLDER = sa.select(
    number(FollowUp.holder == Holder.UNIT),
    number(FollowUp.status == FollowUpStatus.RETURNED),
    number(overdue(sa.bindparam("now", type_=Moment()))),
    number(FollowUp.holder == Holder.COORDINATOR),
    number(FollowUp.holder == Holder.VERIFIER),
    number(FollowUp.holder.in_((Holder.BUDGET, Holder.LAW))),
)
"""Put together once: that took longer than the answer. What is not open has no holder, and is in none of them."""
OPEN = BY_HOLDER.where(FollowUp.is_open)
WITH_ACCEPTED = BY_HOLDER.add_columns(number(FollowUp.status == FollowUpStatus.ACCEPTED))


def counts(desk: Desk, which: sa.ColumnElement[bool], accepted: bool = False) -> Counts:
    """In one question; with how many were accepted, where everything of a few units is read for it."""
    asked = WITH_ACCEPTED if accepted else OPEN
    row = desk.session.execute(asked.where(which), {"now": desk.now}).one()
    return Counts(*(int(value) for value in row))
