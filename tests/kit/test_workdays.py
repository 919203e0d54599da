"""Working days are counted as the decrees say, on every machine and in every zone."""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.kit.holidays_id import calendar_for
from tracker.kit.workdays import WorkCalendar

# Answers counted by hand and by walking day by day over the decrees of 2020 to 2027, never by the code under test.
CASES = [tuple(row.values()) for row in csv.DictReader(Path(__file__).with_name("workdays_cases.csv").open())]
JAKARTA, MAKASSAR, JAYAPURA = (ZoneInfo(f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura"))
DAY = timedelta(days=1)

dates = st.dates(date(2015, 1, 1), date(2030, 12, 31))
calendars = st.builds(WorkCalendar.of, st.frozensets(st.dates(date(2019, 1, 1), date(2021, 12, 31)), max_size=60))
near = st.dates(date(2018, 10, 1), date(2022, 3, 31))


def answer(act: str, start: str, argument: str) -> str:
    indonesia, day = calendar_for([]), date.fromisoformat(start)
    if act == "add":
        return indonesia.add(day, int(argument)).isoformat()
    if act == "until":
        return str(indonesia.until(day, date.fromisoformat(argument)))
    due = indonesia.end_of_due(day, JAYAPURA, int(argument)).astimezone(JAYAPURA)
    assert (due.hour, due.minute, due.second) == (23, 59, 59)
    return due.date().isoformat()


@pytest.fixture(params=["UTC", "Asia/Jakarta", "Asia/Jayapura", "America/Los_Angeles"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(set(CASES)) >= 200
    assert {act for act, *_ in CASES} == {"add", "until", "due"}
    assert {start[:4] for _, start, *_ in CASES} == {str(year) for year in range(2020, 2028)}


def test_every_dated_case_is_answered_as_the_decrees_say_wherever_the_machine_stands(machine_zone: str) -> None:
    wrong = [(*case, answer(*case[:3])) for case in CASES if answer(*case[:3]) != case[3]]
    assert wrong == []


@given(calendars, near, st.integers(-90, 90).filter(bool))
def test_adding_lands_on_the_workday_that_counting_day_by_day_reaches(
    calendar: WorkCalendar, day: date, workdays: int
) -> None:
    step, left, walked = (DAY if workdays > 0 else -DAY), abs(workdays), day
    while left:
        walked += step
        left -= calendar.is_workday(walked)
    assert calendar.add(day, workdays) == walked


@given(calendars, near, near)
def test_until_counts_each_workday_once_and_backwards_as_forwards(
    calendar: WorkCalendar, start: date, end: date
) -> None:
    first, last = sorted((start, end))
    walked = sum(calendar.is_workday(first + DAY * n) for n in range(1, (last - first).days + 1))
    assert calendar.until(first, last) == walked
    assert calendar.until(last, first) == -walked


@given(calendars, near, st.integers(1, 60))
def test_until_takes_back_what_add_gave(calendar: WorkCalendar, day: date, workdays: int) -> None:
    assert calendar.until(day, calendar.add(day, workdays)) == workdays


@given(calendars, near)
def test_the_first_workday_on_or_after_a_day_skips_only_closed_days(calendar: WorkCalendar, day: date) -> None:
    found = calendar.on_or_after(day)
    assert found >= day
    assert calendar.is_workday(found)
    assert not any(calendar.is_workday(day + DAY * n) for n in range((found - day).days))


@given(dates)
def test_adding_nothing_stays_on_the_day_even_on_a_sunday(day: date) -> None:
    assert WorkCalendar().add(day, 0) == day


@given(calendars, near, st.integers(0, 20))
def test_a_deadline_is_the_last_second_of_a_workday_never_before_the_agreed_date(
    calendar: WorkCalendar, agreed: date, extra: int
) -> None:
    due = calendar.end_of_due(agreed, MAKASSAR, extra)
    local = due.astimezone(MAKASSAR)
    assert due.tzinfo is UTC
    assert calendar.is_workday(local.date())
    assert local.date() >= agreed
    assert (local + timedelta(seconds=1)).date() == local.date() + DAY


def test_the_same_agreed_day_ends_two_hours_earlier_in_jayapura_than_in_jakarta() -> None:
    calendar, agreed = WorkCalendar(), date(2026, 3, 2)
    assert calendar.end_of_due(agreed, JAKARTA) == datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC)
    assert calendar.end_of_due(agreed, MAKASSAR) == datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    assert calendar.end_of_due(agreed, JAYAPURA) == datetime(2026, 3, 2, 14, 59, 59, tzinfo=UTC)


def test_workdays_spent_with_others_move_the_deadline_on() -> None:
    calendar = WorkCalendar.of([date(2026, 3, 4)])
    due = calendar.end_of_due(
        date(2026, 2, 28), JAKARTA, extra_workdays=2
    )  # a Saturday; Monday, Tuesday, (closed) Thursday
    assert due.astimezone(JAKARTA).date() == date(2026, 3, 5)


def test_a_deadline_cannot_be_shortened() -> None:
    with pytest.raises(ValueError, match="never shortened"):
        WorkCalendar().end_of_due(date(2026, 3, 2), JAKARTA, extra_workdays=-1)


def test_a_calendar_says_in_which_years_it_is_incomplete() -> None:
    calendar = WorkCalendar.of([], [2028])
    assert calendar.incomplete_on(date(2028, 7, 1))
    assert not calendar.incomplete_on(date(2027, 7, 1))


def test_equal_days_make_equal_calendars() -> None:
    assert WorkCalendar.of([date(2026, 1, 1)]) == WorkCalendar.of({date(2026, 1, 1)})
    assert hash(WorkCalendar.of([date(2026, 1, 1)])) == hash(WorkCalendar.of([date(2026, 1, 1)]))


ZONES = {"Asia/Jakarta": "16:59:59", "Asia/Makassar": "15:59:59", "Asia/Jayapura": "14:59:59"}
"""Where the due date ends at 23.59.59: the time in UTC."""
ANSWERS = """
import csv, sys
from datetime import date
from zoneinfo import ZoneInfo
from tracker.kit.holidays_id import calendar_for
indonesia = calendar_for([])
for act, start, given, _ in list(csv.reader(open(sys.argv[1])))[1:]:
    day = date.fromisoformat(start)
    if act == "add":
        print(indonesia.add(day, int(given)))
    elif act == "until":
        print(indonesia.until(day, date.fromisoformat(given)))
    else:
        print(*(indonesia.end_of_due(day, ZoneInfo(zone), int(given)).isoformat() for zone in sys.argv[2:]))
"""


@pytest.mark.parametrize("machine", ["UTC", "Asia/Jakarta", "Asia/Jayapura"])
def test_a_machine_in_any_zone_gives_the_same_answers_and_ends_due_dates_in_all_three_zones(machine: str) -> None:
    table = Path(__file__).with_name("workdays_cases.csv")
    told = subprocess.run(
        [sys.executable, "-c", ANSWERS, str(table), *ZONES],
        env=os.environ | {"TZ": machine},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    expected = [
        " ".join(f"{answer}T{ends}+00:00" for ends in ZONES.values()) if act == "due" else answer
        for act, _start, _given, answer in CASES
    ]
    assert told == expected
