"""Which report is made of what was asked for: for the command line, the site and the background alike."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.desk import Desk, NotFound
from tracker.access.scope import as_machine
from tracker.dashboards.queries import cycles_with_results
from tracker.instruments.models import Cycle
from tracker.kit import formats
from tracker.kit.db import reading
from tracker.reports import naming, wording
from tracker.reports.days import ReportDay
from tracker.reports.of_follow_ups import filter_words, follow_ups_in_reach, follow_ups_of_area, narrowing_from
from tracker.reports.of_one_unit import unit_report
from tracker.reports.of_pages import comparison_report, list_report, portfolio_report
from tracker.reports.of_units import agency_report, area_report, readiness_report
from tracker.reports.sheets import Report
from tracker.reports.states import Kind

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, in plain words, so that it can stand in an address or wait in a table."""

    kind: Kind
    about: str = ""
    """An area's code, an agency's code or name, a unit's number, a cycle's code, the number that a list is behind;
    empty for a list of all in reach."""
    day: date | None = None
    """None: the day on which it is made."""
    cycle: str = ""
    """A cycle's code; empty: the one that people worked in on the day."""
    filter: Mapping[str, str] = field(default_factory=dict)
    """Of a list, as the address of the site says it."""


def report_of(desk: Desk, wanted: Wanted) -> Report:
    """Raises NotFound, Forbidden or a Refusal for what this desk may not have. To be used within `in_indonesian`."""
    return MAKERS[wanted.kind](desk, wanted, ReportDay.of(desk.now, wanted.day))


def of_area(desk: Desk, wanted: Wanted, on: ReportDay) -> Report:
    area = naming.area_named(desk, wanted.about)
    return area_report(desk, area, cycle_for(desk, wanted, on), on)


def of_agency(desk: Desk, wanted: Wanted, on: ReportDay) -> Report:
    agency = naming.agency_named(desk, wanted.about)
    return agency_report(desk, agency, cycle_for(desk, wanted, on), on)


def of_unit(desk: Desk, wanted: Wanted, on: ReportDay) -> Report:
    unit = naming.unit_numbered(desk, wanted.about)
    return unit_report(desk, unit, cycle_for(desk, wanted, on), on)


def of_readiness(desk: Desk, wanted: Wanted, on: ReportDay) -> Report:
    cycle = naming.cycle_coded(desk, wanted.about)
    if not naming.in_reach(desk):
        raise NotFound(wanted.about)
    return readiness_report(desk, cycle, on)


def of_follow_ups(desk: Desk, wanted: Wanted, on: ReportDay) -> Report:
    """Of an area everything, also what is finished; without one, the list of the site under its filter."""
    if wanted.about:
        area = naming.area_named(desk, wanted.about)
        cycle = naming.cycle_coded(desk, wanted.cycle) if wanted.cycle else None
        return follow_ups_of_area(desk, area, cycle, on)
    by = narrowing_from(wanted.filter, desk)
    return follow_ups_in_reach(desk, by, "; ".join([*list_words(desk, by), *filter_words(by)]), on)


def of_portfolio(desk: Desk, wanted: Wanted, on: ReportDay) -> Report:
    """The matrix; `about` a number, the list behind it."""
    if wanted.about:
        return list_report(desk, wanted.about, wanted.filter, on)
    return portfolio_report(desk, wanted.filter, on)


def of_comparison(desk: Desk, wanted: Wanted, on: ReportDay) -> Report:
    return comparison_report(desk, naming.cycle_coded(desk, wanted.about), wanted.filter, on)


def list_words(desk: Desk, by: object) -> list[str]:
    cycle_id, unit_id = getattr(by, "cycle_id", None), getattr(by, "unit_id", None)
    known: dict[int, Cycle] = {each.id: each for each in desk.all(cycles_with_results())} if cycle_id else {}
    cycle = known.get(cycle_id) if cycle_id else None
    said = [wording.cycle_name(cycle) if cycle else "semua siklus" if cycle_id is None else f"siklus {cycle_id}"]
    return said + ([f"unit {unit_id}"] if unit_id is not None else [])


def cycle_for(desk: Desk, wanted: Wanted, on: ReportDay) -> Cycle:
    return naming.cycle_coded(desk, wanted.cycle) if wanted.cycle else naming.cycle_on(desk, on.day, on.is_today)


MAKERS: Mapping[Kind, Callable[[Desk, Wanted, ReportDay], Report]] = {
    Kind.AREA: of_area,
    Kind.AGENCY: of_agency,
    Kind.UNIT: of_unit,
    Kind.READINESS: of_readiness,
    Kind.FOLLOW_UPS: of_follow_ups,
    Kind.PORTFOLIO: of_portfolio,
    Kind.COMPARISON: of_comparison,
}


@contextmanager
def in_indonesian() -> Iterator[None]:
    """Reports are written in Indonesian and in the time of Jakarta, whoever asks."""
    with formats.as_read_by(wording.LANGUAGE, wording.ZONE):
        yield


@contextmanager
def one_look(session: Session) -> Iterator[None]:
    """What is read inside is all of one moment, however long it takes, and no writer waits for it.

    It begins a transaction of its own where none is under way.
    """
    token = reading.set(True)
    try:
        bind = session.get_bind()
        if isinstance(bind, sa.Engine) and bind.dialect.name == "postgresql" and not session.in_transaction():
            with as_machine(session):
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield
    finally:
        reading.reset(token)


def parsed_day(text: str) -> date | None:
    """2020-05-20; None for anything else."""
    try:
        return date.fromisoformat(text.strip()) if ISO_DAY.fullmatch(text.strip()) else None
    except ValueError:
        return None
