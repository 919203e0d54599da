"""Words on due dates and on what happened: who is owed one, when, and how it reads at the moment of sending."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.followups.conftest import Cast, photo
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.directory.queries import calendar_at
from tracker.directory.states import Role
from tracker.followups.news import TELLINGS
from tracker.followups.operations import comment
from tracker.followups.reading import ANOTHER_DATE, NOT_WITH_THEM, OUT_OF_REACH, SETTLED
from tracker.followups.reminding import ON_DUE, UPWARD, owed_on_due, owed_upward
from tracker.followups.states import FollowUpStatus, Holder, HoldKind
from tracker.followups.verifier_reminding import TO_VERIFY
from tracker.followups.verifier_rules import word_due
from tracker.followups.verifying import return_follow_up
from tracker.kit import formats
from tracker.kit.workdays import WorkCalendar
from tracker.reminders.models import ContactMade, Reminder
from tracker.reminders.planning import plan
from tracker.reminders.register import DUTIES
from tracker.reminders.rules import DUE_TODAY, OVERDUE, THIS_WEEK, Line, Skip, day_of, offset_of, step_on
from tracker.reminders.states import ContactWay

DeskOf = Callable[..., Desk]


@pytest.fixture
def cast(cast: Cast, make: Make) -> Cast:
    """Due at the end of 31 March where the unit is."""
    cast.follow_up.due_at = datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)
    make.save(cast.follow_up)
    return cast


def planned(desk_of: DeskOf, clock: StoppedClock, day: date) -> None:
    """What the plan of that day's morning writes."""
    clock.set(datetime(day.year, day.month, day.day, 22, tzinfo=UTC) - timedelta(days=1))
    desk = desk_of(SYSTEM)
    plan(desk, desk.now)


def ledger(make: Make, *, rule: str = "", to: User | None = None) -> list[Reminder]:
    query = sa.select(Reminder).order_by(Reminder.id)
    if rule:
        query = query.where(Reminder.rule == rule)
    if to is not None:
        query = query.where(Reminder.recipient_id == to.id)
    with as_machine(make.session):
        return list(make.session.scalars(query))


def steps(rows: Iterable[Reminder]) -> list[str]:
    return [row.step for row in rows]


def lines(desk: Desk, rows: Iterable[Reminder]) -> list[Line | Skip]:
    found: list[Line | Skip] = []
    with formats.as_read_by("id", "Asia/Jakarta"):
        for row in rows:
            found.append(DUTIES[row.rule].lines(desk, [row])[row.id])
    return found


def days_from(first: date, number: int) -> Iterable[date]:
    return (first + timedelta(days=each) for each in range(number))


# Windows, as dates alone


calendars = st.builds(WorkCalendar.of, st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=40))
due_dates = st.dates(date(2026, 4, 1), date(2026, 9, 30))


@given(calendars, due_dates, st.integers(-30, 60), st.sampled_from([1, 3, 10]))
def test_a_stop_is_caught_up_with_one_word_for_the_last_window_that_opened(
    calendar: WorkCalendar, due: date, runs_again: int, stop: int
) -> None:
    due, today = calendar.on_or_after(due), due + timedelta(days=runs_again)
    missed = {step_on(due, today - timedelta(days=each), calendar) for each in range(stop)}
    now = step_on(due, today, calendar)
    opened = [step for step in missed if step is not None]
    assert now is None or all(offset_of(step) <= offset_of(now) for step in opened)
    assert now is None or day_of(now, due, calendar) <= today


@given(calendars, due_dates)
def test_every_window_opens_on_its_own_working_day_and_none_is_missed(calendar: WorkCalendar, due: date) -> None:
    due = calendar.on_or_after(due)
    seen: dict[str, date] = {}
    for day in days_from(due - timedelta(days=70), 150):
        step = step_on(due, day, calendar)
        if step is not None:
            seen.setdefault(step, day)
    expected = ["T-14", "T-7", "T-3", "T-1", "T0", "T+1", "T+3", "T+7", "T+12", "T+17"]
    assert list(seen)[: len(expected)] == expected
    assert all(seen[step] == day_of(step, due, calendar) for step in list(seen)[1:])


@given(st.integers(-200, 60))
def test_the_verifiers_words_come_before_on_and_after_the_last_day_then_weekly(left: int) -> None:
    offset = word_due(left)
    assert (offset is None) == (left > 3)
    if offset is not None:
        assert offset <= -left
        assert offset in (-3, 0) or (offset - 1) % 5 == 0


# Who is owed one


