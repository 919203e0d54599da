"""Asking for time and deciding on it: a unit asks, somebody of the verifier's side answers.

Refuse first, then change, then tell. The date first agreed on is never overwritten; each request keeps the date that
held before it, so that all of them stay readable.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.settings import setting
from tracker.followups.assigning import allow
from tracker.followups.ball import agree_date, calendar, days_elsewhere, zone_of
from tracker.followups.extension_models import Extension
from tracker.followups.extension_queries import times_extended, waiting_one
from tracker.followups.extension_states import HOLDS, Asked
from tracker.followups.models import FollowUp
from tracker.followups.rules import due_at
from tracker.followups.verifying import FISCAL_YEAR, WHY, YEARS_AHEAD, hold
from tracker.kit.files import Kept
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove

TELL_WHY = N_("Tulis alasannya; verifikator akan membacanya.")
TELL_WHAT = N_("Tulis apa yang perlu dibiayai.")
WAITS = N_("Masih ada permintaan yang menunggu keputusan. Tarik dahulu bila ingin mengajukan yang lain.")
TOO_OFTEN = N_(
    "Tenggat ini sudah diperpanjang %(times)s kali, sebanyak yang diperbolehkan. Bicarakan dengan verifikator."
)
NOT_LATER = N_("Pilih tanggal setelah tenggat yang sekarang, %(day)s.")
GONE_BY = N_("Tanggal ini sudah lewat di tempat unit. Pilih tanggal yang akan datang.")
TOO_FAR = N_("Paling jauh dua tahun dari sekarang. Periksa tahunnya.")
FARTHEST = 731
"""Days ahead: whatever lies beyond is a slip of the keyboard."""
WHICH_HOLD = N_("Pilih apa yang ditunggu.")


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """What a unit waits for. A budget has its fiscal year and says what is to be paid."""

    asked: Asked
    reason: str
    fiscal_year: int | None = None
    needed: str = ""
    document: Kept | None = None


def request_extension(
    desk: Desk, follow_up: FollowUp, proposed_on: date, reason: str, document: Kept | None = None
) -> Extension:
    """The unit asks for a later date, also when the present one has passed."""
    allow(follow_up, Act.REQUEST_EXTENSION)
    refuse_second(desk, follow_up)
    refuse_too_many(desk, follow_up, "proposed_on")
    check_later(desk, follow_up, proposed_on, "proposed_on")
    if not reason.strip():
        raise Refusal("reason", TELL_WHY)
    extension = desk.add(row(desk, follow_up, Asked.DATE, reason, document, proposed_on=proposed_on))
    desk.record(Act.REQUEST_EXTENSION, follow_up, reason.strip())
    return extension


def request_hold(desk: Desk, follow_up: FollowUp, wanted: HoldRequest) -> Extension:
    """The unit asks that its clock stop until there is a budget, or the law allows the work."""
    allow(follow_up, Act.REQUEST_HOLD)
    refuse_second(desk, follow_up)
    if wanted.asked not in HOLDS:
        raise Refusal("asked", WHICH_HOLD)
    if not wanted.reason.strip():
        raise Refusal("reason", TELL_WHY)
    for_budget = wanted.asked is Asked.BUDGET
    if for_budget:
        year = desk.today_in(follow_up.unit.timezone).year
        if wanted.fiscal_year is None or not year <= wanted.fiscal_year <= year + YEARS_AHEAD:
            raise Refusal("fiscal_year", FISCAL_YEAR)
        if not wanted.needed.strip():
            raise Refusal("needed", TELL_WHAT)
    asked_for = row(
        desk,
        follow_up,
        wanted.asked,
        wanted.reason,
        wanted.document,
        fiscal_year=wanted.fiscal_year if for_budget else None,
        needed=wanted.needed.strip() if for_budget else "",
    )
    extension = desk.add(asked_for)
    desk.record(Act.REQUEST_HOLD, follow_up, wanted.reason.strip())
    return extension


def row(desk: Desk, follow_up: FollowUp, asked: Asked, reason: str, document: Kept | None, **values: Any) -> Extension:
    return Extension(
        follow_up=follow_up,
        unit_id=follow_up.unit_id,
        asked=asked,
        reason=reason.strip(),
        due_on_before=follow_up.due_on,
        due_at_before=follow_up.due_at,
        document_digest=document.digest_kept if document else None,
        document_name=document.name if document else "",
        requested_by_id=desk.actor.id,
        requested_at=desk.now,
        **values,
    )


def withdraw_request(desk: Desk, extension: Extension) -> None:
    """The unit takes back what nobody has decided on yet."""
    extension.move(Act.WITHDRAW_EXTENSION)
    extension.decided_at = desk.now
    desk.record(Act.WITHDRAW_EXTENSION, extension)


def grant(desk: Desk, extension: Extension, granted_on: date | None = None, reason: str = "") -> None:
    """The verifier's side agrees: a date moves the due date, a hold stops the clock.

    A date may be granted shorter or longer than it was asked for; the follow-up must still be open.
    """
    follow_up = extension.follow_up
    refuse_decision(desk, extension, Act.GRANT_EXTENSION)
    if extension.is_hold:
        settle(desk, extension, Act.GRANT_EXTENSION, reason)
        year = extension.fiscal_year
        if year is not None:  # a decision that came after New Year is about the year that has begun
            year = max(year, desk.today_in(follow_up.unit.timezone).year)
        hold(desk, follow_up, HOLDS[extension.asked], extension.reason, year, act=Act.GRANT_EXTENSION)
        return
    day = granted_on or extension.proposed_on
    assert day is not None  # a request for a date has one
    refuse_too_many(desk, follow_up, "granted_on")
    check_later(desk, follow_up, day, "granted_on")
    settle(desk, extension, Act.GRANT_EXTENSION, reason)
    extension.granted_on = day
    agree_date(desk, follow_up, day)
    desk.record(Act.GRANT_EXTENSION, follow_up, reason.strip())


def refuse(desk: Desk, extension: Extension, reason: str) -> None:
    """The verifier's side does not agree; everything stays as it was."""
    if not reason.strip():
        raise Refusal("reason", WHY)
    refuse_decision(desk, extension, Act.REFUSE_EXTENSION)
    settle(desk, extension, Act.REFUSE_EXTENSION, reason)
    desk.record(Act.REFUSE_EXTENSION, extension, reason.strip())


