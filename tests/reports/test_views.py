"""Reports in the site: small ones come at once, large ones are waited for, and nobody fetches another's."""

import io

import pytest
from openpyxl import load_workbook

from tests.reports.conftest import World
from tests.support.make import Make
from tests.support.site import Site
from tracker.directory.states import Role
from tracker.reports import operations
from tracker.reports.models import ReportRun
from tracker.reports.states import RunStatus


def test_an_overseer_chooses_among_all_reports_and_an_officer_has_that_of_the_unit(site: Site, world: World) -> None:
    page = site.sign_in(world.asdep).get("/laporan")
    assert [each for each in page.links if "jenis=" in each] == [
        f"/laporan/baru?jenis={word}" for word in ("wilayah", "instansi", "unit", "kesiapan", "tindak-lanjut")
    ]
    page = site.sign_in(world.officer).get("/laporan")
    assert [each for each in page.links if "jenis=" in each] == ["/laporan/baru?jenis=unit"]
    site.get("/laporan/baru?jenis=wilayah", expect=404)


def test_a_small_report_comes_at_once(site: Site, world: World) -> None:
    site.sign_in(world.asdep).get("/laporan/baru?jenis=wilayah")
    sent = site.fetch("/laporan/baru?jenis=wilayah", method="POST", data={"pilih": "III", "bentuk": ".xlsx"})
    assert sent.status_code == 303
    answer = site.fetch(sent.location)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    assert str(rows[-1][0]).startswith("4 dari 4 baris")
    assert "/unduh" not in site.get("/laporan").html  # nothing had to wait


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("instansi", {"tentang": "Kota Antah", "bentuk": ".pdf"}, "Tidak ditemukan dalam jangkauan Anda"),
        ("instansi", {"tentang": "", "bentuk": ".pdf"}, "Wajib diisi"),
        ("instansi", {"tentang": "81.72", "bentuk": ".exe"}, "Pilihan ini tidak tersedia"),
        ("wilayah", {"pilih": "I", "bentuk": ".pdf"}, "Pilihan ini tidak tersedia"),
        ("unit", {"tentang": "satu", "bentuk": ".pdf"}, "Tidak ditemukan dalam jangkauan Anda"),
        ("wilayah", {"pilih": "III", "bentuk": ".pdf", "hari": "20 Mei"}, "Tanggal tidak dikenali"),
    ],
)
def test_what_cannot_be_made_is_said_beside_its_field(
    site: Site, world: World, kind: str, typed: dict[str, str], said: str
) -> None:
    page = site.sign_in(world.asdep).post(f"/laporan/baru?jenis={kind}", expect=422, **typed)
    assert said in page.words


@pytest.mark.parametrize(
    "address",
    [
        "/laporan/berkas?jenis=wilayah&tentang=I&bentuk=pdf",
        "/laporan/berkas?jenis=wilayah&bentuk=pdf",
        "/laporan/berkas?jenis=wilayah&tentang=III&bentuk=exe",
        "/laporan/berkas?jenis=apa",
        "/laporan/berkas",
        "/laporan/baru",
    ],
)
def test_an_address_that_makes_no_sense_or_is_out_of_reach_is_not_there(site: Site, world: World, address: str) -> None:
    site.sign_in(world.asdep).get(address, expect=404)


def test_an_administrator_sees_no_reports(site: Site, world: World, make: Make) -> None:
    site.sign_in(make.user(Role.ADMINISTRATOR)).get("/laporan", expect=403)


def test_a_large_report_waits_and_is_fetched_by_its_asker_only(
    site: Site, world: World, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "ROWS_AT_ONCE", 2)
    page = site.sign_in(world.asdep).post("/laporan/baru?jenis=wilayah", pilih="III", bentuk=".xlsx")
    assert "dibuat di latar belakang" in page.words
    assert "Menunggu giliran" in page.words
    assert "0 dari 4" in page.words
    run = make.only(ReportRun)
    assert run is not None
    assert run.status is RunStatus.REQUESTED
    site.get(f"/laporan/{run.id}/unduh", expect=404)
    site.sign_in(world.other).get(f"/laporan/{run.id}/unduh", expect=404)


def test_a_list_of_the_site_that_is_long_is_asked_for_under_its_filter(
    site: Site, world: World, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "ROWS_AT_ONCE", 1)
    page = site.sign_in(world.asdep).get("/laporan/berkas?jenis=tindak-lanjut&bentuk=xlsx&keadaan=semua")
    assert "Daftar ini 4 baris" in page.words
    site.post("/laporan/antrean?jenis=tindak-lanjut&bentuk=xlsx&keadaan=semua")
    run = make.only(ReportRun)
    assert run is not None
    assert (run.filter, run.total) == ({"keadaan": "semua"}, 4)


def test_the_list_of_follow_ups_counts_as_its_page_does(site: Site, world: World) -> None:
    site.sign_in(world.asdep)
    for filter in ("", "lewat=1", "pemegang=verifier", "keadaan=semua", "keadaan=accepted"):
        page = site.get(f"/tindak-lanjut?{filter}")
        answer = site.fetch(f"/laporan/berkas?jenis=tindak-lanjut&bentuk=xlsx&{filter}")
        rows = list(load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
        count = len(rows) - 2
        assert str(rows[-1][0]).startswith(f"{count} dari {count} baris")
        assert f"dari {count} baris" in page.words or count == 0


def test_one_person_cannot_fill_the_queue(
    site: Site, world: World, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(operations, "MOST_WAITING", 1)
    site.sign_in(world.asdep).post("/laporan/baru?jenis=wilayah", pilih="III", bentuk=".xlsx")
    page = site.post("/laporan/baru?jenis=wilayah", expect=422, pilih="III", bentuk=".csv")
    assert "Masih ada 1 laporan" in page.words
