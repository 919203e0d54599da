"""Who handles a unit's complaints, and whether that is published."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.complaint_officers import (
    NoticeFacts,
    UnitFilter,
    at_unit,
    counted,
    officers_of_units,
    record_notice,
)
from tracker.directory.models import OfficerNotice, ServiceUnit, SupervisionArea, User
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.kit.refusal import Refusal

PLACE = "https://dukcapil.contoh.example/pengaduan"
SEEN = NoticeFacts(True, PLACE, date(2020, 1, 6), date(2020, 2, 3))


@pytest.fixture
def area(make: Make) -> SupervisionArea:
    return make.area()


@pytest.fixture
def unit(make: Make, area: SupervisionArea) -> ServiceUnit:
    return make.unit("Disdukcapil", area)


@pytest.fixture
def root(unit: ServiceUnit, machine: Desk) -> ServiceUnit:
    return machine.session.scalars(sa.select(ServiceUnit).filter_by(agency_id=unit.agency_id, is_root=True)).one()


def officer(make: Make, name: str, **scope: Any) -> User:
    user = make.user(Role.COMPLAINT_OFFICER, **scope)
    user.name = name
    return make.save(user)


def test_a_units_own_complaint_officers_come_before_those_of_its_agency(
    make: Make, machine: Desk, unit: ServiceUnit, root: ServiceUnit
) -> None:
    officer(make, "Yusuf", agency=unit.agency)
    officer(make, "Nurul", unit=root)
    people = at_unit(machine, unit).officers
    assert (people.own, people.names) == ((), ("Nurul", "Yusuf"))
    officer(make, "Maria", unit=unit)
    assert at_unit(machine, unit).officers.names == ("Maria",)
    assert at_unit(machine, root).officers.names == ("Nurul", "Yusuf")
    listed = officers_of_units(machine, [(each.id, each.agency_id) for each in (unit, root)])
    assert [listed[each.id].names for each in (unit, root)] == [("Maria",), ("Nurul", "Yusuf")]


def test_who_no_longer_holds_the_role_or_cannot_sign_in_is_not_named(
    make: Make, machine: Desk, unit: ServiceUnit
) -> None:
    gone = officer(make, "Lama", unit=unit)
    gone.memberships[0].valid_to = machine.today - timedelta(days=1)
    make.save(gone)
    locked = officer(make, "Terkunci", unit=unit)
    locked.is_active = False
    make.save(locked)
    coordinator = make.user(Role.COORDINATOR, agency=unit.agency)
    people = at_unit(machine, unit).officers
    assert (people.names, people.owners) == ((), (coordinator.name,))


def test_a_unit_of_which_nothing_was_recorded_has_its_agencys_answer(
    make: Make, machine: Desk, unit: ServiceUnit, root: ServiceUnit
) -> None:
    assert at_unit(machine, unit).is_published is None
    record_notice(machine, root, SEEN)
    told = at_unit(machine, unit)
    assert (told.is_published, told.is_of_agency) == (True, True)
    record_notice(machine, unit, NoticeFacts(None, "", None, machine.today))
    told = at_unit(machine, unit)
    assert (told.is_published, told.is_of_agency) == (None, False)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (NoticeFacts(True, PLACE, None, date(2999, 1, 1)), "checked_on"),
        (NoticeFacts(True, "  ", None, date(2020, 2, 3)), "place"),
        (NoticeFacts(False, "", date(2020, 1, 6), date(2020, 2, 3)), "since"),
        (NoticeFacts(True, PLACE, date(2020, 3, 6), date(2020, 2, 3)), "since"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    machine: Desk, unit: ServiceUnit, facts: NoticeFacts, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        record_notice(machine, unit, facts)
    assert refused.value.field == field


def test_each_look_is_told_in_the_history_of_the_unit(make: Make, site: Site, machine: Desk, unit: ServiceUnit) -> None:
    record_notice(machine, unit, SEEN)
    machine.session.commit()
    record_notice(machine, unit, NoticeFacts(False, "", None, date(2020, 2, 10)))
    machine.session.commit()
    events = machine.all(sa.select(Event).where(Event.act == Act.RECORD_OFFICER_NOTICE.value).order_by(Event.id))
    assert [event.unit_id for event in events] == [unit.id, unit.id]
    words = site.sign_in(make.user(Role.LEADERSHIP)).get(f"/unit/{unit.id}?bagian=riwayat").words
    assert "mencatat publikasi pejabat pengaduan" in words
    assert PLACE in words


def test_the_head_of_a_unit_records_it_and_its_page_says_it(
    make: Make, site: Site, machine: Desk, unit: ServiceUnit
) -> None:
    head = make.user(Role.UNIT_OFFICER, unit=unit, is_head=True)
    machine.session.commit()
    address = f"/unit/{unit.id}/pejabat-pengaduan"
    page = site.sign_in(head).get(f"/unit/{unit.id}")
    assert "Belum ada" in page.words
    assert address in page.links
    day = machine.today.isoformat()
    page = site.post(address, expect=422, is_published="ya", place="", checked_on=day, version="0")
    assert "Tulis alamat laman atau tempat pengumumannya." in page.words
    page = site.post(address, is_published="ya", place=PLACE, since="2020-01-06", checked_on=day, version="0")
    assert PLACE in page.links
    assert "sejak 6 Januari 2020" in page.words
    assert f"diperiksa {head.name}" in page.words


def test_of_two_who_record_at_once_the_second_sees_both(
    make: Make, site: Site, machine: Desk, unit: ServiceUnit
) -> None:
    record_notice(machine, unit, SEEN)
    machine.session.commit()
    mentor = make.user(Role.MENTOR, unit=unit)
    machine.session.commit()
    page = site.sign_in(mentor).post(
        f"/unit/{unit.id}/pejabat-pengaduan", expect=409, version="0", is_published="tidak", place="",
        checked_on=machine.today.isoformat(),
    )  # fmt: skip
    assert PLACE in page.words
    assert machine.session.scalars(sa.select(OfficerNotice.is_published)).all() == [True]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.COORDINATOR, True), (Role.ASSISTANT_DEPUTY, True), (Role.UNIT_OFFICER, False), (Role.VIEWER, False),
        (Role.COMPLAINT_OFFICER, False),
    ],
)  # fmt: skip
def test_who_may_record_it(
    make: Make, site: Site, machine: Desk, unit: ServiceUnit, area: SupervisionArea, role: Role, allowed: bool
) -> None:
    scope: dict[Role, dict[str, Any]] = {
        Role.COORDINATOR: {"agency": unit.agency},
        Role.ASSISTANT_DEPUTY: {"area": area},
    }
    user = make.user(role, **scope.get(role, {"unit": unit}))
    machine.session.commit()
    page = site.sign_in(user).get(f"/unit/{unit.id}")
    address = f"/unit/{unit.id}/pejabat-pengaduan"
    assert (address in page.links) is allowed
    assert site.fetch(address).status_code == (200 if allowed else 403)


def test_a_head_elsewhere_does_not_record_where_he_is_one_officer_of_many(
    make: Make, site: Site, machine: Desk, unit: ServiceUnit
) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=unit)
    make.membership(user, Role.UNIT_OFFICER, unit=make.unit("Lain"), is_head=True)
    machine.session.commit()
    assert site.sign_in(user).fetch(f"/unit/{unit.id}/pejabat-pengaduan").status_code == 403


def test_an_address_that_is_no_web_page_is_no_link(make: Make, site: Site, machine: Desk, unit: ServiceUnit) -> None:
    record_notice(machine, unit, NoticeFacts(True, "javascript:alert(1)", None, machine.today))
    machine.session.commit()
    page = site.sign_in(make.user(Role.LEADERSHIP)).get(f"/unit/{unit.id}")
    assert "javascript:alert(1)" in page.words
    assert not [link for link in page.links if link.startswith("javascript")]


# ---- the list -------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(make: Make, machine: Desk, unit: ServiceUnit, root: ServiceUnit, area: SupervisionArea) -> list[ServiceUnit]:
    """One published by its own record, one known not to be, one of another agency of which nothing is known."""
    other = make.save(ServiceUnit(agency=unit.agency, name="RSUD", name_key="rsud", area_id=area.id))
    elsewhere = make.unit("Samsat", make.area())
    record_notice(machine, unit, SEEN)
    record_notice(machine, root, NoticeFacts(False, "", None, machine.today))
    officer(make, "Maria", unit=unit)
    machine.session.commit()
    return [unit, other, elsewhere]


def test_units_are_counted_by_area_also_through_their_agency(
    make: Make, three: list[ServiceUnit], area: SupervisionArea, machine: Desk
) -> None:
    of_area = counted(machine, UnitFilter(area_id=area.id))
    assert (of_area.units, of_area.published, of_area.not_published, of_area.unknown) == (2, 1, 1, 0)
    everywhere = counted(machine, UnitFilter())
    assert (everywhere.units, everywhere.unknown) == (3, 1)


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ("publikasi=ya", ["Disdukcapil"]),
        ("publikasi=tidak&cari=rsud", ["RSUD"]),
        ("publikasi=belum&cari=samsat", ["Samsat"]),
        ("pejabat=ada", ["Disdukcapil"]),
        ("pejabat=tidak&cari=rsud", ["RSUD"]),
        ("publikasi=entah&wilayah=x&hal=nol&cari=samsat", ["Samsat"]),
    ],
)
def test_the_list_is_narrowed_and_its_file_holds_the_same(
    make: Make, site: Site, three: list[ServiceUnit], filter: str, found: list[str]
) -> None:
    site.sign_in(make.user(Role.LEADERSHIP))
    page = site.get(f"/unit?{filter}")
    assert [name for name in ("Disdukcapil", "RSUD", "Samsat") if name in page.words] == found
    book = openpyxl.load_workbook(io.BytesIO(site.fetch(f"/unit/unduh.xlsx?{filter}").data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1 : 1 + len(found)]] == found
    assert any("1 dari 1 baris" in str(row[0]) for row in rows)


def test_the_list_stays_within_reach_and_an_officer_sees_the_same_answer_as_the_deputy(
    make: Make, site: Site, three: list[ServiceUnit], machine: Desk
) -> None:
    other = three[1]
    own = make.user(Role.UNIT_OFFICER, unit=other)
    machine.session.commit()
    page = site.sign_in(own).get("/unit")
    assert "0 dari 1 unit mempunyai pejabat pengaduan yang dipublikasikan" in page.words
    assert "1 tidak, 0 belum diketahui" in page.words
    assert "Disdukcapil" not in page.words
    assert b"Samsat" not in site.fetch("/unit/unduh.csv").data


def test_an_agency_without_units_is_listed_by_its_root_unit(make: Make, machine: Desk) -> None:
    make.agency("Kementerian Contoh")
    assert counted(machine, UnitFilter("contoh")).units == 1


def test_the_list_asks_as_often_for_many_units_as_for_few(
    make: Make, site: Site, three: list[ServiceUnit], area: SupervisionArea, machine: Desk
) -> None:
    site.sign_in(make.user(Role.LEADERSHIP)).get("/unit")
    with statements() as few:
        site.get("/unit")
    for number in range(60):
        make.save(
            ServiceUnit(agency=three[0].agency, name=f"Unit {number}", name_key=f"unit {number}", area_id=area.id)
        )
    machine.session.commit()
    with statements() as many:
        assert "1–50 dari 63" in site.get("/unit").words
    assert len(many) == len(few)
