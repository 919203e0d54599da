"""A complaint from import or counter to its closing, as the complaint officer and the unit's officer go through it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor, visiting
from tests.support.make import Make
from tests.support.people import PASSWORD, person
from tests.support.served import Served
from tracker.complaints.states import ComplaintStatus
from tracker.directory.states import Role

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TITLE = "Loket tutup sebelum jam istirahat"
BODY = "Ibu Contoh di loket dua menutup loket pukul sebelas, padahal antrean masih panjang."
NAME = "Pelapor Contoh Tual"
TRACKING = "7654321"
ANSWER = "Terima kasih. Mulai Senin loket dua buka sampai pukul dua belas."
WHY = "Menelepon pelapor untuk melengkapi berkas"
SENDER = "Pelapor Ekspor Contoh"
HEADINGS = (
    "Tracking ID;Judul Laporan;Isi Laporan Awal;Klasifikasi;Kategori;Tipe;Nama Pelapor;Lokasi;Tanggal Laporan Masuk;"
    "Tanggal Disposisi;Instansi Induk;Instansi Terdisposisi;Status Laporan;Tindak Lanjut Terakhir;Tanggal TL;"
    "Sumber Laporan"
)


def rows(make: Make) -> None:
    area = make.area()
    region = make.region()
    agency = make.agency("Pemerintah Kota Tual", region_id=region.id)
    unit = make.unit("Disdukcapil Tual", area, agency=agency, region_id=region.id)
    make.complaint(unit, "Pengaduan lama", status=ComplaintStatus.CLOSED, tracking_id="1111111")
    person(make, "penghubung", Role.COMPLAINT_OFFICER, "Yusuf Tamher", agency=agency)
    person(make, "petugas", Role.UNIT_OFFICER, "Maria Renyaan", unit=unit)
    person(make, "organisasi", Role.COORDINATOR, "Hasan Renyaan", agency=agency)


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1280, True), (360, False)], ids=["360", "1280", "plain"])
def test_from_import_and_counter_to_closing(house: Served, chromium: Browser, width: int, scripts: bool) -> None:
    house.prepare(rows)

    @contextmanager
    def signed_in(name: str) -> Iterator[Visitor]:
        known_as = name if scripts else f"{name}-plain"
        with visiting(chromium, house.address, known_as, width, scripts) as visitor:
            yield visitor.sign_in(name, PASSWORD)

    with signed_in("penghubung") as liaison, signed_in("petugas") as officer, signed_in("organisasi") as coordinator:
        import_export(liaison)
        case = write_down(liaison)
        verify(liaison, case)
        assign(liaison, case)
        overseen(coordinator, case)
        handle(officer, case)
        answer(officer, case)
        look_at_who_complained(liaison, case)
        close(liaison, case)
        find_again(liaison)
        through_lapor(liaison)


def import_export(liaison: Visitor) -> None:
    """An export of SP4N-LAPOR!, looked at before anything is written; sent again it changes nothing."""
    day = datetime.now(UTC).strftime("%d/%m/%Y 00:05")
    row = (
        f"{TRACKING};Toilet pengguna layanan terkunci;Kuncinya dipegang petugas;;Sarana;;{SENDER};Tual;{day};;"
        "Pemerintah Kota Tual;Disdukcapil Tual;Belum Terverifikasi;;;Web"
    )
    file = {"name": "ekspor.csv", "mimeType": "text/csv", "buffer": f"\ufeff{HEADINGS}\r\n{row}\r\n".encode()}
    for time in ("first", "again"):
        liaison.open("/pengaduan").press("Impor dari SP4N-LAPOR!")
        liaison.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        liaison.press("Buat pratinjau")
        if "Pakai kolom ini" in liaison.text:
            liaison.press("Pakai kolom ini")
        assert SENDER not in liaison.text
        if time == "first":
            liaison.press("Konfirmasi impor")
            assert "Impor selesai" in liaison.text
            liaison.press("Buka antrean pengaduan")
            assert "Toilet pengguna layanan terkunci" in liaison.text
    assert "Tidak ada yang perlu ditulis" in liaison.text


def write_down(liaison: Visitor) -> str:
    """A confidential complaint at the counter, with who brought it; its receipt names nobody."""
    liaison.open("/").press("Catat pengaduan")
    page = liaison.page
    page.get_by_label("Unit yang diadukan").select_option(label="Disdukcapil Tual, Kota Tual")
    page.get_by_label("Judul singkat").fill(TITLE)
    page.get_by_label("Isi pengaduan").fill(BODY)
    page.get_by_label("Kategori").fill("Petugas")
    page.get_by_label("Rahasia").check()
    page.get_by_label("Nama", exact=True).fill(NAME)
    liaison.press("Simpan dan buat tanda terima")
    assert "Tanda terima TT-" in liaison.heading
    assert NAME not in liaison.text
    liaison.press("Buka pengaduan")
    found = re.fullmatch(r"/pengaduan/\d+", liaison.path)
    assert found, liaison.path
    assert BODY in liaison.text
    return found[0]


def verify(liaison: Visitor, case: str) -> None:
    liaison.open(case).press("Verifikasi")
    liaison.page.get_by_label("Pengaduan tidak berkadar pengawasan").check()
    liaison.press("Verifikasi")
    assert "Terverifikasi, belum didisposisikan" in liaison.text


def assign(liaison: Visitor, case: str) -> None:
    liaison.open(case).press("Disposisikan")
    choice = liaison.page.get_by_label("Didisposisikan kepada")
    person = choice.locator("option", has_text="Maria Renyaan").first.get_attribute("value") or ""
    choice.select_option(person)
    liaison.page.get_by_label("Catatan disposisi").fill("Mohon dijawab sebelum tenggat.")
    liaison.press("Disposisikan")
    assert "Didisposisikan, belum dikerjakan" in liaison.text


def overseen(coordinator: Visitor, case: str) -> None:
    """Who oversees the unit sees that there is a case and how late it is, and none of its words."""
    coordinator.open("/pengaduan")
    assert "Rahasia" in coordinator.text
    assert TITLE not in coordinator.text
    coordinator.open(case)
    assert coordinator.heading == "Petugas"
    assert "Isi dirahasiakan" in coordinator.text
    assert BODY not in coordinator.text
    coordinator.open(f"{case}/verifikasi", status=403)
    coordinator.open(f"{case}/identitas", status=403)


def handle(officer: Visitor, case: str) -> None:
    officer.open("/")
    officer.page.locator("main").get_by_role("link", name=TITLE).first.click()
    officer.page.wait_for_url(f"**{case}")
    officer.look().press("Mulai tangani")
    officer.press("Minta keterangan")
    officer.page.get_by_label("Pertanyaan kepada pelapor").fill("Tanggal berapa?")
    officer.press("Minta keterangan")
    assert "waktu berhenti, menunggu pelapor" in officer.text
    officer.press("Catat keterangan")
    officer.page.get_by_label("Keterangan pelapor").fill("Senin lalu.")
    officer.press("Catat keterangan")
    officer.press("Tunda")
    assert "rahasia: alasannya disimpan sebagai catatan internal" in officer.text
    officer.page.get_by_label("Alasan").fill("Menunggu jadwal baru.")
    officer.press("Tunda")
    assert "Tertunda" in officer.text
    officer.page.locator("main summary", has_text="Lanjutkan").click()
    officer.press("Ya, lanjutkan")
    officer.page.get_by_label("Tulis catatan internal").fill("Sudah dibicarakan dengan kepala seksi.")
    officer.press("Simpan catatan")
    assert "Sudah dibicarakan dengan kepala seksi." in officer.text


def answer(officer: Visitor, case: str) -> None:
    officer.open(case).press("Tanggapi")
    officer.page.get_by_label("Tanggapan").fill(ANSWER)
    officer.press("Tanggapi")
    assert "Sudah ditanggapi" in officer.text
    assert ANSWER in officer.text
    assert "ditutup otomatis setelah" in officer.text


def look_at_who_complained(liaison: Visitor, case: str) -> None:
    liaison.open(case).press("Lihat identitas")
    assert NAME not in liaison.text
    liaison.page.get_by_label("Alasan").fill(WHY)
    liaison.press("Buka identitas")
    assert NAME in liaison.text
    liaison.open(case)
    assert NAME not in liaison.page.content()
    liaison.page.locator("main summary", has_text="Riwayat").click()
    assert WHY in liaison.text


def close(liaison: Visitor, case: str) -> None:
    liaison.open(case)
    liaison.page.locator("main summary", has_text=re.compile(r"^\s*Tutup\s*$")).click()
    liaison.press("Ya, tutup")
    assert "Selesai" in liaison.text
    assert "Buka kembali" in liaison.text


def find_again(liaison: Visitor) -> None:
    """By a word in another form, among all; and by its number from LAPOR."""
    liaison.open("/pengaduan?keadaan=semua")
    liaison.page.get_by_label("Cari nomor, judul, atau isi").fill("menutup antrean")
    liaison.press("Cari")
    assert TITLE in liaison.text
    assert "Pengaduan lama" not in liaison.text
    liaison.open("/pengaduan").page.get_by_label("Cari nomor, judul, atau isi").fill(TRACKING)
    liaison.press("Cari")
    assert "Toilet pengguna layanan terkunci" in liaison.text


def through_lapor(liaison: Visitor) -> None:
    """A case of SP4N-LAPOR! is answered there: the day is asked for, and stands on its page."""
    liaison.press("Toilet pengguna layanan terkunci")
    case = liaison.path
    assert TRACKING in liaison.text
    liaison.press("Verifikasi")
    liaison.page.get_by_label("Permintaan informasi").check()
    liaison.press("Verifikasi")
    liaison.press("Disposisikan")
    liaison.page.get_by_label("Didisposisikan kepada").select_option(label="Disdukcapil Tual, tanpa nama")
    liaison.press("Disposisikan")
    liaison.press("Mulai tangani")
    liaison.press("Tanggapi")
    liaison.page.get_by_label("Tanggapan").fill("Toilet sudah dibuka.")
    liaison.press("Tanggapi", status=422)
    day = liaison.page.get_by_label("Dijawab di SP4N-LAPOR! pada")
    day.fill(datetime.now(UTC).date().isoformat())
    liaison.press("Tanggapi")
    assert "Dijawab di SP4N-LAPOR! pada" in liaison.text
    liaison.open("/pengaduan/templat").open("/pengaduan/templat/baru")
    liaison.open(f"{case}/tanda-terima")
