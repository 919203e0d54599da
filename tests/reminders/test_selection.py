"""What goes out to somebody at a moment: quiet hours, working days, the budget, pauses. Nothing is ever dropped."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.kit.workdays import WorkCalendar
from tracker.reminders.rules import NEVER_HELD
from tracker.reminders.selection import DIGESTS_A_WEEK, Chosen, Recipient, Rest, Wait, due_now

JAYAPURA = ZoneInfo("Asia/Jayapura")
MONDAY = date(2026, 3, 2)
HOLIDAY = date(2026, 3, 19)


@dataclass(frozen=True)
class Row:
    id: int
    step: str = "T-3"
    on_day: date = MONDAY
    rule: str = "follow_up.due"
    subject_type: str = "FollowUp"
    subject_id: int = 0
    unit_id: int | None = 7
    due_on: date = date(2026, 3, 31)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), JAYAPURA).astimezone(UTC)


def rows(*steps: str) -> list[Row]:
    return [Row(number, step, subject_id=number) for number, step in enumerate(steps, start=1)]


officer = Recipient(1, JAYAPURA, WorkCalendar.of([HOLIDAY]))


def reasons(chosen: Chosen[Row]) -> set[Wait]:
    return {why for _, why in chosen.waiting}


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        (at(MONDAY, 7, 59), Wait.QUIET),
        (at(MONDAY, 16, 0), Wait.QUIET),
        (at(MONDAY + timedelta(days=5), 9), Wait.NO_WORKDAY),
        (at(HOLIDAY, 9), Wait.NO_WORKDAY),
    ],
)
def test_nothing_goes_out_at_night_at_weekends_and_on_holidays(moment: datetime, why: Wait) -> None:
    chosen = due_now(officer, rows("T-1", "T+3"), Rest(), moment)
    assert chosen.rows == ()
    assert reasons(chosen) == {why}


def test_the_hour_is_the_recipients_own() -> None:
    later = replace(officer, hour=13)
    assert due_now(officer, rows("T-3"), Rest(), at(MONDAY, 8)).rows
    assert not due_now(later, rows("T-3"), Rest(), at(MONDAY, 12, 59)).rows
    assert due_now(later, rows("T-3"), Rest(), at(MONDAY, 13)).rows


def test_a_day_has_one_digest_even_for_what_is_due_tomorrow() -> None:
    told = replace(officer, digest_days=frozenset({MONDAY}))
    chosen = due_now(told, rows("T-1"), Rest(), at(MONDAY, 10))
    assert chosen.rows == ()
    assert reasons(chosen) == {Wait.TOLD_TODAY}


def test_after_three_digests_in_a_week_only_the_last_calls_go_out() -> None:
    days = frozenset(MONDAY + timedelta(days=number) for number in range(DIGESTS_A_WEEK))
    chosen = due_now(
        replace(officer, digest_days=days), rows("T-7", "T-1", "T0", "T+1", "T+3"), Rest(), at(date(2026, 3, 5), 9)
    )
    assert [row.step for row in chosen.rows] == ["T-1", "T0", "T+1"]
    assert {row.step: why for row, why in chosen.waiting} == {"T-7": Wait.WEEK_FULL, "T+3": Wait.WEEK_FULL}


def test_a_new_week_has_a_new_budget() -> None:
    days = frozenset(MONDAY + timedelta(days=number) for number in range(DIGESTS_A_WEEK))
    chosen = due_now(replace(officer, digest_days=days), rows("T-7"), Rest(), at(date(2026, 3, 9), 9))
    assert len(chosen.rows) == 1


def test_a_pause_holds_until_its_last_day_and_the_digest_after_it_covers_all() -> None:
    rest = Rest(units={7: date(2026, 3, 4)})
    waiting = rows("T-7", "T+1")
    during = due_now(officer, waiting, rest, at(date(2026, 3, 4), 9))
    assert during.rows == ()
    assert reasons(during) == {Wait.UNIT_PAUSED}
    assert len(due_now(officer, waiting, rest, at(date(2026, 3, 5), 9)).rows) == 2
    person = Rest(people={1: date(2026, 3, 4)})
    assert reasons(due_now(officer, waiting, person, at(date(2026, 3, 4), 9))) == {Wait.PERSON_PAUSED}


def test_a_pause_of_one_unit_leaves_the_others_alone() -> None:
    here, there = Row(1, subject_id=1), Row(2, subject_id=2, unit_id=8)
    chosen = due_now(officer, [here, there], Rest(units={7: date(2026, 3, 4)}), at(MONDAY, 9))
    assert chosen.rows == (there,)


def test_the_newer_word_on_the_same_matter_stands_for_the_older() -> None:
    older, newer = Row(1, "T-7", subject_id=5), Row(9, "T-3", subject_id=5)
    chosen = due_now(officer, [newer, older], Rest(), at(MONDAY, 9))
    assert chosen.rows == (newer,)
    assert chosen.superseded == ((older, newer),)


def test_words_on_another_date_or_by_another_rule_are_matters_of_their_own() -> None:
    one = Row(1, subject_id=5)
    moved = Row(2, subject_id=5, due_on=date(2026, 4, 30))
    above = Row(3, subject_id=5, rule="follow_up.upward")
    assert len(due_now(officer, [one, moved, above], Rest(), at(MONDAY, 9)).rows) == 3


planned = st.builds(
    Row,
    id=st.integers(1, 10_000),
    step=st.sampled_from(["T-14", "T-7", "T-3", "T-1", "T0", "T+1", "T+3", "T+7", "T+12", "#77"]),
    on_day=st.dates(MONDAY - timedelta(days=30), MONDAY + timedelta(days=30)),
    subject_id=st.integers(1, 5),
    unit_id=st.one_of(st.none(), st.integers(1, 4)),
    due_on=st.dates(MONDAY, MONDAY + timedelta(days=2)),
)
pauses = st.dictionaries(st.integers(1, 4), st.dates(MONDAY - timedelta(days=30), MONDAY + timedelta(days=30)))
people = st.builds(
    Recipient,
    id=st.integers(1, 4),
    zone=st.sampled_from([ZoneInfo(name) for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")]),
    calendar=st.builds(lambda days: WorkCalendar.of(days), st.sets(st.dates(MONDAY, MONDAY + timedelta(days=20)))),
    hour=st.integers(0, 23),
    digest_days=st.frozensets(st.dates(MONDAY, MONDAY + timedelta(days=6))),
)
moments = st.integers(0, 38 * 24 * 60).map(
    lambda minutes: datetime(2026, 2, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(people, st.lists(planned, unique_by=lambda row: row.id), pauses, pauses, moments)
def test_every_row_goes_out_waits_or_is_stood_for_by_one_that_goes_out(
    person: Recipient, waiting: list[Row], units: dict[int, date], rested: dict[int, date], now: datetime
) -> None:
    rest = Rest(units, rested)
    chosen = due_now(person, waiting, rest, now)
    accounted = [
        *chosen.rows,
        *(older for older, _ in chosen.superseded),
        *(row for row, _ in chosen.waiting),
    ]
    assert sorted(row.id for row in accounted) == sorted(row.id for row in waiting)
    assert {newer.id for _, newer in chosen.superseded} <= {row.id for row in chosen.rows}
    if not chosen.rows:
        return
    here = now.astimezone(person.zone)
    assert max(8, person.hour) <= here.hour < 16
    assert person.calendar.is_workday(here.date())
    assert here.date() not in person.digest_days
    assert not rest.of_person(person.id, here.date())
    assert all(row.on_day <= here.date() and not rest.of_unit(row.unit_id, here.date()) for row in chosen.rows)
    monday = here.date() - timedelta(days=here.weekday())
    if sum(monday <= day < monday + timedelta(days=7) for day in person.digest_days) >= DIGESTS_A_WEEK:
        assert all(row.step in NEVER_HELD for row in chosen.rows)
