"""What an import is compared with, as plain data: the directory, and what the cycle already holds. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tracker.directory.states import RegionKind
from tracker.evaluations.workbook import Term
from tracker.instruments.rules import InstrumentFacts, half_up
from tracker.recommendations.states import Origin

Values = dict[str, str | None]
"""Field -> what it says, as text with a fixed number of places, so that equal figures are equal texts."""
Fingerprint = list[list[int]]
SCORE_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class KnownRegion:
    id: int
    code: str
    name: str
    kind: RegionKind
    area_id: int | None
    """Its province's area, which new units get."""


@dataclass(frozen=True, slots=True)
class KnownAgency:
    id: int
    name: str
    key: str
    region: str | None


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """`region` is the unit's own, which may be missing; `in_reach`: this desk may import results for it."""

    id: int
    agency_id: int
    name: str
    key: str
    region: str | None
    is_root: bool
    in_reach: bool


@dataclass(frozen=True, slots=True)
class KnownRow:
    """An evaluation, recommendation or letter: what it says now, and what the last import wrote into it."""

    id: int
    values: Values
    imported: Mapping[str, Any]
    version: int = 1
    priority_set: bool | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)
    """What follows from the values, and comes back with them when an import is undone."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long Ombudsman RI gives where a letter does not say it, and how days are counted in a region.

    `usual` working days for advice and corrective actions, `binding` days of the calendar for its recommendations.
    """

    usual: int
    binding: int
    working_days_after: Callable[[str, date, int], date]
    """Region code ("" for the country's calendar), first day, working days -> the last of them."""

    def of(self, origin: str) -> Term | None:
        if origin in (Origin.ADVICE, Origin.REMEDY):
            return Term(self.usual)
        return Term(self.binding, working=False) if origin == Origin.BINDING else None

    def end(self, term: Term, start: date, region: str) -> date:
        if term.working:
            return self.working_days_after(region, start, term.days)
        return start + timedelta(days=term.days)


RecommendationKey = tuple[int, str, str]
"""Unit, aspect code, key of the text."""


@dataclass(frozen=True, slots=True)
class CycleState:
    id: int
    code: str
    letter_on: str | None
    opening_on: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Grounds:
    """The cycle and its instrument: what reading a workbook needs."""

    cycle: CycleState
    instrument: InstrumentFacts
    aspects: Mapping[str, int]
    bands: Mapping[str, int]
    indicators: Mapping[int, int]
    regions: Mapping[str, KnownRegion]
    terms: Terms | None = None
    """Only where the cycle's instrument is one of Ombudsman RI."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`may_create_in` are the areas in which this desk may make units; None means everywhere."""

    agencies: Sequence[KnownAgency]
    units: Sequence[KnownUnit]
    evaluations: Mapping[int, KnownRow]
    recommendations: Mapping[RecommendationKey, KnownRow]
    as_imported: Mapping[RecommendationKey, KnownRow]
    """Recommendations by the aspect and text that the last import wrote, whatever the site made of them since."""
    letters: Sequence[KnownRow]
    may_create_in: frozenset[int] | None
    may_create_for: frozenset[int]
    """Agencies in which this desk may make units wherever they lie."""
    fingerprint: Fingerprint = field(default_factory=list)


def score_text(score: Decimal) -> str:
    return str(score.quantize(SCORE_PLACES))


def plain(figure: Decimal | None) -> str | None:
    """An index, F-03 or target: half-up to the two places that are kept."""
    return None if figure is None else str(half_up(figure))


def iso(day: Any) -> str | None:
    return day.isoformat() if day else None
