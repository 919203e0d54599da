"""A due date ends where the unit is, never on a day nobody works, and stands still while others hold the work."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.followups.rules import DueState, due_at, grace, is_overdue, standing
from tracker.followups.states import Holder
from tracker.kit.workdays import WorkCalendar

WIT, WIB = ZoneInfo("Asia/Jayapura"), ZoneInfo("Asia/Jakarta")
NYEPI = date(2026, 3, 19)  # a Thursday
CALENDAR = WorkCalendar.of([NYEPI, date(2026, 3, 20)], incomplete_years=[2027])


def test_a_date_on_a_holiday_moves_to_the_next_working_day_of_the_place() -> None:
    assert due_at(NYEPI, WIT, 0, CALENDAR) == datetime(2026, 3, 23, 14, 59, 59, tzinfo=UTC)


def test_the_same_date_ends_two_hours_later_in_jakarta() -> None:
    assert due_at(NYEPI, WIB, 0, CALENDAR) - due_at(NYEPI, WIT, 0, CALENDAR) == timedelta(hours=2)


def test_days_with_others_are_added_as_working_days() -> None:
    """Wednesday 18 March plus one: the 19th and 20th are closed, then comes a weekend."""
    assert due_at(date(2026, 3, 18), WIT, 1, CALENDAR).date() == date(2026, 3, 23)


@pytest.mark.parametrize("today", [date(2026, 3, 16), date(2026, 3, 18), date(2026, 3, 21), date(2026, 4, 2)])
def test_grace_leaves_as_many_working_days_as_asked(today: date) -> None:
    agreed = date(2026, 3, 18)
    due = CALENDAR.add(agreed, grace(agreed, today, CALENDAR, 3))
    assert CALENDAR.until(today, due) >= 3


def test_grace_gives_nothing_where_enough_is_left() -> None:
    assert grace(date(2026, 3, 31), date(2026, 3, 2), CALENDAR, 3) == 0


@pytest.mark.parametrize("holder", list(Holder))
def test_only_the_unit_and_its_coordinator_can_be_overdue(holder: Holder) -> None:
    due = datetime(2026, 3, 2, tzinfo=UTC)
    late = is_overdue(holder, due, due + timedelta(seconds=1))
    assert late is (holder in {Holder.UNIT, Holder.COORDINATOR})
    assert not is_overdue(holder, due, due)


@pytest.mark.parametrize(
    ("now", "state", "workdays"),
    [
        (datetime(2026, 3, 2, 2, tzinfo=UTC), DueState.OPEN, 13),
        (datetime(2026, 3, 18, 2, tzinfo=UTC), DueState.SOON, 1),
        (datetime(2026, 3, 23, 14, 59, 59, tzinfo=UTC), DueState.SOON, 0),
        (datetime(2026, 3, 23, 15, 0, tzinfo=UTC), DueState.OVERDUE, 1),
        (datetime(2026, 3, 27, 2, tzinfo=UTC), DueState.OVERDUE, 4),
    ],
    ids=["far", "near", "last second", "a second later", "days later"],
)
def test_how_far_a_due_date_is_away(now: datetime, state: DueState, workdays: int) -> None:
    due = standing(Holder.UNIT, due_at(NYEPI, WIT, 0, CALENDAR), WIT, now, CALENDAR)
    assert (due.state, due.workdays, due.day) == (state, workdays, date(2026, 3, 23))


def test_the_clock_stands_while_a_verifier_holds_it() -> None:
    long_gone = datetime(2026, 1, 5, tzinfo=UTC)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert standing(Holder.VERIFIER, long_gone, WIT, now, CALENDAR).state is DueState.STOPPED


def test_a_year_without_joint_leave_says_so() -> None:
    due = standing(Holder.UNIT, datetime(2027, 5, 5, tzinfo=UTC), WIT, datetime(2026, 3, 2, tzinfo=UTC), CALENDAR)
    assert due.incomplete


@settings(deadline=None)  # the machine is shared; what counts is the answer
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.integers(0, 400))
def test_more_days_elsewhere_never_bring_a_due_date_forward(day: date, less: int, more: int) -> None:
    first, second = sorted((less, more))
    assert due_at(day, WIT, first, CALENDAR) <= due_at(day, WIT, second, CALENDAR)
