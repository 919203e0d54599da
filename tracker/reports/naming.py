"""Whom a report is about, as typed: an area's code, an agency's code or name, a unit's number, a cycle's code."""

import re
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.dashboards.queries import cycles_with_results
from tracker.directory.models import Agency, Region, ServiceUnit, SupervisionArea
from tracker.directory.names import agency_key
from tracker.instruments.models import Cycle
from tracker.instruments.queries import newest_own, usual_cycle
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
REGION_CODE = re.compile(r"\d\d(\.\d\d)?")
LONGEST_NUMBER = 15


def area_named(desk: Desk, typed: str) -> SupervisionArea:
    """By its code ("III"), its name ("Wilayah III") or a number ("3", "wilayah-3").

    Raises NotFound for one that is not there, or in which no unit is in reach.
    """
    wanted = spelling(typed)
    for area in desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code)):
        if wanted in (spelling(area.code), spelling(area.name)) and in_reach(desk, ServiceUnit.area_id == area.id):
            found: SupervisionArea = area
            return found
    raise NotFound(typed)


def spelling(text: str) -> str:
    """What "Wilayah III", "wilayah-3", "iii" and "3" have in common."""
    bare = re.sub(r"[\s_.-]+", " ", text).strip().upper().removeprefix("WILAYAH").strip()
    return ROMAN[int(bare)] if bare.isascii() and bare.isdigit() and 0 < int(bare[:3]) < len(ROMAN) else bare


def agency_named(desk: Desk, typed: str) -> Agency:
    """By the code of its region ("81.72") or its name in any usual spelling.

    Raises NotFound for one that is not there or has no unit in reach, a Refusal where several bear the name.
    """
    asked = " ".join(typed.split())
    query = sa.select(Agency).outerjoin(Region, Region.id == Agency.region_id).options(joinedload(Agency.region))
    if REGION_CODE.fullmatch(asked):
        query = query.where(Region.code == asked)
    else:
        query = query.where(sa.or_(Agency.name_key == agency_key(asked), sa.func.lower(Agency.name) == asked.lower()))
    found = [each for each in desk.all(query.order_by(Agency.id)) if in_reach(desk, ServiceUnit.agency_id == each.id)]
    if not found:
        raise NotFound(typed)
    if len(found) > 1:
        raise Refusal("agency", SEVERAL, name=asked, count=len(found))
    agency: Agency = found[0]
    return agency


SEVERAL = N_("%(name)s: %(count)s instansi cocok; tulis kode wilayah atau nama lengkapnya.")


def unit_numbered(desk: Desk, typed: str) -> ServiceUnit:
    """By the number in its address. Raises NotFound, or Forbidden where it may be seen but not reported on."""
    number = typed.strip()
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        raise NotFound(typed)
    options = joinedload(ServiceUnit.agency), joinedload(ServiceUnit.region), joinedload(ServiceUnit.area)
    return desk.find(ServiceUnit, int(number), Act.VIEW_REPORTS, *options)


def cycle_coded(desk: Desk, typed: str) -> Cycle:
    """By its code. Raises NotFound for one in which nobody in reach has a result."""
    code = typed.strip().casefold()
    known: list[Cycle] = desk.all(cycles_with_results())
    found = next((each for each in known if each.code.casefold() == code), None)
    if found is None:
        raise NotFound(typed)
    return found


def cycle_on(desk: Desk, day: date, is_today: bool) -> Cycle:
    """The cycle that people worked in on the day: the newest one of the ministry whose letter was out, else the newest
    of any; today, the one of the portfolio.

    Raises NotFound while nobody in reach has a result.
    """
    known: list[Cycle] = desk.all(cycles_with_results())
    then = [each for each in known if each.letter_on is not None and each.letter_on <= day]
    latest_first = sorted(then, key=lambda each: (each.letter_on, each.id), reverse=True)
    found = usual_cycle(known) if is_today or not then else newest_own(latest_first)
    if found is None:
        raise NotFound(str(day))
    return found


def in_reach(desk: Desk, *which: sa.ColumnElement[bool]) -> bool:
    """Is there such a unit that this desk may report on?"""
    query = sa.select(ServiceUnit.id).where(desk.units_for(Act.VIEW_PORTFOLIO), *which).limit(1)
    return desk.session.scalar(query) is not None
