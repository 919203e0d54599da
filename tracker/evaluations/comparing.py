"""Holding a workbook against what stands: new, changed, unchanged, in conflict with the site, or refused. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tracker.evaluations.facts import Grounds, KnownRow, Standing, Values, iso, plain, score_text
from tracker.evaluations.findings import Findings
from tracker.evaluations.headers import SCORE
from tracker.evaluations.plan import ADOPT, NAMED, Plan, PlannedRow, Remark
from tracker.evaluations.resolving import Directory, Resolved
from tracker.evaluations.states import Outcome, RowKind
from tracker.evaluations.workbook import LetterFacts, Problem, RecommendationRow, ResultRow, Workbook
from tracker.instruments.rules import BandBound, band, index_of
from tracker.kit.cells import Cell
from tracker.kit.words import N_
from tracker.recommendations.rules import shortened
from tracker.recommendations.states import LABELS, Priority

KINDS = {"results": RowKind.EVALUATION, "recommendations": RowKind.RECOMMENDATION, "letter": RowKind.LETTER}
WITHOUT_NUMBER = "(tanpa nomor)"
"""How a letter is called whose number no sheet gave; the next import or its page fills it in."""
OTHER_BAND = N_("Kategori menurut indeks adalah %(band)s; surat mencetak lain.")
OTHER_ZONE = N_("Zona menurut nilainya adalah %(zone)s; berkas mencetak lain.")
ZONE_WORDS = {"green": "Hijau", "yellow": "Kuning", "red": "Merah"}
EDITED = N_("Diubah di situs sejak impor terakhir, dan tidak ditimpa. Di situs: %(standing)s.")
NOT_AFTER_LETTER = N_("Pembukaan evaluasi berikutnya harus sesudah tanggal surat %(known)s.")
LETTER_FIELDS = {
    "number": "Nomor", "dated_on": "Tanggal", "subject": "Hal", "sender": "Pengirim", "addressee": "Kepada",
}  # fmt: skip
PRIORITY_WORDS = {priority.value: LABELS[priority] for priority in Priority}
NO_BAND = BandBound("", Decimal(0))

Where = tuple[str, int]
Cells = Callable[[str, int], Sequence[Cell]]
"""The cells of a row, by the name of its sheet and its number."""
LONGEST_LABEL = 200


def NO_CELLS(_sheet: str, _row: int) -> Sequence[Cell]:  # noqa: N802 - a constant that is called
    return ()


def compare(workbook: Workbook, ground: Grounds, stands: Standing, create_units: bool, cells: Cells = NO_CELLS) -> Plan:
    """The whole preview of a file that was read. `cells` says how a row looks that could not be read."""
    return Comparison(workbook, ground, stands, create_units, cells).plan()


class Comparison:
    """One file against one state of the database."""

    def __init__(self, workbook: Workbook, ground: Grounds, stands: Standing, create_units: bool, cells: Cells) -> None:
        self.workbook = workbook
        self.cells = cells
        self.ground = ground
        self.stands = stands
        self.directory = Directory(ground, stands, create_units)
        self.columns = {sheet.name: sheet.columns for sheet in workbook.sheets}
        self.kinds = {sheet.name: KINDS.get(sheet.kind, RowKind.OTHER) for sheet in workbook.sheets}
        self.order = {sheet.name: position for position, sheet in enumerate(workbook.sheets)}
        self.notices: dict[Where, list[Remark]] = defaultdict(list)
        self.bands = {bound.letter: bound for bound in ground.instrument.bands}
        self.findings = Findings(workbook, ground, stands)
        self.terms = ground.terms

    def plan(self) -> Plan:
        for notice in self.workbook.notices:
            self.notices[notice.sheet, notice.row].append(Remark.of(notice, refuses=False))
        results = [self.result(row) for row in self.workbook.results]
        recommendations = [self.recommendation(row) for row in self.workbook.recommendations]
        unnamed = [row for row in recommendations if row.outcome is Outcome.NEW and not row.values.get("letter_number")]
        letters = [*self.letter(bool(unnamed)), *self.named_letters()]
        held = [
            PlannedRow(self.kinds[sheet], sheet, row, Outcome.HELD, self.as_found(sheet, row))
            for sheet, row in self.workbook.held
        ]
        told = [*letters, *results, *recommendations, *held, *self.refused()]
        new = [*self.directory.new_agencies.values(), *self.directory.new_units.values()]
        rows = [*new, *self.in_file_order([*told, *self.skipped(told)])]
        usual = self.usual_letter()
        return Plan(rows, usual.id if usual else None, self.stands.fingerprint)

    def in_file_order(self, rows: Iterable[PlannedRow]) -> list[PlannedRow]:
        return sorted(rows, key=lambda each: (self.order.get(each.sheet, -1), each.row))

    # ---- rows that were not read as data --------------------------------------------------------------------------

    def refused(self) -> Iterable[PlannedRow]:
        """The rows that the reading itself refused, each with all its problems."""
        problems: dict[Where, list[Problem]] = defaultdict(list)
        for problem in self.workbook.problems:
            problems[problem.sheet, problem.row].append(problem)
        for (sheet, row), told in problems.items():
            remarks = [*map(Remark.of, told), *self.notices.pop((sheet, row), [])]
            kind = self.kinds.get(sheet, RowKind.OTHER)
            yield PlannedRow(kind, sheet, row, Outcome.REFUSED, self.as_found(sheet, row), remarks=remarks)

    def as_found(self, sheet: str, row: int) -> str:
        """The words of a row that could not be read, so that it is recognised."""
        words = [cell.strip() for cell in self.cells(sheet, row) if isinstance(cell, str) and cell.strip()]
        return " · ".join(words)[:LONGEST_LABEL]

    def skipped(self, told: Iterable[PlannedRow]) -> Iterable[PlannedRow]:
        """Notices on rows that are no data at all."""
        known = {(row.sheet, row.row) for row in told}
        for (sheet, row), remarks in self.notices.items():
            if (sheet, row) not in known:
                label = remarks[0].value
                yield PlannedRow(self.kinds[sheet], sheet, row, Outcome.SKIPPED, label, remarks=remarks)

    def unresolved(self, kind: RowKind, sheet: str, row: int, resolved: Resolved) -> PlannedRow | None:
        """The row refused, where its unit cannot be had."""
        if not resolved.remarks:
            return None
        columns = self.columns.get(sheet, {})
        remarks = [
            Remark(columns.get(at, ""), each.value, each.message, each.expected, each.values, each.suggestions)
            for at, each in resolved.remarks
        ]
        remarks += self.notices.get((sheet, row), [])
        return PlannedRow(kind, sheet, row, Outcome.REFUSED, resolved.label, remarks=remarks)

    # ---- results --------------------------------------------------------------------------------------------------

    def result(self, row: ResultRow) -> PlannedRow:
        resolved = self.directory.resolve(row.who, row.sheet, row.row)
        if refused := self.unresolved(RowKind.EVALUATION, row.sheet, row.row, resolved):
            return refused
        standing = self.stands.evaluations.get(resolved.unit_id) if resolved.unit_id is not None else None
        found: Values = {
            f"score.{aspect.code}": score_text(row.scores[aspect.code]) if aspect.code in row.scores else None
            for aspect in self.ground.instrument.aspects
        }
        found |= {"official_index": plain(row.official_index), "f03": plain(row.f03)}
        if self.ground.instrument.is_ombudsman:
            found |= {"zone": row.zone, "opinion": row.opinion}
        values = filled(found, standing)
        computed = self.computed(values)
        official = values["official_index"]
        reached = self.band_of(official or plain(computed), row.official_band)
        values["band"] = reached.letter or None
        planned = PlannedRow(
            RowKind.EVALUATION, row.sheet, row.row, Outcome.NEW, resolved.label,
            {
                **values,
                "unit": resolved.reference,
                "computed_index": plain(computed),
                "is_priority": reached.priority if standing is None or standing.priority_set is None
                else standing.priority_set,
                "printed_agency": row.who.agency,
                "printed_unit": row.who.unit or "",
            },
            remarks=list(self.notices.get((row.sheet, row.row), [])),
            differs=official is not None and computed is not None and official != plain(computed),
        )  # fmt: skip
        if row.official_band and row.official_band != reached.letter:
            column = self.columns[row.sheet].get("official_band", "")
            told = {"band": reached.letter}
            planned.remarks.append(Remark(column, row.official_band, OTHER_BAND, values=told, refuses=False))
        if row.zone and reached.zone and row.zone != reached.zone:
            column, told = self.columns[row.sheet].get("zone", ""), {"zone": ZONE_WORDS[reached.zone]}
            planned.remarks.append(Remark(column, ZONE_WORDS[row.zone], OTHER_ZONE, values=told, refuses=False))
        return judged(planned, values, standing, self.columns[row.sheet])

    def computed(self, values: Mapping[str, str | None]) -> Decimal | None:
        """From the scores as they are kept, so that anybody can compute it again from them."""
        scores = {
            aspect.code: Decimal(score)
            for aspect in self.ground.instrument.aspects
            if (score := values.get(f"score.{aspect.code}")) is not None
        }
        f03 = values["f03"]
        return index_of(self.ground.instrument, scores, Decimal(f03) if f03 is not None else None)

    def band_of(self, index: str | None, printed: str | None) -> BandBound:
        """By the index; the printed band counts only where there is no index at all."""
        if index is not None:
            return band(Decimal(index), self.ground.instrument.bands) or NO_BAND
        return self.bands.get(printed or "", NO_BAND)

    # ---- recommendations ------------------------------------------------------------------------------------------

    def recommendation(self, row: RecommendationRow) -> PlannedRow:
        resolved = self.directory.resolve(row.who, row.sheet, row.row)
        if refused := self.unresolved(RowKind.RECOMMENDATION, row.sheet, row.row, resolved):
            return refused
        key = shortened(row.text_key)
        values: Values = {
            "aspect": row.aspect_code,
            "text": row.text,
            "priority": row.priority,
            "indicator": str(row.indicator_number) if row.indicator_number is not None else None,
            "target": plain(row.target_score),
            "due_on": iso(row.due_on),
        }
        standing = None
        if resolved.unit_id is not None:
            standing = self.standing_recommendation(resolved.unit_id, row, key)
            if standing and same_words(standing, key):
                values["text"] = standing.values["text"]
            if standing and row.aspect_assumed:
                values["aspect"] = standing.values["aspect"]
        more: dict[str, Any] = {}
        remarks = list(self.notices.get((row.sheet, row.row), []))
        if self.terms is not None:
            found = self.findings.read(row, resolved, is_new=standing is None)
            values |= found.values
            counted = found.counted
            if standing and counted is None and row.due_on is None:
                counted = standing.imported.get("due_counted")
            more, remarks = {"due_counted": counted}, [*remarks, *found.remarks]
        values = filled(values, standing)
        planned = PlannedRow(
            RowKind.RECOMMENDATION, row.sheet, row.row, Outcome.NEW, row.text,
            {**values, **more, "unit": resolved.reference, "text_key": key, "who": resolved.label,
             "due_zone": row.due_zone},
            remarks=remarks,
        )  # fmt: skip
        return judged(planned, values, standing, self.columns[row.sheet])

    def standing_recommendation(self, unit_id: int, row: RecommendationRow, key: str) -> KnownRow | None:
        """The one with this text in this aspect, or where the last import put it; in any aspect if none was named."""
        known = (unit_id, row.aspect_code, key)
        found = self.stands.recommendations.get(known) or self.stands.as_imported.get(known)
        if found is None and row.aspect_assumed:
            anywhere = ((unit_id, aspect.code, key) for aspect in self.ground.instrument.aspects)
            of_unit = (self.stands.recommendations.get(each) for each in anywhere)
            found = next((each for each in of_unit if each is not None), None)
        return found

    # ---- the letter and the dates of the cycle --------------------------------------------------------------------

    def letter(self, is_needed: bool) -> Iterable[PlannedRow]:
        """The letter of the sheet; without one, a letter without number where recommendations need one."""
        facts = self.workbook.letter
        if facts is not None and says_something(facts):
            yield self.letter_of(facts)
        elif is_needed and self.usual_letter() is None:
            number = WITHOUT_NUMBER
            yield PlannedRow(RowKind.LETTER, "", 0, Outcome.NEW, number, {"number": number})
        if facts is not None:
            yield from self.dates(facts)

    def letter_of(self, facts: LetterFacts) -> PlannedRow:
        found: Values = {
            "number": facts.number.value if facts.number else None,
            "dated_on": iso(facts.date.value) if facts.date else None,
            "subject": facts.subject.value if facts.subject else None,
            "sender": facts.sender.value if facts.sender else None,
            "addressee": facts.addressee.value if facts.addressee else None,
        }
        standing = self.same_letter(found["number"])
        values = filled(found, standing)
        number = values["number"] = values["number"] or WITHOUT_NUMBER
        row = facts.number.row if facts.number else 1
        planned = PlannedRow(RowKind.LETTER, facts.sheet, row, Outcome.NEW, number, dict(values))
        return judged(planned, values, standing, LETTER_FIELDS, ("", None, WITHOUT_NUMBER))

    def usual_letter(self) -> KnownRow | None:
        """Where recommendations lead whose file names no letter: the cycle's newest.

        Not so for Ombudsman RI, whose letters are about one agency each: theirs wait for a number.
        """
        if self.terms is None:
            return self.stands.letters[0] if self.stands.letters else None
        return next((each for each in self.stands.letters if each.values["number"] == WITHOUT_NUMBER), None)

    def named_letters(self) -> Iterable[PlannedRow]:
        """Letters that rows name themselves, each once; that of the letter's sheet is told of there."""
        facts = self.workbook.letter
        own = facts.number.value if facts and facts.number else None
        known = {letter.values["number"]: letter for letter in reversed(self.stands.letters)}
        for number, (dated, sheet, row) in self.findings.letters.items():
            if number == own:
                continue
            standing = known.get(number)
            blank: Values = dict.fromkeys(LETTER_FIELDS)
            values = filled({**blank, "number": number, "dated_on": iso(dated)}, standing)
            planned = PlannedRow(RowKind.LETTER, sheet, row, Outcome.NEW, number, {**values, NAMED: True})
            yield judged(planned, values, standing, LETTER_FIELDS, ("", None))

    def same_letter(self, number: str | None) -> KnownRow | None:
        """The cycle's letter of that number, else the one that still waits for its number."""
        wanted = number or WITHOUT_NUMBER
        by_number = {letter.values["number"]: letter for letter in reversed(self.stands.letters)}
        return by_number.get(wanted) or by_number.get(WITHOUT_NUMBER)

    def dates(self, facts: LetterFacts) -> Iterable[PlannedRow]:
        """Dates of the cycle that are still empty are filled; others were held against it by the reading."""
        cycle = self.ground.cycle
        opening = facts.opening_on
        if opening and cycle.letter_on and opening.value.isoformat() <= cycle.letter_on and not facts.date:
            remark = Remark(opening.key, opening.value.isoformat(), NOT_AFTER_LETTER, values={"known": cycle.letter_on})
            yield PlannedRow(RowKind.LETTER, facts.sheet, opening.row, Outcome.REFUSED, "", remarks=[remark])
            return
        filling = {
            "letter_on": iso(facts.date.value) if facts.date and cycle.letter_on is None else None,
            "opening_on": iso(opening.value) if opening and cycle.opening_on is None else None,
        }
        if any(filling.values()):
            before = {name: None for name, day in filling.items() if day}
            row = facts.date.row if facts.date else 1
            label = cycle.code
            values: dict[str, Any] = {name: day for name, day in filling.items() if day}
            yield PlannedRow(RowKind.CYCLE, facts.sheet, row, Outcome.CHANGED, label, values, dict(before))


