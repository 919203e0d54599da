"""What an archive says about itself, and how values stand in it: the same whichever engine they came from. Pure."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"


class Unusable(Exception):
    """The archive cannot be restored, here or at all; the message says why in one line."""


class Kind(StrEnum):
    """How a column's values are written. JSON stays the text it was; enums are their text."""

    PLAIN = "plain"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    DATE = "date"
    DECIMAL = "decimal"


READ: dict[Kind, Callable[[Any], Any]] = {
    Kind.MOMENT: datetime.fromisoformat,
    Kind.DATE: date.fromisoformat,
    Kind.DECIMAL: Decimal,
}


@dataclass(frozen=True, slots=True)
class TablePart:
    """One table in the archive. Rows of a table that refers to itself come in any order; `parents` names how."""

    name: str
    columns: dict[str, Kind]
    parents: list[str]
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        return f"tables/{self.name}.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The last member of an archive: what the others have to be."""

    made_at: datetime
    revision: str
    engine: str
    tables: list[TablePart] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    """Digest -> size in bytes; a file's name is its SHA-256."""
    lost: list[str] = field(default_factory=list)
    """Digests that rows speak of and that were not to be had: gone or damaged before the backup."""
    keys: dict[str, int] = field(default_factory=dict)
    """Name of a key -> how many values it sealed. The keys themselves are in no archive."""

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def size(self) -> int:
        return sum(self.files.values())

    def written(self) -> bytes:
        told = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(told, indent=1).encode()

    @classmethod
    def read(cls, text: bytes) -> "Manifest":
        """Raises Unusable for what is no manifest, or one of a later format."""
        try:
            told = json.loads(text)
            if told.pop("format") != FORMAT:
                raise Unusable("the archive has a format that this version does not know")
            tables = [
                TablePart(**each | {"columns": {name: Kind(kind) for name, kind in each["columns"].items()}})
                for each in told.pop("tables")
            ]
            return cls(made_at=datetime.fromisoformat(told.pop("made_at")), tables=tables, **told)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unusable(f"the archive's {MANIFEST} cannot be read") from error


def file_member(digest: str) -> str:
    return f"files/{digest[:2]}/{digest[2:4]}/{digest}"


def line(row: Iterable[Any]) -> bytes:
    """A row as one line of JSON."""
    return json.dumps(list(row), default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def rows_of(lines: Iterable[bytes], columns: dict[str, Kind]) -> Iterator[list[Any]]:
    """The rows of a table's lines, with each value as its column takes it."""
    reads = [(place, READ[kind]) for place, kind in enumerate(columns.values()) if kind in READ]
    for each in lines:
        row: list[Any] = json.loads(each)
        for place, read in reads:
            if row[place] is not None:
                row[place] = read(row[place])
        yield row


def parents_first(rows: Iterable[list[Any]], key: int, parents: list[int]) -> Iterator[list[Any]]:
    """The rows so that each comes after those it refers to in its own table.

    `key` and `parents` are places in a row. Raises Unusable where rows refer in a circle or to none.
    """
    known: set[Any] = {None}
    waiting: list[list[Any]] = []
    for row in rows:
        if all(row[place] in known for place in parents):
            known.add(row[key])
            yield row
        else:
            waiting.append(row)
    while waiting:
        ready = [row for row in waiting if all(row[place] in known for place in parents)]
        if not ready:
            raise Unusable("rows of a table refer to rows that the archive does not hold")
        known.update(row[key] for row in ready)
        yield from ready
        waiting = [row for row in waiting if row[key] not in known]
