"""Who was in the video meeting, and how long: the participants' list that Zoom or Google Meet gives out. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from tracker.kit.cells import Cell
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

OTHER_LAYOUT = N_(
    "Kolomnya tidak dikenali. Zoom: “Name (original name)”, “Email”, “Duration (minutes)” atau “Total duration "
    "(minutes)”. Google Meet: “First name”, “Last name”, “Email”, “Duration”. Berkas ini memuat: %(columns)s."
)
NO_ROWS = N_("Tidak ada baris peserta di bawah baris judulnya.")
NO_MINUTES = N_("Lama hadir “%(value)s” pada baris %(row)s tidak dikenali.")
LONGEST = 300
NAMES = ("name (original name)", "user name (original name)")
EMAILS = ("email", "user email")
DURATIONS = ("duration (minutes)", "total duration (minutes)", "time in session (minutes)")
MOMENTS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
AMERICAN = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
HOURS = re.compile(r"(\d+)\s*(?:h|hr|hrs|hour|hours|j|jam)\b")
MINUTES = re.compile(r"(\d+)\s*(?:m|min|mins|minute|minutes|mnt|menit)\b")
SECONDS = re.compile(r"(\d+)\s*(?:s|sec|secs|second|seconds|dtk|detik)\b")
CLOCK = re.compile(r"(\d+):(\d{2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Visit:
    """One line of the file: somebody came, stayed and left."""

    name: str
    email: str
    minutes: int
    joined: datetime | None = None
    left: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody who was in the meeting, with all their visits: minutes that two devices shared count once."""

    name: str
    email: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand, counted from 0; `last` where the name comes in two."""

    row: int
    name: int
    duration: int
    last: int | None = None
    email: int | None = None
    joined: int | None = None
    left: int | None = None


def seen_in(rows: Sequence[Sequence[Cell]]) -> list[Seen]:
    """The people of the file in its order, each once. Refusal (field `file`) for another layout or no people."""
    columns = columns_of(rows)
    visits = [visit for number, row in enumerate(rows[columns.row + 1 :], columns.row + 2)
              if (visit := visit_of(row, columns, number)) is not None]  # fmt: skip
    if not visits:
        raise Refusal("file", NO_ROWS)
    people: dict[str, list[Visit]] = {}
    for visit in visits:
        people.setdefault(visit.email.casefold() or plain(visit.name) or visit.name, []).append(visit)
    return [Seen(each[0].name, each[0].email, together(each)) for each in people.values()]


def columns_of(rows: Sequence[Sequence[Cell]]) -> Columns:
    """The last row that is a header: Zoom may tell of the meeting above its list."""
    found = None
    for number, row in enumerate(rows):
        places = {said(cell).casefold(): place for place, cell in reversed(list(enumerate(row))) if said(cell)}
        found = header_of(number, places) or found
    if found is None:
        first = next((row for row in rows if any(said(cell) for cell in row)), [])
        listed = ", ".join(said(cell) for cell in first if said(cell))[:LONGEST]
        raise Refusal("file", OTHER_LAYOUT, columns=listed or "–")
    return found


def header_of(number: int, places: Mapping[str, int]) -> Columns | None:
    email = first_of(EMAILS, places)
    name, duration = first_of(NAMES, places), first_of(DURATIONS, places)
    if name is not None and duration is not None:
        return Columns(
            number, name, duration, None, email, first_of(("join time",), places), first_of(("leave time",), places)
        )
    if "first name" in places and "duration" in places:
        return Columns(number, places["first name"], places["duration"], places.get("last name"), email)
    return None


def first_of(names: Iterable[str], places: Mapping[str, int]) -> int | None:
    return next((places[name] for name in names if name in places), None)


def visit_of(row: Sequence[Cell], columns: Columns, number: int) -> Visit | None:
    parts = [at(row, columns.name), at(row, columns.last)]
    name, email, value = " ".join(part for part in parts if part), at(row, columns.email), at(row, columns.duration)
    if not (name or email or value):
        return None
    name = (name or email or f"Baris {number} tanpa nama")[:LONGEST]  # whoever came is shown, known or not
    minutes = minutes_of(value)
    if minutes is None:
        raise Refusal("file", NO_MINUTES, value=value, row=number)
    joined, left = moments(at(row, columns.joined), at(row, columns.left), minutes)
    return Visit(name, email[:LONGEST], minutes, joined, left)


def at(row: Sequence[Cell], place: int | None) -> str:
    return said(row[place]) if place is not None and place < len(row) else ""


def said(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())


def minutes_of(value: str) -> int | None:
    """ "57", "1 hr 5 min", "1 jam 5 mnt", "01:05:12"; a started minute counts. None for what is no duration."""
    words = value.casefold().replace(",", ".")
    if not words:
        return 0
    if re.fullmatch(r"\d+(\.\d+)?", words):
        return int(float(words))
    if clock := CLOCK.fullmatch(words):
        hours, minutes, seconds = (int(part) for part in clock.groups())
        return hours * 60 + minutes + bool(seconds)
    found = [pattern.search(words) for pattern in (HOURS, MINUTES, SECONDS)]
    if not any(found):
        return None
    hours, minutes, seconds = (int(part.group(1)) if part else 0 for part in found)
    return hours * 60 + minutes + bool(seconds)


def moments(joined: str, left: str, minutes: int) -> tuple[datetime | None, datetime | None]:
    """Both or none. Day and month may stand either way round: the way in which the stay is as long as the file says."""
    for pattern in (*MOMENTS, *AMERICAN):
        try:
            start, end = datetime.strptime(joined, pattern), datetime.strptime(left, pattern)  # noqa: DTZ007 - local
        except ValueError:
            continue
        if abs((end - start) - timedelta(minutes=minutes)) <= timedelta(minutes=2):
            return start, end
    return None, None


def together(visits: Sequence[Visit]) -> int:
    """The minutes of all visits; where all say from when to when, what overlaps counts once."""
    stays = sorted((visit.joined, visit.left, visit.minutes) for visit in visits if visit.joined and visit.left)
    total = sum(visit.minutes for visit in visits)
    if len(stays) < len(visits):
        return total
    overlap, latest = timedelta(), stays[0][1]
    for (_, _, _), (start, end, _) in pairwise(stays):
        overlap += max(timedelta(), min(latest, end) - start)
        latest = max(latest, end)
    return max(0, total - int(overlap.total_seconds() // 60))


def plain(name: str) -> str:
    """A name as it is compared: without what stands in brackets, titles after a comma, and signs."""
    bare = re.sub(r"\(.*?\)", " ", name).split(",")[0]
    return " ".join(re.sub(r"[^\w\s]", " ", bare.casefold()).split())


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody on the list of participants."""

    id: int
    names: tuple[str, ...]
    email: str = ""


def matched(seen: Sequence[Seen], known: Sequence[Known]) -> list[int | None]:
    """For each the participant it is: by e-mail, then by a name that only one bears. None for whom nobody fits."""
    by_email = {each.email.casefold(): each.id for each in known if each.email}
    by_name: dict[str, set[int]] = {}
    for each in known:
        for name in filter(None, map(plain, each.names)):
            by_name.setdefault(name, set()).add(each.id)
    found: list[int | None] = []
    for one in seen:
        same = by_name.get(plain(one.name), set())
        found.append(by_email.get(one.email.casefold()) or (next(iter(same)) if len(same) == 1 else None))
    return found
