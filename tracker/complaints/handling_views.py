"""The pages of handling: a form for each act on a complaint, which says what follows from it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import TextAreaField

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints import operations, queries
from tracker.complaints.answers import offered_to
from tracker.complaints.models import Complaint
from tracker.complaints.showing import heading
from tracker.complaints.steps import STEPS, Step
from tracker.complaints.views import pages
from tracker.complaints.wording import due_or_none
from tracker.kit.forms import Form
from tracker.kit.workflow import IllegalMove


def register(step: Step) -> None:
    """The two routes of a step: its form, and what is sent."""

    def shown(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
        return act_page(desk, complaint, step, step.opened(desk, complaint, {"formdata": None}))

    def sent(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
        form = step.opened(desk, complaint, {})
        try:
            done = form.carried_out(
                lambda value: step.carry_out(desk, complaint, value), complaint if step.compares else None
            )
        except IllegalMove:
            return overtaken(desk, complaint.id, step, form)
        if done:
            flash(_(step.done))
            return redirect(url_for("complaints.show", id=complaint.id), 303)
        if not form.is_overtaken:  # what was refused may have gone half its way
            id = complaint.id
            desk.session.rollback()
            complaint = desk.find(Complaint, id, step.act)
        return act_page(desk, complaint, step, form), form.status

    shown.__name__, sent.__name__ = step.name, f"{step.name}_sent"
    pages.show(f"/pengaduan/<int:id>/{step.slug}", act=step.act, on=Complaint)(shown)
    pages.do(f"/pengaduan/<int:id>/{step.slug}", act=step.act, on=Complaint)(sent)


for each in STEPS:
    register(each)


def overtaken(desk: Desk, id: int, step: Step, form: Form[Any]) -> ResponseReturnValue:
    """Somebody was quicker: say how it stands now, and show what was typed, so that nothing is lost."""
    typed = [(field.label.text, field.data) for field in form if isinstance(field, TextAreaField) and field.data]
    desk.session.rollback()
    complaint = desk.find(Complaint, id, Act.VIEW_COMPLAINTS)
    return act_page(desk, complaint, step, form, typed), 409


def act_page(
    desk: Desk, complaint: Complaint, step: Step, form: Form[Any], typed: list[tuple[str, str]] | None = None
) -> str:
    """The form of one act; where the status has no room for it any more, the page says so instead."""
    desk.session.scalars(queries.as_page(complaint.id)).one()
    said = desk.session.scalar(queries.words_of(complaint.id))
    templates = offered_to(desk, complaint.agency_id) if step.act is Act.RESPOND_COMPLAINT else []
    return render_template(
        "complaints/act.html",
        step=step,
        complaint=complaint,
        heading=heading(complaint, said),
        words=said,
        form=form,
        possible=complaint.can(step.act),
        due=due_or_none(desk, complaint),
        typed=typed or [],
        templates=templates,
    )


@pages.do("/pengaduan/<int:id>/mulai", act=Act.START_COMPLAINT, on=Complaint)
def start(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
    operations.start(desk, complaint)
    return back_to(complaint, _("Pengaduan sedang Anda tangani."))


@pages.do("/pengaduan/<int:id>/lanjutkan", act=Act.RESUME_COMPLAINT, on=Complaint)
def resume(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
    operations.resume(desk, complaint)
    return back_to(complaint, _("Pengaduan dilanjutkan. Waktu berjalan lagi."))


@pages.do("/pengaduan/<int:id>/tutup", act=Act.CLOSE_COMPLAINT, on=Complaint)
def close(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
    operations.close(desk, complaint)
    return back_to(complaint, _("Pengaduan selesai."))


def back_to(complaint: Complaint, done: str) -> ResponseReturnValue:
    flash(done)
    return redirect(url_for("complaints.show", id=complaint.id), 303)
