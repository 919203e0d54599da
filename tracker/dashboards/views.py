"""The pages that look on: one unit, and what each figure means."""

import sqlalchemy as sa
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.dashboards import unit_page
from tracker.dashboards.narrowing import STANDINGS
from tracker.directory.models import Region, ServiceUnit
from tracker.instruments.models import Cycle
from tracker.instruments.states import CycleStatus
from tracker.progress.lines import call_rules, standing_rules

pages = Pages("dashboards", __name__)


@pages.show("/unit/<int:id>", act=Act.VIEW_UNITS, on=ServiceUnit)
def unit(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    """A unit in one cycle. Whoever reads no cases sees where it belongs and whom one can call."""
    place = joinedload(ServiceUnit.region).joinedload(Region.parent)
    desk.session.scalars(
        sa.select(ServiceUnit)
        .filter_by(id=unit.id)
        .options(joinedload(ServiceUnit.agency), place, joinedload(ServiceUnit.area))
    ).one()
    reads = unit_page.reads_cases(desk, unit)
    cycles = desk.all(unit_page.cycles_of(unit)) if reads else []
    cycle = chosen(cycles)
    page = max(1, request.args.get("halaman", 1, int))
    history = unit_page.history_of(desk, unit, page)

    def turned(number: int) -> str:
        code = cycle.code if cycle else None
        return url_for("dashboards.unit", id=unit.id, siklus=code, halaman=number, _anchor="riwayat")

    return render_template(
        "dashboards/unit.html",
        unit=unit,
        contacts=unit_page.contacts(desk, unit),
        reads_cases=reads,
        cycles=cycles,
        cycle=cycle,
        case=unit_page.case_of(desk, unit, cycle) if cycle else None,
        standings=STANDINGS,
        history=history,
        previous_url=turned(page - 1) if page > 1 else "",
        next_url=turned(page + 1) if history.last < history.total else "",
        illustration=bool(cycle and cycle.is_illustration),
        as_of=desk.now,
    )


def chosen(cycles: list[Cycle]) -> Cycle | None:
    """The cycle of the address, else the newest open one, else the newest."""
    asked = next((each for each in cycles if each.code == request.args.get("siklus")), None)
    return asked or next((each for each in cycles if each.status is CycleStatus.OPEN), cycles[0] if cycles else None)


@pages.show("/rumus", act=Act.VIEW_REFERENCE)
def formulas(desk: Desk) -> ResponseReturnValue:
    """Every figure with its formula, so that leadership can defend it."""
    return render_template(
        "dashboards/formulas.html", margins=standing_rules(desk.session), calls=call_rules(desk.session)
    )
