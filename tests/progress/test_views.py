"""The pages of readiness, seals and comparison, as people of each role see them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.support.make import NOON, Make
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.progress.kept_models import Seal
from tracker.progress.nightly import recalculate
from tracker.progress.operations import keep_current
from tracker.progress.sealing import seal_cycle
from tracker.progress.states import SealStep

S = FollowUpStatus


@pytest.fixture
def unit(make: Make) -> ServiceUnit:
    unit = make.unit("Disdukcapil", make.area())
    make.evaluation(unit)
    return unit


@pytest.fixture
def moved(make: Make, machine: Desk, unit: ServiceUnit) -> FollowUp:
    """A copy of a day, then a verifier accepts; then a seal."""
    work = make.follow_up(unit, status=S.SUBMITTED)
    keep_current(machine.session, [unit.id])
    recalculate(machine, machine.now - timedelta(days=1))
    verifier = make.user(Role.MENTOR, area=unit.area)
    with as_machine(machine.session):
        work.status, work.accepted_at, work.holder, work.is_open = S.ACCEPTED, NOON, sa.null(), False
        machine.record(Act.ACCEPT_FOLLOW_UP, work).actor_name = verifier.name
    machine.session.commit()
    seal_cycle(machine, make.the_cycle(), SealStep.T30, machine.today, "")
    machine.session.commit()
    return work


def test_an_officer_reads_how_ready_the_own_unit_is(make: Make, site: Site, moved: FollowUp) -> None:
    make.follow_up(make.unit("Unit jauh"))
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=moved.unit))
    page = site.get(f"/siklus/{make.the_cycle().id}/kesiapan")
    assert page.status == 200
    assert "Disdukcapil" in page.words
    assert "Unit jauh" not in page.words
    assert "100 %" in page.words
    assert "Diperiksa" in page.words


def test_a_cycle_without_figures_says_what_to_do(make: Make, site: Site) -> None:
    site.sign_in(make.user(Role.LEADERSHIP))
    page = site.get(f"/siklus/{make.cycle(opening_on=None).id}/kesiapan")
    assert "Belum ada angka dalam siklus ini" in page.words


def test_a_seal_shows_whether_it_is_whole(make: Make, machine: Desk, site: Site, moved: FollowUp) -> None:
    seal = make.only(Seal)
    assert seal is not None
    site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=moved.unit.area))
    assert "Utuh" in site.get(f"/segel/{seal.id}").words
    with as_machine(machine.session):
        for verb in ("update", "delete"):
            if machine.session.get_bind().dialect.name == "sqlite":
                machine.session.execute(sa.text(f"DROP TRIGGER IF EXISTS seal_line_no_{verb}"))
        if machine.session.get_bind().dialect.name != "sqlite":
            machine.session.execute(sa.text("DROP FUNCTION IF EXISTS seal_line_refuse() CASCADE"))
        machine.session.execute(sa.text("UPDATE seal_line SET verified = 12"))
    page = site.get(f"/segel/{seal.id}")
    assert "Berubah: segel ini tidak sama lagi" in page.words
    assert "1 baris unit berubah" in page.words


def test_a_cycle_is_sealed_by_hand_with_a_reason(make: Make, site: Site, moved: FollowUp) -> None:
    cycle = make.the_cycle()
    site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=moved.unit.area))
    address = f"/siklus/{cycle.id}/segel"
    site.post(address, expect=422, reason="")
    page = site.post(address, reason="Koreksi nama unit")
    assert page.status == 200
    assert "Koreksi nama unit" in page.words
    assert "Segel tambahan" in page.words


def test_what_moved_is_told_with_the_act_and_who_did_it(make: Make, site: Site, moved: FollowUp) -> None:
    site.sign_in(make.user(Role.COORDINATOR, agency=moved.unit.agency))
    page = site.get(f"/siklus/{make.the_cycle().id}/banding")
    assert page.status == 200
    assert "menerima, tindak lanjut" in page.words
    assert "+100" in page.words
    assert "sama dengan jumlah perubahan unitnya" in page.words
    assert f"/tindak-lanjut/{moved.id}" in page.links
    assert "Disdukcapil" in page.words


def test_the_order_of_the_points_does_not_matter(make: Make, site: Site, moved: FollowUp) -> None:
    site.sign_in(make.user(Role.LEADERSHIP))
    cycle, seal = make.the_cycle(), make.only(Seal)
    assert seal is not None
    words = site.get(f"/siklus/{cycle.id}/banding?dari=segel-{seal.id}&ke=2026-02-28&unit={moved.unit_id}").words
    assert "+100" in words


@pytest.mark.parametrize("points", ["dari=segel-999&ke=2026-02-28", "dari=x", "dari=&ke=&unit=abc&halaman=-3"])
def test_points_that_are_not_there_are_asked_for_again(make: Make, site: Site, moved: FollowUp, points: str) -> None:
    site.sign_in(make.user(Role.LEADERSHIP))
    assert site.get(f"/siklus/{make.the_cycle().id}/banding?{points}").status == 200


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_tables_leave_the_site_whole(make: Make, site: Site, moved: FollowUp, suffix: str) -> None:
    seal, cycle = make.only(Seal), make.the_cycle()
    assert seal is not None
    site.sign_in(make.user(Role.LEADERSHIP))
    for address in (f"/segel/{seal.id}/unduh.{suffix}", f"/siklus/{cycle.id}/banding/unduh.{suffix}"):
        answer = site.client.get(address)
        assert answer.status_code == 200
        if suffix == "csv":
            assert "1 dari 1 baris" in answer.text
