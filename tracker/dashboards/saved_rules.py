"""Whom a saved view is shared with, and what of an address it keeps. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_VIEWS = 50
"""Saved views one person may have."""
LONGEST_NAME = 80
LONGEST_WORD = 100
"""Of one argument of an address; a list reads no more of it either."""


@dataclass(frozen=True, slots=True)
class Circle:
    """The scope of a role, as something to share within: one area, agency or unit; with none of them, everything."""

    area_id: int | None = None
    agency_id: int | None = None
    unit_id: int | None = None

    @property
    def is_everything(self) -> bool:
        return self.area_id is None and self.agency_id is None and self.unit_id is None


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where a membership is held, with what lies above it.

    A unit knows its agency and its area; an agency knows the area in which all its units are that have one, if it is
    one area; an area knows itself; a membership over everything knows nothing above it.
    """

    area_id: int | None = None
    agency_id: int | None = None
    unit_id: int | None = None


def reaches(circle: Circle, at: Standpoint) -> bool:
    """Does a membership held there lie within the circle, or equal it?

    What is shared within everything reaches everybody. What is shared within an area reaches the memberships in the
    area, its agencies and its units, but neither those over everything nor those in another area.
    """
    if circle.is_everything:
        return True
    return (
        (circle.area_id is not None and circle.area_id == at.area_id)
        or (circle.agency_id is not None and circle.agency_id == at.agency_id)
        or (circle.unit_id is not None and circle.unit_id == at.unit_id)
    )


def kept(names: Sequence[str], sent: Mapping[str, str]) -> dict[str, str]:
    """Of an address only the arguments that the page narrows and sorts by, in their order and cut to their length.

    What is left out, such as the place in the list, the key of a form or anything unknown, is in no saved view.
    """
    found = {name: " ".join(sent.get(name, "").split())[:LONGEST_WORD] for name in names}
    return {name: word for name, word in found.items() if word}


def name_key(name: str) -> str:
    """By which two names of one person are the same."""
    return " ".join(name.split()).casefold()
