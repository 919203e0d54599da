"""What moved between two points, of all units in reach or of a part of them."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import NOON, Make
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Region, ServiceUnit
from tracker.directory.states import RegionKind, Role
from tracker.followups.states import FollowUpStatus
from tracker.progress import parts
from tracker.progress.nightly import recalculate
from tracker.progress.operations import keep_current
from tracker.progress.parts import EVERYTHING, Part


@pytest.fixture
def two(make: Make, machine: Desk) -> list[ServiceUnit]:
    """Two units of two agencies, provinces and areas; the work of both was accepted between two copied days."""
    units, work = [], []
    for name, code in (("Timur", "81"), ("Barat", "31")):
        zone, kind = "Asia/Jakarta", RegionKind.PROVINCE
        province = make.save(Region(code=code, name=f"Provinsi {name}", kind=kind, timezone=zone))
        city = make.region(f"Kota {name}", parent=province)
        agency = make.agency(f"Pemerintah Kota {name}", region_id=city.id)
        unit = make.unit(f"Dinas {name}", make.area(name), agency=agency, region_id=city.id)
        make.evaluation(unit)
        units.append(unit)
        work.append(make.follow_up(unit, status=FollowUpStatus.SUBMITTED))
    keep_current(machine.session, [unit.id for unit in units])
    recalculate(machine, machine.now - timedelta(days=1))
    with as_machine(machine.session):
        for each in work:
            each.status, each.accepted_at = FollowUpStatus.ACCEPTED, NOON
            each.holder, each.is_open = sa.null(), False
            machine.record(Act.ACCEPT_FOLLOW_UP, each)
    machine.session.commit()
    recalculate(machine, machine.now)
    return units


def words_of(unit: ServiceUnit) -> dict[str, int | None]:
    assert unit.region is not None
    return {
        "unit": unit.id, "instansi": unit.agency_id, "provinsi": unit.region.parent_id, "wilayah": unit.area_id,
    }  # fmt: skip


@pytest.mark.parametrize("name", parts.HELD)
def test_what_moved_is_told_of_a_unit_an_agency_a_province_or_an_area(
    make: Make, site: Site, two: list[ServiceUnit], name: str
) -> None:
    address = f"/siklus/{make.the_cycle().id}/banding"
    site.sign_in(make.user(Role.LEADERSHIP))
    whole = site.get(address)
    assert "2 tindakan menggerakkan angka" in whole.words
    part = site.get(f"{address}?{name}={words_of(two[0])[name]}")
    assert "1 tindakan menggerakkan angka" in part.words
    assert "Timur" in part.heading
    assert "Dinas Barat" not in part.words
    table = site.fetch(f"{address}/unduh.csv?{name}={words_of(two[0])[name]}").get_data(as_text=True)
    assert "1 dari 1 baris" in table
    assert "Dinas Barat" not in table
    assert f"{name}={words_of(two[0])[name]}" in "".join(link for link in part.links if "unduh.csv" in link)


@pytest.mark.parametrize("name", parts.HELD)
def test_a_part_out_of_reach_is_empty_and_has_no_name(
    make: Make, site: Site, two: list[ServiceUnit], name: str
) -> None:
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=two[0]))
    page = site.get(f"/siklus/{make.the_cycle().id}/banding?{name}={words_of(two[1])[name]}")
    assert "0 tindakan menggerakkan angka" in page.words
    assert "Dinas Barat" not in page.words


@pytest.mark.parametrize("sent", [{}, {"unit": "abc"}, {"wilayah": "-1"}, {"unit": "9" * 30}, {"instansi": ""}])
def test_what_is_no_number_names_no_part(sent: dict[str, Any]) -> None:
    assert parts.asked_for(sent) == EVERYTHING


def test_the_mean_is_of_priority_units_as_in_the_trend(
    make: Make, site: Site, machine: Desk, two: list[ServiceUnit]
) -> None:
    other = make.unit("Dinas Lain", two[0].area, agency=two[0].agency, region_id=two[0].region_id)
    make.evaluation(other, is_priority=False)
    make.follow_up(other)
    keep_current(machine.session, [other.id])
    machine.session.commit()
    recalculate(machine, machine.now + timedelta(days=1))
    cycle, days = make.the_cycle().id, f"dari={machine.today}&ke={machine.today - timedelta(days=1)}"
    site.sign_in(make.user(Role.LEADERSHIP))
    area = site.get(f"/siklus/{cycle}/banding?wilayah={two[0].area_id}&{days}").words
    assert "100 % rata-rata terverifikasi sesudahnya 1 unit" in area
    alone = site.get(f"/siklus/{cycle}/banding?unit={other.id}&{days}").words
    assert "0 % rata-rata terverifikasi sesudahnya 1 unit" in alone


def test_an_address_names_one_part() -> None:
    assert parts.asked_for({"wilayah": "3", "unit": "12"}) == Part("unit", 12)
    assert Part("wilayah", 3).words == {"wilayah": 3}


def test_the_trend_of_an_area_leads_to_what_moved_in_that_area(make: Make, site: Site, two: list[ServiceUnit]) -> None:
    site.sign_in(make.user(Role.LEADERSHIP))
    links = site.get(f"/tren?untuk=wilayah-{two[0].area_id}").links
    compared = [link for link in links if "/banding" in link]
    assert compared
    assert all(f"wilayah={two[0].area_id}" in link for link in compared)
