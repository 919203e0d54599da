"""The rows of the matrix as templates/ui/matrix.html draws them: a unit, its total, a cell per aspect."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask import url_for
from flask_babel import gettext

from tracker.access.desk import Desk
from tracker.dashboards.queries import aspect_cells, open_work
from tracker.followups.states import Holder
from tracker.followups.wording import HOLDER_LETTERS
from tracker.instruments.models import Aspect, Cycle
from tracker.kit import formats
from tracker.kit.words import N_
from tracker.progress.calls import CallReason, CallScore
from tracker.progress.lines import Row, UnitLine


@dataclass(frozen=True, slots=True)
class Cell:
    url: str
    verified: Decimal | None
    claimed: Decimal | None
    overdue: int
    holder: str
    """The letter of whoever holds the ball; the unit first, where several do."""
    holder_words: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    unit: Row
    url: str
    score: str
    """The call score; empty where there is no reason to call."""
    reason: str
    """The weightiest reason in two words; whom to call says them all."""
    total: Cell
    cells: list[Cell | None]
    group: "GroupHead | None" = None
    """Where rows are gathered: what stands above the first of a group."""


@dataclass(frozen=True, slots=True)
class GroupHead:
    """A group of rows: its name, where its units alone are shown, and its mean with the numbers beside it."""

    label: str
    url: str
    words: str


@dataclass(slots=True)
class Work:
    """What is open somewhere: who holds it, and how much of it is overdue."""

    holders: set[Holder] = field(default_factory=set)
    overdue: int = 0

    def add(self, holder: Holder | None, overdue: int) -> None:
        if holder is not None:
            self.holders.add(holder)
        self.overdue += overdue

    def first_to_last(self) -> list[Holder]:
        return [holder for holder in Holder if holder in self.holders]


HELD_BY = {
    Holder.UNIT: N_("unit"),
    Holder.COORDINATOR: N_("bagian/biro organisasi"),
    Holder.VERIFIER: N_("verifikator"),
    Holder.BUDGET: N_("anggaran"),
    Holder.LAW: N_("hambatan hukum"),
}
IN_SHORT = {
    CallReason.UNREACHABLE: N_("tanpa kontak"),
    CallReason.COMMITMENT_OVERDUE: N_("komitmen lewat"),
    CallReason.RETURNED_UNTOUCHED: N_("dikembalikan"),
    CallReason.SILENT: N_("lama tanpa kegiatan"),
    CallReason.BEHIND: N_("di bawah harapan"),
}

Figures = tuple[Decimal | None, Decimal | None]


def matrix_rows(
    desk: Desk, cycle: Cycle, aspects: Sequence[Aspect], lines: Sequence[UnitLine], original: bool = False
) -> list[MatrixRow]:
    """Two queries for all the lines, which are those of one section."""
    ids = [line.id for line in lines]
    figures: dict[int, dict[int, Figures]] = defaultdict(dict)
    for unit_id, aspect_id, verified, claimed in desk.session.execute(aspect_cells(cycle, ids)):
        figures[unit_id][aspect_id] = verified, claimed
    totals: dict[int, Work] = defaultdict(Work)
    work: dict[tuple[int, int], Work] = defaultdict(Work)
    for unit_id, aspect_id, holder, overdue in desk.session.execute(open_work(cycle, ids, desk.now, original)):
        totals[unit_id].add(holder, overdue)
        work[unit_id, aspect_id].add(holder, overdue)
    words = {holder: str(gettext(word)) for holder, word in HELD_BY.items()}
    letters = {holder: formats.said(letter) for holder, letter in HOLDER_LETTERS.items()}
    page = url_for("dashboards.unit", id=0, siklus=cycle.code)

    def cell(url: str, known: Figures, at: Work) -> Cell:
        holders = at.first_to_last()
        letter = letters[holders[0]] if holders else ""
        return Cell(url, known[0], known[1], at.overdue, letter, ", ".join(words[holder] for holder in holders))

    def row(line: UnitLine) -> MatrixRow:
        url = page.replace("/0?", f"/{line.id}?", 1)
        cells = [
            cell(f"{url}#aspek-{aspect.code}", figures[line.id][aspect.id], work[line.id, aspect.id])
            if aspect.id in figures[line.id]
            else None
            for aspect in aspects
        ]
        total = cell(url, (line.row.verified, line.row.claimed), totals[line.id])
        return MatrixRow(line.row, url, *call(line.score), total, cells)

    return [row(line) for line in lines]


def call(score: CallScore) -> tuple[str, str]:
    """The score, and of its reasons the one that weighs most."""
    if not score.points:
        return "", ""
    weightiest = max(score.reasons, key=lambda reason: reason.points)
    return points(score), str(gettext(IN_SHORT[weightiest.reason], **weightiest.values))


def points(score: CallScore) -> str:
    """The call score as it is shown: whole where it is whole."""
    return formats.number(score.points)


def legend() -> list[tuple[str, str]]:
    """Letters and words of those who may have the ball."""
    return [(formats.said(HOLDER_LETTERS[holder]), str(gettext(word))) for holder, word in HELD_BY.items()]
