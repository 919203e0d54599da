"""What an import would do, row by row, before any of it is done. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tracker.evaluations.states import Outcome, RowKind
from tracker.evaluations.workbook import Problem

WRITTEN = (Outcome.NEW, Outcome.CHANGED)
ADOPT = "adopt"
"""A value of rows in which nothing changes, yet file and site agree on what the last import did not say."""


NAMED = "named"
"""A value of letters that rows name themselves: other recommendations do not lead to them."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong in a row, or wants to be seen there; as JSON keeps it, and `told` once in Indonesian."""

    column: str
    value: str
    message: str
    expected: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()
    refuses: bool = True

    @classmethod
    def of(cls, problem: Problem, refuses: bool = True) -> "Remark":
        return cls(
            problem.column, problem.value, problem.message, problem.expected, dict(problem.values),
            problem.suggestions, refuses,
        )  # fmt: skip

    @classmethod
    def kept(cls, kept: Mapping[str, Any]) -> "Remark":
        return cls(**{**kept, "suggestions": tuple(kept["suggestions"])})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def told(self) -> str:
        return Problem("", 0, self.column, self.value, self.message, self.expected, self.values, self.suggestions).told


@dataclass(slots=True)
class PlannedRow:
    """One row of the preview: what the file says, what stands there, and what would become of it."""

    kind: RowKind
    sheet: str
    row: int
    outcome: Outcome
    label: str
    values: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] | None = None
    remarks: list[Remark] = field(default_factory=list)
    differs: bool = False
    subject_id: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that keeps a row from being imported, as the command line and the workbook that goes back tell it."""

    sheet: str
    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows of a preview. One refused row keeps the whole from being written."""

    rows: Sequence[PlannedRow]
    letter_id: int | None = None
    """The letter that new recommendations lead to, where the file brings none."""
    fingerprint: Sequence[Sequence[int]] = ()
    """Of the state that the file was compared with: see queries.fingerprint."""

    def counts(self) -> dict[str, dict[str, int]]:
        """Kind -> outcome -> rows."""
        found: dict[str, Counter[str]] = {}
        for row in self.rows:
            found.setdefault(row.kind.value, Counter())[row.outcome.value] += 1
        return {kind: dict(outcomes) for kind, outcomes in found.items()}

    @property
    def digest(self) -> str:
        """Of all that would be written: two plans with one digest do the same."""
        told = hashlib.sha256()
        for row in self.rows:
            what = [row.kind, row.sheet, row.row, row.outcome, row.values, row.before, row.subject_id]
            told.update(json.dumps(what, sort_keys=True, default=str).encode())
        return told.hexdigest()

    def summary(self) -> dict[str, Any]:
        """What the preview says above its rows, and what a confirmation holds the database against."""
        results = [row for row in self.rows if row.kind is RowKind.EVALUATION and row.outcome is not Outcome.REFUSED]
        return {
            "counts": self.counts(),
            "priority": sum(bool(row.values.get("is_priority")) for row in results),
            "differs": sum(row.differs for row in results),
            "remarks": sum(bool(row.remarks) for row in self.rows if row.outcome is not Outcome.REFUSED),
            "letter_id": self.letter_id,
            "fingerprint": [list(mark) for mark in self.fingerprint],
            "digest": self.digest,
        }

    @property
    def refused(self) -> list[Refused]:
        return [
            Refused(row.sheet, row.row, remark.column, remark.value, remark.told)
            for row in self.rows
            if row.outcome is Outcome.REFUSED
            for remark in row.remarks
            if remark.refuses
        ]

    @property
    def is_refused(self) -> bool:
        return any(row.outcome is Outcome.REFUSED for row in self.rows)

    @property
    def writes_something(self) -> bool:
        return not self.is_refused and any(row.outcome in WRITTEN or row.values.get(ADOPT) for row in self.rows)

    def tally(self, kind: RowKind) -> dict[str, int]:
        """Created, updated and unchanged rows. A conflict stays as it stands; of a refused file nothing is written."""
        outcomes = Counter(row.outcome for row in self.rows if row.kind is kind)
        written = not self.is_refused
        return {
            "created": outcomes[Outcome.NEW] if written else 0,
            "updated": outcomes[Outcome.CHANGED] if written else 0,
            "unchanged": outcomes[Outcome.UNCHANGED] + outcomes[Outcome.CONFLICT],
        }
