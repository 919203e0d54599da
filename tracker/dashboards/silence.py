"""Which units are silent, asked of the database: nobody there acted or signed in for as long as the settings say."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.access.desk import Desk
from tracker.directory.models import Membership, Region, ServiceUnit, User
from tracker.directory.queries import calendar_at, corrections_of, holds_on
from tracker.directory.states import Role
from tracker.progress.lines import HOME, before, call_rules
from tracker.progress.models import UnitProgress

Criterion = sa.ColumnElement[bool]
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


def is_silent(desk: Desk) -> Criterion:
    """`calls.silent` as SQL, with the working days of each unit's place; whoever is done is not silent.

    To be asked at the machine's desk: when somebody signed in is read from rows that not everybody sees.
    """
    limit = silent_before(desk)
    any_cycle = aliased(UnitProgress)
    acted = sa.exists().where(any_cycle.unit_id == ServiceUnit.id, any_cycle.last_action_at >= limit)
    came = sa.exists().where(
        Membership.unit_id == ServiceUnit.id,
        Membership.role == Role.UNIT_OFFICER,
        holds_on(desk.today),
        User.id == Membership.user_id,
        User.is_active,
        User.last_sign_in_at >= limit,
    )
    done = sa.and_(UnitProgress.counting > 0, UnitProgress.adequate == UnitProgress.counting)
    is_done = sa.func.coalesce(sa.cast(done, sa.Integer), 0) == 1
    return sa.and_(~is_done, ~acted, ~came)


def silent_before(desk: Desk) -> sa.ColumnElement[datetime]:
    """Whoever last did anything before this moment has been silent for too long, by the calendar of the place."""
    days = call_rules(desk.session).silent_days

    def moment(code: str, zone: str) -> sa.ColumnElement[datetime]:
        clock = ZoneInfo(zone)
        today = desk.now.astimezone(clock).date()
        limit = before(calendar_at(desk.session, code), clock, today, days)
        return sa.literal(limit, UnitProgress.last_action_at.type)

    cases = [
        (sa.and_(within(code), Region.timezone == zone) if code else Region.timezone == zone, moment(code, zone))
        for code in own_calendars(desk)
        for zone in ZONES
    ]
    return sa.case(*cases, else_=moment("", HOME))


def own_calendars(desk: Desk) -> Iterator[str]:
    """Regions with working days of their own, the smaller first; at last the country."""
    special = {each.region_code for each in corrections_of(desk.session) if each.region_code}
    yield from sorted(special, key=lambda code: (-len(code), code))
    yield ""


def within(code: str) -> Criterion:
    return sa.or_(Region.code == code, Region.code.startswith(f"{code}.", autoescape=True))
