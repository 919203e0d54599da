"""Rows of the tables from a row of an export: a new complaint with all that belongs to it, or a known one changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.complaints.clocks import course_of, terms_of
from tracker.complaints.identity import Identity, row_of
from tracker.complaints.intake_plan import Digests, aware, days_held, since_when, stations, told_status
from tracker.complaints.intake_rows import ReadRow
from tracker.complaints.intake_units import KnownUnit
from tracker.complaints.models import Complaint
from tracker.complaints.rules import Course, Due, Terms, due
from tracker.complaints.states import OVER, STOPPED, ComplaintSource, ComplaintStatus, NoteKind, holder_of
from tracker.directory.queries import calendar_at
from tracker.kit.workdays import WorkCalendar

S = ComplaintStatus
TITLE = 80
"""Characters of a text that stand for a title where a file gives none."""


@dataclass(slots=True)
class Ground:
    """What every row needs: keys, limits and calendars, each asked for once."""

    session: Session
    source: ComplaintSource
    import_id: int
    user_id: int | None
    now: datetime
    key: bytes
    terms: dict[int, Terms] = field(default_factory=dict)
    calendars: dict[str, WorkCalendar] = field(default_factory=dict)

    @property
    def digests(self) -> Digests:
        return Digests(self.key)

    def terms_of(self, agency_id: int) -> Terms:
        if agency_id not in self.terms:
            self.terms[agency_id] = terms_of(self.session, agency_id)
        return self.terms[agency_id]

    def calendar_of(self, unit: KnownUnit) -> WorkCalendar:
        if unit.region_code not in self.calendars:
            self.calendars[unit.region_code] = calendar_at(self.session, unit.region_code)
        return self.calendars[unit.region_code]

    def due(self, course: Course, unit: KnownUnit) -> dict[str, Any]:
        terms, calendar = self.terms_of(unit.agency_id), self.calendar_of(unit)
        return due_columns(due(course, terms, calendar, ZoneInfo(unit.timezone)))


def due_columns(found: Due) -> dict[str, Any]:
    clock, at = found.next or (None, None)
    return {
        "verification_due_at": found.verification,
        "answer_due_at": found.answer,
        "completion_due_at": found.completion,
        "due_clock": clock,
        "due_at": at,
    }


def new_complaint(ground: Ground, row: ReadRow, unit: KnownUnit, said: Mapping[str, str]) -> dict[str, Any]:
    """Pending until all of the import is there. `said`: the digests of what the file says."""
    zone, status = ZoneInfo(unit.timezone), told_status(row, unit)
    found = stations(row, status, zone, ground.now)
    liaison, handler = days_held(found, ground.calendar_of(unit), zone)
    answered_on = found.answered_at.astimezone(zone).date() if found.answered_at and row.follow_up else None
    return {
        "unit_id": unit.id, "agency_id": unit.agency_id, "area_id": unit.area_id,
        "source": ground.source, "tracking_id": row.tracking_id, "channel": row.channel,
        "is_confidential": row.is_confidential, "is_anonymous": row.is_anonymous,
        "classification": row.classification, "topic": row.topic, "service": row.service, "place": row.place,
        "happened_on": row.happened_on, "received_at": found.received_at,
        "status": status, "is_open": status not in OVER,
        "holder": holder_of(status), "holder_since": since_when(found, status),
        "days_liaison": liaison, "days_handler": handler,
        "verified_at": found.verified_at, "assigned_at": found.assigned_at, "first_answered_at": found.answered_at,
        "responded_at": found.answered_at if status is S.CLOSED else None, "answered_in_lapor_on": answered_on,
        "closed_at": found.closed_at, "pending_id": ground.import_id, "added_by_id": ground.user_id,
        "imported": said, **ground.due(found.course(row, status), unit),
    }  # fmt: skip


def words_of(row: ReadRow) -> dict[str, str]:
    title = row.title or " ".join(row.body.split())[:TITLE]
    return {"title": title, "body": row.body}


def note_of(ground: Ground, row: ReadRow, unit: KnownUnit, complaint_id: int) -> dict[str, Any]:
    """SP4N-LAPOR!'s last follow-up, with its day. Without one it is known of since now."""
    at = aware(row.followed_up_at, ZoneInfo(unit.timezone)) if row.followed_up_at else ground.now
    return {
        "complaint_id": complaint_id,
        "unit_id": unit.id,
        "kind": NoteKind.LAPOR,
        "text": row.follow_up,
        "at": min(at, ground.now),
        "author_id": None,
    }


def citizen_of(ground: Ground, row: ReadRow, unit_id: int, complaint_id: int) -> dict[str, Any] | None:
    identity = Identity(**row.citizen)
    return None if row.is_anonymous or identity.is_empty else row_of(ground.key, complaint_id, unit_id, identity)


