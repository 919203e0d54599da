"""The main job on the sample workbook: imported, assigned, done on a phone, checked, and seen in the portfolio."""

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator

from tests.browser import photos
from tests.browser.visitor import Visitor, visiting
from tests.support.make import Make
from tests.support.people import PASSWORD, area_named, person, reference_data, unit_in
from tests.support.served import Served
from tracker.directory.states import Role

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

BOOK = Path(__file__).parents[1] / "evaluations/fixtures/hasil-evaluasi-wilayah-iii-2019.xlsx"
TUAL, KONAWE = "81.72", "74.02"
ADVICE = "Menyediakan sarana bagi kelompok rentan dan ruang tunggu yang layak"
ONE = "Sediakan kursi prioritas dan jalur kursi roda di ruang tunggu"
MANY = "Kirim rencana kerja dan foto keadaan awal"
DONE = "Kursi prioritas dipasang di baris depan ruang tunggu loket 1 dan 2."
MISSING = "Jalur kursi roda belum terlihat pada foto. Lampirkan foto dari pintu masuk."
DONE_THEN = "Jalur kursi roda selesai dicat dari pintu masuk sampai loket."


def ministry(make: Make) -> None:
    reference_data(make)
    area = area_named(make, "III")
    person(make, "asdep", Role.ASSISTANT_DEPUTY, "Sri Rahayu", area=area)
    person(make, "pemeriksa", Role.MENTOR, "Andi Malik", area=area)


def officers(make: Make) -> None:
    """They get their accounts once their units are known."""
    person(make, "tual", Role.UNIT_OFFICER, "Maria Renyaan", unit=unit_in(make, TUAL))
    person(make, "konawe", Role.UNIT_OFFICER, "La Ode Hasan", unit=unit_in(make, KONAWE))


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, True), (360, False)], ids=["360", "1280", "plain"])
def test_from_a_workbook_to_a_verified_improvement(
    house: Served, chromium: Browser, tmp_path: Path, width: int, scripts: bool
) -> None:
    house.prepare(ministry)
    first = photos.with_location(tmp_path / "ruang tunggu.jpg")
    second = photos.with_location(tmp_path / "jalur.jpg", side=900)

    @contextmanager
    def signed_in(name: str) -> Iterator[Visitor]:
        known_as = name if scripts else f"{name}-plain"
        with visiting(chromium, house.address, known_as, width, scripts) as visitor:
            yield visitor.sign_in(name, PASSWORD)

    with signed_in("asdep") as deputy:
        import_the_workbook(deputy)
        see_eight_priority_units(deputy)
        assign_one(deputy)
        assign_the_rest(deputy)
        deputy.sign_out()
    house.prepare(officers)

    with signed_in("tual") as officer, signed_in("pemeriksa") as verifier:
        log_an_action(officer, DONE, 80, first)
        submit_and_get_a_receipt(officer, first)
        location_is_gone(officer)
        give_it_back(verifier, 40)
        read_why_it_came_back(officer)
        log_an_action(officer, DONE_THEN, 95, second)
        submit_and_get_a_receipt(officer, second)
        accept_it(verifier)
        officer.open("/")
        assert officer.page.get_by_role("link", name=ONE).count() == 0

    with signed_in("asdep") as deputy:
        see_what_moved(deputy)
        read_the_history(deputy)
        take_the_table_home(deputy)


def import_the_workbook(deputy: Visitor) -> None:
    page = deputy.page
    assert deputy.path == "/"
    deputy.press("Impor hasil evaluasi")
    page.get_by_label("Siklus").select_option(label=page.get_by_label("Siklus").locator("option").first.inner_text())
    page.get_by_label("Berkas hasil evaluasi").set_input_files(BOOK)
    page.get_by_label("Buat unit baru").check()
    deputy.press("Buat pratinjau")
    for said in ("20 hasil baru", "48 rekomendasi baru", "20 unit baru", "8 unit di berkas ini termasuk prioritas"):
        assert said in deputy.text
    assert "Impor selesai" not in deputy.text
    deputy.press("Konfirmasi impor")
    assert "Impor selesai" in deputy.text


def see_eight_priority_units(deputy: Visitor) -> None:
    deputy.open("/portofolio")
    rows = deputy.page.locator(".matrix tbody tr")
    assert rows.count() == 8
    assert {aria_label(row.locator("td a").first) for row in rows.all()} == {"0 % terverifikasi, 0 % diklaim"}
    to_the_unit(deputy)
    assert "Indeks resmi 1,70" in deputy.text
    assert deputy.page.get_by_role("row").filter(has_text="Belum ditugaskan").count() == 6
    assert ADVICE in deputy.text


def assign_one(deputy: Visitor) -> None:
    """The letter of 2020 asked for an earlier day; that is said once, and then done."""
    page = deputy.page
    asked = page.get_by_role("row").filter(has_text=ADVICE)
    deputy.press("Menetapkan tindak lanjut", within=asked)
    page.get_by_label("Apa yang harus dikerjakan").fill(ONE)
    page.get_by_label("Bukti yang diharapkan").fill("Foto ruang tunggu dari pintu masuk")
    page.get_by_role("textbox", name="Tenggat").fill(in_days(30))
    deputy.press("Tetapkan", status=422)
    assert "Tenggat melewati tanggal pada surat" in deputy.text
    assert page.get_by_label("Apa yang harus dikerjakan").input_value() == ONE
    deputy.press("Tetapkan")
    assert "Tindak lanjut ditetapkan." in deputy.text
    assert ONE in deputy.text


