"""Pages about follow-ups that everybody in reach reads: the list, one follow-up, its thread, receipts and files."""

import logging
from datetime import date

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.access.pages import Pages
from tracker.access.store import store
from tracker.directory.models import ServiceUnit
from tracker.followups import listing, queries, verifying
from tracker.followups.ball import days_elsewhere
from tracker.followups.extension_queries import extensions_of
from tracker.followups.forms import CommentForm
from tracker.followups.models import Evidence, FollowUp, Submission
from tracker.followups.operations import comment
from tracker.followups.showing import outcome, story
from tracker.followups.states import EvidenceKind
from tracker.followups.wording import EXTENSION_TONES, HOLDER_LETTERS, TONES, due_or_none
from tracker.kit import content
from tracker.kit.formats import weekday_and_date

pages = Pages("followups", __name__)
log = logging.getLogger(__name__)

SHOWN_INLINE = {content.JPEG, content.PNG, content.WEBP, content.PDF}


@pages.record_once
def words(state: BlueprintSetupState) -> None:
    """What templates of any package need to speak of follow-ups; globals, so that macros have them, too."""
    state.app.jinja_env.globals.update(due_words=due_or_none, follow_up_tones=TONES, holder_letters=HOLDER_LETTERS)


@pages.show("/tindak-lanjut", act=Act.VIEW_FOLLOW_UPS)
def index(desk: Desk) -> ResponseReturnValue:
    """Follow-ups in reach, most urgent first; the filter stands in the address."""
    listed = listing.listed(desk)
    return render_template("followups/index.html", desk=desk, **listed.for_page()), 200 if listed.valid else 422


@pages.show("/tindak-lanjut/<int:id>", act=Act.VIEW_FOLLOW_UPS, on=FollowUp)
def show(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    return page_of(desk, follow_up, CommentForm(formdata=None))


def page_of(desk: Desk, follow_up: FollowUp, form: CommentForm) -> str:
    """The page of one follow-up, for reading and for a comment that has to be put right."""
    desk.session.scalars(queries.as_page(follow_up.id)).one()
    submissions = desk.all(queries.submissions_of(follow_up))
    events = desk.all(queries.history(follow_up))
    extensions = desk.all(extensions_of(follow_up))
    return render_template(
        "followups/show.html",
        desk=desk,
        follow_up=follow_up,
        due=due_or_none(desk, follow_up),
        agreed=weekday_and_date(follow_up.due_on),
        first_agreed=weekday_and_date(follow_up.original_due_on),
        extensions=extensions,
        waiting_request=next((each for each in extensions if each.can(Act.GRANT_EXTENSION)), None),
        extension_tones=EXTENSION_TONES,
        days_elsewhere=days_elsewhere(follow_up),
        outcome=outcome(follow_up, submissions, events),
        receipts=submissions,
        entries=desk.all(queries.entries_of(follow_up)),
        comments=desk.all(queries.comments_of(follow_up)),
        history=story(events),
        form=form,
        checked_by_another=verifying.checked_by_another(desk, follow_up),
    )


@pages.do("/tindak-lanjut/<int:id>/komentar", act=Act.COMMENT, on=FollowUp)
def add_comment(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = CommentForm()
    if form.carried_out(lambda text: comment(desk, follow_up, text)):
        flash(_("Komentar terkirim."), "success")
        return redirect(url_for("followups.show", id=follow_up.id, _anchor="komentar"), 303)
    return page_of(desk, follow_up, form), form.status


@pages.show("/tanda-terima/<int:id>", act=Act.VIEW_FOLLOW_UPS, on=Submission)
def receipt(desk: Desk, submission: Submission) -> ResponseReturnValue:
    """What was handed in, when and with which files: to be printed and kept."""
    follow_up = desk.session.scalars(queries.as_page(submission.follow_up_id)).one()
    days = {each["dated_on"]: date.fromisoformat(each["dated_on"]) for each in submission.files if each["dated_on"]}
    return render_template("followups/receipt.html", receipt=submission, follow_up=follow_up, days=days)


@pages.show("/bukti/<int:id>", act=Act.VIEW_FOLLOW_UPS, on=Evidence)
def evidence(desk: Desk, piece: Evidence) -> ResponseReturnValue:
    """A file, to be downloaded; images and PDF are also shown, for whoever checks them."""
    if piece.withdrawn_at is not None:
        options = joinedload(Evidence.follow_up).joinedload(FollowUp.unit).joinedload(ServiceUnit.region)
        desk.session.get(Evidence, piece.id, options=[options])
        return render_template("followups/withdrawn.html", piece=piece), 410
    if piece.kind is not EvidenceKind.FILE or piece.kept_digest is None:
        raise NotFound(f"a file of evidence {piece.id}")
    if not store().exists(piece.kept_digest):
        log.error("evidence without its file", extra={"evidence": piece.id})
        return render_template("followups/missing.html", piece=piece), 500
    return sent(piece, inline=bool(request.args.get("tampil")) and piece.media_type in SHOWN_INLINE)


def sent(piece: Evidence, inline: bool) -> Response:
    response = send_file(
        store().path(piece.kept_digest or ""),
        mimetype=piece.media_type,
        as_attachment=not inline,
        download_name=piece.name,
        etag=piece.kept_digest or "",
        conditional=True,
    )
    # No sandbox for PDF: browsers show PDF in a process of its own, and refuse to in a sandboxed page.
    sandbox = "" if piece.media_type == content.PDF else "; sandbox"
    policy = f"default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'{sandbox}"
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
