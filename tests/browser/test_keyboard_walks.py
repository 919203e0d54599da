"""Complaints, decisions and imports without a mouse, and one always sees where one is."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Workplace
from tests.browser.test_keyboard import Keys, signed_in
from tests.evaluations.conftest import workbook
from tests.support.make import Make
from tests.support.people import person
from tracker.complaints.states import ComplaintSource
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role

pytestmark = pytest.mark.browser

ANSWER = "Mulai Senin loket dua buka sampai pukul dua belas."


def choose_next(keys: Keys) -> None:
    keys.page.keyboard.press("ArrowDown")


def test_a_complaint_goes_from_the_queue_to_its_end_by_keyboard_alone(workplace: Workplace, chromium: Browser) -> None:
    title = "Loket tutup sebelum jam istirahat"

    def rows(make: Make, unit: ServiceUnit) -> None:
        person(make, "penghubung", Role.COMPLAINT_OFFICER, "Yusuf Tamher", agency=unit.agency)
        now = datetime.now(UTC)
        make.complaint(unit, title, source=ComplaintSource.COUNTER, tracking_id=None, received_at=now)

    workplace.write(rows)
    with signed_in(chromium, workplace, "penghubung") as (liaison, keys):
        liaison.open("/pengaduan")
        keys.to(title).enter().to("Verifikasi").enter()
        keys.to("Pengaduan berkadar pengawasan").space().to("Verifikasi").enter()
        keys.to("Disposisikan").enter().to("Didisposisikan kepada")
        choose_next(keys)
        keys.to("Catatan disposisi").type("Mohon dijawab sebelum tenggat.").to("Disposisikan").enter()
        keys.to("Mulai tangani").enter().to("Tanggapi").enter()
        keys.to("Tanggapan").type(ANSWER).to("Tanggapi").enter()
        assert ANSWER in liaison.text
        keys.to("Tutup").space().to("Ya, tutup").enter()
        assert "Selesai" in liaison.text
        assert "Buka kembali" in liaison.text


def test_a_request_for_time_is_granted_and_results_are_imported_by_keyboard_alone(
    workplace: Workplace, chromium: Browser
) -> None:
    title = "Pasang rambu antrean"
    book: list[bytes] = []

    def rows(make: Make, unit: ServiceUnit) -> None:
        person(make, "asdep", Role.ASSISTANT_DEPUTY, "Sri Rahayu", area=unit.area)
        due = datetime.now(UTC) + timedelta(days=10)
        dates = {"due_on": due.date(), "due_at": due, "original_due_on": due.date()}
        follow_up = make.follow_up(unit, title=title, **dates)
        make.extension(follow_up, proposed_on=due.date() + timedelta(days=14))
        aspects = [each.name for each in make.the_cycle().instrument.aspects]
        clinic = make.unit("Puskesmas", unit.area, agency=unit.agency)
        head = ("Instansi", "Unit Pelayanan", *aspects)
        book.append(workbook(Hasil=[head, (clinic.agency.name, clinic.name, *(1.75 for _ in aspects))]))

    workplace.write(rows)
    with signed_in(chromium, workplace, "asdep") as (deputy, keys):
        keys.to(title).enter().to("Kabulkan").enter()
        assert "Perpanjangan dikabulkan." in deputy.text

        deputy.open("/hasil-evaluasi/impor")
        keys.to("Berkas hasil evaluasi")  # what opens there is the browser's own
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        chosen = deputy.page.locator("input[type=file]:focus")
        chosen.set_input_files({"name": "hasil.xlsx", "mimeType": kind, "buffer": book[0]})
        keys.to("Buat pratinjau").enter()
        keys.to("Konfirmasi impor").enter()
        assert "Impor selesai" in deputy.text
