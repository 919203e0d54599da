"""Clocks of complaints after a change of the calendar: which would end on another day, and moving them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.administration.calendar_changing import CalendarAfter, Shift
from tracker.administration.following import CalendarFollower
from tracker.administration.models import CalendarChange
from tracker.complaints.clocks import course_of, put_due, terms_of
from tracker.complaints.models import Complaint
from tracker.complaints.rules import Due, Terms, due
from tracker.directory.models import ServiceUnit
from tracker.kit.db import Rows
from tracker.kit.words import N_

ROWS = 500
"""Complaints looked at in one transaction: about half a second."""
WHAT = N_("pengaduan")
TOLD = ("due_at", "completion_due_at")
"""The end of the next clock, and of the whole case."""


@dataclass(slots=True)
class Reckoning:
    """The limits of an agency are looked up once."""

    desk: Desk
    calendars: CalendarAfter
    known: dict[int, Terms] = field(default_factory=dict)

    def due(self, complaint: Complaint) -> Due:
        if complaint.agency_id not in self.known:
            self.known[complaint.agency_id] = terms_of(self.desk.session, complaint.agency_id)
        region = complaint.unit.region
        calendar = self.calendars.at(region.code if region else "")
        return due(course_of(complaint), self.known[complaint.agency_id], calendar, ZoneInfo(complaint.unit.timezone))


def touched(change: CalendarChange) -> Rows[Complaint]:
    """Open complaints with a clock that runs over a day of the change: no other can move."""
    spans = []
    for day in change.days:
        start = datetime.combine(day, time(0), UTC)
        before, after = start + timedelta(days=2), start - timedelta(days=1)
        last = sa.func.coalesce(Complaint.completion_due_at, Complaint.due_at)
        spans.append(sa.and_(Complaint.received_at < before, sa.or_(last >= after, Complaint.due_at >= after)))
    return (
        sa.select(Complaint)
        .where(Complaint.is_open, Complaint.due_at.is_not(None), sa.or_(*spans))
        .options(
            joinedload(Complaint.unit)
            .options(load_only(ServiceUnit.id, ServiceUnit.region_id))
            .joinedload(ServiceUnit.region)
        )
        .order_by(Complaint.id)
        .limit(ROWS)
    )


def preview(desk: Desk, change: CalendarChange) -> Iterator[Shift]:
    """What would move, by unit and day; nobody reads a case here, so that an administrator may see how many."""
    reckoning = Reckoning(desk, CalendarAfter.of(desk, change))
    counts: dict[tuple[int, date, date], int] = {}
    last = 0
    while True:
        with as_machine(desk.session):
            rows: list[Complaint] = desk.all(touched(change).where(Complaint.id > last))
            for complaint in rows:
                days = moved_days(complaint, reckoning.due(complaint))
                if days is not None:
                    key = (complaint.unit_id, *days)
                    counts[key] = counts.get(key, 0) + 1
        if len(rows) < ROWS:
            break
        last = rows[-1].id
    for (unit_id, before, after), count in sorted(counts.items()):
        yield Shift(WHAT, unit_id, before, after, count)


def moved_days(complaint: Complaint, found: Due) -> tuple[date, date] | None:
    """From which day to which its next clock moves; where that stays and completion moves, those of completion."""
    zone = ZoneInfo(complaint.unit.timezone)
    pairs = ((complaint.due_at, found.next and found.next[1]), (complaint.completion_due_at, found.completion))
    for before, after in pairs:
        if before is not None and after is not None and before != after:
            return before.astimezone(zone).date(), after.astimezone(zone).date()
    return None


def move(desk: Desk, change: CalendarChange) -> tuple[int, int | None]:
    """The next batch after `change.last_id`: how many were moved, and the last id looked at; None when that was all."""
    reckoning = Reckoning(desk, CalendarAfter.of(desk, change))
    told: list[tuple[int, int, dict[str, Any]]] = []
    with as_machine(desk.session):
        rows: list[Complaint] = desk.all(touched(change).where(Complaint.id > change.last_id))
        for complaint in rows:
            found = reckoning.due(complaint)
            if moved_days(complaint, found) is None:
                continue
            before = {name: getattr(complaint, name) for name in TOLD}
            put_due(complaint, found)
            told.append((complaint.id, complaint.unit_id, dict(changes(complaint, before))))
        desk.session.flush()
    desk.record_all(Act.MOVE_DUE_DATES, Complaint, told, why(change))
    return len(told), rows[-1].id if len(rows) == ROWS else None


def changes(complaint: Complaint, before: dict[str, datetime | None]) -> Iterator[tuple[str, list[str | None]]]:
    """The dates that moved, as the trail keeps them."""
    for name, was in before.items():
        now: datetime | None = getattr(complaint, name)
        if now != was:
            yield name, [each.isoformat() if each else None for each in (was, now)]


def why(change: CalendarChange) -> str:
    """ "Cuti bersama Lebaran, 2026-03-20: SKB 1/2026"."""
    return f"{change.name}, {change.day.isoformat()}" + (f": {change.decree}" if change.decree else "")


FOLLOWER = CalendarFollower(preview, move)
