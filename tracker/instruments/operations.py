"""Adding and changing cycles and instruments."""

import re
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.instruments.models import Cycle, Instrument
from tracker.instruments.queries import cycle_with_code
from tracker.instruments.states import CycleStatus
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

CODE = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*")
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """`letter_on` is the result letter's date, `opening_on` when the next evaluation opens."""

    code: str
    instrument_id: int
    year: int
    name: str = ""
    letter_on: date | None = None
    opening_on: date | None = None


class AlreadyThere(Refusal):
    """A cycle of that code exists."""


def add_cycle(desk: Desk, facts: CycleFacts) -> Cycle:
    """One more round of an instrument."""
    code = facts.code.strip().casefold()
    if not CODE.fullmatch(code) or len(code) > 64:
        raise Refusal("code", N_("Kode hanya huruf kecil, angka, dan tanda hubung, misalnya panrb-2026."))
    if desk.session.scalar(cycle_with_code(code)) is not None:
        raise AlreadyThere("code", N_("Siklus %(code)s sudah ada."), code=code)
    check_dates(facts)
    cycle = Cycle(
        code=code,
        name=facts.name.strip(),
        instrument_id=facts.instrument_id,
        year=facts.year,
        letter_on=facts.letter_on,
        opening_on=facts.opening_on,
    )
    desk.add(cycle)
    desk.record(Act.ADD_CYCLE, cycle)
    return cycle


def edit_cycle(desk: Desk, cycle: Cycle, facts: CycleFacts) -> None:
    """Name, year and dates; code and instrument stay. What is sealed stays as it was."""
    if cycle.status is CycleStatus.SEALED:
        raise Refusal("", N_("Siklus ini sudah disegel dan tidak diubah lagi."))
    check_dates(facts)
    cycle.name, cycle.year = facts.name.strip(), facts.year
    cycle.letter_on, cycle.opening_on = facts.letter_on, facts.opening_on
    desk.record(Act.EDIT_CYCLE, cycle)


def check_dates(facts: CycleFacts) -> None:
    if facts.year not in YEARS:
        raise Refusal("year", N_("Tahun harus antara 2000 dan 2099."))
    if facts.letter_on and facts.opening_on and facts.opening_on <= facts.letter_on:
        raise Refusal("opening_on", N_("Evaluasi berikutnya dibuka setelah tanggal surat hasil."))


def instrument_named(desk: Desk, code: str) -> Instrument | None:
    return desk.session.scalar(sa.select(Instrument).filter_by(code=code))
