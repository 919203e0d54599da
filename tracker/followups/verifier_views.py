"""The verifier's side: the queue, checking a submission, holding, cancelling and reopening work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.settings import setting
from tracker.directory.models import SupervisionArea
from tracker.directory.queries import calendar_of
from tracker.followups import verifier_queries as queries
from tracker.followups import verifying
from tracker.followups.forms import ReasonForm
from tracker.followups.lines import FollowUpLine, read
from tracker.followups.models import FollowUp, Submission
from tracker.followups.narrowing import number
from tracker.followups.queries import pending_submission, siblings
from tracker.followups.states import FollowUpStatus
from tracker.followups.verifier_forms import AcceptForm, CancelForm, HoldForm, JudgingForm, ReturnForm
from tracker.followups.verifier_rules import Wait, late_before, wait
from tracker.followups.views import pages
from tracker.followups.wording import TONES, due_or_none
from tracker.kit import content
from tracker.kit.workdays import WorkCalendar
from tracker.kit.workflow import IllegalMove

ROWS = 50
AREAS = sa.select(SupervisionArea.id, SupervisionArea.name).order_by(SupervisionArea.code)
PICTURES = {content.JPEG, content.PNG, content.WEBP}
FILTERS = ("wilayah", "aspek", "lewat")


@dataclass(frozen=True, slots=True)
class Clock:
    """The verifier's clock at this moment."""

    now: datetime
    allowed: int
    calendar: WorkCalendar

    def wait(self, follow_up: FollowUp | FollowUpLine) -> Wait:
        return wait(follow_up.holder_since, self.now, self.allowed, self.calendar)


def clock(desk: Desk) -> Clock:
    return Clock(desk.now, setting(desk.session, "verifier_days"), calendar_of(desk.session, None))


def asked(desk: Desk, sent: Any) -> tuple[dict[str, Any], queries.QueueFilter]:
    """The filter of the queue as an address or a form carries it."""
    given: dict[str, Any] = {name: sent[name][:100] for name in FILTERS if sent.get(name)}
    runs = clock(desk)
    late = late_before(desk.now, runs.allowed, runs.calendar) if "lewat" in given else None
    return given, queries.QueueFilter(number(given.get("wilayah")), given.get("aspek", ""), late)


@pages.show("/verifikasi", act=Act.OPEN_SUBMISSION)
def queue(desk: Desk) -> ResponseReturnValue:
    given, by = asked(desk, request.args)
    total = desk.session.scalar(queries.how_many(desk, by)) or 0
    first = max(0, (number(request.args.get("hal")) or 1) - 1) * ROWS
    rows = read(desk, queries.as_lines(desk, by).offset(first).limit(ROWS))
    checked = [row.id for row in rows if verifying.checked_by_another(desk, row)]
    return render_template(
        "followups/queue.html",
        rows=rows,
        total=total,
        first=first,
        rows_a_page=ROWS,
        given=given,
        areas=desk.session.execute(AREAS).all(),
        aspects=desk.session.execute(queries.aspects_in_use()).all(),
        late_ones=set(desk.session.scalars(queries.late_receipts([row.id for row in rows]))),
        clock=clock(desk),
        checkers={row.id: row.checking_by.name for row in desk.all(queries.who_checks(checked))},
        page_url=lambda page: url_for("followups.queue", hal=page, **given),
        without=lambda name: url_for("followups.queue", **{key: value for key, value in given.items() if key != name}),
    )


