"""The tables of the portfolio and of a comparison, made as reports where they are too long for a page to wait for."""

from collections.abc import Mapping

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk, Forbidden, NotFound
from tracker.dashboards import narrowing, portfolio, portfolio_export, queries
from tracker.instruments.models import Cycle
from tracker.progress import comparing, comparing_export, sealing
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
    unit_id = narrowing.number(filter.get("unit"))
    found = comparing.compare(desk, cycle, first, second, unit_id)
    query = comparing.between(desk, cycle, found.first, found.second, unit_id)
    listing = Listing(
        comparing_export.columns(desk),
        lambda: comparing_export.rows_of(desk, comparing.causes(desk, query)),
        found.moves,
        wording.as_of(on),
        comparing_export.between(found),
        "Perbandingan",
    )
    name = wording.stem("banding", cycle.code, wording.compact(on.day))
    title = f"Perbandingan {wording.cycle_name(cycle)}: {comparing_export.between(found)}"
    return Report(title, name, listing, rows_at_once=comparing_export.AT_ONCE)
