"""Pages about mentoring sessions that everybody in reach reads: the list, and one session."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import current_app, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.access.history import Entry, in_words
from tracker.access.pages import Pages
from tracker.kit import formats
from tracker.mentoring import sessions
from tracker.mentoring.cautions import cautions
from tracker.mentoring.clashes import clashes
from tracker.mentoring.list_forms import SessionFilter, chips, read
from tracker.mentoring.models import MentoringSession
from tracker.mentoring.sessions import When
from tracker.mentoring.states import Answer, SessionStatus
from tracker.mentoring.telling import span_words

pages = Pages("mentoring", __name__)

TONES = {
    SessionStatus.DRAFT: "neutral",
    SessionStatus.SCHEDULED: "info",
    SessionStatus.RUNNING: "warn",
    SessionStatus.CLOSED: "good",
    SessionStatus.CANCELLED: "bad",
}
ANSWER_TONES = {Answer.NONE: "neutral", Answer.YES: "good", Answer.NO: "bad", Answer.DELEGATE: "info"}
PLANNED = (SessionStatus.DRAFT, SessionStatus.SCHEDULED)
CLASHES = 20
CHANGES = 8


@pages.record_once
def words(state: BlueprintSetupState) -> None:
    """What templates of any package need to speak of sessions."""
    state.app.jinja_env.globals.update(
        session_tones=TONES, answer_tones=ANSWER_TONES, session_span=span_words, has_page=has_page
    )


def has_page(endpoint: str) -> bool:
    """Is this page part of the application that runs?"""
    return endpoint in current_app.view_functions


@pages.show("/sesi", act=Act.VIEW_SESSIONS)
def index(desk: Desk) -> ResponseReturnValue:
    """Sessions in reach; the filter stands in the address."""
    form = SessionFilter(formdata=request.args).offer(desk)
    valid = form.validate()
    by = replace(read(form) if valid else sessions.Narrowing(), drafts=desk.holds(Act.PLAN_SESSION))
    page = max(1, request.args.get("halaman", 1, int))
    query = sessions.sessions(by, desk.now)
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = desk.all(sessions.for_list(query).limit(sessions.PAGE).offset((page - 1) * sessions.PAGE)) if valid else []
    first = (page - 1) * sessions.PAGE + 1
    last = first + len(rows) - 1
    body = render_template(
        "mentoring/index.html",
        desk=desk,
        form=form,
        rows=rows,
        counts=sessions.unit_counts(desk, [row.id for row in rows]),
        total=total,
        first=first,
        last=last,
        chips=chips(form, address),
        tabs=tabs(by),
        previous_url=address(halaman=page - 1) if page > 1 else "",
        next_url=address(halaman=page + 1) if last < total else "",
    )
    return body, 200 if valid else 422


def tabs(by: sessions.Narrowing) -> list[dict[str, Any]]:
    named = {None: _("Semua"), When.RUNNING: _("Berlangsung"), When.COMING: _("Mendatang"), When.PAST: _("Lampau")}
    return [
        {"label": label, "url": address(kapan=when.value if when else None), "current": by.when is when}
        for when, label in named.items()
    ]


def address(**changed: Any) -> str:
    """This list with parts of its address changed; a changed filter starts at the first page."""
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if value and name != "halaman"}
    return url_for("mentoring.index", **{**kept, **changed})


@pages.show("/sesi/<int:id>", act=Act.VIEW_SESSIONS, on=MentoringSession, load=sessions.for_page())
def show(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    if session.status is SessionStatus.DRAFT and not desk.holds(Act.PLAN_SESSION):
        raise NotFound(f"an announced session {session.id}")
    return render_template("mentoring/show.html", desk=desk, session=session, **page_of(desk, session))


def brief(entry: Entry) -> Entry:
    """A choice of two hundred units is told in a few lines."""
    return replace(entry, changes=entry.changes[:CHANGES])


def page_of(desk: Desk, session: MentoringSession) -> dict[str, Any]:
    """What the page of one session reads; of its people, one page."""
    page = max(1, request.args.get("halaman", 1, int))
    invited = desk.all(sessions.participants(session).limit(sessions.PEOPLE).offset((page - 1) * sessions.PEOPLE))
    answered = sessions.answers(desk, session)
    total = sum(answered.values())
    first = (page - 1) * sessions.PEOPLE + 1
    last = first + len(invited) - 1
    lines = desk.all(sessions.units_of(session))
    plans = desk.may(Act.EDIT_SESSION, session) and session.status in PLANNED
    return {
        "lines": lines,
        "unit_of": {line.unit_id: line.unit for line in lines},
        "speakers": sessions.speakers_of(desk, session),
        "people": invited,
        "answers": answered,
        "me": sessions.participant_of(desk, session),
        "cautions": cautions(desk, session) if plans else [],
        "clashes": clashes(desk, session, [line.unit_id for line in lines])[:CLASHES] if plans else [],
        "history": [brief(entry) for entry in in_words(desk.all(sessions.history(session)))],
        "here": formats.zone_name(str(desk.zone)),
        "total": total,
        "first": first,
        "last": last,
        "previous_url": url_for("mentoring.show", id=session.id, halaman=page - 1, _anchor="peserta")
        if page > 1
        else "",
        "next_url": url_for("mentoring.show", id=session.id, halaman=page + 1, _anchor="peserta")
        if last < total
        else "",
    }
