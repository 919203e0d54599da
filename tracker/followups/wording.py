"""Due dates, holders and states of follow-ups as pages say them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.desk import Desk
from tracker.directory.queries import calendar_at
from tracker.followups.ball import zone_of
from tracker.followups.extension_states import ExtensionStatus
from tracker.followups.lines import FollowUpLine
from tracker.followups.models import FollowUp
from tracker.followups.rules import Due, DueState, standing
from tracker.followups.states import FollowUpStatus, Holder
from tracker.kit import formats
from tracker.kit.words import N_
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

EXTENSION_TONES: Mapping[StrEnum, str] = {
    ExtensionStatus.REQUESTED: "info",
    ExtensionStatus.GRANTED: "good",
    ExtensionStatus.REFUSED: "bad",
    ExtensionStatus.WITHDRAWN: "neutral",
}

# The first letter of the holder's word, so a letter of the reader's language: in English U, O, V, B, L.
HOLDER_LETTERS: Mapping[Holder, str] = {
    Holder.UNIT: N_("U"),
    Holder.COORDINATOR: N_("K"),
    Holder.VERIFIER: N_("V"),
    Holder.BUDGET: N_("A"),
    Holder.LAW: N_("H"),
}


@dataclass(frozen=True, slots=True)
class DueInWords:
    """As templates/ui/tag.html shows it."""

    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """A follow-up in a list: its due date in words, and who holds it."""

    follow_up: FollowUp
    due: DueInWords | None
    tone: str
    holder_letter: str
    holder: str


def line(desk: Desk, follow_up: FollowUp) -> Line:
    holder = follow_up.holder
    return Line(
        follow_up,
        due_or_none(desk, follow_up),
        TONES[follow_up.status],
        formats.said(HOLDER_LETTERS[holder]) if holder else "",
        formats.label(holder) if holder else "",
    )


Dated = FollowUp | FollowUpLine


def due_or_none(desk: Desk, follow_up: Dated) -> DueInWords | None:
    """None once it is closed: then nothing is due."""
    return due_in_words(desk, follow_up) if follow_up.is_open else None


def due_in_words(desk: Desk, follow_up: Dated) -> DueInWords:
    """ "3 hari kerja lagi, Kamis 14 Mei 2020", by the calendar and the clock of the unit's place.

    Marked as an estimate while the joint leave (cuti bersama) of that year is not decreed.
    """
    if follow_up.status is FollowUpStatus.ON_HOLD:
        return DueInWords(why_stopped(follow_up), DueState.STOPPED.value)
    zone = zone_of(follow_up)
    calendar = calendar_at(desk.session, follow_up.unit.region_code)
    stands = standing(follow_up.holder, follow_up.due_at, zone, desk.now, calendar)
    return in_words(stands, stands.day == desk.now.astimezone(zone).date(), formats.language())


def letters_due(day: date | None, zone: str | None) -> str:
    """By when the letter wants it: "Selasa 31 Maret 2026 pukul 23.59 WIB". Nothing where it names no date."""
    if day is None:
        return ""
    if zone is None:
        return formats.weekday_and_date(day)
    return str(_("%(day)s pukul 23.59 %(zone)s", day=formats.weekday_and_date(day), zone=formats.zone_name(zone)))


@lru_cache(maxsize=4096)
def in_words(due: Due, is_today: bool, language: str) -> DueInWords:
    """Kept, because lists say the same few hundred dates again and again; in the language the page is read in."""
    day = formats.weekday_and_date(due.day)
    if due.incomplete:
        day = _("%(day)s (perkiraan: cuti bersama %(year)s belum ditetapkan)", day=day, year=due.day.year)
    if due.state is DueState.STOPPED:
        return DueInWords(_("waktu unit berhenti; tenggatnya %(day)s", day=day), due.state.value)
    return DueInWords(f"{distance(due, is_today)}, {day}", due.state.value)


def why_stopped(follow_up: Dated) -> str:
    if follow_up.hold_fiscal_year is not None:
        return str(_("berhenti, menunggu anggaran %(year)s", year=follow_up.hold_fiscal_year))
    return str(_("berhenti, terhalang peraturan"))


def distance(due: Due, is_today: bool) -> str:
    if due.state is DueState.OVERDUE:
        if due.workdays <= 0:
            return str(_("lewat tenggat"))
        return str(ngettext("lewat %(num)s hari kerja", "lewat %(num)s hari kerja", due.workdays))
    if is_today:
        return str(_("hari ini sampai pukul 23.59"))
    return str(ngettext("%(num)s hari kerja lagi", "%(num)s hari kerja lagi", due.workdays))
