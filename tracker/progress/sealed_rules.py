"""When a cycle is sealed, and what its seals hash to. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Set
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from tracker.progress.states import DAYS_BEFORE, SealStep

FIRST = "0" * 64
"""What the first seal of all is chained to."""


def steps_due(
    opening_on: date, opening_set_on: date | None, sealed: Set[SealStep], today: date
) -> list[tuple[SealStep, date]]:
    """The steps whose day has come and that have no seal yet, with their day, in order.

    A step that was missed is caught up, on any later day; but an opening that no longer lay ahead when it was set is
    sealed by hand only, and so are steps whose day had passed by then. Where it is not known when the opening was
    set, it is taken to have been in time as long as it has not gone by.
    """
    if opening_set_on is None:
        opening_set_on = date.min if today <= opening_on else opening_on
    if opening_on <= opening_set_on:
        return []
    days = days_of(opening_on)
    return [(step, day) for step, day in days if opening_set_on <= day <= today and step not in sealed]


def days_of(opening_on: date) -> list[tuple[SealStep, date]]:
    """The steps of an opening with their days, in order."""
    return [(step, opening_on - timedelta(days=before)) for step, before in DAYS_BEFORE.items()]


def digest(values: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of the values: names sorted, no blanks, figures and moments as text."""
    text = json.dumps(
        {name: plain(value) for name, value in values.items()},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_lines(lines: Iterable[tuple[int, str]]) -> str:
    """Over the hashes of the lines, in the order of their units."""
    return hashlib.sha256("\n".join(hash for _, hash in sorted(lines)).encode()).hexdigest()


def plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value.quantize(Decimal('0.01')):f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
