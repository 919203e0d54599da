"""Reading an export against what is there: row by row what it would do, in portions, so that none of it piles up."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from sqlalchemy.orm import Session

from tracker.access.desk import Desk
from tracker.complaints import intake_queries as queries
from tracker.complaints.import_models import StagedOutcome
from tracker.complaints.intake_columns import FIELDS, SCANNED, Columns, Heading, find_heading
from tracker.complaints.intake_file import Export, Row, read_export
from tracker.complaints.intake_plan import BEING_WRITTEN, ELSEWHERE, WORDS, Digests, Known, compare, differing
from tracker.complaints.intake_rows import Reader, ReadRow, Wrong
from tracker.complaints.intake_units import KnownUnit, Meant, UnitNames
from tracker.complaints.marks import known_search_key
from tracker.complaints.states import ComplaintSource
from tracker.kit.cells import Cell
from tracker.kit.content import Unusable
from tracker.kit.db import reading
from tracker.kit.words import N_

AT_ONCE = 500
SHOWN = 120
"""Characters of a value beside its problem."""
NO_HEADING = N_("Tidak ada isi di berkas ini.")
NO_ROWS = N_("Di bawah judul kolom tidak ada satu baris pun.")
TWICE = N_("Tracking ID ini sudah ada di baris %(line)s, dengan isi yang lain.")

Out = StagedOutcome


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of the file, and what it would do. `problems` are (field, message, values)."""

    line: int
    outcome: StagedOutcome
    tracking_id: str | None = None
    complaint_id: int | None = None
    unit_id: int | None = None
    content: dict[str, Any] = field(default_factory=dict)
    problems: list[list[Any]] = field(default_factory=list)
    kept: int = 0


@contextmanager
def only_reading(session: Session) -> Iterator[None]:
    """A stretch that only reads, in a transaction of its own: nobody who writes has to wait for it."""
    session.commit()
    token = reading.set(True)
    try:
        yield
        session.commit()
    finally:
        reading.reset(token)


def with_heading(chunks: Iterable[bytes]) -> tuple[Export, Heading]:
    """The export, its row of headings found, and the rows not lost by looking. Raises Unusable without any content."""
    export = read_export(chunks)
    first = list(islice(export.rows, SCANNED))
    heading = find_heading(first)
    if heading is None:
        raise Unusable(NO_HEADING)
    rest = (row for row in chain(first, export.rows) if row[0] > heading.row)
    return Export(export.sheet, rest), heading


