"""What one cell of an export says: words, moments, numbers of reports and the words of SP4N-LAPOR!. Pure."""

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo

from tracker.complaints.states import Classification, ComplaintStatus
from tracker.kit.cells import DAYS, FIRST_EXCEL_DAY, Cell, day

Meaning = TypeVar("Meaning")

ZONES: dict[str, tzinfo] = {
    "WIB": ZoneInfo("Asia/Jakarta"),
    "WITA": ZoneInfo("Asia/Makassar"),
    "WIT": ZoneInfo("Asia/Jayapura"),
    "Z": UTC,
}
TIME_OF_DAY = re.compile(
    r"(.*?[0-9])(?:,? +|T)(?:pukul +|jam +)?([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:\.[0-9]+)?)?"
    r" *(WIB|WITA|WIT|Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
TRACKING_ID = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9./_-]{0,63}")
"""A number, also one like 0012/LM/IV/2020/JKT; never a name, which would then stand in the clear."""
SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
WORD = re.compile(r"[^\W_]+")
NEVER_TYPED = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")

STATUSES = {
    "baru": ComplaintStatus.NEW,
    "laporan masuk": ComplaintStatus.NEW,
    "belum terverifikasi": ComplaintStatus.NEW,
    "belum diverifikasi": ComplaintStatus.NEW,
    "menunggu verifikasi": ComplaintStatus.NEW,
    "terverifikasi": ComplaintStatus.ASSIGNED,
    "terdisposisi": ComplaintStatus.ASSIGNED,
    "didisposisikan": ComplaintStatus.ASSIGNED,
    "belum ditindaklanjuti": ComplaintStatus.ASSIGNED,
    "belum ditindak lanjuti": ComplaintStatus.ASSIGNED,
    "belum tindak lanjut": ComplaintStatus.ASSIGNED,
    "dalam proses": ComplaintStatus.IN_PROGRESS,
    "proses": ComplaintStatus.IN_PROGRESS,
    "diproses": ComplaintStatus.IN_PROGRESS,
    "sedang diproses": ComplaintStatus.IN_PROGRESS,
    "sedang ditindaklanjuti": ComplaintStatus.IN_PROGRESS,
    "tertunda": ComplaintStatus.ON_HOLD,
    "ditunda": ComplaintStatus.ON_HOLD,
    "tunda": ComplaintStatus.ON_HOLD,
    "selesai": ComplaintStatus.CLOSED,
    "ditutup": ComplaintStatus.CLOSED,
    "tuntas": ComplaintStatus.CLOSED,
    "bukan wewenang": ComplaintStatus.FORWARDED,
    "bukan kewenangan": ComplaintStatus.FORWARDED,
    "diteruskan": ComplaintStatus.FORWARDED,
    "arsip": ComplaintStatus.ARCHIVED,
    "diarsipkan": ComplaintStatus.ARCHIVED,
}
CLASSES = {
    "pengaduan berkadar pengawasan": Classification.OVERSIGHT,
    "berkadar pengawasan": Classification.OVERSIGHT,
    "whistleblowing": Classification.OVERSIGHT,
    "pengaduan tidak berkadar pengawasan": Classification.ORDINARY,
    "tidak berkadar pengawasan": Classification.ORDINARY,
    "pengaduan": Classification.ORDINARY,
    "aspirasi": Classification.SUGGESTION,
    "saran": Classification.SUGGESTION,
    "permintaan informasi": Classification.INFORMATION,
    "informasi": Classification.INFORMATION,
}
"""Version 3 of SP4N-LAPOR! knew plain *pengaduan* and *whistleblowing*."""
OPEN_KINDS = frozenset({"publik", "umum", "terbuka", "normal", "biasa", "public", "tidak", "dan"})
HIDDEN_KINDS = frozenset({"anonim", "anonymous", "rahasia", "confidential", "private", "privat"})
NO_NAME = frozenset({"anonim", "anonymous", "tanpa nama", "noname", "no name", "hamba allah"})


def words(cell: Cell) -> str:
    """A text with its own lines: without control characters, which nobody typed, and spaces at its ends."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n")
    return NEVER_TYPED.sub("", text).strip()


def line(cell: Cell, most: int = 300) -> str:
    """On one line. Raises ValueError where it is longer than the column that keeps it."""
    text = " ".join(words(cell).split())
    if len(text) > most:
        raise ValueError("too long")
    return text


def phrase(cell: Cell) -> str:
    """The words of a cell in lower case, by which fixed answers are known."""
    return " ".join(WORD.findall(words(cell).casefold()))


def tracking_id(cell: Cell) -> str:
    """The number that the source gave. Raises ValueError for what is none, or was made a rounded number."""
    text = "".join(words(cell).split())
    if SCIENTIFIC.fullmatch(text) or not TRACKING_ID.fullmatch(text):
        raise ValueError("no number of a report")
    return text


def moment(cell: Cell) -> datetime:
    """A date, with its time where there is one, day first. Naive: of the place it speaks of, unless it names a zone.

    Also Excel's numbers of days. Raises ValueError for anything else.
    """
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, bool) or cell is None:
        raise ValueError("not a date")
    if isinstance(cell, int | float):
        return of_serial(float(cell))
    text = " ".join(words(cell).split())
    if SERIAL.fullmatch(text):
        return of_serial(float(text.replace(",", ".")))
    found = TIME_OF_DAY.fullmatch(text)
    if found is None:
        return datetime.combine(day(text), time())
    at = datetime.combine(day(found[1]), time(int(found[2]), int(found[3]), int(found[4] or 0)))
    return at.replace(tzinfo=zone_of(found[5])) if found[5] else at


def of_serial(number: float) -> datetime:
    if not math.isfinite(number) or int(number) not in DAYS:
        raise ValueError("not a date")
    seconds = round((number - int(number)) * 86_400)
    return datetime.combine(FIRST_EXCEL_DAY, time()) + timedelta(days=int(number), seconds=seconds)


def zone_of(named: str) -> tzinfo:
    known = ZONES.get(named.upper())
    if known is not None:
        return known
    digits = named[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset >= timedelta(hours=24):
        raise ValueError("not a zone")
    return timezone(-offset if named.startswith("-") else offset)


def status(cell: Cell) -> ComplaintStatus:
    return known(STATUSES, cell)


def classification(cell: Cell) -> Classification | None:
    """None for an empty cell: not yet verified."""
    return known(CLASSES, cell) if phrase(cell) else None


def known(meanings: dict[str, Meaning], cell: Cell) -> Meaning:
    try:
        return meanings[phrase(cell)]
    except KeyError:
        raise ValueError("not a word of the source") from None


def hidden(cell: Cell) -> tuple[bool, bool]:
    """Is it anonymous, is it confidential? An unknown word raises ValueError: nothing is shown that may be hidden."""
    said = set(phrase(cell).split())
    if said - OPEN_KINDS - HIDDEN_KINDS:
        raise ValueError("not a word of the source")
    return bool(said & {"anonim", "anonymous"}), bool(said & {"rahasia", "confidential", "private", "privat"})
