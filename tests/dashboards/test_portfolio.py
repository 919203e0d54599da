"""The portfolio: one filter behind matrix, numbers, lists and exports."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Page, Site
from tracker.dashboards import portfolio
from tracker.directory.models import ServiceUnit, SupervisionArea, User
from tracker.directory.states import AgencyKind, Role
from tracker.followups.states import FollowUpStatus
from tracker.progress.operations import keep_current
from tracker.recommendations.states import Assessment

S = FollowUpStatus
LATE = datetime(2026, 2, 1, tzinfo=UTC)


@dataclass
class World:
    """Wilayah III with five priority units and one other; another area with one."""

    area: SupervisionArea
    user: User
    units: dict[str, ServiceUnit]


@pytest.fixture
def world(make: Make) -> World:
    area, other = make.area("III"), make.area("I")
    cycle = make.the_cycle()
    aspects = cycle.instrument.aspects
    units: dict[str, ServiceUnit] = {}

    def unit(name: str, where: SupervisionArea, **evaluation: object) -> ServiceUnit:
        units[name] = make.unit(f"Unit {name}", where, agency=make.agency(f"Pemerintah {name}", kind=AgencyKind.CITY))
        make.evaluation(units[name], cycle, **evaluation)
        return units[name]

    make.follow_up(recommendation=make.recommendation(unit("Selesai", area), assessment=Assessment.ADEQUATE))
    make.follow_up(unit("Lewat", area), due_at=LATE)
    make.follow_up(recommendation=make.recommendation(units["Lewat"], aspect=aspects[1]), due_at=LATE)
    make.follow_up(unit("Tunggu", area), status=S.SUBMITTED, due_at=LATE)
    make.recommendation(unit("Belum", area), aspect=aspects[1])
    unit("Sunyi", area)
    unit("Biasa", area, is_priority=False)
    make.follow_up(unit("Jauh", other), due_at=LATE)
    keep_current(make.session, [each.id for each in units.values()])
    return World(area, make.user(Role.ASSISTANT_DEPUTY, area=area), units)


def rows_of(page: Page) -> list[str]:
    """Names of the units in the matrix, from top to bottom."""
    body = page.html.partition('id="matrix-rows"')[2].partition("</tbody>")[0]
    return [re.sub(r"^Unit ", "", name) for name in re.findall(r"<small><span>([^<]+)</span>", body)]


def figures(page: Page) -> dict[str, tuple[str, str]]:
    """Words of a tile -> its number and where it leads."""
    found = re.findall(
        r'<a class="figure[^"]*" href="([^"]+)">\s*<strong>([^<]+)</strong> <span>([^<]+)</span>', page.html
    )
    return {words: (number, url.replace("&amp;", "&")) for url, number, words in found}


def test_it_starts_from_all_priority_units_in_scope_also_those_that_never_did_anything(
    site: Site, world: World
) -> None:
    page = site.sign_in(world.user).get("/portofolio")
    assert sorted(rows_of(page)) == ["Belum", "Lewat", "Selesai", "Sunyi", "Tunggu"]
    assert "5 dari 5 baris" in page.words


def test_a_switch_shows_the_others(site: Site, world: World) -> None:
    site.sign_in(world.user)
    assert rows_of(site.get("/portofolio?unit=lainnya")) == ["Biasa"]
    assert len(rows_of(site.get("/portofolio?unit=semua"))) == 6


def test_nobody_sees_units_of_another_area_in_rows_numbers_or_exports(site: Site, world: World) -> None:
    page = site.sign_in(world.user).get("/portofolio?unit=semua")
    assert "Jauh" not in page.html
    assert figures(page)["tindak lanjut lewat tenggat"][0] == "2"
    assert "Jauh" not in site.fetch("/portofolio/unduh.csv?unit=semua").get_data(as_text=True)
    assert rows_of(site.get(f"/portofolio?wilayah={world.units['Jauh'].area_id}")) == []


def test_leadership_sees_every_area(site: Site, make: Make, world: World) -> None:
    assert "Jauh" in rows_of(site.sign_in(make.user(Role.LEADERSHIP)).get("/portofolio"))


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ("lewat=y", ["Lewat"]),
        ("bola=verifier", ["Tunggu"]),
        ("bola=unit", ["Lewat", "Selesai"]),
        ("aspek=sdm", ["Belum", "Lewat"]),
        ("aspek=inovasi", []),
        ("keadaan=sesuai", ["Selesai"]),
        ("keadaan=tertinggal", ["Belum", "Lewat", "Tunggu"]),
        ("keadaan=tanpa-data", ["Sunyi"]),
        ("cari=tunggu", ["Tunggu"]),
        ("cari=pemerintah+sunyi", ["Sunyi"]),
        ("cari=%25", []),
        ("jenis=ministry", []),
        ("jenis=city", ["Belum", "Lewat", "Selesai", "Sunyi", "Tunggu"]),
        ("provinsi=81", []),
        ("siklus=tidak-ada&bola=siapa&aspek=x&wilayah=abc", ["Belum", "Lewat", "Selesai", "Sunyi", "Tunggu"]),
    ],
)
def test_filters_narrow_rows_and_exports_alike(site: Site, world: World, filter: str, names: list[str]) -> None:
    site.sign_in(world.user)
    assert sorted(rows_of(site.get(f"/portofolio?{filter}"))) == names
    lines = list(csv.reader(io.StringIO(site.fetch(f"/portofolio/unduh.csv?{filter}").get_data().decode("utf-8-sig"))))
    assert sorted(line[0].removeprefix("Unit ") for line in lines[1:-1]) == names
    assert lines[-1][0].startswith(f"{len(names)} dari {len(names)} baris; per 2 Mar 2026 09.00 WIB; ")


def test_each_number_opens_into_as_many_rows(site: Site, world: World) -> None:
    page = site.sign_in(world.user).get("/portofolio")
    tiles = figures(page)
    for words, expected in {"sesuai rencana": 1, "tertinggal": 3, "belum dapat dihitung": 1}.items():
        number, url = tiles[words]
        assert (int(number), len(rows_of(site.get(url)))) == (expected, expected)
    for words, expected in {
        "tindak lanjut lewat tenggat": 2,
        "menunggu verifikasi": 1,
        "rekomendasi belum ditugaskan": 1,
    }.items():
        number, url = tiles[words]
        behind = site.get(url)
        assert int(number) == expected
        assert f"1–{expected} dari {expected} baris" in behind.words


def test_numbers_follow_the_filter_by_aspect(site: Site, world: World) -> None:
    tiles = figures(site.sign_in(world.user).get("/portofolio?aspek=sdm"))
    assert tiles["tindak lanjut lewat tenggat"][0] == "1"
    assert tiles["rekomendasi belum ditugaskan"][0] == "1"
    assert "1–1 dari 1 baris" in site.get(tiles["tindak lanjut lewat tenggat"][1]).words
    assert "1–1 dari 1 baris" in site.get(tiles["rekomendasi belum ditugaskan"][1]).words


def test_the_tiles_of_the_other_standings_stay_to_be_chosen(site: Site, world: World) -> None:
    page = site.sign_in(world.user).get("/portofolio?keadaan=sesuai")
    assert figures(page)["tertinggal"][0] == "3"
    assert "Status terhadap rencana: Sesuai rencana" in page.words


def test_the_worst_come_first_and_what_is_all_adequate_comes_last_of_those_with_figures(
    site: Site, world: World
) -> None:
    names = rows_of(site.sign_in(world.user).get("/portofolio"))
    assert names[-1] == "Selesai"
    assert names.index("Lewat") < names.index("Sunyi")


@pytest.mark.parametrize(
    ("order", "first"), [("nama", "Belum"), ("instansi", "Belum"), ("terverifikasi", "Belum"), ("indeks", "Belum")]
)
def test_other_orders(site: Site, world: World, order: str, first: str) -> None:
    assert rows_of(site.sign_in(world.user).get(f"/portofolio?urut={order}"))[0] == first


def test_the_workbook_holds_exactly_the_rows_and_says_so(site: Site, world: World) -> None:
    answer = site.sign_in(world.user).fetch("/portofolio/unduh.xlsx?lewat=y")
    sheet = load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in cells[1:-1]] == ["Unit Lewat"]
    assert cells[1][cells[0].index("Tindak lanjut lewat tenggat")] == 2
    assert re.fullmatch(
        r"1 dari 1 baris; per 2 Mar 2026 09\.00 WIB; .*Lewat tenggat; sha256:[0-9a-f]{64}", str(cells[-1][0])
    )


def test_a_cell_tells_verified_claimed_overdue_and_holder(site: Site, world: World) -> None:
    page = site.sign_in(world.user).get("/portofolio?cari=lewat")
    assert "0 % terverifikasi, 0 % diklaim, 1 lewat tenggat, di tangan unit" in page.html
    unit = world.units["Lewat"]
    assert re.search(rf'href="/unit/{unit.id}\?siklus=[^"]+#aspek-sdm"', page.html)


def test_sections_come_one_by_one_and_every_row_is_reached_without_scripts(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portfolio, "SECTION", 2)
    site.sign_in(world.user)
    seen, url = [], "/portofolio?urut=nama"
    while url:
        page = site.get(url)
        seen += rows_of(page)
        more = re.search(r'class="more".*?<a href="([^"]+)"', page.html)
        url = more[1].replace("&amp;", "&") if more else ""
    assert seen == ["Belum", "Lewat", "Selesai", "Sunyi", "Tunggu"]
    assert rows_of(site.get("/portofolio?urut=nama&tampil=semua")) == seen
    part = site.fetch("/portofolio/baris?urut=nama&dari=2", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert part.count('scope="row"') == 2
    assert "1 unit berikutnya, 1 lagi" in part
    assert "<html" not in part


@pytest.mark.parametrize("url", ["/portofolio", "/portofolio?urut=nama&lewat=y&bola=unit", "/", "/hubungi"])
def test_the_number_of_queries_does_not_grow_with_the_units(site: Site, make: Make, world: World, url: str) -> None:
    site.sign_in(world.user)
    site.get(url)

    def asked() -> int:
        with statements() as sent:
            site.get(url)
        return len(sent)

    few = asked()
    units = [make.follow_up(make.unit(f"Unit {number}", world.area), due_at=LATE).unit for number in range(12)]
    for unit in units:
        make.evaluation(unit, make.the_cycle())
    keep_current(make.session, [unit.id for unit in units])
    assert asked() == few


def heads(page: Page) -> list[str]:
    """What stands above each group of rows."""
    found = re.findall(r'class="group"><th[^>]*>(.*?)</th>', page.html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


def test_rows_are_gathered_by_kind_of_agency_with_their_mean_and_who_has_none(
    site: Site, make: Make, world: World
) -> None:
    ministry = make.unit("Unit Pusat", world.area, agency=make.agency("Kementerian", kind=AgencyKind.MINISTRY))
    make.evaluation(ministry)
    keep_current(make.session, [ministry.id])
    page = site.sign_in(world.user).get("/portofolio?kelompok=jenis&urut=nama")
    assert rows_of(page) == ["Pusat", "Belum", "Lewat", "Selesai", "Sunyi", "Tunggu"]
    assert heads(page) == [
        "Kementerian rata-rata terverifikasi: Belum ada data · 0 unit, 1 belum ada data",
        "Pemerintah kota rata-rata terverifikasi: 25 % · 4 unit, 1 belum ada data",
    ]
    alone = re.search(r'class="group">.*?href="([^"]+)">Pemerintah kota', page.html, re.DOTALL)
    assert alone is not None
    assert sorted(rows_of(site.get(alone[1].replace("&amp;", "&")))) == ["Belum", "Lewat", "Selesai", "Sunyi", "Tunggu"]


def test_rows_are_gathered_by_province_and_those_without_one_come_last(site: Site, make: Make, world: World) -> None:
    region = make.region("Kota Tual")
    for name in ("Lewat", "Sunyi"):
        world.units[name].region_id = region.id
        make.save(world.units[name])
    page = site.sign_in(world.user).get("/portofolio?kelompok=provinsi&urut=nama")
    assert rows_of(page) == ["Lewat", "Sunyi", "Belum", "Selesai", "Tunggu"]
    assert [head.partition(" rata")[0] for head in heads(page)] == ["Maluku", "Pusat, tanpa provinsi"]


def test_the_next_section_goes_on_within_a_group(
    site: Site, make: Make, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portfolio, "SECTION", 2)
    site.sign_in(world.user)
    assert len(heads(site.get("/portofolio?kelompok=jenis&dari=2"))) == 1
    part = site.fetch("/portofolio/baris?kelompok=jenis&dari=2", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert 'class="group"' not in part


def test_overdue_counts_by_the_date_in_force_or_by_the_one_first_agreed_on(
    site: Site, make: Make, world: World
) -> None:
    later = datetime(2026, 6, 1, tzinfo=UTC)
    make.follow_up(world.units["Belum"], due_at=later, original_due_at=LATE)
    site.sign_in(world.user)
    for filter, names, number in (("lewat=y", ["Lewat"], 2), ("lewat=y&tenggat=semula", ["Belum", "Lewat"], 3)):
        page = site.get(f"/portofolio?{filter}")
        assert sorted(rows_of(page)) == names
        tile, url = figures(page)["tindak lanjut lewat tenggat"]
        assert int(tile) == number
        assert f"1–{number} dari {number} baris" in site.get(url).words
        table = list(csv.reader(io.StringIO(site.fetch(f"/portofolio/unduh.csv?{filter}").get_data(as_text=True))))
        at = table[0].index("Tindak lanjut lewat tenggat")
        assert sum(int(line[at]) for line in table[1:-1]) == number


def test_the_list_behind_a_number_keeps_the_filter_and_leaves_as_a_table(site: Site, world: World) -> None:
    page = site.sign_in(world.user).get("/portofolio?cari=lewat&urut=nama")
    behind = site.get(figures(page)["tindak lanjut lewat tenggat"][1])
    assert any(url.startswith("/portofolio?") and "cari=lewat" in url and "urut=nama" in url for url in behind.links)
    table = next(url for url in behind.links if "unduh.csv" in url)
    lines = list(csv.reader(io.StringIO(site.fetch(table.replace("&amp;", "&")).get_data(as_text=True))))
    assert lines[-1][0].startswith("2 dari 2 baris")


def test_a_stranger_to_portfolios_is_refused(site: Site, make: Make, world: World) -> None:
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=world.units["Lewat"])).get("/portofolio", expect=403)
    site.sign_in(make.user(Role.ADMINISTRATOR)).get("/portofolio/unduh.csv", expect=403)


def test_without_results_the_page_says_what_to_do(site: Site, make: Make) -> None:
    page = site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=make.area())).get("/portofolio")
    assert "Impor hasil evaluasi" in page.words


def test_without_dates_nothing_is_called_late(site: Site, make: Make, world: World) -> None:
    cycle = make.the_cycle()
    cycle.opening_on = None
    make.save(cycle)
    page = site.sign_in(world.user).get("/portofolio")
    assert figures(page)["belum dapat dihitung"][0] == "5"
    assert "belum dapat dihitung: tanggal surat" in page.words
    assert len(rows_of(site.get("/portofolio?keadaan=tanpa-data"))) == 5
    assert rows_of(site.get("/portofolio?keadaan=tertinggal")) == []


def test_an_index_by_hand_wins_and_the_export_has_both(site: Site, make: Make, world: World) -> None:
    unit = make.unit("Unit Beda", world.area)
    make.evaluation(unit, official_index=Decimal("1.90"), computed_index=Decimal("1.88"))
    text = site.sign_in(world.user).fetch("/portofolio/unduh.csv?cari=beda").get_data(as_text=True)
    assert "1.90,1.88" in text
