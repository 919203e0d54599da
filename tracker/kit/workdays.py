"""Counting in working days. Pure: closed days come in, dates come out."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Monday to Friday, less the closed days of one place.

    Nothing is walked day by day: a working day has a rank (how many there were since the year 1), ranks subtract,
    and a rank leads back to its day. So the calendar answers for any year, in about a microsecond.
    """

    closed: frozenset[date] = frozenset()
    incomplete_years: frozenset[int] = frozenset()
    _closed_weekdays: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordinals = sorted(day.toordinal() for day in self.closed if day.weekday() < 5)
        object.__setattr__(self, "_closed_weekdays", tuple(ordinals))

    @classmethod
    def of(cls, closed: Iterable[date], incomplete_years: Iterable[int] = ()) -> "WorkCalendar":
        return cls(frozenset(closed), frozenset(incomplete_years))

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed

    def incomplete_on(self, day: date) -> bool:
        """Whether the joint leave (cuti bersama) of the day's year is not known yet: counts may still move."""
        return day.year in self.incomplete_years

    def on_or_after(self, day: date) -> date:
        """The first working day that is not before `day`."""
        return day if self.is_workday(day) else self.add(day, 1)

    def add(self, day: date, workdays: int) -> date:
        """The date `workdays` working days after `day` (negative counts back; 0 is `day` itself, working or not)."""
        if workdays > 0:
            return self._at(self._rank(day.toordinal()) + workdays)
        if workdays < 0:
            return self._at(self._rank(day.toordinal() - 1) + workdays + 1)
        return day

    def until(self, start: date, end: date) -> int:
        """Working days from `start` (exclusive) to `end` (inclusive); negative when `end` lies before."""
        return self._rank(end.toordinal()) - self._rank(start.toordinal())

    def end_of_due(self, agreed_on: date, zone: ZoneInfo, extra_workdays: int = 0) -> datetime:
        """The last second (in UTC) in which something agreed for that date is on time, where `zone` is the local time.

        The end of the first working day on or after the agreed date, plus the working days the work lay with others.
        """
        if extra_workdays < 0:
            raise ValueError(f"a deadline is never shortened: {extra_workdays} working days")
        day = self.add(self.on_or_after(agreed_on), extra_workdays)
        return datetime.combine(day, END_OF_DAY, zone).astimezone(UTC)

    def _rank(self, ordinal: int) -> int:
        weeks, days = divmod(ordinal, 7)  # ordinal 1 is a Monday
        return weeks * 5 + min(days, 5) - bisect_right(self._closed_weekdays, ordinal)

    def _at(self, rank: int) -> date:
        """The working day with this rank: skip as many weekdays as were closed before it, until that settles."""
        passed, skipped = -1, 0
        while skipped != passed:
            passed = skipped
            weeks, days = divmod(rank + skipped - 1, 5)
            ordinal = weeks * 7 + days + 1
            skipped = bisect_right(self._closed_weekdays, ordinal)
        return date.fromordinal(ordinal)
