"""Questions about people, the directory and what was handed over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.access.acts import Act
from tracker.directory.models import Agency, Membership, Region, ServiceUnit, User
from tracker.directory.queries import holds_on
from tracker.directory.states import RegionKind, Role
from tracker.events.models import Event
from tracker.kit.db import Rows


@dataclass(frozen=True, slots=True)
class UserFilter:
    words: str = ""
    role: Role | None = None
    agency_id: int | None = None
    state: str = ""
    """"active", "inactive", "invited" (has not set a password yet), "without" (no valid role), or all."""


def containing(words: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Every word stands in one of the columns, whatever the case."""
    parts = (sa.or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words.split()[:8])
    return sa.and_(sa.true(), *parts)


def users(wanted: UserFilter, day: date) -> Rows[User]:
    """Accounts by name."""
    held = sa.exists().where(Membership.user_id == User.id, holds_on(day))
    query = sa.select(User).where(containing(wanted.words, User.name, User.username, User.nip, User.email))
    if wanted.role:
        query = query.where(held.where(Membership.role == wanted.role))
    if wanted.agency_id:
        units = sa.select(ServiceUnit.id).where(ServiceUnit.agency_id == wanted.agency_id)
        there = sa.or_(Membership.agency_id == wanted.agency_id, Membership.unit_id.in_(units))
        query = query.where(held.where(there))
    states = {
        "active": User.is_active,
        "inactive": ~User.is_active,
        "invited": sa.and_(User.is_active, User.password_hash.is_(None)),
        "without": sa.and_(User.is_active, ~held),
    }
    if wanted.state in states:
        query = query.where(states[wanted.state])
    return query.order_by(User.name, User.id)


def with_memberships() -> tuple[Any, ...]:
    """A person's memberships and where they hold, loaded with the person."""
    memberships = selectinload(User.memberships)
    return (
        memberships.joinedload(Membership.unit).joinedload(ServiceUnit.agency),
        memberships.joinedload(Membership.agency),
        memberships.joinedload(Membership.area),
    )


def officers(words: str, where: sa.ColumnElement[bool]) -> Rows[Membership]:
    """The officers of units, by unit, its head first; `where` is a criterion on ServiceUnit."""
    return (
        sa.select(Membership)
        .join(ServiceUnit, ServiceUnit.id == Membership.unit_id)
        .join(User, User.id == Membership.user_id)
        .where(where, Membership.role == Role.UNIT_OFFICER, containing(words, User.name, ServiceUnit.name))
        .options(joinedload(Membership.user), joinedload(Membership.unit).joinedload(ServiceUnit.agency))
        .order_by(ServiceUnit.name, Membership.is_head.desc(), User.name, Membership.id)
    )


def units(words: str = "") -> Rows[ServiceUnit]:
    """Units by name; the words may also be the agency's."""
    return (
        sa.select(ServiceUnit)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .where(containing(words, ServiceUnit.name, Agency.name))
        .options(joinedload(ServiceUnit.agency), joinedload(ServiceUnit.area), joinedload(ServiceUnit.region))
        .order_by(Agency.name, ServiceUnit.is_root.desc(), ServiceUnit.name, ServiceUnit.id)
    )


def agencies(words: str = "") -> Rows[Agency]:
    return (
        sa.select(Agency)
        .where(containing(words, Agency.name))
        .options(joinedload(Agency.region))
        .order_by(Agency.name, Agency.id)
    )


def regions(words: str = "", province_id: int | None = None) -> Rows[Region]:
    """Regions by code: a province before its regencies and cities."""
    query = sa.select(Region).where(containing(words, Region.name, Region.code)).options(joinedload(Region.area))
    if province_id:
        query = query.where(sa.or_(Region.id == province_id, Region.parent_id == province_id))
    return query.order_by(Region.code)


def provinces() -> Rows[Region]:
    return sa.select(Region).where(Region.kind == RegionKind.PROVINCE).order_by(Region.name)


def without_area(words: str = "") -> Rows[ServiceUnit]:
    """The units that only roles over everything see, until somebody gives them an area."""
    return units(words).where(ServiceUnit.area_id.is_(None), ServiceUnit.is_active)


def handed_over() -> Rows[Event]:
    """What went from one person to another because a membership ended, the latest first."""
    return sa.select(Event).where(Event.act == Act.HAND_OVER).order_by(Event.id.desc())


def told_of_titles(follow_up_ids: Collection[int]) -> Rows[Event]:
    """The events that gave or changed the title of follow-ups, the latest last."""
    acts = (Act.ASSIGN_FOLLOW_UP.value, Act.EDIT_FOLLOW_UP.value)
    return (
        sa.select(Event)
        .where(Event.subject_type == "FollowUp", Event.subject_id.in_(follow_up_ids), Event.act.in_(acts))
        .order_by(Event.id)
    )