@pages.show("/verifikasi/<int:id>", act=Act.OPEN_SUBMISSION, on=FollowUp)
def check(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    return check_page(desk, follow_up.id)


@pages.do("/verifikasi/<int:id>/periksa", act=Act.OPEN_SUBMISSION, on=FollowUp)
def start_checking(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    """Mark it as being checked for a while; another's mark is taken over only when asked to."""
    given, _by = asked(desk, request.form)
    try:
        opened = verifying.open_submission(desk, follow_up, take_over="ambil_alih" in request.form)
    except IllegalMove:
        return overtaken(desk, follow_up.id)
    if not opened:
        flash(_("Pengajuan ini sedang diperiksa orang lain."), "warning")
    return redirect(url_for("followups.check", id=follow_up.id, **given), 303)


@pages.do("/verifikasi/<int:id>/terima", act=Act.ACCEPT_FOLLOW_UP, on=FollowUp)
def accept(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = offer(desk, follow_up, AcceptForm(prefix="terima-"), Act.ACCEPT_FOLLOW_UP)
    try:
        still_waiting(desk, follow_up, form.submission.data)
        if form.carried_out(lambda typed: verifying.accept(desk, follow_up, *typed)):
            return next_one(desk, follow_up, _("“%(title)s” diterima.", title=follow_up.title[:80]))
    except (IllegalMove, StaleDataError):
        return overtaken(desk, follow_up.id, form.note.data)
    return check_page(desk, follow_up.id, accepting=form), form.status


@pages.do("/verifikasi/<int:id>/kembalikan", act=Act.RETURN_FOLLOW_UP, on=FollowUp)
def give_back(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = ReturnForm(prefix="kembali-")
    try:
        still_waiting(desk, follow_up, form.submission.data)
        if form.carried_out(lambda typed: verifying.return_follow_up(desk, follow_up, *typed)):
            return next_one(desk, follow_up, _("“%(title)s” dikembalikan kepada unit.", title=follow_up.title[:80]))
    except (IllegalMove, StaleDataError):
        return overtaken(desk, follow_up.id, form.missing.data)
    return check_page(desk, follow_up.id, returning=form), form.status


def still_waiting(desk: Desk, follow_up: FollowUp, seen: str | None) -> None:
    """What is judged is what was looked at: a later submission of the same work wants a look of its own."""
    pending = desk.session.scalar(pending_submission(follow_up))
    if follow_up.status is not FollowUpStatus.SUBMITTED or (seen and pending and seen != str(pending.id)):
        raise IllegalMove(Act.ACCEPT_FOLLOW_UP, follow_up.status)


def next_one(desk: Desk, decided: FollowUp, done: str) -> ResponseReturnValue:
    """Open what waits longest and nobody else is checking; the filter of the queue goes along."""
    given, by = asked(desk, request.form)
    following = desk.session.scalar(
        queries.next_unchecked(queries.queue(desk, by), decided.id, desk.now, desk.actor.id)
    )
    if following is None:
        flash(" ".join((done, _("Tidak ada lagi yang menunggu pada antrean ini."))))
        return redirect(url_for("followups.queue", **given), 303)
    verifying.open_submission(desk, following)
    flash(" ".join((done, _("Berikutnya sudah terbuka di bawah ini."))))
    return redirect(url_for("followups.check", id=following.id, **given), 303)


def overtaken(desk: Desk, id: int, typed: str | None = None) -> ResponseReturnValue:
    """Somebody was quicker: show what stands now, and what this person had typed, so that nothing is lost."""
    desk.session.rollback()
    desk.find(FollowUp, id, to=Act.VIEW_FOLLOW_UPS)
    return check_page(desk, id, too_late=True, typed=typed or ""), 409


def check_page(
    desk: Desk,
    id: int,
    accepting: JudgingForm | None = None,
    returning: ReturnForm | None = None,
    too_late: bool = False,
    typed: str = "",
) -> str:
    follow_up = desk.session.scalars(queries.with_everything(id)).one()
    submissions: list[Submission] = desk.all(queries.receipts(follow_up))
    pending = next((each for each in submissions if each.verification is None and each.withdrawn_at is None), None)
    if accepting is None:
        accepting = offer(desk, follow_up, AcceptForm(formdata=None, prefix="terima-"), Act.ACCEPT_FOLLOW_UP)
    if returning is None:
        returning = ReturnForm(formdata=None, prefix="kembali-")
        returning.percent.data = follow_up.confirmed_percent or None
    for form in (accepting, returning):
        form.submission.data = str(pending.id) if pending else ""
    given, by = asked(desk, request.form if request.method == "POST" else request.args)
    return render_template(
        "followups/check.html",
        follow_up=follow_up,
        submissions=submissions,
        pending=pending,
        due=due_or_none(desk, follow_up),
        tones=TONES,
        pictures=PICTURES,
        waits=clock(desk).wait(follow_up),
        another_checks=verifying.checked_by_another(desk, follow_up),
        i_check=checked_by_me(desk, follow_up),
        accepting=accepting,
        returning=returning,
        too_late=too_late,
        typed=typed,
        given=given,
        waiting=desk.session.scalar(queries.how_many(desk, by)) or 0,
    )


def checked_by_me(desk: Desk, follow_up: FollowUp) -> bool:
    until = follow_up.checking_until
    return follow_up.checking_by_id == desk.actor.id and until is not None and until > desk.now


def offer(desk: Desk, follow_up: FollowUp, form: Any, act: Act) -> Any:
    """Ask for the judgement where this would be the last open follow-up of its recommendation."""
    closed = [each for each in desk.all(siblings(follow_up)) if not each.is_open]
    return form.offer(follow_up, closed, verifying.asks_judgement(desk, follow_up, act))


def back_to(follow_up: FollowUp, done: str) -> ResponseReturnValue:
    flash(done)
    return redirect(url_for("followups.show", id=follow_up.id), 303)


@pages.show("/tindak-lanjut/<int:id>/tunda", act=Act.HOLD_FOLLOW_UP, on=FollowUp)
def hold(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    return act_page(desk, follow_up, "hold", HoldForm(formdata=None).offer())


@pages.do("/tindak-lanjut/<int:id>/tunda", act=Act.HOLD_FOLLOW_UP, on=FollowUp)
def hold_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = HoldForm().offer()
    if form.carried_out(lambda typed: verifying.hold(desk, follow_up, *typed)):
        return back_to(follow_up, _("Tindak lanjut ditunda. Tenggatnya bergeser selama ditunda."))
    return act_page(desk, follow_up, "hold", form), form.status


@pages.show("/tindak-lanjut/<int:id>/batalkan", act=Act.CANCEL_FOLLOW_UP, on=FollowUp)
def cancel(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = offer(desk, follow_up, CancelForm(formdata=None), Act.CANCEL_FOLLOW_UP)
    return act_page(desk, follow_up, "cancel", form)


@pages.do("/tindak-lanjut/<int:id>/batalkan", act=Act.CANCEL_FOLLOW_UP, on=FollowUp)
def cancel_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = offer(desk, follow_up, CancelForm(), Act.CANCEL_FOLLOW_UP)
    if form.carried_out(lambda typed: verifying.cancel(desk, follow_up, *typed)):
        return back_to(follow_up, _("Tindak lanjut dibatalkan. Unit tidak perlu mengerjakannya lagi."))
    return act_page(desk, follow_up, "cancel", form), form.status


@pages.show("/tindak-lanjut/<int:id>/buka-kembali", act=Act.REOPEN_FOLLOW_UP, on=FollowUp)
def reopen(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    return act_page(desk, follow_up, "reopen", ReasonForm(formdata=None))


@pages.do("/tindak-lanjut/<int:id>/buka-kembali", act=Act.REOPEN_FOLLOW_UP, on=FollowUp)
def reopen_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = ReasonForm()
    if form.carried_out(lambda reason: verifying.reopen(desk, follow_up, reason)):
        return back_to(follow_up, _("Tindak lanjut dibuka kembali dan ada di tangan unit."))
    return act_page(desk, follow_up, "reopen", form), form.status


def act_page(desk: Desk, follow_up: FollowUp, name: str, form: Any) -> str:
    """The form of one act; where the status has no room for it any more, the page says so instead."""
    act = {"hold": Act.HOLD_FOLLOW_UP, "cancel": Act.CANCEL_FOLLOW_UP, "reopen": Act.REOPEN_FOLLOW_UP}[name]
    return render_template(
        f"followups/{name}.html",
        follow_up=follow_up,
        form=form,
        possible=follow_up.can(act),
        tones=TONES,
        due=due_or_none(desk, follow_up),
        this_year=desk.now.astimezone(ZoneInfo(follow_up.unit.timezone)).year,
    )
