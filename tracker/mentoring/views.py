"""Pages about mentoring sessions that everybody in reach reads: the list, and one session."""

from typing import Any

import sqlalchemy as sa
from flask import render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.mentoring import sessions
from tracker.mentoring.models import MentoringSession
from tracker.mentoring.states import Answer, SessionStatus

pages = Pages("mentoring", __name__)

TONES = {
    SessionStatus.DRAFT: "neutral",
    SessionStatus.SCHEDULED: "info",
    SessionStatus.RUNNING: "warn",
    SessionStatus.CLOSED: "good",
    SessionStatus.CANCELLED: "bad",
}
ANSWER_TONES = {Answer.NONE: "neutral", Answer.YES: "good", Answer.NO: "bad", Answer.DELEGATE: "info"}


@pages.record_once
def words(state: BlueprintSetupState) -> None:
    """What templates of any package need to speak of sessions."""
    state.app.jinja_env.globals.update(session_tones=TONES, answer_tones=ANSWER_TONES)


@pages.show("/sesi", act=Act.VIEW_SESSIONS)
def index(desk: Desk) -> ResponseReturnValue:
    """Sessions in reach; the filter stands in the address."""
    page = max(1, request.args.get("halaman", 1, int))
    query = sessions.sessions(sessions.Narrowing(), desk.now)
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = desk.all(sessions.for_list(query).limit(sessions.PAGE).offset((page - 1) * sessions.PAGE))
    return render_template(
        "mentoring/index.html", desk=desk, rows=rows, counts=sessions.unit_counts(desk, [row.id for row in rows]),
        total=total,
    )  # fmt: skip


@pages.show("/sesi/<int:id>", act=Act.VIEW_SESSIONS, on=MentoringSession, load=sessions.for_page())
def show(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    return render_template("mentoring/show.html", desk=desk, session=session, **page_of(desk, session))


def page_of(desk: Desk, session: MentoringSession) -> dict[str, Any]:
    """What the page of one session reads; of its people, one page."""
    page = max(1, request.args.get("halaman", 1, int))
    invited = desk.all(sessions.participants(session).limit(sessions.PEOPLE).offset((page - 1) * sessions.PEOPLE))
    answered = sessions.answers(desk, session)
    total = sum(answered.values())
    first = (page - 1) * sessions.PEOPLE + 1
    last = first + len(invited) - 1
    return {
        "lines": desk.all(sessions.units_of(session)),
        "people": invited,
        "answers": answered,
        "me": sessions.participant_of(desk, session),
        "total": total,
        "first": first,
        "last": last,
        "previous_url": url_for("mentoring.show", id=session.id, halaman=page - 1) if page > 1 else "",
        "next_url": url_for("mentoring.show", id=session.id, halaman=page + 1) if last < total else "",
    }
