"""Pages on which complaints become a recommendation or are linked to one, and what other pages show of the links."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.complaints import linking
from tracker.complaints.lines import LINES, ComplaintLine, read
from tracker.complaints.models import Complaint, ComplaintLink
from tracker.complaints.pattern_forms import LinkForm
from tracker.complaints.views import pages
from tracker.directory.models import ServiceUnit
from tracker.instruments.models import Cycle
from tracker.recommendations import queries as advice_queries
from tracker.recommendations.forms import AdviceForm
from tracker.recommendations.models import Recommendation
from tracker.recommendations.views import chosen_cycle

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Linked:
    """The newest complaints behind a recommendation, and how many there are."""

    rows: list[ComplaintLine]
    total: int


@pages.record_once
def words(state: BlueprintSetupState) -> None:
    """What pages of recommendations and complaints show of each other."""
    state.app.jinja_env.globals.update(complaints_behind=complaints_behind, recommendations_after=recommendations_after)


def complaints_behind(recommendation: Recommendation) -> Linked | None:
    """None where there are none that the reader sees."""
    desk: Desk = g.desk
    if not desk.holds(Act.VIEW_COMPLAINTS):
        return None
    ids = sa.select(ComplaintLink.complaint_id).where(ComplaintLink.recommendation_id == recommendation.id)
    newest = LINES.where(Complaint.id.in_(ids)).order_by(Complaint.received_at.desc(), Complaint.id.desc())
    rows = read(desk, newest.limit(MOST_SHOWN))
    if not rows:
        return None
    total = len(rows)
    if total == MOST_SHOWN:
        total = desk.session.scalar(sa.select(sa.func.count()).select_from(Complaint).where(Complaint.id.in_(ids))) or 0
    return Linked(rows, total)


def recommendations_after(complaint: Complaint) -> list[Recommendation]:
    """What a complaint became, or shows, as far as the reader sees recommendations."""
    desk: Desk = g.desk
    return desk.all(linking.recommendations_of(complaint)) if desk.holds(Act.VIEW_RECOMMENDATIONS) else []


@pages.show("/unit/<int:id>/pengaduan/kaitkan", act=Act.LINK_COMPLAINT, on=ServiceUnit)
def link_cases(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    """The chosen cases, what the unit was told already, and the form of a new recommendation."""
    return show_linking(desk, unit, request.args.getlist("pilih", int), request.args.get("siklus", ""))


def show_linking(
    desk: Desk, unit: ServiceUnit, ids: list[int], cycle: str, form: LinkForm | None = None, advice: Any = None
) -> str:
    complaints = linking.chosen(desk, unit, ids)
    cycles = desk.all(advice_queries.open_cycles()) if desk.may(Act.ADD_RECOMMENDATION, unit) else []
    shown = chosen_cycle(cycles, cycle) if cycles else None
    told = desk.all(linking.of_unit_in_open_cycles(unit)) if desk.holds(Act.VIEW_RECOMMENDATIONS) else []
    rows = read(desk, LINES.where(Complaint.id.in_([each.id for each in complaints])).order_by(Complaint.received_at))
    chosen_ids = [each.id for each in complaints]
    return render_template(
        "complaints/link_cases.html",
        desk=desk,
        unit=unit,
        rows=rows,
        told=told,
        cycle=shown,
        cycles=cycles,
        link_form=(form or LinkForm(formdata=None)).offer(told),
        advice_form=advice or (advice_form(desk, shown, complaints) if shown is not None else None),
        address=lambda code: url_for("complaints.link_cases", id=unit.id, pilih=chosen_ids, siklus=code),
    )


def advice_form(desk: Desk, cycle: Cycle, complaints: list[Complaint]) -> AdviceForm:
    """With the aspect that most of the chosen cases name; what must improve is for a person to say."""
    form = AdviceForm(formdata=None).for_cycle(cycle, desk.all(advice_queries.letters_of(cycle.id)))
    codes = [each.aspect_code for each in complaints if each.aspect_code]
    most = max(set(codes), key=codes.count) if codes else None
    form.aspect_id.data = next((each.id for each in cycle.instrument.aspects if each.code == most), None)
    return form


@pages.do("/unit/<int:id>/pengaduan/kaitkan", act=Act.LINK_COMPLAINT, on=ServiceUnit)
def link_cases_sent(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    ids = request.form.getlist("pilih", int)
    form = LinkForm().offer(desk.all(linking.of_unit_in_open_cycles(unit)))
    complaints, done = linking.chosen(desk, unit, ids), [0]

    def link(id: int) -> None:
        recommendation = desk.find(Recommendation, id, Act.VIEW_RECOMMENDATIONS)
        done[0] = linking.link(desk, complaints, recommendation)

    if form.carried_out(link):
        flash(ngettext("%(num)s pengaduan dikaitkan.", "%(num)s pengaduan dikaitkan.", done[0]))
        return redirect(url_for("recommendations.show", id=form.value(), _anchor="pengaduan"), 303)
    return show_linking(desk, unit, ids, "", form=form), form.status


@pages.do("/unit/<int:id>/pengaduan/rekomendasi", act=Act.ADD_RECOMMENDATION, on=ServiceUnit)
def recommend_sent(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    """A recommendation that came of complaints."""
    ids, code = request.form.getlist("pilih", int), request.form.get("siklus", "")
    cycle = chosen_cycle(desk.all(advice_queries.open_cycles()), code, strictly=True)
    form = AdviceForm().for_cycle(cycle, desk.all(advice_queries.letters_of(cycle.id)))
    complaints = linking.chosen(desk, unit, ids)
    added: list[Recommendation] = []
    if form.carried_out(lambda advice: added.append(linking.recommend(desk, unit, cycle, advice, complaints))):
        flash(_("Rekomendasi ditambahkan. Tetapkan tindak lanjutnya agar unit tahu apa yang harus dikerjakan."))
        return redirect(url_for("recommendations.show", id=added[0].id), 303)
    return show_linking(desk, unit, ids, code, advice=form), form.status


@pages.do("/pengaduan/<int:id>/lepas-kaitan", act=Act.LINK_COMPLAINT, on=Complaint)
def unlink_sent(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
    recommendation_id = request.form.get("recommendation_id", 0, int)
    if not linking.unlink(desk, complaint, recommendation_id):
        raise NotFound(f"link of complaint {complaint.id}")
    flash(_("Kaitannya dilepas."))
    return redirect(url_for("complaints.show", id=complaint.id), 303)
