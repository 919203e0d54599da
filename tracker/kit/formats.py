"""Figures, dates and times as people read them, in the reader's language and zone."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import current_app, g
from flask_babel import force_locale, get_locale, get_timezone, get_translations

from tracker.kit.resources import PACKAGE
from tracker.kit.words import N_

ZONE_LABELS = {7: "WIB", 8: "WITA", 9: "WIT"}
NO_DATA = "–"


def zone_label(moment: datetime) -> str:
    """WIB, WITA or WIT; elsewhere the offset."""
    offset = moment.utcoffset()
    hours = offset.total_seconds() / 3600 if offset else 0
    return ZONE_LABELS.get(int(hours), f"UTC{hours:+g}" if hours else "UTC")


@lru_cache(maxsize=64)
def zone_name(zone: str) -> str:
    """WIB, WITA or WIT, of a zone that has one offset all year, as Indonesia's have."""
    return zone_label(datetime(2020, 1, 1, tzinfo=ZoneInfo(zone)))


@lru_cache(maxsize=8192)
def _day(day: date, pattern: str, language: str) -> str:
    return str(format_date(day, pattern, locale=language))


@lru_cache(maxsize=8192)
def _figure(value: Decimal | float | int, pattern: str, language: str) -> str:
    return str(format_decimal(value, pattern, locale=language))


@lru_cache(maxsize=8192)
def _instant(value: datetime, pattern: str, language: str, zone: str) -> str:
    there = value.astimezone(ZoneInfo(zone))
    separator = "." if language == "id" else ":"
    day = f"{_day(there.date(), pattern, language)} " if pattern else ""
    return f"{day}{there:%H}{separator}{there:%M} {zone_label(there)}"


def _once(name: str, found: Callable[[], Any]) -> Any:
    """What stays the same for a whole page and is asked of it hundreds of times: found once, kept with the request."""
    try:
        kept = vars(g._get_current_object())  # the proxy itself is slow, if asked so often
    except RuntimeError:
        return found()
    if name not in kept:
        kept[name] = found()
    return kept[name]


def forget_reader() -> None:
    """After the reader's language or zone was changed within the request."""
    for name in ("reader_language", "reader_zone", "reader_words"):
        g.pop(name, None)


@contextmanager
def as_read_by(language: str, zone: str) -> Iterator[None]:
    """For what is written to somebody else than whoever asks: in that person's language and zone."""
    kept = {name: g.pop(name) for name in ("reader_language", "reader_zone", "reader_words") if name in g}
    try:
        with force_locale(language):
            g.reader_zone = zone
            yield
    finally:
        forget_reader()
        for name, value in kept.items():
            setattr(g, name, value)


def language() -> str:
    """The reader's."""
    return str(_once("reader_language", lambda: str(get_locale() or "id")))


def zone() -> str:
    """The reader's."""
    return str(_once("reader_zone", lambda: str(get_timezone() or "UTC")))


def said(text: str) -> str:
    """A text in the reader's language. A page asks hundreds of times, so the catalogue is looked up once."""
    words: Callable[[str], str] = _once("reader_words", _catalogue)
    return words(text)


def _catalogue() -> Callable[[str], str]:
    found: Callable[[str], str] = get_translations().gettext
    return found


def short_date(day: date | None) -> str:
    """14 Mei 2020."""
    return _day(day, "d MMM yyyy", language()) if day else NO_DATA


def long_date(day: date | None) -> str:
    """Kamis, 14 Mei 2020."""
    return _day(day, "EEEE, d MMMM yyyy", language()) if day else NO_DATA


def date_in_words(day: date | None) -> str:
    """14 Mei 2020, the month in full."""
    return _day(day, "d MMMM yyyy", language()) if day else NO_DATA


def weekday_and_date(day: date) -> str:
    """Kamis 14 Mei 2020."""
    return _day(day, "EEEE d MMMM yyyy", language())


def clock_time(moment: datetime) -> str:
    """09.00 WIB, in the reader's zone."""
    return _instant(moment, "", language(), zone())


def moment(value: datetime | None, where: str | None = None) -> str:
    """14 Mei 2020 09.00 WIB; in the reader's zone unless another is named."""
    return NO_DATA if value is None else _instant(value, "d MMM yyyy", language(), where or zone())


def number(value: Decimal | float | int | None, places: int | None = None) -> str:
    """3,36 or 1.234: with as many places as the figure has, or as asked."""
    if value is None:
        return NO_DATA
    pattern = "#,##0." + "0" * places if places else "#,##0" if places == 0 else "#,##0.####"
    return _figure(value, pattern, language())


def index(value: Decimal | None) -> str:
    """An index or score: always two places."""
    return number(value, 2)


def percent(value: Decimal | float | int | None) -> str:
    """45 % with a space that does not break (in English 45%): whole, never rounded up, so that 100 means done."""
    if value is None:
        return said(N_("Belum ada data"))
    figure = value if type(value) is int else int(Decimal(value).quantize(Decimal(1), ROUND_DOWN))
    return f"{figure}\N{NO-BREAK SPACE}%" if language() == "id" else f"{figure}%"


def size(octets: int) -> str:
    """1,2 MB."""
    for unit, scale in (("MB", 1_000_000), ("KB", 1_000)):
        if octets >= scale:
            return f"{number(Decimal(octets) / scale, 1)} {unit}"
    return f"{octets} B"


def labelled(*tables: Mapping[Any, str]) -> dict[Any, str]:
    """The words of all states. Two kinds may share a value ("budget"), so a word is found by both; by the bare value,
    as the trail keeps it, the first one that has it."""
    words: dict[Any, str] = {}
    for table in tables:
        for member, word in table.items():
            words[type(member), str(member)] = word
            words.setdefault(str(member), word)
    return words


def label(value: Any) -> str:
    """The word for a state, a role, a kind."""
    if value is None:
        return NO_DATA
    labels: Mapping[Any, str] = current_app.extensions["labels"]
    return said(labels.get((type(value), str(value))) or labels[str(value)])


def in_language(row: Any, attribute: str = "name") -> str:
    """The name of an aspect or a band in the reader's language, where it has one."""
    english = getattr(row, f"{attribute}_en", "") if language() == "en" else ""
    return str(english or getattr(row, attribute))


@cache
def _assets() -> dict[str, dict[str, str]]:
    manifest: dict[str, dict[str, str]] = json.loads((PACKAGE / "static" / "manifest.json").read_text())
    return manifest


def asset(name: str) -> str:
    """The address of a file of ours, which changes with its content and so may be kept for ever."""
    return f"/static/{_assets()[name]['file']}"


FILTERS = {
    "date": date_in_words,
    "short_date": short_date,
    "long_date": long_date,
    "time": clock_time,
    "datetime": moment,
    "number": number,
    "index": index,
    "percent": percent,
    "size": size,
    "label": label,
    "in_language": in_language,
}
