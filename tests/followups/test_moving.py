"""A holiday declared late moves nothing until it is confirmed; then each date moves once, and its history says so."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.followups.conftest import DeskOf
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.actor import SYSTEM
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.administration import calendar_changing as changing
from tracker.administration.calendar import HolidayFacts
from tracker.administration.calendar_states import CalendarChangeStatus
from tracker.administration.models import CalendarChange
from tracker.directory.models import Holiday, ServiceUnit
from tracker.directory.queries import calendar_of
from tracker.directory.states import HolidayKind, Role
from tracker.events.models import Event
from tracker.followups import ball, extension_reminding, moving
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.kit.refusal import Refusal
from tracker.reminders.models import Reminder
from tracker.reminders.rules import Skip

S = CalendarChangeStatus
DUE = date(2026, 3, 12)  # a Thursday
LATE = HolidayFacts(DUE, "Libur yang baru ditetapkan", HolidayKind.NATIONAL, None, "Keppres 1/2026")


@pytest.fixture
def unit(make: Make) -> ServiceUnit:
    return make.unit(region_id=make.region(timezone="Asia/Jakarta").id)


@pytest.fixture
def administrator(make: Make, desk_of: DeskOf) -> Desk:
    return desk_of(make.user(Role.ADMINISTRATOR))


def due(make: Make, unit: ServiceUnit, day: date = DUE, **values: object) -> FollowUp:
    at = datetime(day.year, day.month, day.day, 16, 59, 59, tzinfo=UTC)
    return make.follow_up(unit, due_on=day, due_at=at, **values)


def days(desk: Desk, *follow_ups: FollowUp) -> list[str]:
    with as_machine(desk.session):
        rows = desk.session.execute(
            sa.select(FollowUp.id, FollowUp.due_at).where(FollowUp.id.in_([each.id for each in follow_ups]))
        ).all()
    return [f"{due_at:%d-%m}" for _, due_at in sorted(rows)]


def test_nothing_moves_before_the_confirmation_and_the_calendar_stays(
    make: Make, administrator: Desk, unit: ServiceUnit
) -> None:
    touched, before, after = due(make, unit), due(make, unit, date(2026, 3, 11)), due(make, unit, date(2026, 3, 13))
    change = changing.propose(administrator, LATE)
    administrator.session.commit()
    shifts = list(changing.shifts(administrator, change))
    assert [(each.unit_id, each.before, each.after, each.count) for each in shifts] == [
        (unit.id, DUE, date(2026, 3, 13), 1)
    ]
    assert change.status is S.PROPOSED
    assert days(administrator, touched, before, after) == ["12-03", "11-03", "13-03"]
    assert calendar_of(administrator.session, None).is_workday(DUE)
    with as_machine(administrator.session):
        ball.set_due(administrator, touched)  # the ball passes meanwhile: counted by the calendar in force
    assert touched.due_at.date() == DUE


def test_after_the_confirmation_each_date_moves_once_and_says_from_when_to_when(
    make: Make, administrator: Desk, unit: ServiceUnit
) -> None:
    follow_ups = [due(make, unit), due(make, unit), due(make, unit, status=FollowUpStatus.CANCELLED)]
    change = changing.propose(administrator, LATE)
    changing.confirm(administrator, change)
    administrator.session.commit()
    assert changing.go_on(administrator, change, 5)
    assert changing.go_on(administrator, change, 5)
    assert (change.status, change.moved) == (S.DONE, 2)
    assert days(administrator, *follow_ups) == ["13-03", "13-03", "12-03"]
    with as_machine(administrator.session):
        told = administrator.all(sa.select(Event).filter_by(act=Act.MOVE_DUE_DATES, subject_type="FollowUp"))
    assert [event.subject_id for event in told] == [each.id for each in follow_ups[:2]]
    assert told[0].changes["due_at"][0].startswith("2026-03-12")
    assert told[0].changes["due_at"][1].startswith("2026-03-13")
    assert told[0].reason == "Libur yang baru ditetapkan, 2026-03-12: Keppres 1/2026"


def test_an_interrupted_move_goes_on_where_it_stopped(
    make: Make, administrator: Desk, unit: ServiceUnit, monkeypatch: pytest.MonkeyPatch, desk_of: DeskOf
) -> None:
    monkeypatch.setattr(moving, "ROWS", 1)
    follow_ups = [due(make, unit) for _ in range(3)]
    change = changing.propose(administrator, LATE)
    changing.confirm(administrator, change)
    administrator.session.commit()
    assert not changing.go_on(administrator, change, 2)
    assert days(administrator, *follow_ups) == ["13-03", "13-03", "12-03"]
    other = changing.propose(administrator, HolidayFacts(date(2026, 3, 13), "Lain", HolidayKind.NATIONAL, None, "X"))
    with pytest.raises(Refusal):
        changing.confirm(administrator, other)
    changing.discard(administrator, other)
    administrator.session.commit()
    assert changing.finish_moves(desk_of(SYSTEM)) == 1
    assert (change.moved, change.status) == (3, S.DONE)
    assert days(administrator, *follow_ups) == ["13-03", "13-03", "13-03"]


def test_a_regional_holiday_moves_the_dates_of_its_region_alone(
    make: Make, administrator: Desk, unit: ServiceUnit
) -> None:
    here, elsewhere = due(make, unit), due(make, make.unit(region_id=make.region(timezone="Asia/Jakarta").id))
    change = changing.propose(
        administrator, HolidayFacts(DUE, "Hari jadi kota", HolidayKind.REGIONAL, unit.region, "Perda 2")
    )
    assert [each.unit_id for each in changing.shifts(administrator, change)] == [unit.id]
    changing.confirm(administrator, change)
    assert changing.go_on(administrator, change, 5)
    assert days(administrator, here, elsewhere) == ["13-03", "12-03"]


def test_where_no_date_moves_the_calendar_changes_at_once(administrator: Desk) -> None:
    change = changing.propose(administrator, LATE)
    administrator.session.commit()
    assert (change.status, change.moved) == (S.DONE, 0)
    assert not calendar_of(administrator.session, None).is_workday(DUE)


def test_taking_a_holiday_back_moves_the_dates_back(make: Make, administrator: Desk, unit: ServiceUnit) -> None:
    follow_up = due(make, unit)
    change = changing.propose(administrator, LATE)
    changing.confirm(administrator, change)
    changing.go_on(administrator, change, 5)
    holiday = administrator.session.scalars(sa.select(Holiday)).one()
    back = changing.propose_removal(administrator, holiday, "Keputusannya dicabut.")
    administrator.session.commit()
    assert days(administrator, follow_up) == ["13-03"]
    changing.confirm(administrator, back)
    assert changing.go_on(administrator, back, 5)
    assert days(administrator, follow_up) == ["12-03"]


def test_a_correction_that_moves_to_another_day_touches_both_days(
    make: Make, administrator: Desk, unit: ServiceUnit
) -> None:
    first, second = due(make, unit), due(make, unit, date(2026, 3, 17))
    change = changing.propose(administrator, LATE)
    changing.confirm(administrator, change)
    changing.go_on(administrator, change, 5)
    holiday = administrator.session.scalars(sa.select(Holiday)).one()
    moved = HolidayFacts(date(2026, 3, 17), LATE.name, LATE.kind, None, LATE.decree)
    again = changing.propose(administrator, moved, holiday)
    changing.confirm(administrator, again)
    assert changing.go_on(administrator, again, 5)
    assert days(administrator, first, second) == ["12-03", "25-03"]  # the 18th to 24th are Nyepi and Lebaran


def test_a_discarded_change_leaves_everything_as_it_was(make: Make, administrator: Desk, unit: ServiceUnit) -> None:
    follow_up = due(make, unit)
    change = changing.propose(administrator, LATE)
    changing.discard(administrator, change)
    administrator.session.commit()
    assert change.status is S.DISCARDED
    assert days(administrator, follow_up) == ["12-03"]


def test_each_person_is_told_once_however_many_dates_moved(
    make: Make, administrator: Desk, unit: ServiceUnit, machine: Desk
) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    for _ in range(3):
        due(make, unit)
    change = changing.propose(administrator, LATE)
    changing.confirm(administrator, change)
    changing.go_on(administrator, change, 5)
    system = Desk(machine.actor, machine.now, machine.session)
    owed = list(extension_reminding.owed_on_moves(system))
    assert [(each.recipient_id, each.subject_id) for each in owed] == [(officer.id, change.id)]


def test_an_administrator_sees_how_many_move_and_for_whom_but_no_case(
    make: Make, site: Site, unit: ServiceUnit, clock: StoppedClock
) -> None:
    follow_up = due(make, unit, title="Rahasia unit")
    site.sign_in(make.user(Role.ADMINISTRATOR))
    page = site.post(
        "/kalender?tahun=2026",
        day=DUE.isoformat(),
        name=LATE.name,
        kind=LATE.kind.value,
        region_code="",
        decree=LATE.decree,
    )
    assert "1 tenggat akan bergeser" in page.words
    assert unit.name in page.words
    assert "Rahasia" not in page.html
    change = make.only(CalendarChange)
    assert change is not None
    assert "Libur yang baru" in site.get("/kalender?tahun=2026").words
    done = site.post(f"/kalender/perubahan/{change.id}/konfirmasi")
    assert "1 tenggat digeser" in done.words
    site.post(f"/kalender/perubahan/{change.id}/konfirmasi", expect=409)
    site.post(f"/kalender/perubahan/{change.id}/batalkan", expect=409)
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    assert "menggeser batas waktu" in site.get(f"/tindak-lanjut/{follow_up.id}").words
    site.get(f"/kalender/perubahan/{change.id}", expect=403)


def test_the_line_says_how_many_of_ones_own_dates_moved(
    make: Make, administrator: Desk, unit: ServiceUnit, desk_of: DeskOf, app: Flask
) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    stranger = make.user(Role.UNIT_OFFICER, unit=make.unit())
    due(make, unit), due(make, unit)
    change = changing.propose(administrator, LATE)
    changing.confirm(administrator, change)
    changing.go_on(administrator, change, 5)
    row = Reminder(id=1, subject_id=change.id, due_on=DUE)
    with app.test_request_context():
        said = extension_reminding.move_line(desk_of(officer), row)
        assert not isinstance(said, Skip)
        assert "2 tenggat" in said.text
        assert isinstance(extension_reminding.move_line(desk_of(stranger), row), Skip)
