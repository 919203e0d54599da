"""What an import makes of findings of Ombudsman RI: their kind, their own letter, and the day until which. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.evaluations.facts import Grounds, Standing, Values, iso
from tracker.evaluations.plan import Remark
from tracker.evaluations.resolving import Resolved
from tracker.evaluations.workbook import RecommendationRow, Term, Workbook
from tracker.kit.words import N_

COUNTED_WORKING = N_("Tenggat dihitung %(days)s hari kerja sejak %(start)s: %(end)s.")
COUNTED_CALENDAR = N_("Tenggat dihitung %(days)s hari kalender sejak %(start)s: %(end)s.")
USUAL_WORKING = N_("Tanpa tenggat di berkas; menurut pengaturan %(days)s hari kerja sejak %(start)s: %(end)s.")
USUAL_CALENDAR = N_("Tanpa tenggat di berkas; menurut pengaturan %(days)s hari kalender sejak %(start)s: %(end)s.")
NO_START = N_("Tanpa tenggat: tanggal suratnya tidak diketahui, sehingga %(days)s hari tidak dapat dihitung.")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a row says beyond a plain recommendation. `counted` tells how the day was found, None where it stood there.

    As JSON keeps it: {"days": 30, "working": true, "usual": true}; usual means by the settings.
    """

    values: Values
    counted: Mapping[str, Any] | None
    remarks: Sequence[Remark]


class Findings:
    """The rows of one file, and the letters that they name: number -> (date, sheet, row)."""

    def __init__(self, workbook: Workbook, ground: Grounds, stands: Standing) -> None:
        self.terms = ground.terms
        self.columns = {sheet.name: sheet.columns for sheet in workbook.sheets}
        self.letters: dict[str, tuple[date | None, str, int]] = {}
        self.regions = {unit.id: unit.region or "" for unit in stands.units}
        self.dates = {
            letter.values["number"]: date.fromisoformat(day)
            for letter in stands.letters
            if (day := letter.values["dated_on"])
        }
        for row in workbook.recommendations:
            if row.letter_number:
                known, sheet, at = self.letters.get(row.letter_number, (None, row.sheet, row.row))
                self.letters[row.letter_number] = (known or row.letter_date, sheet, at)
        facts, cycle_day = workbook.letter, ground.cycle.letter_on
        self.usual_day = facts.date.value if facts and facts.date else None
        if self.usual_day is None and cycle_day:
            self.usual_day = date.fromisoformat(cycle_day)

    def read(self, row: RecommendationRow, resolved: Resolved, is_new: bool) -> Finding:
        values: Values = {"origin": row.origin, "addressee": row.addressee}
        if row.letter_number:
            values["letter_number"] = row.letter_number
        if row.due_on is not None or self.terms is None:
            return Finding(values, None, ())
        usual = self.terms.of(row.origin or "") if is_new else None
        term = row.term or usual
        if term is None:
            return Finding(values, None, ())
        start = self.start(row)
        if start is None:
            return Finding(values, None, [self.remark(row, NO_START, {"days": str(term.days)})])
        region = self.regions.get(resolved.unit_id or 0) or row.who.region_code or row.who.agency_region or ""
        end = self.terms.end(term, start, region)
        told = {"days": str(term.days), "start": start.isoformat(), "end": end.isoformat()}
        counted = {"days": term.days, "working": term.working, "usual": row.term is None}
        remark = self.remark(row, message_of(term, row.term is None), told)
        return Finding({**values, "due_on": iso(end)}, counted, [remark])

    def start(self, row: RecommendationRow) -> date | None:
        """The row's own letter's date; else that of the letter's sheet, else the cycle's."""
        if row.letter_number is None:
            return row.letter_date or self.usual_day
        dated = self.letters[row.letter_number][0]
        return dated or self.dates.get(row.letter_number)

    def remark(self, row: RecommendationRow, message: str, values: Mapping[str, str]) -> Remark:
        columns = self.columns.get(row.sheet, {})
        column = columns.get("due_days") or columns.get("due_on") or ""
        return Remark(column, "", message, values=values, refuses=False)


def message_of(term: Term, is_usual: bool) -> str:
    if is_usual:
        return USUAL_WORKING if term.working else USUAL_CALENDAR
    return COUNTED_WORKING if term.working else COUNTED_CALENDAR
