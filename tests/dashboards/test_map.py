"""The map: every province has its tile, and the table says what the colours say."""

import re
from collections.abc import Callable

import pytest

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.desk import Desk
from tracker.dashboards import figures
from tracker.dashboards.figures import FIGURES
from tracker.dashboards.map_views import NUMBERS, level_of, places_of
from tracker.dashboards.provinces import PLACES
from tracker.dashboards.queries import Narrowing
from tracker.directory.models import Region, ServiceUnit
from tracker.directory.states import RegionKind, Role
from tracker.instruments.models import Cycle
from tracker.kit.resources import PACKAGE
from tracker.progress.operations import keep_current


@pytest.fixture
def cycle(make: Make) -> Cycle:
    """Two units in Maluku with work, one in a ministry without a province."""
    area = make.area("III")
    province = make.save(Region(code="81", name="Maluku", kind=RegionKind.PROVINCE, timezone="Asia/Jayapura"))
    city = make.region("Kota Tual", code="81.72", parent=province)
    units: list[ServiceUnit] = [make.unit("Satu", area, region=city), make.unit("Dua", area, region=province)]
    units.append(make.unit("Pusat", area, region=None))
    for unit in units:
        make.evaluation(unit, make.the_cycle())
        make.follow_up(unit)
    keep_current(make.session, [unit.id for unit in units])
    return make.the_cycle()


def test_each_of_the_38_provinces_has_a_place_of_its_own() -> None:
    lines = (PACKAGE / "data" / "regions.csv").read_text().splitlines()
    provinces = {line.split(",")[0] for line in lines if ",province," in line}
    assert set(PLACES) == provinces
    assert len({(column, row) for column, row, _short in PLACES.values()}) == 38
    assert len({short for _column, _row, short in PLACES.values()}) == 38


@pytest.mark.parametrize("chosen", NUMBERS)
def test_the_provinces_together_have_what_the_whole_has(
    desk_of: Callable[..., Desk], make: Make, cycle: Cycle, chosen: str
) -> None:
    desk = desk_of(make.user(Role.LEADERSHIP))
    places = places_of(desk, Narrowing(cycle), chosen)
    assert sum(int(place.value or 0) for place in places) == figures.count(desk, FIGURES[chosen], Narrowing(cycle))


def test_a_tile_leads_to_its_province_and_the_table_tells_the_same(site: Site, make: Make, cycle: Cycle) -> None:
    page = site.sign_in(make.user(Role.LEADERSHIP)).get("/peta?angka=unit")
    tile = re.search(r'<a href="([^"]+)" aria-label="Maluku: 2, 2 unit">', page.html)
    assert tile is not None
    assert tile[1] == "/ikhtisar?provinsi=81"
    assert "Tanpa provinsi" in page.words
    assert (
        "2 dari 2 baris" in site.get("/ikhtisar/daftar?apa=unit&provinsi=81").words
        or "1–2 dari 2 baris" in site.get("/ikhtisar/daftar?apa=unit&provinsi=81").words
    )


def test_a_place_without_data_is_not_the_lightest_colour_but_hatched() -> None:
    assert level_of(None, "terverifikasi", 0) == 0
    assert [level_of(value, "terverifikasi", 0) for value in (0, 19, 20, 99, 100)] == [1, 1, 2, 5, 5]  # type: ignore[arg-type]


def test_an_unknown_figure_shows_the_usual_one(site: Site, make: Make, cycle: Cycle) -> None:
    assert "Rata-rata terverifikasi" in site.sign_in(make.user(Role.LEADERSHIP)).get("/peta?angka=entah").words
