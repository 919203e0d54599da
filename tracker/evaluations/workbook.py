"""What a workbook of results says, row by row, and what is wrong with it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from tracker.kit.cells import Cell

Day = date
Row = tuple[int, Sequence[Cell]]
Value = TypeVar("Value")


class SheetLike(Protocol):
    """A sheet as read from a file; its rows come with their numbers, as the office sees them."""

    @property
    def name(self) -> str: ...
    @property
    def hidden(self) -> bool: ...
    def numbered(self) -> Iterable[Row]: ...


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet with its numbered rows, to be gone through more than once."""

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of the file, or worth a look there.

    `column` is the header as it stands in the file, `value` the cell as found. `message` and `expected` are marked for
    translation and take their placeholders from `values`; `suggestions` are never applied.
    """

    sheet: str
    row: int
    column: str
    value: str
    message: str
    expected: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Message and expectation in Indonesian, for the command line and for the workbook that goes back."""
        filled = [part % self.values for part in (self.message, self.expected) if part]
        return " ".join([*filled, *([f"Maksudnya: {', '.join(self.suggestions)}?"] if self.suggestions else [])])


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A value of the letter's sheet, with the row and the key it stands at."""

    value: Value
    row: int
    key: str


@dataclass(frozen=True, slots=True)
class UnitName:
    """Who a row speaks of. Two rows speak of the same unit when `key` is the same; unit None is the agency itself.

    `agency_region` is the region that a regional government's name says, which may differ from the row's code: a unit
    of a province may stand in one of its cities. Without such a name it is the row's code.
    """

    region_code: str | None
    agency: str
    agency_key: str
    unit: str | None
    unit_key: str | None
    agency_region: str | None = None

    @property
    def key(self) -> tuple[str, str, str | None]:
        return (self.region_code or "", self.agency_key, self.unit_key)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A unit's result. The official band is a letter of the instrument; scores are by aspect code, all or none.

    None only where a total may stand alone. `zone` is green, yellow or red; `opinion` is in the words of the file.
    """

    sheet: str
    row: int
    who: UnitName
    scores: Mapping[str, Decimal]
    official_index: Decimal | None = None
    official_band: str | None = None
    f03: Decimal | None = None
    zone: str | None = None
    opinion: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """How long a letter gives: so many days from its date, working days or days of the calendar."""

    days: int
    working: bool = True


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    """A recommendation for a unit. `due_zone` is the letter's own zone (from "23.59 WIB"), None where it names none.

    `origin` is a value of recommendations.states.Origin, None where the file cannot say it; `letter_number` and
    `letter_date` are of the row's own letter; `aspect_assumed`: the row names no aspect.
    """

    sheet: str
    row: int
    who: UnitName
    aspect_code: str
    text: str
    text_key: str
    priority: str
    indicator_number: int | None = None
    target_score: Decimal | None = None
    due_on: date | None = None
    due_zone: str | None = None
    origin: str | None = None
    letter_number: str | None = None
    letter_date: date | None = None
    addressee: str | None = None
    term: Term | None = None
    aspect_assumed: bool = False


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """The letter's sheet. Every value knows its row; None is what the sheet leaves empty."""

    sheet: str
    number: Found[str] | None = None
    date: Found[Day] | None = None
    subject: Found[str] | None = None
    sender: Found[str] | None = None
    addressee: Found[str] | None = None
    cycle: Found[str] | None = None
    opening_on: Found[Day] | None = None
    instrument_code: Found[str] | None = None


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """The cycle that was chosen for the import; a date that is still empty is filled from the letter."""

    code: str
    letter_date: date | None = None
    opening_on: date | None = None


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What a sheet was taken for, and which column is what there.

    `kind` is results, recommendations, letter, empty, hidden or unknown; only the first three are read.
    """

    name: str
    kind: str
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workbook:
    """All that one file says.

    `problems` are refused rows, `notices` only want to be seen. `held` are rows of recommendations, readable, whose
    unit's result was refused: they wait for that one correction and are not told of as problems of their own.
    `unusable` is set, marked for translation, when there is nothing in the file to import.
    """

    results: tuple[ResultRow, ...]
    recommendations: tuple[RecommendationRow, ...]
    letter: LetterFacts | None
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]
    held: tuple[tuple[str, int], ...]
    sheets: tuple[SheetReading, ...]
    unusable: str | None = None


def as_found(cell: Cell) -> str:
    """A cell as a person would read it: 7.0 is "7", a date is ISO."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    return str(cell).strip()


def is_blank(cell: Cell) -> bool:
    return cell is None or cell == "" or (isinstance(cell, str) and cell.isspace())
