"""Who handles a unit's complaints, and whether that is published: what Ombudsman RI looks at.

A unit without complaint officers of its own is served by those of its agency; a unit of which nobody recorded whether
its officer is published has the answer of its agency's root unit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.administration.queries import containing
from tracker.directory.models import Agency, Membership, OfficerNotice, ServiceUnit, User
from tracker.directory.queries import holds_on
from tracker.directory.states import Role
from tracker.kit.db import BATCH, Rows
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

IN_FUTURE = N_("Tanggal ini belum tiba.")
WHERE = N_("Tulis alamat laman atau tempat pengumumannya.")
NOT_PUBLISHED = N_("Hanya untuk yang sudah dipublikasikan.")
SINCE_AFTER_CHECK = N_("Tidak boleh sesudah hari pemeriksaan.")
ROLES = (Role.COMPLAINT_OFFICER, Role.COORDINATOR)


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What somebody saw on a day. `place` is an address or where it hangs, `since` the day it was put there."""

    is_published: bool | None
    place: str
    since: date | None
    checked_on: date


@dataclass(frozen=True, slots=True)
class ComplaintOfficers:
    """Names of those in office on a day. `owners` are the coordinators, whose matter it is to name one."""

    own: tuple[str, ...] = ()
    of_agency: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.own or self.of_agency


@dataclass(frozen=True, slots=True)
class AtUnit:
    """What the page of a unit says. `is_of_agency`: the notice is the one of the agency."""

    officers: ComplaintOfficers
    notice: OfficerNotice | None
    is_of_agency: bool = False

    @property
    def is_published(self) -> bool | None:
        return self.notice.is_published if self.notice else None


AT_UNIT = (
    sa.select(ServiceUnit.id, OfficerNotice, Membership.role, User.name)
    .outerjoin(OfficerNotice, OfficerNotice.unit_id == ServiceUnit.id)
    .outerjoin(
        Membership,
        sa.and_(
            sa.or_(
                Membership.unit_id == ServiceUnit.id,
                sa.and_(ServiceUnit.is_root, Membership.agency_id == ServiceUnit.agency_id),
            ),
            Membership.role.in_(ROLES),
            Membership.valid_from <= sa.bindparam("today"),
            sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= sa.bindparam("today")),
        ),
    )
    .outerjoin(User, sa.and_(User.id == Membership.user_id, User.is_active))
    .where(
        sa.or_(
            ServiceUnit.id == sa.bindparam("unit"),
            sa.and_(ServiceUnit.agency_id == sa.bindparam("agency"), ServiceUnit.is_root),
        )
    )
    .options(joinedload(OfficerNotice.checked_by).load_only(User.name))
    .order_by(User.name)
)
"""The unit and its agency's root unit with notice and people: one question, put together once."""


def at_unit(desk: Desk, unit: ServiceUnit) -> AtUnit:
    """The unit's complaint officers and notice; what is the agency's is told to whoever sees one of its units."""
    asked = {"unit": unit.id, "agency": unit.agency_id, "today": desk.today}
    own: list[str] = []
    of_agency: dict[Role, list[str]] = {role: [] for role in ROLES}
    notices: dict[int, OfficerNotice] = {}
    with as_machine(desk.session):
        for at, found, role, name in desk.session.execute(AT_UNIT, asked):
            if found is not None:
                notices[at] = found
            if name is not None and role is Role.COMPLAINT_OFFICER and at == unit.id and not unit.is_root:
                put(own, name)
            elif name is not None and (at != unit.id or unit.is_root):
                put(of_agency[role], name)
    people = ComplaintOfficers(tuple(own), tuple(of_agency[Role.COMPLAINT_OFFICER]), tuple(of_agency[Role.COORDINATOR]))
    if unit.id in notices or not notices:
        return AtUnit(people, notices.get(unit.id))
    return AtUnit(people, next(iter(notices.values())), is_of_agency=True)


