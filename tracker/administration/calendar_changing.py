"""Holidays declared late: shown with the dates they would move, and in force only once somebody confirms it.

The calendar in force and the due dates counted by it change together: until a change is confirmed, it is a row beside
the calendar and nothing is counted by it. Confirming puts it in force at once and then moves the dates in small
transactions; an interruption leaves the change "moving", and whoever goes on starts behind the last row that was
moved. A due date that is worked out anew meanwhile is counted by the new calendar and is left alone afterwards. Days
that were booked to whoever held the work stay booked as they were.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration import following
from tracker.administration.calendar import HolidayFacts, check_holiday, put_holiday, remove_holiday
from tracker.administration.calendar_states import CalendarChangeStatus
from tracker.administration.models import CalendarChange
from tracker.directory.models import Holiday
from tracker.directory.queries import calendar_among, corrections_of
from tracker.kit.db import Rows
from tracker.kit.holidays_id import Override
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.kit.workdays import WorkCalendar

OVERTAKEN = N_("Koreksi ini sudah diubah orang lain sejak perubahan ini diajukan. Batalkan, lalu ajukan lagi.")
ANOTHER_MOVES = N_("Perubahan lain masih menggeser tenggat. Tunggu sampai selesai, atau lanjutkan.")
S = CalendarChangeStatus


@dataclass(frozen=True, slots=True)
class Shift:
    """Some deadlines of one unit that a change moves from one day to another."""

    what: str
    """What they are, as a message id: follow-ups, complaints."""
    unit_id: int
    before: date
    after: date
    count: int


def propose(desk: Desk, facts: HolidayFacts, holiday: Holiday | None = None) -> CalendarChange:
    """Ask for a holiday to be added or changed. Where no date would move it is in force at once."""
    check_holiday(desk, facts, holiday)
    change = desk.add(
        CalendarChange(
            day=facts.day,
            name=" ".join(facts.name.split()),
            kind=facts.kind,
            region_id=facts.region.id if facts.region else None,
            decree=" ".join(facts.decree.split()),
            holiday_id=holiday.id if holiday else None,
            holiday_version=holiday.version if holiday else None,
            old_day=holiday.day if holiday else None,
            proposed_by_id=desk.actor.id,
            proposed_at=desk.now,
        )
    )
    return asked(desk, change)


def propose_removal(desk: Desk, holiday: Holiday, reason: str) -> CalendarChange:
    """Ask for a correction to be taken back, so that what was seeded holds again."""
    change = desk.add(
        CalendarChange(
            removes=True,
            day=holiday.day,
            old_day=holiday.day,
            name=holiday.name,
            kind=holiday.kind,
            region_id=holiday.region_id,
            decree=holiday.decree,
            holiday_id=holiday.id,
            holiday_version=holiday.version,
            reason=reason.strip(),
            proposed_by_id=desk.actor.id,
            proposed_at=desk.now,
        )
    )
    return asked(desk, change)


def asked(desk: Desk, change: CalendarChange) -> CalendarChange:
    desk.session.flush()
    desk.session.refresh(change, ["region", "holiday"])
    if next(shifts(desk, change), None) is None:
        put_in_force(desk, change, S.DONE)
        change.done_at = desk.now
    desk.record(Act.EDIT_CALENDAR, change, change.reason)
    return change


def discard(desk: Desk, change: CalendarChange) -> None:
    """Nothing was moved, and nothing will be."""
    change.move(Act.EDIT_CALENDAR)
    desk.record(Act.EDIT_CALENDAR, change)


def confirm(desk: Desk, change: CalendarChange) -> None:
    """Put it in force. The dates follow with `go_on`, which may be called until it says that all are moved."""
    if desk.session.scalar(sa.select(CalendarChange.id).where(CalendarChange.status == S.MOVING).limit(1)) is not None:
        raise Refusal("change", ANOTHER_MOVES)
    put_in_force(desk, change, S.MOVING)
    desk.record(Act.MOVE_DUE_DATES, change)


def put_in_force(desk: Desk, change: CalendarChange, status: CalendarChangeStatus) -> None:
    holiday = change.holiday
    if change.old_day is not None and (holiday is None or holiday.version != change.holiday_version):
        raise Refusal("change", OVERTAKEN)
    change.move(Act.MOVE_DUE_DATES, status)
    change.confirmed_by_id, change.confirmed_at = desk.actor.id, desk.now
    if change.removes:
        assert holiday is not None
        change.holiday_id = None
        desk.session.flush()
        remove_holiday(desk, holiday, change.reason)
    else:
        facts = HolidayFacts(change.day, change.name, change.kind, change.region, change.decree)
        change.holiday_id = put_holiday(desk, facts, holiday).id
    desk.session.flush()


def go_on(desk: Desk, change: CalendarChange, batches: int) -> bool:
    """Move the next dates, each batch in a transaction of its own; True once all of them are moved.

    What is told bears the moment of the confirmation, by which all of one change is found again.
    """
    if change.status is not S.MOVING:
        return True
    assert change.confirmed_at is not None
    then = replace(desk, now=change.confirmed_at)
    for _ in range(batches):
        moved, more = following.dates_moved(then, change)
        change.moved += moved
        if not more:
            change.move(Act.MOVE_DUE_DATES, S.DONE)
            change.done_at = desk.now
            desk.record(Act.MOVE_DUE_DATES, change)
            desk.session.commit()
            return True
        desk.session.commit()
    return False


def shifts(desk: Desk, change: CalendarChange) -> Iterator[Shift]:
    """The dates that are not what they would be by the calendar after the change, unit by unit."""
    for follower in following.on_calendar_change:
        yield from follower.preview(desk, change)


@dataclass(frozen=True, slots=True)
class CalendarAfter:
    """The working days of each place once a change is in force."""

    corrections: tuple[Override, ...]

    @classmethod
    def of(cls, desk: Desk, change: CalendarChange) -> "CalendarAfter":
        corrections = corrections_of(desk.session)
        if change.status is not S.PROPOSED:
            return cls(corrections)
        holiday = change.holiday
        old = None if holiday is None else as_override(holiday.day, holiday)
        kept = tuple(each for each in corrections if old is None or not same_place(each, old))
        return cls(kept if change.removes else (*kept, as_override(change.day, change)))

    def at(self, code: str) -> WorkCalendar:
        return calendar_among(self.corrections, code)


def as_override(day: date, row: Holiday | CalendarChange) -> Override:
    return Override(day, row.kind, row.region.code if row.region else None, row.decree, row.name)


def same_place(one: Override, other: Override) -> bool:
    return (one.day, one.region_code) == (other.day, other.region_code)


def changes_in_hand() -> Rows[CalendarChange]:
    """What waits for a confirmation, or has not yet moved everything."""
    return (
        sa.select(CalendarChange).where(CalendarChange.status.in_((S.PROPOSED, S.MOVING))).order_by(CalendarChange.id)
    )


def incomplete_years(desk: Desk) -> list[int]:
    """Years without known joint leave in which something is due: this one and the next."""
    calendar = calendar_among(corrections_of(desk.session), "")
    years = (desk.today.year, desk.today.year + 1)
    return [year for year in years if calendar.incomplete_on(date(year, 1, 1))]


def finish_moves(desk: Desk) -> int:
    """Whatever an interruption left unmoved, at the machine's desk; how many dates that were."""
    moved = 0
    for id in list(desk.session.scalars(sa.select(CalendarChange.id).where(CalendarChange.status == S.MOVING))):
        change = desk.session.get_one(CalendarChange, id)
        before = change.moved
        while not go_on(desk, change, 10):
            pass
        moved += change.moved - before
    return moved