def judged(
    planned: PlannedRow,
    values: Values,
    standing: KnownRow | None,
    columns: Mapping[str, str],
    empty: tuple[str | None, ...] = (None,),
) -> PlannedRow:
    """New, or held against what stands. What the last import wrote may be changed; what the site made of it may not."""
    if standing is None:
        return planned
    planned.subject_id = standing.id
    different = [name for name, value in values.items() if value != standing.values.get(name)]
    if not different:
        planned.outcome = Outcome.UNCHANGED
        planned.values[ADOPT] = any(
            (standing.imported.get(name) or None) != (value or None) for name, value in values.items()
        )
        return planned
    told = {"version": standing.version, "imported": dict(standing.imported)}
    planned.before = {**standing.values, **standing.rest, **told}
    edited = [
        name
        for name in different
        if standing.values.get(name) not in empty and standing.values.get(name) != standing.imported.get(name)
    ]
    planned.outcome = Outcome.CONFLICT if edited else Outcome.CHANGED
    for name in edited:
        there = {"standing": in_words(standing.values.get(name))}
        column = columns.get(name.replace("score.", SCORE), name)
        planned.remarks.append(Remark(column, in_words(values[name]), EDITED, values=there, refuses=False))
    return planned


def in_words(value: str | None) -> str:
    """A value as the file would write it."""
    return PRIORITY_WORDS.get(value or "", value or "–")


def filled(found: Values, standing: KnownRow | None) -> Values:
    """An empty cell says nothing: what stands there stays."""
    if standing is None:
        return dict(found)
    return {name: value if value is not None else standing.values.get(name) for name, value in found.items()}


def same_words(standing: KnownRow, key: str) -> bool:
    """The text differs at most in spelling that its key leaves out, and nobody edited it in the site."""
    return standing.imported.get("text_key") == key and standing.imported.get("text") == standing.values["text"]


def says_something(facts: LetterFacts) -> bool:
    return any((facts.number, facts.date, facts.subject, facts.sender, facts.addressee))
