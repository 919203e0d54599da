"""A cycle of Ombudsman RI is worked on like any other, and keeps apart from the ministry's of the same unit."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from tests.evaluations.test_ombudsman import DIMENSIONS, cycle_of
from tests.evaluations.test_views import IMPORTS, latest, send
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit, SupervisionArea, User
from tracker.directory.states import Role
from tracker.followups.assigning import Assignment, assign_follow_up
from tracker.followups.evidence import Link
from tracker.followups.operations import Entry, log_action, submit_follow_up
from tracker.followups.verifying import Judgement, accept, open_submission, return_follow_up
from tracker.instruments.models import Cycle
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Origin

D = Decimal


@pytest.fixture
def asdep(make: Make, ground: Desk, area_iii: SupervisionArea) -> User:
    return make.user(Role.ASSISTANT_DEPUTY, area=area_iii)


@pytest.fixture
def imported(site: Site, ground: Desk, make: Make, asdep: User) -> Cycle:
    """The workbook of 2023, through the site."""
    cycle = cycle_of(ground, make, "ombudsman-2022", "ombudsman-2023")
    ground.session.commit()
    send(site.sign_in(asdep), cycle, DIMENSIONS.read_bytes(), create_units="y")
    site.post(f"{IMPORTS}/{latest(ground).id}")
    ground.session.expire_all()
    return cycle


@pytest.fixture
def tual(ground: Desk, imported: Cycle) -> ServiceUnit:
    return ground.session.scalars(
        sa.select(ServiceUnit).where(ServiceUnit.id == first(ground).unit_id)
    ).one()  # fmt: skip


def first(ground: Desk) -> Recommendation:
    """The corrective action on complaints, of Disdukcapil Kota Tual."""
    return ground.session.scalars(sa.select(Recommendation).order_by(Recommendation.id).limit(1)).one()


def figures(ground: Desk, unit: ServiceUnit, cycle: Cycle) -> UnitProgress:
    ground.session.expire_all()
    query = sa.select(UnitProgress).filter_by(unit_id=unit.id, cycle_id=cycle.id)
    return ground.session.scalars(query).one()


def seat(desk_of: Any, user: User) -> Desk:
    """Somebody's desk; what roles they hold is looked up at the machine's, as a sign-in does."""
    desk_of(SYSTEM)
    desk: Desk = desk_of(user)
    return desk


def worked(make: Make, desk_of: Any, asdep: User, unit: ServiceUnit, recommendation: Recommendation) -> Any:
    """Assigned by the assistant deputy, logged with evidence and submitted by the unit's officer."""
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    desk = seat(desk_of, asdep)
    follow_up = assign_follow_up(desk, recommendation, Assignment("Selesaikan akta", date(2026, 6, 30), officer.id))
    desk.session.commit()
    links = (Link("https://contoh.example/akta"),)
    at_unit = seat(desk_of, officer)
    log_action(at_unit, follow_up, Entry(at_unit.today, "Akta terbit dan diserahkan.", 100, "", (), links))
    submit_follow_up(at_unit, follow_up)
    desk.session.commit()
    return follow_up


def test_a_finding_goes_through_the_same_chain_and_moves_the_same_figures_on_the_scale_of_100(
    make: Make, desk_of: Any, ground: Desk, asdep: User, imported: Cycle, tual: ServiceUnit
) -> None:
    follow_up = worked(make, desk_of, asdep, tual, first(ground))
    assert figures(ground, tual, imported).verified == 0
    desk = seat(desk_of, asdep)
    open_submission(desk, follow_up)
    return_follow_up(desk, follow_up, "Bukti penyerahan belum ada", 50)
    desk.session.commit()
    stored = figures(ground, tual, imported)
    # complaints weigh 21.54, process 32.37 and input 21.85; half of one of the three is verified
    assert stored.verified == D("14.22")
    # 49.12 + 21.54 % of half of the usual ten points
    assert stored.projected == D("50.20")

    officer = seat(desk_of, make.user(Role.UNIT_OFFICER, unit=tual))
    entry = Entry(officer.today, "Bukti penyerahan dilampirkan.", 99, "", (), (Link("https://contoh.example/b"),))
    log_action(officer, follow_up, entry)
    submit_follow_up(officer, follow_up)
    officer.session.commit()
    desk = seat(desk_of, asdep)
    open_submission(desk, follow_up)
    accept(desk, follow_up, "Selesai.", Judgement(True))
    desk.session.commit()
    stored = figures(ground, tual, imported)
    assert (stored.verified, stored.projected, stored.adequate) == (D("28.43"), D("51.27"), 1)
    by_aspect = dict(
        ground.session.execute(
            sa.select(AspectProgress.aspect_id, AspectProgress.verified).filter_by(unit_id=tual.id)
        ).all()
    )
    assert by_aspect[first(ground).aspect_id] == 100


