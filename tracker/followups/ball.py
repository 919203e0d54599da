"""Who has the ball, and whose working days go by meanwhile: booked at every move, and the due date with them."""

from datetime import date
from zoneinfo import ZoneInfo

from tracker.access.desk import Desk
from tracker.administration.settings import setting
from tracker.directory.queries import calendar_of
from tracker.followups.lines import FollowUpLine
from tracker.followups.models import FollowUp
from tracker.followups.rules import due_at, grace
from tracker.followups.states import holder_of
from tracker.kit.workdays import WorkCalendar


def pass_ball(desk: Desk, follow_up: FollowUp) -> None:
    """After a move: book the working days to whoever held it, and give it to whoever holds it now."""
    before, after = follow_up.holder, holder_of(follow_up.status, follow_up.hold_kind)
    if after is before:
        return
    if before is not None:
        zone, calendar = ZoneInfo(follow_up.unit.timezone), calendar_of(desk.session, follow_up.unit.region)
        since, today = follow_up.holder_since.astimezone(zone).date(), desk.now.astimezone(zone).date()
        column = f"days_{before}"
        setattr(follow_up, column, getattr(follow_up, column) + max(0, calendar.until(since, today)))
    follow_up.holder, follow_up.holder_since, follow_up.is_open = after, desk.now, after is not None
    set_due(desk, follow_up)


def set_due(desk: Desk, follow_up: FollowUp) -> None:
    """Bring `due_at` in line with the agreed date and the days that others have held the work."""
    zone, days, closed = zone_of(follow_up), days_elsewhere(follow_up), calendar(desk, follow_up)
    follow_up.due_at = due_at(follow_up.due_on, zone, days, closed)
    follow_up.original_due_at = None
    if follow_up.due_on != follow_up.original_due_on:
        follow_up.original_due_at = due_at(follow_up.original_due_on, zone, days - follow_up.days_grace, closed)


def leave_time(desk: Desk, follow_up: FollowUp) -> None:
    """Whoever gets work back from the verifier's side has some working days for it, as many as are set."""
    zone = zone_of(follow_up)
    due, today = follow_up.due_at.astimezone(zone).date(), desk.now.astimezone(zone).date()
    follow_up.days_grace += grace(due, today, calendar(desk, follow_up), setting(desk.session, "return_days"))
    set_due(desk, follow_up)


def agree_date(desk: Desk, follow_up: FollowUp, day: date) -> None:
    """A new date was agreed on; what was first agreed stays. Days given by returns were part of the old one."""
    if day != follow_up.due_on:
        follow_up.due_on, follow_up.days_grace = day, 0
        set_due(desk, follow_up)


def days_elsewhere(follow_up: FollowUp) -> int:
    """Working days that do not count against the unit and its coordinator."""
    return follow_up.days_verifier + follow_up.days_budget + follow_up.days_law + follow_up.days_grace


def zone_of(follow_up: FollowUp | FollowUpLine) -> ZoneInfo:
    """Where the due date ends: in the letter's zone where it names one, else in the unit's."""
    return ZoneInfo(follow_up.due_zone or follow_up.unit.timezone)


def calendar(desk: Desk, follow_up: FollowUp) -> WorkCalendar:
    return calendar_of(desk.session, follow_up.unit.region)
