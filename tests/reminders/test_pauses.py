"""Pauses: by whom, for how long, with a reason; ended when wanted, told in the trail."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk, Forbidden, NotFound
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.kit.refusal import Refusal
from tracker.reminders.models import Pause
from tracker.reminders.pauses import end_pause, pause_person, pause_unit
from tracker.reminders.recipients import rest_of

DeskOf = Callable[..., Desk]
UNTIL = date(2026, 3, 20)


def test_a_pause_holds_until_somebody_ends_it_and_both_are_told(make: Make, desk_of: DeskOf) -> None:
    area = make.area()
    unit = make.unit(area=area)
    desk = desk_of(make.user(Role.MENTOR, area=area))
    pause = pause_unit(desk, unit, UNTIL, "Banjir")
    desk.session.commit()
    assert rest_of(desk).units == {unit.id: UNTIL}
    end_pause(desk, pause)
    end_pause(desk, pause)
    desk.session.commit()
    assert rest_of(desk).units == {}
    with as_machine(make.session):
        told = make.session.scalars(sa.select(Event).where(Event.subject_type == "Pause").order_by(Event.id)).all()
    assert [(event.act, event.unit_id) for event in told] == [
        (Act.PAUSE_REMINDERS.value, unit.id), (Act.END_PAUSE.value, unit.id)
    ]  # fmt: skip
    assert told[0].reason == "Banjir"


def test_a_person_is_paused_apart_from_their_unit(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit()
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    desk = desk_of(make.user(Role.ADMINISTRATOR))
    pause_person(desk, officer, UNTIL, "Cuti melahirkan")
    assert rest_of(desk).people == {officer.id: UNTIL}
    assert rest_of(desk).units == {}


@pytest.mark.parametrize(
    ("days", "reason", "field"), [(-1, "Banjir", "until"), (400, "Banjir", "until"), (5, "  ", "reason")]
)
def test_a_pause_needs_a_reason_and_an_end_within_half_a_year(
    make: Make, desk_of: DeskOf, days: int, reason: str, field: str
) -> None:
    desk = desk_of(make.user(Role.ADMINISTRATOR))
    with pytest.raises(Refusal) as refusal:
        pause_unit(desk, make.unit(), desk.today + timedelta(days=days), reason)
    assert refusal.value.field == field


def test_what_is_paused_is_not_paused_again(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit()
    desk = desk_of(make.user(Role.ADMINISTRATOR))
    pause_unit(desk, unit, UNTIL, "Banjir")
    with pytest.raises(Refusal):
        pause_unit(desk, unit, UNTIL + timedelta(days=3), "Banjir lagi")


def test_only_those_who_look_after_reminders_may_pause_and_only_in_their_units(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit(area=make.area())
    with pytest.raises(Forbidden):
        desk_of(make.user(Role.COORDINATOR, agency=unit.agency)).find(ServiceUnit, unit.id, Act.PAUSE_REMINDERS)
    elsewhere = desk_of(make.user(Role.MENTOR, area=make.area()))
    with pytest.raises(NotFound):
        elsewhere.find(ServiceUnit, unit.id, Act.PAUSE_REMINDERS)


def test_the_pages_pause_list_and_end(make: Make, site: Site) -> None:
    area = make.area()
    unit = make.unit("Samsat Ambon", area)
    site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=area))
    assert "Tidak ada jeda" in site.get("/pengingat/jeda").html
    page = site.get(f"/unit/{unit.id}/jeda-pengingat")
    assert page.status == 200
    site.post(f"/unit/{unit.id}/jeda-pengingat", expect=422, until="2026-03-20", reason="")
    site.post(f"/unit/{unit.id}/jeda-pengingat", until="2026-03-20", reason="Kantor pindah")
    listed = site.get("/pengingat/jeda").html
    assert "Samsat Ambon" in listed
    assert "Kantor pindah" in listed
    with as_machine(make.session):
        pause = make.session.scalars(sa.select(Pause)).one()
    site.post(f"/pengingat/jeda/{pause.id}/akhiri")
    assert "Tidak ada jeda" in site.get("/pengingat/jeda").html


def test_a_person_is_paused_from_a_page_too(make: Make, site: Site) -> None:
    area = make.area()
    officer = make.user(Role.UNIT_OFFICER, unit=make.unit(area=area))
    site.sign_in(make.user(Role.MENTOR, area=area))
    assert officer.name in site.get(f"/pengguna/{officer.id}/jeda-pengingat").html
    site.post(f"/pengguna/{officer.id}/jeda-pengingat", until="2026-03-20", reason="Cuti")
    assert officer.name in site.get("/pengingat/jeda").html
