"""A commitment typed in one line: `@tual #inovasi 30 juni menyusun inovasi layanan`. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.kit.words import N_

ALL = frozenset({"semua", "all"})
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan", "january"), ("februari", "feb", "pebruari", "february"), ("maret", "mar", "march"),
            ("april", "apr"), ("mei", "may"), ("juni", "jun", "june"), ("juli", "jul", "july"),
            ("agustus", "agu", "agt", "ags", "aug", "august"), ("september", "sep", "sept"),
            ("oktober", "okt", "oct", "october"), ("november", "nov", "nopember"),
            ("desember", "des", "dec", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
NUMBERS = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?\b")
IN_WORDS = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(sorted(MONTHS, key=len, reverse=True))})\b(?:\s+(\d{{4}}))?", re.I)
TAG = re.compile(r"(?<!\S)([@#])(\S+)")

NO_SUCH_UNIT = N_("Tidak ada unit peserta yang cocok dengan “@%(tag)s”.")
MANY_UNITS = N_("“@%(tag)s” cocok dengan beberapa unit: %(names)s. Tulis lebih lengkap.")
NO_SUCH_ASPECT = N_("Tidak ada aspek yang cocok dengan “#%(tag)s”.")
MANY_ASPECTS = N_("“#%(tag)s” cocok dengan beberapa aspek: %(names)s. Tulis lebih lengkap.")
NO_SUCH_DAY = N_("Tanggal “%(tag)s” tidak ada.")


@dataclass(frozen=True, slots=True)
class Shorthand:
    """What a line says; what it leaves out is empty and asked for in the form. `problems` hold (message, values)."""

    text: str
    unit_ids: tuple[int, ...] = ()
    aspect_id: int | None = None
    due_on: date | None = None
    problems: tuple[tuple[str, Mapping[str, str]], ...] = ()


def read_line(
    line: str,
    units: Mapping[int, str],
    aspects: Mapping[int, str],
    session_day: date,
    codes: Mapping[int, str] | None = None,
) -> Shorthand:
    """`units` and `aspects` by id with the names they are called by. A date without year is the first one that is not
    before the session. A tag matches the beginning of any word of a name, the name without spaces, or an aspect's code
    (`#sarpras`), of which `codes` tells."""
    problems: list[tuple[str, Mapping[str, str]]] = []
    due_on, line = take_date(line, session_day, problems)
    found_units: list[int] = []
    aspect_id: int | None = None
    for sign, tag in TAG.findall(line):
        tag = tag.strip(",;.")
        if sign == "@":
            found_units += matched(tag, units, NO_SUCH_UNIT, MANY_UNITS, problems, list(units))
        else:
            coded = [id for id, code in (codes or {}).items() if squeezed(code) == squeezed(tag)]
            matches = coded or matched(tag, aspects, NO_SUCH_ASPECT, MANY_ASPECTS, problems)
            aspect_id = matches[0] if matches else aspect_id
    text = " ".join(TAG.sub("", line).split()).strip(" ,;")
    return Shorthand(text, tuple(dict.fromkeys(found_units)), aspect_id, due_on, tuple(problems))


def matched(
    tag: str,
    names: Mapping[int, str],
    none: str,
    many: str,
    problems: list[tuple[str, Mapping[str, str]]],
    everything: Sequence[int] = (),
) -> list[int]:
    if everything and tag.casefold() in ALL:
        return list(everything)
    exact = [id for id, name in names.items() if squeezed(name) == squeezed(tag)]
    found = exact or [id for id, name in names.items() if begins(tag, name)]
    if not found:
        problems.append((none, {"tag": tag}))
    elif len(found) > 1:
        problems.append((many, {"tag": tag, "names": "; ".join(names[id] for id in found[:5])}))
        return []
    return found


def begins(tag: str, name: str) -> bool:
    wanted = squeezed(tag)
    words = re.split(r"[^\w]+", name.casefold())
    return any(squeezed("".join(words[start:])).startswith(wanted) for start in range(len(words)))


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def take_date(line: str, session_day: date, problems: list[tuple[str, Mapping[str, str]]]) -> tuple[date | None, str]:
    """The first date of the line, and the line without it."""
    for pattern in (ISO, IN_WORDS, NUMBERS):
        if found := pattern.search(line):
            day = as_date(pattern, found, session_day)
            if day is None:
                problems.append((NO_SUCH_DAY, {"tag": found.group(0)}))
            return day, line[: found.start()] + line[found.end() :]
    return None, line


def as_date(pattern: re.Pattern[str], found: re.Match[str], session_day: date) -> date | None:
    first, second, third = found.groups()
    if pattern is ISO:
        return real_date(int(first), int(second), int(third))
    month = MONTHS[second.casefold()] if pattern is IN_WORDS else int(second)
    if third:
        return real_date(int(third), month, int(first))
    this_year = real_date(session_day.year, month, int(first))
    if this_year is not None and this_year >= session_day:
        return this_year
    return real_date(session_day.year + 1, month, int(first))


def real_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
