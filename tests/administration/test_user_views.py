"""Accounts and roles: who may manage whom, and what follows when a role ends."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.accounts.models import OneTimeLink
from tracker.directory.models import Membership, User
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.followups import handover
from tracker.followups.models import FollowUp

PERSON: dict[str, Any] = {"name": "Siti Rahma", "username": "siti.rahma", "nip": "", "email": "", "phone": ""}
ACCOUNT: dict[str, Any] = PERSON | {"language": "id", "timezone": "Asia/Makassar"}


@pytest.fixture
def admin(make: Make, site: Site) -> User:
    user = make.user(Role.ADMINISTRATOR)
    site.sign_in(user)
    return user


def named(make: Make, username: str) -> User | None:
    make.session.expire_all()
    return make.session.scalars(sa.select(User).filter_by(username=username)).one_or_none()


def links_on(page_html: str) -> list[str]:
    return re.findall(r"/tautan/[0-9a-f]{40}", page_html)


def test_a_new_account_comes_with_a_link_that_is_shown_once(make: Make, site: Site, admin: User) -> None:
    site.get("/pengguna/baru")
    page = site.post("/pengguna/baru", **ACCOUNT, form_key="abc")
    [link] = links_on(page.html)
    user = named(make, "siti.rahma")
    assert user is not None
    assert (user.password_hash, user.timezone) == (None, "Asia/Makassar")
    assert "Siti Rahma" in site.get(f"/pengguna/{user.id}").words
    again = site.post("/pengguna/baru", **ACCOUNT, form_key="abc")
    assert links_on(again.html) == [link]
    assert make.session.scalar(sa.select(sa.func.count(OneTimeLink.id))) == 1
    assert link.rpartition("/")[2] not in str(make.session.execute(sa.select(OneTimeLink.digest)).all())


@pytest.mark.parametrize(
    ("field", "typed"),
    [("username", "Ada Spasi"), ("username", "x"), ("name", ""), ("nip", "123"), ("email", "bukan"), ("phone", "abc"),
     ("timezone", "Mars"), ("username", "a" * 70)],
)  # fmt: skip
def test_a_wrong_account_is_shown_again_with_what_was_typed(
    make: Make, site: Site, admin: User, field: str, typed: str
) -> None:
    page = site.post("/pengguna/baru", expect=422, **ACCOUNT | {field: typed})
    assert "Ada isian yang perlu diperbaiki" in page.words
    assert "Siti Rahma" in page.html or field == "name"
    assert named(make, "siti.rahma") is None


def test_a_user_name_is_given_once(make: Make, site: Site, admin: User) -> None:
    taken = make.user(Role.VIEWER)
    assert "sudah dipakai" in site.post("/pengguna/baru", expect=422, **ACCOUNT | {"username": taken.username}).words


def test_a_stale_edit_is_shown_beside_what_stands(make: Make, site: Site, admin: User) -> None:
    user = make.user(Role.VIEWER)
    typed: dict[str, Any] = ACCOUNT | {"version": str(user.version)}
    site.post(f"/pengguna/{user.id}/ubah", **typed | {"name": "Satu"})
    page = site.post(f"/pengguna/{user.id}/ubah", expect=409, **typed | {"name": "Dua"})
    assert "Satu" in page.words
    assert "Dua" in page.html
    assert (named(make, "siti.rahma") or admin).name == "Satu"


def test_lists_are_searched_filtered_and_paged(make: Make, site: Site, admin: User) -> None:
    unit = make.unit()
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    for _ in range(50):
        make.user(Role.VIEWER)
    assert "1–50 dari 52 baris" in site.get("/pengguna").words
    assert "51–52 dari 52 baris" in site.get("/pengguna?hal=9").words
    page = site.get(f"/pengguna?peran=unit_officer&instansi={unit.agency_id}&keadaan=invited&cari={officer.username}")
    assert officer.name in page.words
    assert "1–1 dari 1 baris" in page.words
    assert "Tidak ada pengguna yang cocok" in site.get("/pengguna?cari=%25_&peran=apa&hal=x&instansi=x").words


def test_a_role_is_given_in_a_scope_that_was_searched_for(make: Make, site: Site, admin: User) -> None:
    unit, user = make.unit("Puskesmas Tual"), make.user(Role.VIEWER)
    address = f"/pengguna/{user.id}/peran"
    assert "pilih peran" in site.get(address).heading
    assert "Puskesmas Tual" in site.get(f"{address}?role=unit_officer&cari=tual").words
    assert "Tidak ada yang cocok" in site.get(f"{address}?role=unit_officer&cari=zzz").words
    given: dict[str, Any] = {
        "role": "unit_officer",
        "cari": "tual",
        "scope": f"unit:{unit.id}",
        "valid_from": "2026-03-02",
    }
    site.post(address, **given, is_head="y", reason="SK 1/2026")
    make.session.expire_all()
    held = user.memberships[-1]
    assert (held.role, held.unit_id, held.is_head, held.valid_to) == (Role.UNIT_OFFICER, unit.id, True, None)
    event = make.session.scalars(sa.select(Event).filter_by(act=Act.GRANT_ROLE)).one()
    assert (event.actor_id, event.subject_id, event.reason) == (admin.id, user.id, "SK 1/2026")
    assert "sudah dipegang" in site.post(address, expect=422, **given).words


@pytest.mark.parametrize(
    "wrong",
    [{"scope": "everything"}, {"scope": "unit:999999"}, {"scope": "unit:x"}, {"scope": ""}, {"valid_from": "besok"},
     {"valid_to": "2026-01-01"}, {"role": "mentor", "is_head": "y"}],
)  # fmt: skip
def test_a_role_out_of_place_is_refused(make: Make, site: Site, admin: User, wrong: dict[str, Any]) -> None:
    unit, user = make.unit("Puskesmas Tual"), make.user(Role.VIEWER)
    given: dict[str, Any] = {
        "role": "unit_officer",
        "cari": "tual",
        "scope": f"unit:{unit.id}",
        "valid_from": "2026-03-02",
    }
    site.post(f"/pengguna/{user.id}/peran", expect=422, **given | wrong)
    make.session.expire_all()
    assert len(user.memberships) == 1


def test_nobody_gives_a_role_to_oneself(make: Make, site: Site, admin: User) -> None:
    given: dict[str, Any] = {"role": "leadership", "cari": "", "scope": "everything", "valid_from": "2026-03-02"}
    page = site.post(f"/pengguna/{admin.id}/peran", expect=422, **given)
    assert "kepada diri sendiri" in page.words
    assert len(admin.memberships) == 1


def test_a_unit_has_one_head(make: Make, site: Site, admin: User) -> None:
    unit = make.unit()
    former = make.user(Role.UNIT_OFFICER, unit=unit)
    former.memberships[0].is_head = True
    make.save(former.memberships[0])
    new = make.user(Role.VIEWER)
    given: dict[str, Any] = {
        "role": "unit_officer",
        "scope": f"unit:{unit.id}",
        "valid_from": "2026-03-02",
        "is_head": "y",
    }
    site.post(f"/pengguna/{new.id}/peran", **given)
    make.session.expire_all()
    heads = make.session.scalars(sa.select(Membership.user_id).filter_by(unit_id=unit.id, is_head=True)).all()
    assert heads == [new.id]


def held_by(make: Make, follow_up: FollowUp) -> int | None:
    make.session.expire_all()
    return make.session.scalar(sa.select(FollowUp.person_in_charge_id).filter_by(id=follow_up.id))


def test_open_work_goes_to_the_head_then_to_the_coordinator_then_to_nobody(make: Make, site: Site, admin: User) -> None:
    unit = make.unit()
    leaver = make.user(Role.UNIT_OFFICER, unit=unit)
    make.user(Role.UNIT_OFFICER, unit=unit)
    head = make.user(Role.UNIT_OFFICER, unit=unit, is_head=True)
    coordinator = make.user(Role.COORDINATOR, agency=unit.agency)
    work = make.follow_up(unit, person_in_charge_id=leaver.id)
    others = make.user(Role.UNIT_OFFICER, unit=unit)
    elsewhere = make.follow_up(unit, person_in_charge_id=others.id)

    def end(user: User) -> str:
        return site.post(f"/keanggotaan/{user.memberships[0].id}/akhiri", reason="Mutasi").words

    assert "1 tindak lanjut dialihkan" in end(leaver)
    assert held_by(make, work) == head.id
    assert held_by(make, elsewhere) == others.id
    for officer in make.session.scalars(sa.select(User).join(User.memberships).filter_by(unit_id=unit.id)).all():
        if officer.id not in (leaver.id,):
            end(officer)
    assert held_by(make, work) == coordinator.id
    end(coordinator)
    assert held_by(make, work) is None
    events = make.session.scalars(sa.select(Event).filter_by(act=Act.HAND_OVER, subject_id=work.id)).all()
    assert all(event.reason and event.actor_id == admin.id for event in events)
    page = site.get("/dialihkan")
    assert "belum ada penanggung jawab" in page.words
    assert head.name in page.words


def test_a_membership_that_lapsed_by_itself_is_handed_over_by_the_job(
    make: Make, machine: Desk, clock: StoppedClock
) -> None:
    unit = make.unit()
    leaver = make.user(Role.UNIT_OFFICER, unit=unit, valid_to=date(2026, 3, 10))
    heir = make.user(Role.UNIT_OFFICER, unit=unit)
    work, done = make.follow_up(unit, person_in_charge_id=leaver.id), make.follow_up(unit, person_in_charge_id=heir.id)
    assert handover.hand_over_lapsed(machine, date(2026, 3, 10)) == 0
    assert handover.hand_over_lapsed(machine, date(2026, 3, 11)) == 1
    machine.session.commit()
    assert (held_by(make, work), held_by(make, done)) == (heir.id, heir.id)
    assert handover.hand_over_lapsed(machine, date(2026, 3, 11)) == 0


def test_ending_today_what_began_today_takes_it_back(make: Make, site: Site, admin: User) -> None:
    user = make.user(Role.VIEWER, valid_from=date(2026, 3, 2))
    site.post(f"/keanggotaan/{user.memberships[0].id}/akhiri", reason="Salah orang")
    make.session.expire_all()
    assert user.memberships == []
    [event] = make.session.scalars(sa.select(Event).filter_by(act=Act.END_MEMBERSHIP))
    assert event.changes["Membership.role"] == ["viewer", None]


def test_a_role_may_end_on_a_day_to_come_and_needs_a_reason(make: Make, site: Site, admin: User) -> None:
    user = make.user(Role.VIEWER)
    address = f"/keanggotaan/{user.memberships[0].id}/akhiri"
    site.get(address)
    site.post(address, expect=422, reason="")
    site.post(address, expect=422, reason="Mutasi", last_day="2026-02-01")
    site.post(address, reason="Mutasi", last_day="2026-03-31")
    make.session.expire_all()
    assert user.memberships[0].valid_to == date(2026, 3, 31)


def test_there_is_always_an_administrator(make: Make, site: Site, admin: User) -> None:
    page = site.post(f"/keanggotaan/{admin.memberships[0].id}/akhiri", expect=422, reason="Bosan")
    assert "sedikitnya satu administrator" in page.words
    assert "akun sendiri" in site.post(f"/pengguna/{admin.id}/keadaan", expect=422, reason="Bosan").words


def test_a_closed_account_is_signed_out_and_hands_over(make: Make, site: Site, admin: User) -> None:
    unit = make.unit()
    user, heir = make.user(Role.UNIT_OFFICER, unit=unit), make.user(Role.UNIT_OFFICER, unit=unit)
    work = make.follow_up(unit, person_in_charge_id=user.id)
    theirs = Site(site.app).sign_in(user)
    assert theirs.fetch("/akun").status_code == 200
    assert "1 tindak lanjut dialihkan" in site.post(f"/pengguna/{user.id}/keadaan", reason="Pensiun").words
    assert theirs.fetch("/akun").status_code == 302
    assert held_by(make, work) == heir.id
    site.post(f"/pengguna/{user.id}/tautan", expect=422)
    site.post(f"/pengguna/{user.id}/keadaan", reason="Kembali bertugas")
    assert links_on(site.post(f"/pengguna/{user.id}/tautan").html)


LIST = "Daftar pengguna\n\nNama;Nama Pengguna;Peran;Instansi;Unit;Berlaku sampai\n"


def upload(site: Site, text: str, expect: int = 200) -> str:
    return site.post("/pengguna/unggah", expect=expect, file=(BytesIO(text.encode()), "daftar.csv")).html


def test_a_list_is_previewed_then_added_whole_with_links(make: Make, site: Site, admin: User) -> None:
    agency = make.agency("Pemerintah Kota Tual")
    make.unit("Disdukcapil", agency=agency)
    rows = "Siti Rahma;SITI.rahma;Petugas unit;Pemkot Tual;Dinas Kependudukan dan Pencatatan Sipil;31 Desember 2026\n"
    html = upload(site, LIST + rows + "Budi;budi.s;Deputi;;;\n")
    assert named(make, "siti.rahma") is None
    [people] = re.findall(r'name="people" value="([^"]*)"', html)
    people = people.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")
    page = site.post("/pengguna/unggah/tambahkan", people=people, form_key="k1")
    assert len(links_on(page.html)) == 2
    user = named(make, "siti.rahma")
    assert user is not None
    assert (user.memberships[0].role, user.memberships[0].valid_to) == (Role.UNIT_OFFICER, date(2026, 12, 31))
    assert links_on(site.post("/pengguna/unggah/tambahkan", people=people, form_key="k1").html) == links_on(page.html)
    assert "masih ada baris" in site.post("/pengguna/unggah/tambahkan", expect=422, people=people, form_key="k2").words


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Siti;siti;Raja;;;", "tidak dikenali"),
        ("Siti;siti;Petugas unit;Pemkot Entah;Disdukcapil;", "tidak ada di direktori"),
        ("Siti;siti;Petugas unit;;;", "belum sesuai"),
        (";siti;Deputi;;;", "Nama wajib diisi"),
        ("Siti;s i t i;Deputi;;;", "Nama pengguna:"),
        ("Siti;siti;Deputi;;;kapan-kapan", "bukan tanggal"),
        ("Siti;siti;Deputi;;;2020-01-01", "tidak boleh sebelum"),
        ("Siti;siti;Deputi;;;\nBudi;Siti;Deputi;;;", "lebih dari sekali"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_added(make: Make, site: Site, admin: User, row: str, problem: str) -> None:
    html = upload(site, LIST + row + "\n")
    assert problem in html
    assert 'name="people"' not in html


def test_a_file_that_is_no_list_is_refused_clearly(site: Site, admin: User) -> None:
    assert "Tidak ada baris judul" in upload(site, "a;b\n1;2\n", expect=422)
    assert "Tidak ada baris di bawah" in upload(site, LIST, expect=422)
    assert "Pilih berkasnya" in site.post("/pengguna/unggah", expect=422).words
    for people in ("", "[]", "[1]", '[{"row": 1}]', "{"):
        site.post("/pengguna/unggah/tambahkan", expect=422, people=people)


def test_others_see_people_in_reach_and_change_nobody(make: Make, site: Site) -> None:
    unit = make.unit()
    officer, stranger = make.user(Role.UNIT_OFFICER, unit=unit), make.user(Role.UNIT_OFFICER, unit=make.unit())
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    page = site.get("/pengguna")
    assert officer.name in page.words
    assert stranger.name not in page.words
    assert "Tambah pengguna" not in page.words
    site.get(f"/pengguna/{officer.id}")
    site.get(f"/pengguna/{stranger.id}", expect=404)
    for address in ("/pengguna/baru", "/pengguna/unggah", f"/pengguna/{officer.id}/peran"):
        site.get(address, expect=403)


def test_events_about_people_hold_no_numbers_or_addresses(
    make: Make, site: Site, admin: User, desk_of: Callable[..., Desk]
) -> None:
    site.post("/pengguna/baru", **ACCOUNT | {"phone": "0812 3456 7890", "email": "siti@b.go.id"})
    told = str([event.changes for event in make.session.scalars(sa.select(Event))])
    assert "3456" not in told
    assert "siti@b.go.id" not in told
