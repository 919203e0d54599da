"""How large the data set is, and the days its cycles lie on. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

LETTER_AGO = timedelta(days=150)
OPENS_IN = timedelta(days=45)
YEAR = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class Size:
    """The same size, seed and moment give the same rows."""

    units: int
    cycles: int
    seed: int
    now: datetime
    complaints: int = 0
    """Spread over the three years before now."""

    @property
    def day(self) -> date:
        return self.now.date()

    @property
    def rounds(self) -> "list[Round]":
        """The cycles, earliest first; the last is the current one."""
        return [
            Round(
                self.day.year - 1 - ago,
                self.day - LETTER_AGO - ago * YEAR,
                self.day + OPENS_IN - ago * YEAR,
                self.day - ago * YEAR if ago == 0 else self.day + OPENS_IN - ago * YEAR,
                is_current=ago == 0,
            )
            for ago in reversed(range(self.cycles))
        ]


@dataclass(frozen=True, slots=True)
class Round:
    """A cycle: the year it is about, its letter, the opening of the next evaluation, and until when work went on."""

    year: int
    letter_on: date
    opening_on: date
    until: date
    is_current: bool


def midday(day: date) -> datetime:
    """Noon in Jakarta, when offices are open everywhere."""
    return datetime.combine(day, time(5, 0), UTC)