def officers_of_units(desk: Desk, units: Sequence[tuple[int, int]]) -> dict[int, ComplaintOfficers]:
    """Unit -> its officers today, for (unit, agency) pairs. Asked at the machine's desk: names of those in office."""
    by_unit: dict[int, list[str]] = {}
    by_agency: dict[tuple[Role, int], list[str]] = {}
    for start in range(0, len(units), BATCH):
        some = units[start : start + BATCH]
        query = (
            sa.select(Membership.role, Membership.unit_id, Membership.agency_id, ServiceUnit.agency_id, User.name)
            .join(User, User.id == Membership.user_id)
            .outerjoin(ServiceUnit, sa.and_(ServiceUnit.id == Membership.unit_id, ServiceUnit.is_root))
            .where(
                User.is_active,
                Membership.role.in_(ROLES),
                holds_on(desk.today),
                sa.or_(
                    Membership.unit_id.in_([unit for unit, _ in some]),
                    Membership.agency_id.in_({agency for _, agency in some}),
                    ServiceUnit.agency_id.in_({agency for _, agency in some}),
                ),
            )
            .order_by(User.name)
        )
        for role, unit_id, agency_id, of_root, name in desk.session.execute(query):
            if unit_id is not None and of_root is None and role is Role.COMPLAINT_OFFICER:
                put(by_unit.setdefault(unit_id, []), name)
            if agency_id or of_root:
                put(by_agency.setdefault((role, agency_id or of_root), []), name)
    return {
        unit: ComplaintOfficers(
            tuple(by_unit.get(unit, ())),
            tuple(by_agency.get((Role.COMPLAINT_OFFICER, agency), ())),
            tuple(by_agency.get((Role.COORDINATOR, agency), ())),
        )
        for unit, agency in units
    }


def put(names: list[str], name: str) -> None:
    """Each once, also where batches of units bring the same agency again."""
    if name not in names:
        names.append(name)


def record_notice(desk: Desk, unit: ServiceUnit, facts: NoticeFacts) -> None:
    """Write down what was seen; the last look counts, and the history keeps those before."""
    if facts.checked_on > desk.today:
        raise Refusal("checked_on", IN_FUTURE)
    if facts.is_published and not facts.place.strip():
        raise Refusal("place", WHERE)
    if facts.since is not None:
        if not facts.is_published:
            raise Refusal("since", NOT_PUBLISHED)
        if facts.since > facts.checked_on:
            raise Refusal("since", SINCE_AFTER_CHECK)
    notice = own_notice(desk, unit) or desk.add(OfficerNotice(unit=unit, unit_id=unit.id, checked_on=facts.checked_on))
    notice.is_published, notice.since = facts.is_published, facts.since
    notice.place = facts.place.strip() if facts.is_published else ""
    notice.checked_on, notice.checked_by_id = facts.checked_on, desk.actor.id
    desk.record(Act.RECORD_OFFICER_NOTICE, unit)


def own_notice(desk: Desk, unit: ServiceUnit) -> OfficerNotice | None:
    found: OfficerNotice | None = desk.session.scalar(sa.select(OfficerNotice).where(OfficerNotice.unit_id == unit.id))
    return found


def notices_of(desk: Desk, units: Sequence[tuple[int, int]]) -> dict[int, OfficerNotice]:
    """Unit -> its notice or else its agency's, for (unit, agency) pairs. Asked at the machine's desk."""
    ids, agencies = [unit for unit, _ in units], {agency for _, agency in units}
    query = (
        sa.select(OfficerNotice, ServiceUnit.agency_id, ServiceUnit.is_root)
        .join(ServiceUnit, ServiceUnit.id == OfficerNotice.unit_id)
        .where(sa.or_(ServiceUnit.id.in_(ids), sa.and_(ServiceUnit.is_root, ServiceUnit.agency_id.in_(agencies))))
        .options(joinedload(OfficerNotice.checked_by).load_only(User.name))
    )
    found = desk.session.execute(query).all()
    own = {notice.unit_id: notice for notice, _agency, _is_root in found}
    of_agency = {agency: notice for notice, agency, is_root in found if is_root}
    pairs = ((unit, own.get(unit) or of_agency.get(agency)) for unit, agency in units)
    return {unit: notice for unit, notice in pairs if notice is not None}


