"""The clocks of complaints against dated cases, counted by hand on the calendars of 2020 and 2026."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.complaints.rules import STANDARD, Course, Due, Terms, closes_at, due, retention_ends
from tracker.complaints.states import OVER, STOPPED, Classification, Clock, ComplaintStatus
from tracker.kit.holidays_id import calendar_for
from tracker.kit.workdays import WorkCalendar

S = ComplaintStatus
C = Classification
JAYAPURA, JAKARTA = ZoneInfo("Asia/Jayapura"), ZoneInfo("Asia/Jakarta")
NATION = calendar_for(())


def on(day: str, at: str = "09:00", zone: ZoneInfo = JAYAPURA) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(at), zone).astimezone(UTC)


def course(
    status: ComplaintStatus,
    received: str = "2020-01-02",
    classification: Classification | None = None,
    days_stopped: int = 0,
    days_stopped_before_answer: int = 0,
    **stations: str,
) -> Course:
    moments = {f"{name}_at": on(day) for name, day in stations.items()}
    bare = Course(status, on(received), classification=classification)
    bare = replace(bare, days_stopped=days_stopped, days_stopped_before_answer=days_stopped_before_answer)
    return replace(bare, **moments)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Case:
    """`ends` says the last day of each clock that runs."""

    says: str
    course: Course
    ends: dict[Clock, str] = field(default_factory=dict)
    terms: Terms = STANDARD


V, A, E, Z = Clock.VERIFICATION, Clock.ANSWER, Clock.COMPLETION, Clock.CLOSING
WORK: dict[str, Any] = {"verified": "2026-03-02", "assigned": "2026-03-03"}
CASES = (
    # Closed weekdays about then: 2020: 1, 7, 21 and 25 May, 1 June, 17, 20 and 21 August, 24, 25 and 31 December;
    # 2021: 1 January; 2026: 18, 19, 20, 23 and 24 March, 3 April, 1, 14, 15, 27 and 28 May, 1 June.
    Case("three days within a week", course(S.NEW, "2020-04-27"), {V: "2020-04-30"}),
    Case("over Labour Day and a weekend", course(S.NEW, "2020-04-29"), {V: "2020-05-05"}),
    Case("what comes on a Saturday counts from Monday", course(S.NEW, "2020-05-02"), {V: "2020-05-06"}),
    Case("over Lebaran", course(S.NEW, "2026-03-17"), {V: "2026-03-27"}),
    Case("received during Lebaran", course(S.NEW, "2026-03-18"), {V: "2026-03-27"}),
    Case("an agency that verifies within a day", course(S.NEW, "2020-04-30"), {V: "2020-05-04"}, Terms(verification=1)),
    Case("a new one is only to be verified", course(S.NEW, "2020-04-27", classification=C.ORDINARY), {V: "2020-04-30"}),
    Case(
        "nobody is asked for an answer before the disposition",
        course(S.VERIFIED, verified="2020-05-04", classification=C.INFORMATION),
        {E: "2020-05-12"},
    ),
    Case(
        "the first answer over Ascension and Eid",
        course(S.ASSIGNED, verified="2020-05-12", assigned="2020-05-18", classification=C.ORDINARY),
        {A: "2020-05-27", E: "2020-06-04"},
    ),
    Case(
        "the first answer over Lebaran",
        course(S.IN_PROGRESS, verified="2026-03-13", assigned="2026-03-13", classification=C.OVERSIGHT),
        {A: "2026-03-27", E: "2026-06-24"},
    ),
    Case(
        "once answered, only completion is due",
        course(
            S.IN_PROGRESS,
            verified="2020-05-12",
            assigned="2020-05-18",
            first_answered="2020-05-20",
            classification=C.ORDINARY,
        ),
        {E: "2020-06-04"},
    ),
    Case(
        "sixty days for oversight",
        course(S.VERIFIED, verified="2026-03-02", classification=C.OVERSIGHT),
        {E: "2026-06-10"},
    ),
    Case(
        "a suggestion has fourteen",
        course(S.VERIFIED, verified="2020-08-13", classification=C.SUGGESTION),
        {E: "2020-09-07"},
    ),
    Case(
        "days on hold are added to completion",
        course(
            S.IN_PROGRESS,
            verified="2020-05-12",
            assigned="2020-05-18",
            first_answered="2020-05-20",
            classification=C.ORDINARY,
            days_stopped=3,
        ),
        {E: "2020-06-09"},
    ),
    Case(
        "days on hold before the first answer are added to both",
        course(
            S.IN_PROGRESS,
            verified="2020-05-12",
            assigned="2020-05-18",
            classification=C.ORDINARY,
            days_stopped=2,
            days_stopped_before_answer=2,
        ),
        {A: "2020-05-29", E: "2020-06-08"},
    ),
    Case("on hold nothing is due", course(S.ON_HOLD, **WORK, classification=C.ORDINARY)),
    Case("nor while the citizen is waited for", course(S.WAITING_CITIZEN, **WORK, classification=C.ORDINARY)),
    Case("closed", course(S.CLOSED, **WORK, classification=C.ORDINARY)),
    Case("forwarded before it was verified", course(S.FORWARDED)),
    Case("archived", course(S.ARCHIVED)),
    Case(
        "a response waits ten days, over Christmas and the new year",
        course(
            S.RESPONDED,
            verified="2020-12-01",
            assigned="2020-12-01",
            first_answered="2020-12-18",
            responded="2020-12-18",
            classification=C.ORDINARY,
        ),
        {Z: "2021-01-07"},
    ),
    Case(
        "a response before Lebaran",
        course(S.RESPONDED, **WORK, responded="2026-03-09", classification=C.ORDINARY),
        {Z: "2026-03-30"},
    ),
    Case(
        "reopened: answer and completion run anew",
        course(S.IN_PROGRESS, **WORK, restarted="2026-04-06", classification=C.ORDINARY),
        {A: "2026-04-13", E: "2026-04-24"},
    ),
    Case(
        "reopened after it was forwarded, never assigned: somebody still owes an answer",
        course(S.IN_PROGRESS, verified="2026-03-02", restarted="2026-04-06", classification=C.INFORMATION),
        {A: "2026-04-13", E: "2026-04-13"},
    ),
    Case(
        "given to another after it was reopened",
        course(
            S.ASSIGNED, verified="2026-03-02", restarted="2026-04-06", assigned="2026-04-08", classification=C.ORDINARY
        ),
        {A: "2026-04-15", E: "2026-04-24"},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[case.says for case in CASES])
def test_a_clock_ends_on_the_day_counted_by_hand(case: Case) -> None:
    found = due(case.course, case.terms, NATION, JAYAPURA)
    ends = {V: found.verification, A: found.answer, E: found.completion, Z: found.closing}
    assert {clock: at.astimezone(JAYAPURA).date().isoformat() for clock, at in ends.items() if at} == case.ends
    assert all(at.astimezone(JAYAPURA).time() == time(23, 59, 59) for at in ends.values() if at)


def test_the_day_is_the_one_where_the_unit_is() -> None:
    late = Course(S.NEW, datetime(2026, 3, 2, 16, 30, tzinfo=UTC))  # Monday 23.30 in Jakarta, Tuesday in Tual
    assert due(late, STANDARD, NATION, JAKARTA).verification == on("2026-03-05", "23:59:59", JAKARTA)
    assert due(late, STANDARD, NATION, JAYAPURA).verification == on("2026-03-06", "23:59:59", JAYAPURA)


def test_a_holiday_of_the_region_is_no_working_day_there() -> None:
    there = WorkCalendar.of([*NATION.closed, date(2020, 4, 28)])
    found = due(course(S.NEW, "2020-04-27"), STANDARD, there, JAYAPURA)
    assert found.verification == on("2020-05-04", "23:59:59")


def test_the_clock_that_ends_first_is_next_and_of_two_the_earlier_station() -> None:
    first, second = on("2020-05-04"), on("2020-05-05")
    assert Due(answer=second, completion=first).next == (Clock.COMPLETION, first)
    assert Due(answer=first, completion=first).next == (Clock.ANSWER, first)
    assert Due().next is None


def test_an_unanswered_response_closes_after_the_working_day_that_its_clock_names() -> None:
    assert closes_at(date(2020, 12, 18), STANDARD, NATION) == date(2021, 1, 7)


@pytest.mark.parametrize(
    ("closed", "months", "ends"),
    [
        ("2020-05-14", 12, "2021-05-14"),
        ("2020-02-29", 12, "2021-02-28"),
        ("2020-08-31", 6, "2021-02-28"),
        ("2019-08-31", 6, "2020-02-29"),
        ("2020-12-31", 1, "2021-01-31"),
        ("2020-11-30", 1, "2020-12-30"),
        ("2020-12-01", 12, "2021-12-01"),
        ("2020-10-31", 120, "2030-10-31"),
    ],
)
def test_an_identity_is_kept_for_so_many_months(closed: str, months: int, ends: str) -> None:
    assert retention_ends(date.fromisoformat(closed), months).isoformat() == ends


moments = st.integers(0, 3_500_000).map(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
calendars = st.frozensets(st.dates(date(2020, 1, 1), date(2027, 6, 1)), max_size=25).map(WorkCalendar.of)
limits = st.builds(Terms, *[st.integers(1, 60)] * 7)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Stations in their order, some of them not reached."""
    received = draw(moments)
    at = received
    stations: dict[str, datetime | None] = {}
    for name in ("verified_at", "assigned_at", "first_answered_at", "responded_at", "restarted_at"):
        at += timedelta(hours=draw(st.integers(0, 400)))
        stations[name] = at if draw(st.booleans()) else None
    return Course(
        draw(st.sampled_from(S)),
        received,
        classification=draw(st.none() | st.sampled_from(C)),
        days_stopped=draw(st.integers(0, 30)),
        days_stopped_before_answer=draw(st.integers(0, 30)),
        **stations,
    )


