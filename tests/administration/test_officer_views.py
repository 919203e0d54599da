"""A coordinator's reach over people: the officers of the agency, and nobody else."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.actor import SYSTEM
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.accounts.passwords import hashed
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role

PERSON: dict[str, Any] = {"name": "Siti Rahma", "username": "siti.rahma", "nip": "", "email": "", "phone": ""}


@pytest.fixture
def unit(make: Make, site: Site) -> ServiceUnit:
    unit = make.unit("Puskesmas Tual")
    site.sign_in(make.user(Role.COORDINATOR, agency=unit.agency))
    return unit


def links_on(html: str) -> list[str]:
    return re.findall(r"/tautan/[0-9a-f]{40}", html)


def test_an_officer_is_invited_with_a_link(make: Make, site: Site, unit: ServiceUnit) -> None:
    assert "Belum ada petugas" in site.get("/petugas").words
    assert "Puskesmas Tual" in site.get("/petugas/undang").words
    given: dict[str, Any] = PERSON | {"unit_id": str(unit.id), "valid_from": "2026-03-02", "is_head": "y"}
    page = site.post("/petugas/undang", **given, form_key="k")
    assert len(links_on(page.html)) == 1
    assert links_on(site.post("/petugas/undang", **given, form_key="k").html) == links_on(page.html)
    user = make.session.scalars(sa.select(User).filter_by(username="siti.rahma")).one()
    assert [(m.role, m.unit_id, m.is_head) for m in user.memberships] == [(Role.UNIT_OFFICER, unit.id, True)]
    assert "Siti Rahma" in site.get("/petugas").words
    renewed = site.post(f"/petugas/{user.memberships[0].id}/tautan", form_key="k2")
    assert links_on(renewed.html) not in ([], links_on(page.html))


def test_wrong_invitations_keep_what_was_typed(make: Make, site: Site, unit: ServiceUnit) -> None:
    given: dict[str, Any] = PERSON | {"unit_id": str(unit.id), "valid_from": "2026-03-02"}
    elsewhere = make.unit("Unit lain")
    for wrong in ({"unit_id": str(elsewhere.id)}, {"unit_id": "x"}, {"unit_id": ""}, {"username": "?"}, {"name": ""}):
        page = site.post("/petugas/undang", expect=422, **given | wrong)
        assert "siti.rahma" in page.html or "username" in wrong
    assert make.session.scalars(sa.select(User).filter_by(username="siti.rahma")).first() is None


def test_only_officers_of_the_agency_are_ended(make: Make, site: Site, unit: ServiceUnit) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    foreign = make.user(Role.UNIT_OFFICER, unit=make.unit())
    mentor = make.user(Role.MENTOR, area=unit.area)
    colleague = make.user(Role.COORDINATOR, agency=unit.agency)
    complaint = make.user(Role.COMPLAINT_OFFICER, unit=unit)
    for other in (foreign, mentor, colleague, complaint):
        address = f"/petugas/{other.memberships[0].id}"
        site.get(f"{address}/akhiri", expect=404)
        site.post(f"{address}/akhiri", expect=404, reason="Mutasi")
        site.post(f"{address}/tautan", expect=404)
    membership = officer.memberships[0].id
    site.get(f"/petugas/{membership}/akhiri")
    assert "Tugas petugas diakhiri" in site.post(f"/petugas/{membership}/akhiri", reason="Mutasi").words
    site.post(f"/petugas/{membership}/akhiri", expect=422, reason="Mutasi")


def test_an_officer_with_a_password_gets_no_link_from_the_coordinator(
    make: Make, site: Site, unit: ServiceUnit
) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    officer.password_hash = hashed("angin laut biru")
    make.save(officer)
    page = site.post(f"/petugas/{officer.memberships[0].id}/tautan", expect=422)
    assert "dibuat oleh administrator" in page.words
    site.post(f"/pengguna/{officer.id}/tautan", expect=403)


def test_officers_themselves_invite_nobody(make: Make, site: Site, unit: ServiceUnit) -> None:
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=unit))
    for address in ("/petugas", "/petugas/undang", "/pengguna", "/dialihkan"):
        site.get(address, expect=403)


@pytest.fixture
def second(make: Make, unit: ServiceUnit) -> ServiceUnit:
    return make.unit("Puskesmas Un", agency=unit.agency, area=unit.area)


def invitation(unit: ServiceUnit, **changed: str) -> dict[str, Any]:
    return PERSON | {"unit_id": str(unit.id), "valid_from": "2026-03-02"} | changed


def hidden_known(html: str) -> str:
    found = re.search(r'name="known_id"[^>]* value="([^"]*)"', html)
    assert found
    return found[1]


def units_of(make: Make, user: User) -> set[int | None]:
    make.session.info["actor"] = SYSTEM
    make.session.expire_all()
    return {membership.unit_id for membership in user.memberships}


@pytest.mark.parametrize("by", ["username", "nip", "email"])
def test_an_officer_of_the_agency_gets_a_second_unit_after_being_shown(
    make: Make, site: Site, unit: ServiceUnit, second: ServiceUnit, by: str
) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    officer.name, officer.nip, officer.email = "Yohanes Renwarin", "198001012005011001", "Yohanes@Tual.example"
    officer.password_hash = hashed("angin laut biru")
    make.save(officer)
    typed = {
        "username": {"username": officer.username.upper()},
        "nip": {"nip": "19800101 200501 1 001"},
        "email": {"email": "yohanes@tual.example "},
    }[by]
    asked = invitation(second, **typed)
    page = site.post("/petugas/undang", expect=422, **asked)
    assert f"Yohanes Renwarin ({officer.username}) sudah terdaftar" in page.words
    assert units_of(make, officer) == {unit.id}
    done = site.post("/petugas/undang", **asked, known_id=hidden_known(page.html), form_key="k")
    assert "Yohanes Renwarin kini juga petugas unit itu." in done.words
    assert units_of(make, officer) == {unit.id, second.id}
    site.post("/petugas/undang", **asked, known_id=hidden_known(page.html), form_key="k")
    assert len(officer.memberships) == 2
    assert officer.name == "Yohanes Renwarin", "the account stays as it is"


def test_whoever_has_not_begun_yet_gets_a_link_with_the_second_unit(
    make: Make, site: Site, unit: ServiceUnit, second: ServiceUnit
) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    page = site.post(
        "/petugas/undang", **invitation(second, username=officer.username), known_id=str(officer.id), form_key="k"
    )
    assert len(links_on(page.html)) == 1


def test_the_same_unit_twice_is_refused(make: Make, site: Site, unit: ServiceUnit) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    asked = invitation(unit, username=officer.username)
    page = site.post("/petugas/undang", expect=422, **asked, known_id=str(officer.id))
    assert "sudah dipegang" in page.words


@pytest.mark.parametrize("by", ["username", "nip", "email"])
@pytest.mark.parametrize("where", ["elsewhere", "colleague", "closed"])
def test_an_account_elsewhere_is_not_revealed(make: Make, site: Site, unit: ServiceUnit, by: str, where: str) -> None:
    if where == "colleague":
        other = make.user(Role.COORDINATOR, agency=unit.agency)
    else:
        other = make.user(Role.UNIT_OFFICER, unit=unit if where == "closed" else make.unit("Jauh"))
    other.name, other.nip, other.email = "Orang Rahasia", "198001012005011001", "rahasia@jauh.example"
    other.is_active = where != "closed"
    make.save(other)
    typed = {"username": other.username, "nip": other.nip, "email": other.email}[by]
    for known in ({}, {"known_id": str(other.id)}):
        page = site.post("/petugas/undang", expect=422, **invitation(unit, **{by: typed}), **known)
        assert "mintalah administrator" in page.words
        assert "Orang Rahasia" not in page.html
        assert "Jauh" not in page.html
    assert len(units_of(make, other)) == 1


def test_a_shared_mailbox_does_not_keep_a_new_officer_out(make: Make, site: Site, unit: ServiceUnit) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    officer.email = "puskesmas@tual.example"
    make.save(officer)
    asked = invitation(unit, email=officer.email)
    page = site.post("/petugas/undang", expect=422, **asked)
    assert "orang lain yang memakai surel yang sama" in page.words
    done = site.post("/petugas/undang", **asked, known_id=hidden_known(page.html), is_another="y")
    assert len(links_on(done.html)) == 1
    assert make.session.scalars(sa.select(User).filter_by(username="siti.rahma")).one().email == officer.email


def test_what_belongs_to_two_officers_is_asked_again(make: Make, site: Site, unit: ServiceUnit) -> None:
    one, other = (make.user(Role.UNIT_OFFICER, unit=unit) for _ in range(2))
    other.nip = "198001012005011001"
    make.save(other)
    page = site.post("/petugas/undang", expect=422, **invitation(unit, username=one.username, nip=other.nip))
    assert "petugas yang berbeda" in page.words


def test_handed_over_work_says_its_place_and_to_those_who_see_it_its_title(
    make: Make, machine: Desk, site: Site, unit: ServiceUnit
) -> None:
    leaver = make.user(Role.UNIT_OFFICER, unit=unit)
    make.user(Role.UNIT_OFFICER, unit=unit, is_head=True)
    work = make.follow_up(unit, title="Pasang papan", person_in_charge_id=leaver.id)
    work.title = "Pasang maklumat"
    machine.record(Act.EDIT_FOLLOW_UP, work)
    make.session.flush()
    site.post(f"/petugas/{leaver.memberships[0].id}/akhiri", reason="Mutasi")
    page = site.get("/dialihkan")
    assert "Pasang maklumat" in page.words
    assert unit.full_name in page.words
    site.sign_in(make.user(Role.ADMINISTRATOR))
    assert "Pasang maklumat" not in site.get("/dialihkan").words
