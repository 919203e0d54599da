"""The directory, the calendar and the settings: what is added, what moves along, what is refused."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
from tracker.administration.settings import SETTINGS, setting
from tracker.directory.models import Agency, Holiday, Region, ServiceUnit, User
from tracker.directory.queries import calendar_of, forget_calendar
from tracker.directory.states import Role
from tracker.followups.models import FollowUp

UNIT: dict[str, Any] = {"joined_sippn": "ya", "joined_lapor": "", "address": "", "is_active": "y", "area_id": ""}


@pytest.fixture
def admin(make: Make, site: Site) -> User:
    user = make.user(Role.ADMINISTRATOR)
    site.sign_in(user)
    return user


@pytest.fixture
def city(make: Make) -> Region:
    city = make.region("Kota Tual")
    province = make.session.get_one(Region, city.parent_id)
    province.area = make.area("III")
    make.save(province)
    return city


def test_an_agency_comes_with_its_root_unit_in_the_provinces_area(
    make: Make, site: Site, admin: User, city: Region
) -> None:
    assert "Belum ada instansi" in site.get("/direktori").words
    given: dict[str, Any] = {"name": "Pemerintah Kota Tual", "kind": "city", "region_code": city.code}
    site.get("/direktori/instansi/baru")
    site.post("/direktori/instansi/baru", **given)
    agency = make.session.scalars(sa.select(Agency)).one()
    [root] = make.session.scalars(sa.select(ServiceUnit))
    assert (root.is_root, root.name, root.area and root.area.code) == (True, agency.name, "III")
    assert "Sudah ada" in site.post("/direktori/instansi/baru", expect=422, **given | {"name": "Pemkot Tual"}).words
    site.post("/direktori/instansi/baru", expect=422, **given | {"name": "Lain", "region_code": "99.99"})
    site.post(f"/direktori/instansi/{agency.id}", **given | {"name": "Pemerintah Kota Tual Baru"})
    make.session.expire_all()
    assert root.name == "Pemerintah Kota Tual Baru"
    assert "Pemerintah Kota Tual Baru" in site.get("/direktori?cari=tual").words


def test_a_unit_is_added_once_and_a_stale_edit_is_shown(make: Make, site: Site, admin: User, city: Region) -> None:
    agency = make.agency()
    address = f"/direktori/instansi/{agency.id}/unit-baru"
    site.get(address)
    given: dict[str, Any] = UNIT | {"name": "Disdukcapil", "region_code": city.code}
    site.post(address, **given)
    unit = make.session.scalars(sa.select(ServiceUnit).filter_by(name="Disdukcapil")).one()
    assert (unit.area and unit.area.code, unit.joined_sippn, unit.joined_lapor) == ("III", True, None)
    same = given | {"name": "Dinas Kependudukan dan Pencatatan Sipil"}
    assert "sudah mempunyai unit" in site.post(address, expect=422, **same).words
    version = str(unit.version)
    site.post(f"/direktori/unit/{unit.id}", **given | {"name": "Dukcapil Satu", "version": version})
    page = site.post(f"/direktori/unit/{unit.id}", expect=409, **given | {"name": "Dukcapil Dua", "version": version})
    assert "Dukcapil Satu" in page.words
    site.get(f"/direktori/unit/{unit.id}")
    version = str(unit.version + 1)
    site.post(f"/direktori/unit/{unit.id}", **given | {"name": "Dukcapil Satu", "region_code": "", "version": version})
    stale = given | {"name": "Dukcapil Satu", "version": version}
    page = site.post(f"/direktori/unit/{unit.id}", expect=409, **stale)
    assert f"Kode wilayah – {city.code}" in page.words, "a field that is no column of the row is compared as well"
    assert "True" not in page.words, "what did not change is not shown as changed"


def test_an_edit_that_somebody_else_overtook_is_told_also_where_no_field_differs(
    make: Make, site: Site, admin: User
) -> None:
    unit = make.unit()
    given = UNIT | {"name": unit.name, "region_code": "", "area_id": str(unit.area_id), "version": str(unit.version)}
    unit.address = "Jalan Baru"
    make.save(unit)
    page = site.post(f"/direktori/unit/{unit.id}", expect=409, **given | {"address": "Jalan Baru"})
    assert "Orang lain lebih dahulu menyimpan perubahan" in page.words
    assert "Belum ada yang disimpan" in page.words


def test_work_follows_its_unit_into_another_area(make: Make, site: Site, admin: User) -> None:
    unit, area = make.unit(), make.area()
    work = make.follow_up(unit)
    assert work.area_id != area.id
    site.post(f"/direktori/unit/{unit.id}", **UNIT | {"name": unit.name, "region_code": "", "area_id": str(area.id)})
    make.session.expire_all()
    assert make.session.scalar(sa.select(FollowUp.area_id)) == area.id
    site.post(f"/direktori/unit/{unit.id}", **UNIT | {"name": unit.name, "region_code": ""})
    assert unit.name in site.get("/direktori/tanpa-wilayah").words


def test_a_province_takes_its_regencies_along_and_units_only_if_asked(
    make: Make, site: Site, admin: User, city: Region
) -> None:
    unit, area = make.unit(region_id=city.id), make.area()
    work, before = make.follow_up(unit), unit.area_id
    address = f"/direktori/daerah/{city.parent_id}"
    assert "Unit di sini" in site.get(address).words
    given: dict[str, Any] = {"timezone": "Asia/Jayapura", "area_id": str(area.id)}
    site.post(address, **given)
    make.session.expire_all()
    assert (city.area_id, unit.area_id, work.area_id) == (area.id, before, before)
    assert "1 unit dipindahkan" in site.post(address, **given, move_units="y").words
    make.session.expire_all()
    assert (unit.area_id, work.area_id) == (area.id, area.id)
    site.get(f"/direktori/daerah/{city.id}")
    site.post(f"/direktori/daerah/{city.id}", expect=422, timezone="Mars")


def test_contacts_are_edited_by_the_unit_and_guarded_against_stale_saves(make: Make, site: Site) -> None:
    unit = make.unit()
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=unit))
    address = f"/unit/{unit.id}/kontak"
    site.get(address)
    site.post(address, name_1="Ibu A", phone_1="0812 3456 7890", name_2="Bapak B", version="0")
    assert "Bapak B" in site.post(address, expect=409, name_1="Ibu C", version="0").words
    site.post(address, expect=422, post_1="Kepala")
    site.post(address, expect=422, name_1="A", phone_1="tidak ada")
    site.post(address, name_1="Bapak B")
    make.session.expire_all()
    assert [contact.name for contact in unit.contacts] == ["Bapak B"]
    site.get(f"/unit/{make.unit().id}/kontak", expect=404)


HOLIDAY: dict[str, Any] = {
    "day": "2026-03-03",
    "name": "Pilkada",
    "kind": "national",
    "region_code": "",
    "decree": "Keppres 1/2026",
}


def test_a_corrected_calendar_counts_at_once(make: Make, site: Site, admin: User, city: Region) -> None:
    site.post("/kalender", **HOLIDAY)
    assert "Pilkada" in site.get("/kalender?tahun=2026").words
    forget_calendar(make.session)
    assert not calendar_of(make.session, None).is_workday(date(2026, 3, 3))
    assert "Sudah ada koreksi" in site.post("/kalender", expect=422, **HOLIDAY).words
    holiday = make.session.scalars(sa.select(Holiday)).one()
    address = f"/kalender/{holiday.id}"
    site.get(address)
    site.post(address, **HOLIDAY | {"kind": "regional", "region_code": city.code, "version": "1"})
    site.post(address, expect=409, **HOLIDAY | {"name": "Lain", "version": "1"})
    site.post(f"{address}/hapus", expect=422)
    reason: dict[str, Any] = {"hapus-reason": "Keliru"}
    site.post(f"{address}/hapus", **reason)
    assert make.session.scalars(sa.select(Holiday)).all() == []


@pytest.mark.parametrize(
    "wrong", [{"day": "besok"}, {"day": "1999-01-01"}, {"kind": "regional"}, {"decree": ""}, {"kind": "pesta"}]
)
def test_a_wrong_correction_is_refused(make: Make, site: Site, admin: User, wrong: dict[str, Any]) -> None:
    site.post("/kalender", expect=422, **HOLIDAY | wrong)
    assert make.session.scalars(sa.select(Holiday)).all() == []


def test_years_without_joint_leave_are_flagged(site: Site, make: Make) -> None:
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    assert "Kalender belum lengkap" in site.get("/kalender?tahun=2040").words
    assert "Kalender belum lengkap" not in site.get("/kalender?tahun=2020").words
    assert "Tambah koreksi" not in site.get("/kalender?tahun=x").words
    site.post("/kalender", expect=403, **HOLIDAY)


def test_settings_are_kept_within_their_bounds(make: Make, site: Site, admin: User) -> None:
    given: dict[str, Any] = {
        "verifier_days": "10",
        "return_days": "3",
        "extension_limit": "2",
        "checking_minutes": "30",
        "on_track_margin": "10",
        "session_units": "300",
        "present_percent": "50",
    }
    given |= {"at_risk_margin": "25", "silent_days": "12", "untouched_days": "5", "near_opening_days": "30"}
    given |= {known.name: str(known.default) for known in SETTINGS if known.name not in given}
    assert "Batas waktu verifikator" in site.get("/pengaturan").words
    site.post("/pengaturan", **given, version="0")
    make.session.info.pop("settings", None)
    assert (setting(make.session, "silent_days"), setting(make.session, "verifier_days")) == (12, 10)
    site.post("/pengaturan", expect=409, **given | {"silent_days": "20"}, version="0")
    for wrong in ({"silent_days": "0"}, {"silent_days": "x"}, {"silent_days": ""}, {"at_risk_margin": "5"}):
        site.post("/pengaturan", expect=422, **given | wrong)
    with pytest.raises(KeyError):
        setting(make.session, "nobody_declared_this")


def test_areas_are_added_and_changed(make: Make, site: Site, admin: User) -> None:
    site.post("/direktori/wilayah/baru", code="IV", name="Wilayah IV", valid_from="", valid_to="", remark="")
    assert "Wilayah IV" in site.get("/direktori/wilayah").words
    again: dict[str, Any] = {
        "code": "IV",
        "name": "Lain",
        "valid_from": "2026-02-01",
        "valid_to": "2026-01-01",
        "remark": "",
    }
    site.post("/direktori/wilayah/baru", expect=422, **again)
    site.post("/direktori/wilayah/baru", expect=422, **again | {"valid_to": ""})
    assert "Tidak ada yang cocok" in site.get("/direktori/daerah?cari=zzz").words
