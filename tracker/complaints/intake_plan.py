"""What a row of an export would do: a new complaint, what it changes on a known one, or nothing at all. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tracker.complaints.intake_rows import ReadRow
from tracker.complaints.intake_units import KnownUnit
from tracker.complaints.rules import Course
from tracker.complaints.states import OVER, ComplaintStatus, comes_forward
from tracker.kit.words import N_
from tracker.kit.workdays import WorkCalendar

S = ComplaintStatus
PLAIN = ("classification", "topic", "channel", "service", "place", "happened_on", "received_at")
"""Columns that a file may correct as long as nobody changed them here."""
WORDS = ("title", "body")
ELSEWHERE = N_("Pengaduan ini sudah ada di Tuntas, pada unit di luar lingkup Anda.")
BEING_WRITTEN = N_("Pengaduan ini sedang ditulis oleh impor lain. Tunggu sampai selesai, lalu unggah lagi.")


@dataclass(frozen=True, slots=True)
class Known:
    """A complaint as it stands. `words` are its title and body, opened only where the file's differ."""

    id: int
    version: int
    unit_id: int
    in_reach: bool
    status: ComplaintStatus
    is_pending: bool
    imported: Mapping[str, str]
    values: Mapping[str, Any]
    is_anonymous: bool
    is_confidential: bool
    identity_removed: bool
    has_assignee: bool