def assign_the_rest(deputy: Visitor) -> None:
    page = deputy.page
    deputy.open("/portofolio").follow_figure("rekomendasi belum ditugaskan", 47)
    deputy.press("Tetapkan tindak lanjut sekaligus")
    page.get_by_label("Semua 47 rekomendasi pada saringan ini").check()
    page.get_by_label("Apa yang harus dikerjakan").fill(MANY)
    page.get_by_role("textbox", name="Tenggat").fill(in_days(60))
    page.get_by_label("Belum ditentukan: semua petugas unit").check()
    deputy.press("Lihat pratinjau")
    assert deputy.heading == "47 tindak lanjut untuk 8 unit"
    deputy.press("Tetapkan 47 tindak lanjut")
    assert "47 tindak lanjut untuk 8 unit ditetapkan." in deputy.text


def log_an_action(officer: Visitor, text: str, percent: int, photo: Path) -> None:
    page = officer.page
    officer.open("/").press(ONE)
    officer.press("Catat tindakan")
    page.get_by_label("Apa yang sudah dikerjakan").fill(text)
    page.get_by_label("Foto atau berkas bukti").set_input_files(photo)
    page.get_by_label("Capaian menurut unit (%)").fill(str(percent))
    officer.press("Simpan tindakan")
    assert "Tindakan tercatat." in officer.text
    assert text in officer.text
    assert f"{percent} % diklaim" in officer.text


def submit_and_get_a_receipt(officer: Visitor, photo: Path) -> None:
    officer.press("Ajukan untuk verifikasi")
    officer.press("Ajukan sekarang")
    assert re.fullmatch(r"Tanda terima \S+", officer.heading)
    assert hashlib.sha256(photo.read_bytes()).hexdigest() in officer.text
    assert "yang disimpan" in officer.text
    assert "tertanggal 2 Mar 2026" in officer.text, "the day the photo was taken, beside the day it was sent"
    assert "WIB (waktu setempat" in officer.text


def location_is_gone(officer: Visitor) -> None:
    officer.press(ONE, within=officer.page.locator("main"))
    link = officer.page.get_by_role("link", name="ruang tunggu.jpg").first
    kept = officer.page.request.get(link.get_attribute("href") or "").body()
    assert kept.startswith(b"\xff\xd8")
    assert not photos.location_in(kept)


def give_it_back(verifier: Visitor, percent: int) -> None:
    page = verifier.page
    start_checking(verifier)
    assert DONE in verifier.text
    photo = page.locator("img.evidence").first
    photo.scroll_into_view_if_needed()
    photo.evaluate("image => image.decode()")
    assert photo.evaluate("image => image.naturalWidth") == 1200
    page.get_by_label("Apa yang masih kurang").fill(MISSING)
    page.get_by_label("Capaian terverifikasi (%)").fill(str(percent))
    verifier.press("Kembalikan kepada unit")
    assert verifier.path == "/verifikasi"
    assert "dikembalikan kepada unit" in verifier.text


def start_checking(verifier: Visitor) -> None:
    verifier.open("/").follow_figure("menunggu verifikasi", 1)
    verifier.press("Periksa")
    assert verifier.heading == ONE


def read_why_it_came_back(officer: Visitor) -> None:
    officer.open("/")
    assert f"Dikembalikan: {MISSING}" in officer.text
    officer.press(ONE)
    assert MISSING in officer.text
    assert "40 % terverifikasi" in officer.text


def accept_it(verifier: Visitor) -> None:
    page = verifier.page
    start_checking(verifier)
    assert MISSING in verifier.text, "the earlier decision is seen beside the new evidence"
    page.get_by_label("Sesuai: rekomendasi selesai").check()
    page.get_by_label("Catatan untuk unit (bila perlu)").fill("Terima kasih, sudah lengkap.")
    verifier.press("Terima tindak lanjut")
    assert "diterima." in verifier.text


def see_what_moved(deputy: Visitor) -> None:
    deputy.open("/portofolio")
    row = deputy.page.locator(".matrix tbody tr", has_text="Kota Tual")
    cells = [aria_label(cell) for cell in row.locator("td a").all()]
    assert cells[0] == "15 % terverifikasi, 15 % diklaim, di tangan unit", "by the aspect's weight, 15 of 100"
    assert cells[3].startswith("100 % terverifikasi, 100 % diklaim")
    others = [cell for number, cell in enumerate(cells) if number not in (0, 3)]
    assert all(cell.startswith("0 % terverifikasi, 0 % diklaim, di tangan unit") for cell in others)
    to_the_unit(deputy)
    deputy.page.locator("summary", has_text="Sarana").click()
    assert "Sesuai" in deputy.text


def read_the_history(deputy: Visitor) -> None:
    deputy.press(ONE)
    assert "Terima kasih, sudah lengkap." in deputy.text
    deputy.page.locator("summary", has_text="Riwayat").click()
    told = deputy.page.locator("section", has_text="Riwayat").last.inner_text()
    for who in ("Sri Rahayu", "Maria Renyaan", "Andi Malik"):
        assert who in told
    assert MISSING in told


def take_the_table_home(deputy: Visitor) -> None:
    deputy.open("/portofolio")
    with deputy.page.expect_download() as download:
        deputy.on_page("Unduh xlsx").click()
    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0]]
    assert len(rows) == 1 + 8 + 1
    assert str(rows[-1][0]).startswith("8 dari 8 baris")


def to_the_unit(deputy: Visitor) -> None:
    """Through the picture: the row of Tual leads to its unit."""
    row = deputy.page.locator(".matrix tbody tr", has_text="Kota Tual")
    with deputy.page.expect_navigation(wait_until="load"):
        row.locator("th a").click()
    deputy.look()
    assert "Pemerintah Kota Tual" in deputy.text


def in_days(days: int) -> str:
    return (datetime.now(ZoneInfo("Asia/Jakarta")) + timedelta(days)).date().isoformat()


def aria_label(cell: Locator) -> str:
    return cell.get_attribute("aria-label") or ""
