"""A unit officer's pages: log an action with its photos, add or withdraw evidence, submit, take back."""

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import wants_address
from tracker.access.store import drop_after_commit, store
from tracker.followups import queries
from tracker.followups.evidence import add_evidence, withdraw_evidence
from tracker.followups.forms import ActionForm, FilesForm, ReasonForm
from tracker.followups.models import CorrectiveAction, Evidence, FollowUp
from tracker.followups.operations import Logged, log_action, somebody_confirms, submit_follow_up, withdraw_submission
from tracker.followups.uploads import Limits, Received, notes, receive
from tracker.followups.verifying import resume
from tracker.followups.views import pages
from tracker.followups.wording import due_or_none
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove


def limits() -> Limits:
    config = current_app.config["TUNTAS"]
    return Limits(config.max_files, config.max_upload_mb)


def purpose(desk: Desk, kind: str, id: int) -> str:
    """What a kept file may be used for: by this person, in this form."""
    return f"{desk.actor.id} {kind} {id}"


@pages.show("/tindak-lanjut/<int:id>/tindakan", act=Act.LOG_ACTION, on=FollowUp)
def log(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    check_possible(follow_up, Act.LOG_ACTION)
    form = ActionForm(formdata=None)
    form.start(desk.today_in(follow_up.unit.timezone), follow_up.claimed)
    return show_log(desk, follow_up, form, Received())


@pages.do("/tindak-lanjut/<int:id>/tindakan", act=Act.LOG_ACTION, on=FollowUp)
def log_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    check_possible(follow_up, Act.LOG_ACTION)
    form = ActionForm()
    received = take_in(desk, form, "log", follow_up.id)
    logged: list[Logged] = []
    if carried_out(form, received, lambda: logged.append(log_action(desk, follow_up, form.entry()))):
        say_logged(logged[0])
        say_repeated(logged[0].repeated)
        return redirect(after_log(logged[0].action), 303)
    return show_log(desk, follow_up, form, received), form.status


def say_logged(logged: Logged) -> None:
    if not logged.before:
        flash(_("Tindakan tercatat."), "success")
    elif logged.added:
        flash(
            _("Tindakan ini sudah tercatat, jadi tidak dicatat dua kali; bukti yang baru ditambahkan kepadanya."),
            "info",
        )
    else:
        flash(_("Tindakan ini sudah tercatat, jadi tidak dicatat dua kali."), "info")


def after_log(action: CorrectiveAction) -> str:
    """To the follow-up; a script that sends the files afterwards, one by one, is told where to."""
    if wants_address():
        return url_for("followups.add_files_sent", id=action.id)
    return url_for("followups.show", id=action.follow_up_id)


def show_log(desk: Desk, follow_up: FollowUp, form: ActionForm, received: Received) -> str:
    return render_template(
        "followups/log.html",
        follow_up=follow_up,
        form=form,
        due=due_or_none(desk, follow_up),
        limits=limits(),
        kept=notes(received.kept, purpose(desk, "log", follow_up.id)),
        was_returned=follow_up.returned_at is not None,
    )


@pages.show("/tindakan/<int:id>/bukti", act=Act.ADD_EVIDENCE, on=CorrectiveAction)
def add_files(desk: Desk, action: CorrectiveAction) -> ResponseReturnValue:
    check_possible(action.follow_up, Act.ADD_EVIDENCE)
    return show_add_files(desk, action, FilesForm(formdata=None), Received())


@pages.do("/tindakan/<int:id>/bukti", act=Act.ADD_EVIDENCE, on=CorrectiveAction)
def add_files_sent(desk: Desk, action: CorrectiveAction) -> ResponseReturnValue:
    check_possible(action.follow_up, Act.ADD_EVIDENCE)
    form = FilesForm()
    received = take_in(desk, form, "add", action.id)
    repeated: list[Evidence] = []
    if carried_out(form, received, lambda: repeated.extend(add_evidence(desk, action, *form.value()))):
        if not wants_address():  # one word for all files, not one for each: the script counts them
            flash(_("Bukti ditambahkan."), "success")
        say_repeated(repeated)
        return redirect(url_for("followups.show", id=action.follow_up_id), 303)
    return show_add_files(desk, action, form, received), form.status


def show_add_files(desk: Desk, action: CorrectiveAction, form: FilesForm, received: Received) -> str:
    kept = notes(received.kept, purpose(desk, "add", action.id))
    return render_template("followups/add_evidence.html", action=action, form=form, limits=limits(), kept=kept)


def take_in(desk: Desk, form: FilesForm, kind: str, id: int) -> Received:
    """Keep the files before anything is judged: whatever else is wrong, a good photo is sent only once."""
    received = receive(desk.session, store(), limits(), form.files.data or (), purpose(desk, kind, id))
    form.kept = received.kept
    return received


def carried_out(form: FilesForm, received: Received, operation: Callable[[], object]) -> bool:
    """The form's own check, with the files' problems beside their field; nothing is saved while a file is in doubt."""
    valid = form.validate_on_submit()
    if received.problems:
        form.files.errors = [*form.files.errors, *received.problems]
        return False
    if not valid:
        return False
    try:
        operation()
    except Refusal as refusal:
        form.refuse(refusal.field, _(refusal.message, **refusal.values))
    return not form.errors


def say_repeated(repeated: list[Evidence]) -> None:
    for piece in repeated:
        flash(
            _(
                "%(name)s sama dengan berkas yang sudah diunggah unit Anda (%(title)s). Tetap dilampirkan.",
                name=piece.name,
                title=piece.follow_up.title,
            ),
            "info",
        )


@pages.show("/bukti/<int:id>/tarik", act=Act.WITHDRAW_EVIDENCE, on=Evidence)
def withdraw_piece(desk: Desk, piece: Evidence) -> ResponseReturnValue:
    check_possible(piece.follow_up, Act.WITHDRAW_EVIDENCE)
    return render_template("followups/withdraw_evidence.html", piece=piece, form=ReasonForm(formdata=None))


@pages.do("/bukti/<int:id>/tarik", act=Act.WITHDRAW_EVIDENCE, on=Evidence)
def withdraw_piece_sent(desk: Desk, piece: Evidence) -> ResponseReturnValue:
    form = ReasonForm()
    if form.carried_out(lambda reason: withdraw_evidence(desk, piece, reason)):
        if piece.kept_digest:
            drop_after_commit(desk, piece.kept_digest)
        flash(_("Bukti ditarik. Isinya dihapus; nama, SHA-256, dan alasannya tetap tercatat."), "success")
        return redirect(url_for("followups.show", id=piece.follow_up_id), 303)
    return render_template("followups/withdraw_evidence.html", piece=piece, form=form), form.status


@pages.show("/tindak-lanjut/<int:id>/ajukan", act=Act.SUBMIT_FOLLOW_UP, on=FollowUp)
def submit(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    """What will be handed in, before it is."""
    check_possible(follow_up, Act.SUBMIT_FOLLOW_UP)
    return show_submit(desk, follow_up, ReasonForm(formdata=None))


@pages.do("/tindak-lanjut/<int:id>/ajukan", act=Act.SUBMIT_FOLLOW_UP, on=FollowUp)
def submit_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    try:
        submission = submit_follow_up(desk, follow_up)
    except Refusal as refusal:
        form = ReasonForm(formdata=None)
        form.refuse("", _(refusal.message, **refusal.values))
        return show_submit(desk, follow_up, form), 422
    flash(_("Terkirim. Ini tanda terimanya."), "success")
    return redirect(url_for("followups.receipt", id=submission.id), 303)


def show_submit(desk: Desk, follow_up: FollowUp, form: ReasonForm) -> str:
    return render_template(
        "followups/submit.html",
        follow_up=follow_up,
        form=form,
        due=due_or_none(desk, follow_up),
        is_late=desk.now > follow_up.due_at,
        entries=desk.all(queries.entries_of(follow_up)),
        evidence=desk.all(queries.shown_evidence(follow_up)),
        confirms=somebody_confirms(desk, follow_up),
    )


@pages.do("/tindak-lanjut/<int:id>/tarik", act=Act.WITHDRAW_SUBMISSION, on=FollowUp)
def withdraw(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    try:
        withdraw_submission(desk, follow_up)
    except Refusal as refusal:
        flash(_(refusal.message, **refusal.values), "error")
    else:
        flash(_("Pengajuan ditarik. Anda dapat mengubahnya, lalu mengajukan lagi."), "success")
    return redirect(url_for("followups.show", id=follow_up.id), 303)


@pages.do("/tindak-lanjut/<int:id>/lanjutkan", act=Act.RESUME_FOLLOW_UP, on=FollowUp)
def resume_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    """Either side may say that what the work waited for is there."""
    resume(desk, follow_up)
    flash(_("Tindak lanjut dilanjutkan. Hari kerja selama ditunda ditambahkan ke tenggat."), "success")
    return redirect(url_for("followups.show", id=follow_up.id), 303)


def check_possible(follow_up: FollowUp, act: Act) -> None:
    """A page for an act that is not possible now answers as the act itself would: 409, somebody was quicker."""
    if not follow_up.can(act):
        raise IllegalMove(act, follow_up.status)
