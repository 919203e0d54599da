"""The portfolio: the matrix of units and aspects, the numbers above it, and its exports."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards import grouping, queries
from tracker.dashboards.grouping import Groups
from tracker.dashboards.matrix import MatrixRow, legend, matrix_rows
from tracker.dashboards.narrowing import STANDINGS, Narrowed, read
from tracker.dashboards.portfolio_export import AT_ONCE, columns, rows
from tracker.dashboards.views import pages
from tracker.kit import export, formats
from tracker.progress.lines import Lines, UnitLine, lines, worst_first
from tracker.progress.rules import GroupMean, Standing, group_mean

SECTION = 50
"""Units a section: the next one comes while one scrolls, or by a link."""

ORDERS: Mapping[str, Callable[[UnitLine], tuple[Any, ...]]] = {
    "panggilan": worst_first,
    "terverifikasi": lambda line: (*least_first(line.row.verified), line.row.name, line.id),
    "diklaim": lambda line: (*least_first(line.row.claimed), line.row.name, line.id),
    "indeks": lambda line: (*least_first(line.index), line.row.name, line.id),
    "nama": lambda line: (line.row.name, line.row.agency, line.id),
    "instansi": lambda line: (line.row.agency, line.row.name, line.id),
}


def least_first(figure: Decimal | None) -> tuple[bool, Decimal]:
    """Without data comes after the largest: nothing is known to be bad."""
    return figure is None, figure or Decimal(0)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The units of a filter in order. `standings` counts them before the filter by standing, which the tiles offer."""

    narrowed: Narrowed
    all: Lines
    units: list[UnitLine]
    standings: Counter[Standing]
    mean: GroupMean
    groups: Groups | None


def portfolio_of(desk: Desk, narrowed: Narrowed) -> Portfolio:
    by = narrowed.by
    found = lines(desk, by.cycle, queries.narrowed_units(desk, by.whatever_it_stands()))
    standings = Counter(line.standing for line in found.units)
    units = [line for line in found.units if by.standing in (None, line.standing)]
    units.sort(key=ORDERS[narrowed.order])
    groups = grouping.groups(desk, narrowed, units)
    if groups is not None:
        units.sort(key=groups.place)
    return Portfolio(narrowed, found, units, standings, group_mean(line.row.verified for line in units), groups)


@pages.show("/portofolio", act=Act.VIEW_PORTFOLIO)
def portfolio(desk: Desk) -> ResponseReturnValue:
    """The first sections; each of the rest has its own address, so every row can be reached without scripts."""
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/portfolio_empty.html")
    whole = portfolio_of(desk, narrowed)
    start = section_start(len(whole.units))
    everything = request.args.get("tampil") == "semua"
    shown = whole.units if everything else whole.units[start : start + SECTION]
    return render_template(
        "dashboards/portfolio.html",
        narrowed=narrowed,
        form=narrowed.form,
        cycle=narrowed.by.cycle,
        illustration=narrowed.by.cycle.is_illustration,
        whole=whole,
        total=len(whole.units),
        first=start + 1,
        last=start + len(shown),
        previous_url=narrowed.address(dari=max(0, start - SECTION) or None) if start and not everything else "",
        pending=queries.pending(desk, narrowed.by),
        standings=[(word, label, whole.standings[each]) for each, (word, label) in STANDINGS.items()],
        aspects=shown_aspects(narrowed),
        rows=rows_of(desk, whole, shown, None),
        more=None if everything else further(narrowed, start + len(shown), len(whole.units)),
        legend=legend(),
        report_url=narrowed.report_address,
        large=len(whole.units) > AT_ONCE,
        as_of=desk.now,
    )


@pages.show("/portofolio/baris", act=Act.VIEW_PORTFOLIO)
def portfolio_rows(desk: Desk) -> ResponseReturnValue:
    """The next section, for a page that grows as one scrolls."""
    narrowed = read(desk, request.args)
    if narrowed is None:
        return ""
    whole = portfolio_of(desk, narrowed)
    start = section_start(len(whole.units))
    shown = whole.units[start : start + SECTION]
    return render_template(
        "dashboards/_portfolio_rows.html",
        rows=rows_of(desk, whole, shown, whole.units[start - 1] if start else None),
        more=further(narrowed, start + len(shown), len(whole.units)),
    )


def rows_of(desk: Desk, whole: Portfolio, shown: list[UnitLine], before: UnitLine | None) -> list[MatrixRow]:
    """The rows of a section; where they are gathered, the first of each group carries its heading."""
    by = whole.narrowed.by
    found = matrix_rows(desk, by.cycle, shown_aspects(whole.narrowed), shown, by.original)
    return found if whole.groups is None else whole.groups.headed(found, shown, before)


def shown_aspects(narrowed: Narrowed) -> list[Any]:
    """The chosen aspect alone where one is chosen: on a phone the matrix is then two columns."""
    chosen = narrowed.by.aspect
    return [chosen] if chosen is not None else list(narrowed.aspects)


def section_start(total: int) -> int:
    start = request.args.get("dari", 0, int)
    return start if 0 < start < total else 0


@dataclass(frozen=True, slots=True)
class More:
    page_url: str
    part_url: str
    label: str


def further(narrowed: Narrowed, shown: int, total: int) -> More | None:
    left = total - shown
    if left <= 0:
        return None
    label = _("%(next)s unit berikutnya, %(left)s lagi", next=min(SECTION, left), left=formats.number(left))
    return More(
        narrowed.address(dari=shown), narrowed.address("dashboards.portfolio_rows", dari=shown), label
    )  # fmt: skip


@pages.show("/portofolio/unduh.xlsx", act=Act.VIEW_PORTFOLIO)
def portfolio_xlsx(desk: Desk) -> ResponseReturnValue:
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return download(desk, export.write_xlsx, media, "xlsx")


@pages.show("/portofolio/unduh.csv", act=Act.VIEW_PORTFOLIO)
def portfolio_csv(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_csv, "text/csv; charset=utf-8", "csv")


Writer = Callable[[BinaryIO, Any, Iterator[Any], export.LastRow], export.Written]


def download(desk: Desk, write: Writer, media: str, suffix: str) -> ResponseReturnValue:
    """Exactly the rows of the filter; their number is counted by itself, and another one fails the export.

    A long one leads to the reports, which make it in the background: no worker is busy with it.
    """
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/portfolio_empty.html")
    whole = portfolio_of(desk, narrowed)
    if len(whole.units) > AT_ONCE:
        return redirect(narrowed.report_address(suffix))
    promised = queries.narrowed_units(desk, narrowed.by).order_by(None).subquery()
    count = desk.session.scalar(sa.select(sa.func.count()).select_from(promised)) or 0
    last = export.LastRow(count, formats.moment(desk.now), narrowed.in_words, _(export.LAST_ROW))
    stream = io.BytesIO()
    write(
        stream,
        columns(narrowed.aspects),
        rows(desk, whole.all, narrowed.aspects, whole.units, narrowed.by.original),
        last,
    )
    stream.seek(0)
    name = f"portofolio-{narrowed.by.cycle.code}-{desk.today:%Y%m%d}.{suffix}"
    return send_file(stream, mimetype=media, as_attachment=True, download_name=name)
