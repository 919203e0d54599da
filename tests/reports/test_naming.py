"""What a report is about, where only a day is named."""

from datetime import date
from typing import Any

from tests.support.make import Make
from tracker.access.desk import Desk
from tracker.instruments.states import Source
from tracker.reports.naming import cycle_on


def test_a_later_letter_of_another_source_does_not_take_the_place_of_the_own_cycle(make: Make, machine: Desk) -> None:
    unit = make.unit()
    known: dict[str, Any] = {}
    for code, source, letter_on in (
        ("lama", Source.PANRB, date(2025, 1, 10)),
        ("kini", Source.PANRB, date(2026, 1, 10)),
        ("ombudsman", Source.OMBUDSMAN, date(2026, 2, 10)),
    ):
        cycle = known[code] = make.cycle(code=code, instrument=make.instrument(source=source), letter_on=letter_on)
        make.evaluation(unit, cycle=cycle)

    def asked(day: date, is_today: bool) -> str:
        return cycle_on(machine, day, is_today).code

    assert asked(date(2026, 3, 2), True) == "kini"
    assert asked(date(2026, 3, 1), False) == "kini"
    assert asked(date(2031, 1, 1), False) == "kini"
    assert asked(date(2025, 6, 1), False) == "lama"


def test_where_only_another_source_had_a_letter_its_cycle_is_taken(make: Make, machine: Desk) -> None:
    ombudsman = make.instrument(source=Source.OMBUDSMAN)
    only = make.cycle(code="ombudsman", instrument=ombudsman, letter_on=date(2026, 2, 10))
    make.evaluation(make.unit(), cycle=only)
    assert cycle_on(machine, date(2026, 2, 20), False).code == "ombudsman"