@dataclass(frozen=True, slots=True)
class Stations:
    """When a complaint came where, as its source tells: aware, in order, none of them still to come."""

    received_at: datetime
    verified_at: datetime | None = None
    assigned_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None

    def course(self, row: ReadRow, status: ComplaintStatus) -> Course:
        return Course(
            status=status,
            received_at=self.received_at,
            verified_at=self.verified_at,
            assigned_at=self.assigned_at,
            first_answered_at=self.answered_at,
            classification=row.classification,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What a file changes on a known complaint: only what it says otherwise than before, and nobody changed here."""

    columns: frozenset[str] = field(default_factory=frozenset)
    kept: frozenset[str] = field(default_factory=frozenset)
    """Said otherwise by the file, but changed here meanwhile: left as it stands."""


def told_status(row: ReadRow, unit: KnownUnit) -> ComplaintStatus:
    """Disposed of, but to no unit yet, is only verified."""
    return S.VERIFIED if row.status is S.ASSIGNED and unit.is_root else row.status


def aware(at: datetime, zone: ZoneInfo) -> datetime:
    """Of the unit's place, unless the file names a zone: so its day is the day that the file shows."""
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def stations(row: ReadRow, status: ComplaintStatus, zone: ZoneInfo, now: datetime) -> Stations:
    """Clocks start at the file's dates: verification at the disposition's, else at the last follow-up's, else now."""
    received = min(aware(row.received_at, zone), now)

    def since(at: datetime | None) -> datetime | None:
        """No earlier than receipt: a day without a time begins at midnight."""
        return None if at is None else min(max(aware(at, zone), received), now)

    if status is S.NEW:
        return Stations(received)
    followed = since(row.followed_up_at)
    verified = since(row.disposed_at) or followed or now
    is_over = status in OVER
    assigned = None if status is S.VERIFIED or (is_over and row.disposed_at is None) else verified
    answered = max(followed, verified) if followed and (row.follow_up or is_over) else None
    closed = (answered or (now if row.disposed_at is None else verified)) if is_over else None
    if status in (S.FORWARDED, S.ARCHIVED) and row.classification is None:
        return Stations(received, None, None, answered, closed)
    return Stations(received, verified, assigned, answered, closed)


def days_held(found: Stations, calendar: WorkCalendar, zone: ZoneInfo) -> tuple[int, int]:
    """Working days that officers of complaints and the handling unit had it, as far as the file tells."""

    def between(start: datetime | None, end: datetime | None) -> int:
        if start is None or end is None:
            return 0
        return max(0, calendar.until(start.astimezone(zone).date(), end.astimezone(zone).date()))

    given_on = found.assigned_at or found.verified_at or found.closed_at
    return between(found.received_at, given_on), between(found.assigned_at, found.closed_at)


def since_when(found: Stations, status: ComplaintStatus) -> datetime:
    """Since when its holder has had it."""
    if status in OVER:
        return found.closed_at or found.received_at
    if status is S.NEW:
        return found.received_at
    return found.assigned_at or found.received_at


# ---- comparing ----------------------------------------------------------------------------------------------------


class Digests:
    """Keyed digests (BLAKE2b) of what a file says: they tell what changed, and nothing to who has only the database."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def of(self, column: str, value: object) -> str:
        said = f"imported:{column}:{value}".encode()
        return hashlib.blake2b(said, key=self.key, digest_size=8).hexdigest()

    def of_plain(self, column: str, value: Any) -> str:
        return self.of(column, "" if value is None else value.isoformat() if isinstance(value, date) else str(value))

    def of_row(self, row: ReadRow, unit: KnownUnit) -> dict[str, str]:
        zone = ZoneInfo(unit.timezone)
        values = {column: getattr(row, column) for column in PLAIN} | {"received_at": aware(row.received_at, zone)}
        found = {column: self.of_plain(column, value) for column, value in values.items()}
        found |= {column: self.of(column, getattr(row, column)) for column in WORDS}
        found["status"] = self.of("status", row.status.value)
        found["unit"] = self.of("unit", unit.id)
        found["hidden"] = self.of("hidden", (row.is_anonymous, row.is_confidential))
        found["citizen"] = self.of("citizen", sorted(row.citizen.items()))
        found["follow_up"] = self.of("follow_up", (row.follow_up, str(row.followed_up_at)))
        return found


def differing(known: Known, said: Mapping[str, str]) -> set[str]:
    """What the file says otherwise than the last time."""
    return {column for column, digest in said.items() if known.imported.get(column) != digest}


def compare(
    known: Known, row: ReadRow, unit: KnownUnit, digests: Digests, words: Mapping[str, str] | None = None
) -> Change:
    """What changes. `words`: title and body as they stand, where one of them differs.

    A status only comes forward. To hide is always followed; to show only where nobody hid it here.
    """
    found = differing(known, digests.of_row(row, unit))
    changes: set[str] = set()
    for column in found & set(PLAIN):
        if column == "classification" and row.classification is None:
            continue
        if untouched(known, column, digests.of_plain(column, known.values[column])):
            changes.add(column)
    for column in found & set(WORDS):
        if words is None or untouched(known, column, digests.of(column, words[column])):
            changes.add(column)
    if "status" in found and comes_forward(known.status, told_status(row, unit)):
        changes.add("status")
    may_move = known.status not in OVER and not known.has_assignee
    if "unit" in found and may_move and untouched(known, "unit", digests.of("unit", known.unit_id)):
        changes.add("unit")
    if "hidden" in found and (row.is_anonymous, row.is_confidential) != (known.is_anonymous, known.is_confidential):
        stands = digests.of("hidden", (known.is_anonymous, known.is_confidential))
        hides = row.is_anonymous >= known.is_anonymous and row.is_confidential >= known.is_confidential
        if hides or untouched(known, "hidden", stands):
            changes.add("hidden")
    hidden_after = row.is_anonymous if "hidden" in changes else known.is_anonymous
    if "citizen" in found and row.citizen and not hidden_after and not known.identity_removed:
        changes.add("citizen")
    if "follow_up" in found and row.follow_up:
        changes.add("follow_up")
    noticed = {column for column in found - changes if column in (*PLAIN, *WORDS, "unit")}
    return Change(frozenset(changes), frozenset(noticed - {"classification"} if not row.classification else noticed))


def untouched(known: Known, column: str, stands: str) -> bool:
    """Does it stand as the last import left it?"""
    return known.imported.get(column) == stands
