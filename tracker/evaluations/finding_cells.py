"""Cells of what Ombudsman RI found wrong: which of its products, which letter, and how long there is. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from tracker.directory.names import text_key
from tracker.evaluations.units import Places
from tracker.evaluations.workbook import Problem, Term, is_blank
from tracker.kit.cells import Cell, day, number, text
from tracker.kit.words import N_
from tracker.recommendations.states import Origin

ORIGINS: Mapping[str, Origin] = {
    "saran perbaikan": Origin.ADVICE, "saran": Origin.ADVICE, "improvement advice": Origin.ADVICE,
    "lha": Origin.ADVICE, "saran perbaikan lha": Origin.ADVICE,
    "tindakan korektif": Origin.REMEDY, "korektif": Origin.REMEDY, "corrective action": Origin.REMEDY,
    "lahp": Origin.REMEDY, "tindakan korektif lahp": Origin.REMEDY,
    "rekomendasi": Origin.BINDING, "rekomendasi ombudsman": Origin.BINDING, "recommendation": Origin.BINDING,
}  # fmt: skip
LONGEST_TERM = 400
TERM = re.compile(
    r"(\d{1,3})\s*(?:\([^)]*\)\s*)?(hari\s*kerja|hk|hari\s*kalender|hari|working days?|days?)?\s*\.?", re.I
)
WORKING = frozenset({"", "hari kerja", "hk", "working day", "working days"})
LONGEST_NAME = 300


def origin_of(places: Places, cells: Sequence[Cell], field: str, problems: list[Problem]) -> str:
    """By its own column; else by the heading under which the text stands; else a plain recommendation."""
    cell = places.cell(cells, "origin")
    if is_blank(cell):
        return usual_origin(field, places.header.named(field)).value
    origin = ORIGINS.get(text_key(text(cell)))
    if origin is None:
        problems.append(
            places.problem(
                "origin", cell, N_("Jenis ini tidak dikenal."),
                N_("Saran perbaikan, Tindakan korektif, Rekomendasi, atau kosong."),
            )
        )  # fmt: skip
        return Origin.PLAIN.value
    return origin.value


def usual_origin(field: str, heading: str) -> Origin:
    """What the heading over the texts says; one that names both says nothing."""
    words = heading.casefold()
    remedy, advice = field == "remedy" or "korektif" in words, "saran" in words
    if remedy == advice:
        return Origin.PLAIN
    return Origin.REMEDY if remedy else Origin.ADVICE


def letter_number_of(places: Places, cells: Sequence[Cell], problems: list[Problem]) -> str | None:
    return name_in(places, "letter_number", cells, problems)


def addressee_of(places: Places, cells: Sequence[Cell], problems: list[Problem]) -> str | None:
    return name_in(places, "addressee", cells, problems)


def name_in(places: Places, field: str, cells: Sequence[Cell], problems: list[Problem]) -> str | None:
    """A short text, None where there is none or a dash stands for it."""
    cell = places.cell(cells, field)
    written = "" if is_blank(cell) else " ".join(text(cell).split())
    if not any(letter.isalnum() for letter in written):
        return None
    if len(written) > LONGEST_NAME:
        problems.append(
            places.problem(field, cell, N_("Terlalu panjang."), N_("Paling banyak %(most)s huruf."), most="300")
        )
        return None
    return written


def letter_date_of(places: Places, cells: Sequence[Cell], problems: list[Problem]) -> date | None:
    cell = places.cell(cells, "letter_date")
    if is_blank(cell) or (isinstance(cell, str) and not any(letter.isalnum() for letter in cell)):
        return None
    try:
        return day(cell)
    except ValueError:
        problems.append(
            places.problem(
                "letter_date", cell, N_("Tanggal tidak dikenal."), N_("Seperti 30 Juni 2020 atau 2020-06-30.")
            )
        )
        return None


def term_of(places: Places, cells: Sequence[Cell], problems: list[Problem]) -> Term | None:
    """The days of the column made for them, or "30 hari kerja" where a date could stand."""
    in_date = term_in(places.cell(cells, "due_on"))
    cell = places.cell(cells, "due_days")
    if is_blank(cell) or (isinstance(cell, str) and not any(letter.isalnum() for letter in cell)):
        return in_date
    found = term_in(cell, "kalender" not in places.header.named("due_days").casefold())
    if found is None:
        problems.append(
            places.problem(
                "due_days", cell, N_("Jangka waktu tidak dikenal."), N_("Seperti 30 hari kerja, atau angka saja.")
            )
        )
    return found


def term_in(cell: Cell, working: bool = True) -> Term | None:
    """A number of days, with its word where it has one; None for a date or anything else."""
    if isinstance(cell, str):
        match = TERM.fullmatch(cell.strip())
        if match is None:
            return None
        word = " ".join((match[2] or "").casefold().split())
        days = int(match[1])
        is_working = working if not word else word in WORKING
    else:
        try:
            figure = number(cell)
        except ValueError:
            return None
        if figure != figure.to_integral_value():
            return None
        days, is_working = int(figure), working
    return Term(days, is_working) if 0 < days <= LONGEST_TERM else None
