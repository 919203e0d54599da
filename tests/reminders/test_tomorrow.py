"""Tomorrow's page is what tomorrow's run sends: same rows, same people; and only what the viewer's units are about."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Site
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.followups.operations import comment
from tracker.followups.states import FollowUpStatus
from tracker.kit.db import db
from tracker.reminders.models import Delivery, Pause, Reminder
from tracker.reminders.planning import plan
from tracker.reminders.sending import send
from tracker.reminders.states import DeliveryKind, ReminderStatus
from tracker.reminders.tomorrow import next_workday, tomorrow

DeskOf = Callable[..., Desk]
Key = tuple[int, str, int, str]
THURSDAY = date(2026, 3, 26)


def at(day: date, hour: int) -> datetime:
    """That hour in Jakarta."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)


def runs(clock: StoppedClock, day: date) -> None:
    """A day of the scheduler: the plan in the morning, the sender each hour."""
    for hour in (5, *range(6, 17)):
        clock.set(at(day, hour))
        desk = Desk(SYSTEM, clock.now(), db.session())
        (plan if hour == 5 else send)(desk, clock.now())
        db.session().info["actor"] = SYSTEM


def sent_on(make: Make, day: date) -> set[Key]:
    """What became of it: everything that was taken into a digest of that day."""
    with as_machine(make.session):
        rows = make.session.scalars(sa.select(Reminder).where(Reminder.status != ReminderStatus.PLANNED))
        return {
            (row.recipient_id, row.rule, row.subject_id, row.step)
            for row in rows
            if row.settled_at and (row.settled_at + timedelta(hours=7)).date() == day and "lebih baru" not in row.reason
        }


def keys(found: Any) -> set[Key]:
    return {(row.recipient_id, row.rule, row.subject_id, row.step) for row in found.rows}


@pytest.fixture
def country(make: Make, clock: StoppedClock) -> dict[str, Any]:
    """Two areas; units with work that is due, late, handed in; people in three zones with hours of their own."""
    clock.set(at(THURSDAY, 4))
    area, other = make.area(), make.area()
    units = [
        make.unit(f"Unit {number}", area if number < 4 else other, region_id=make.region(f"Kota {number}").id)
        for number in range(6)
    ]
    people: dict[str, Any] = {"deputy": make.user(Role.ASSISTANT_DEPUTY, area=area), "units": units}
    people["administrator"] = make.user(Role.ADMINISTRATOR)
    for unit in units:
        make.user(Role.UNIT_OFFICER, unit=unit, is_head=True)
        make.user(Role.COORDINATOR, agency=unit.agency)
        for days in (-30, -18, -9, -5, -4, -1, 0, 1, 2, 5, 6, 12, 20):
            due = datetime(2026, 3, 27, 14, 59, 59, tzinfo=UTC) + timedelta(days=days)
            long_ago = due - timedelta(days=90)
            make.follow_up(unit, due_at=due, assigned_at=long_ago, holder_since=long_ago)
        make.follow_up(unit, status=FollowUpStatus.SUBMITTED, holder_since=at(THURSDAY, 9) - timedelta(days=20))
    return people


