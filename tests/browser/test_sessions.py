"""A mentoring session from the first plan to the next one's opening points, as the people in it go through it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pypdf
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor, visiting
from tests.support.make import Make
from tests.support.people import PASSWORD, person
from tests.support.served import Served
from tracker.directory.states import Role

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TITLE = "Ngulik uji perjalanan"
LINK = "https://rapat.contoh.example/ngulik"
DONE = "Rancangan standar pelayanan disusun."
NOTE = "Lampirkan surat keputusan dan fotonya."
PROMISE = "Menetapkan standar pelayanan 14 komponen"
NUMBER = "BA/07/2026"


def rows(make: Make) -> None:
    area = make.area()
    unit = make.unit("Disdukcapil Tual", area, region_id=make.region().id)
    make.evaluation(unit)
    person(make, "asdep", Role.ASSISTANT_DEPUTY, "Sri Rahayu", area=area)
    person(make, "petugas", Role.UNIT_OFFICER, "Maria Renyaan", unit=unit)
    person(make, "organisasi", Role.COORDINATOR, "Hasan Renyaan", agency=unit.agency)


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, True), (360, False)], ids=["360", "1280", "plain"])
def test_from_a_plan_to_the_opening_points_of_the_next_session(
    house: Served, chromium: Browser, width: int, scripts: bool
) -> None:
    house.prepare(rows)

    @contextmanager
    def signed_in(name: str) -> Iterator[Visitor]:
        known_as = name if scripts else f"{name}-plain"
        with visiting(chromium, house.address, known_as, width, scripts) as visitor:
            yield visitor.sign_in(name, PASSWORD)

    with signed_in("asdep") as host, signed_in("petugas") as officer:
        session = plan(host)
        choose_the_unit(host)
        invite(host, session)
        answer_and_prepare(officer, session)
        run(host, session)
        note_who_came(host, session)
        promise(host, session)
        close(host, session)
        issue_the_record(host, session)
        read_the_record(officer, session)
        give_feedback(officer, session)
        opening_points(host, session)


def plan(host: Visitor) -> int:
    """Tomorrow morning, online."""
    host.open("/sesi").open("/sesi/baru")
    page = host.page
    page.get_by_label("Judul sesi").fill(TITLE)
    page.get_by_label("Tautan rapat").fill(LINK)
    day = (datetime.now(UTC) + timedelta(days=1)).date()
    page.get_by_label("Tanggal hari ke-1").fill(day.isoformat())
    page.get_by_label("Jam mulai hari ke-1").fill("09:00")
    page.get_by_label("Jam selesai hari ke-1").fill("12:00")
    host.press("Simpan sesi")
    found = re.fullmatch(r"/sesi/(\d+)/unit", host.path)
    assert found, host.path
    return int(found[1])


def choose_the_unit(host: Visitor) -> None:
    host.page.locator("input[name=tambah]").first.check()
    host.press("Tambahkan dan hitung undangan")
    assert "Disdukcapil Tual" in host.text
    host.press("Simpan unit sesi")


def invite(host: Visitor, session: int) -> None:
    host.open(f"/sesi/{session}/undang").press("Kirim undangan")
    assert "Dijadwalkan" in host.text
    assert "Maria Renyaan" in host.text
    assert "Hasan Renyaan" in host.text


def answer_and_prepare(officer: Visitor, session: int) -> None:
    officer.open(f"/sesi/{session}").press("Hadir")
    officer.open(f"/sesi/{session}").press("Isi persiapan")
    officer.page.get_by_label("Yang sudah dilakukan").first.fill(DONE)
    with officer.page.expect_navigation(wait_until="load"):
        officer.page.get_by_role("button", name=re.compile("Simpan")).first.click()
    assert "Persiapan tersimpan." in officer.look().text


def run(host: Visitor, session: int) -> None:
    """What the unit brought is on the screen; a note is kept as it is typed, and without scripts at a press."""
    host.open(f"/sesi/{session}/jalankan").press("Mulai sesi")
    assert DONE in host.text
    host.page.get_by_label(re.compile("Catatan saya")).first.fill(NOTE)
    if host.scripts:
        expect(host.page.locator("[data-note-said]").first).to_contain_text("Tersimpan")
    else:
        host.press("Simpan catatan")
    host.open(f"/sesi/{session}/jalankan")
    assert host.page.get_by_label(re.compile("Catatan saya")).first.input_value() == NOTE


def note_who_came(host: Visitor, session: int) -> None:
    host.open(f"/sesi/{session}/kehadiran")
    tap = host.page.get_by_role("button", name=re.compile("Hadir: Maria Renyaan"))
    if host.scripts:
        tap.click()
    else:
        with host.page.expect_navigation(wait_until="load"):
            tap.click()
    expect(host.page.get_by_role("button", name=re.compile("Hadir: Maria Renyaan"))).to_have_attribute(
        "aria-pressed", "true"
    )


def promise(host: Visitor, session: int) -> None:
    due = (datetime.now(UTC) + timedelta(days=60)).date()
    host.open(f"/sesi/{session}/jalankan")
    host.page.get_by_label("Komitmen dalam satu baris").fill(f"#kebijakan {due.isoformat()} {PROMISE}")
    host.press("Catat")
    assert PROMISE in host.text


def close(host: Visitor, session: int) -> None:
    host.open(f"/sesi/{session}/tutup")
    assert PROMISE in host.text
    host.page.get_by_label("Kesimpulan").fill("Unit menindaklanjuti komitmennya.")
    host.page.get_by_label("Nomor berita acara").fill(NUMBER)
    host.page.locator("main summary", has_text="Tutup sesi").click()
    host.press("Ya, tutup sesi")
    host.open(f"/sesi/{session}")
    assert "Selesai" in host.text


def issue_the_record(host: Visitor, session: int) -> None:
    host.open(f"/sesi/{session}/dokumen")
    host.page.get_by_role("radio", name="Berita acara").check()
    host.press("Terbitkan")
    assert "Dokumen terbit." in host.text
    assert NUMBER in host.text


def read_the_record(officer: Visitor, session: int) -> None:
    """The unit downloads it, and its code leads to the page where anybody may check it."""
    officer.open(f"/sesi/{session}/dokumen")
    file = officer.page.get_by_role("link", name=f"berita-acara-sesi-{session}.pdf")
    got = officer.page.request.get(file.get_attribute("href") or "")
    said = "".join("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(got.body())).pages).split())
    for word in ("Disdukcapil Tual", PROMISE, NUMBER):
        assert "".join(word.split()) in said
    check = officer.page.locator("a[href^='/periksa/']").first.get_attribute("href") or ""
    officer.open(check)
    for word in ("Berita acara", NUMBER, "SHA-256"):
        assert word in officer.text
    assert TITLE not in officer.text


def give_feedback(officer: Visitor, session: int) -> None:
    officer.open(f"/sesi/{session}/umpan-balik")
    officer.page.get_by_label("5 – sangat bermanfaat").check()
    officer.page.get_by_label("5 – sangat jelas").check()
    officer.press("Kirim umpan balik")
    assert "Terima kasih." in officer.text


def opening_points(host: Visitor, session: int) -> None:
    """A copy brings the same unit, and what it promised is where its page begins."""
    host.open(f"/sesi/{session}/salin")
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    host.page.get_by_label("Tanggal hari ke-1").fill(day.isoformat())
    host.press("Simpan sesi")
    assert host.path != f"/sesi/{session}"
    host.page.locator("main").get_by_role("link", name=re.compile("Disdukcapil Tual")).first.click()
    host.page.wait_for_load_state("load")
    host.look()
    assert "Poin pembuka" in host.text
    assert PROMISE in host.text
