"""Questions about the directory: calendars of regions, root units, people of a unit."""

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.directory.models import Agency, Holiday, Membership, Region, ServiceUnit, User
from tracker.directory.states import Role
from tracker.kit.db import Rows
from tracker.kit.holidays_id import Override, calendar_for
from tracker.kit.workdays import WorkCalendar


def calendar_of(session: Session, region: Region | None) -> WorkCalendar:
    """The working days of a region; without one, national holidays only."""
    return calendar_at(session, region.code if region else "")


def calendar_at(session: Session, code: str) -> WorkCalendar:
    """The working days of a region by its code. Corrections are read once per session."""
    corrections = corrections_of(session)
    calendars: dict[str, WorkCalendar] = session.info["calendars"]
    if code not in calendars:
        calendars[code] = calendar_among(corrections, code)
    return calendars[code]


def corrections_of(session: Session) -> tuple[Override, ...]:
    """The corrections in force."""
    corrections: tuple[Override, ...] | None = session.info.get("holiday_corrections")
    if corrections is None:
        rows = session.execute(
            sa.select(Holiday.day, Holiday.kind, Region.code, Holiday.decree, Holiday.name).outerjoin(
                Region, Region.id == Holiday.region_id
            )
        )
        corrections = session.info["holiday_corrections"] = tuple(
            Override(day, kind, region_code, decree, name) for day, kind, region_code, decree, name in rows
        )
        session.info["calendars"] = {}
    return corrections


def calendar_among(corrections: tuple[Override, ...], code: str) -> WorkCalendar:
    """The working days of a region by these corrections; places without any of their own share the country's."""
    special = {each.region_code for each in corrections}
    return _calendar(corrections, tuple(each for each in dict.fromkeys((code[:2], code)) if each in special))


@lru_cache(maxsize=64)
def _calendar(corrections: tuple[Override, ...], codes: tuple[str, ...] = ()) -> WorkCalendar:
    """Worked out once for the same corrections, which are read anew for every request."""
    return calendar_for(corrections, codes)


def forget_calendar(session: Session) -> None:
    """After a holiday was added or changed in this session."""
    session.info.pop("holiday_corrections", None)
    session.info.pop("calendars", None)


def root_units() -> Rows[ServiceUnit]:
    """The units that stand for their whole agency."""
    return sa.select(ServiceUnit).where(ServiceUnit.is_root)


def coordinators_of(agency_id: Any, day: date) -> Rows[User]:
    """The active coordinators of an agency on a day."""
    return (
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.is_active,
            Membership.agency_id == agency_id,
            Membership.role == Role.COORDINATOR,
            holds_on(day),
        )
        .order_by(User.name)
    )


def officers_of(unit_id: int, day: date) -> Rows[User]:
    """Active people who hold the role of officer in a unit on a day, its head first."""
    return (
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.is_active,
            Membership.unit_id == unit_id,
            Membership.role == Role.UNIT_OFFICER,
            holds_on(day),
        )
        .order_by(Membership.is_head.desc(), User.name)
    )


def holds_on(day: date) -> sa.ColumnElement[bool]:
    """Memberships that are valid on a day."""
    return sa.and_(Membership.valid_from <= day, sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= day))


def agency_named(name_key: str, region_id: int | None) -> Rows[Agency]:
    return sa.select(Agency).where(Agency.name_key == name_key, Agency.region_id.is_not_distinct_from(region_id))