@dataclass(slots=True)
class Planner:
    """Goes through the rows of one file, for one source and one importer."""

    desk: Desk
    source: ComplaintSource
    names: UnitNames
    columns: Columns
    width: int
    counts: Counter[str] = field(default_factory=Counter)
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Tracking ID -> the line where it stood and a digest of what was said there: 200,000 of them stay in memory."""

    def plan(self, rows: Iterator[Row]) -> Iterator[list[Planned]]:
        """Raises Unusable where no row follows the headings."""
        filled = ((line, cells) for line, cells in rows if any(cell is not None for cell in cells))
        key = known_search_key(self.desk.session) or b"none yet: nothing is there to be compared with"
        digests = Digests(key)
        reader = Reader(self.columns, self.width, self.desk.today)
        found = False
        while some := list(islice(filled, AT_ONCE)):
            found = True
            planned = self.portion(reader, digests, some)
            self.counts.update(each.outcome.value for each in planned)
            self.counts["kept"] += sum(each.kept for each in planned)
            yield planned
        if not found:
            raise Unusable(NO_ROWS)

    def portion(self, reader: Reader, digests: Digests, rows: list[Row]) -> list[Planned]:
        read = [(line, cells, reader.read(cells)) for line, cells in rows]
        ids = {row.tracking_id for _line, _cells, row in read if isinstance(row, ReadRow)}
        with only_reading(self.desk.session):
            known = queries.known_complaints(self.desk.session, self.source, ids, self.names)
            words = queries.words_of(self.desk.session, self.with_other_words(known, read, digests))
        return [self.planned(line, cells, row, known, words, digests) for line, cells, row in read]

    def with_other_words(self, known: Mapping[str, Known], read: Iterable[Any], digests: Digests) -> list[int]:
        """Of which complaints the words must be opened: the file's differ from what the last one said."""
        found = []
        for _line, _cells, row in read:
            stands = known.get(row.tracking_id) if isinstance(row, ReadRow) else None
            if stands and any(stands.imported.get(name) != digests.of(name, getattr(row, name)) for name in WORDS):
                found.append(stands.id)
        return found

    def planned(
        self, line: int, cells: list[Cell], row: ReadRow | list[Wrong], known: Mapping[str, Known],
        words: Mapping[int, Mapping[str, str]], digests: Digests,
    ) -> Planned:  # fmt: skip
        if not isinstance(row, ReadRow):
            return self.problem(line, cells, None, [[each.field, each.message, {}] for each in row])
        meant = self.names.meant(row.agency, row.unit)
        if meant.unit is None:
            return self.unit_problem(line, cells, row, meant)
        stands = known.get(row.tracking_id)
        if stands is not None and (stands.is_pending or not stands.in_reach):
            message = BEING_WRITTEN if stands.is_pending else ELSEWHERE
            return self.problem(line, cells, row.tracking_id, [["tracking_id", message, {}]])
        said = digests.of_row(row, meant.unit)
        if (before := self.seen.get(row.tracking_id)) is not None:
            if before[1] == in_short(said):
                return Planned(line, Out.SAME, row.tracking_id)
            return self.problem(line, cells, row.tracking_id, [["tracking_id", TWICE, {"line": str(before[0])}]])
        self.seen[row.tracking_id] = (line, in_short(said))
        if stands is None:
            content = {"row": row.as_json(), "digests": said}
            return Planned(line, Out.NEW, row.tracking_id, None, meant.unit.id, content)
        return self.of_known(line, row, meant.unit, stands, words, digests)

    def of_known(
        self, line: int, row: ReadRow, unit: KnownUnit, stands: Known, words: Mapping[int, Mapping[str, str]],
        digests: Digests,
    ) -> Planned:  # fmt: skip
        """What changes nothing is still taken note of where the file says otherwise: see `writing`."""
        if not differing(stands, digests.of_row(row, unit)):
            return Planned(line, Out.SAME, row.tracking_id, stands.id)
        change = compare(stands, row, unit, digests, words.get(stands.id))
        outcome = Out.CHANGED if change.columns else Out.SAME
        content = {"row": row.as_json(), "changes": sorted(change.columns), "kept": sorted(change.kept)}
        return Planned(line, outcome, row.tracking_id, stands.id, unit.id, content, kept=len(change.kept))

    def unit_problem(self, line: int, cells: list[Cell], row: ReadRow, meant: Meant) -> Planned:
        return self.problem(line, cells, row.tracking_id, [[meant.field, meant.message, {}]])

    def problem(self, line: int, cells: list[Cell], tracking_id: str | None, problems: list[list[Any]]) -> Planned:
        """With what stood in the cells, sealed as all of a row is: names of units are chosen from it."""
        said = {
            name: str(cells[position])[:SHOWN]
            for name, position in self.columns.items()
            if position < len(cells) and cells[position] is not None and name in TOLD
        }
        return Planned(line, Out.PROBLEM, tracking_id, content={"said": said}, problems=problems)


def in_short(said: Mapping[str, str]) -> bytes:
    return hashlib.blake2b("".join(said.values()).encode(), digest_size=12).digest()


TOLD = frozenset(FIELDS) - {"title", "body", "follow_up", "name", "telephone", "email", "number", "address", "place"}
"""What of a row may be shown beside its problem: nothing of the citizen's."""
