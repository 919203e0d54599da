"""Closing a session: what it will make, the act itself, and the locked minutes with their corrections."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.kit.workflow import IllegalMove
from tracker.mentoring import sessions
from tracker.mentoring.attendance_views import attendance_of
from tracker.mentoring.closing import Outlook, outlook
from tracker.mentoring.committing import close_session
from tracker.mentoring.holding import correct_minutes
from tracker.mentoring.meeting_forms import CloseForm, CorrectionForm
from tracker.mentoring.models import Commitment, MentoringSession
from tracker.mentoring.records import corrections_of
from tracker.mentoring.run_views import WITH_CYCLE, aspects_of
from tracker.mentoring.states import SessionStatus
from tracker.mentoring.talk import names_of, talk_of
from tracker.mentoring.views import pages

UNITS = 20
SHOWN = 50


@pages.show("/sesi/<int:id>/tutup", act=Act.CLOSE_SESSION, on=MentoringSession, load=WITH_CYCLE)
def close(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    if session.status is SessionStatus.CLOSED:
        return redirect(url_for("mentoring.minutes", id=session.id), 303)
    form = CloseForm(formdata=None)
    form.conclusion.data, form.record_number.data = session.conclusion, session.record_number
    return close_page(desk, session, form)


@pages.do("/sesi/<int:id>/tutup", act=Act.CLOSE_SESSION, on=MentoringSession)
def close_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """Pressed twice, or by two people, it closes once; the second one is shown the minutes."""
    form, made = CloseForm(), 0

    def closed(asked: tuple[str, str]) -> None:
        nonlocal made
        made = close_session(desk, session, *asked)

    try:
        done = form.carried_out(closed)
    except IllegalMove:
        if session.status is not SessionStatus.CLOSED:
            raise
        flash(_("Sesi ini sudah ditutup; tidak ada yang dibuat dua kali."), "info")
        return redirect(url_for("mentoring.minutes", id=session.id), 303)
    if not done:
        return close_page(desk, session, form), form.status
    flash(ngettext("Sesi ditutup. %(num)s tindak lanjut dibuat.", "Sesi ditutup. %(num)s tindak lanjut dibuat.", made))
    return redirect(url_for("mentoring.minutes", id=session.id), 303)


@pages.show("/sesi/<int:id>/notula", act=Act.VIEW_SESSIONS, on=MentoringSession, load=WITH_CYCLE)
def minutes(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """The locked minutes, of the units in reach."""
    if session.status is not SessionStatus.CLOSED:
        flash(_("Notula terbit setelah sesi ditutup."), "info")
        return redirect(url_for("mentoring.show", id=session.id), 303)
    return minutes_page(desk, session, CorrectionForm(formdata=None))


@pages.do("/sesi/<int:id>/notula", act=Act.CORRECT_MINUTES, on=MentoringSession)
def correct(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = CorrectionForm()
    if form.carried_out(lambda asked: correct_minutes(desk, session, *asked)):
        flash(_("Koreksi ditambahkan. Notula semula tetap ada."), "success")
        return redirect(url_for("mentoring.minutes", id=session.id, _anchor="koreksi"), 303)
    return minutes_page(desk, session, form), form.status


def close_page(desk: Desk, session: MentoringSession, form: CloseForm) -> str:
    query = sa.select(Commitment).filter_by(session_id=session.id).order_by(Commitment.id)
    rows = desk.all(query.options(joinedload(Commitment.aspect)))
    ahead: Outlook = outlook(desk, session, rows)
    page = max(1, request.args.get("halaman", 1, int))
    shown = rows[(page - 1) * SHOWN : page * SHOWN]
    units = [each.unit_id for each in shown]
    named = sa.select(ServiceUnit).where(ServiceUnit.id.in_(units)).options(joinedload(ServiceUnit.agency))
    last = (page - 1) * SHOWN + len(shown)
    return render_template(
        "mentoring/close.html",
        desk=desk,
        session=session,
        form=form,
        ahead=ahead,
        rows=shown,
        unit_of={each.id: each for each in desk.all(named)} if units else {},
        names=names_of(desk, [each.person_in_charge_id for each in shown]),
        total=len(rows),
        first=(page - 1) * SHOWN + 1,
        last=last,
        previous_url=url_for("mentoring.close", id=session.id, halaman=page - 1) if page > 1 else "",
        next_url=url_for("mentoring.close", id=session.id, halaman=page + 1) if last < len(rows) else "",
    )


def minutes_page(desk: Desk, session: MentoringSession, form: CorrectionForm) -> str:
    page = max(1, request.args.get("halaman", 1, int))
    lines = desk.all(sessions.units_of(session))
    shown = lines[(page - 1) * UNITS : page * UNITS]
    people = desk.all(sessions.participants(session)) if page == 1 else []
    last = (page - 1) * UNITS + len(shown)
    return render_template(
        "mentoring/minutes.html",
        desk=desk,
        session=session,
        form=form,
        lines=shown,
        aspects=aspects_of(session),
        talk=talk_of(desk, session, [each.unit_id for each in shown]),
        people=people,
        there=attendance_of(desk, session, [each.id for each in people]),
        corrections=corrections_of(desk, session),
        total=len(lines),
        first=(page - 1) * UNITS + 1,
        last=last,
        page=page,
        previous_url=url_for("mentoring.minutes", id=session.id, halaman=page - 1) if page > 1 else "",
        next_url=url_for("mentoring.minutes", id=session.id, halaman=page + 1) if last < len(lines) else "",
    )