def settle(desk: Desk, extension: Extension, act: Act, reason: str) -> None:
    extension.move(act)
    extension.decision_reason = reason.strip()
    extension.decided_by_id, extension.decided_at = desk.actor.id, desk.now


def refuse_decision(desk: Desk, extension: Extension, act: Act) -> None:
    """There must be something to decide on, and who asked decides nothing, whatever role they hold."""
    follow_up = extension.follow_up
    possible = follow_up.is_open and (not extension.is_hold or follow_up.can(Act.HOLD_FOLLOW_UP))
    if act is Act.REFUSE_EXTENSION:
        possible = True
    if not possible or not extension.can(act) or extension.requested_by_id == desk.actor.id:
        raise IllegalMove(act, extension.status)


def refuse_second(desk: Desk, follow_up: FollowUp) -> None:
    if desk.session.scalars(waiting_one(follow_up)).first() is not None:
        raise Refusal("reason", WAITS)


def refuse_too_many(desk: Desk, follow_up: FollowUp, field: str) -> None:
    times = desk.session.scalar(times_extended(follow_up)) or 0
    if times >= setting(desk.session, "extension_limit"):
        raise Refusal(field, TOO_OFTEN, times=times)


def check_later(desk: Desk, follow_up: FollowUp, day: date, field: str) -> None:
    """A date that brings nothing, or that has passed, is no extension."""
    today = desk.today_in(follow_up.unit.timezone)
    present = follow_up.due_at.astimezone(zone_of(follow_up)).date()
    if day <= follow_up.due_on or moment_of(desk, follow_up, day) <= follow_up.due_at:
        raise Refusal(field, NOT_LATER, day=f"{max(present, follow_up.due_on):%d-%m-%Y}")
    if day <= today:
        raise Refusal(field, GONE_BY)
    if (day - today).days > FARTHEST:
        raise Refusal(field, TOO_FAR)


def moment_of(desk: Desk, follow_up: FollowUp, day: date) -> Any:
    """When the follow-up would be due, in UTC, were this date agreed on: days that others held the work still count."""
    return due_at(day, zone_of(follow_up), days_kept(follow_up), calendar(desk, follow_up))


def days_kept(follow_up: FollowUp) -> int:
    """Working days that others held the work, which any agreed date is moved on by."""
    return days_elsewhere(follow_up) - follow_up.days_grace


def ends_on(desk: Desk, follow_up: FollowUp, day: date) -> date:
    """The day, where the unit is, on which it would be due were this date agreed on."""
    ends: date = moment_of(desk, follow_up, day).astimezone(zone_of(follow_up)).date()
    return ends


def times_left(desk: Desk, follow_up: FollowUp) -> int:
    """How often the unit may still ask for a later date."""
    return max(0, setting(desk.session, "extension_limit") - (desk.session.scalar(times_extended(follow_up)) or 0))
