"""Charts as SVG: attributes only, so that no style is needed, read by shape as well as by colour. Pure.

Every chart scales by its viewBox, and says its title and summary to whoever hears it. The words come from whoever
asks, in the reader's language. The same markup stands in a page and in a document. Nothing here is the only way to a
figure: whoever shows a chart shows its table beside it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

WIDTH = 400
INK, MUTED, LINE, SHEET = "#221f1a", "#5b554a", "#d9d2c3", "#fffefb"
STRONG, MIDDLE, PALE = "#1b3f7a", "#86a0cb", "#e4eaf5"
GOOD, WARN, WARN_PALE, BAD, BAD_PALE = "#14532d", "#6b4300", "#fbecc9", "#8f1d14", "#fbe4df"
SMALL, TEXT = 14, 16
MOST_POINTS = 240
"""Of a line; more would lie on one another. The first and the last are always among them."""


@dataclass(frozen=True, slots=True)
class Line:
    """Figures over time in percent; None breaks the line, as "no data" is not zero. `look`: solid, dashed, dotted."""

    label: str
    points: Sequence[tuple[date, Decimal | None]]
    look: str = "solid"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day; its sign stands above the line, and is explained beside the chart."""

    day: date
    sign: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """`text` is the value in words, which stands beside the bar; without a value there is no bar."""

    label: str
    value: Decimal | int | None
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a whole. `look`: good, warn, bad or none."""

    label: str
    number: int
    text: str
    look: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A place in a grid. `level` 0 (no data) to 5 (most); `text` is its value, `says` all of it in words."""

    column: int
    row: int
    code: str
    text: str
    level: int
    url: str
    says: str


def svg(name: str, title: str, summary: str, height: float, parts: Iterable[Markup], width: int = WIDTH) -> Markup:
    """The whole of a picture. `name` sets its identifiers apart from those of other charts on the page."""
    return Markup(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%"'
        ' role="img" aria-labelledby="{name}-t {name}-d" font-family="sans-serif" font-size="{size}" fill="{ink}">'
        '<title id="{name}-t">{title}</title><desc id="{name}-d">{summary}</desc>{body}</svg>'
    ).format(
        name=name, title=title, summary=summary, width=width, height=number(height), size=TEXT, ink=INK,
        body=Markup("").join(parts),
    )  # fmt: skip


def number(figure: float | Decimal) -> str:
    return f"{figure:.1f}".removesuffix(".0")


def words(x: float, y: float, text: str, anchor: str = "start", size: int = TEXT, fill: str = INK) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}" font-size="{}" fill="{}">{}</text>').format(
        number(x), number(y), anchor, size, fill, text
    )


def stroke(path: str, colour: str, width: float, dashes: str = "") -> Markup:
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="{}"{}/>').format(
        path, colour, number(width), Markup(' stroke-dasharray="{}"').format(dashes) if dashes else ""
    )


def box(x: float, y: float, width: float, height: float, fill: str, edge: str = "") -> Markup:
    outline = Markup(' stroke="{}"').format(edge) if edge else ""
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>').format(
        number(x), number(y), number(max(0.0, width)), number(height), fill, outline
    )


LOOKS = {"solid": (STRONG, 3.0, ""), "dashed": (STRONG, 2.0, "7 4"), "dotted": (INK, 1.5, "2 4")}
LEFT, RIGHT, TOP, BOTTOM, PLOT = 42, 14, 26, 26, 170


