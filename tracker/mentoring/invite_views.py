"""Choosing the units of a session, inviting, and answering an invitation."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.kit import formats
from tracker.kit.forms import Form
from tracker.kit.refusal import Refusal
from tracker.mentoring import choosing, inviting, sessions
from tracker.mentoring.clashes import clashes
from tracker.mentoring.holding import answer_invitation
from tracker.mentoring.invitations import host_ids_of, invite
from tracker.mentoring.models import MentoringSession, Participant, SessionUnit
from tracker.mentoring.planning import choose_units
from tracker.mentoring.states import Answer, SessionStatus
from tracker.mentoring.views import pages

OFFERED = 50
SHOWN_NAMES = 30


class AnswerForm(Form[tuple[Answer, str]]):
    answer = RadioField(lazy_gettext("Jawaban Anda"), [InputRequired()])
    delegate = StringField(lazy_gettext("Nama yang mewakili"), [Length(max=300)])

    def offer(self) -> "AnswerForm":
        self.answer.choices = [(each.value, formats.label(each)) for each in Answer if each is not Answer.NONE]
        return self

    def value(self) -> tuple[Answer, str]:
        return Answer(self.answer.data), self.delegate.data or ""


def numbers(values: Sequence[str]) -> list[int]:
    """Ids as a form or an address holds them; what is none is left out."""
    return [int(each) for each in values if each.isascii() and each.isdigit() and len(each) < 10]


def present_units(desk: Desk, session: MentoringSession) -> list[int]:
    query = sa.select(SessionUnit.unit_id).filter_by(session_id=session.id)
    return desk.all(query.order_by(SessionUnit.position, SessionUnit.id))


@pages.show("/sesi/<int:id>/unit", act=Act.CHOOSE_UNITS, on=MentoringSession, load=sessions.for_page())
def units(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """What takes part already and what the address brings along from the portfolio is ticked."""
    by = choosing.read(desk, request.args, session)
    brought = numbers(request.args.get("pilih", "").split("."))
    return units_page(desk, session, by, [*present_units(desk, session), *brought])


def units_page(
    desk: Desk, session: MentoringSession, by: choosing.Filter, ticked: Sequence[int], problem: str = ""
) -> str:
    chosen = choosing.candidates(desk, by, list(dict.fromkeys(ticked)))
    ids = [each.unit.id for each in chosen]
    query = choosing.matching(desk, by)
    free = [id for id in desk.all(query) if id not in set(ids)] if query is not None else []
    page = max(1, request.values.get("halaman", 1, int))
    page = min(page, 1 + max(0, len(free) - 1) // OFFERED)
    start = (page - 1) * OFFERED
    invited = inviting.brought_by(desk, ids)
    return render_template(
        "mentoring/units.html",
        desk=desk,
        session=session,
        by=by,
        form=by.form,
        chosen=chosen,
        offered=choosing.candidates(desk, by, free[start : start + OFFERED]),
        total=len(free),
        page=page,
        pages=1 + max(0, len(free) - 1) // OFFERED,
        invited=invited,
        deserted=[each.unit for each in chosen if each.unit.id in set(invited.deserted)][:SHOWN_NAMES],
        clashes=clashes(desk, session, ids, [each.user_id for each in invited.people])[:SHOWN_NAMES],
        unsaved=set(ids) != set(present_units(desk, session)),
        problem=problem,
    )


@pages.do("/sesi/<int:id>/unit", act=Act.CHOOSE_UNITS, on=MentoringSession)
def units_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """Only the button that says so saves; the others show the page again with everything still ticked."""
    by = choosing.read(desk, request.form, session)
    ticked = [*numbers(request.form.getlist("tetap")), *numbers(request.form.getlist("tambah"))]
    query = choosing.matching(desk, by)
    if "semua" in request.form and query is not None:
        ticked += desk.all(query)
    if "simpan" not in request.form:
        return units_page(desk, session, by, ticked)
    try:
        choose_units(desk, session, ticked)
    except Refusal as refusal:
        return units_page(desk, session, by, ticked, _(refusal.message, **refusal.values)), 422
    flash(_("Unit sesi tersimpan."))
    return redirect(url_for("mentoring.show", id=session.id), 303)


@pages.show("/sesi/<int:id>/undang", act=Act.SCHEDULE_SESSION, on=MentoringSession, load=sessions.for_page())
def invite_people(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """How many would be asked, who, and who has no address: before anything is sent."""
    chosen = numbers(request.args.getlist("pembina")) or host_ids_of(desk, session)
    return render_template("mentoring/invite.html", **invite_facts(desk, session, chosen))


def invite_facts(desk: Desk, session: MentoringSession, host_ids: Sequence[int], problem: str = "") -> dict[str, Any]:
    invited = inviting.invitees(desk, session, host_ids)
    asked = set(desk.all(sessions.participants(session).with_only_columns(Participant.user_id).order_by(None)))
    new = [each for each in invited.people if each.user_id not in asked]
    lines = desk.all(sessions.units_of(session))
    return {
        "desk": desk,
        "session": session,
        "by_part": inviting.Invited(tuple(new)).by_part(),
        "new": new,
        "again": session.status is not SessionStatus.DRAFT,
        "asked_before": len(invited.people) - len(new),
        "without_mail": [each for each in new if not each.has_mail],
        "deserted": [line.unit for line in lines if line.unit_id in set(invited.deserted)],
        "unit_count": len(lines),
        "host_side": inviting.host_side(desk, session),
        "chosen": set(host_ids),
        "clashes": clashes(desk, session, [line.unit_id for line in lines], [each.user_id for each in new]),
        "speakers": sessions.speakers_of(desk, session),
        "problem": problem,
        "most": SHOWN_NAMES,
    }


@pages.do("/sesi/<int:id>/undang", act=Act.SCHEDULE_SESSION, on=MentoringSession)
def invite_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    hosts = numbers(request.form.getlist("pembina"))
    known = {user.id for user in inviting.host_side(desk, session)}
    hosts = [id for id in hosts if id in known]
    try:
        count = invite(desk, session, hosts)
    except Refusal as refusal:
        facts = invite_facts(desk, session, hosts, _(refusal.message, **refusal.values))
        return render_template("mentoring/invite.html", **facts), 422
    flash(_("%(count)s undangan masuk antrean dan segera dikirim.", count=count))
    return redirect(url_for("mentoring.show", id=session.id), 303)


@pages.show("/sesi/<int:id>/jawab", act=Act.ANSWER_INVITATION, on=MentoringSession, load=sessions.for_page())
def answer(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    return answer_page(desk, session, AnswerForm(formdata=None).offer())


def answer_page(desk: Desk, session: MentoringSession, form: AnswerForm) -> str:
    me = sessions.participant_of(desk, session)
    if me is not None and not form.errors:
        form.delegate.data = me.delegate
    return render_template("mentoring/answer.html", desk=desk, session=session, form=form, me=me)


@pages.do("/sesi/<int:id>/jawab", act=Act.ANSWER_INVITATION, on=MentoringSession)
def answer_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = AnswerForm().offer()
    if form.carried_out(lambda said: answer_invitation(desk, session, *said)):
        flash(_("Jawaban Anda tersimpan."))
        return redirect(url_for("mentoring.show", id=session.id), 303)
    return answer_page(desk, session, form), form.status
