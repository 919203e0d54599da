"""What complaints are about, and where the same thing is said again and again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.narrowing import WITHOUT
from tracker.complaints.states import ComplaintStatus
from tracker.directory.models import Agency, ServiceUnit, SupervisionArea
from tracker.kit.rows import Criterion

JAKARTA = ZoneInfo("Asia/Jakarta")
MOST_VALUES = 30
PLACES_ON_A_PAGE = 50
NOT_OURS = (ComplaintStatus.FORWARDED, ComplaintStatus.ARCHIVED)


class About(StrEnum):
    """What complaints are told apart by; also how the address says it."""

    ASPECT = "aspek"
    SERVICE = "layanan"
    INDICATOR = "indikator"
    TOPIC = "kategori"


class Per(StrEnum):
    UNIT = "unit"
    AGENCY = "instansi"
    AREA = "wilayah"


class Outcome(StrEnum):
    """For the list behind a yearly figure."""

    DONE = "selesai"
    NOT_DONE = "belum"


COLUMNS: dict[About, Any] = {
    About.ASPECT: Complaint.aspect_code,
    About.SERVICE: Complaint.service,
    About.INDICATOR: Complaint.indicator_code,
    About.TOPIC: Complaint.topic,
}
PLACES: dict[Per, tuple[Any, Any]] = {
    Per.UNIT: (Complaint.unit_id, ServiceUnit),
    Per.AGENCY: (Complaint.agency_id, Agency),
    Per.AREA: (Complaint.area_id, SupervisionArea),
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """Complaints received from `since` to `until`, both days included, in Jakarta; in a place or everywhere.

    `value` is one thing they are about; WITHOUT stands for those that name none, empty for all.
    """

    since: date
    until: date
    about: About = About.ASPECT
    value: str = ""
    unit_id: int | None = None
    agency_id: int | None = None
    area_id: int | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How many complaints are about one thing; `value` is empty where none is named."""

    value: str
    number: int


@dataclass(frozen=True, slots=True)
class Place:
    """A unit, agency or area: how many complaints, and what most of them are about."""

    id: int
    name: str
    total: int
    largest: Share
    agency: str = ""
    """Of a unit."""


def counts_as_ours() -> Criterion:
    """Not forwarded to another authority, nor archived: as no complaint, or as a duplicate of one that counts."""
    return Complaint.status.not_in(NOT_OURS)


def received(pattern: Pattern) -> Criterion:
    """All that came in the period and the place, also what does not count."""
    places = {"unit_id": pattern.unit_id, "agency_id": pattern.agency_id, "area_id": pattern.area_id}
    return sa.and_(
        Complaint.received_at >= datetime.combine(pattern.since, time.min, JAKARTA),
        Complaint.received_at <= datetime.combine(pattern.until, time.max, JAKARTA),
        *(getattr(Complaint, name) == id for name, id in places.items() if id is not None),
    )


def within(pattern: Pattern) -> Criterion:
    """The complaints of a pattern. What is forwarded or archived does not count."""
    column = COLUMNS[pattern.about]
    conditions: list[Any] = [received(pattern), counts_as_ours()]
    if pattern.value == WITHOUT:
        conditions.append(sa.func.coalesce(column, "") == "")
    elif pattern.value:
        conditions.append(column == pattern.value)
    if pattern.outcome is not None:
        done = Complaint.status == ComplaintStatus.CLOSED
        conditions.append(done if pattern.outcome is Outcome.DONE else ~done)
    return sa.and_(*conditions)


def how_many(desk: Desk, pattern: Pattern) -> int:
    return desk.session.scalar(sa.select(sa.func.count()).select_from(Complaint).where(within(pattern))) or 0


def shares(desk: Desk, pattern: Pattern) -> tuple[list[Share], int]:
    """What the complaints are about, the most frequent first; and how many things beyond the first thirty there are.

    Those that name nothing come last.
    """
    value = sa.func.coalesce(COLUMNS[pattern.about], "")
    query = sa.select(value, sa.func.count()).where(within(replace(pattern, value=""))).group_by(value)
    found = sorted(
        (Share(*row) for row in desk.session.execute(query)),
        key=lambda each: (not each.value, -each.number, each.value),
    )
    return found[:MOST_VALUES], max(0, len(found) - MOST_VALUES)


def places(desk: Desk, pattern: Pattern, per: Per, page: int = 1) -> tuple[list[Place], int]:
    """Where most complaints are about one thing, the largest such number first; and how many places there are."""
    at, kind = PLACES[per]
    value = sa.func.coalesce(COLUMNS[pattern.about], "")
    number, of_place = sa.func.count(), sa.over(sa.func.sum(sa.func.count()), partition_by=at)
    rank = sa.over(sa.func.row_number(), partition_by=at, order_by=((value == ""), number.desc(), value))
    counted = (
        sa.select(
            at.label("place"), value.label("value"), number.label("number"), of_place.label("total"), rank.label("rank")
        )
        .where(within(pattern), at.is_not(None))
        .group_by(at, value)
        .subquery()
    )
    agency: Any = sa.literal("")
    source: Any = kind
    if per is Per.UNIT:  # many units have the same name
        agency, source = Agency.name, sa.join(ServiceUnit, Agency, Agency.id == ServiceUnit.agency_id)
    most = (
        sa.select(kind.id, kind.name, counted.c.total, counted.c.value, counted.c.number, agency)
        .select_from(source)
        .join(counted, counted.c.place == kind.id)
        .where(counted.c.rank == 1)
        .order_by((counted.c.value == ""), counted.c.number.desc(), counted.c.total.desc(), kind.id)
    )
    total = desk.session.scalar(sa.select(sa.func.count(at.distinct())).where(within(pattern))) or 0
    rows = desk.session.execute(most.limit(PLACES_ON_A_PAGE).offset((page - 1) * PLACES_ON_A_PAGE))
    return [Place(id, name, int(all), Share(said, many), of) for id, name, all, said, many, of in rows], total


def a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def named(found: Sequence[Share]) -> Share | None:
    """What most are about; None where none names anything."""
    return next((each for each in found if each.value), None)
