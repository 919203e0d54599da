"""Keeping a complaint's clocks: after a move the days are booked to whoever held it, and what is due is worked out."""

from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.desk import Desk
from tracker.administration.settings import setting
from tracker.complaints.models import Complaint
from tracker.complaints.rules import Course, Due, Terms, due
from tracker.complaints.states import OVER, STOPPED, holder_of
from tracker.complaints.terms_models import ComplaintTerms
from tracker.directory.queries import calendar_of


def terms_of(session: Session, agency_id: int) -> Terms:
    """The agency's own limits, or those of the settings."""
    own = session.scalar(sa.select(ComplaintTerms).where(ComplaintTerms.agency_id == agency_id))
    return own.terms if own is not None else terms_by_default(session)


def terms_by_default(session: Session) -> Terms:
    return Terms(
        verification=setting(session, "complaint_verification_days"),
        answer=setting(session, "complaint_answer_days"),
        information=setting(session, "complaint_information_days"),
        ordinary=setting(session, "complaint_ordinary_days"),
        suggestion=setting(session, "complaint_suggestion_days"),
        oversight=setting(session, "complaint_oversight_days"),
        closing=setting(session, "complaint_closing_days"),
    )


def course_of(complaint: Complaint) -> Course:
    return Course(
        status=complaint.status,
        received_at=complaint.received_at,
        verified_at=complaint.verified_at,
        assigned_at=complaint.assigned_at,
        first_answered_at=complaint.first_answered_at,
        responded_at=complaint.responded_at,
        restarted_at=complaint.restarted_at,
        classification=complaint.classification,
        days_stopped=complaint.days_stopped,
        days_stopped_before_answer=complaint.days_stopped_before_answer,
    )


def pass_ball(desk: Desk, complaint: Complaint) -> None:
    """After every move of `status`: book the working days, give the ball on, and set what is due.

    Also after a change of classification or unit, which move no ball but what is due.
    """
    now_with = holder_of(complaint.status)
    if now_with is not complaint.holder:
        book_days(desk, complaint)
        complaint.holder, complaint.holder_since = now_with, desk.now
    complaint.is_open = complaint.status not in OVER
    set_due(desk, complaint)


def book_days(desk: Desk, complaint: Complaint) -> None:
    """The working days since the ball came to its holder. Those of the citizen and of others stop the clocks."""
    before = complaint.holder
    if before is None:
        return
    zone, calendar = ZoneInfo(complaint.unit.timezone), calendar_of(desk.session, complaint.unit.region)
    since, today = complaint.holder_since.astimezone(zone).date(), desk.now.astimezone(zone).date()
    days = max(0, calendar.until(since, today))
    column = f"days_{before}"
    setattr(complaint, column, getattr(complaint, column) + days)
    if holder_of_stop(before):
        complaint.days_stopped += days
        if complaint.first_answered_at is None:
            complaint.days_stopped_before_answer += days


def holder_of_stop(holder: object) -> bool:
    return holder in {holder_of(status) for status in STOPPED}


def restart(desk: Desk, complaint: Complaint) -> None:
    """A reopened complaint's clocks run anew from now; `pass_ball` comes after it.

    What its holder had it for is booked first: those days belong to the clocks that ended, not to the new ones.
    """
    book_days(desk, complaint)
    complaint.holder_since = complaint.restarted_at = desk.now
    complaint.days_stopped = complaint.days_stopped_before_answer = 0
    complaint.first_answered_at = complaint.responded_at = complaint.closed_at = None


def set_due(desk: Desk, complaint: Complaint) -> None:
    zone, calendar = ZoneInfo(complaint.unit.timezone), calendar_of(desk.session, complaint.unit.region)
    put_due(complaint, due(course_of(complaint), terms_of(desk.session, complaint.agency_id), calendar, zone))


def put_due(complaint: Complaint, found: Due) -> None:
    complaint.verification_due_at = found.verification
    complaint.answer_due_at = found.answer
    complaint.completion_due_at = found.completion
    complaint.due_clock, complaint.due_at = found.next or (None, None)