def test_each_window_owes_the_officer_one_word_on_its_day(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    for day in days_from(date(2026, 3, 2), 60):
        planned(desk_of, clock, day)
    rows = ledger(make, rule=ON_DUE, to=cast.people["officer"])
    calendar = calendar_at(make.session, "")
    assert steps(rows)[:6] == ["T-14", "T-7", "T-3", "T-1", "T0", "T+1"]
    assert all(row.on_day == day_of(row.step, row.due_on, calendar) for row in rows)
    assert {row.due_on for row in rows} == {date(2026, 3, 31)}


@pytest.mark.parametrize("stop", [1, 3, 10])
def test_after_a_stop_the_open_window_is_planned_once(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock, stop: int
) -> None:
    first = date(2026, 3, 26)
    planned(desk_of, clock, first)
    planned(desk_of, clock, first + timedelta(days=stop))
    rows = ledger(make, rule=ON_DUE, to=cast.people["officer"])
    calendar = calendar_at(make.session, "")
    wanted = [step_on(date(2026, 3, 31), day, calendar) for day in (first, first + timedelta(days=stop))]
    assert steps(rows) == list(dict.fromkeys(wanted))


def test_only_the_person_in_charge_is_told_where_one_is_named(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    second = make.user(Role.UNIT_OFFICER, unit=cast.follow_up.unit)
    planned(desk_of, clock, date(2026, 3, 24))
    assert {row.recipient_id for row in ledger(make, rule=ON_DUE)} == {cast.people["officer"].id, second.id}
    cast.follow_up.person_in_charge_id = second.id
    make.save(cast.follow_up)
    planned(desk_of, clock, date(2026, 3, 30))
    assert ledger(make, rule=ON_DUE, to=cast.people["officer"])[-1].step != "T-1"
    assert ledger(make, rule=ON_DUE, to=second)[-1].step in ("T-1", "T-3")


def test_a_unit_without_an_account_wakes_its_coordinator(make: Make, machine: Desk) -> None:
    follow_up = make.follow_up(due_at=machine.now + timedelta(days=2))
    coordinator = make.user(Role.COORDINATOR, agency=follow_up.unit.agency)
    assert [owed.recipient_id for owed in owed_on_due(machine)] == [coordinator.id]


@pytest.mark.parametrize(
    "values",
    [
        {"status": FollowUpStatus.SUBMITTED},
        {"status": FollowUpStatus.ON_HOLD, "hold_kind": HoldKind.LAW},
        {"status": FollowUpStatus.ON_HOLD, "hold_kind": HoldKind.BUDGET, "hold_fiscal_year": 2027},
        {"status": FollowUpStatus.ACCEPTED},
        {"status": FollowUpStatus.CANCELLED},
    ],
)
def test_nobody_is_reminded_of_what_lies_elsewhere(make: Make, machine: Desk, values: dict[str, Any]) -> None:
    late = machine.now - timedelta(days=40)
    follow_up = make.follow_up(due_at=late, assigned_at=late - timedelta(days=9), holder_since=late, **values)
    make.user(Role.UNIT_OFFICER, unit=follow_up.unit, is_head=True)
    make.user(Role.COORDINATOR, agency=follow_up.unit.agency)
    assert list(owed_on_due(machine)) == []
    assert list(owed_upward(machine)) == []


def test_what_waits_for_the_coordinator_is_the_coordinators_word(make: Make, machine: Desk) -> None:
    follow_up = make.follow_up(
        status=FollowUpStatus.AWAITING_CONFIRMATION, due_at=machine.now + timedelta(days=1), holder_since=machine.now
    )
    make.user(Role.UNIT_OFFICER, unit=follow_up.unit)
    coordinator = make.user(Role.COORDINATOR, agency=follow_up.unit.agency)
    follow_up.holder_since = machine.now - timedelta(days=20)
    make.save(follow_up)
    assert {owed.recipient_id for owed in owed_on_due(machine)} == {coordinator.id}


def test_windows_that_opened_before_the_work_came_are_not_owed(make: Make, machine: Desk) -> None:
    follow_up = make.follow_up(
        due_at=machine.now + timedelta(days=6), assigned_at=machine.now, holder_since=machine.now
    )
    make.user(Role.UNIT_OFFICER, unit=follow_up.unit)
    assert list(owed_on_due(machine)) == []  # 4 working days left: T-7 opened while nobody had it


def test_lateness_is_told_upward_once_a_step_instead_of_again_and_again(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    head = make.user(Role.UNIT_OFFICER, unit=cast.follow_up.unit, is_head=True)
    cast.follow_up.person_in_charge_id = cast.people["officer"].id
    make.save(cast.follow_up)
    for day in days_from(date(2026, 4, 1), 45):
        planned(desk_of, clock, day)
    rows = ledger(make, rule=UPWARD)
    told = [(row.recipient_id, row.step) for row in rows]
    assert told == [
        (head.id, "T+3"), (cast.people["coordinator"].id, "T+7"), (cast.people["deputy"].id, "T+14")
    ]  # fmt: skip
    calendar = calendar_at(make.session, "")
    assert [row.on_day for row in rows] == [day_of(row.step, row.due_on, calendar) for row in rows]


def test_who_holds_it_is_not_told_as_their_own_superior(make: Make, machine: Desk) -> None:
    long_ago = machine.now - timedelta(days=12)
    follow_up = make.follow_up(due_at=long_ago, assigned_at=long_ago, holder_since=long_ago - timedelta(days=20))
    make.user(Role.UNIT_OFFICER, unit=follow_up.unit, is_head=True)
    assert list(owed_upward(machine)) == []


def test_a_queue_is_told_of_by_its_last_day_to_the_verifiers_of_the_area(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    cast.submit(photo())  # on Monday 2 March: ten working days end on the 16th
    second = make.follow_up(
        cast.follow_up.unit, status=FollowUpStatus.SUBMITTED, holder_since=clock.now(), submitted_at=clock.now()
    )
    for day in days_from(date(2026, 3, 3), 45):
        planned(desk_of, clock, day)
    deputy = ledger(make, rule=TO_VERIFY, to=cast.people["deputy"])
    assert steps(deputy)[:4] == ["T-3", "T0", "T+1", "T+6"]
    assert steps(ledger(make, rule=TO_VERIFY, to=cast.people["mentor"])) == steps(deputy)
    assert ledger(make, rule=TO_VERIFY, to=cast.people["leadership"]) == []
    [said] = lines(cast.desk("mentor"), deputy[-1:])
    assert isinstance(said, Line)
    assert said.text.startswith("2 pengajuan seharusnya sudah diperiksa")
    for follow_up in (cast.follow_up, second):
        follow_up.status, follow_up.holder = FollowUpStatus.IN_PROGRESS, Holder.UNIT
        make.save(follow_up)
    [said] = lines(cast.desk("mentor"), deputy[-1:])
    assert isinstance(said, Skip)


# How it reads when it goes out


def due_row(make: Make, cast: Cast, desk_of: DeskOf, clock: StoppedClock, day: date) -> Reminder:
    planned(desk_of, clock, day)
    clock.advance(hours=4)
    return ledger(make, rule=ON_DUE, to=cast.people["officer"])[-1]


def test_a_line_says_how_long_until_when_where_and_what(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    row = due_row(make, cast, desk_of, clock, date(2026, 3, 26))
    [said] = lines(cast.desk("officer"), [row])
    assert isinstance(said, Line)
    assert said.text.startswith("3 hari kerja lagi, Selasa 31 Maret 2026 · Disdukcapil Kota Tual")
    assert said.text.endswith(" · Pasang nomor antrean")
    assert (said.path, said.group) == (f"/tindak-lanjut/{cast.follow_up.id}", THIS_WEEK)
    row = due_row(make, cast, desk_of, clock, date(2026, 3, 31))
    [today] = lines(cast.desk("officer"), [row])
    assert isinstance(today, Line)
    assert today.group == DUE_TODAY
    row = due_row(make, cast, desk_of, clock, date(2026, 4, 9))
    [late] = lines(cast.desk("officer"), [row])
    assert isinstance(late, Line)
    assert late.group == OVERDUE


def test_what_was_handed_in_just_before_sending_is_skipped(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    row = due_row(make, cast, desk_of, clock, date(2026, 3, 26))
    cast.submit(photo())
    assert lines(cast.desk("officer"), [row]) == [Skip(NOT_WITH_THEM)]


def test_what_was_cancelled_or_moved_is_skipped(cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock) -> None:
    row = due_row(make, cast, desk_of, clock, date(2026, 3, 26))
    cast.follow_up.due_at += timedelta(days=30)
    make.save(cast.follow_up)
    assert lines(cast.desk("officer"), [row]) == [Skip(ANOTHER_DATE)]
    cast.follow_up.is_open, cast.follow_up.holder = False, None
    cast.follow_up.status = FollowUpStatus.CANCELLED
    make.save(cast.follow_up)
    assert lines(cast.desk("officer"), [row]) == [Skip(SETTLED)]


def test_a_moved_due_date_has_rows_of_its_own(cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock) -> None:
    due_row(make, cast, desk_of, clock, date(2026, 3, 30))
    cast.follow_up.due_at += timedelta(days=1)
    make.save(cast.follow_up)
    due_row(make, cast, desk_of, clock, date(2026, 3, 31))
    dates = [(row.due_on.isoformat(), row.step) for row in ledger(make, rule=ON_DUE, to=cast.people["officer"])]
    assert len(dates) == len(set(dates)) == 2
    assert dates[0][0] != dates[1][0]


def test_who_lost_access_or_the_work_is_skipped(cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock) -> None:
    row = due_row(make, cast, desk_of, clock, date(2026, 3, 26))
    second = make.user(Role.UNIT_OFFICER, unit=cast.follow_up.unit)
    cast.follow_up.person_in_charge_id = second.id
    make.save(cast.follow_up)
    assert lines(cast.desk("officer"), [row]) == [Skip(NOT_WITH_THEM)]
    [membership] = cast.people["officer"].memberships
    membership.valid_to = date(2026, 3, 1)
    make.save(membership)
    assert lines(cast.desk("officer"), [row]) == [Skip(OUT_OF_REACH)]


def test_a_call_made_by_hand_counts_as_the_reminder_of_its_window(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    row = due_row(make, cast, desk_of, clock, date(2026, 3, 26))
    before = ContactMade(unit_id=cast.follow_up.unit_id, at=clock.now() - timedelta(days=3), way=ContactWay.TELEPHONE)
    make.save(before)
    assert isinstance(lines(cast.desk("officer"), [row])[0], Line)
    make.save(
        ContactMade(
            unit_id=cast.follow_up.unit_id, at=clock.now(), way=ContactWay.WHATSAPP, subject_type="FollowUp",
            subject_id=cast.follow_up.id,
        )
    )  # fmt: skip
    [said] = lines(cast.desk("officer"), [row])
    assert isinstance(said, Skip)
    assert "dihubungi" in said.reason
    assert "26 Maret 2026" in said.reason


def test_a_call_about_another_follow_up_does_not_count(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    row = due_row(make, cast, desk_of, clock, date(2026, 3, 26))
    other = make.follow_up(cast.follow_up.unit)
    make.save(
        ContactMade(
            unit_id=cast.follow_up.unit_id, at=clock.now(), way=ContactWay.WHATSAPP, subject_type="FollowUp",
            subject_id=other.id,
        )
    )  # fmt: skip
    assert isinstance(lines(cast.desk("officer"), [row])[0], Line)


# News


def test_what_came_back_is_told_with_the_reason_and_not_to_whoever_sent_it(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    cast.submit(photo())
    clock.advance(hours=2)
    return_follow_up(cast.desk("mentor"), cast.follow_up, "Foto kursi prioritas belum ada.", 40)
    make.session.commit()
    planned(desk_of, clock, date(2026, 3, 3))
    clock.advance(hours=4)
    rows = ledger(make, rule="follow_up.returned")
    assert [row.recipient_id for row in rows] == [cast.people["officer"].id]
    [said] = lines(cast.desk("officer"), rows)
    assert isinstance(said, Line)
    assert "Foto kursi prioritas belum ada." in said.text
    submitted = ledger(make, rule="follow_up.submitted")
    assert submitted == []  # it lies with nobody any more who must look at it
    planned(desk_of, clock, date(2026, 3, 4))
    assert len(ledger(make, rule="follow_up.returned")) == 1


def test_what_was_handed_in_is_told_to_the_verifiers_of_the_area(
    cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    cast.submit(photo())
    planned(desk_of, clock, date(2026, 3, 3))
    rows = ledger(make, rule="follow_up.submitted")
    assert {row.recipient_id for row in rows} == {cast.people["mentor"].id, cast.people["deputy"].id}
    [said] = lines(cast.desk("deputy"), rows[:1])
    assert isinstance(said, Line)


def test_a_comment_is_told_to_the_other_side(cast: Cast, make: Make, desk_of: DeskOf, clock: StoppedClock) -> None:
    cast.follow_up.assigned_by_id = cast.people["mentor"].id
    make.save(cast.follow_up)
    comment(cast.desk("officer"), cast.follow_up, "Kapan contoh dikirim?")
    clock.advance(minutes=5)
    comment(cast.desk("deputy"), cast.follow_up, "Besok.")
    make.session.commit()
    planned(desk_of, clock, date(2026, 3, 3))
    rows = ledger(make, rule="follow_up.commented")
    assert [row.recipient_id for row in rows] == [cast.people["mentor"].id, cast.people["officer"].id]
    [said] = lines(cast.desk("officer"), rows[1:])
    assert isinstance(said, Line)
    assert said.text.startswith(f"Komentar baru dari {cast.people['deputy'].name}")
    assert "Besok" not in said.text


def test_every_verb_that_is_news_has_a_duty() -> None:
    told = {act for telling in TELLINGS for act in telling.acts}
    assert told >= {
        Act.ASSIGN_FOLLOW_UP, Act.SUBMIT_FOLLOW_UP, Act.CONFIRM_SUBMISSION, Act.SEND_BACK, Act.RETURN_FOLLOW_UP,
        Act.ACCEPT_FOLLOW_UP, Act.COMMENT, Act.HAND_OVER,
    }  # fmt: skip
    assert {telling.rule for telling in TELLINGS} <= set(DUTIES)
