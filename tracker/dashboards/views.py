"""The pages that look on: one unit, and what each figure means."""

from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.administration.complaint_officers import at_unit as complaint_officer_at
from tracker.complaints.of_unit import complaints_of
from tracker.dashboards import unit_page
from tracker.dashboards.narrowing import STANDINGS
from tracker.dashboards.unit_work import ways
from tracker.directory.models import Region, ServiceUnit
from tracker.instruments.queries import usual_cycle
from tracker.mentoring.of_unit import of_unit
from tracker.progress.lines import call_rules, standing_rules
from tracker.progress.nightly import last_check
from tracker.reminders.unreachable import unreachable_in

pages = Pages("dashboards", __name__)


PLACE = (
    joinedload(ServiceUnit.agency),
    joinedload(ServiceUnit.region).joinedload(Region.parent),
    joinedload(ServiceUnit.area),
)


@pages.show("/unit/<int:id>", act=Act.VIEW_UNITS, on=ServiceUnit, load=PLACE)
def unit(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    """A unit in one cycle. Whoever reads no cases sees where it belongs and whom one can call.

    What is folded is read when it is opened: `bagian` names the part; htmx fetches it alone, a link with the page.
    """
    reads = unit_page.reads_cases(desk, unit)
    results = unit_page.results_of(desk, unit) if reads else []
    result = chosen(results)
    part = request.args.get("bagian", "")
    parts = folded(desk, unit, result, results, part)
    alone = part in parts and "HX-Request" in request.headers
    page = make_response(
        render_template(
            "dashboards/_unit_part.html" if alone else "dashboards/unit.html",
            unit=unit,
            contacts=[] if alone else unit_page.contacts(desk, unit),
            complaint_officer=None if alone else complaint_officer_at(desk, unit),
            unreachable=[] if alone else unreachable_in(desk, unit),
            complaints=None if alone else complaints_of(desk, unit),
            reads_cases=reads,
            ngulik=of_unit(desk, unit) if reads and not alone else None,
            results=results,
            cycle=result.cycle if result else None,
            case=unit_page.case_of(desk, unit, result, results) if result and not alone else None,
            standings=STANDINGS,
            part=part,
            part_url=url_for("dashboards.unit", id=unit.id, siklus=result.cycle.code if result else None, bagian=""),
            ways=ways(),
            parts=parts,
            **parts,
            illustration=bool(result and result.cycle.is_illustration),
            as_of=desk.now,
        )
    )
    page.vary.add("HX-Request")
    return page


def folded(
    desk: Desk, unit: ServiceUnit, result: unit_page.Result | None, results: list[unit_page.Result], part: str
) -> dict[str, Any]:
    """What the opened part shows; nothing of the closed ones is read."""
    if part == "terbawa" and result is not None:
        return {"terbawa": unit_page.carried_tasks(desk, unit, result.cycle, results)}
    if part != "riwayat":
        return {}
    page = max(1, request.args.get("halaman", 1, int))
    history = unit_page.history_of(desk, unit, page)

    def turned(number: int) -> str:
        code = result.cycle.code if result else None
        return url_for("dashboards.unit", id=unit.id, siklus=code, bagian=part, halaman=number, _anchor=part)

    return {
        "riwayat": history,
        "previous_url": turned(page - 1) if page > 1 else "",
        "next_url": turned(page + 1) if history.last < history.total else "",
    }


def chosen(results: list[unit_page.Result]) -> unit_page.Result | None:
    """The cycle of the address, else the usual one of those that the unit is in."""
    asked = next((each for each in results if each.cycle.code == request.args.get("siklus")), None)
    usual = usual_cycle([each.cycle for each in results])
    return asked or next((each for each in results if each.cycle is usual), None)


@pages.show("/rumus", act=Act.VIEW_REFERENCE)
def formulas(desk: Desk) -> ResponseReturnValue:
    """Every figure with its formula, so that leadership can defend it."""
    return render_template(
        "dashboards/formulas.html",
        margins=standing_rules(desk.session),
        calls=call_rules(desk.session),
        check=last_check(desk),
    )
