"""A weak line: the text is saved before any file is sent, then one file after the other; what is missing is named."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Route, expect

from tests.browser import photos
from tests.browser.conftest import Workplace
from tests.browser.visitor import Visitor, visiting
from tests.support.people import PASSWORD

pytestmark = pytest.mark.browser

TYPED = "Papan petunjuk dipasang di ruang tunggu."
FILES = "**/tindakan/*/bukti"
HEIC: FilePayload = {
    "name": "IMG_0042.heic",
    "mimeType": "image/heic",
    "buffer": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500,
}
TOO_BIG: FilePayload = {"name": "laporan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + bytes(11 << 20)}
EVERY_ACTION = "section[aria-labelledby=done] ol.timeline > li"


@pytest.fixture
def officer(workplace: Workplace, chromium: Browser) -> Iterator[Visitor]:
    with visiting(chromium, workplace.site.address, "petugas-lemah") as visitor:
        yield visitor.sign_in("petugas", PASSWORD)


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    return [photos.with_location(tmp_path / f"{name}.jpg", side) for name, side in (("a", 300), ("b", 310), ("c", 320))]


def fill(officer: Visitor, id: int, files: list[Path] | list[FilePayload]) -> None:
    officer.open(f"/tindak-lanjut/{id}/tindakan")
    officer.page.get_by_label("Apa yang sudah dikerjakan").fill(TYPED)
    officer.page.get_by_label("Capaian menurut unit (%)").fill("60")
    officer.page.get_by_label("Foto atau berkas bukti").set_input_files(files)


def save(officer: Visitor, id: int, button: str = "Simpan tindakan") -> None:
    """Press, and arrive at the follow-up's page; what was refused before was refused rightly."""
    officer.complaints[:] = [each for each in officer.complaints if not each.startswith("422 ")]
    with officer.page.expect_navigation(url=f"**/tindak-lanjut/{id}", wait_until="load"):
        officer.on_page(button).click()
    officer.look()


def posts(officer: Visitor) -> list[str]:
    """Where forms are sent from now on, by the first part of the address."""
    sent: list[str] = []
    officer.page.on("request", lambda r: sent.append(r.url.rsplit("/", 1)[-1]) if r.method == "POST" else None)
    return sent


def attached(officer: Visitor, name: str) -> int:
    """How often a piece of evidence stands under the actions."""
    return officer.page.locator(EVERY_ACTION).get_by_role("link", name=name, exact=True).count()


def cut_off(nth: int, at: list[int]) -> Callable[[Route], None]:
    """A line that breaks when the nth file is sent."""

    def handle(route: Route) -> None:
        at[0] += 1
        route.abort("connectionreset") if at[0] == nth else route.continue_()

    return handle


def test_the_text_goes_first_and_the_files_one_by_one(
    workplace: Workplace, officer: Visitor, three: list[Path]
) -> None:
    id = workplace.assign("Tiga foto")
    fill(officer, id, three)
    sent = posts(officer)
    save(officer, id)
    assert sent == ["tindakan", "bukti", "bukti", "bukti"]
    assert "3 dari 3 berkas terkirim." in officer.text
    assert officer.text.count("Tindakan tercatat.") == 1
    assert officer.page.locator(EVERY_ACTION).count() == 1
    assert [attached(officer, f"{name}.jpg") for name in "abc"] == [1, 1, 1]
    officer.open(f"/tindak-lanjut/{id}/tindakan")
    assert officer.page.get_by_label("Apa yang sudah dikerjakan").input_value() == "", "the draft is gone"


def test_a_line_that_breaks_between_files_says_which_are_missing_and_goes_on_there(
    workplace: Workplace, officer: Visitor, three: list[Path]
) -> None:
    id = workplace.assign("Putus di tengah")
    fill(officer, id, three)
    officer.page.route(FILES, cut_off(2, [0]))
    officer.on_page("Simpan tindakan").click()
    notice = officer.page.locator("form .told")
    expect(notice).to_contain_text("Tindakan tercatat. 1 dari 3 berkas terkirim.")
    expect(notice).to_contain_text("Belum terkirim: b.jpg, c.jpg.")
    assert officer.page.get_by_label("Apa yang sudah dikerjakan").get_attribute("readonly") is not None
    expect(officer.page.get_by_role("button", name="Coba lagi")).to_be_focused()
    sent = posts(officer)
    officer.press("Coba lagi")
    assert officer.path == f"/tindak-lanjut/{id}"
    assert sent == ["bukti", "bukti"], "neither the text nor the first file is sent again"
    assert officer.page.locator(EVERY_ACTION).count() == 1
    assert [attached(officer, f"{name}.jpg") for name in "abc"] == [1, 1, 1]


def test_an_answer_that_is_lost_doubles_nothing(workplace: Workplace, officer: Visitor, three: list[Path]) -> None:
    id = workplace.assign("Jawaban hilang")
    fill(officer, id, three[:1])
    lost: list[str] = []

    def swallow(route: Route) -> None:
        """The site hears it, the phone does not hear the answer."""
        if route.request.method != "POST" or lost.count(route.request.url):
            route.continue_()
        else:
            lost.append(route.request.url)
            route.fetch()
            route.abort("connectionreset")

    officer.page.route(f"**/tindak-lanjut/{id}/tindakan", swallow)
    officer.page.route(FILES, swallow)
    officer.on_page("Simpan tindakan").click()
    expect(officer.page.locator("form .told")).to_contain_text("Sambungan terputus.")
    assert officer.page.get_by_label("Apa yang sudah dikerjakan").input_value() == TYPED
    officer.on_page("Simpan tindakan").click()
    expect(officer.page.locator("form .told")).to_contain_text("Belum terkirim: a.jpg.")
    officer.press("Coba lagi")
    assert len(lost) == 2
    assert officer.page.locator(EVERY_ACTION).count() == 1
    assert attached(officer, "a.jpg") == 1


