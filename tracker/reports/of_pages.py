"""Tables of portfolio, numbers and comparison, made as reports where they are too long for a page to wait for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk, Forbidden, NotFound
from tracker.dashboards import behind, figure_lists, figures, narrowing, portfolio, portfolio_export, queries
from tracker.instruments.models import Cycle
from tracker.progress import comparing, comparing_export, parts, sealing
from tracker.reports import wording
from tracker.reports.days import ReportDay
from tracker.reports.sheets import Listing, Report


def portfolio_report(desk: Desk, filter: Mapping[str, str], on: ReportDay) -> Report:
    """The matrix under the filter of an address, a row a unit.

    Raises NotFound while nobody in reach has a result. The number of rows is counted by itself, as the page counts it.
    """
    if not desk.holds(Act.VIEW_PORTFOLIO):
        raise Forbidden(Act.VIEW_PORTFOLIO)
    narrowed = narrowing.read(desk, filter)
    if narrowed is None:
        raise NotFound("portfolio")
    whole = portfolio.portfolio_of(desk, narrowed)
    promised = queries.narrowed_units(desk, narrowed.by).order_by(None).subquery()
    cycle = narrowed.by.cycle
    listing = Listing(
        portfolio_export.columns(narrowed.aspects),
        lambda: portfolio_export.rows(desk, whole.all, narrowed.aspects, whole.units, narrowed.by.original),
        desk.session.scalar(sa.select(sa.func.count()).select_from(promised)) or 0,
        wording.as_of(on),
        narrowed.in_words,
        "Portofolio",
    )
    name = wording.stem("portofolio", cycle.code, wording.compact(on.day))
    title = f"Portofolio: {narrowed.in_words}"
    return Report(title, name, listing, rows_at_once=portfolio_export.AT_ONCE)


def list_report(desk: Desk, about: str, filter: Mapping[str, str], on: ReportDay) -> Report:
    """The list behind a number of the overview or the portfolio, asked for as `ikhtisar/…` or `portofolio/…`.

    Raises NotFound for a number that is not there.
    """
    page, _slash, code = about.partition("/")
    if page not in LISTS:
        raise NotFound(about)
    act, of = LISTS[page]
    if not desk.holds(act):
        raise Forbidden(act)
    narrowed = narrowing.read(desk, filter)
    if narrowed is None:
        raise NotFound(about)
    found = of(desk, code, narrowed)
    columns, _told = figure_lists.SHEETS[found.of]
    words = f"{found.title}; {narrowed.in_words}"
    listing = Listing(columns(), lambda: found.sheet().rows, found.total, wording.as_of(on), words, "Daftar")
    name = wording.stem(code, narrowed.by.cycle.code, wording.compact(on.day))
    return Report(f"{found.title}: {narrowed.in_words}", name, listing, rows_at_once=figure_lists.AT_ONCE)


@dataclass(frozen=True, slots=True)
class Found:
    """A list behind a number: what it is called, how many rows of what it has, and how they are read."""

    title: str
    total: int
    of: figures.Of
    sheet: Callable[[], figure_lists.Sheet]


def of_overview(desk: Desk, code: str, narrowed: narrowing.Narrowed) -> Found:
    figure = figure_lists.called(code, narrowed.by)
    if figure is None:
        raise NotFound(code)
    by = narrowed.by
    title, total = figure_lists.title_of(figure), figures.count(desk, figure, by)
    return Found(title, total, figure.of, lambda: figure_lists.sheet(desk, figure, by))


def of_portfolio(desk: Desk, code: str, narrowed: narrowing.Narrowed) -> Found:
    kind = behind.kinds().get(code)
    if kind is None:
        raise NotFound(code)
    query = kind.query(desk, narrowed.by)
    total = behind.number_of_rows(desk, query)
    return Found(kind.title, total, kind.of, lambda: behind.sheet_of(desk, kind, query, narrowed))


LISTS: Mapping[str, tuple[Act, Callable[[Desk, str, narrowing.Narrowed], Found]]] = {
    figure_lists.OVERVIEW: (Act.VIEW_OVERVIEW, of_overview),
    figure_lists.PORTFOLIO: (Act.VIEW_PORTFOLIO, of_portfolio),
}
"""The pages that have numbers with lists behind them: who may see theirs, and how it is found."""


def comparison_report(desk: Desk, cycle: Cycle, filter: Mapping[str, str], on: ReportDay) -> Report:
    """Every act between two points of a cycle, of one unit or of all in reach.

    Raises NotFound for a point that is no longer kept.
    """
    if not desk.holds(Act.VIEW_EVALUATIONS):
        raise Forbidden(Act.VIEW_EVALUATIONS)
    known = {point.word: point for point in comparing.offered(desk, sealing.seals_of(desk, cycle))}
    first, second = (known.get(filter.get(name, "")) for name in ("dari", "ke"))
    if first is None or second is None:
        raise NotFound("points")
    part = parts.asked_for(filter)
    found = comparing.compare(desk, cycle, first, second, part)
    query = comparing.between(desk, cycle, found.first, found.second, part)
    words = ": ".join(each for each in (parts.called(desk, part), comparing_export.between(found)) if each)
    listing = Listing(
        comparing_export.columns(desk),
        lambda: comparing_export.rows_of(desk, comparing.causes(desk, query)),
        found.moves,
        wording.as_of(on),
        words,
        "Perbandingan",
    )
    name = wording.stem("banding", cycle.code, wording.compact(on.day))
    title = f"Perbandingan {wording.cycle_name(cycle)}: {words}"
    return Report(title, name, listing, rows_at_once=comparing_export.AT_ONCE)
