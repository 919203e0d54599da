"""Charts: attributes only, readable without colour, scaled by their viewBox, honest about what is not known."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from tracker.kit import charts

DAY = date(2026, 1, 1)
SVG = "{http://www.w3.org/2000/svg}"


def some_line(*figures: int | None) -> charts.Line:
    points = [(DAY + timedelta(days=at), None if it is None else Decimal(it)) for at, it in enumerate(figures)]
    return charts.Line("Terverifikasi", points)


LINES = charts.line_chart("a", "Judul", "Ringkasan", [some_line(1, 50, 100)], [charts.Mark(DAY, "S", "Surat")])
BARS = charts.bar_chart("b", "Judul", "Ringkasan", [charts.Bar("Unit", 3, "3"), charts.Bar("Lain", None, "–")])
STACK = charts.stacked_bar(
    "c", "Judul", "Ringkasan", [charts.Part("Baik", 3, "3", "good"), charts.Part("Buruk", 1, "1", "bad")]
)
TILES = charts.tile_grid("d", "Judul", "", [charts.Tile(0, 0, "MA", "5", 5, "/a?b=1&c=2", "Maluku: 5")])


@pytest.mark.parametrize("drawn", [LINES, BARS, STACK, TILES])
def test_a_chart_is_well_formed_has_a_title_and_no_style(drawn: Markup) -> None:
    root = ElementTree.fromstring(drawn)
    assert root.find(f"{SVG}title") is not None
    assert root.get("viewBox", "").startswith("0 0 ")
    assert "style" not in drawn
    assert not re.search(r"on\w+=|<script", drawn)


@pytest.mark.parametrize("drawn", [LINES, BARS, STACK])
def test_a_picture_tells_its_summary_to_whoever_hears_it(drawn: Markup) -> None:
    root = ElementTree.fromstring(drawn)
    description = root.find(f"{SVG}desc")
    assert description is not None
    assert description.text == "Ringkasan"
    assert root.get("role") == "img"


def test_what_is_written_in_a_chart_is_only_text() -> None:
    drawn = charts.bar_chart("x", "<b>", "&", [charts.Bar("<script>", 1, "1")])
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_day_without_data_breaks_the_line_and_is_not_zero() -> None:
    drawn = charts.line_chart("a", "t", "s", [some_line(10, None, 30)])
    path = re.findall(r'd="(M[^"]+)" fill="none" stroke="#1b3f7a"', drawn)[0]
    assert path.count("M") == 2
    assert "L" not in path


def test_a_line_without_any_data_is_not_drawn_but_named() -> None:
    drawn = charts.line_chart("a", "t", "s", [some_line(None, None)])
    assert drawn.count('stroke="#1b3f7a"') == 1  # in the legend
    assert "<circle" not in drawn


def test_three_years_of_days_become_few_points_with_the_first_and_the_last() -> None:
    line = some_line(*(number % 100 for number in range(1100)))
    kept = charts.thinned(line.points)
    assert len(kept) <= charts.MOST_POINTS + 1
    assert (kept[0], kept[-1]) == (line.points[0], line.points[-1])


def test_shares_fill_the_whole_and_differ_by_pattern() -> None:
    widths = [float(width) for width in re.findall(r'<rect x="[\d.]+" y="1" width="([\d.]+)"', STACK)]
    assert sum(widths) == pytest.approx(charts.WIDTH - 2)
    assert "url(#c-bad)" in STACK


def test_nothing_at_all_can_be_drawn() -> None:
    assert charts.line_chart("a", "t", "s", []) == ""
    assert "<svg" in charts.stacked_bar("c", "t", "s", [charts.Part("Baik", 0, "0", "good")])
    assert "<svg" in charts.bar_chart("b", "t", "s", [])


def test_what_is_expected_crosses_every_bar_and_no_word() -> None:
    bars = [charts.Bar(name, 40, "40 %") for name in ("Kebijakan", "Profesionalisme", "Sarana")]
    drawn = charts.bar_chart("b", "t", "s", bars, 100, Decimal(60), "diharapkan 60 %")
    strokes = [(float(y), float(length)) for y, length in re.findall(r'd="M240 ([\d.]+)v([\d.]+)"', drawn)]
    below = [float(y) for y in re.findall(r'<text x="0" y="([\d.]+)"', drawn)]
    boxes = [float(y) for y in re.findall(r'<rect x="0.5" y="([\d.]+)" width="399"', drawn)]
    assert len(boxes) == 3
    assert all(any(y < top and y + length > top + 13 for y, length in strokes) for top in boxes)
    assert all(not y - 1 < base + 4 < y + length for base in below for y, length in strokes)
    assert "diharapkan 60 %</text>" in drawn
    assert 'd="M2 ' in charts.bar_chart("b", "t", "s", bars, 100, Decimal(0))


def test_a_tile_with_something_behind_it_is_a_link_with_words() -> None:
    assert '<a href="/a?b=1&amp;c=2" aria-label="Maluku: 5">' in TILES
    alone = charts.tile_grid("d", "t", "", [charts.Tile(0, 0, "AC", "–", 0, "", "Aceh: belum ada data")])
    assert "<a " not in alone
    assert "url(#d-none)" in alone


def test_levels_get_darker_also_in_grey() -> None:
    def light(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    greys = [light(colour) for colour in charts.LEVELS[1:]]
    assert all(lighter - darker > 20 for lighter, darker in pairwise(greys))
