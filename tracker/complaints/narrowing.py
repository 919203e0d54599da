"""What narrows the list of complaints, in which order it comes, and how many are where."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.queries import numbered
from tracker.complaints.searching import matching, matching_few
from tracker.complaints.states import OVER, BallHolder, Classification, Clock, ComplaintSource, ComplaintStatus
from tracker.kit.db import Moment

WITHOUT = "tanpa"
"""Stands for complaints that name no aspect."""
JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter of the list, as it stands in the address. What is empty does not narrow."""

    text: str = ""
    ids: tuple[int, ...] | None = None
    """Found by `looked_up`, in the place of a text."""
    status: ComplaintStatus | None = None
    only_open: bool = True
    only_over: bool = False
    only_overdue: bool = False
    holder: BallHolder | None = None
    classification: Classification | None = None
    source: ComplaintSource | None = None
    aspect: str = ""
    indicator: str = ""
    topic: str = ""
    service: str = ""
    unit_id: int | None = None
    agency_id: int | None = None
    area_id: int | None = None
    mine: int | None = None
    """Whom it is assigned to."""
    only_unnamed: bool = False
    """Assigned to nobody by name."""
    since: date | None = None
    until: date | None = None
    """The days of receipt, both included, in Jakarta."""
    newest_first: bool = False

    @property
    def parts(self) -> "tuple[Narrowing, ...]":
        """Filters whose lists, one after the other, are this one: what is open stands before what is over, and each of
        them is read in the order of an index."""
        if self.newest_first or self.only_open or self.status is not None:
            return (self,)
        return replace(self, only_open=True), replace(self, only_over=True)


def overdue(now: datetime | sa.BindParameter[datetime], few: bool = False) -> sa.ColumnElement[bool]:
    """A clock by which somebody is late has run out; closing by itself makes nobody late.

    What is over has no clock. Among `few` that is not said, or SQLite would take it for a way in.
    """
    late = Complaint.due_clock != Clock.CLOSING
    if few:
        return sa.and_(by_hand(Complaint.due_at) < now, late)
    return sa.and_(Complaint.is_open, Complaint.due_at < now, late)


def by_hand(column: Any) -> Any:
    """A column as an expression that no index has: where an index would lead through rows by the ten thousand."""
    return sa.func.coalesce(column, column)


def narrowed(desk: Desk, by: Narrowing, asked: sa.Select[Any], few: bool = False) -> sa.Select[Any]:
    """Of the complaints `asked` for, those that match; without an order. `few` as in `due_order`."""
    query = asked
    if by.status is not None:
        query = query.where(Complaint.status == by.status)
    if by.status is None and by.only_open:
        query = query.where(Complaint.is_open)
    elif by.only_over or by.status in OVER:
        query = query.where(~Complaint.is_open)
    elif by.status is not None and not few:
        query = query.where(Complaint.is_open)  # follows from its status, and leads to the index of due dates
    if by.only_overdue:
        query = query.where(overdue(desk.now, few))
    if by.source is not None:
        query = query.where(by_hand(Complaint.source) == by.source)
    equal = {
        "holder": by.holder, "classification": by.classification, "unit_id": by.unit_id,
        "agency_id": by.agency_id, "area_id": by.area_id, "assignee_id": by.mine, "topic": by.topic or None,
        "service": by.service or None, "indicator_code": by.indicator or None,
    }  # fmt: skip
    query = query.where(*(getattr(Complaint, name) == value for name, value in equal.items() if value is not None))
    if by.only_unnamed:
        query = query.where(Complaint.assignee_id.is_(None))
    if by.aspect:
        query = query.where(Complaint.aspect_code == (None if by.aspect == WITHOUT else by.aspect))
    if by.since is not None:
        query = query.where(Complaint.received_at >= datetime.combine(by.since, time.min, JAKARTA))
    if by.until is not None:
        query = query.where(Complaint.received_at <= datetime.combine(by.until, time.max, JAKARTA))
    if by.ids is not None:
        query = query.where(Complaint.id.in_(by.ids))
    return query.where(matching(desk, by.text)) if by.text else query


def looked_up(desk: Desk, by: Narrowing) -> Narrowing:
    """The same filter with the complaints of that number in the place of its text; else those in whose words the text
    stands, as far as the reader may read them, where they are few."""
    if not by.text:
        return by
    ids = [id for which in numbered(by.text) for id in desk.session.scalars(sa.select(Complaint.id).where(which))]
    found = ids or matching_few(desk, by.text)
    return by if found is None else replace(by, text="", ids=tuple(found))


def ordered(by: Narrowing, query: sa.Select[Any], few: bool) -> sa.Select[Any]:
    """The most urgent first, those whose clocks stand still last; or the newest first."""
    if by.newest_first:
        came = by_hand(Complaint.received_at) if few else Complaint.received_at
        return query.order_by(came.desc(), Complaint.id.desc())
    both = not by.only_open and not by.only_over and by.status is None
    return query.order_by(*((Complaint.is_open.desc(),) if both else ()), *due_order(few))


def due_order(few: bool) -> tuple[Any, ...]:
    """Where only `few` are in reach, as an expression that no index has: see followups.queries.due_order."""
    return (by_hand(Complaint.due_at) if few else Complaint.due_at).asc().nulls_last(), Complaint.id


def finds_few(desk: Desk, by: Narrowing) -> bool:
    """Is what matches found by its place, its person or its keys, and not by walking the country's due dates?"""
    ways = (by.unit_id, by.agency_id, by.mine, by.ids)
    return any(way is not None for way in ways) or sees_few(desk)


def sees_few(desk: Desk) -> bool:
    return not any(each.covers_everything or each.area_id is not None for each in desk.actor.mandates)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open complaints are where."""

    to_verify: int = 0
    to_assign: int = 0
    handled: int = 0
    waiting: int = 0
    responded: int = 0
    overdue: int = 0


def number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


NUMBERS = sa.select(
    number(Complaint.status == ComplaintStatus.NEW),
    number(Complaint.status == ComplaintStatus.VERIFIED),
    number(Complaint.holder == BallHolder.HANDLER),
    number(Complaint.status.in_((ComplaintStatus.WAITING_CITIZEN, ComplaintStatus.ON_HOLD))),
    number(Complaint.status == ComplaintStatus.RESPONDED),
    number(overdue(sa.bindparam("now", type_=Moment()))),
).where(Complaint.is_open)


def counts(desk: Desk, which: sa.ColumnElement[bool]) -> Counts:
    """In one question."""
    row = desk.session.execute(NUMBERS.where(which), {"now": desk.now}).one()
    return Counts(*(int(value) for value in row))


def verified_by(desk: Desk) -> sa.ColumnElement[bool]:
    """The complaints that this person verifies and gives on."""
    return desk.where_may(Act.VERIFY_COMPLAINT, Complaint.unit_id, Complaint.area_id)


def handled_by(desk: Desk) -> sa.ColumnElement[bool]:
    """Those that lie with this person: assigned to them, or to their unit without naming anybody."""
    of_unit = sa.and_(
        Complaint.assignee_id.is_(None),
        Complaint.assigned_at.is_not(None),
        Complaint.is_confidential.is_(False),
        desk.where_may(Act.LOG_ACTION, Complaint.unit_id),
    )
    return sa.and_(Complaint.holder == BallHolder.HANDLER, sa.or_(Complaint.assignee_id == desk.actor.id, of_unit))