def test_tomorrows_page_is_tomorrows_run(
    country: dict[str, Any], make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    day, busy = THURSDAY, 0
    for _ in range(6):
        runs(clock, day)
        clock.set(at(day, 17))
        viewer = desk_of(country["administrator"])
        ahead = next_workday(viewer)
        expected = keys(tomorrow(viewer))
        db.session().info["actor"] = SYSTEM
        runs(clock, ahead)
        assert sent_on(make, ahead) == expected
        day, busy = ahead, busy + bool(expected)
    assert busy >= 4


def test_it_is_equal_also_in_the_morning_before_todays_digests_have_gone_out(
    country: dict[str, Any], make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    runs(clock, THURSDAY - timedelta(days=1))
    clock.set(at(THURSDAY, 5))
    desk = desk_of(SYSTEM)
    plan(desk, desk.now)
    expected = keys(tomorrow(desk_of(country["administrator"])))
    db.session().info["actor"] = SYSTEM
    runs(clock, THURSDAY)
    runs(clock, THURSDAY + timedelta(days=1))
    assert sent_on(make, THURSDAY + timedelta(days=1)) == expected


def test_what_happened_today_is_in_tomorrows_digest(
    country: dict[str, Any], make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    runs(clock, THURSDAY)
    unit = country["units"][0]
    follow_up = make.follow_up(unit)
    clock.set(at(THURSDAY, 15))
    comment(desk_of(country["deputy"]), follow_up, "Mohon kabarnya.")
    make.session.commit()
    found = [row for row in tomorrow(desk_of(country["deputy"])).rows if row.rule == "follow_up.commented"]
    assert [(row.subject_id, row.unit_id) for row in found] == [(follow_up.id, unit.id)]


def test_looking_writes_nothing(country: dict[str, Any], make: Make, desk_of: DeskOf, clock: StoppedClock) -> None:
    with as_machine(make.session):
        before = make.session.scalar(sa.select(sa.func.count()).select_from(Reminder))
    assert tomorrow(desk_of(country["deputy"])).rows
    with as_machine(make.session):
        make.session.expire_all()
        assert make.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == before
        assert not make.session.new


def test_a_paused_unit_and_a_paused_person_are_not_on_it(
    country: dict[str, Any], make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    unit = country["units"][0]
    rested = Pause(unit_id=unit.id, reason="Banjir", until=date(2026, 4, 30), paused_at=clock.now())
    make.save(rested)
    person = Pause(user_id=country["deputy"].id, reason="Cuti", until=date(2026, 4, 30), paused_at=clock.now())
    make.save(person)
    found = tomorrow(desk_of(country["administrator"]))
    assert unit.id not in {row.unit_id for row in found.rows}
    assert country["deputy"].id not in found.going
    assert found.rows


def test_a_viewer_sees_the_units_in_reach_and_no_others(
    country: dict[str, Any], desk_of: DeskOf, clock: StoppedClock
) -> None:
    near = {unit.id for unit in country["units"][:4]}
    seen = {row.unit_id for row in tomorrow(desk_of(country["deputy"])).rows} - {None}
    assert seen == near
    everything = tomorrow(desk_of(country["administrator"]))
    assert {row.unit_id for row in everything.rows} > near


def test_the_page_shows_each_line_as_it_will_read(
    country: dict[str, Any], site: Site, make: Make, clock: StoppedClock
) -> None:
    site.sign_in(country["deputy"])
    page = site.get("/pengingat/besok")
    assert "Jumat, 27 Maret 2026" in page.html
    assert "hari kerja" in page.html
    assert "Unit 5" not in page.html
    units = site.get("/pengingat/besok?menurut=unit")
    assert "Unit 0" in units.html
    assert "/jeda-pengingat" in units.html
    assert "Tidak ada yang cocok" in site.get("/pengingat/besok?cari=tidakadaorangini").html


def test_an_administrator_sees_who_and_what_kind_but_not_the_cases(
    country: dict[str, Any], site: Site, clock: StoppedClock
) -> None:
    site.sign_in(country["administrator"])
    page = site.get("/pengingat/besok")
    assert "Tenggat tindak lanjut" in page.html
    assert "Pasang nomor antrean" not in page.html


def test_the_page_asks_a_bounded_number_of_questions(
    country: dict[str, Any], site: Site, make: Make, clock: StoppedClock
) -> None:
    site.sign_in(country["deputy"])
    site.get("/pengingat/besok?menurut=unit")
    with statements() as few:
        site.get("/pengingat/besok?menurut=unit")
    for unit in country["units"][:4]:
        for _ in range(10):
            due = datetime(2026, 3, 27, 14, 59, 59, tzinfo=UTC)
            make.follow_up(
                unit, due_at=due, assigned_at=due - timedelta(days=90), holder_since=due - timedelta(days=90)
            )
    with statements() as many:
        site.get("/pengingat/besok?menurut=unit")
    assert len(many) <= len(few) + 2


def test_sixty_late_items_over_thirty_days_keep_to_the_budget(make: Make, clock: StoppedClock) -> None:
    unit = make.unit(region_id=make.region().id)
    officer: User = make.user(Role.UNIT_OFFICER, unit=unit)
    first = date(2026, 4, 6)
    for number in range(60):
        due = at(first, 17) - timedelta(days=1 + number % 20)
        make.follow_up(unit, due_at=due, assigned_at=due - timedelta(days=60), holder_since=due - timedelta(days=60))
    for number in range(30):
        runs(clock, first + timedelta(days=number))
    with as_machine(make.session):
        sent = sa.select(Delivery.key).where(Delivery.recipient_id == officer.id, Delivery.kind == DeliveryKind.DIGEST)
        days = sorted({date.fromisoformat(key) for key in make.session.scalars(sent)})
        left = make.session.scalars(
            sa.select(Reminder).where(Reminder.status == ReminderStatus.PLANNED, Reminder.recipient_id == officer.id)
        ).all()
    weeks: dict[tuple[int, int], int] = {}
    for day in days:
        weeks[day.isocalendar()[:2]] = weeks.get(day.isocalendar()[:2], 0) + 1
    assert days
    assert max(weeks.values()) <= 4  # three, and one more where only T+1 was in it
    assert all(day.weekday() < 5 for day in days)
    assert len(left) < 60


def test_where_there_is_too_much_for_one_page_an_area_is_looked_at_at_a_time(
    country: dict[str, Any], desk_of: DeskOf, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.reminders.tomorrow.MOST_UNITS", 3)
    administrator = desk_of(country["administrator"])
    far = country["units"][5]
    seen = {row.unit_id for row in tomorrow(administrator, far.area_id).rows} - {None}
    assert seen == {unit.id for unit in country["units"][4:]}
    assert tomorrow(desk_of(country["deputy"]), far.area_id).rows == []
    site.sign_in(country["administrator"])
    page = site.get(f"/pengingat/besok?menurut=unit&wilayah={far.area_id}")
    assert "Unit 5" in page.html
    assert "Unit 0" not in page.html


def test_words_about_a_whole_area_are_seen_by_whoever_looks_after_its_people(
    country: dict[str, Any], make: Make, desk_of: DeskOf, clock: StoppedClock
) -> None:
    clock.set(at(THURSDAY, 5))
    desk = desk_of(SYSTEM)
    plan(desk, desk.now)
    of_area = sa.select(Reminder.id).where(Reminder.rule == "follow_up.to_verify")
    near, far = (make.user(Role.MENTOR, area=country["units"][number].area) for number in (0, 5))
    stranger = make.user(Role.MENTOR, area=make.area())
    assert desk_of(near).all(of_area)
    assert desk_of(far).all(of_area) == []  # nobody verifies there yet
    assert desk_of(stranger).all(of_area) == []


def test_a_line_leads_only_where_the_viewer_may_go(
    country: dict[str, Any], make: Make, site: Site, clock: StoppedClock
) -> None:
    auditor = make.user(Role.VIEWER, area=country["units"][0].area)
    for reader, leads in ((country["deputy"], True), (auditor, False)):
        site.sign_in(reader)
        page = site.get("/pengingat/besok?jenis=follow_up.to_verify")
        assert "pengajuan perlu diperiksa" in page.html
        assert ('href="/verifikasi"' in page.html) is leads
