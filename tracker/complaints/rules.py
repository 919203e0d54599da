"""The clocks of a complaint in working days: what runs when, until when, and what stops it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.complaints.states import OVER, STOPPED, Classification, Clock, ComplaintStatus
from tracker.kit.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Terms:
    """An agency's limits, all in working days. The defaults are SP4N-LAPOR!'s: 3 to verify, 5 to answer, 5/14/60 to
    complete, 10 after an unanswered response; 14 for suggestions is doubtful. Each agency may set its own."""

    verification: int = 3
    answer: int = 5
    information: int = 5
    ordinary: int = 14
    suggestion: int = 14
    oversight: int = 60
    closing: int = 10

    def completion(self, classification: Classification) -> int:
        return {
            Classification.INFORMATION: self.information,
            Classification.ORDINARY: self.ordinary,
            Classification.SUGGESTION: self.suggestion,
            Classification.OVERSIGHT: self.oversight,
        }[classification]


STANDARD = Terms()


@dataclass(frozen=True, slots=True)
class Course:
    """When a complaint came to each of its stations, and the working days during which its clocks stood still.

    `restarted_at` is the last reopening: from then on the clocks run anew.
    """

    status: ComplaintStatus
    received_at: datetime
    verified_at: datetime | None = None
    assigned_at: datetime | None = None
    first_answered_at: datetime | None = None
    responded_at: datetime | None = None
    restarted_at: datetime | None = None
    classification: Classification | None = None
    days_stopped: int = 0
    """Since the clocks last started."""
    days_stopped_before_answer: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """The last instants, UTC; None for a clock that does not run."""

    verification: datetime | None = None
    answer: datetime | None = None
    completion: datetime | None = None
    closing: datetime | None = None

    @property
    def next(self) -> tuple[Clock, datetime] | None:
        """The clock that ends first; the sooner of two that end together is the earlier station."""
        running = [
            (at, number, clock)
            for number, (clock, at) in enumerate(
                (
                    (Clock.VERIFICATION, self.verification),
                    (Clock.ANSWER, self.answer),
                    (Clock.COMPLETION, self.completion),
                    (Clock.CLOSING, self.closing),
                )
            )
            if at is not None
        ]
        if not running:
            return None
        at, _number, clock = min(running)
        return clock, at


def due(course: Course, terms: Terms, calendar: WorkCalendar, zone: ZoneInfo) -> Due:
    """Which clocks run, and until when. A day counts where the complaint's unit is; day 0 is the day of the station.

    Verification runs from receipt, the first answer from assignment, completion from verification, closing from the
    response (design section 7). They stop on hold and while the citizen is waited for: nothing is due meanwhile, and
    the working days that passed so are added afterwards. After a reopening answer and completion run from it.
    """
    status = course.status
    if status in OVER or status in STOPPED:
        return Due()

    def end(start: datetime | None, days: int) -> datetime | None:
        return None if start is None else last_instant(start.astimezone(zone).date(), days, calendar, zone)

    if status is ComplaintStatus.NEW:
        return Due(verification=end(course.received_at, terms.verification))
    if status is ComplaintStatus.RESPONDED:
        return Due(closing=end(course.responded_at, terms.closing))
    start = course.restarted_at or course.verified_at
    completion = None
    if course.classification is not None:
        completion = end(start, terms.completion(course.classification) + course.days_stopped)
    answer = None
    if course.first_answered_at is None:
        begun = max((at for at in (course.assigned_at, course.restarted_at) if at is not None), default=None)
        answer = end(begun, terms.answer + course.days_stopped_before_answer)
    return Due(answer=answer, completion=completion)


def last_instant(day: date, workdays: int, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """The end of the so-many-th working day after a day, in the zone; of none, of the day or the next working day."""
    return calendar.end_of_due(calendar.add(day, workdays) if workdays else day, zone)


def closes_at(responded_on: date, terms: Terms, calendar: WorkCalendar) -> date:
    """The working day after which an unanswered response closes the complaint by itself."""
    return calendar.add(responded_on, terms.closing)


def retention_ends(closed_on: date, months: int) -> date:
    """The day from which an identity is no longer kept: so many months after closing, on the same day of the month, or
    on the last day of a shorter month."""
    year, month = divmod(closed_on.month - 1 + months, 12)
    year, month = closed_on.year + year, month + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(closed_on.day - 1), first_of_next - timedelta(1))


def last_day_out_of_retention(today: date, months: int) -> date:
    """The last day of closing whose identities are no longer kept today; see retention_ends."""
    day = today - timedelta(28 * months)
    while retention_ends(day, months) > today:
        day -= timedelta(1)
    return day
