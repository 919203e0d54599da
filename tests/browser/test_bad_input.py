"""Whatever goes wrong on the officer's phone: it is said beside the field, and what was typed is still there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser import photos
from tests.browser.conftest import Workplace
from tests.browser.visitor import Visitor, visiting
from tests.support.people import PASSWORD

pytestmark = pytest.mark.browser

TYPED = "Kursi prioritas dipasang di baris depan."
HEIC: FilePayload = {
    "name": "IMG_0042.HEIC",
    "mimeType": "image/heic",
    "buffer": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500,
}
TOO_BIG: FilePayload = {"name": "laporan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + bytes(11 << 20)}
EVERY_ACTION = "section[aria-labelledby=done] ol.timeline > li"


@pytest.fixture
def officer(workplace: Workplace, chromium: Browser) -> Iterator[Visitor]:
    with visiting(chromium, workplace.site.address, "petugas") as visitor:
        yield visitor.sign_in("petugas", PASSWORD)


def fill(officer: Visitor, id: int) -> None:
    officer.open(f"/tindak-lanjut/{id}/tindakan")
    officer.page.get_by_label("Apa yang sudah dikerjakan").fill(TYPED)
    officer.page.get_by_label("Capaian menurut unit (%)").fill("60")


def still_there(officer: Visitor) -> bool:
    page = officer.page
    typed = page.get_by_label("Apa yang sudah dikerjakan").input_value()
    return (typed, page.get_by_label("Capaian menurut unit (%)").input_value()) == (TYPED, "60")


@pytest.mark.parametrize(("file", "said"), [(HEIC, "HEIC"), (TOO_BIG, "10 MB")], ids=["HEIC", "11 MB"])
def test_a_file_that_cannot_be_taken_is_named_beside_its_field(
    workplace: Workplace, chromium: Browser, tmp_path: Path, file: FilePayload, said: str
) -> None:
    """Without scripts, where text and files come in one piece; test_weak_line.py has the other way."""
    good = photos.with_location(tmp_path / "baik.jpg", side=300)
    with visiting(chromium, workplace.site.address, "petugas-berkas", scripts=False) as officer:
        fill(officer.sign_in("petugas", PASSWORD), workplace.assign("Berkas yang tidak dapat diterima"))
        payload: FilePayload = {"name": good.name, "mimeType": "image/jpeg", "buffer": good.read_bytes()}
        officer.page.get_by_label("Foto atau berkas bukti").set_input_files([payload, file])
        officer.press("Simpan tindakan", status=422)
        error = officer.page.locator("#files-error").inner_text()
        assert file["name"] in error
        assert said in error
        assert still_there(officer)
        assert officer.page.get_by_label("baik.jpg").is_checked(), "what was good need not be sent again"
        officer.press("Simpan tindakan")
        assert officer.page.get_by_role("link", name="baik.jpg").first.is_visible()


def test_a_field_that_was_left_out_is_reached_from_the_summary(workplace: Workplace, officer: Visitor) -> None:
    fill(officer, workplace.assign("Isian yang kosong"))
    officer.page.get_by_label("Capaian menurut unit (%)").fill("250")
    officer.page.locator("form.act").evaluate("form => form.noValidate = true")
    officer.press("Simpan tindakan", status=422)
    officer.page.locator(".summary a").click()
    percent = officer.page.get_by_label("Capaian menurut unit (%)")
    expect(percent).to_be_focused()
    assert percent.get_attribute("aria-invalid") == "true"
    assert percent.input_value() == "250"


def test_a_lost_connection_loses_no_word(workplace: Workplace, officer: Visitor) -> None:
    id = workplace.assign("Sambungan terputus")
    fill(officer, id)
    officer.page.context.set_offline(True)
    officer.on_page("Simpan tindakan").click()
    expect(officer.page.get_by_text("Sambungan terputus.")).to_be_visible()
    assert still_there(officer)
    officer.page.context.set_offline(False)
    officer.open(f"/tindak-lanjut/{id}/tindakan")
    assert still_there(officer), "also after the page was loaded anew"
    officer.press("Simpan tindakan")
    assert officer.page.locator(EVERY_ACTION).count() == 1
    officer.open(f"/tindak-lanjut/{id}/tindakan")
    assert officer.page.get_by_label("Apa yang sudah dikerjakan").input_value() == "", (
        "once saved it is not offered again"
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_double_click_logs_one_action(workplace: Workplace, chromium: Browser, scripts: bool) -> None:
    id = workplace.assign("Klik ganda")
    with visiting(chromium, workplace.site.address, "petugas-ganda", scripts=scripts) as officer:
        officer.sign_in("petugas", PASSWORD)
        fill(officer, id)
        with officer.page.expect_navigation(url=f"**/tindak-lanjut/{id}", wait_until="load"):
            officer.on_page("Simpan tindakan").dblclick()
        officer.open(f"/tindak-lanjut/{id}")
        assert officer.page.locator(EVERY_ACTION).count() == 1


def test_who_was_signed_out_meanwhile_is_led_back_and_finds_the_text(workplace: Workplace, officer: Visitor) -> None:
    id = workplace.assign("Masa masuk berakhir")
    fill(officer, id)
    officer.page.context.clear_cookies()
    officer.press("Simpan tindakan")
    assert officer.path == "/masuk"
    assert "Masuk lagi untuk melanjutkan" in officer.text
    officer.page.get_by_label("Nama pengguna").fill("petugas")
    officer.page.locator("[name=password]").fill(PASSWORD)
    officer.press("Masuk")
    assert officer.path == f"/tindak-lanjut/{id}/tindakan"
    assert still_there(officer)


def test_who_signs_out_leaves_nothing_behind_in_the_browser(workplace: Workplace, officer: Visitor) -> None:
    id = workplace.assign("Peramban bersama")
    fill(officer, id)
    officer.sign_out()
    officer.sign_in("petugas", PASSWORD).open(f"/tindak-lanjut/{id}/tindakan")
    assert not still_there(officer)
