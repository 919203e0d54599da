"""Where people are, when they want to be told, on which days they were told lately, and who rests."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Agency, Membership, Region, ServiceUnit, User
from tracker.directory.queries import calendar_at, holds_on
from tracker.kit.db import BATCH
from tracker.reminders.models import Delivery, Pause, Preference
from tracker.reminders.selection import FIRST_HOUR, Recipient, Rest
from tracker.reminders.states import DeliveryKind

A_WEEK = timedelta(days=8)
"""Back to Monday in any zone."""


def recipients(desk: Desk, ids: Iterable[int]) -> dict[int, Recipient]:
    """The people behind these ids, as the selection knows them at `desk.now`; four questions for 500 of them.

    Their calendar is that of the region of the unit or agency they work for, else the national one.
    """
    found: dict[int, Recipient] = {}
    with as_machine(desk.session):
        for some in portions(sorted(set(ids))):
            codes, hours, days = _regions(desk, some), _hours(desk, some), _digest_days(desk, some)
            zones = desk.session.execute(sa.select(User.id, User.timezone).where(User.id.in_(some)))
            for id, zone in zones:
                calendar = calendar_at(desk.session, codes.get(id, ""))
                found[id] = Recipient(
                    id, ZoneInfo(zone), calendar, hours.get(id, FIRST_HOUR), frozenset(days.get(id, ()))
                )
    return found


def portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _regions(desk: Desk, ids: Sequence[int]) -> dict[int, str]:
    """Person -> code of the region where they work: by their oldest membership that has one."""
    unit_region, agency_region = aliased(Region), aliased(Region)
    rows = desk.session.execute(
        sa.select(Membership.user_id, sa.func.coalesce(unit_region.code, agency_region.code))
        .outerjoin(ServiceUnit, ServiceUnit.id == Membership.unit_id)
        .outerjoin(Agency, Agency.id == sa.func.coalesce(Membership.agency_id, ServiceUnit.agency_id))
        .outerjoin(unit_region, unit_region.id == ServiceUnit.region_id)
        .outerjoin(agency_region, agency_region.id == Agency.region_id)
        .where(Membership.user_id.in_(ids), holds_on(desk.today))
        .order_by(Membership.id)
    )
    found: dict[int, str] = {}
    for user_id, code in rows:
        if code is not None:
            found.setdefault(user_id, code)
    return found


def _hours(desk: Desk, ids: Sequence[int]) -> dict[int, int]:
    rows = desk.session.execute(sa.select(Preference.user_id, Preference.hour).where(Preference.user_id.in_(ids)))
    return {row.user_id: row.hour for row in rows}


def _digest_days(desk: Desk, ids: Sequence[int]) -> dict[int, set[date]]:
    """Person -> the days of the last week on which a digest was claimed for them."""
    found: dict[int, set[date]] = {}
    rows = desk.session.execute(
        sa.select(Delivery.recipient_id, Delivery.key)
        .where(
            Delivery.recipient_id.in_(ids),
            Delivery.kind == DeliveryKind.DIGEST,
            Delivery.key >= (desk.now.date() - A_WEEK).isoformat(),
        )
        .distinct()
    )
    for user_id, key in rows:
        found.setdefault(user_id, set()).add(date.fromisoformat(key))
    return found


def rest_of(desk: Desk) -> Rest:
    """The pauses that nobody has ended and whose last day may not be over everywhere."""
    with as_machine(desk.session):
        rows: Sequence[Any] = desk.session.execute(
            sa.select(Pause.unit_id, Pause.user_id, Pause.until).where(
                Pause.ended_at.is_(None), Pause.until >= desk.now.date() - timedelta(days=1)
            )
        ).all()
    units: dict[int, date] = {}
    people: dict[int, date] = {}
    for unit_id, user_id, until in rows:
        kept, key = (units, unit_id) if unit_id is not None else (people, user_id)
        kept[key] = max(until, kept.get(key, until))
    return Rest(units, people)
