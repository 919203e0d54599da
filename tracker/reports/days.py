"""The day of a report: what is overdue and expected on it, and whether figures may be those of this moment. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True, slots=True)
class ReportDay:
    """`day` is a date of Jakarta, `now` the moment at which the report is made."""

    day: date
    now: datetime

    @classmethod
    def of(cls, now: datetime, day: date | None = None) -> "ReportDay":
        """The day asked for, or the present one."""
        return cls(day or now.astimezone(JAKARTA).date(), now)

    @property
    def is_today(self) -> bool:
        return self.day == self.now.astimezone(JAKARTA).date()

    @property
    def moment(self) -> datetime:
        """Overdue is what was due before it: now; of another day its first moment, so that nothing is late on the
        very day on which it is due."""
        return self.now if self.is_today else datetime.combine(self.day, time(), JAKARTA)
