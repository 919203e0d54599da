"""Reading one row of a sheet of recommendations. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from tracker.directory.names import text_key
from tracker.evaluations.finding_cells import (
    addressee_of,
    letter_date_of,
    letter_number_of,
    origin_of,
    term_in,
    term_of,
)
from tracker.evaluations.headers import SCORE, Header, HeaderNames, header_key
from tracker.evaluations.result_rows import ResultReader
from tracker.evaluations.units import Places, UnitReader
from tracker.evaluations.workbook import Problem, RecommendationRow, Term, UnitName, is_blank
from tracker.instruments.rules import IndicatorFacts, InstrumentFacts
from tracker.kit.cells import Cell, day, number, text
from tracker.kit.words import N_

PRIORITIES: Mapping[str, str] = {
    "tinggi": "high", "high": "high", "sedang": "medium", "medium": "medium", "menengah": "medium",
    "rendah": "low", "low": "low",
}  # fmt: skip
USUAL_PRIORITY = "medium"
ZONES: Mapping[str, str] = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
CLOCK = re.compile(
    r"[\s,]*(?:(?:pukul|jam|pkl\.?)\s*)?(?:\b[0-2]?\d[.:][0-5]\d(?:[.:][0-5]\d)?)?\s*\b(wib|wita|wit)\b\.?\s*$", re.I
)
OR_CHOOSE = N_("Salah satu dari %(aspects)s, atau pilih aspek untuk baris tanpa aspek sebelum membaca berkasnya.")
NOBODY = UnitName(None, "", "", None, None)
LEADING_NUMBER = re.compile(r"\s*(\d+)(?:[.,]0+)?\s*(?:[.)\-:].*)?$", re.S)


class RecommendationReader:
    """Reads recommendations sheet after sheet; needs to know which results were refused."""

    def __init__(
        self,
        instrument: InstrumentFacts,
        units: UnitReader,
        names: HeaderNames,
        results: ResultReader,
        assumed_aspect: str | None = None,
    ) -> None:
        self.instrument = instrument
        only = instrument.aspects[0].code if instrument.is_ombudsman and len(instrument.aspects) == 1 else None
        self.assumed_aspect = assumed_aspect or only
        self.units = units
        self.names = names
        self.results = results
        self.rows: list[RecommendationRow] = []
        self.held: list[tuple[str, int]] = []
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []
        self.first: dict[tuple[tuple[str, str, str | None], str, str], tuple[str, int]] = {}
        self.indicators = {each.number: each for each in instrument.indicators}
        self.indicator_texts = {text_key(each.text): each for each in instrument.indicators if each.text}
        self.days: dict[Cell, tuple[date, str | None]] = {}
        self.letters: dict[str, tuple[date, str, int]] = {}

    def use(self, header: Header) -> None:
        self.places = Places(header)
        self.units.use(self.places)

    def read(self, sheet: str, row: int, cells: Sequence[Cell]) -> None:
        """Take the row, refuse it, or hold it back where only its unit's result is at fault."""
        if "agency" not in self.places.positions or not (self.assumed_aspect or "aspect" in self.places.positions):
            return
        raw = self.units.raw(cells)
        identified = self.units.read(sheet, row, raw)
        who = identified.who
        is_told = raw in self.results.refused_raw
        problems = [] if is_told else list(identified.problems)
        said = list(self.said(who, sheet, row, cells, problems))
        if problems:
            self.problems += (replace(each, sheet=sheet, row=row) for each in problems)
        elif who is None or self.results.was_refused(who):
            self.held.append((sheet, row))
        else:
            self.rows += (replace(each, who=who) for each in said)

    def said(
        self, who: UnitName | None, sheet: str, row: int, cells: Sequence[Cell], problems: list[Problem]
    ) -> Iterable[RecommendationRow]:
        """What the row says must improve: once, or twice where advice and corrective action stand side by side."""
        aspect, is_assumed = self.aspect(sheet, row, cells, problems)
        rest = RecommendationRow(sheet, row, who or NOBODY, aspect, "", "", self.priority(cells, problems))
        due_on, due_zone, term = self.due(cells, problems)
        rest = replace(
            rest, indicator_number=self.indicator(cells, aspect, problems), target_score=self.target(cells, problems),
            due_on=due_on, due_zone=due_zone, term=term, aspect_assumed=is_assumed,
        )  # fmt: skip
        if self.instrument.is_ombudsman:
            rest = self.with_letter(rest, cells, problems)
        known: set[str] = set()
        for field, words in self.texts(cells, problems):
            if text_key(words) in known:
                continue
            known.add(text_key(words))
            origin = origin_of(self.places, cells, field, problems) if self.instrument.is_ombudsman else None
            if who and aspect:
                problems += self.twice(who, aspect, words, sheet, row, cells)
            yield replace(rest, text=words, text_key=text_key(words), origin=origin)

    def with_letter(self, row: RecommendationRow, cells: Sequence[Cell], problems: list[Problem]) -> RecommendationRow:
        """With the letter or report that the row itself names; one number has one date."""
        number, dated = letter_number_of(self.places, cells, problems), letter_date_of(self.places, cells, problems)
        if number and dated:
            first, sheet, at = self.letters.setdefault(number, (dated, row.sheet, row.row))
            if first != dated:
                problems.append(
                    self.places.problem(
                        "letter_date", self.places.cell(cells, "letter_date"),
                        N_("Surat ini bertanggal lain di lembar %(first_sheet)s baris %(first_row)s."),
                        N_("Satu nomor surat hanya mempunyai satu tanggal."), first_sheet=sheet, first_row=str(at),
                    )
                )  # fmt: skip
        addressee = addressee_of(self.places, cells, problems)
        return replace(row, letter_number=number, letter_date=dated, addressee=addressee)

    def aspect(self, sheet: str, row: int, cells: Sequence[Cell], problems: list[Problem]) -> tuple[str, bool]:
        """The aspect's code, and whether the row leaves it to the choice made for the whole file."""
        cell = self.places.cell(cells, "aspect")
        written = "" if is_blank(cell) else text(cell)
        code = self.names.aspect_of(written) if written else None
        if code:
            return code, False
        is_only = self.instrument.is_ombudsman and len(self.instrument.aspects) == 1
        if self.assumed_aspect and (not written or is_only):
            if not is_only:
                self.notices.append(replace(self.assumed(cell), sheet=sheet, row=row))
            return self.assumed_aspect, True
        expected = OR_CHOOSE if self.instrument.is_ombudsman and not written else N_("Salah satu dari %(aspects)s.")
        problem = self.places.problem(
            "aspect", cell, N_("Aspek tidak dikenal.") if written else N_("Aspek kosong."),
            expected, aspects=", ".join(each.name for each in self.instrument.aspects),
        )  # fmt: skip
        problems.append(replace(problem, suggestions=self.near_aspects(written)))
        return "", False

    def assumed(self, cell: Cell) -> Problem:
        name = next(each.name for each in self.instrument.aspects if each.code == self.assumed_aspect)
        return self.places.problem(
            "aspect", cell, N_("Aspek tidak disebut; dicatat pada %(aspect)s, pilihan untuk berkas ini."), aspect=name
        )

    def near_aspects(self, written: str) -> tuple[str, ...]:
        of_code = {SCORE + aspect.code: aspect.name for aspect in self.instrument.aspects}
        known = {key: of_code[field] for key, (field, _) in self.names.exact.items() if field in of_code}
        near = get_close_matches(header_key(written), known, 3, 0.7) if written else []
        return tuple(dict.fromkeys(known[each] for each in near))

    def texts(self, cells: Sequence[Cell], problems: list[Problem]) -> list[tuple[str, str]]:
        """Field and text of each filled column of texts; at least one must be."""
        fields = [name for name in ("text", "remedy") if name in self.places.positions]
        filled = [name for name in fields if not is_blank(self.places.cell(cells, name))]
        found = [(name, self.text(name, cells, problems)) for name in filled or fields[:1]]
        return [(name, words) for name, words in found if words]

    def text(self, name: str, cells: Sequence[Cell], problems: list[Problem]) -> str:
        cell = self.places.cell(cells, name)
        written = "" if is_blank(cell) else text(cell)
        if not text_key(written):
            problems.append(
                self.places.problem(name, cell, N_("Rekomendasi kosong."), N_("Tulis apa yang harus diperbaiki."))
            )
            return ""
        return written

    def priority(self, cells: Sequence[Cell], problems: list[Problem]) -> str:
        """high, medium or low; an empty cell means medium."""
        cell = self.places.cell(cells, "priority")
        if is_blank(cell):
            return USUAL_PRIORITY
        word = text(cell).casefold().removeprefix("prioritas").strip(" .")
        if word not in PRIORITIES:
            problems.append(
                self.places.problem(
                    "priority", cell, N_("Prioritas tidak dikenal."), N_("Tinggi, Sedang, Rendah, atau kosong.")
                )
            )
        return PRIORITIES.get(word, USUAL_PRIORITY)

    def indicator(self, cells: Sequence[Cell], aspect: str, problems: list[Problem]) -> int | None:
        """The indicator's number, given as one, at the head of its text, or by its text."""
        cell = self.places.cell(cells, "indicator")
        if is_blank(cell) or text(cell).strip() == "-":
            return None
        indicator = self.known_indicator(text(cell))
        if indicator is None:
            problems.append(
                self.places.problem(
                    "indicator", cell, N_("Indikator tidak ada pada instrumen %(instrument)s."),
                    N_("Nomor indikator instrumen itu, atau kosong."), instrument=self.instrument.code,
                )
            )  # fmt: skip
            return None
        if aspect and indicator.aspect_code not in (None, aspect):
            problems.append(
                self.places.problem(
                    "indicator", cell, N_("Indikator %(number)s bukan bagian dari aspek di baris ini."),
                    number=str(indicator.number),
                )
            )  # fmt: skip
        return indicator.number

    def known_indicator(self, written: str) -> IndicatorFacts | None:
        number_first = LEADING_NUMBER.match(written)
        if number_first:
            return self.indicators.get(int(number_first[1]))
        return self.indicator_texts.get(text_key(written))

    def target(self, cells: Sequence[Cell], problems: list[Problem]) -> Decimal | None:
        cell = self.places.cell(cells, "target")
        if is_blank(cell) or (isinstance(cell, str) and cell.strip() == "-"):
            return None
        try:
            value = number(cell)
        except ValueError:
            value = Decimal("NaN")
        if value.is_finite() and 0 <= value <= self.instrument.scale_max:
            return value
        problems.append(
            self.places.problem(
                "target", cell, N_("Skor sasaran di luar skala instrumen."), N_("Angka dari 0 sampai %(max)s."),
                max=f"{self.instrument.scale_max:f}",
            )
        )  # fmt: skip
        return None

    def due(self, cells: Sequence[Cell], problems: list[Problem]) -> tuple[date | None, str | None, Term | None]:
        """The agreed date with the zone of "23.59 WIB" where the cell names one, or the days that a letter gives."""
        term = term_of(self.places, cells, problems) if self.instrument.is_ombudsman else None
        cell = self.places.cell(cells, "due_on")
        if is_blank(cell) or (isinstance(cell, str) and cell.strip() == "-"):
            return None, None, term
        if self.instrument.is_ombudsman and term_in(cell):
            return None, None, term
        if cell not in self.days:
            try:
                self.days[cell] = day_and_zone(cell)
            except ValueError:
                problems.append(
                    self.places.problem(
                        "due_on", cell, N_("Tanggal tidak dikenal."), N_("Seperti 30 Juni 2020 atau 2020-06-30.")
                    )
                )
                return None, None, None
        return *self.days[cell], None

    def twice(
        self, who: UnitName, aspect: str, words: str, sheet: str, row: int, cells: Sequence[Cell]
    ) -> list[Problem]:
        first = self.first.setdefault((who.key, aspect, text_key(words)), (sheet, row))
        if first == (sheet, row):
            return []
        return [
            self.places.problem(
                "text", self.places.cell(cells, "text"),
                N_("Rekomendasi yang sama sudah ada di lembar %(first_sheet)s baris %(first_row)s."),
                N_("Hapus salah satu."), first_sheet=first[0], first_row=str(first[1]),
            )
        ]  # fmt: skip


def day_and_zone(cell: Cell) -> tuple[date, str | None]:
    """The day of a cell, and the zone it names, if any: "30 Juni 2020, pukul 23.59 WIB"."""
    clock = CLOCK.search(cell) if isinstance(cell, str) else None
    if clock is None or not isinstance(cell, str):
        return day(cell), None
    return day(cell[: clock.start()]), ZONES[clock[1].casefold()]
