"""Moving the demonstration's current cycle and its complaints to today, by whole weeks, so that weekdays stay."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.clocks import set_due
from tracker.complaints.models import Complaint, ComplaintLink, ComplaintNote
from tracker.demo.loading import LETTER_AGO
from tracker.events.models import Event
from tracker.followups import ball
from tracker.followups.extension_models import Extension
from tracker.followups.models import Comment, CorrectiveAction, Evidence, FollowUp, Submission, Verification
from tracker.instruments.models import Cycle
from tracker.kit.db import Model
from tracker.mentoring.models import (
    Attendance,
    Commitment,
    Correction,
    Feedback,
    MentoringSession,
    Participant,
    Preparation,
    SessionDay,
    SessionNote,
    SessionPaper,
)
from tracker.recommendations.models import Letter, Recommendation

WEEK = 7
REASON = "Data contoh digeser ke minggu ini."
DATES = ("original_due_on", "due_on")
PARTS_OF_SESSION: tuple[Any, ...] = (
    SessionDay, Participant, Preparation, Attendance, SessionNote, Commitment, Correction, SessionPaper, Feedback,
)  # fmt: skip
PARTS_OF_COMPLAINT: tuple[Any, ...] = (ComplaintNote, ComplaintLink)
PARTS = (CorrectiveAction, Evidence, Submission, Verification, Comment, Extension)


def move_to_today(desk: Desk) -> int:
    """Shift every date of the current illustration; by how many days. Events stay: they tell what was done when.

    A follow-up on which somebody worked since the last shift keeps its past; only its due date moves.
    """
    cycle = desk.session.scalars(
        sa.select(Cycle).where(Cycle.is_illustration, Cycle.letter_on.is_not(None)).order_by(Cycle.year.desc()).limit(1)
    ).one_or_none()
    if cycle is None or cycle.letter_on is None:
        return 0
    stood_at = cycle.letter_on + LETTER_AGO
    shift = timedelta(days=(desk.today - stood_at).days // WEEK * WEEK)
    if shift <= timedelta(0):
        return 0
    move(cycle, shift, ("letter_on", "opening_on"))
    desk.record(Act.LOAD_DEMO, cycle, REASON)
    for letter in desk.all(sa.select(Letter).filter_by(cycle_id=cycle.id)):
        move(letter, shift, ("dated_on",))
        desk.record(Act.LOAD_DEMO, letter, REASON)
    for recommendation in desk.all(sa.select(Recommendation).filter_by(cycle_id=cycle.id)):
        move(recommendation, shift, ("due_on", "cannot_proposed_at", "cannot_decided_at"))
        desk.record(Act.LOAD_DEMO, recommendation, REASON)
    touched = worked_on_since(desk, FollowUp, stood_at)
    for follow_up in desk.all(sa.select(FollowUp).filter_by(cycle_id=cycle.id)):
        move(follow_up, shift, DATES)
        if follow_up.id not in touched:
            move_past(desk, follow_up, shift)
        ball.set_due(desk, follow_up)
        desk.record(Act.LOAD_DEMO, follow_up, REASON)
    move_sessions(desk, cycle, shift)
    move_complaints(desk, stood_at, shift)
    return shift.days


def move_complaints(desk: Desk, stood_at: date, shift: timedelta) -> None:
    """Those that came in before the last shift, with what was written about them. Where somebody, or time, did
    something since, the past is a real one and stays; clocks run on from it."""
    touched = worked_on_since(desk, Complaint, stood_at)
    for complaint in desk.all(sa.select(Complaint).where(Complaint.received_at < end_of(desk, stood_at))):
        if complaint.id in touched:
            continue
        move(complaint, shift, moments_of(Complaint))
        for kind in PARTS_OF_COMPLAINT:
            for part in desk.all(sa.select(kind).filter_by(complaint_id=complaint.id)):
                move(part, shift, moments_of(kind))
        set_due(desk, complaint)
        desk.record(Act.LOAD_DEMO, complaint, REASON)


def move_sessions(desk: Desk, cycle: Cycle, shift: timedelta) -> None:
    """The sessions of the cycle with all that belongs to them; calendars that follow them learn of it."""
    for session in desk.all(sa.select(MentoringSession).filter_by(cycle_id=cycle.id)):
        move(session, shift, moments_of(MentoringSession))
        session.sequence += 1
        told: dict[Any, Any] = {session: session}
        for kind in PARTS_OF_SESSION:
            dates = (*moments_of(kind), *(("due_on",) if kind is Commitment else ()))
            for part in desk.all(sa.select(kind).filter_by(session_id=session.id)):
                move(part, shift, dates)
                told.setdefault(part.whole, part)
        for subject in told.values():
            desk.record(Act.LOAD_DEMO, subject, REASON)


def worked_on_since(desk: Desk, kind: type[Model], day: date) -> set[int]:
    """Rows of a kind on which somebody acted after the demonstration's day."""
    query = sa.select(Event.subject_id).where(
        Event.subject_type == kind.__name__, Event.at >= end_of(desk, day), Event.act != Act.LOAD_DEMO.value
    )
    return set(desk.session.scalars(query))


def end_of(desk: Desk, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), desk.now.tzinfo)


def move_past(desk: Desk, follow_up: FollowUp, shift: timedelta) -> None:
    """What was done on it, as far back from today as it was."""
    move(follow_up, shift, moments_of(FollowUp, but=("due_at",)))
    for kind in PARTS:
        for part in desk.all(sa.select(kind).filter_by(follow_up_id=follow_up.id)):
            move(part, shift, moments_of(kind))


def moments_of(kind: Any, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The columns that say when: of follow-ups without the dates that move anyway."""
    times = (sa.Date, sa.DateTime)
    columns = sa.inspect(kind).columns
    return tuple(
        column.key
        for column in columns
        if isinstance(getattr(column.type, "impl", column.type), times) and column.key not in (*DATES, *but)
    )


def move(row: Any, shift: timedelta, columns: tuple[str, ...]) -> None:
    for column in columns:
        value = getattr(row, column)
        if value is not None:
            setattr(row, column, value + shift)
