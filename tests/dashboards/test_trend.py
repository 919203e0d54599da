"""The trend: what nightly copies kept, within one's reach, with what is not known said in words."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Site
from tracker.dashboards.trend import Point
from tracker.dashboards.trend_views import monthly
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.instruments.models import Cycle
from tracker.mentoring.states import SessionStatus
from tracker.progress.kept_models import GroupSnapshot, ProgressSnapshot
from tracker.progress.states import GroupKind

FIRST = date(2026, 1, 5)
COUNTED = ("with_unit", "with_coordinator", "with_verifier", "on_hold", "overdue")


class World:
    def __init__(self, make: Make) -> None:
        self.make, self.area, self.other = make, make.area("III"), make.area("I")
        self.cycle: Cycle = make.the_cycle()
        self.unit: ServiceUnit = make.unit("Layanan Satu", self.area)
        self.far: ServiceUnit = make.unit("Layanan Jauh", self.other)
        for unit in (self.unit, self.far):
            make.evaluation(unit, self.cycle)

    def group(self, kind: GroupKind, key: int, day: date, verified: int | None, units: int = 5) -> None:
        known = units if verified is not None else 0
        self.make.save(
            GroupSnapshot(
                cycle_id=self.cycle.id, kind=kind, key=key, everyone=False, day=day, verified=verified,
                claimed=verified, units=units, agencies=2, with_figure=known, without_figure=units - known,
                on_track=0, at_risk=0, off_track=0, not_yet=units, **dict.fromkeys(COUNTED, 0),
            )
        )  # fmt: skip

    def unit_on(self, day: date, verified: int | None) -> None:
        counted = ("recommendations", "counting", "adequate", "cannot", "unassigned", "accepted", "returned", *COUNTED)
        self.make.save(
            ProgressSnapshot(
                unit_id=self.unit.id, cycle_id=self.cycle.id, day=day, at=self.make.session.info["now"],
                verified=verified, claimed=verified, is_priority=True, **dict.fromkeys(counted, 0),
            )
        )  # fmt: skip


@pytest.fixture
def world(make: Make) -> World:
    return World(make)


def test_an_area_has_its_nightly_means_in_picture_and_table(site: Site, make: Make, world: World) -> None:
    world.group(GroupKind.AREA, world.area.id, FIRST, 12)
    world.group(GroupKind.AREA, world.area.id, FIRST + timedelta(days=40), 34)
    world.group(GroupKind.AREA, world.other.id, FIRST, 99)
    page = site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=world.area)).get("/tren")
    assert "Terverifikasi 12 % pada 5 Jan 2026, 34 % pada 14 Feb 2026" in page.words
    assert "<polyline" in page.html or '<path d="M' in page.html
    assert "34,00" in page.words
    assert "99,00" not in page.words


def test_another_area_is_not_told_of(site: Site, make: Make, world: World) -> None:
    world.group(GroupKind.AREA, world.other.id, FIRST, 99)
    site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=world.area))
    words = site.get(f"/tren?untuk=wilayah-{world.other.id}").words
    assert "Belum ada potret" in words
    assert "99" not in words.replace("1999", "")
    assert site.fetch(f"/tren?untuk=unit-{world.far.id}").status_code == 404


def test_a_unit_officer_sees_the_trend_of_their_unit(site: Site, make: Make, world: World) -> None:
    world.unit_on(FIRST, None)
    world.unit_on(FIRST + timedelta(days=1), 7)
    words = site.sign_in(make.user(Role.UNIT_OFFICER, unit=world.unit)).get("/tren").words
    assert "Layanan Satu" in words
    assert "7,00" in words
    assert "belum ada data" in words


def test_letter_and_sessions_are_marked_and_explained(site: Site, make: Make, world: World) -> None:
    world.unit_on(FIRST, 5)
    make.session_of(world.unit, status=SessionStatus.SCHEDULED, cycle=world.cycle, title="Sesi yang akan datang")
    words = site.sign_in(make.user(Role.UNIT_OFFICER, unit=world.unit)).get("/tren").words
    assert "Surat hasil evaluasi" in words
    assert "Sesi yang akan datang" not in words


def test_units_and_agencies_are_found_by_name_within_reach(site: Site, make: Make, world: World) -> None:
    page = site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=world.area)).get("/tren?nama=layanan")
    assert f"/tren?untuk=unit-{world.unit.id}" in page.links
    assert "Layanan Jauh" not in page.words


@pytest.mark.parametrize("word", ["entah", "unit-0", "unit-x", "provinsi-99", "wilayah-", "unit-99999999999"])
def test_what_does_not_exist_is_not_found(site: Site, make: Make, world: World, word: str) -> None:
    assert site.sign_in(make.user(Role.LEADERSHIP)).fetch(f"/tren?untuk={word}").status_code == 404


def test_without_copies_the_page_says_so(site: Site, make: Make, world: World) -> None:
    assert "Belum ada potret" in site.sign_in(make.user(Role.LEADERSHIP)).get("/tren").words


def test_the_table_has_the_last_copy_of_each_month_and_the_first() -> None:
    days = [FIRST + timedelta(days=number) for number in range(100)]
    shown = monthly([Point(day, Decimal(1), None, 1) for day in days])
    assert [each.day for each in shown] == [
        date(2026, 4, 14), date(2026, 3, 31), date(2026, 2, 28), date(2026, 1, 31), FIRST,
    ]  # fmt: skip


def test_three_years_of_copies_take_as_many_statements_as_one_day(site: Site, make: Make, world: World) -> None:
    site.sign_in(make.user(Role.LEADERSHIP))
    world.group(GroupKind.NATION, 0, FIRST, 1)
    site.get("/tren")
    with statements() as one:
        site.get("/tren")
    for number in range(1, 400):
        world.group(GroupKind.NATION, 0, FIRST + timedelta(days=number), number % 100)
    with statements() as many:
        page = site.get("/tren")
    assert len(many) == len(one) <= 20
    assert len(page.html) < 60_000
