"""Refused rows go back to whoever sent them, with the reasons beside them, and come in again corrected."""

import io
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.complaints.conftest import Office
from tests.complaints.test_intake_file import HEAD, as_csv, line
from tests.complaints.test_intake_views import IMPORTS, latest, send
from tests.support.site import Site
from tracker.complaints import intake_reasons
from tracker.directory.states import Role


@pytest.fixture
def page(site: Site, office: Office) -> Site:
    office.make.session.commit()
    return site.sign_in(office.people["liaison"])


def row(office: Office, **values: str) -> list[str]:
    return line(**{"Instansi_Induk": office.root.name, "Instansi_Terdisposisi": office.unit.name} | values)


def sheet(data: bytes) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.worksheets) == 1
    return [[cell.value for cell in each] for each in book.worksheets[0].iter_rows()]


def test_the_refused_rows_come_as_a_workbook_with_their_reasons_and_in_again(page: Site, office: Office) -> None:
    rows = [row(office, Tracking_ID="1"), row(office, Tracking_ID="2", Status_Laporan="Entah", Judul_Laporan="=1+1"),
            row(office, Tracking_ID="3", Instansi_Terdisposisi="Dinas Entah")]  # fmt: skip
    shown = send(page, as_csv(*rows))
    address = f"{IMPORTS}/{latest().id}/ditolak.xlsx"
    assert address in shown.links
    answer = page.fetch(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"impor-{latest().id}-ditolak.xlsx" in answer.headers["Content-Disposition"]
    heading, second, third = sheet(answer.data)
    assert heading == [*HEAD, "Alasan penolakan"]
    assert second[:2] == ["2", "=1+1"]  # as it came, and no formula
    assert second[-1].startswith("Baris 3 di berkas asal.\nStatus Laporan: ")
    assert "Instansi Terdisposisi: " in third[-1]

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    at = HEAD.index("Status Laporan") + 1, HEAD.index("Instansi Terdisposisi") + 1
    book.worksheets[0].cell(2, at[0]).value = "Selesai"
    book.worksheets[0].cell(3, at[1]).value = office.unit.name
    corrected = io.BytesIO()
    book.save(corrected)
    assert "2 pengaduan baru" in send(page, corrected.getvalue(), name="lagi.xlsx").words


def test_columns_chosen_for_a_file_are_those_of_its_refused_rows(page: Site, office: Office) -> None:
    unusual = as_csv(row(office, Status_Laporan="Entah")).replace(b"Status Laporan", b"Tahap")
    assert "Status laporan" in send(page, unusual).words
    chosen: dict[str, Any] = {f"kolom_{field}": str(HEAD.index(name)) for field, name in {
        "tracking_id": "Tracking ID", "received_at": "Tanggal Laporan Masuk", "status": "Status Laporan",
        "title": "Judul Laporan", "agency": "Instansi Induk", "unit": "Instansi Terdisposisi"}.items()}  # fmt: skip
    page.post(f"{IMPORTS}/{latest().id}/kolom", **chosen)
    data = page.fetch(f"{IMPORTS}/{latest().id}/ditolak.xlsx").data
    assert "Tahap: " in sheet(data)[1][-1]
    assert "1 baris bermasalah" in send(page, data, name="lagi.xlsx").words  # and no question about columns


def test_nobody_else_gets_them_and_there_are_none_once_nothing_is_refused(page: Site, office: Office) -> None:
    send(page, as_csv(row(office, Status_Laporan="Entah")))
    address = f"{IMPORTS}/{latest().id}/ditolak.xlsx"
    colleague = office.make.user(Role.COMPLAINT_OFFICER, agency=office.root.agency)
    assert Site(page.app).sign_in(colleague).fetch(address).status_code == 404
    assert Site(page.app).sign_in(office.people["coordinator"]).fetch(address).status_code == 403
    page.post(f"{IMPORTS}/{latest().id}/buang")
    assert page.fetch(address).status_code == 404
    send(page, as_csv(row(office)))
    assert page.fetch(f"{IMPORTS}/{latest().id}/ditolak.xlsx").status_code == 404


def test_what_no_workbook_holds_is_not_cut_off(page: Site, office: Office) -> None:
    send(page, as_csv(row(office, Isi_Laporan_Awal="panjang " * 4200, Status_Laporan="Entah")))
    refused = page.get(f"{IMPORTS}/{latest().id}/ditolak.xlsx", expect=422)
    assert "Baris 2 memuat isian yang lebih panjang" in refused.words


def test_no_more_rows_than_anybody_corrects_by_hand(
    page: Site, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_reasons, "MOST", 2)
    send(page, as_csv(*(row(office, Tracking_ID=str(at), Status_Laporan="Entah") for at in range(4))))
    assert len(sheet(page.fetch(f"{IMPORTS}/{latest().id}/ditolak.xlsx").data)) == 3


def test_nothing_of_it_is_put_on_a_disk(
    page: Site, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    send(page, as_csv(*(row(office, Tracking_ID=str(at), Status_Laporan="Entah") for at in range(50))))
    below = page.app.config["TUNTAS"].data
    before = {path: path.stat().st_mtime_ns for path in below.rglob("*") if path.is_file()}
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))  # whoever wants a temporary file fails
    assert page.fetch(f"{IMPORTS}/{latest().id}/ditolak.xlsx").status_code == 200
    assert {path: path.stat().st_mtime_ns for path in below.rglob("*") if path.is_file()} == before