@given(courses(), limits, calendars)
def test_every_clock_ends_with_a_working_day_after_it_began(run: Course, terms: Terms, calendar: WorkCalendar) -> None:
    found = due(run, terms, calendar, JAYAPURA)
    for at in (found.verification, found.answer, found.completion, found.closing):
        if at is not None:
            local = at.astimezone(JAYAPURA)
            assert calendar.is_workday(local.date())
            assert local.time() == time(23, 59, 59)
            assert at > run.received_at


@given(courses(), limits, calendars)
def test_a_stopped_or_finished_complaint_is_never_late(run: Course, terms: Terms, calendar: WorkCalendar) -> None:
    for status in (*OVER, *STOPPED):
        assert due(replace(run, status=status), terms, calendar, JAYAPURA).next is None


@given(courses(), limits, calendars, st.integers(1, 30))
def test_days_stopped_move_completion_by_as_many_working_days(
    run: Course, terms: Terms, calendar: WorkCalendar, more: int
) -> None:
    before = due(run, terms, calendar, JAYAPURA).completion
    after = due(replace(run, days_stopped=run.days_stopped + more), terms, calendar, JAYAPURA).completion
    if before is not None and after is not None:
        assert calendar.until(*(at.astimezone(JAYAPURA).date() for at in (before, after))) == more


@given(courses(), limits, calendars, st.dates(date(2020, 1, 1), date(2027, 6, 1)))
def test_one_more_holiday_never_makes_a_clock_end_sooner(
    run: Course, terms: Terms, calendar: WorkCalendar, holiday: date
) -> None:
    before = due(run, terms, calendar, JAYAPURA)
    after = due(run, terms, WorkCalendar.of([*calendar.closed, holiday]), JAYAPURA)
    for one, other in zip(
        (before.verification, before.answer, before.completion, before.closing),
        (after.verification, after.answer, after.completion, after.closing),
        strict=True,
    ):
        assert (one is None) == (other is None)
        assert one is None or other is None or one <= other
