"""Slots: the same for every process that asks, none left out and none made up."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.jobs.rules import (
    BACK_OFF,
    EARLIEST,
    LATEST,
    MOST_TRIES,
    Daily,
    Every,
    Rule,
    Unreadable,
    is_silent,
    read_moment,
    retry_at,
    slots_between,
    to_catch_up,
)
from tracker.jobs.schedule import SCHEDULE

A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
moments = st.datetimes(datetime(2001, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
rules: st.SearchStrategy[Rule] = st.one_of(
    st.builds(Daily, st.times().map(lambda at: at.replace(second=0, microsecond=0))),
    st.sampled_from((1, 5, 15, 60, 720)).map(lambda minutes: Every(timedelta(minutes=minutes))),
)


@given(rules, moments)
def test_a_moment_lies_between_its_slot_and_the_next(rule: Rule, at: datetime) -> None:
    assert rule.latest(at) <= at < rule.following(at)


@given(rules, moments)
def test_a_slot_is_its_own_slot_and_the_next_ones_predecessor(rule: Rule, at: datetime) -> None:
    slot, following = rule.latest(at), rule.following(at)
    assert rule.latest(slot) == slot
    assert rule.latest(following) == following
    assert rule.following(slot) == following
    assert rule.latest(following - timedelta(microseconds=1)) == slot


@given(rules, moments, st.timedeltas(timedelta(0), A_DAY))
def test_a_later_moment_has_no_earlier_slot(rule: Rule, at: datetime, later: timedelta) -> None:
    assert rule.latest(at) <= rule.latest(at + later)


@given(rules, moments, st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_slots_between_two_moments_are_all_there(rule: Rule, at: datetime, span: timedelta) -> None:
    slots = list(slots_between(rule, at, at + span))
    assert slots == sorted(set(slots))
    assert all(at < slot <= at + span for slot in slots)
    assert not slots or (slots[0] == rule.following(at) and slots[-1] == rule.latest(at + span))


@given(rules, moments)
def test_slots_are_told_in_utc(rule: Rule, at: datetime) -> None:
    assert rule.latest(at).tzinfo is UTC
    assert rule.following(at).tzinfo is UTC


def test_a_daily_job_is_due_at_jakartas_time() -> None:
    nightly = Daily(time(1, 0))
    assert nightly.latest(datetime(2026, 5, 14, 17, 59, 59, tzinfo=UTC)) == datetime(2026, 5, 13, 18, tzinfo=UTC)
    assert nightly.latest(datetime(2026, 5, 14, 18, 0, tzinfo=UTC)) == datetime(2026, 5, 14, 18, tzinfo=UTC)


def test_a_frequent_job_is_due_on_the_round_minutes() -> None:
    five = Every(timedelta(minutes=5))
    assert five.latest(datetime(2026, 5, 14, 9, 4, 59, tzinfo=UTC)) == datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
    assert five.following(datetime(2026, 5, 14, 9, 5, tzinfo=UTC)) == datetime(2026, 5, 14, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize("days", [1, 3, 10])
def test_after_days_of_standstill_only_the_latest_slot_is_made_up_for(days: int) -> None:
    now = datetime(2026, 5, 14, 9, 2, tzinfo=UTC)
    for job in SCHEDULE:
        ran = job.rule.latest(now - days * A_DAY)
        assert len(list(slots_between(job.rule, ran, now))) >= days
        assert to_catch_up(job.rule, ran, now) == job.rule.latest(now)
        assert to_catch_up(job.rule, job.rule.latest(now), now) is None
        assert to_catch_up(job.rule, None, now) == job.rule.latest(now)


def test_a_failed_run_is_tried_again_later_and_later_and_then_no_more() -> None:
    at = datetime(2026, 5, 14, 18, 0, tzinfo=UTC)
    waits = [retry_at(tries, at, None) for tries in range(1, MOST_TRIES)]
    assert waits == [at + wait for wait in BACK_OFF]
    assert retry_at(MOST_TRIES, at, None) is None


def test_a_failed_run_waits_for_its_next_slot_where_that_comes_sooner() -> None:
    at = datetime(2026, 5, 14, 18, 0, tzinfo=UTC)
    assert retry_at(1, at, at + A_MINUTE) is None
    assert retry_at(1, at, at + 2 * A_MINUTE) == at + A_MINUTE


def test_a_quarter_of_an_hour_without_a_heartbeat_is_silence() -> None:
    now = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
    assert is_silent(None, now)
    assert not is_silent(now - timedelta(minutes=15), now)
    assert is_silent(now - timedelta(minutes=15, seconds=1), now)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-14T01:00", datetime(2026, 5, 13, 18, tzinfo=UTC)),
        ("2026-05-14", datetime(2026, 5, 13, 17, tzinfo=UTC)),
        ("2026-05-14 01:00:00", datetime(2026, 5, 13, 18, tzinfo=UTC)),
        ("2026-05-13T18:00Z", datetime(2026, 5, 13, 18, tzinfo=UTC)),
        ("2026-05-14T03:00:00+09:00", datetime(2026, 5, 13, 18, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_jakartas(text: str, moment: datetime) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["", "besok", "14-05-2026", "2026-13-01", "2026-05-14T25:00", "0001-01-01T00:00+09:00", "9999-12-31T23:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_moment(text)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    try:
        at = read_moment(text)
    except Unreadable:
        return
    assert EARLIEST <= at <= LATEST


def test_each_job_stands_in_the_schedule_once() -> None:
    names = [job.name for job in SCHEDULE]
    assert sorted(names) == [
        "cleanup", "complaints", "contacts", "heartbeat", "intake", "plan", "recalculate", "reports", "seal", "send",
    ]  # fmt: skip


def test_the_night_is_in_order() -> None:
    """Figures first, then the seals that keep them; reminders are planned after what they speak of is settled."""
    at = {job.name: job.rule.latest(datetime(2026, 5, 14, 12, tzinfo=UTC)) for job in SCHEDULE}
    assert at["contacts"] < at["recalculate"] < at["seal"] < at["plan"]
    assert [job.name for job in SCHEDULE].index("recalculate") < [job.name for job in SCHEDULE].index("seal")