# ---- the list of units ----------------------------------------------------------------------------------------------

PUBLISHED: Mapping[str, bool | None] = {"ya": True, "tidak": False, "belum": None}
"""Words of the filter -> what was recorded; "belum" also where nobody recorded anything."""


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """What the list of units is narrowed to; what is left out narrows nothing. `officer`: "ada" or "tidak"."""

    words: str = ""
    area_id: int | None = None
    officer: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """n of m units have a published complaint officer; of the others some are known not to, and some unknown."""

    units: int
    published: int
    not_published: int

    @property
    def unknown(self) -> int:
        return self.units - self.published - self.not_published


def narrowed(desk: Desk, by: UnitFilter) -> Rows[Any]:
    """(unit, whether its officer is published) of active units in reach; to be asked at the machine's desk.

    A root unit is among them where its agency has no other.
    At the machine's desk, because a unit's answer may be its agency's, which an officer of one unit does not see.
    """
    own, of_agency = aliased(OfficerNotice), aliased(OfficerNotice)
    root, other = aliased(ServiceUnit), aliased(ServiceUnit)
    alone = ~sa.exists().where(other.agency_id == ServiceUnit.agency_id, ~other.is_root, other.is_active)
    published = sa.case((own.id.is_not(None), own.is_published), else_=of_agency.is_published)
    query: Any = (
        sa.select(ServiceUnit, published.label("published"))
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .join(root, sa.and_(root.agency_id == ServiceUnit.agency_id, root.is_root))
        .outerjoin(own, own.unit_id == ServiceUnit.id)
        .outerjoin(of_agency, of_agency.unit_id == root.id)
        .where(
            desk.units_for(Act.VIEW_UNITS),
            ServiceUnit.is_active,
            sa.or_(~ServiceUnit.is_root, alone),
            containing(by.words, ServiceUnit.name, Agency.name),
        )
    )
    if by.area_id is not None:
        query = query.where(ServiceUnit.area_id == by.area_id)
    if by.officer:
        has = has_officer(desk.today, root.id)
        query = query.where(has if by.officer == "ada" else ~has)
    if by.published:
        query = query.where(published.is_not_distinct_from(sa.literal(PUBLISHED[by.published], sa.Boolean)))
    rows: Rows[Any] = query
    return rows


def has_officer(day: date, root_id: Any) -> sa.ColumnElement[bool]:
    """Somebody active holds the role of complaint officer at the unit, its agency or the agency's root unit."""
    return sa.exists().where(
        Membership.role == Role.COMPLAINT_OFFICER,
        holds_on(day),
        sa.or_(
            Membership.unit_id.in_([ServiceUnit.id, root_id]),
            Membership.agency_id == ServiceUnit.agency_id,
        ),
        Membership.user_id.in_(sa.select(User.id).where(User.is_active)),
    )


def in_order(query: Rows[Any]) -> Rows[Any]:
    return query.order_by(Agency.name, ServiceUnit.is_root.desc(), ServiceUnit.name, ServiceUnit.id).options(
        joinedload(ServiceUnit.agency), joinedload(ServiceUnit.area), joinedload(ServiceUnit.region)
    )


def counted(desk: Desk, by: UnitFilter) -> Counted:
    """Of the units that search and area leave, whatever else the list is narrowed to."""
    found = narrowed(desk, UnitFilter(by.words, by.area_id)).subquery()
    query = sa.select(
        sa.func.count(),
        sa.func.count(sa.case((found.c.published.is_(True), 1))),
        sa.func.count(sa.case((found.c.published.is_(False), 1))),
    ).select_from(found)
    with as_machine(desk.session):
        units, published, not_published = desk.session.execute(query).one()
    return Counted(units, published, not_published)
