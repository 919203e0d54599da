"""Reading one row of a sheet of results. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from tracker.directory.names import text_key
from tracker.evaluations.headers import SCORE, Header
from tracker.evaluations.units import Places, Raw, UnitReader, says_nothing
from tracker.evaluations.workbook import Problem, ResultRow, UnitName, is_blank
from tracker.instruments.rules import BandBound, InstrumentFacts
from tracker.kit.cells import Cell, number, text
from tracker.kit.words import N_

Key = tuple[str, str, str | None]
DASHES = frozenset({"-", "–", "—"})
ZONES: Mapping[str, str] = {
    "hijau": "green", "green": "green", "kuning": "yellow", "yellow": "yellow", "merah": "red", "red": "red",
}  # fmt: skip
TOTALS = ("official_index", "opinion", "official_band", "zone")
"""What may stand for a result without scores, where a total may stand alone."""
LONGEST_OPINION = 300


class ResultReader:
    """Reads results sheet after sheet, and remembers which units were taken and which were refused."""

    def __init__(self, instrument: InstrumentFacts, units: UnitReader) -> None:
        self.instrument = instrument
        self.units = units
        self.rows: list[ResultRow] = []
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []
        self.first: dict[Key, tuple[str, int]] = {}
        self.taken: set[Key] = set()
        self.refused: set[Key] = set()
        self.refused_raw: set[Raw] = set()
        self.bands = band_names(instrument.bands)

    def use(self, header: Header) -> None:
        self.places = Places(header)
        self.units.use(self.places)
        self.scored = [aspect for aspect in self.instrument.aspects if SCORE + aspect.code in header.columns]
        is_whole = len(self.scored) == len(self.instrument.aspects) or total_only(self.instrument, header)
        self.complete = is_whole and not any(first.field.startswith(SCORE) for first, _ in header.doubles)

    def read(self, sheet: str, row: int, cells: Sequence[Cell]) -> None:
        """Take the row or refuse it. Without a column of agencies the header was refused, and no row is read."""
        if "agency" not in self.places.positions:
            return
        raw = self.units.raw(cells)
        identified = self.units.read(sheet, row, raw)
        who = identified.who
        problems = [] if who else list(identified.problems)
        self.notices += identified.notices
        scores: dict[str, Decimal] = {}
        if who or not is_nobody(raw):
            scores = self.scores(cells, problems)
            index = self.figure("official_index", cells, problems)
            f03 = self.figure("f03", cells, problems)
            problems += self.twice(who, sheet, row, cells)
        if problems or who is None or not self.complete:
            self.refuse(who, raw)
            self.problems += (replace(each, sheet=sheet, row=row) for each in problems)
            return
        band = self.band(sheet, row, cells)
        zone, opinion = self.zone(sheet, row, cells), self.opinion(cells)
        self.taken.add(who.key)
        self.rows.append(ResultRow(sheet, row, who, scores, index, band, f03, zone, opinion))

    def was_refused(self, who: UnitName) -> bool:
        """No row of results was taken for a unit, but one was refused."""
        return who.key in self.refused and who.key not in self.taken

    def refuse(self, who: UnitName | None, raw: Raw) -> None:
        self.refused_raw.add(raw)
        if who:
            self.refused.add(who.key)

    def scores(self, cells: Sequence[Cell], problems: list[Problem]) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        if self.instrument.is_ombudsman and self.has_total_only(cells):
            return found
        if not self.scored and self.instrument.is_ombudsman:
            problems.append(self.wrong("official_index", None, N_("Nilai kosong.")))
        for aspect in self.scored:
            name = SCORE + aspect.code
            cell = self.places.cell(cells, name)
            if is_blank(cell):
                problems.append(self.wrong(name, cell, N_("Nilai kosong.")))
            elif (score := self.on_scale(name, cell, problems)) is not None:
                found[aspect.code] = score
        return found

    def has_total_only(self, cells: Sequence[Cell]) -> bool:
        """No score at all, and something that stands for the whole."""
        scores = (self.places.cell(cells, SCORE + aspect.code) for aspect in self.scored)
        if not all(says_nothing(cell) for cell in scores):
            return False
        return any(not says_nothing(self.places.cell(cells, name)) for name in TOTALS)

    def figure(self, name: str, cells: Sequence[Cell], problems: list[Problem]) -> Decimal | None:
        """A figure that may be missing, or be a dash."""
        cell = self.places.cell(cells, name)
        if is_blank(cell) or (isinstance(cell, str) and cell.strip() in DASHES):
            return None
        if name == "official_index" and self.places.positions[name] in self.score_positions():
            return self.silently(cell)
        return self.on_scale(name, cell, problems)

    def score_positions(self) -> set[int]:
        return {self.places.positions[SCORE + aspect.code] for aspect in self.scored}

    def silently(self, cell: Cell) -> Decimal | None:
        """The index of an instrument with one aspect, from the very cell whose score was checked already."""
        unheard: list[Problem] = []
        return self.on_scale("official_index", cell, unheard)

    def on_scale(self, name: str, cell: Cell, problems: list[Problem]) -> Decimal | None:
        try:
            value = number(cell)
        except ValueError:
            problems.append(self.wrong(name, cell, N_("Nilai bukan angka.")))
            return None
        if not value.is_finite() or value < 0 or value > self.instrument.scale_max:
            problems.append(self.wrong(name, cell, N_("Nilai di luar skala.")))
            return None
        return value

    def wrong(self, name: str, cell: Cell, message: str) -> Problem:
        expected = N_("Angka dari 0 sampai %(max)s.")
        return self.places.problem(name, cell, message, expected, max=f"{self.instrument.scale_max:f}")

    def twice(self, who: UnitName | None, sheet: str, row: int, cells: Sequence[Cell]) -> list[Problem]:
        if who is None:
            return []
        first = self.first.setdefault(who.key, (sheet, row))
        if first == (sheet, row):
            return []
        name = "unit" if who.unit is not None else "agency"
        return [
            self.places.problem(
                name, self.places.cell(cells, name),
                N_("Unit ini sudah ada di lembar %(first_sheet)s baris %(first_row)s."),
                N_("Setiap unit hanya sekali dalam satu berkas."), first_sheet=first[0], first_row=str(first[1]),
            )
        ]  # fmt: skip

    def zone(self, sheet: str, row: int, cells: Sequence[Cell]) -> str | None:
        """The printed zone; a word that is none is told of, and left out."""
        cell = self.places.cell(cells, "zone")
        if says_nothing(cell):
            return None
        words = text_key(text(cell)).split(" ")
        found = {ZONES[word] for word in words if word in ZONES}
        if len(found) == 1:
            return found.pop()
        notice = self.places.problem(
            "zone", cell, N_("Zona ini tidak dikenal, dan tidak dicatat."), N_("Hijau, Kuning, atau Merah.")
        )
        self.notices.append(replace(notice, sheet=sheet, row=row))
        return None

    def opinion(self, cells: Sequence[Cell]) -> str | None:
        cell = self.places.cell(cells, "opinion")
        return None if says_nothing(cell) else " ".join(text(cell).split())[:LONGEST_OPINION]

    def band(self, sheet: str, row: int, cells: Sequence[Cell]) -> str | None:
        """The letter of the printed band; one that the instrument does not know is told of, and left out.

        Where the zones are the bands, the zone says it too.
        """
        cell = self.places.cell(cells, "official_band")
        if is_blank(cell):
            printed = self.places.cell(cells, "zone")
            return None if says_nothing(printed) else self.bands.get(band_key(text(printed).replace("Zona ", "")))
        written = text(cell)
        for part in (written, re.split(r"[(/:]| [-–] ", written, maxsplit=1)[0], *re.findall(r"\(([^)]*)\)", written)):
            if (key := band_key(part)) in self.bands:
                return self.bands[key]
        notice = self.places.problem(
            "official_band", cell, N_("Kategori ini tidak ada pada instrumen, dan tidak dicatat."),
            N_("Salah satu dari %(letters)s."), letters=", ".join(band.letter for band in self.instrument.bands),
        )  # fmt: skip
        self.notices.append(replace(notice, sheet=sheet, row=row))
        return None


def total_only(instrument: InstrumentFacts, header: Header) -> bool:
    """Ombudsman RI tells many only their value or zone; a sheet with some of the dimensions lacks the others."""
    has_scores = any(SCORE + aspect.code in header.columns for aspect in instrument.aspects)
    return instrument.is_ombudsman and not has_scores and any(name in header.columns for name in TOTALS)


def is_nobody(raw: Raw) -> bool:
    """A row of sums or means: neither agency nor unit; told of once, not score by score."""
    return is_blank(raw[1]) and (not raw[3] or is_blank(raw[2]))


def band_key(written: str) -> str:
    """Letters keep their sign: "A-" is not "A"."""
    plain = " ".join(written.casefold().replace("–", "-").split())
    return plain.replace(" ", "") if len(plain) <= 3 else text_key(plain)


def band_names(bands: Sequence[BandBound]) -> dict[str, str | None]:
    """Letters, and names that only one band has; a name of several says no letter, and is not unknown either."""
    names: dict[str, str | None] = {}
    for bound in bands:
        for name in (bound.name, bound.name_en):
            if name:
                names[band_key(name)] = None if band_key(name) in names else bound.letter
    return names | {band_key(bound.letter): bound.letter for bound in bands}
