"""States, holders and clocks of complaints as pages say them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.complaints.lines import ComplaintLine
from tracker.complaints.models import Complaint
from tracker.complaints.states import STOPPED, BallHolder, Clock, ComplaintStatus
from tracker.directory.queries import calendar_at
from tracker.followups.rules import SOON, Due, DueState
from tracker.followups.wording import DueInWords, in_words
from tracker.kit import formats
from tracker.kit.words import N_

S = ComplaintStatus
TONES: Mapping[StrEnum, str] = {
    S.NEW: "warn",
    S.VERIFIED: "warn",
    S.ASSIGNED: "neutral",
    S.IN_PROGRESS: "info",
    S.WAITING_CITIZEN: "neutral",
    S.ON_HOLD: "warn",
    S.RESPONDED: "good",
    S.CLOSED: "good",
    S.FORWARDED: "neutral",
    S.ARCHIVED: "neutral",
}
HOLDER_LETTERS: Mapping[BallHolder, str] = {
    BallHolder.LIAISON: N_("H"),
    BallHolder.HANDLER: N_("U"),
    BallHolder.CITIZEN: N_("P"),
    BallHolder.OTHERS: N_("L"),
}
"""Penghubung, Unit, Pelapor, Lain: letters of the reader's language."""


def due_or_none(desk: Desk, complaint: Complaint | ComplaintLine) -> DueInWords | None:
    """What ends next, in words; None once it is over. Where the clocks stand still, why."""
    if not complaint.is_open:
        return None
    if complaint.status in STOPPED:
        return DueInWords(stopped(complaint.status), DueState.STOPPED.value)
    if complaint.due_at is None or complaint.due_clock is None:
        return None
    return clock_in_words(desk, complaint, complaint.due_clock, complaint.due_at)


def stopped(status: ComplaintStatus) -> str:
    if status is S.WAITING_CITIZEN:
        return str(_("waktu berhenti, menunggu pelapor"))
    return str(_("waktu berhenti, tertunda"))


def clock_in_words(desk: Desk, complaint: Complaint | ComplaintLine, clock: Clock, at: datetime) -> DueInWords:
    """ "Verifikasi 2 hari kerja lagi, Kamis 14 Mei 2020", by the calendar and the clock of the unit's place."""
    due, is_today = standing(desk, complaint, at)
    if clock is Clock.CLOSING:
        day = formats.weekday_and_date(due.day)
        return DueInWords(str(_("ditutup otomatis setelah %(day)s", day=day)), DueState.OPEN.value)
    told = in_words(due, is_today, formats.language())
    return DueInWords(f"{formats.label(clock)} {told.words}", told.state)


def standing(desk: Desk, complaint: Complaint | ComplaintLine, at: datetime) -> tuple[Due, bool]:
    """How a clock stands to this moment, and whether its day is today."""
    zone, calendar = ZoneInfo(complaint.unit.timezone), calendar_at(desk.session, complaint.unit.region_code)
    day, today = at.astimezone(zone).date(), desk.now.astimezone(zone).date()
    left, incomplete = calendar.until(today, day), calendar.incomplete_on(day)
    if desk.now > at:
        return Due(DueState.OVERDUE, day, -left, incomplete), False
    return Due(DueState.SOON if left <= SOON else DueState.OPEN, day, left, incomplete), day == today


def clocks_of(desk: Desk, complaint: Complaint) -> list[tuple[str, DueInWords]]:
    """Every clock that runs, in the order of the stations."""
    running = (
        (Clock.VERIFICATION, complaint.verification_due_at),
        (Clock.ANSWER, complaint.answer_due_at),
        (Clock.COMPLETION, complaint.completion_due_at),
        (Clock.CLOSING, complaint.due_at if complaint.due_clock is Clock.CLOSING else None),
    )
    told = []
    for clock, at in running:
        if at is not None:
            due, is_today = standing(desk, complaint, at)
            words = in_words(due, is_today, formats.language())
            told.append(
                (formats.label(clock), clock_in_words(desk, complaint, clock, at) if clock is Clock.CLOSING else words)
            )
    return told
