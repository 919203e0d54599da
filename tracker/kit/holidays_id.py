"""Indonesia's holidays: seeded from the holidays package, corrected by the decrees an office has entered."""

import json
import subprocess
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from tracker.kit.workdays import WorkCalendar

SEEDED_YEARS = range(2010, 2041)  # beyond it lie no cases; every other year counts as incomplete
ALL_YEARS = range(date.min.year, date.max.year + 1)
NAMED_IN = {"id": "id", "en": "en_US"}
"""Our language -> the package's."""


class HolidayKind(StrEnum):
    """Why a day is special in the calendar; `WORKING` takes back what the seed or a wider rule closed."""

    NATIONAL = "national"
    JOINT_LEAVE = "joint_leave"
    REGIONAL = "regional"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class SeededHoliday:
    """A day as the package knows it: national holiday (libur nasional) or joint leave (cuti bersama)."""

    day: date
    name: str
    kind: HolidayKind


@dataclass(frozen=True, slots=True)
class Override:
    """A correction of the seed by an administrator, and the decree it rests on; without a region, everywhere."""

    day: date
    kind: HolidayKind
    region_code: str | None = None
    decree: str = ""
    name: str = ""


_read_beside: dict[int, tuple[SeededHoliday, ...]] = {}
"""The seed by year, in Indonesian, where another process read it."""


def read_beside() -> None:
    """Have another process read the seed: the package brings the world's countries with it, 12 MB that none asks for.

    Where that fails, the package is loaded when the first day is counted.
    """
    command = [sys.executable, "-m", "tracker.kit.holidays_id"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - a module of our own
    if done.returncode == 0:
        for year, days in json.loads(done.stdout).items():
            _read_beside[int(year)] = tuple(
                SeededHoliday(date.fromisoformat(day), name, HolidayKind(kind)) for day, name, kind in days
            )


@cache
def _of_year(year: int, language: str = "id") -> tuple[SeededHoliday, ...]:
    if language == "id" and year in _read_beside:
        return _read_beside[year]
    # Imported late: the package takes a second to load, and most commands never count a day.
    from holidays import country_holidays

    def of(category: str, kind: HolidayKind) -> dict[date, SeededHoliday]:
        found = country_holidays("ID", years=year, categories=(category,), language=NAMED_IN[language])
        return {day: SeededHoliday(day, name, kind) for day, name in found.items() if day.year == year}

    both = of("government", HolidayKind.JOINT_LEAVE) | of("public", HolidayKind.NATIONAL)
    return tuple(both[day] for day in sorted(both))


def seeded(years: Iterable[int] = SEEDED_YEARS, language: str = "id") -> list[SeededHoliday]:
    """The package's holidays of these years, by date, named in this language. A day that is both counts as national."""
    return [holiday for year in years for holiday in _of_year(year, language)]


def years_without_joint_leave(years: Iterable[int]) -> set[int]:
    """The years whose joint leave the package does not know (yet): their calendar is incomplete."""
    return {year for year in years if not _knows_joint_leave(year)}


def _knows_joint_leave(year: int) -> bool:
    return year in SEEDED_YEARS and any(holiday.kind == HolidayKind.JOINT_LEAVE for holiday in _of_year(year))


@cache
def _seed() -> tuple[frozenset[date], frozenset[int]]:
    return frozenset(holiday.day for holiday in seeded()), frozenset(years_without_joint_leave(ALL_YEARS))


def calendar_for(overrides: Iterable[Override], region_codes: Collection[str] = ()) -> WorkCalendar:
    """The working calendar of a place, given as its region codes from wide to narrow ('81', '81.72').

    Overrides win over the seed, and the narrower over the wider. A joint leave entered for the whole country makes its
    year complete. A place without region codes has national holidays only.
    """
    seed, incomplete = _seed()
    closed, told = set(seed), set[int]()
    here = (each for each in overrides if each.region_code is None or each.region_code in region_codes)
    for override in sorted(here, key=_narrowness):
        if override.kind == HolidayKind.WORKING:
            closed.discard(override.day)
        elif override.kind != HolidayKind.REGIONAL or override.region_code:
            closed.add(override.day)
        if override.kind == HolidayKind.JOINT_LEAVE and override.region_code is None:
            told.add(override.day.year)
    return WorkCalendar(frozenset(closed), incomplete - told)


def _narrowness(override: Override) -> tuple[int, bool]:
    return len(override.region_code or ""), override.kind == HolidayKind.WORKING


if __name__ == "__main__":
    told = {
        year: [(each.day.isoformat(), each.name, each.kind.value) for each in seeded([year])] for year in SEEDED_YEARS
    }
    sys.stdout.write(json.dumps(told))
