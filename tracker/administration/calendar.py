"""Corrections of the calendar, areas, and the figures that administrators set."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.settings import KNOWN, forget_settings, setting
from tracker.directory.models import Holiday, Region, Setting, SupervisionArea
from tracker.directory.queries import calendar_of, forget_calendar
from tracker.directory.states import HolidayKind
from tracker.kit.holidays_id import SEEDED_YEARS, SeededHoliday, seeded
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

REGION_OR_NOT = N_("Libur daerah memerlukan kode wilayah; jenis lain berlaku di seluruh Indonesia.")


@dataclass(frozen=True, slots=True)
class HolidayFacts:
    day: date
    name: str
    kind: HolidayKind
    region: Region | None
    decree: str


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the calendar: what was seeded, what was corrected, and whether its joint leave is known."""

    number: int
    seeded: list[SeededHoliday]
    corrections: list[Holiday]
    is_complete: bool

    @property
    def corrected(self) -> set[date]:
        """The days on which the seed does not hold for the whole country."""
        return {each.day for each in self.corrections if each.region_id is None}


def year_of(desk: Desk, number: int, language: str = "id") -> Year:
    first, last = date(number, 1, 1), date(number, 12, 31)
    corrections = desk.all(sa.select(Holiday).where(Holiday.day.between(first, last)).order_by(Holiday.day))
    incomplete = calendar_of(desk.session, None).incomplete_on(first)
    return Year(number, seeded([number], language) if number in SEEDED_YEARS else [], corrections, not incomplete)


def check_holiday(desk: Desk, facts: HolidayFacts, holiday: Holiday | None = None) -> None:
    """A regional holiday has a region; all others hold everywhere. A day is corrected once for each place."""
    if (facts.kind is HolidayKind.REGIONAL) != (facts.region is not None):
        raise Refusal("region_code", REGION_OR_NOT)
    if facts.day.year not in SEEDED_YEARS:
        raise Refusal("day", N_("Tahun harus antara 2010 dan 2040."))
    region_id = facts.region.id if facts.region else None
    same = sa.select(Holiday.id).where(Holiday.day == facts.day, Holiday.region_id.is_not_distinct_from(region_id))
    found = desk.session.scalar(same)
    if found is not None and (holiday is None or found != holiday.id):
        raise Refusal("day", N_("Sudah ada koreksi untuk tanggal ini. Ubahlah yang itu."))


def put_holiday(desk: Desk, facts: HolidayFacts, holiday: Holiday | None = None) -> Holiday:
    """Add a correction, or change one."""
    check_holiday(desk, facts, holiday)
    region_id = facts.region.id if facts.region else None
    if holiday is None:
        holiday = desk.add(Holiday(day=facts.day, name=facts.name, kind=facts.kind))
    holiday.day, holiday.name, holiday.kind = facts.day, " ".join(facts.name.split()), facts.kind
    holiday.region_id, holiday.decree = region_id, " ".join(facts.decree.split())
    desk.record(Act.EDIT_CALENDAR, holiday)
    forget_calendar(desk.session)
    return holiday


def remove_holiday(desk: Desk, holiday: Holiday, reason: str) -> None:
    """Take a correction back: what was seeded holds again."""
    desk.session.delete(holiday)
    desk.record(Act.EDIT_CALENDAR, holiday, reason)
    forget_calendar(desk.session)


@dataclass(frozen=True, slots=True)
class AreaFacts:
    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    remark: str = ""


def put_area(desk: Desk, facts: AreaFacts, area: SupervisionArea | None = None) -> SupervisionArea:
    """Add an area, or change one."""
    if facts.valid_from and facts.valid_to and facts.valid_to < facts.valid_from:
        raise Refusal("valid_to", N_("Hari terakhir tidak boleh sebelum hari pertama."))
    code = facts.code.strip()
    found = desk.session.scalar(sa.select(SupervisionArea).filter_by(code=code))
    if found is not None and found is not area:
        raise Refusal("code", N_("Kode wilayah ini sudah dipakai."))
    if area is None:
        area = desk.add(SupervisionArea(code=code, name=facts.name))
    area.code, area.name, area.remark = code, facts.name.strip(), facts.remark.strip()
    area.valid_from, area.valid_to = facts.valid_from, facts.valid_to
    desk.record(Act.EDIT_DIRECTORY, area)
    return area


def change_settings(desk: Desk, wanted: dict[str, int]) -> list[str]:
    """Keep the figures that differ from those in force; say which."""
    if wanted["at_risk_margin"] < wanted["on_track_margin"]:
        raise Refusal("at_risk_margin", N_("Tidak boleh lebih kecil daripada batas “sesuai rencana”."))
    rows = {row.name: row for row in desk.all(sa.select(Setting))}
    changed = [name for name in KNOWN if wanted[name] != setting(desk.session, name)]
    for name in changed:
        row = rows.get(name) or desk.add(Setting(name=name, value=KNOWN[name].default))
        row.value = wanted[name]
        desk.record(Act.EDIT_SETTINGS, row)
    forget_settings(desk.session)
    return changed
