"""A cell means what the office meant, or is refused; it never means something else."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.kit.cells import Cell, day, number, region_code, text

D = Decimal


@pytest.mark.parametrize(
    ("value", "means"),
    [
        ("1,73", D("1.73")),
        ("1.73", D("1.73")),
        (" 2,50 ", D("2.50")),
        ("\xa02,5\xa0", D("2.5")),
        (1.73, D("1.73")),
        (0.1 + 0.2, D("0.3")),
        (1.7299999999999998, D("1.73")),
        (2, D(2)),
        (5.0, D(5)),
        ("1.234,5", D("1234.5")),
        ("1.234.567,89", D("1234567.89")),
        ("-0,5", D("-0.5")),
        ("1.234", D("1.234")),
        ("0", D(0)),
    ],
)
def test_a_number_is_read_with_comma_or_point(value: Cell, means: Decimal) -> None:
    assert number(value) == means


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "-",
        "n/a",
        "1,2,3",
        "1,234.5",
        "12.34,5",
        "1 000",
        "75%",
        "D",
        True,
        False,
        "1e5",
        "NaN",
        "1.",
        ",5",
        float("nan"),
        float("inf"),
        date(2020, 1, 2),
        datetime(2020, 1, 2),  # noqa: DTZ001 - a spreadsheet's dates have no zone
        "=1+1",
        "١,٢",
        "9" * 400,
    ],
)
def test_what_is_no_number_is_refused(value: Cell) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number(value)


@given(st.decimals(-10_000, 10_000, places=4))
def test_a_number_comes_back_from_every_way_of_writing_it(value: Decimal) -> None:
    assert number(str(value)) == number(str(value).replace(".", ",")) == number(float(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        date(2020, 6, 30),
        datetime(2020, 6, 30, 23, 59),  # noqa: DTZ001 - a spreadsheet's dates have no zone
        "2020-06-30",
        "2020-06-30 08:05:00",
        "2020-06-30T08:05:00Z",
        "30 Juni 2020",
        "30 Jun 2020",
        "30 JUNI  2020",
        "Selasa, 30 Juni 2020",
        "30-Juni-2020",
        "30 June 2020",
        "30/06/2020",
        "30/6/2020",
        "30-06-2020",
        "30.06.2020",
        " 30/06/2020 11:02 ",
        "30 Juni 2020 09.00 WIB",
        44012,
        44012.0,
        44012.75,
    ],
)
def test_a_date_is_read_however_it_was_written(value: Cell) -> None:
    assert day(value) == date(2020, 6, 30)


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("Mei", 5),
        ("May", 5),
        ("Agustus", 8),
        ("Agu", 8),
        ("Agt", 8),
        ("Ags", 8),
        ("Okt", 10),
        ("Oct", 10),
        ("Des", 12),
        ("Nopember", 11),
        ("Pebruari", 2),
        ("Sept.", 9),
        ("maret", 3),
        ("Dec", 12),
    ],
)
def test_months_are_known_in_full_and_short(written: str, month: int) -> None:
    assert day(f"2 {written} 2020") == date(2020, month, 2)


def test_the_day_comes_first() -> None:
    assert day("03/04/2020") == date(2020, 4, 3)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "segera",
        "31 Februari 2020",
        "30/06/20",
        "06/30/2020",
        "2020",
        2020,
        71.05,
        True,
        "Juni 2020",
        "TW II",
        "30 Foo 2020",
        "2020-13-01",
        "30/06-2020",
        float("nan"),
        10**9,
        "1 Januari 0020",
        "30 Juni 2020 x",
    ],
)
def test_what_is_no_date_is_refused(value: Cell) -> None:
    with pytest.raises(ValueError):
        day(value)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_date_comes_back_from_every_way_of_writing_it(value: date) -> None:
    serial = value.toordinal() - date(1899, 12, 30).toordinal()
    assert day(value.isoformat()) == day(f"{value.day}/{value.month}/{value.year}") == day(serial) == value


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (71.1, "71.10"),
        (71.05, "71.05"),
        (71.5, "71.50"),
        (71, "71"),
        (71.0, "71"),
        (8172, "81.72"),
        (8172.0, "81.72"),
        (" 81.72 ", "81.72"),
        ("8172", "81.72"),
        ("71.1", "71.10"),
        ("71,05", "71.05"),
        ("71,1", "71.10"),
        ("'71.10", "71.10"),
        ("71 . 05", "71.05"),
        ("11", "11"),
        (None, ""),
        ("  ", ""),
    ],
)
def test_a_region_code_is_repaired(value: Cell, code: str) -> None:
    assert region_code(value) == code


@pytest.mark.parametrize(
    "value", [7, 7.1, 711, 71.055, 81720, "71.05.01", "abc", "7105a", -71.1, True, date(2020, 1, 11), "01.05", "٧١"]
)
def test_what_cannot_be_a_region_code_is_refused(value: Cell) -> None:
    with pytest.raises(ValueError, match="not a region code"):
        region_code(value)


@given(st.integers(11, 97), st.integers(1, 99))
def test_every_code_survives_being_turned_into_a_number(province: int, regency: int) -> None:
    code = f"{province}.{regency:02d}"
    assert region_code(float(code)) == region_code(code) == region_code(code.replace(".", "")) == code


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (12.0, "12"),
        (12.5, "12.5"),
        (3, "3"),
        ("  Dinas \n Dukcapil\t", "Dinas Dukcapil"),
        ("", ""),
        (float("nan"), "nan"),
        ("A\xa0B", "A B"),
    ],
)
def test_text_is_one_line_without_trailing_zeros(value: Cell, shown: str) -> None:
    assert text(value) == shown
