"""Pages where a unit asks for time and the verifier's side decides, and the paper that asks for a budget."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.followups import extending, queries
from tracker.followups import extension_queries as asked_for
from tracker.followups.assigning import passes_the_letter
from tracker.followups.ball import calendar
from tracker.followups.extension_forms import ExtensionForm, GrantForm, GrantHoldForm, HoldRequestForm, Warned
from tracker.followups.extension_models import Extension
from tracker.followups.extension_states import Asked
from tracker.followups.forms import ReasonForm
from tracker.followups.models import FollowUp
from tracker.followups.narrowing import number
from tracker.followups.rules import is_overdue
from tracker.followups.states import FollowUpStatus, HoldKind
from tracker.followups.verifying import YEARS_AHEAD
from tracker.followups.views import pages
from tracker.followups.wording import EXTENSION_TONES, TONES, due_or_none
from tracker.kit.workflow import IllegalMove
from tracker.recommendations import documents

ROWS = 50


@dataclass(frozen=True, slots=True)
class Doubts:
    """What to think about before a date is sent a second time."""

    ends_on: date | None
    """The day it really ends on, where that is not the date itself."""
    after_letter: date | None
    """The date of the recommendation, where this one lies after it."""

    incomplete_year: int | None
    """The year of that day, where its joint leave (cuti bersama) is not known yet."""

    def __bool__(self) -> bool:
        return bool(self.ends_on or self.after_letter or self.incomplete_year)


def doubts(desk: Desk, follow_up: FollowUp, form: Warned) -> Doubts | None:
    """None where there are none, or where this person has been told of them."""
    if form.day is None or not form.is_new():
        return None
    ends = extending.ends_on(desk, follow_up, form.day)
    letter = follow_up.recommendation.due_on if passes_the_letter(follow_up.recommendation, form.day) else None
    estimated = calendar(desk, follow_up).incomplete_on(ends)
    found = Doubts(ends if ends != form.day else None, letter, ends.year if estimated else None)
    if found:
        form.warn()
    return found or None


@pages.show("/tindak-lanjut/<int:id>/perpanjangan", act=Act.REQUEST_EXTENSION, on=FollowUp)
def extension(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    return extension_page(desk, follow_up, ExtensionForm(formdata=None))


@pages.do("/tindak-lanjut/<int:id>/perpanjangan", act=Act.REQUEST_EXTENSION, on=FollowUp)
def extension_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = ExtensionForm()
    told = doubts(desk, follow_up, form) if form.validate() else None
    if told is None and form.carried_out(lambda typed: extending.request_extension(desk, follow_up, *typed)):  # type: ignore[misc]
        return back_to(follow_up.id, _("Permintaan perpanjangan terkirim. Verifikator memutuskannya."))
    return extension_page(desk, follow_up, form, told), form.status


def extension_page(desk: Desk, follow_up: FollowUp, form: ExtensionForm, told: Doubts | None = None) -> str:
    return render_template(
        "followups/extension.html",
        follow_up=desk.session.scalars(queries.as_page(follow_up.id)).one(),
        form=form,
        told=told,
        due=due_or_none(desk, follow_up),
        tones=TONES,
        possible=follow_up.can(Act.REQUEST_EXTENSION),
        waiting=desk.session.scalars(asked_for.waiting_one(follow_up)).first(),
        times_left=extending.times_left(desk, follow_up),
        is_late=is_overdue(follow_up.holder, follow_up.due_at, desk.now),
        days_elsewhere=extending.days_kept(follow_up),
        limits=documents.hint(),
    )


@pages.show("/tindak-lanjut/<int:id>/minta-penundaan", act=Act.REQUEST_HOLD, on=FollowUp)
def request_hold(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    return hold_page(desk, follow_up, HoldRequestForm(formdata=None).offer())


@pages.do("/tindak-lanjut/<int:id>/minta-penundaan", act=Act.REQUEST_HOLD, on=FollowUp)
def request_hold_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = HoldRequestForm().offer()
    if form.carried_out(lambda wanted: extending.request_hold(desk, follow_up, wanted)):
        return back_to(follow_up.id, _("Permintaan penundaan terkirim. Waktu unit berjalan terus sampai diputuskan."))
    return hold_page(desk, follow_up, form), form.status


def hold_page(desk: Desk, follow_up: FollowUp, form: HoldRequestForm) -> str:
    return render_template(
        "followups/request_hold.html",
        follow_up=follow_up,
        form=form,
        due=due_or_none(desk, follow_up),
        tones=TONES,
        possible=follow_up.can(Act.REQUEST_HOLD),
        waiting=desk.session.scalars(asked_for.waiting_one(follow_up)).first(),
        first_year=desk.today_in(follow_up.unit.timezone).year,
        years_ahead=YEARS_AHEAD,
        limits=documents.hint(),
    )


@pages.show("/permintaan", act=Act.GRANT_EXTENSION)
def requests(desk: Desk) -> ResponseReturnValue:
    """What units ask for and this person may decide on, oldest first."""
    query = asked_for.to_decide(desk)
    total = desk.session.scalar(asked_for.how_many(query)) or 0
    first = max(0, (number(request.args.get("hal")) or 1) - 1) * ROWS
    rows = desk.all(asked_for.as_lines(query).offset(first).limit(ROWS))
    return render_template(
        "followups/requests.html",
        desk=desk,
        rows=rows,
        total=total,
        first=first,
        rows_a_page=ROWS,
        page_url=lambda page: url_for("followups.requests", hal=page),
    )


@pages.show("/permintaan/<int:id>", act=Act.VIEW_FOLLOW_UPS, on=Extension)
def request_shown(desk: Desk, extension: Extension) -> ResponseReturnValue:
    return request_page(desk, extension.id)


@pages.do("/permintaan/<int:id>/kabulkan", act=Act.GRANT_EXTENSION, on=Extension)
def grant(desk: Desk, extension: Extension) -> ResponseReturnValue:
    follow_up: FollowUp = extension.follow_up
    form: Any = GrantHoldForm(prefix="kabul-") if extension.is_hold else GrantForm(prefix="kabul-")
    told = None
    if isinstance(form, GrantForm) and extension.can(Act.GRANT_EXTENSION) and form.validate():
        told = doubts(desk, follow_up, form)
    try:
        if told is None and form.carried_out(lambda typed: extending.grant(desk, extension, *typed)):
            done = _("Penundaan dikabulkan.") if extension.is_hold else _("Perpanjangan dikabulkan.")
            return decided(desk, done)
    except (IllegalMove, StaleDataError):
        return overtaken(desk, extension.id)
    return request_page(desk, extension.id, granting=form, told=told), form.status


@pages.do("/permintaan/<int:id>/tolak", act=Act.REFUSE_EXTENSION, on=Extension)
def refuse(desk: Desk, extension: Extension) -> ResponseReturnValue:
    form = ReasonForm(prefix="tolak-")
    try:
        if form.carried_out(lambda reason: extending.refuse(desk, extension, reason)):
            return decided(desk, _("Permintaan ditolak. Unit membaca alasannya."))
    except (IllegalMove, StaleDataError):
        return overtaken(desk, extension.id)
    return request_page(desk, extension.id, refusing=form), form.status


@pages.do("/permintaan/<int:id>/tarik", act=Act.WITHDRAW_EXTENSION, on=Extension)
def withdraw_request(desk: Desk, extension: Extension) -> ResponseReturnValue:
    try:
        extending.withdraw_request(desk, extension)
        desk.session.flush()
    except (IllegalMove, StaleDataError):
        return overtaken(desk, extension.id)
    return back_to(extension.follow_up_id, _("Permintaan ditarik."))


@pages.show("/permintaan/<int:id>/dokumen", act=Act.VIEW_FOLLOW_UPS, on=Extension)
def request_document(_desk: Desk, extension: Extension) -> ResponseReturnValue:
    return documents.hand_out(extension.document_digest, extension.document_name)


def decided(desk: Desk, done: str) -> ResponseReturnValue:
    """Flushed here, so that whoever was quicker shows before anything is said; then the next one, or the list."""
    desk.session.flush()
    flash(done, "success")
    return redirect(url_for("followups.requests"), 303)


def overtaken(desk: Desk, id: int) -> ResponseReturnValue:
    """Somebody was quicker: what stands now is shown, and who decided."""
    desk.session.rollback()
    desk.find(Extension, id, Act.VIEW_FOLLOW_UPS)
    return request_page(desk, id, too_late=True), 409


def request_page(
    desk: Desk,
    id: int,
    granting: Any = None,
    refusing: ReasonForm | None = None,
    told: Doubts | None = None,
    too_late: bool = False,
) -> str:
    extension: Extension = desk.session.scalars(asked_for.as_page(id)).one()
    follow_up = extension.follow_up
    if granting is None and extension.is_hold:
        granting = GrantHoldForm(formdata=None, prefix="kabul-")
    elif granting is None:
        granting = GrantForm(formdata=None, prefix="kabul-")
        granting.granted_on.data = extension.proposed_on
    return render_template(
        "followups/request.html",
        extension=extension,
        follow_up=follow_up,
        due=due_or_none(desk, follow_up),
        tones=TONES,
        extension_tones=EXTENSION_TONES,
        granting=granting,
        refusing=refusing or ReasonForm(formdata=None, prefix="tolak-"),
        told=told,
        too_late=too_late,
        grantable=follow_up.is_open and (not extension.is_hold or follow_up.can(Act.HOLD_FOLLOW_UP)),
        ends_on=extending.ends_on(desk, follow_up, extension.proposed_on) if extension.proposed_on else None,
        times_left=extending.times_left(desk, follow_up),
        is_late=is_overdue(follow_up.holder, follow_up.due_at, desk.now),
    )


@pages.show("/tindak-lanjut/<int:id>/justifikasi-anggaran", act=Act.VIEW_FOLLOW_UPS, on=FollowUp)
def budget_justification(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    """One page for whoever plans the budget: what is asked by which letter, what it needs, in which fiscal year."""
    follow_up = desk.session.scalars(queries.as_page(follow_up.id)).one()
    waiting = desk.session.scalars(asked_for.waiting_one(follow_up)).first()
    behind = desk.session.scalars(asked_for.behind_the_hold(follow_up)).first()
    held = follow_up.status is FollowUpStatus.ON_HOLD and follow_up.hold_kind is HoldKind.BUDGET
    asked = behind if held else (waiting if waiting is not None and waiting.asked is Asked.BUDGET else None)
    page = render_template(
        "followups/budget_justification.html",
        follow_up=follow_up,
        asked=asked,
        for_budget=held or asked is not None,
        is_decided=held,
        fiscal_year=follow_up.hold_fiscal_year if held else (asked.fiscal_year if asked else None),
        reason=follow_up.hold_reason if held else (asked.reason if asked else ""),
        today=desk.today_in(follow_up.unit.timezone),
    )
    return page, 200 if held or asked is not None else 404


def back_to(id: int, done: str) -> ResponseReturnValue:
    flash(done, "success")
    return redirect(url_for("followups.show", id=id), 303)
