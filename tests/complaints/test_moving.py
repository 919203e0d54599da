"""A holiday declared late moves complaints after follow-ups, each once, going on from where it stopped."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.administration import calendar_changing as changing
from tracker.administration.calendar import HolidayFacts
from tracker.administration.calendar_states import CalendarChangeStatus
from tracker.administration.models import CalendarChange
from tracker.complaints import clocks, move_reminding, moving
from tracker.complaints.models import Complaint
from tracker.complaints.states import ComplaintStatus
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import HolidayKind, Role
from tracker.events.models import Event
from tracker.followups import moving as moving_follow_ups
from tracker.kit import formats
from tracker.reminders.models import Reminder
from tracker.reminders.rules import Line, Skip

DeskOf = Callable[..., Desk]
S = ComplaintStatus
LATE = HolidayFacts(date(2026, 3, 12), "Libur yang baru ditetapkan", HolidayKind.NATIONAL, None, "Keppres 1/2026")


@pytest.fixture
def unit(make: Make) -> ServiceUnit:
    return make.unit(region_id=make.region(timezone="Asia/Jakarta").id)


@pytest.fixture
def administrator(make: Make, desk_of: DeskOf) -> Desk:
    return desk_of(make.user(Role.ADMINISTRATOR))


def received(make: Make, unit: ServiceUnit, day: int, **values: Any) -> Complaint:
    at = datetime(2026, 3, day, 2, tzinfo=UTC)
    complaint = make.complaint(unit, received_at=at, holder_since=at, **values)
    with as_machine(make.session):
        clocks.set_due(Desk(make.session.info["actor"], at, make.session), complaint)
        make.session.flush()
        make.session.info.get("untold", {}).clear()
    return complaint


def days(desk: Desk, *complaints: Complaint) -> list[str]:
    with as_machine(desk.session):
        rows = desk.session.execute(
            sa.select(Complaint.due_at).where(Complaint.id.in_([each.id for each in complaints])).order_by(Complaint.id)
        )
        return [f"{due_at:%d-%m}" if due_at else "" for (due_at,) in rows]


def test_only_clocks_that_run_over_the_day_move_and_only_once_confirmed(
    make: Make, administrator: Desk, unit: ServiceUnit
) -> None:
    over, before = received(make, unit, 10), received(make, unit, 5)
    stopped = received(make, unit, 10, status=S.ON_HOLD)
    change = changing.propose(administrator, LATE)
    administrator.session.commit()
    shifts = list(changing.shifts(administrator, change))
    assert [(each.what, each.unit_id, each.before, each.after, each.count) for each in shifts] == [
        (moving.WHAT, unit.id, date(2026, 3, 13), date(2026, 3, 16), 1)
    ]
    assert days(administrator, over, before, stopped) == ["13-03", "10-03", ""]
    changing.confirm(administrator, change)
    assert changing.go_on(administrator, change, 5)
    assert change.status is CalendarChangeStatus.DONE
    assert change.moved == 1
    assert days(administrator, over, before, stopped) == ["16-03", "10-03", ""]
    with as_machine(administrator.session):
        told = administrator.session.scalars(
            sa.select(Event).where(Event.act == Act.MOVE_DUE_DATES.value, Event.subject_type == "Complaint")
        ).all()
    assert [(event.subject_id, event.changes["due_at"][1][:10]) for event in told] == [(over.id, "2026-03-16")]


def test_completion_moves_though_the_next_clock_stays(make: Make, administrator: Desk, unit: ServiceUnit) -> None:
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    complaint = received(make, unit, 2, status=S.IN_PROGRESS, verified_at=at, assigned_at=at)
    assert f"{complaint.completion_due_at:%d-%m}" == "27-03"
    change = changing.propose(administrator, LATE)
    changing.confirm(administrator, change)
    assert changing.go_on(administrator, change, 5)
    with as_machine(administrator.session):
        administrator.session.refresh(complaint)
        assert f"{complaint.answer_due_at:%d-%m}" == "09-03"
        assert f"{complaint.completion_due_at:%d-%m}" == "30-03"


def test_it_goes_on_behind_the_last_row_of_whoever_was_being_moved(
    make: Make, administrator: Desk, unit: ServiceUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "ROWS", 2)
    monkeypatch.setattr(moving_follow_ups, "ROWS", 2)
    complaints = [received(make, unit, 10) for _ in range(5)]
    due_at = datetime(2026, 3, 12, 16, 59, 59, tzinfo=UTC)
    for _ in range(7):
        make.follow_up(unit, due_on=LATE.day, due_at=due_at)
    change = changing.propose(administrator, LATE)
    changing.confirm(administrator, change)
    steps = 0
    while not changing.go_on(administrator, change, 1):
        steps += 1
    assert steps == 5  # 2 + 2 + 2 follow-ups, the last one with 2 complaints, and 2 more complaints
    assert change.moved == 12
    assert set(days(administrator, *complaints)) == {"16-03"}


def moved(administrator: Desk) -> None:
    change = changing.propose(administrator, LATE)
    changing.confirm(administrator, change)
    assert changing.go_on(administrator, change, 5)


def test_whoever_holds_what_moved_is_told_once_and_nobody_else(
    make: Make, administrator: Desk, unit: ServiceUnit, machine: Desk, desk_of: DeskOf
) -> None:
    liaison = make.user(Role.COMPLAINT_OFFICER, agency=unit.agency)
    officer, colleague = (make.user(Role.UNIT_OFFICER, unit=unit) for _ in range(2))
    make.user(Role.COMPLAINT_OFFICER, agency=make.unit().agency)
    at = datetime(2026, 3, 10, 2, tzinfo=UTC)
    for _ in range(3):
        received(make, unit, 10)
    given = received(make, unit, 10, status=S.ASSIGNED, assigned_at=at, assignee_id=officer.id)
    received(make, unit, 5)  # before the day: does not move
    received(make, unit, 10, status=S.RESPONDED, responded_at=at)  # with the citizen: nobody can be late
    moved(administrator)
    owed = list(move_reminding.owed(replace(machine)))
    change = make.only(CalendarChange)
    assert change is not None
    assert sorted((each.recipient_id, each.subject_id) for each in owed) == [
        (liaison.id, change.id),
        (officer.id, change.id),
    ]
    row = Reminder(id=1, rule=move_reminding.MOVED, subject_id=change.id, due_on=LATE.day)

    def read_by(person: User) -> Line | Skip:
        with as_machine(make.session):
            assert person.memberships
        with formats.as_read_by("id", "Asia/Jakarta"):
            return move_reminding.lines(desk_of(person), [row])[1]

    three, one, none = (read_by(person) for person in (liaison, officer, colleague))
    assert isinstance(three, Line)
    assert three.text == (
        "Libur yang baru ditetapkan, Kamis 12 Maret 2026 (Keppres 1/2026): batas waktu 3 pengaduan Anda bergeser"
    )
    assert three.path == "/pengaduan"
    assert isinstance(one, Line)
    assert one.path == f"/pengaduan/{given.id}"
    assert none == Skip(move_reminding.NOTHING_MOVED)


def test_what_was_answered_meanwhile_or_is_long_past_is_told_to_nobody(
    make: Make, administrator: Desk, unit: ServiceUnit, machine: Desk
) -> None:
    make.user(Role.COMPLAINT_OFFICER, agency=unit.agency)
    complaint = received(make, unit, 10)
    moved(administrator)
    assert len(list(move_reminding.owed(replace(machine)))) == 1
    later = replace(machine, now=machine.now + timedelta(days=15))
    assert list(move_reminding.owed(later)) == []
    with as_machine(make.session):
        complaint.is_open, complaint.status = False, S.ARCHIVED
        make.session.flush()
        make.session.info.get("untold", {}).clear()
    assert list(move_reminding.owed(replace(machine))) == []


def test_the_preview_says_for_whom_and_the_page_of_the_case_from_which_day_to_which(
    make: Make, site: Site, unit: ServiceUnit
) -> None:
    complaint = received(make, unit, 10, title="Pungutan di loket")
    site.sign_in(make.user(Role.ADMINISTRATOR))
    page = site.post(
        "/kalender?tahun=2026",
        day=LATE.day.isoformat(),
        name=LATE.name,
        kind=LATE.kind.value,
        region_code="",
        decree=LATE.decree,
    )
    assert "1 pengaduan" in page.words
    assert unit.name in page.words
    assert "Pungutan" not in page.html
    change = make.only(CalendarChange)
    assert change is not None
    site.post(f"/kalender/perubahan/{change.id}/konfirmasi")
    site.sign_in(make.user(Role.COMPLAINT_OFFICER, agency=unit.agency))
    story = site.get(f"/pengaduan/{complaint.id}").words
    assert "batas waktu 13 Mar 2026 23.59 WIB → 16 Mar 2026 23.59 WIB" in story
    assert "Libur yang baru ditetapkan, 2026-03-12: Keppres 1/2026" in story
