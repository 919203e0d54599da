"""Due dates, holders and states of follow-ups as pages say them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.directory.queries import calendar_of
from tracker.followups.ball import zone_of
from tracker.followups.models import FollowUp
from tracker.followups.rules import Due, DueState, standing
from tracker.followups.states import FollowUpStatus, Holder
from tracker.recommendations.states import Assessment, Priority

TONES: Mapping[StrEnum, str] = {
    FollowUpStatus.ASSIGNED: "neutral",
    FollowUpStatus.IN_PROGRESS: "info",
    FollowUpStatus.AWAITING_CONFIRMATION: "info",
    FollowUpStatus.SUBMITTED: "info",
    FollowUpStatus.RETURNED: "bad",
    FollowUpStatus.ON_HOLD: "warn",
    FollowUpStatus.ACCEPTED: "good",
    FollowUpStatus.CANCELLED: "neutral",
    Assessment.NOT_FOLLOWED_UP: "neutral",
    Assessment.NOT_YET_ADEQUATE: "warn",
    Assessment.ADEQUATE: "good",
    Assessment.CANNOT: "info",
    Priority.HIGH: "warn",
    Priority.MEDIUM: "neutral",
    Priority.LOW: "neutral",
}

LETTERS: Mapping[Holder, str] = {
    Holder.UNIT: "U",
    Holder.COORDINATOR: "K",
    Holder.VERIFIER: "V",
    Holder.BUDGET: "A",
    Holder.LAW: "H",
}


@dataclass(frozen=True, slots=True)
class DueWords:
    """As templates/ui/tag.html shows it."""

    words: str
    state: str


def due(desk: Desk, follow_up: FollowUp) -> DueWords | None:
    """ "3 hari kerja lagi, Kamis 14 Mei 2020", by the calendar and the clock of the unit's place; None once closed."""
    if follow_up.holder is None:
        return None
    if follow_up.status is FollowUpStatus.ON_HOLD:
        return DueWords(why_stopped(follow_up), DueState.STOPPED.value)
    zone = zone_of(follow_up)
    calendar = calendar_of(desk.session, follow_up.unit.region)
    stands = standing(follow_up.holder, follow_up.due_at, zone, desk.now, calendar)
    is_today = stands.day == desk.now.astimezone(zone).date()
    return DueWords(f"{distance(stands, is_today)}, {weekday_and_date(stands.day)}", stands.state.value)


def why_stopped(follow_up: FollowUp) -> str:
    if follow_up.hold_fiscal_year is not None:
        return str(_("berhenti, menunggu anggaran %(year)s", year=follow_up.hold_fiscal_year))
    return str(_("berhenti, terhalang peraturan"))


def distance(due: Due, is_today: bool) -> str:
    if due.state is DueState.STOPPED:
        return str(_("waktu unit berhenti"))
    if due.state is DueState.OVERDUE:
        if due.workdays <= 0:
            return str(_("lewat tenggat"))
        return str(ngettext("lewat %(num)s hari kerja", "lewat %(num)s hari kerja", due.workdays))
    if is_today:
        return str(_("hari ini"))
    return str(ngettext("%(num)s hari kerja lagi", "%(num)s hari kerja lagi", due.workdays))


def weekday_and_date(day: date) -> str:
    """Kamis 14 Mei 2020."""
    return str(format_date(day, "EEEE d MMMM yyyy", rebase=False))
