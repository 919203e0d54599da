"""Instruments and cycles on pages: who changes what, and what is never changed again."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Page, Site
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.instruments.models import Aspect, Cycle, Indicator, Instrument
from tracker.instruments.states import CycleStatus


@pytest.fixture
def admin(make: Make, site: Site) -> User:
    user = make.user(Role.ADMINISTRATOR)
    site.sign_in(user)
    return user


def typed_on(page: Page) -> dict[str, Any]:
    """What the form of an instrument holds when it is opened."""
    typed = dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\r?\n?([^<]*)</textarea>', page.html))
    for tag in re.findall(r"<input[^>]*>", page.html):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] not in ("form_key", "csrf_token"):
            typed[name[1]] = value[1]
    typed["source"] = "panrb"
    return {name: unescape(value) for name, value in typed.items()}


def test_an_unused_instrument_is_edited_whole(make: Make, site: Site, admin: User) -> None:
    instrument = make.instrument(certainty="Belum pasti.")
    aspect = instrument.aspects[1]
    make.save(Indicator(instrument_id=instrument.id, aspect_id=aspect.id, number=1, name="Ada jadwal?"))
    address = f"/instrumen/{instrument.id}"
    assert "Belum pasti." in site.get(address).words
    typed = typed_on(site.get(f"{address}/ubah"))
    site.post(f"{address}/ubah", **typed)
    typed = typed_on(site.get(f"{address}/ubah"))
    typed["aspects"] = "kebijakan | Kebijakan | 30,5\nsipp | Sistem Informasi | 69.5 | Information"
    typed["bands"] = "A | 2,01 | Cukup\nC | 0 | Kurang || ya"
    typed["indicators"] = "1 | sipp | Ada jadwal? | Foto\n2 || Tambahan?"
    site.post(f"{address}/ubah", **typed)
    make.session.expire_all()
    assert [(a.code, str(a.weight)) for a in instrument.aspects] == [("kebijakan", "30.50"), ("sipp", "69.50")]
    assert [(b.letter, str(b.lower), b.priority) for b in instrument.bands] == [
        ("A", "2.01", False),
        ("C", "0.00", True),
    ]
    assert [(i.number, i.aspect and i.aspect.code, i.evidence) for i in instrument.indicators] == [
        (1, "sipp", "Foto"),
        (2, None, ""),
    ]
    page = site.post(f"{address}/ubah", expect=409, **typed)
    assert "lebih dahulu menyimpan" in page.words


@pytest.mark.parametrize(
    ("field", "written", "problem"),
    [
        ("aspects", "kebijakan | Kebijakan", "belum sesuai polanya"),
        ("aspects", "kebijakan | Kebijakan | banyak", "belum sesuai polanya"),
        ("aspects", "kebijakan | Kebijakan | 0", "lebih besar dari 0"),
        ("bands", "A | 1 | Baik", "harus mulai dari 0"),
        ("indicators", "satu | kebijakan | Apa?", "belum sesuai polanya"),
        ("indicators", "1 | entah | Apa?", "tidak ada pada instrumen"),
        ("scale_max", "lima", "Isi dengan angka"),
        ("scale_max", "0", "lebih besar dari 0"),
        ("f02_share", "75", "keduanya"),
    ],
)
def test_an_instrument_that_cannot_be_used_is_not_kept(
    make: Make, site: Site, admin: User, field: str, written: str, problem: str
) -> None:
    instrument = make.instrument()
    address = f"/instrumen/{instrument.id}/ubah"
    page = site.post(address, expect=422, **typed_on(site.get(address)) | {field: written})
    assert problem in page.words
    assert written in unescape(page.html)
    make.session.expire_all()
    assert len(instrument.aspects) == 3


def test_a_used_instrument_is_changed_only_as_a_new_version(make: Make, site: Site, admin: User) -> None:
    instrument = make.instrument()
    typed = typed_on(site.get(f"/instrumen/{instrument.id}/ubah"))
    make.cycle(instrument=instrument)
    page = site.post(f"/instrumen/{instrument.id}/ubah", expect=422, **typed | {"name": "Lain"})
    assert "Buatlah versi baru" in page.words
    page = site.post(f"/instrumen/{instrument.id}/versi-baru", form_key="once")
    site.post(f"/instrumen/{instrument.id}/versi-baru", form_key="once")
    [copy] = make.session.scalars(sa.select(Instrument).filter_by(replaces_id=instrument.id)).all()
    assert (copy.code, page.heading) == (f"{instrument.code}-v2", f"Ubah instrumen {instrument.code}-v2")
    assert [a.code for a in copy.aspects] == [a.code for a in instrument.aspects]
    assert len(copy.bands) == len(instrument.bands)


def test_an_edit_of_an_instrument_that_was_overtaken_shows_its_lines_side_by_side(
    make: Make, site: Site, admin: User
) -> None:
    instrument = make.instrument()
    address = f"/instrumen/{instrument.id}/ubah"
    typed = typed_on(site.get(address))
    fewer = "\n".join(typed["aspects"].splitlines()[:2])
    site.post(address, **typed | {"aspects": fewer})
    page = site.post(address, expect=409, **typed)
    assert "Orang lain lebih dahulu menyimpan perubahan" in page.words


def test_certainty_is_for_administrators_and_editing_too(make: Make, site: Site) -> None:
    instrument = make.instrument(certainty="Belum pasti.")
    site.sign_in(make.user(Role.VIEWER))
    assert "Belum pasti." not in site.get(f"/instrumen/{instrument.id}").words
    site.get(f"/instrumen/{instrument.id}/ubah", expect=403)


CYCLE: dict[str, Any] = {
    "code": "panrb-2026",
    "name": "",
    "year": "2026",
    "letter_on": "2026-01-05",
    "opening_on": "2026-06-01",
}


def test_a_cycle_is_added_once_and_its_dates_are_changed(make: Make, site: Site, admin: User) -> None:
    assert "Belum ada siklus" in site.get("/siklus").words
    instrument = make.instrument()
    given: dict[str, Any] = CYCLE | {"instrument_id": str(instrument.id)}
    site.get("/siklus/baru")
    site.post("/siklus/baru", **given)
    assert "sudah ada" in site.post("/siklus/baru", expect=422, **given).words
    cycle = make.session.scalars(sa.select(Cycle)).one()
    changed: dict[str, Any] = {"year": "2026", "name": "Evaluasi 2026", "letter_on": "", "opening_on": ""}
    site.post(f"/siklus/{cycle.id}", **changed, version="1")
    page = site.post(f"/siklus/{cycle.id}", expect=409, **changed | {"name": "Lain"}, version="1")
    assert "Evaluasi 2026" in page.words


@pytest.mark.parametrize(
    "wrong",
    [{"code": "Kode Aneh!"}, {"code": ""}, {"year": "1900"}, {"year": "dua"}, {"opening_on": "2025-01-01"},
     {"instrument_id": "999999"}, {"instrument_id": "x"}, {"letter_on": "kemarin"}],
)  # fmt: skip
def test_a_wrong_cycle_is_refused(make: Make, site: Site, admin: User, wrong: dict[str, Any]) -> None:
    instrument = make.instrument()
    site.post("/siklus/baru", expect=422, **CYCLE | {"instrument_id": str(instrument.id)} | wrong)
    assert make.session.scalars(sa.select(Cycle)).all() == []


def test_a_sealed_cycle_stays_as_it_was(make: Make, site: Site, admin: User) -> None:
    cycle = make.cycle(status=CycleStatus.SEALED)
    assert "sudah disegel" in site.get(f"/siklus/{cycle.id}").words
    site.post(f"/siklus/{cycle.id}", expect=422, year="2026", name="Lain", letter_on="", opening_on="")


def test_an_instrument_without_categories_says_so_and_shows_no_empty_table(make: Make, site: Site, admin: User) -> None:
    scheme = make.save(
        Instrument(code="opini", name="Opini", source="ombudsman", valid_from=date(2025, 1, 1), scale_max=Decimal(100))
    )
    make.save(Aspect(instrument_id=scheme.id, position=0, code="nilai", name="Nilai", weight=Decimal(100)))
    make.session.refresh(scheme)
    page = site.get(f"/instrumen/{scheme.id}")
    assert "Instrumen ini tidak menetapkan kategori." in page.words
    assert page.html.count("<table") == 1
