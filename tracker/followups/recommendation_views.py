"""Pages about recommendations and the work on them. They stand here because follow-ups know recommendations."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.history import Entry, in_words
from tracker.followups import cannot, judging
from tracker.followups import recommendation_queries as queries
from tracker.followups.forms import NoteForm, ReasonForm
from tracker.followups.narrowing import number, read
from tracker.followups.recommendation_forms import ProposalForm
from tracker.followups.wording import TONES, line
from tracker.kit.forms import Form
from tracker.recommendations import documents
from tracker.recommendations.models import Recommendation
from tracker.recommendations.queries import chain_before, history, repeated_by
from tracker.recommendations.rules import OPEN, times_in_words
from tracker.recommendations.views import pages

ROWS = 50
BEGINNINGS = {Act.ADD_RECOMMENDATION, Act.IMPORT_RESULTS, Act.RECOMMEND_AGAIN, Act.PROPOSE_CANNOT}
"""Acts whose whole outcome the page shows by itself."""


@pages.show("/rekomendasi", act=Act.VIEW_RECOMMENDATIONS)
def index(desk: Desk) -> ResponseReturnValue:
    narrowed = read(desk, "recommendations.index", request.args)
    query = queries.narrowed(narrowed.by)
    total = desk.session.scalar(queries.how_many(query)) or 0
    first = max(0, (number(request.args.get("hal")) or 1) - 1) * ROWS
    rows = desk.all(queries.in_order(query).offset(first).limit(ROWS))
    work = {
        id: (all_of_them, still_open)
        for id, all_of_them, still_open in desk.session.execute(queries.work_on([row.id for row in rows]))
    }
    return render_template(
        "recommendations/index.html",
        rows=rows,
        total=total,
        first=first,
        work=work,
        narrowed=narrowed,
        tones=TONES,
        page_url=lambda page: url_for("recommendations.index", s="1", hal=page, **narrowed.given),
        rows_a_page=ROWS,
    )


@pages.show("/rekomendasi/<int:id>", act=Act.VIEW_RECOMMENDATIONS, on=Recommendation)
def show(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    return show_page(desk, recommendation)


def show_page(desk: Desk, recommendation: Recommendation, **forms: Any) -> str:
    follow_ups = desk.all(queries.follow_ups_with_people(recommendation)) if desk.holds(Act.VIEW_FOLLOW_UPS) else []
    later = desk.all(repeated_by(recommendation))
    return render_template(
        "recommendations/show.html",
        recommendation=recommendation,
        lines=[line(desk, each) for each in follow_ups],
        times=_(times_in_words(recommendation.times), times=recommendation.times) if recommendation.times > 1 else "",
        earlier=chain_before(recommendation),
        later=later,
        is_open=recommendation.assessment in OPEN,
        awaits_judgement=judging.awaits_judgement(desk, recommendation),
        tones=TONES,
        history=story(desk, recommendation),
        remark=forms.get("remark") or NoteForm(formdata=None),
    )


def story(desk: Desk, recommendation: Recommendation) -> list[Entry]:
    """The history in words. What a recommendation began with stands on its page; digests stand in the trail."""
    return [
        replace(entry, changes=()) if entry.event.act in BEGINNINGS else entry
        for entry in in_words(desk.all(history(recommendation)))
    ]


Operation = Callable[[Any], object]


def answer(
    desk: Desk, recommendation: Recommendation, form: Form[Any], operation: Operation, template: str, done: str
) -> ResponseReturnValue:
    """Carry a form about a recommendation out; lead back to it, or show the form again with what is wrong."""
    if form.carried_out(operation):
        flash(done)
        return redirect(url_for("recommendations.show", id=recommendation.id), 303)
    return render_template(template, recommendation=recommendation, form=form, limits=documents.hint()), form.status


@pages.do("/rekomendasi/<int:id>/sesuai", act=Act.JUDGE_ADEQUATE, on=Recommendation)
def judge_adequate(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    form = NoteForm()
    if form.carried_out(lambda note: judging.judge_adequate(desk, recommendation, note)):
        flash(_("Rekomendasi dinilai sesuai."))
        return redirect(url_for("recommendations.show", id=recommendation.id), 303)
    return show_page(desk, recommendation, remark=form), form.status


@pages.show("/rekomendasi/<int:id>/tidak-dapat", act=Act.PROPOSE_CANNOT, on=Recommendation)
def propose(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    form = ProposalForm(formdata=None).offer()
    return render_template(
        "recommendations/propose.html", recommendation=recommendation, form=form, limits=documents.hint()
    )


@pages.do("/rekomendasi/<int:id>/tidak-dapat", act=Act.PROPOSE_CANNOT, on=Recommendation)
def propose_sent(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    return answer(
        desk,
        recommendation,
        ProposalForm().offer(),
        lambda proposal: cannot.propose_cannot(desk, recommendation, proposal),
        "recommendations/propose.html",
        _("Usul tersimpan. Asisten deputi lain atau pimpinan memutuskannya."),
    )


@pages.show("/rekomendasi/<int:id>/tidak-dapat/dokumen", act=Act.VIEW_RECOMMENDATIONS, on=Recommendation)
def cannot_document(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    return documents.hand_out(recommendation.cannot_document_digest, recommendation.cannot_document_name)


@pages.show("/rekomendasi/<int:id>/tidak-dapat/keputusan", act=Act.APPROVE_CANNOT, on=Recommendation)
def decide(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    return show_decide(desk, recommendation)


@pages.do("/rekomendasi/<int:id>/tidak-dapat/setujui", act=Act.APPROVE_CANNOT, on=Recommendation)
def approve(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    form = NoteForm()
    ended: list[Any] = []
    if form.carried_out(lambda note: ended.extend(cannot.approve_cannot(desk, recommendation, note))):
        flash(
            ngettext(
                "Disetujui: tidak dapat ditindaklanjuti. %(num)s tindak lanjut dibatalkan.",
                "Disetujui: tidak dapat ditindaklanjuti. %(num)s tindak lanjut dibatalkan.",
                len(ended),
            )
        )
        return redirect(url_for("recommendations.show", id=recommendation.id), 303)
    return show_decide(desk, recommendation, remark=form), form.status


@pages.do("/rekomendasi/<int:id>/tidak-dapat/tolak", act=Act.REFUSE_CANNOT, on=Recommendation)
def refuse(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    form = ReasonForm()
    if form.carried_out(lambda reason: cannot.refuse_cannot(desk, recommendation, reason)):
        flash(_("Usul ditolak. Tindak lanjutnya berjalan seperti semula."))
        return redirect(url_for("recommendations.show", id=recommendation.id), 303)
    return show_decide(desk, recommendation, reason=form), form.status


def show_decide(desk: Desk, recommendation: Recommendation, **forms: Any) -> str:
    follow_ups = desk.all(queries.follow_ups_with_people(recommendation))
    return render_template(
        "recommendations/decide.html",
        recommendation=recommendation,
        lines=[line(desk, each) for each in follow_ups if each.is_open],
        remark=forms.get("remark") or NoteForm(formdata=None),
        reason=forms.get("reason") or ReasonForm(formdata=None),
        tones=TONES,
    )


@pages.show("/rekomendasi/<int:id>/tidak-dapat/cabut", act=Act.REVOKE_CANNOT, on=Recommendation)
def revoke(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    return render_template(
        "recommendations/revoke.html", recommendation=recommendation, form=ReasonForm(formdata=None), limits=""
    )


@pages.do("/rekomendasi/<int:id>/tidak-dapat/cabut", act=Act.REVOKE_CANNOT, on=Recommendation)
def revoke_sent(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    return answer(
        desk,
        recommendation,
        ReasonForm(),
        lambda reason: cannot.revoke_cannot(desk, recommendation, reason),
        "recommendations/revoke.html",
        _("Pernyataan dicabut. Tindak lanjut yang dibatalkan karenanya berjalan lagi."),
    )
