"""The verifier's own clock: working days of the nation, in Jakarta, where verifiers work. Pure."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from tracker.kit.workdays import WorkCalendar

JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a submission has lain with the verifier's side, in working days, and how many are allowed."""

    days: int
    allowed: int

    @property
    def is_late(self) -> bool:
        return self.days > self.allowed

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.days)


def wait(since: datetime, now: datetime, allowed: int, calendar: WorkCalendar) -> Wait:
    """The day on which it came does not count, the day of asking does."""
    days = calendar.until(since.astimezone(JAKARTA).date(), now.astimezone(JAKARTA).date())
    return Wait(max(0, days), allowed)


def late_before(now: datetime, allowed: int, calendar: WorkCalendar) -> datetime:
    """What came before this moment is late by `wait`, so that a query can ask for it."""
    today = now.astimezone(JAKARTA).date()
    last_workday = today if calendar.is_workday(today) else calendar.add(today, -1)
    return datetime.combine(calendar.add(last_workday, -allowed), time(), JAKARTA)


FIRST_WORD, AGAIN_EVERY = -3, 5
"""Working days before the verifier's last day on which a first word is owed; from the day after it, one each week."""


def word_due(left: int) -> int | None:
    """The offset from the verifier's last day whose window is open, with so many working days left (negative: gone).

    Three days before, on the day, the day after, then every five working days: -3, 0, 1, 6, 11 …
    """
    if left > -FIRST_WORD:
        return None
    if left > 0:
        return FIRST_WORD
    return 0 if left == 0 else 1 + (-left - 1) // AGAIN_EVERY * AGAIN_EVERY
