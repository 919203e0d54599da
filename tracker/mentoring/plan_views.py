"""Planning, changing, copying and cancelling a session."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.policy import POLICY
from tracker.directory.models import SupervisionArea
from tracker.instruments.queries import usual_cycle
from tracker.kit.forms import Form, given
from tracker.mentoring import sessions
from tracker.mentoring.cautions import remarks
from tracker.mentoring.invitations import cancel_and_tell, edit_and_tell, invited
from tracker.mentoring.models import MentoringSession
from tracker.mentoring.plan_forms import MOST_DAYS, ZONES, PlanForm, days_of, form_with, number_of_days
from tracker.mentoring.planning import copy_session, plan_session
from tracker.mentoring.states import Mode
from tracker.mentoring.views import pages

CARRIED = ("siklus", "unit", "wilayah", "provinsi", "jenis", "aspek", "skor", "predikat", "cari", "pilih")
"""What of the portfolio's address goes along to the choice of units."""


class CancelForm(Form[str]):
    reason = TextAreaField(
        lazy_gettext("Alasan pembatalan"), [InputRequired(), Length(max=5000)], render_kw={"rows": "3"}
    )

    def value(self) -> str:
        return str(given(self.reason))


def carried() -> dict[str, Any]:
    return {name: request.args[name] for name in CARRIED if request.args.get(name)}


def areas_to_host(desk: Desk) -> tuple[list[SupervisionArea], bool]:
    """The areas for which this person plans, and whether they may plan across areas."""
    mandates = POLICY[Act.PLAN_SESSION].mandates(desk.actor)
    everywhere = any(mandate.covers_everything for mandate in mandates)
    own = {mandate.area_id for mandate in mandates}
    areas = desk.all(sessions.areas_in_use())
    return [area for area in areas if everywhere or area.id in own], everywhere


def offered(desk: Desk, form: PlanForm, session: MentoringSession | None = None) -> PlanForm:
    areas, everywhere = areas_to_host(desk)
    if session is not None and session.host_area is not None and session.host_area not in areas:
        areas.append(session.host_area)
    return form.offer(desk.all(sessions.cycles()), areas, everywhere)


def sent_form(desk: Desk, session: MentoringSession | None = None) -> PlanForm:
    """As it came; with one day more where that was asked."""
    form = form_with(number_of_days(request.form.get("days_shown")))()
    if session is not None:
        form.speakers_now = sessions.speakers_of(desk, session)
    return offered(desk, form, session)


def wants_another_day() -> bool:
    return "another_day" in request.form


def with_another_day(desk: Desk, form: PlanForm, session: MentoringSession | None = None) -> PlanForm:
    longer = form_with(min(MOST_DAYS, len(form.rows) + 1))()
    last, new = longer.rows[-2:] if len(longer.rows) > len(form.rows) else (longer.rows[-1], longer.rows[-1])
    if new is not last:
        new.start.data, new.end.data = last.start.data, last.end.data
    longer.days_shown.raw_data = None
    return offered(desk, longer, session)


def page(
    desk: Desk, form: PlanForm, heading: str, action: str, cancel: str, session: MentoringSession | None = None
) -> str:
    form.days_shown.data = str(len(form.rows))
    form.days_shown.raw_data = None
    return render_template(
        "mentoring/plan.html",
        form=form,
        heading=heading,
        action=action,
        cancel=cancel,
        session=session,
        more_days=len(form.rows) < MOST_DAYS,
        remarks=list(remarks(desk, list(days_of(form)), str(form.in_zone), [])) if request.method == "POST" else [],
    )


@pages.show("/sesi/baru", act=Act.PLAN_SESSION)
def plan(desk: Desk) -> ResponseReturnValue:
    form = form_with(1)(formdata=None)
    areas, _everywhere = areas_to_host(desk)
    cycle = usual_cycle(desk.all(sessions.cycles()))
    zone = str(desk.zone) if str(desk.zone) in ZONES else "Asia/Jakarta"
    asked = request.args.get("wilayah", "", str)
    own = next((area.id for area in areas if str(area.id) == asked), areas[0].id if areas else None)
    form.process(
        data={
            "mode": Mode.ONLINE,
            "zone": zone,
            "cycle_id": cycle.id if cycle else None,
            "host_area_id": own,
            "series": "Ngulik",
        }
    )
    return page(desk, offered(desk, form), _("Rencanakan sesi"), url_for("mentoring.plan_sent", **carried()),
                url_for("mentoring.index"))  # fmt: skip