def line_chart(
    name: str,
    title: str,
    summary: str,
    lines: Sequence[Line],
    marks: Sequence[Mark] = (),
    tick: Callable[[int], str] = str,
    day_in_words: Callable[[date], str] = str,
) -> Markup:
    """Percent over time, 0 to 100 always, so that no two charts deceive by their scale. Its legend is part of it."""
    days = [day for line in lines for day, _figure in line.points] + [mark.day for mark in marks]
    if not days:
        return Markup("")
    first, last = min(days), max(days)
    span = max(1, (last - first).days)

    def x(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span

    def y(figure: Decimal | int) -> float:
        return TOP + PLOT * (1 - float(figure) / 100)

    parts = [*percent_grid(y, tick), *ends_of_time(first, last, day_in_words)]
    for mark in marks:
        parts.append(stroke(f"M{number(x(mark.day))} {TOP - 4}V{TOP + PLOT}", MUTED, 1, "1 3"))
        parts.append(words(x(mark.day), TOP - 8, mark.sign, "middle", SMALL))
    for line in lines:
        parts.extend(drawn(line, x, y))
    parts.extend(legend_of_lines(lines))
    return svg(name, title, summary, TOP + PLOT + BOTTOM + 24 * len(lines) + 4, parts)


def percent_grid(y: Callable[[int], float], tick: Callable[[int], str]) -> list[Markup]:
    parts = []
    for share in (0, 25, 50, 75, 100):
        parts.append(stroke(f"M{LEFT} {number(y(share))}H{WIDTH - RIGHT}", LINE, 1))
        parts.append(words(LEFT - 5, y(share) + 4, tick(share), "end", SMALL, MUTED))
    return parts


def ends_of_time(first: date, last: date, day_in_words: Callable[[date], str]) -> list[Markup]:
    under = TOP + PLOT + 18
    parts = [words(LEFT, under, day_in_words(first), "start", SMALL, MUTED)]
    if last != first:
        parts.append(words(WIDTH - RIGHT, under, day_in_words(last), "end", SMALL, MUTED))
    return parts


def drawn(line: Line, x: Callable[[date], float], y: Callable[[Decimal], float]) -> list[Markup]:
    """The line, broken where there is no data, and a dot where it ends."""
    colour, width, dashes = LOOKS[line.look]
    path, before = [], False
    for day, figure in thinned(line.points):
        if figure is not None:
            path.append(f"{'L' if before else 'M'}{number(x(day))} {number(y(figure))}")
        before = figure is not None
    if not path:
        return []
    known = [(day, figure) for day, figure in line.points if figure is not None]
    dot = Markup("")
    if line.look != "dotted":
        dot = Markup('<circle cx="{}" cy="{}" r="4" fill="{}" stroke="{}" stroke-width="2"/>').format(
            number(x(known[-1][0])), number(y(known[-1][1])), colour if line.look == "solid" else SHEET, colour
        )
    return [stroke("".join(path), colour, width, dashes), dot]


def thinned(points: Sequence[tuple[date, Decimal | None]]) -> list[tuple[date, Decimal | None]]:
    if len(points) <= MOST_POINTS:
        return list(points)
    step = -(-len(points) // MOST_POINTS)
    return [*points[:-1:step], points[-1]]


def legend_of_lines(lines: Sequence[Line]) -> list[Markup]:
    parts = []
    for at, line in enumerate(lines):
        level = TOP + PLOT + BOTTOM + 18 + 24 * at
        colour, width, dashes = LOOKS[line.look]
        parts.append(stroke(f"M{LEFT} {level - 5}h34", colour, width, dashes))
        parts.append(words(LEFT + 44, level, line.label))
    return parts


BAR_ROW = 44


def bar_chart(
    name: str, title: str, summary: str, bars: Sequence[Bar], most: Decimal | int | None = None,
    expected: Decimal | None = None, expected_label: str = "",
) -> Markup:  # fmt: skip
    """Horizontal bars below their labels, so that long names have room.

    `expected` is a stroke across each bar, which leaves the labels alone; its label says at the foot what it means.
    """
    whole = float(most if most is not None else max((bar.value or 0 for bar in bars), default=0)) or 1.0
    parts = []
    for at, bar in enumerate(bars):
        top = at * BAR_ROW
        parts += [words(0, top + 16, bar.label), words(WIDTH, top + 16, bar.text, "end")]
        parts.append(box(0.5, top + 23, WIDTH - 1, 13, SHEET, LINE))
        if bar.value is not None:
            parts.append(box(0.5, top + 23, (WIDTH - 1) * min(1.0, float(bar.value) / whole), 13, STRONG))
    height = max(1, len(bars)) * BAR_ROW
    if expected is not None and bars:
        across = min(WIDTH - 2.0, max(2.0, WIDTH * float(expected) / whole))
        for at in range(len(bars)):
            parts += expectation(across, at * BAR_ROW + 21, 17)
        if expected_label:
            parts += [*expectation(3, height + 2, 17), words(14, height + 16, expected_label, fill=MUTED)]
            height += 24
    return svg(name, title, summary, height, parts)


def expectation(x: float, y: float, length: float) -> list[Markup]:
    """A stroke that is seen on a bar and beside it: ink with a light edge."""
    path = f"M{number(x)} {number(y)}v{number(length)}"
    return [stroke(path, SHEET, 6), stroke(path, INK, 2)]


def patterns(name: str) -> Markup:
    """What sets shares apart in grey: stripes and dots; the full and the empty one need none."""
    return Markup(
        '<defs><pattern id="{n}-warn" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="8" height="8" fill="{wp}"/><rect width="3" height="8" fill="{w}"/></pattern>'
        '<pattern id="{n}-bad" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<rect width="8" height="8" fill="{b}"/><circle cx="4" cy="4" r="2" fill="{bp}"/></pattern></defs>'
    ).format(n=name, w=WARN, wp=WARN_PALE, b=BAD, bp=BAD_PALE)


def stacked_bar(name: str, title: str, summary: str, parts: Sequence[Part]) -> Markup:
    """One whole in its shares, each with its number and its words below; what is empty is named all the same."""
    total = sum(part.number for part in parts)
    fills = {"good": GOOD, "warn": f"url(#{name}-warn)", "bad": f"url(#{name}-bad)", "none": SHEET}
    drawing, left = [patterns(name)], 1.0
    for part in parts:
        width = (WIDTH - 2) * part.number / total if total else 0
        if width:
            drawing.append(box(left, 1, width, 38, fills[part.look], INK))
        left += width
    for at, part in enumerate(parts):
        level = 50 + 26 * at
        drawing.append(box(1, level, 22, 16, fills[part.look], INK))
        drawing += [words(32, level + 13, part.label), words(WIDTH, level + 13, part.text, "end")]
    return svg(name, title, summary, 54 + 26 * len(parts), drawing)


TILE, GAP = 40, 3
LEVELS = (SHEET, "#ffffff", "#d3deef", MIDDLE, "#4a69a4", STRONG)
"""From no data to most, each lighter than the next also in grey; the first is hatched."""


def tile_grid(name: str, title: str, summary: str, tiles: Sequence[Tile]) -> Markup:
    """A tile of the same size for every place, roughly where it lies; each leads to what lies behind it.

    Tiles are links, so that the picture is a group of them and not one image.
    """
    columns = 1 + max((tile.column for tile in tiles), default=0)
    lines = 1 + max((tile.row for tile in tiles), default=0)
    hatch = Markup(
        '<defs><pattern id="{n}-none" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="{s}"/><rect width="1" height="6" fill="{l}"/></pattern></defs>'
    ).format(n=name, s=SHEET, l=LINE)
    body = Markup("").join([hatch, *(one_tile(name, tile) for tile in tiles)])
    return Markup(
        '<svg class="chart chart-tiles" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="100%"'
        ' role="group" aria-labelledby="{n}-t" font-family="sans-serif" text-anchor="middle">'
        '<title id="{n}-t">{title}. {summary}</title>{body}</svg>'
    ).format(n=name, title=title, summary=summary, w=columns * (TILE + GAP), h=lines * (TILE + GAP), body=body)


def one_tile(name: str, tile: Tile) -> Markup:
    x, y = tile.column * (TILE + GAP) + 1, tile.row * (TILE + GAP) + 1
    fill = f"url(#{name}-none)" if tile.level == 0 else LEVELS[tile.level]
    ink = SHEET if tile.level >= 4 else INK
    body = Markup(
        '<rect x="{x}" y="{y}" width="{side}" height="{side}" rx="3" fill="{fill}" stroke="{edge}"/>'
        '<text x="{mid}" y="{high}" font-size="14" fill="{ink}">{code}</text>'
        '<text x="{mid}" y="{low}" font-size="15" font-weight="bold" fill="{ink}">{text}</text>'
    ).format(
        x=x, y=y, side=TILE, fill=fill, edge=MUTED, mid=x + TILE // 2, high=y + 17, low=y + 34, ink=ink,
        code=tile.code, text=tile.text,
    )  # fmt: skip
    if not tile.url:
        return Markup('<g role="img" aria-label="{}"><title>{}</title>{}</g>').format(tile.says, tile.says, body)
    return Markup('<a href="{}" aria-label="{}"><title>{}</title>{}</a>').format(tile.url, tile.says, tile.says, body)


def swatch(level: int) -> Markup:
    """A square of a level, for the legend."""
    fill = SHEET if level == 0 else LEVELS[level]
    lines = stroke("M0 16L16 0M0 8L8 0M8 16L16 8", LINE, 1) if level == 0 else Markup("")
    return Markup(
        '<svg class="swatch" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{}{}</svg>'
    ).format(box(0.5, 0.5, 15, 15, fill, MUTED), lines)
