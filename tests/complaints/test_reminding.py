"""Words on the clocks of complaints: who is owed one, when, and how it reads; never what a complaint is about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints import clocks
from tracker.complaints.models import Complaint
from tracker.complaints.reminding import CLOCKS, RULES, UPWARD
from tracker.complaints.states import Clock, ComplaintStatus
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role
from tracker.kit import formats
from tracker.reminders.models import Reminder
from tracker.reminders.planning import plan
from tracker.reminders.register import DUTIES
from tracker.reminders.rules import Line, Skip

S = ComplaintStatus
DeskOf = Callable[..., Desk]
VERIFY, ANSWER = RULES[Clock.VERIFICATION], RULES[Clock.ANSWER]


@dataclass
class Cast:
    unit: ServiceUnit
    liaison: User
    officer: User
    head: User
    coordinator: User
    deputy: User


@pytest.fixture
def cast(make: Make) -> Cast:
    area = make.area()
    unit = make.unit(area=area, region_id=make.region(timezone="Asia/Jakarta").id)
    return Cast(
        unit,
        make.user(Role.COMPLAINT_OFFICER, agency=unit.agency),
        make.user(Role.UNIT_OFFICER, unit=unit),
        make.user(Role.UNIT_OFFICER, unit=unit, is_head=True),
        make.user(Role.COORDINATOR, agency=unit.agency),
        make.user(Role.ASSISTANT_DEPUTY, area=area),
    )


def complaint(make: Make, cast: Cast, day: int = 2, **values: Any) -> Complaint:
    """Received, and where it stands, on that day of March 2026."""
    at = datetime(2026, 3, day, 2, tzinfo=UTC)
    stations = {} if values.get("status", S.NEW) is S.NEW else {"verified_at": at, "assigned_at": at}
    made = make.complaint(cast.unit, received_at=at, holder_since=at, **stations | values)
    with as_machine(make.session):
        clocks.set_due(Desk(SYSTEM, at, make.session), made)
        make.session.flush()
    return made


def planned(desk_of: DeskOf, clock: StoppedClock, *days: date) -> None:
    for day in days:
        clock.set(datetime(day.year, day.month, day.day, 22, tzinfo=UTC) - timedelta(days=1))
        desk = desk_of(SYSTEM)
        plan(desk, desk.now)


def march(*days: int) -> list[date]:
    return [date(2026, 3, day) for day in days]


def ledger(make: Make, rule: str, to: User | None = None) -> list[Reminder]:
    query = sa.select(Reminder).where(Reminder.rule == rule).order_by(Reminder.id)
    with as_machine(make.session):
        return list(make.session.scalars(query.where(Reminder.recipient_id == to.id) if to else query))


def lines(desk: Desk, rows: Iterable[Reminder]) -> list[Line | Skip]:
    with formats.as_read_by("id", "Asia/Jakarta"):
        return [DUTIES[row.rule].lines(desk, [row])[row.id] for row in rows]


def told(make: Make, rule: str) -> set[tuple[int, str, date]]:
    return {(row.recipient_id, row.step, row.due_on) for row in ledger(make, rule)}


def test_the_complaint_officer_is_told_once_of_all_that_are_to_be_verified_by_a_day(
    make: Make, cast: Cast, clock: StoppedClock, desk_of: DeskOf
) -> None:
    for _ in range(3):
        complaint(make, cast)  # due Thursday 5 March
    planned(desk_of, clock, *march(3, 4, 5, 6))
    steps = [row.step for row in ledger(make, VERIFY)]
    assert steps == ["T-3", "T-1", "T0", "T+1"]
    assert {row.recipient_id for row in ledger(make, VERIFY)} == {cast.liaison.id}
    clock.set(datetime(2026, 3, 5, 2, tzinfo=UTC))
    (line,) = lines(desk_of(cast.liaison), ledger(make, VERIFY)[2:3])
    assert isinstance(line, Line)
    assert line.text == f"Verifikasi: 3 pengaduan, paling lambat Kamis 5 Maret 2026 · {cast.unit.agency.name}"
    assert line.path == "/pengaduan"


def test_an_answer_is_owed_by_whom_it_was_assigned_to_else_by_the_unit(
    make: Make, cast: Cast, clock: StoppedClock, desk_of: DeskOf
) -> None:
    complaint(make, cast, status=S.ASSIGNED, assignee_id=cast.officer.id)  # first answer due Monday 9 March
    planned(desk_of, clock, *march(9))
    assert told(make, ANSWER) == {(cast.officer.id, "T0", date(2026, 3, 9))}
    complaint(make, cast, status=S.ASSIGNED)
    planned(desk_of, clock, *march(9))
    assert {person for person, _step, _day in told(make, ANSWER)} == {cast.officer.id, cast.head.id}


def test_of_a_confidential_one_that_nobody_is_named_for_only_the_complaint_officers_hear(
    make: Make, cast: Cast, clock: StoppedClock, desk_of: DeskOf
) -> None:
    complaint(make, cast, status=S.ASSIGNED, is_confidential=True)
    planned(desk_of, clock, *march(9))
    assert {person for person, _step, _day in told(make, ANSWER)} == {cast.liaison.id}


def test_nobody_is_told_while_the_clock_stands_still_or_nobody_can_be_late(
    make: Make, cast: Cast, clock: StoppedClock, desk_of: DeskOf
) -> None:
    for status in (S.ON_HOLD, S.WAITING_CITIZEN, S.RESPONDED, S.CLOSED):
        complaint(make, cast, status=status, responded_at=datetime(2026, 3, 2, 2, tzinfo=UTC))
    planned(desk_of, clock, *march(3, 9, 16, 17, 30))
    assert [row for rule in (*CLOCKS, UPWARD) for row in ledger(make, rule)] == []


def test_lateness_goes_up_once_to_each_and_never_to_whom_it_lies_with(
    make: Make, cast: Cast, clock: StoppedClock, desk_of: DeskOf
) -> None:
    complaint(make, cast, status=S.ASSIGNED, assignee_id=cast.officer.id)  # due 9 March
    days = [date(2026, 3, 9) + timedelta(days=n) for n in range(40)]
    planned(desk_of, clock, *days)
    assert told(make, UPWARD) == {
        (cast.liaison.id, "T+3", date(2026, 3, 9)),
        (cast.head.id, "T+3", date(2026, 3, 9)),
        (cast.coordinator.id, "T+7", date(2026, 3, 9)),
        (cast.deputy.id, "T+14", date(2026, 3, 9)),
    }
    (line,) = lines(desk_of(cast.deputy), ledger(make, UPWARD, cast.deputy))
    assert isinstance(line, Line)
    assert line.text.startswith(f"{cast.unit.full_name} · 1 pengaduan terlambat ")
    assert line.text.endswith("pada Unit penangan")


def test_a_late_verification_goes_to_the_coordinator_and_not_again_to_the_complaint_officer(
    make: Make, cast: Cast, clock: StoppedClock, desk_of: DeskOf
) -> None:
    complaint(make, cast)  # due 5 March
    planned(desk_of, clock, *[date(2026, 3, 5) + timedelta(days=n) for n in range(12)])
    assert told(make, UPWARD) == {
        (cast.head.id, "T+3", date(2026, 3, 5)),
        (cast.coordinator.id, "T+7", date(2026, 3, 5)),
    }


def test_what_is_long_late_is_one_line_a_week(make: Make, cast: Cast, clock: StoppedClock, desk_of: DeskOf) -> None:
    complaint(make, cast, 2)
    complaint(make, cast, 3)
    clock.set(datetime(2026, 4, 6, 2, tzinfo=UTC))
    planned(desk_of, clock, *[date(2026, 4, 6) + timedelta(days=n) for n in range(10)])
    assert {(row.step, row.due_on) for row in ledger(make, VERIFY)} == {
        ("T+12", date(2026, 4, 6)),
        ("T+12", date(2026, 4, 13)),
    }
    (line, _next) = lines(desk_of(cast.liaison), ledger(make, VERIFY))
    assert isinstance(line, Line)
    assert "2 pengaduan lewat batas waktu sejak Kamis 5 Maret 2026" in line.text


def test_what_was_done_meanwhile_or_is_out_of_reach_is_not_told(
    make: Make, cast: Cast, clock: StoppedClock, desk_of: DeskOf
) -> None:
    made = complaint(make, cast)
    planned(desk_of, clock, *march(5))
    rows = ledger(make, VERIFY)
    stranger = make.user(Role.COMPLAINT_OFFICER, unit=make.unit())
    assert isinstance(lines(desk_of(stranger), rows)[0], Skip)
    with as_machine(make.session):
        made.status, made.classification = S.ARCHIVED, None
        clocks.pass_ball(desk_of(SYSTEM), made)
        make.session.flush()
        make.session.info["untold"].clear()
    assert isinstance(lines(desk_of(cast.liaison), rows)[0], Skip)


def test_a_line_says_nothing_of_what_it_is_about(make: Make, cast: Cast, clock: StoppedClock, desk_of: DeskOf) -> None:
    complaint(make, cast, title="Kata rahasia XQZW", body="Isi XQZW", status=S.ASSIGNED, topic="Topik XQZW")
    planned(desk_of, clock, *[date(2026, 3, 9) + timedelta(days=n) for n in range(40)])
    with as_machine(make.session):
        rows = list(make.session.scalars(sa.select(Reminder)))
    assert len(rows) > 5
    said = [
        repr(line) for user in (cast.liaison, cast.officer, cast.coordinator, cast.deputy)
        for line in lines(desk_of(user), [row for row in rows if row.rule in (*CLOCKS, UPWARD)])
    ]  # fmt: skip
    assert any("Line(" in each for each in said)
    assert not any("XQZW" in each for each in said + [repr(row.facts) for row in rows])