@pages.do("/sesi/baru", act=Act.PLAN_SESSION)
def plan_sent(desk: Desk) -> ResponseReturnValue:
    form = sent_form(desk)
    action, cancel = url_for("mentoring.plan_sent", **carried()), url_for("mentoring.index")
    if wants_another_day():
        return page(desk, with_another_day(desk, form), _("Rencanakan sesi"), action, cancel)
    made: list[MentoringSession] = []
    if form.carried_out(lambda value: made.append(plan_session(desk, value))):
        flash(_("Sesi tersimpan sebagai rancangan. Sekarang pilih unitnya."))
        return redirect(url_for("mentoring.units", id=made[0].id, **carried()), 303)
    return page(desk, form, _("Rencanakan sesi"), action, cancel), form.status


@pages.show("/sesi/<int:id>/ubah", act=Act.EDIT_SESSION, on=MentoringSession, load=sessions.for_page())
def edit(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = form_with(max(1, len(session.days)))(formdata=None).fill(session, sessions.speakers_of(desk, session))
    return edit_page(desk, session, form)


def edit_page(desk: Desk, session: MentoringSession, form: PlanForm) -> str:
    back = url_for("mentoring.show", id=session.id)
    offered(desk, form, session)
    return page(desk, form, _("Ubah sesi"), url_for("mentoring.edit_sent", id=session.id), back, session)


@pages.do("/sesi/<int:id>/ubah", act=Act.EDIT_SESSION, on=MentoringSession)
def edit_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = sent_form(desk, session)
    if wants_another_day():
        return edit_page(desk, session, with_another_day(desk, form, session))
    told: list[int] = []
    if form.carried_out(lambda value: told.append(edit_and_tell(desk, session, value)), row=session):
        flash(_("Sesi tersimpan. %(count)s pemberitahuan perubahan dikirim.", count=told[0]) if told[0]
              else _("Sesi tersimpan."))  # fmt: skip
        return redirect(url_for("mentoring.show", id=session.id), 303)
    return edit_page(desk, session, form), form.status


@pages.show("/sesi/<int:id>/salin", act=Act.PLAN_SESSION, on=MentoringSession, load=sessions.for_page())
def copy(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """Everything but the days and the letters' numbers, which are of the new session."""
    form = form_with(max(1, len(session.days)))(formdata=None).fill(session, sessions.speakers_of(desk, session))
    for row in form.rows:
        row.day.data = None
    form.version.data = form.letter_number.data = form.assignment_number.data = ""
    if (cycle := usual_cycle(desk.all(sessions.cycles()))) is not None:
        form.cycle_id.data = cycle.id
    return copy_page(desk, session, form)


def copy_page(desk: Desk, session: MentoringSession, form: PlanForm) -> str:
    back = url_for("mentoring.show", id=session.id)
    offered(desk, form)
    return page(desk, form, _("Salin sesi"), url_for("mentoring.copy_sent", id=session.id), back, session)


@pages.do("/sesi/<int:id>/salin", act=Act.PLAN_SESSION, on=MentoringSession)
def copy_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = sent_form(desk)
    if wants_another_day():
        return copy_page(desk, session, with_another_day(desk, form))
    made: list[MentoringSession] = []
    if form.carried_out(lambda value: made.append(copy_session(desk, session, value))):
        flash(_("Salinan tersimpan sebagai rancangan dengan unit yang sama."))
        return redirect(url_for("mentoring.show", id=made[0].id), 303)
    return copy_page(desk, session, form), form.status


@pages.show("/sesi/<int:id>/batal", act=Act.CANCEL_SESSION, on=MentoringSession)
def cancel(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    return cancel_page(desk, session, CancelForm(formdata=None))


def cancel_page(desk: Desk, session: MentoringSession, form: CancelForm) -> str:
    count = len(invited(desk, session))
    return render_template("mentoring/cancel.html", session=session, form=form, count=count)


@pages.do("/sesi/<int:id>/batal", act=Act.CANCEL_SESSION, on=MentoringSession)
def cancel_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = CancelForm()
    told: list[int] = []
    if form.carried_out(lambda reason: told.append(cancel_and_tell(desk, session, reason))):
        flash(_("Sesi dibatalkan. %(count)s pemberitahuan dikirim.", count=told[0]) if told[0]
              else _("Sesi dibatalkan."))  # fmt: skip
        return redirect(url_for("mentoring.show", id=session.id), 303)
    return cancel_page(desk, session, form), form.status
