"""Tables of pages that are too long to be waited for: asked for on the page, made in the background, the same rows."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook

from tests.reports.conftest import World
from tests.support.clock import StoppedClock
from tests.support.make import NOON, Make
from tests.support.site import Site
from tracker.access.actor import SYSTEM, Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.dashboards import figure_lists, portfolio_export
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.kit.files import FileStore
from tracker.progress import comparing_export
from tracker.progress.nightly import recalculate
from tracker.progress.sealing import seal_cycle
from tracker.progress.states import SealStep
from tracker.reports.models import ReportRun
from tracker.reports.operations import make_waiting
from tracker.reports.states import Kind, RunStatus

DeskOf = Callable[[User | Actor], Desk]
FILTER = "keadaan=tertinggal&urut=nama&lewat=1"


def cells(file: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(file)).worksheets[0].iter_rows(values_only=True))


def made(desk_of: DeskOf, tmp_path: Path, clock: StoppedClock, make: Make) -> tuple[ReportRun, list[tuple[Any, ...]]]:
    store = FileStore(tmp_path / "files")
    assert make_waiting(desk_of(SYSTEM), store, clock)["made"] == 1
    make.session.expire_all()
    run = make.only(ReportRun)
    assert run is not None
    assert run.status is RunStatus.DONE
    assert run.digest is not None
    with store.open(run.digest) as file:
        return run, cells(file.read())


def test_a_small_portfolio_comes_at_once_and_a_large_one_leads_to_the_reports(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.sign_in(world.asdep)
    assert site.fetch("/portofolio/unduh.xlsx").status_code == 200
    assert "/portofolio/unduh.xlsx" in site.get("/portofolio").html
    monkeypatch.setattr("tracker.dashboards.portfolio.AT_ONCE", 2)
    monkeypatch.setattr(portfolio_export, "AT_ONCE", 2)
    page = site.get("/portofolio?urut=nama&jenis=city")
    assert "dibuat di latar belakang; berkasnya muncul di halaman Laporan" in page.words
    there = "/laporan/berkas?jenis=portofolio&urut=nama&jenis_instansi=city&bentuk=xlsx"
    assert there in page.links
    answer = site.fetch("/portofolio/unduh.xlsx?urut=nama&jenis=city")
    assert answer.location == there
    assert "Daftar ini 4 baris" in site.get(answer.location).words


def test_a_large_portfolio_is_made_later_with_the_very_rows_of_its_filter(
    app: Flask,
    site: Site,
    world: World,
    make: Make,
    desk_of: DeskOf,
    clock: StoppedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site.sign_in(world.asdep)
    at_once = cells(site.fetch(f"/portofolio/unduh.xlsx?{FILTER}&jenis=city").data)
    monkeypatch.setattr(portfolio_export, "AT_ONCE", 0)
    page = site.post(f"/laporan/antrean?jenis=portofolio&bentuk=xlsx&{FILTER}&jenis_instansi=city&dari=50&asing=1")
    assert "Portofolio" in page.words
    run, later = made(desk_of, tmp_path, clock, make)
    wanted = {"keadaan": "tertinggal", "urut": "nama", "lewat": "1", "jenis": "city"}
    assert (run.kind, run.filter) == (Kind.PORTFOLIO, wanted)
    assert len(at_once) > 2
    assert later[:-1] == at_once[:-1]
    count = len(at_once) - 2
    assert later[-1][0].startswith(f"{count} dari {count} baris")
    assert later[-1][0].rpartition("sha256:")[2] == at_once[-1][0].rpartition("sha256:")[2]


LISTS = {
    "overview": ("/ikhtisar/unduh.xlsx?apa=unit&unit=semua", "ikhtisar/unit"),
    "portfolio": ("/portofolio/daftar/unduh.xlsx?apa=belum-ditugaskan&unit=semua", "portofolio/belum-ditugaskan"),
}


@pytest.mark.parametrize(("address", "about"), LISTS.values(), ids=LISTS)
def test_a_long_list_behind_a_number_is_made_later_with_the_very_rows_of_its_page(
    site: Site,
    world: World,
    make: Make,
    desk_of: DeskOf,
    clock: StoppedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    about: str,
) -> None:
    make.recommendation(world.units["Sunyi"])
    site.sign_in(world.asdep)
    at_once = cells(site.fetch(address).data)
    monkeypatch.setattr(figure_lists, "AT_ONCE", 0)
    answer = site.fetch(address)
    assert answer.location == f"/laporan/berkas?unit=semua&jenis=portofolio&tentang={about}&bentuk=xlsx"
    assert "di latar belakang" in site.get(answer.location).words
    site.post(answer.location.replace("/berkas?", "/antrean?"))
    run, later = made(desk_of, tmp_path, clock, make)
    assert run.about == about
    assert len(at_once) > 2
    assert later[:-1] == at_once[:-1]
    assert later[-1][0].rpartition("sha256:")[2] == at_once[-1][0].rpartition("sha256:")[2]


@pytest.mark.parametrize("about", ["ikhtisar/tidak-ada", "portofolio/tidak-ada", "lain/unit", "unit"])
def test_a_list_behind_a_number_that_is_not_there_is_not_found(site: Site, world: World, about: str) -> None:
    site.sign_in(world.asdep)
    site.get(f"/laporan/berkas?jenis=portofolio&bentuk=xlsx&tentang={about}", expect=404)


def test_an_officer_has_no_list_behind_the_portfolio(site: Site, world: World) -> None:
    site.sign_in(world.officer)
    site.get("/laporan/berkas?jenis=portofolio&bentuk=xlsx&tentang=portofolio/lewat-tenggat", expect=403)


def test_a_large_comparison_is_made_later_with_the_very_rows_of_its_page(
    machine: Desk,
    site: Site,
    world: World,
    make: Make,
    desk_of: DeskOf,
    clock: StoppedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    days = points(make, machine)
    site.sign_in(world.asdep)
    address = f"/siklus/{world.cycle.id}/banding"
    at_once = cells(site.fetch(f"{address}/unduh.xlsx?{days}").data)
    monkeypatch.setattr(comparing_export, "AT_ONCE", 0)
    assert "dibuat di latar belakang; berkasnya muncul" in site.get(f"{address}?{days}").words
    answer = site.fetch(f"{address}/unduh.xlsx?{days}")
    assert answer.location.startswith(f"/laporan/berkas?jenis=perbandingan&tentang={world.cycle.code}&bentuk=xlsx")
    assert "di latar belakang" in site.get(answer.location).words
    site.post(answer.location.replace("/berkas?", "/antrean?"))
    run, later = made(desk_of, tmp_path, clock, make)
    assert run.kind is Kind.COMPARISON
    assert len(at_once) > 2
    assert later[:-1] == at_once[:-1]


def points(make: Make, machine: Desk) -> str:
    """A copy of the day before yesterday, then an act that moves figures, then a seal."""
    recalculate(machine, machine.now - timedelta(days=1))
    with as_machine(make.session):
        work = make.session.scalars(sa.select(FollowUp).where(FollowUp.status == FollowUpStatus.SUBMITTED)).one()
        work.status, work.accepted_at, work.holder, work.is_open = FollowUpStatus.ACCEPTED, NOON, None, False
        machine.record(Act.ACCEPT_FOLLOW_UP, work)
    make.session.commit()
    seal = seal_cycle(machine, make.the_cycle(), SealStep.T30, machine.today, "")
    make.session.commit()
    assert seal is not None
    return f"dari=2026-02-28&ke=segel-{seal.id}"


@pytest.mark.parametrize("kind", ["portofolio", "perbandingan&tentang=tidak-ada", "perbandingan"])
def test_who_does_not_read_the_page_has_no_table_of_it(site: Site, world: World, make: Make, kind: str) -> None:
    for user, status in ((make.user(Role.ADMINISTRATOR), 403), (world.officer, 403 if kind == "portofolio" else 404)):
        site.sign_in(user).get(f"/laporan/berkas?jenis={kind}&bentuk=xlsx", expect=status)


def test_tables_of_pages_are_not_asked_for_on_the_page_of_reports(site: Site, world: World) -> None:
    site.sign_in(world.asdep)
    assert "jenis=portofolio" not in site.get("/laporan").html
    site.get("/laporan/baru?jenis=portofolio", expect=404)
    site.get("/laporan/berkas?jenis=portofolio&bentuk=pdf", expect=404)
