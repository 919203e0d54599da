"""The portfolio: the matrix of units and aspects, the numbers above it, the lists behind them, and its exports."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards import queries
from tracker.dashboards.matrix import legend, matrix_rows
from tracker.dashboards.narrowing import STANDINGS, Narrowed, read
from tracker.dashboards.portfolio_export import columns, rows
from tracker.dashboards.views import pages
from tracker.directory.models import Region, ServiceUnit
from tracker.followups.models import FollowUp
from tracker.followups.wording import line as in_list
from tracker.kit import export, formats
from tracker.progress.lines import Lines, UnitLine, lines, worst_first
from tracker.progress.rules import GroupMean, Standing, group_mean
from tracker.recommendations.models import Recommendation

SECTION = 50
"""Units a section: the next one comes while one scrolls, or by a link."""
BEHIND = 50

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


def portfolio_of(desk: Desk, narrowed: Narrowed) -> Portfolio:
    by = narrowed.by
    found = lines(desk, by.cycle, queries.narrowed_units(desk, by.whatever_it_stands()))
    standings = Counter(line.standing for line in found.units)
    units = [line for line in found.units if by.standing in (None, line.standing)]
    units.sort(key=ORDERS[narrowed.order])
    return Portfolio(narrowed, found, units, standings, group_mean(line.row.verified for line in units))


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
        rows=matrix_rows(desk, narrowed.by.cycle, shown_aspects(narrowed), shown),
        more=None if everything else further(narrowed, start + len(shown), len(whole.units)),
        legend=legend(),
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
        rows=matrix_rows(desk, narrowed.by.cycle, shown_aspects(narrowed), shown),
        more=further(narrowed, start + len(shown), len(whole.units)),
    )


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


@dataclass(frozen=True, slots=True)
class Kind:
    """A list behind a number: its title, its query, and what a row is."""

    title: str
    query: Callable[[Desk, queries.Narrowing], sa.Select[Any]]
    of_follow_ups: bool = True


def kinds() -> Mapping[str, Kind]:
    return {
        "lewat-tenggat": Kind(_("Tindak lanjut lewat tenggat"), queries.overdue_work),
        "menunggu-verifikasi": Kind(_("Tindak lanjut menunggu verifikasi"), queries.waiting_work),
        "belum-ditugaskan": Kind(_("Rekomendasi yang belum ditugaskan"), queries.not_assigned, of_follow_ups=False),
    }


@pages.show("/portofolio/daftar", act=Act.VIEW_PORTFOLIO)
def behind(desk: Desk) -> ResponseReturnValue:
    """The rows behind a number of the portfolio, under the same filter."""
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/portfolio_empty.html")
    name = request.args.get("apa", "")
    name = name if name in kinds() else "lewat-tenggat"
    kind = kinds()[name]
    query = kind.query(desk, narrowed.by)
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    page = max(1, request.args.get("halaman", 1, int))
    found = desk.all(as_list(query, kind).limit(BEHIND).offset((page - 1) * BEHIND))
    return render_template(
        "dashboards/behind.html",
        kind=kind,
        narrowed=narrowed,
        illustration=narrowed.by.cycle.is_illustration,
        rows=[in_list(desk, row) for row in found] if kind.of_follow_ups else found,
        total=total,
        first=(page - 1) * BEHIND + 1,
        last=(page - 1) * BEHIND + len(found),
        previous_url=narrowed.address("dashboards.behind", apa=name, halaman=page - 1) if page > 1 else "",
        next_url=narrowed.address("dashboards.behind", apa=name, halaman=page + 1) if page * BEHIND < total else "",
        as_of=desk.now,
    )


def as_list(query: sa.Select[Any], kind: Kind) -> sa.Select[Any]:
    if kind.of_follow_ups:
        unit = joinedload(FollowUp.unit)
        return query.options(
            unit.options(joinedload(ServiceUnit.agency), joinedload(ServiceUnit.region).joinedload(Region.parent)),
            joinedload(FollowUp.recommendation).joinedload(Recommendation.aspect),
            joinedload(FollowUp.person_in_charge),
        ).order_by(FollowUp.due_at, FollowUp.id)
    return query.options(
        joinedload(Recommendation.unit).joinedload(ServiceUnit.agency), joinedload(Recommendation.aspect)
    ).order_by(Recommendation.unit_id, Recommendation.aspect_id, Recommendation.id)


@pages.show("/portofolio/unduh.xlsx", act=Act.VIEW_PORTFOLIO)
def portfolio_xlsx(desk: Desk) -> ResponseReturnValue:
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return download(desk, export.write_xlsx, media, "xlsx")


@pages.show("/portofolio/unduh.csv", act=Act.VIEW_PORTFOLIO)
def portfolio_csv(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_csv, "text/csv; charset=utf-8", "csv")


Writer = Callable[[BinaryIO, Any, Iterator[Any], export.LastRow], export.Written]


def download(desk: Desk, write: Writer, media: str, suffix: str) -> ResponseReturnValue:
    """Exactly the rows of the filter; their number is counted by itself, and another one fails the export."""
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/portfolio_empty.html")
    whole = portfolio_of(desk, narrowed)
    promised = queries.narrowed_units(desk, narrowed.by).order_by(None).subquery()
    count = desk.session.scalar(sa.select(sa.func.count()).select_from(promised)) or 0
    last = export.LastRow(count, formats.moment(desk.now), narrowed.in_words, _(export.LAST_ROW))
    stream = io.BytesIO()
    write(stream, columns(narrowed.aspects), rows(desk, whole.all, narrowed.aspects, whole.units), last)
    stream.seek(0)
    name = f"portofolio-{narrowed.by.cycle.code}-{desk.today:%Y%m%d}.{suffix}"
    return send_file(stream, mimetype=media, as_attachment=True, download_name=name)
