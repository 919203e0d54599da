"""The overview: every number opens into a list of the same length; what is not known is said in words."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Page, Site
from tracker.access.desk import Desk
from tracker.dashboards import figures
from tracker.dashboards.figures import FIGURES, Of
from tracker.dashboards.queries import Narrowing, Which
from tracker.dashboards.state import state_of
from tracker.directory.models import ServiceUnit, SupervisionArea
from tracker.directory.states import AgencyKind, Role
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Cycle
from tracker.mentoring.states import SessionStatus
from tracker.progress.calls import CallReason
from tracker.progress.kept_models import GroupSnapshot, ProgressSnapshot
from tracker.progress.lines import lines
from tracker.progress.operations import keep_current
from tracker.progress.states import GroupKind
from tracker.recommendations.states import Assessment

S = FollowUpStatus
LATE = datetime(2026, 2, 1, tzinfo=UTC)


class World:
    """Wilayah III with five priority units and another one; one unit in another area."""

    def __init__(self, make: Make) -> None:
        self.area, self.other = make.area("III"), make.area("I")
        self.cycle = make.the_cycle()
        self.units: dict[str, ServiceUnit] = {}
        self.make = make
        aspects = self.cycle.instrument.aspects
        make.follow_up(recommendation=make.recommendation(self.unit("Selesai"), assessment=Assessment.ADEQUATE))
        make.follow_up(self.unit("Lewat"), due_at=LATE)
        make.follow_up(recommendation=make.recommendation(self.units["Lewat"], aspect=aspects[1]), due_at=LATE)
        make.follow_up(self.unit("Tunggu"), status=S.SUBMITTED, due_at=LATE)
        make.recommendation(self.unit("Belum"), aspect=aspects[1])
        self.unit("Sunyi")
        self.unit("Biasa", is_priority=False)
        make.follow_up(self.unit("Jauh", self.other), due_at=LATE)
        make.follow_up(self.units["Jauh"], due_at=LATE, from_commitment=True)
        make.session_of(self.units["Lewat"], status=SessionStatus.SCHEDULED, cycle=self.cycle)
        keep_current(make.session, [each.id for each in self.units.values()])

    def unit(self, name: str, where: SupervisionArea | None = None, **evaluation: object) -> ServiceUnit:
        agency = self.make.agency(f"Pemerintah {name}", kind=AgencyKind.CITY)
        self.units[name] = self.make.unit(f"Unit {name}", where or self.area, agency=agency)
        self.make.evaluation(self.units[name], self.cycle, **evaluation)
        return self.units[name]


@pytest.fixture
def world(make: Make) -> World:
    return World(make)


Open = Callable[..., Desk]


def by(world: World, **narrowed: object) -> Narrowing:
    return Narrowing(world.cycle, **narrowed)  # type: ignore[arg-type]


def tiles(page: Page) -> dict[str, str]:
    """Where a number leads -> the number, for every number that is a link."""
    found = re.findall(r'href="(/ikhtisar/daftar[^"]+)"[^>]*>\s*(?:<strong>)?([\d.]+)(?:</strong>)?', page.html)
    return {url.replace("&amp;", "&"): number for url, number in found}


@pytest.mark.parametrize("role", [Role.ASSISTANT_DEPUTY, Role.LEADERSHIP])
def test_every_number_opens_into_a_list_of_that_many_rows(site: Site, make: Make, world: World, role: Role) -> None:
    scope = {"area": world.area} if role is Role.ASSISTANT_DEPUTY else {}
    site.sign_in(make.user(role, **scope))
    for address in ("/ikhtisar", "/ikhtisar?unit=semua", "/ikhtisar?cari=lewat"):
        found = tiles(site.get(address))
        assert len(found) >= 6
        for url, number in found.items():
            words = site.get(url).words
            said = re.search(r"dari ([\d.]+) baris", words)
            assert (said[1] if said else "Tidak ada baris" in words and "0") == number, url
            kept = re.search(r"cari=lewat|unit=semua", address)
            assert kept is None or kept[0] in url


@pytest.mark.parametrize("narrowed", [{}, {"which": Which.ALL}, {"words": "lewat"}, {"overdue": True}])
def test_what_the_page_adds_up_is_what_each_list_counts(
    desk_of: Open, make: Make, world: World, narrowed: dict[str, object]
) -> None:
    desk = desk_of(make.user(Role.LEADERSHIP))
    state = state_of(desk, by(world, **narrowed))
    assert set(FIGURES) <= set(state.counts)
    for code, number in state.counts.items():
        figure = figures.figure_called(code, by(world, **narrowed))
        assert figure is not None
        assert len(desk.all(figures.rows(desk, figure, by(world, **narrowed)))) == number, code


def test_units_are_told_by_status_and_those_without_data_apart_from_zero(
    desk_of: Open, make: Make, world: World
) -> None:
    counts = state_of(desk_of(make.user(Role.ASSISTANT_DEPUTY, area=world.area)), by(world)).counts
    assert [counts[code] for code in ("unit", "sesuai", "berisiko", "tertinggal", "tanpa-data")] == [5, 1, 0, 3, 1]
    assert counts["lewat-tenggat"] == 2
    assert counts["bola-verifier"] == 1
    assert counts["belum-ditugaskan"] == 1
    assert (counts["sesi-mendatang"], counts["komitmen"]) == (1, 0)


def test_no_number_of_another_area_is_in_it(desk_of: Open, make: Make, world: World) -> None:
    desk = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=world.area))
    counts = state_of(desk, by(world, which=Which.ALL)).counts
    assert (counts["unit"], counts["terbuka"], counts["komitmen-lewat"]) == (6, 4, 0)
    assert state_of(desk, by(world, area_id=world.other.id)).counts["unit"] == 0


def test_a_unit_officer_has_the_overview_of_their_unit(site: Site, make: Make, world: World) -> None:
    page = site.sign_in(make.user(Role.UNIT_OFFICER, unit=world.units["Lewat"])).get("/ikhtisar")
    assert tiles(page)["/ikhtisar/daftar?apa=lewat-tenggat"] == "2"
    assert "Pemerintah Tunggu" not in site.get("/ikhtisar/daftar?apa=unit").words


def test_silence_is_the_same_as_in_the_call_score(desk_of: Open, make: Make, world: World) -> None:
    make.user(Role.UNIT_OFFICER, unit=world.units["Belum"])
    desk = desk_of(make.user(Role.LEADERSHIP))
    awake = make.user(Role.UNIT_OFFICER, unit=world.units["Lewat"])
    awake.last_sign_in_at = desk.now
    make.session.flush()
    everything = by(world, which=Which.ALL)
    found = lines(desk, world.cycle, figures.units(desk, everything)).units
    silent = {each.id for each in found if CallReason.SILENT in {reason.reason for reason in each.score.reasons}}
    rows = desk.all(figures.rows(desk, FIGURES["diam"], everything))
    assert {each.id for each in rows} == silent
    assert world.units["Lewat"].id not in silent
    assert world.units["Belum"].id in silent


def test_without_a_copy_movement_is_not_claimed(site: Site, make: Make, world: World) -> None:
    page = site.sign_in(make.user(Role.LEADERSHIP)).get("/ikhtisar")
    assert page.words.count("belum ada potret") == 2


def snapshot(make: Make, world: World, unit: str, verified: int | None, days: int, now: datetime) -> ProgressSnapshot:
    numbers = dict.fromkeys(
        ("recommendations", "counting", "adequate", "cannot", "unassigned", "with_unit", "with_coordinator",
         "with_verifier", "on_hold", "accepted", "returned", "overdue"), 0,
    )  # fmt: skip
    return make.save(
        ProgressSnapshot(
            unit_id=world.units[unit].id, cycle_id=world.cycle.id, day=(now - timedelta(days=days)).date(), at=now,
            verified=verified, claimed=verified, is_priority=True, **numbers,
        )
    )  # fmt: skip


def test_movement_is_told_against_the_copy_of_the_same_units(
    desk_of: Open, make: Make, world: World, clock: StoppedClock
) -> None:
    desk = desk_of(make.user(Role.COORDINATOR, agency=world.units["Lewat"].agency))
    snapshot(make, world, "Lewat", 3, 8, clock.now())
    snapshot(make, world, "Tunggu", 90, 8, clock.now())
    desk = desk_of(make.user(Role.UNIT_OFFICER, unit=world.units["Lewat"]))
    moved = state_of(desk, by(world)).movements["pekan"]
    assert moved.copy is not None
    assert moved.copy.units == 1
    assert moved.verified == -3


def test_the_list_leaves_as_a_table_with_as_many_rows(site: Site, make: Make, world: World) -> None:
    site.sign_in(make.user(Role.LEADERSHIP))
    for code, number in (("unit", 6), ("terbuka", 6), ("belum-ditugaskan", 1), ("sesi-mendatang", 1), ("diam", 5)):
        table = list(csv.reader(io.StringIO(site.fetch(f"/ikhtisar/unduh.csv?apa={code}").get_data(as_text=True))))
        assert len(table) == number + 2, code
        assert table[-1][0].startswith(f"{number} dari {number} baris")


def test_an_unknown_figure_is_not_an_empty_list(site: Site, make: Make, world: World) -> None:
    assert site.sign_in(make.user(Role.LEADERSHIP)).fetch("/ikhtisar/daftar?apa=entah").status_code == 404


def test_the_reference_of_the_nation_is_told_to_everybody_but_without_a_link(
    site: Site, make: Make, world: World, clock: StoppedClock
) -> None:
    counted = dict.fromkeys(("with_unit", "with_coordinator", "with_verifier", "on_hold", "overdue", "on_track",
                             "at_risk", "off_track", "not_yet", "without_figure"), 0)  # fmt: skip
    make.save(GroupSnapshot(cycle_id=world.cycle.id, kind=GroupKind.NATION, key=0, everyone=False,
                            day=clock.now().date(), verified=42, claimed=50, units=12, agencies=4, with_figure=12,
                            **counted))  # fmt: skip
    words = site.sign_in(make.user(Role.UNIT_OFFICER, unit=world.units["Lewat"])).get("/ikhtisar").words
    assert "Rujukan nasional" in words
    assert "dari 12 unit prioritas di 4 instansi" in words


def test_the_overview_takes_a_bounded_number_of_statements(site: Site, make: Make, world: World) -> None:
    site.sign_in(make.user(Role.LEADERSHIP))
    site.get("/ikhtisar")
    with statements() as few:
        site.get("/ikhtisar")
    for number in range(20):
        make.follow_up(world.unit(f"Baru {number}"), due_at=LATE)
    with statements() as many:
        site.get("/ikhtisar")
    assert len(many) == len(few) <= 20


def test_figures_of_every_kind_are_in_the_register() -> None:
    assert {figure.of for figure in FIGURES.values()} == set(Of) - {Of.GIVEN}


def test_a_cycle_without_results_says_what_comes_next(site: Site, make: Make) -> None:
    cycle: Cycle = make.cycle()
    assert cycle.id
    assert "Belum ada hasil evaluasi" in site.sign_in(make.user(Role.LEADERSHIP)).get("/ikhtisar").words
