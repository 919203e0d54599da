"""An export with faults is mended; a pattern becomes a recommendation, and a citizen gets a copy of their own data."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.test_complaints import HEADINGS
from tests.browser.visitor import Visitor, visiting
from tests.support.make import Make
from tests.support.people import PASSWORD, person
from tests.support.served import Served
from tracker.complaints.states import ComplaintStatus
from tracker.directory.states import Role

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

UNIT = "Disdukcapil Tual"
SENDER = "Pelapor Ekspor Contoh"
ADVICE = "Menambah kursi dan membuka toilet bagi pengguna layanan."
A4 = 688
"""Pixels between the margins of a sheet."""
COPY, REMOVAL = "Salinan data", "Penghapusan identitas"


def rows(make: Make) -> None:
    area, region = make.area(), make.region()
    agency = make.agency("Pemerintah Kota Tual", region_id=region.id)
    unit = make.unit(UNIT, area, agency=agency, region_id=region.id)
    make.evaluation(unit)
    about: dict[str, Any] = {
        "aspect_code": make.the_cycle().instrument.aspects[1].code,
        "received_at": datetime.now(UTC),
    }
    make.complaint(unit, "Kursi tunggu kurang", **about)
    make.complaint(unit, "Toilet terkunci", status=ComplaintStatus.CLOSED, closed_at=datetime.now(UTC), **about)
    person(make, "penghubung", Role.COMPLAINT_OFFICER, "Yusuf Tamher", agency=agency)
    person(make, "asdep", Role.ASSISTANT_DEPUTY, "Sri Rahayu", area=area)


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, False)], ids=["360", "plain"])
def test_from_an_export_with_faults_to_a_recommendation_and_a_citizens_own_copy(
    house: Served, chromium: Browser, width: int, scripts: bool
) -> None:
    house.prepare(rows)

    @contextmanager
    def signed_in(name: str) -> Iterator[Visitor]:
        known_as = name if scripts else f"{name}-plain"
        with visiting(chromium, house.address, known_as, width, scripts) as visitor:
            yield visitor.sign_in(name, PASSWORD)

    with signed_in("penghubung") as liaison:
        faults_are_told(liaison)
        mended_it_is_imported(liaison)
        data_request(liaison, COPY)
        own_copy(liaison)
        data_request(liaison, REMOVAL)
        identity_removed(liaison)
    with signed_in("asdep") as deputy:
        pattern(deputy)
        recommended(deputy)
        recap(deputy)


def on_a_desk(visitor: Visitor) -> None:
    """The same page on a wide screen too."""
    if visitor.width == 360:
        visitor.at(1280).look()
        visitor.at(360)


def send(liaison: Visitor, *lines: tuple[str, str, str]) -> None:
    """An export of (Tracking ID, day, unit)."""
    told = [
        f"{tracking};Lampu mati; Gelap sekali.;;Sarana;;{SENDER};Tual;{day};;Pemerintah Kota Tual;{unit};"
        "Belum Terverifikasi;;;Web"
        for tracking, day, unit in lines
    ]
    file = {"name": "ekspor.csv", "mimeType": "text/csv", "buffer": "\r\n".join([HEADINGS, *told]).encode("utf-8-sig")}
    liaison.open("/pengaduan/impor").page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    liaison.press("Buat pratinjau")
    if "Pakai kolom ini" in liaison.text:
        liaison.press("Pakai kolom ini")


def today() -> str:
    return datetime.now(UTC).strftime("%d/%m/%Y 00:05")


def faults_are_told(liaison: Visitor) -> None:
    """Each beside its column; an unknown unit is asked about, never guessed, and nothing can be confirmed."""
    send(liaison, ("7700001", today(), UNIT), ("7700002", "31/02/2026", UNIT), ("7700003", today(), "Disdukcapil Taul"))
    on_a_desk(liaison)
    assert "2 baris bermasalah; berkas ini belum dapat diimpor" in liaison.text
    assert "Tanggal laporan masuk “31/02/2026”: Tanggal ini tidak dapat dibaca." in liaison.text
    assert "Unit yang belum dikenali" in liaison.text
    assert SENDER not in liaison.text
    assert liaison.on_page("Konfirmasi impor").count() == 0
    liaison.page.get_by_label("Disdukcapil Taul, Pemerintah Kota Tual").select_option(
        label=f"{UNIT}, Pemerintah Kota Tual"
    )
    liaison.press("Pakai pilihan ini")
    assert "1 baris bermasalah; berkas ini belum dapat diimpor" in liaison.text


def mended_it_is_imported(liaison: Visitor) -> None:
    send(liaison, ("7700001", today(), UNIT), ("7700002", today(), UNIT))
    assert "2 pengaduan baru" in liaison.text
    liaison.press("Konfirmasi impor")
    assert "2 pengaduan baru, 0 berubah, 0 tetap" in liaison.text


def data_request(liaison: Visitor, what: str) -> None:
    """Found by a name that is kept nowhere in the clear."""
    liaison.open("/pengaduan").press("Permintaan data")
    liaison.press("Catat permintaan")
    page = liaison.page
    page.get_by_label(what).check()
    page.get_by_label("Kepada").select_option(label="Pemerintah Kota Tual")
    page.get_by_label("Pemohon dan buktinya").fill("Datang ke loket, menunjukkan KTP.")
    page.get_by_label("Nama", exact=True).fill(SENDER)
    liaison.press("Catat dan cari pengaduannya")
    assert liaison.page.locator("input[name=pilih]:checked").count() == 2
    assert SENDER not in liaison.text


def own_copy(liaison: Visitor) -> None:
    liaison.press("Buka salinan untuk dicetak")
    assert liaison.text.count(SENDER) == 2
    assert liaison.text.count("Gelap sekali.") == 2
    on_a_desk(liaison)
    on_paper(liaison, "Salinan data pribadi", SENDER)
    liaison.press("Kembali ke permintaan")
    assert SENDER not in liaison.page.content()


def identity_removed(liaison: Visitor) -> None:
    assert "Penghapusan tidak dapat dibatalkan." in liaison.text
    liaison.press("Hapus identitas")
    assert "Identitas pada pengaduan berikut sudah dihapus" in liaison.text
    with liaison.page.expect_navigation(url="**/pengaduan/*", wait_until="load"):
        liaison.page.locator("main table a").first.click()
    assert "Identitas dihapus" in liaison.look().text


def pattern(deputy: Visitor) -> None:
    deputy.open("/pengaduan").press("Pola pengaduan")
    on_a_desk(deputy)
    deputy.press("2 dari 4")
    assert "Toilet terkunci" in deputy.text
    assert "Lampu mati" not in deputy.text
    deputy.press("Jadikan atau kaitkan rekomendasi")
    assert "2 pengaduan dipilih" in deputy.text


def recommended(deputy: Visitor) -> None:
    on_a_desk(deputy)
    deputy.page.get_by_label("Isi rekomendasi").fill(ADVICE)
    deputy.press("Simpan rekomendasi")
    assert ADVICE in deputy.text
    assert "2 pengaduan tentang ini" in deputy.text
    deputy.press("Toilet terkunci")
    assert ADVICE in deputy.text


def recap(deputy: Visitor) -> None:
    deputy.open("/pengaduan/pola").press("Rekapitulasi tahunan")
    assert "25,0 %" in deputy.text
    assert "dari 4 yang dihitung" in deputy.text
    on_a_desk(deputy)
    on_paper(deputy, "Rekapitulasi pengaduan tahun", "25,0 %")
    address = deputy.on_page("Unduh PDF").get_attribute("href") or ""
    assert deputy.page.request.get(address).body().startswith(b"%PDF")
    deputy.press("1 selesai")
    assert "Toilet terkunci" in deputy.text


def on_paper(visitor: Visitor, *said: str) -> None:
    """On a sheet of A4: what is for the screen only does not print, and what was to be printed does."""
    width = visitor.width
    visitor.at(A4).page.emulate_media(media="print")
    for words in said:
        assert words in visitor.text
    assert not visitor.page.get_by_role("button").or_(visitor.page.get_by_role("navigation")).first.is_visible()
    assert not visitor.scrolls_sideways()
    visitor.page.emulate_media(media="screen")
    visitor.at(width)
