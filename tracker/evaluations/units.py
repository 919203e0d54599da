"""Which unit a row of a workbook speaks of: region code, agency and unit, as offices write them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.directory.names import NearNames, agency_key, unit_key
from tracker.evaluations.headers import Header
from tracker.evaluations.workbook import Problem, UnitName, as_found, is_blank
from tracker.kit.cells import Cell, region_code, text
from tracker.kit.words import N_

Raw = tuple[Cell, Cell, Cell, bool]
"""The cells of region, agency and unit as found, and whether the sheet has a column of units."""


@dataclass(frozen=True, slots=True)
class Identified:
    """Who a row speaks of, or None with the problems that refuse it; notices refuse nothing."""

    who: UnitName | None
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()

    def at(self, sheet: str, row: int) -> "Identified":
        if not self.problems and not self.notices:
            return self
        return Identified(
            self.who,
            tuple(replace(each, sheet=sheet, row=row) for each in self.problems),
            tuple(replace(each, sheet=sheet, row=row) for each in self.notices),
        )


class Places:
    """Where the fields of the sheet in hand stand."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.positions = {name: column.position for name, column in header.columns.items()}

    def cell(self, cells: Sequence[Cell], name: str) -> Cell:
        """The cell of a field; None where the sheet has no such column or the row ends before it."""
        position = self.positions.get(name)
        return cells[position] if position is not None and position < len(cells) else None

    def problem(self, name: str, cell: Cell, message: str, expected: str = "", **values: str) -> Problem:
        """A problem at a field; sheet and row are filled in by `Identified.at` or by the reader."""
        return Problem("", 0, self.header.named(name), as_found(cell), message, expected, values)


def says_nothing(cell: Cell) -> bool:
    """Empty, or a dash."""
    return is_blank(cell) or not any(letter.isalnum() for letter in as_found(cell))


class UnitReader:
    """Reads the columns that say who. The same cells are read once, however many rows repeat them."""

    def __init__(self, regions: Mapping[str, str], agencies_too: bool = False) -> None:
        """`agencies_too`: a row without a unit speaks of the agency itself, also beside rows of units."""
        self.agencies_too = agencies_too
        self.regions = regions
        self.governments = {agency_key(name, name): code for code, name in regions.items()}
        self.codes = {name: code for code, name in regions.items()}
        self.near = NearNames(regions.values())
        self.undotted = {code.replace(".", ""): code for code in regions}
        self.read_before: dict[Raw, Identified] = {}

    def use(self, places: Places) -> None:
        """Go on with another header; what was read under the old one does not count any more."""
        self.places = places
        self.read_before = {}

    def raw(self, cells: Sequence[Cell]) -> Raw:
        cell = self.places.cell
        return (cell(cells, "region"), cell(cells, "agency"), cell(cells, "unit"), "unit" in self.places.positions)

    def read(self, sheet: str, row: int, raw: Raw) -> Identified:
        if raw not in self.read_before:
            self.read_before[raw] = self.identified(raw)
        return self.read_before[raw].at(sheet, row)

    def identified(self, raw: Raw) -> Identified:
        code_cell, agency_cell, unit_cell, has_units = raw
        if is_blank(agency_cell) and (not has_units or is_blank(unit_cell)):
            return Identified(None, (self.nobody(agency_cell, has_units),))
        agency, problems = self.named("agency", agency_cell, N_("Instansi kosong."))
        unit = None
        if has_units and not (self.agencies_too and says_nothing(unit_cell)):
            unit, more = self.named("unit", unit_cell, N_("Unit kosong."))
            problems += more
        code, more = self.region(code_cell, agency)
        problems += more
        if problems:
            return Identified(None, tuple(problems))
        region = self.regions.get(code or "", "")
        key = agency_key(agency, region)
        its_region = self.governments.get(key, code)
        who = UnitName(code, agency, key, unit, None if unit is None else unit_key(unit, region), its_region)
        return Identified(who, notices=tuple(self.other_region(code, who, code_cell)))

    def nobody(self, cell: Cell, has_units: bool) -> Problem:
        message = N_("Instansi dan unit kosong.") if has_units else N_("Instansi kosong.")
        return self.places.problem(
            "agency", cell, message, N_("Isi keduanya, atau hapus baris ini bila hanya jumlah atau rata-rata.")
        )

    def named(self, name: str, cell: Cell, message: str) -> tuple[str, list[Problem]]:
        written = "" if is_blank(cell) else " ".join(text(cell).split())
        if any(letter.isalnum() for letter in written):
            return written, []
        return "", [self.places.problem(name, cell, message, N_("Isi namanya sebagai teks."))]

    def region(self, cell: Cell, agency: str) -> tuple[str | None, list[Problem]]:
        """The region's code; empty for ministries and agencies, and found by name for a regional government."""
        if is_blank(cell):
            return self.governments.get(agency_key(agency)), []
        try:
            code = region_code(cell)
        except ValueError:
            code = as_found(cell)
        if code in self.regions:
            return code, []
        unknown = self.places.problem(
            "region", cell, N_("Kode wilayah tidak dikenal."),
            N_("Kode Kemendagri seperti 71.05, atau kosong untuk kementerian dan lembaga."),
        )  # fmt: skip
        return None, [replace(unknown, suggestions=self.meant(code, agency))]

    def meant(self, code: str, agency: str) -> tuple[str, ...]:
        """The codes that were perhaps meant, with their names: first by the agency's name, then by the digits."""
        own = self.governments.get(agency_key(agency)) if agency else None
        by_name = [own] if own else [self.codes[name] for name in (self.near.near(agency) if agency else [])]
        by_digits = [self.undotted[digits]] if (digits := code.replace(".", "")) in self.undotted else []
        return tuple(f"{each} ({self.regions[each]})" for each in dict.fromkeys([*by_name, *by_digits]))

    def other_region(self, code: str | None, who: UnitName, cell: Cell) -> list[Problem]:
        """A regional government beside the code of another region; a province's unit may stand in one of its cities."""
        own = self.governments.get(who.agency_key)
        if code is None or own is None or own == code or code.startswith(f"{own}."):
            return []
        notice = self.places.problem(
            "region", cell, N_("Kode ini milik %(region)s, bukan %(agency)s."),
            region=self.regions[code], agency=who.agency,
        )  # fmt: skip
        return [replace(notice, suggestions=(f"{own} ({self.regions[own]})",))]
