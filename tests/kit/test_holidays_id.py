"""Holidays come seeded, and an office's decree wins over the seed."""

import subprocess
import sys
from datetime import date

import pytest

from tracker.kit.holidays_id import HolidayKind, Override, calendar_for, seeded, years_without_joint_leave

# Joint leave per year as the joint decrees of the three ministers, with their later changes, ended up.
JOINT_LEAVE = {2020: 5, 2021: 1, 2022: 4, 2023: 11, 2024: 10, 2025: 11, 2026: 8, 2027: 8}


@pytest.mark.parametrize(("year", "days"), JOINT_LEAVE.items())
def test_the_seed_has_each_years_joint_leave(year: int, days: int) -> None:
    assert sum(holiday.kind == HolidayKind.JOINT_LEAVE for holiday in seeded([year])) == days


def test_the_seed_names_its_days_in_indonesian_and_in_order() -> None:
    rows = seeded([2024, 2025])
    named = {holiday.day: (holiday.name, holiday.kind) for holiday in rows}
    assert [row.day for row in rows] == sorted(named)
    assert named[date(2024, 4, 8)] == ("Cuti Bersama Hari Raya Idul Fitri", "joint_leave")
    assert named[date(2024, 11, 27)] == ("Hari Pemilihan Kepala Daerah", "national")
    assert named[date(2025, 8, 18)][1] == "joint_leave"


def test_the_same_days_are_named_in_english_too() -> None:
    in_english = seeded([2026], "en")
    assert [(row.day, row.kind) for row in in_english] == [(row.day, row.kind) for row in seeded([2026])]
    assert "Independence Day" in {row.name for row in in_english}


def test_a_year_without_joint_leave_is_flagged() -> None:
    assert years_without_joint_leave([2026, 2027, 2028, 2060]) == {2028, 2060}
    calendar = calendar_for([])
    assert not calendar.incomplete_on(date(2027, 12, 31))
    assert calendar.incomplete_on(date(2028, 1, 3))
    assert calendar.incomplete_on(date(2099, 1, 1))


def test_a_joint_leave_entered_for_the_country_completes_its_year() -> None:
    calendar = calendar_for([Override(date(2028, 3, 1), HolidayKind.JOINT_LEAVE, decree="SKB 1/2027")])
    assert not calendar.incomplete_on(date(2028, 6, 1))
    assert not calendar.is_workday(date(2028, 3, 1))


def test_an_override_adds_a_day_and_takes_a_seeded_one_away() -> None:
    added, seeded_day = date(2026, 3, 3), date(2026, 3, 18)
    calendar = calendar_for([Override(added, HolidayKind.NATIONAL), Override(seeded_day, HolidayKind.WORKING)])
    assert not calendar.is_workday(added)
    assert calendar.is_workday(seeded_day)
    assert calendar_for([]).is_workday(added)


def test_a_working_saturday_stays_a_weekend() -> None:
    assert not calendar_for([Override(date(2026, 3, 7), HolidayKind.WORKING)]).is_workday(date(2026, 3, 7))


@pytest.mark.parametrize(
    ("region_of_the_holiday", "codes", "works"),
    [
        ("81", ("81", "81.72"), False),
        ("81.72", ("81", "81.72"), False),
        ("81.72", ("81", "81.01"), True),
        ("82", ("81", "81.72"), True),
        ("81", (), True),
        (None, ("81", "81.72"), True),
    ],
)
def test_a_regional_holiday_closes_only_its_region(
    region_of_the_holiday: str | None, codes: tuple[str, ...], works: bool
) -> None:
    day = date(2026, 9, 7)
    calendar = calendar_for([Override(day, HolidayKind.REGIONAL, region_of_the_holiday)], codes)
    assert calendar.is_workday(day) is works


def test_the_narrower_rule_wins_whatever_the_order_of_rows() -> None:
    day, codes = date(2026, 9, 7), ("81", "81.72")
    province = Override(day, HolidayKind.REGIONAL, "81")
    city_works = Override(day, HolidayKind.WORKING, "81.72")
    for rows in ([province, city_works], [city_works, province]):
        assert calendar_for(rows, codes).is_workday(day)
        assert not calendar_for(rows, ("81", "81.01")).is_workday(day)


def test_rows_from_a_database_may_carry_the_kind_as_plain_text() -> None:
    rows = [Override(date(2026, 3, 18), "working"), Override(date(2028, 3, 1), "joint_leave")]  # type: ignore[arg-type]
    calendar = calendar_for(rows)
    assert calendar.is_workday(date(2026, 3, 18))
    assert not calendar.incomplete_on(date(2028, 3, 2))


READ_BESIDE = """
import sys
from tracker.kit.holidays_id import SEEDED_YEARS, _of_year, read_beside, seeded
read_beside()
beside = seeded()
assert not [name for name in sys.modules if name.split(".")[0] == "holidays"], "the package was loaded all the same"
from tracker.kit import holidays_id
holidays_id._read_beside.clear()
_of_year.cache_clear()
assert beside == seeded() and len(beside) > 400
"""


def test_another_process_reads_the_same_seed_and_the_package_stays_there() -> None:
    subprocess.run([sys.executable, "-c", READ_BESIDE], check=True)
