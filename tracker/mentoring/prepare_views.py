"""Before a session: the page on which a mentor reads up on a unit, and the form in which the unit prepares."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.instruments.models import Cycle
from tracker.kit.words import N_
from tracker.mentoring.briefing import brief_of
from tracker.mentoring.holding import prepare as keep_prepared
from tracker.mentoring.meeting_forms import PrepareForm
from tracker.mentoring.models import MentoringSession, SessionUnit
from tracker.mentoring.opening import last_time, opening_points, promised_before
from tracker.mentoring.states import SessionStatus
from tracker.mentoring.talk import Talk, talk_of
from tracker.mentoring.views import pages
from tracker.progress.rules import Standing

STANDINGS = {
    Standing.ON_TRACK: ("good", N_("Sesuai rencana")),
    Standing.AT_RISK: ("warn", N_("Berisiko")),
    Standing.OFF_TRACK: ("bad", N_("Tertinggal")),
    Standing.NOT_YET: ("neutral", N_("Belum dapat dihitung")),
}
WHOLE = (
    joinedload(SessionUnit.unit).options(joinedload(ServiceUnit.agency), joinedload(ServiceUnit.region)),
    joinedload(SessionUnit.session).joinedload(MentoringSession.cycle).joinedload(Cycle.instrument),
)


@pages.show("/sesi/unit/<int:id>", act=Act.VIEW_SESSIONS, on=SessionUnit, load=WHOLE)
def unit(desk: Desk, line: SessionUnit) -> ResponseReturnValue:
    """What a mentor wants to know of the unit before it speaks; the unit reads notes once the session is closed."""
    session = line.session
    promised = promised_before(desk, session, [line.unit_id]).get(line.unit_id, [])
    return render_template(
        "mentoring/unit.html",
        desk=desk,
        line=line,
        session=session,
        brief=brief_of(desk, line),
        standings=STANDINGS,
        opening=opening_points(promised),
        last=last_time(promised),
        talk=talk_of(desk, session, [line.unit_id]),
        shows_notes=session.status is SessionStatus.CLOSED or desk.may(Act.WRITE_NOTE, line),
    )


@pages.show("/sesi/unit/<int:id>/persiapan", act=Act.PREPARE_FOR_SESSION, on=SessionUnit, load=WHOLE)
def prepare(desk: Desk, line: SessionUnit) -> ResponseReturnValue:
    if not line.session.can(Act.PREPARE_FOR_SESSION):
        flash(_("Persiapan sesi ini tidak dapat diubah lagi."), "info")
        return redirect(url_for("mentoring.unit", id=line.id), 303)
    talk = talk_of(desk, line.session, [line.unit_id])
    forms = {
        aspect_id: form_of(aspect_id, sent=False).fill(talk.prepared.get((line.unit_id, aspect_id)))
        for aspect_id in aspect_ids(line)
    }
    return page_of(desk, line, forms, talk)


@pages.do("/sesi/unit/<int:id>/persiapan", act=Act.PREPARE_FOR_SESSION, on=SessionUnit)
def prepare_sent(desk: Desk, line: SessionUnit) -> ResponseReturnValue:
    """All aspects come along, whichever of the buttons was pressed, so that nothing typed is lost."""
    talk = talk_of(desk, line.session, [line.unit_id])
    forms = {aspect_id: form_of(aspect_id, sent=True) for aspect_id in aspect_ids(line)}
    for aspect_id, form in forms.items():
        stands = talk.prepared.get((line.unit_id, aspect_id))
        if form.validate() and form.is_changed and stands is not None and form.is_stale(stands):
            form.compare(stands)
    wrong = [form.status for form in forms.values() if form.errors or form.is_overtaken]
    if wrong:
        return page_of(desk, line, forms, talk), max(wrong)
    changed = {aspect_id: form.value() for aspect_id, form in forms.items() if form.is_changed}
    keep_prepared(desk, line, changed)
    flash(_("Persiapan tersimpan."), "success")
    return redirect(url_for("mentoring.prepare", id=line.id), 303)


def aspect_ids(line: SessionUnit) -> list[int]:
    cycle = line.session.cycle
    return [aspect.id for aspect in cycle.instrument.aspects] if cycle else []


def form_of(aspect_id: int, sent: bool) -> PrepareForm:
    prefix = f"a{aspect_id}-"
    return PrepareForm(prefix=prefix) if sent else PrepareForm(prefix=prefix, formdata=None)


def page_of(desk: Desk, line: SessionUnit, forms: dict[int, PrepareForm], talk: Talk) -> str:
    cycle = line.session.cycle
    promised = promised_before(desk, line.session, [line.unit_id]).get(line.unit_id, [])
    return render_template(
        "mentoring/prepare.html",
        desk=desk,
        line=line,
        session=line.session,
        aspects=cycle.instrument.aspects if cycle else [],
        forms=forms,
        talk=talk,
        opening=opening_points(promised),
    )
