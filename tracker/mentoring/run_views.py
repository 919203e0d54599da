"""The page for the meeting itself: one unit at a time, with everybody's notes side by side."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.access.pages import wants_address
from tracker.instruments.models import Cycle
from tracker.kit import formats
from tracker.mentoring import sessions
from tracker.mentoring.briefing import brief_of
from tracker.mentoring.holding import start_session, write_note
from tracker.mentoring.meeting_forms import LONGEST, LineForm
from tracker.mentoring.models import Commitment, MentoringSession, SessionUnit
from tracker.mentoring.opening import opening_points, promised_before
from tracker.mentoring.states import SessionStatus
from tracker.mentoring.talk import Note, Talk, talk_of
from tracker.mentoring.views import pages

GENERAL = 0
"""Stands for the unit as a whole where others stand for an aspect."""
WITH_CYCLE = (joinedload(MentoringSession.cycle).joinedload(Cycle.instrument),)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a note field sent: the text, the version that its page knew, and whether the person touched it."""

    key: int
    text: str
    version: int
    is_touched: bool

    @property
    def aspect_id(self) -> int | None:
        return self.key or None


@pages.show("/sesi/<int:id>/jalankan", act=Act.RUN_SESSION, on=MentoringSession, load=WITH_CYCLE)
def run(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    if session.status is SessionStatus.CLOSED:
        return redirect(url_for("mentoring.minutes", id=session.id), 303)
    if session.status is SessionStatus.CANCELLED:
        return redirect(url_for("mentoring.show", id=session.id), 303)
    return page_of(desk, session, request.args.get("unit", 0, int))


@pages.do("/sesi/<int:id>/jalankan", act=Act.RUN_SESSION, on=MentoringSession)
def start(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    start_session(desk, session)
    return redirect(url_for("mentoring.run", id=session.id, unit=request.args.get("unit", type=int)), 303)


@pages.show("/sesi/unit/<int:id>/catatan", act=Act.WRITE_NOTE, on=SessionUnit)
def notes(desk: Desk, line: SessionUnit) -> ResponseReturnValue:
    """What the others have written of this unit by now: the part of the page that is fetched again and again."""
    session = line.session
    return render_template(
        "mentoring/_notes.html",
        desk=desk,
        line=line,
        keys=keys_of(session),
        talk=talk_of(desk, session, [line.unit_id]),
    )


@pages.do("/sesi/unit/<int:id>/catatan", act=Act.WRITE_NOTE, on=SessionUnit)
def note(desk: Desk, line: SessionUnit) -> ResponseReturnValue:
    """Keep one's own notes. One that was changed on another device meanwhile is shown beside, not written over."""
    session = line.session
    talk = talk_of(desk, session, [line.unit_id])
    typed = [each for each in typed_notes(keys_of(session)) if each.is_touched]
    stale = {each.key: mine for each in typed if (mine := newer(desk, line, talk, each)) is not None}
    if stale:
        return refused(desk, line, typed, stale)
    kept = {each.key: write_note(desk, line, each.aspect_id, each.text) for each in typed}
    desk.session.flush()
    if wants_address():
        saved = _("Tersimpan %(time)s", time=formats.clock_time(desk.now))
        return jsonify(versions={str(key): row.version for key, row in kept.items()}, saved=saved)
    flash(_("Catatan tersimpan."), "success")
    return redirect(url_for("mentoring.run", id=session.id, unit=line.id), 303)


def refused(desk: Desk, line: SessionUnit, typed: Sequence[Typed], stale: dict[int, Note]) -> ResponseReturnValue:
    if wants_address():
        theirs = {str(key): {"text": mine.text, "version": mine.version} for key, mine in stale.items()}
        return jsonify(stale=theirs), 409
    return page_of(desk, line.session, line.id, {each.key: each.text for each in typed}, stale), 409


def newer(desk: Desk, line: SessionUnit, talk: Talk, typed: Typed) -> Note | None:
    """One's own note as another device left it, where that is not what this page started from."""
    mine = talk.mine(desk.actor.id, line.unit_id, typed.aspect_id)
    if mine is None or mine.version == typed.version or mine.text == typed.text:
        return None
    return mine


def typed_notes(keys: Sequence[int]) -> list[Typed]:
    found = []
    for key in keys:
        text = request.form.get(f"note-{key}")
        if text is None:
            continue
        text = text.replace("\r\n", "\n")[:LONGEST]
        version = request.form.get(f"version-{key}", 0, int)
        seen = request.form.get(f"seen-{key}")
        found.append(Typed(key, text, version, seen is None or seen != digest(text)))
    return found


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keys_of(session: MentoringSession) -> list[int]:
    return [*(aspect.id for aspect in aspects_of(session)), GENERAL]


def aspects_of(session: MentoringSession) -> list[Any]:
    return list(session.cycle.instrument.aspects) if session.cycle else []


def page_of(
    desk: Desk,
    session: MentoringSession,
    line_id: int,
    typed: dict[int, str] | None = None,
    stale: dict[int, Note] | None = None,
) -> str:
    lines = desk.all(sessions.units_of(session))
    line = next((each for each in lines if each.id == line_id), lines[0] if lines else None)
    if line is None and line_id:
        raise NotFound(f"unit {line_id} of session {session.id}")
    at = lines.index(line) if line is not None else 0
    shown: dict[str, Any] = {}
    if line is not None:
        promised = promised_before(desk, session, [line.unit_id]).get(line.unit_id, [])
        shown = {
            "brief": brief_of(desk, line),
            "opening": opening_points(promised),
            "talk": talk_of(desk, session, [line.unit_id]),
            "before": lines[at - 1] if at else None,
            "after": lines[at + 1] if at + 1 < len(lines) else None,
        }
    return render_template(
        "mentoring/run.html",
        desk=desk,
        session=session,
        lines=lines,
        line=line,
        at=at,
        aspects=aspects_of(session),
        keys=keys_of(session),
        typed=typed or {},
        stale=stale or {},
        form=LineForm(formdata=None),
        digest=digest,
        promises=promises_in(desk, session),
        **shown,
    )


def promises_in(desk: Desk, session: MentoringSession) -> int:
    return desk.session.scalar(sa.select(sa.func.count()).select_from(Commitment).filter_by(session_id=session.id)) or 0
