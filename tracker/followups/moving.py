"""Due dates after a change of the calendar: which would move, and moving them, set-wise and in small steps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.administration.calendar_changing import CalendarAfter, Shift
from tracker.administration.following import CalendarFollower
from tracker.administration.models import CalendarChange
from tracker.directory.models import Region, ServiceUnit
from tracker.followups.models import FollowUp
from tracker.followups.rules import due_at
from tracker.kit.words import N_

ROWS = 1000
"""Rows looked at in one transaction: about half a second."""
AT_ONCE = 500
NOWHERE = "Asia/Jakarta"
WHAT = N_("tindak lanjut")
GRACE = FollowUp.days_grace
ELSEWHERE = FollowUp.days_verifier + FollowUp.days_budget + FollowUp.days_law


@dataclass(slots=True)
class Reckoning:
    """The same few dates and places come again and again, so each is worked out once."""

    calendars: CalendarAfter
    known: dict[tuple[Any, ...], datetime] = field(default_factory=dict)

    def due(self, agreed_on: date, row: Any, days: int) -> datetime:
        zone = row.due_zone or row.timezone or NOWHERE
        key = (agreed_on, zone, days, row.code)
        if key not in self.known:
            self.known[key] = due_at(agreed_on, ZoneInfo(zone), days, self.calendars.at(row.code or ""))
        return self.known[key]

    def new(self, row: Any) -> tuple[datetime, datetime | None]:
        """`due_at` and `original_due_at` by the calendar after the change."""
        present = self.due(row.due_on, row, row.elsewhere + row.grace)
        return present, None if row.original_due_at is None else self.due(row.original_due_on, row, row.elsewhere)


def touched(change: CalendarChange) -> sa.ColumnElement[bool]:
    """Open follow-ups whose days of work include a day of the change: no other date can move."""
    spans = []
    for day in change.days:
        after = datetime.combine(day, datetime.min.time(), ZoneInfo("UTC")) - timedelta(days=1)
        spans.append(sa.and_(FollowUp.due_on <= day, FollowUp.due_at >= after))
        spans.append(sa.and_(FollowUp.original_due_on <= day, FollowUp.original_due_at >= after))
    return sa.and_(FollowUp.is_open, sa.or_(*spans))


COLUMNS: tuple[Any, ...] = (
    FollowUp.unit_id,
    FollowUp.due_on,
    FollowUp.original_due_on,
    FollowUp.due_zone,
    FollowUp.due_at,
    FollowUp.original_due_at,
    ELSEWHERE.label("elsewhere"),
    GRACE.label("grace"),
    Region.code,
    Region.timezone,
)


def with_places(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id).outerjoin(
        Region, Region.id == ServiceUnit.region_id
    )


def preview(desk: Desk, change: CalendarChange) -> Iterator[Shift]:
    """What would move, by unit; nobody reads a case here, so that an administrator may see how many there are."""
    reckoning = Reckoning(CalendarAfter.of(desk, change))
    query = with_places(sa.select(*COLUMNS, sa.func.count().label("number"))).where(touched(change))
    with as_machine(desk.session):
        rows = desk.session.execute(query.group_by(*COLUMNS).order_by(FollowUp.unit_id, FollowUp.due_at)).all()
    for row in rows:
        due, _original = reckoning.new(row)
        if due != row.due_at:
            zone = ZoneInfo(row.due_zone or row.timezone or NOWHERE)
            yield Shift(WHAT, row.unit_id, row.due_at.astimezone(zone).date(), due.astimezone(zone).date(), row.number)


def move(desk: Desk, change: CalendarChange) -> tuple[int, int | None]:
    """The next batch after `change.last_id`: how many were moved, and the last id looked at; None when that was all."""
    reckoning = Reckoning(CalendarAfter.of(desk, change))
    query = with_places(sa.select(FollowUp.id, *COLUMNS)).where(touched(change), FollowUp.id > change.last_id)
    moved: dict[tuple[datetime, datetime | None], list[int]] = {}
    told: list[tuple[int, int, dict[str, Any]]] = []
    with as_machine(desk.session):
        rows = desk.session.execute(query.order_by(FollowUp.id).limit(ROWS)).all()
        for row in rows:
            new = reckoning.new(row)
            if new != (row.due_at, row.original_due_at):
                moved.setdefault(new, []).append(row.id)
            if new[0] != row.due_at:
                told.append((row.id, row.unit_id, {"due_at": [row.due_at.isoformat(), new[0].isoformat()]}))
        for (due, original), ids in moved.items():
            write(desk, ids, due, original)
    desk.record_all(Act.MOVE_DUE_DATES, FollowUp, told, why(change))
    return len(told), rows[-1].id if len(rows) == ROWS else None


def write(desk: Desk, ids: list[int], due: datetime, original: datetime | None) -> None:
    for start in range(0, len(ids), AT_ONCE):
        desk.session.execute(
            sa.update(FollowUp)
            .where(FollowUp.id.in_(ids[start : start + AT_ONCE]))
            .values(due_at=due, original_due_at=original)
            .execution_options(synchronize_session=False)
        )


def why(change: CalendarChange) -> str:
    """ "Cuti bersama Lebaran, 2026-03-20: SKB 1/2026"."""
    return f"{change.name}, {change.day.isoformat()}" + (f": {change.decree}" if change.decree else "")


FOLLOWER = CalendarFollower(preview, move)
