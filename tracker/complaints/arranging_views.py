"""What an agency arranges for its complaints: ready answers, and its own limits in working days."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.answers import (
    add_answer,
    agencies_for,
    agency_for,
    edit_answer,
    retire_answer,
    set_terms,
)
from tracker.complaints.clocks import terms_by_default, terms_of
from tracker.complaints.receive_forms import AnswerForm, TermsForm
from tracker.complaints.terms_models import AnswerTemplate, ComplaintTerms
from tracker.complaints.views import pages
from tracker.directory.models import Agency

AT_ONCE = 200
"""Agencies in a choice; more are found by name."""


@pages.show("/pengaduan/templat", act=Act.EDIT_ANSWER_TEMPLATES)
def answers(desk: Desk) -> ResponseReturnValue:
    mine = [agency.id for agency in desk.all(agencies_for(desk, Act.EDIT_ANSWER_TEMPLATES).limit(AT_ONCE))]
    rows = desk.all(
        sa.select(AnswerTemplate)
        .where(sa.or_(AnswerTemplate.agency_id.in_(mine), AnswerTemplate.agency_id.is_(None)))
        .order_by(AnswerTemplate.is_retired, AnswerTemplate.title, AnswerTemplate.id)
        .options(joinedload(AnswerTemplate.agency))
    )
    return render_template("complaints/answers.html", rows=rows, mine=set(mine))


@pages.show("/pengaduan/templat/baru", act=Act.EDIT_ANSWER_TEMPLATES)
def new_answer(desk: Desk) -> ResponseReturnValue:
    return render_template("complaints/answer.html", form=opened(desk, AnswerForm(formdata=None)), kept=None)


@pages.do("/pengaduan/templat/baru", act=Act.EDIT_ANSWER_TEMPLATES)
def new_answer_sent(desk: Desk) -> ResponseReturnValue:
    form = opened(desk, AnswerForm())
    if form.carried_out(lambda value: add_answer(desk, *value)):
        flash(_("Templat tersimpan."))
        return redirect(url_for("complaints.answers"), 303)
    return render_template("complaints/answer.html", form=form, kept=None), form.status


@pages.show("/pengaduan/templat/<int:id>", act=Act.EDIT_ANSWER_TEMPLATES, on=AnswerTemplate)
def answer(desk: Desk, kept: AnswerTemplate) -> ResponseReturnValue:
    agency_for(desk, Act.EDIT_ANSWER_TEMPLATES, kept.agency_id or 0)
    form = opened(desk, AnswerForm(formdata=None)).fill(kept)
    return render_template("complaints/answer.html", form=form, kept=kept)


@pages.do("/pengaduan/templat/<int:id>", act=Act.EDIT_ANSWER_TEMPLATES, on=AnswerTemplate)
def answer_sent(desk: Desk, kept: AnswerTemplate) -> ResponseReturnValue:
    agency_for(desk, Act.EDIT_ANSWER_TEMPLATES, kept.agency_id or 0)
    form = opened(desk, AnswerForm())
    if form.carried_out(lambda value: edit_answer(desk, kept, value[1]), kept):
        flash(_("Templat tersimpan."))
        return redirect(url_for("complaints.answers"), 303)
    return render_template("complaints/answer.html", form=form, kept=kept), form.status


@pages.do("/pengaduan/templat/<int:id>/pensiun", act=Act.EDIT_ANSWER_TEMPLATES, on=AnswerTemplate)
def answer_retired(desk: Desk, kept: AnswerTemplate) -> ResponseReturnValue:
    agency_for(desk, Act.EDIT_ANSWER_TEMPLATES, kept.agency_id or 0)
    retire_answer(desk, kept, retired=not kept.is_retired)
    flash(_("Templat tidak ditawarkan lagi.") if kept.is_retired else _("Templat ditawarkan lagi."))
    return redirect(url_for("complaints.answers"), 303)


def opened(desk: Desk, form: AnswerForm) -> AnswerForm:
    agencies = desk.all(agencies_for(desk, Act.EDIT_ANSWER_TEMPLATES).limit(AT_ONCE))
    form.agency_id.choices = [(agency.id, agency.name) for agency in agencies]
    return form


@pages.show("/pengaduan/pengaturan", act=Act.EDIT_COMPLAINT_TERMS)
def terms(desk: Desk) -> ResponseReturnValue:
    """Whose limits are to be seen: one agency's own at once, otherwise a choice by name."""
    search = " ".join(request.args.get("cari", "")[:100].split())
    asked = agencies_for(desk, Act.EDIT_COMPLAINT_TERMS)
    if search:
        asked = asked.where(Agency.name.icontains(search, autoescape=True))
    agencies = desk.all(asked.limit(AT_ONCE + 1))
    if len(agencies) == 1 and not search:
        return redirect(url_for("complaints.terms_of_agency", id=agencies[0].id), 303)
    own = set(desk.session.scalars(sa.select(ComplaintTerms.agency_id)))
    return render_template(
        "complaints/terms.html", rows=agencies[:AT_ONCE], more=len(agencies) > AT_ONCE, own=own, search=search
    )


@pages.show("/pengaduan/pengaturan/<int:id>", act=Act.EDIT_COMPLAINT_TERMS, on=Agency)
def terms_of_agency(desk: Desk, agency: Agency) -> ResponseReturnValue:
    agency_for(desk, Act.EDIT_COMPLAINT_TERMS, agency.id)
    return terms_page(desk, agency, TermsForm(formdata=None).fill(terms_of(desk.session, agency.id)))


@pages.do("/pengaduan/pengaturan/<int:id>", act=Act.EDIT_COMPLAINT_TERMS, on=Agency)
def terms_sent(desk: Desk, agency: Agency) -> ResponseReturnValue:
    agency_for(desk, Act.EDIT_COMPLAINT_TERMS, agency.id)
    form, moved = TermsForm(), list[int]()
    if form.carried_out(lambda value: moved.append(set_terms(desk, agency, value))):
        told = ngettext(
            "Tenggat %(num)s pengaduan ikut bergeser.", "Tenggat %(num)s pengaduan ikut bergeser.", moved[0]
        )
        flash(" ".join((_("Batas waktu tersimpan."), told)))
        return redirect(url_for("complaints.terms_of_agency", id=agency.id), 303)
    return terms_page(desk, agency, form), form.status


def terms_page(desk: Desk, agency: Agency, form: TermsForm) -> str:
    own = desk.session.scalar(sa.select(ComplaintTerms).where(ComplaintTerms.agency_id == agency.id))
    return render_template(
        "complaints/terms_of_agency.html",
        agency=agency,
        form=form,
        own=own,
        standard=terms_by_default(desk.session),
    )
