"""A coordinator's reach over people: the officers of the agency, and nobody else."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
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