# ---- known complaints ---------------------------------------------------------------------------------------------

CHANGING = (
    "unit_id", "agency_id", "area_id", "channel", "is_confidential", "is_anonymous", "classification", "topic",
    "service", "place", "happened_on", "received_at", "status", "is_open", "holder", "holder_since", "days_liaison",
    "days_handler", "days_citizen", "days_others", "days_stopped", "days_stopped_before_answer", "due_at", "due_clock",
    "verification_due_at", "answer_due_at", "completion_due_at", "verified_at", "assigned_at", "first_answered_at",
    "responded_at", "answered_in_lapor_on", "closed_at",
)  # fmt: skip
"""Columns of a complaint that an import may write anew."""
TOLD = (
    "unit_id", "channel", "is_confidential", "is_anonymous", "classification", "topic", "service", "happened_on",
    "received_at", "status", "verified_at", "assigned_at", "first_answered_at", "closed_at",
)  # fmt: skip
"""Of these, what enters the trail with its values."""


def change_complaint(
    ground: Ground, complaint: Complaint, row: ReadRow, unit: KnownUnit, changes: frozenset[str]
) -> None:
    """Put what the file says on a complaint that belongs to no session; its clocks and its holder follow."""
    zone = ZoneInfo(unit.timezone)
    for column in changes & {"classification", "topic", "channel", "service", "place", "happened_on"}:
        setattr(complaint, column, getattr(row, column))
    if "received_at" in changes:
        complaint.received_at = min(aware(row.received_at, zone), ground.now)
    if "hidden" in changes:
        complaint.is_anonymous, complaint.is_confidential = row.is_anonymous, row.is_confidential
    if "unit" in changes:
        complaint.unit_id, complaint.agency_id, complaint.area_id = unit.id, unit.agency_id, unit.area_id
    if "status" in changes:
        bring_forward(ground, complaint, row, unit)
    if "follow_up" in changes and row.followed_up_at:
        answered = min(max(aware(row.followed_up_at, zone), complaint.received_at), ground.now)
        complaint.first_answered_at = complaint.first_answered_at or answered
        complaint.answered_in_lapor_on = answered.astimezone(zone).date()
    for name, value in ground.due(course_of(complaint), unit).items():
        setattr(complaint, name, value)


def bring_forward(ground: Ground, complaint: Complaint, row: ReadRow, unit: KnownUnit) -> None:
    """The stations that it passed on its way, where it had not passed them before; the days go to who held it."""
    zone, before, status = ZoneInfo(unit.timezone), complaint.status, told_status(row, unit)
    found = stations(row, status, zone, ground.now)
    if complaint.classification is None:
        complaint.classification = row.classification
    for column, at in (
        ("verified_at", found.verified_at), ("assigned_at", found.assigned_at),
        ("first_answered_at", found.answered_at), ("closed_at", found.closed_at),
    ):  # fmt: skip
        if getattr(complaint, column) is None and at is not None:
            setattr(complaint, column, max(at, complaint.received_at))
    complaint.status, complaint.is_open = status, status not in OVER
    holder = holder_of(status)
    if holder is complaint.holder:
        return
    until = min(complaint.closed_at or ground.now, ground.now)
    days = ground.calendar_of(unit).until(complaint.holder_since.astimezone(zone).date(), until.astimezone(zone).date())
    if complaint.holder is not None:
        column = f"days_{complaint.holder}"
        setattr(complaint, column, getattr(complaint, column) + max(0, days))
    if before in STOPPED:
        complaint.days_stopped += max(0, days)
        if complaint.first_answered_at is None:
            complaint.days_stopped_before_answer += max(0, days)
    complaint.holder, complaint.holder_since = holder, max(until, complaint.holder_since)


def columns_of(complaint: Complaint) -> dict[str, Any]:
    return {name: getattr(complaint, name) for name in CHANGING}


def told_of(before: Mapping[str, Any], after: Mapping[str, Any], changes: frozenset[str]) -> dict[str, list[Any]]:
    """For the trail: [before, after] of what may stand there; of words and places only that they changed."""
    found: dict[str, list[Any]] = {
        name: [plain(before[name]), plain(after[name])] for name in TOLD if before[name] != after[name]
    }
    for name, entry in (
        ("place", "place"), ("title", "ComplaintWords.title"), ("body", "ComplaintWords.body"),
        ("citizen", "Complainant.sealed"), ("follow_up", "ComplaintNote.text"),
    ):  # fmt: skip
        if name in changes:
            found[entry] = [True, "changed"]
    return found


def plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else getattr(value, "value", value)