def test_the_portfolio_of_an_ombudsman_cycle_has_its_dimensions_and_its_units(
    site: Site, ground: Desk, asdep: User, imported: Cycle
) -> None:
    page = site.sign_in(asdep).get(f"/portofolio?siklus={imported.code}&s=1")
    for words in ("Dimensi Input", "Dimensi Proses", "Dimensi Output", "Dimensi Pengaduan", "Pencatatan Sipil"):
        assert words in page.words
    assert "Kebijakan Pelayanan" not in page.words
    file = site.fetch(f"/portofolio/unduh.csv?siklus={imported.code}&s=1").get_data(as_text=True)
    assert "Dimensi Pengaduan: terverifikasi (%)" in file


def test_pages_say_what_a_finding_is_and_lists_and_files_narrow_to_it(
    site: Site, ground: Desk, asdep: User, imported: Cycle
) -> None:
    finding = first(ground)
    page = site.sign_in(asdep).get(f"/rekomendasi/{finding.id}")
    for words in ("Tindakan korektif", "Kepala Dinas Kependudukan", "30 hari kerja dari tanggal surat", "0031/LM"):
        assert words in page.words
    page = site.get(f"/rekomendasi?s=1&siklus={imported.code}&jenis=remedy")
    assert "akta kelahiran" in page.words
    assert "Melatih petugas loket" not in page.words
    page = site.get(f"/rekomendasi?s=1&siklus={imported.code}&jenis=improvement_advice")
    assert "Melatih petugas loket" in page.words
    assert "akta kelahiran" not in page.words
    page = site.get(f"/hasil-evaluasi?siklus={imported.code}")
    assert "Merah, Kualitas Terendah" in page.words


def test_a_unit_told_of_a_total_only_has_no_projection_and_says_why(
    site: Site, make: Make, desk_of: Any, ground: Desk, asdep: User, imported: Cycle
) -> None:
    konawe = ground.session.scalars(
        sa.select(Recommendation).where(Recommendation.text.icontains("Menetapkan pejabat pengaduan"))
    ).one()
    unit = ground.session.get_one(ServiceUnit, konawe.unit_id)
    worked(make, desk_of, asdep, unit, konawe)
    stored = figures(ground, unit, imported)
    assert (stored.claimed, stored.projected, stored.projected_claimed) == (D(100), None, None)
    page = site.sign_in(asdep).get(f"/unit/{unit.id}")
    assert "belum dapat dihitung: hasilnya tidak merinci skor aspek" in page.words
    assert "58,99" in page.words
    assert "Kuning, Kualitas Sedang" in page.words


def test_one_unit_in_two_schemes_switches_and_mixes_nothing(
    site: Site, make: Make, desk_of: Any, ground: Desk, asdep: User, imported: Cycle, tual: ServiceUnit, cycle: Cycle
) -> None:
    own = make.recommendation(tual, cycle=cycle, text="Tetapkan standar")
    make.evaluation(tual, cycle=cycle, official_index=D("1.70"))
    worked(make, desk_of, asdep, tual, own)
    ground.session.commit()
    assert (figures(ground, tual, cycle).claimed, figures(ground, tual, imported).claimed) == (D(100), D(0))

    page = site.sign_in(asdep).get(f"/unit/{tual.id}")
    assert "Tetapkan standar" in page.words  # the ministry's own evaluation, though the other is of a later year
    assert "akta kelahiran" not in page.words
    assert f"/unit/{tual.id}?siklus={imported.code}" in page.links
    page = site.get(f"/unit/{tual.id}?siklus={imported.code}")
    assert "akta kelahiran" in page.words
    assert "Tetapkan standar" not in page.words
    assert "Masih terbuka dari siklus sebelumnya" not in page.words
    assert "Dimensi" not in site.get("/portofolio").words


def test_the_form_for_an_ombudsman_cycle_asks_for_its_kind_and_the_ministrys_does_not(
    site: Site, ground: Desk, asdep: User, imported: Cycle, tual: ServiceUnit, cycle: Cycle
) -> None:
    address = f"/unit/{tual.id}/rekomendasi/tambah"
    assert "Ditujukan kepada" not in site.sign_in(asdep).get(f"{address}?siklus={cycle.code}").words
    page = site.get(f"{address}?siklus={imported.code}")
    assert "Saran perbaikan" in page.words
    aspect = imported.instrument.aspects[1].id
    site.post(
        address, siklus=imported.code, aspect_id=str(aspect), text="Umumkan biaya", priority="high",
        origin="improvement_advice", addressee="Sekretaris Daerah",
    )  # fmt: skip
    ground.session.expire_all()
    said = ground.session.scalars(sa.select(Recommendation).filter_by(text="Umumkan biaya")).one()
    assert (said.origin, said.addressee) == (Origin.ADVICE, "Sekretaris Daerah")