def test_whoever_leaves_with_files_unsent_is_told_on_the_next_page(
    workplace: Workplace, officer: Visitor, three: list[Path]
) -> None:
    id = workplace.assign("Telepon mati")
    fill(officer, id, three)
    officer.page.route(FILES, lambda route: None)  # neither answered nor refused: the line is dead
    officer.on_page("Simpan tindakan").click()
    expect(officer.page.locator("form .told")).to_contain_text("0 dari 3 berkas terkirim.")
    officer.open(f"/tindak-lanjut/{id}")  # the line stays dead: to unroute would let the file that waits through
    assert "Tindakan tercatat." in officer.text
    assert "0 dari 3 berkas terkirim." in officer.text
    assert "Belum terkirim: a.jpg, b.jpg, c.jpg." in officer.text
    officer.open(f"/tindak-lanjut/{id}")
    assert "Belum terkirim" not in officer.text, "once is enough"


@pytest.mark.parametrize(("file", "said"), [(HEIC, "HEIC"), (TOO_BIG, "10 MB")], ids=["HEIC", "11 MB"])
def test_a_file_that_is_refused_is_named_beside_the_field_and_the_rest_is_saved(
    workplace: Workplace, officer: Visitor, three: list[Path], file: FilePayload, said: str
) -> None:
    id = workplace.assign("Berkas ditolak")
    good: FilePayload = {"name": "baik.jpg", "mimeType": "image/jpeg", "buffer": three[0].read_bytes()}
    fill(officer, id, [file, good])
    officer.on_page("Simpan tindakan").click()
    error = officer.page.locator("#files-error")
    expect(error).to_contain_text(file["name"])
    expect(error).to_contain_text(said)
    expect(officer.page.locator("form .told")).to_contain_text("1 dari 2 berkas terkirim.")
    officer.page.get_by_label("Foto atau berkas bukti").set_input_files(three[1])
    save(officer, id)
    assert officer.page.locator(EVERY_ACTION).count() == 1
    assert [attached(officer, name) for name in ("baik.jpg", "b.jpg")] == [1, 1]


def test_a_text_that_is_refused_keeps_the_chosen_files(
    workplace: Workplace, officer: Visitor, three: list[Path]
) -> None:
    id = workplace.assign("Isian ditolak")
    fill(officer, id, three[:2])
    officer.page.get_by_label("Capaian menurut unit (%)").fill("101")
    officer.page.locator("form.act").evaluate("form => form.noValidate = true")
    officer.on_page("Simpan tindakan").click()
    expect(officer.page.locator(".summary")).to_be_focused()
    assert officer.page.get_by_label("Apa yang sudah dikerjakan").input_value() == TYPED
    officer.page.get_by_label("Capaian menurut unit (%)").fill("60")
    save(officer, id)
    assert [attached(officer, f"{name}.jpg") for name in "ab"] == [1, 1]


def test_more_files_for_an_action_go_one_by_one_too(workplace: Workplace, officer: Visitor, three: list[Path]) -> None:
    id = workplace.assign("Bukti tambahan")
    fill(officer, id, three[:1])
    save(officer, id)
    officer.press("Tambah bukti")
    officer.page.get_by_label("Foto atau berkas bukti").set_input_files(three[1:])
    officer.page.get_by_label("Tautan bukti").fill("bukan tautan")
    officer.on_page("Simpan bukti").click()
    expect(officer.page.locator("#links-error")).to_contain_text("https://")
    officer.page.get_by_label("Tautan bukti").fill("https://contoh.example/sk")
    sent = posts(officer)
    save(officer, id, "Simpan bukti")
    assert sent == ["bukti"], "the first file came with the refused link and is kept; the second goes now"
    assert [attached(officer, f"{name}.jpg") for name in "abc"] == [1, 1, 1]
    assert attached(officer, "https://contoh.example/sk") == 1


def test_too_many_files_are_told_before_anything_is_sent(
    workplace: Workplace, officer: Visitor, three: list[Path]
) -> None:
    id = workplace.assign("Sebelas berkas")
    photo = three[0].read_bytes()
    eleven: list[FilePayload] = [
        {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": photo} for number in range(11)
    ]
    fill(officer, id, eleven)
    sent = posts(officer)
    officer.on_page("Simpan tindakan").click()
    problem = officer.page.get_by_label("Foto atau berkas bukti").evaluate("input => input.validationMessage")
    assert problem == "Terlalu banyak berkas: paling banyak 10 sekali kirim."
    assert sent == []


def test_signed_out_between_text_and_files_leads_to_the_door(
    workplace: Workplace, officer: Visitor, three: list[Path]
) -> None:
    id = workplace.assign("Keluar di tengah")
    fill(officer, id, three[:1])
    officer.page.context.clear_cookies()
    with officer.page.expect_navigation(url="**/masuk**", wait_until="load"):
        officer.on_page("Simpan tindakan").click()
    officer.page.get_by_label("Nama pengguna").fill("petugas")
    officer.page.locator("[name=password]").fill(PASSWORD)
    officer.press("Masuk")
    assert officer.path == f"/tindak-lanjut/{id}/tindakan"
    assert officer.page.get_by_label("Apa yang sudah dikerjakan").input_value() == TYPED
