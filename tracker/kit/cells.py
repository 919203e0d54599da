"""Reading one cell the way offices fill it in: decimal commas, written dates, codes that became numbers. Pure."""

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

Cell = str | int | float | date | datetime | bool | None

INDONESIAN = "januari februari maret april mei juni juli agustus september oktober november desember"
ENGLISH = "january february march april may june july august september october november december"
SHORT_MONTHS = {"agt": 8, "ags": 8, "agu": 8, "nop": 11, "nopember": 11, "pebruari": 2, "sept": 9}
MONTH_NUMBERS = SHORT_MONTHS | {
    form: at for names in (INDONESIAN, ENGLISH) for at, name in enumerate(names.split(), 1) for form in (name, name[:3])
}

PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
GROUPED_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){1,4},[0-9]{1,15}")
TIME = r"(?:[ T]+[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9:]{5,6}| *(?:WIB|WITA|WIT))?)?"
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})" + TIME)
NUMERIC_DAY = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})" + TIME)
WRITTEN_DAY = re.compile(r"(?:[a-z']+, *)?([0-9]{1,2})[ -]+([a-z]+)\.?[ -]+([0-9]{4})" + TIME, re.IGNORECASE)
FIRST_EXCEL_DAY = date(1899, 12, 30)
DAYS = range((date(1990, 1, 1) - FIRST_EXCEL_DAY).days, (date(2100, 1, 1) - FIRST_EXCEL_DAY).days)
YEARS = range(1900, 2200)
REGION = re.compile(r"[1-9][0-9](?:\.[0-9]{2})?")
REGION_AS_NUMBER = re.compile(r"([1-9][0-9])[.,]([0-9]{1,2})")


def text(value: Cell) -> str:
    """What a cell says, on one line: 12.0 is "12", runs of spaces are one, an empty cell is ""."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def number(value: Cell) -> Decimal:
    """The number a cell means: 1.73, '1,73', ' 2,50 ', '1.234,5'. Raises ValueError for anything else.

    A float is taken with the 15 digits a spreadsheet shows, so 0.1 + 0.2 is 0.3. A lone point is a decimal point.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"not a number: {value!r}")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"not a number: {value!r}")
        return Decimal(f"{value:.15g}")
    written = str(value).strip()
    if PLAIN_NUMBER.fullmatch(written):
        return Decimal(written.replace(",", "."))
    if GROUPED_NUMBER.fullmatch(written):
        return Decimal(written.replace(".", "").replace(",", "."))
    raise ValueError(f"not a number: {written!r}")


def day(value: Cell) -> date:
    """The date a cell means: a date, ISO, '30 Juni 2020', '30/06/2020' (day first), Excel's day number from 1990 on.

    A time of day after it is left out. Raises ValueError for anything else, also for a year of two digits.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return _written_day(" ".join(value.split()))
    if isinstance(value, bool) or value is None or not math.isfinite(value) or int(value) not in DAYS:
        raise ValueError(f"not a date: {value!r}")
    return FIRST_EXCEL_DAY + timedelta(days=int(value))


def _written_day(written: str) -> date:
    if found := ISO_DAY.fullmatch(written):
        parts = found[1], found[2], found[3]
    elif found := NUMERIC_DAY.fullmatch(written):
        parts = found[4], found[3], found[1]
    elif (found := WRITTEN_DAY.fullmatch(written)) and found[2].lower() in MONTH_NUMBERS:
        parts = found[3], str(MONTH_NUMBERS[found[2].lower()]), found[1]
    else:
        raise ValueError(f"not a date: {written!r}")
    year, month, day_of_month = map(int, parts)
    if year not in YEARS:
        raise ValueError(f"not a date: {written!r}")
    return date(year, month, day_of_month)


def region_code(value: Cell) -> str:
    """A Kemendagri code of a province ('71') or of a regency or city ('71.05'); "" for an empty cell.

    Repairs what spreadsheets make of codes: 71.1 was 71.10, 8172 was 81.72. Whether the code exists, the caller knows.
    Raises ValueError for what cannot be one.
    """
    if isinstance(value, bool | date):
        raise ValueError(f"not a region code: {value!r}")
    written = f"{value:.15g}" if isinstance(value, int | float) else text(value).removeprefix("'").replace(" ", "")
    if not written or REGION.fullmatch(written):
        return written
    if len(written) == 4 and written.isascii() and written.isdigit() and written[0] != "0":
        return f"{written[:2]}.{written[2:]}"
    if found := REGION_AS_NUMBER.fullmatch(written):
        return f"{found[1]}.{found[2]:0<2}"
    raise ValueError(f"not a region code: {written!r}")
