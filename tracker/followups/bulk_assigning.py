"""The same work for many: what it will be for which units, looked at before it is done, and then done whole."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Membership, ServiceUnit, User
from tracker.directory.queries import calendar_of, holds_on
from tracker.directory.states import Role
from tracker.followups.assigning import Assignment, assign_many, check, check_date, passes_the_letter
from tracker.followups.models import FollowUp
from tracker.followups.rules import due_at
from tracker.kit.db import BATCH
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment

MOST = 2000
"""Recommendations at a time, so that no write holds others up for long."""
NONE_CHOSEN = N_("Pilih sedikitnya satu rekomendasi.")
TOO_MANY = N_("Paling banyak %(most)s rekomendasi sekaligus; pilihan ini memuat %(count)s. Persempit saringannya.")
NOT_ALL_THERE = N_("Sebagian rekomendasi yang dipilih tidak ada lagi atau di luar lingkup Anda. Pilih ulang.")
CANNOT = N_("%(count)s rekomendasi dinyatakan tidak dapat ditindaklanjuti. Keluarkan dari pilihan.")


AS_LETTERS = "surat"
"""The zone that each recommendation's own letter names; the unit's where it names none."""


@dataclass(frozen=True, slots=True)
class BulkAssignment:
    """One text for all; each unit gets its own copy, for its own head where that is asked for."""

    title: str
    due_on: date
    weight: int = 1
    expected_evidence: str = ""
    to_heads: bool = False
    due_zone: str | None = None
    """A zone for all, AS_LETTERS, or none for each unit's own."""

    def zone_for(self, recommendation: Recommendation) -> str | None:
        return recommendation.letter_zone if self.due_zone == AS_LETTERS else self.due_zone


@dataclass(frozen=True, slots=True)
class UnitShare:
    """What one unit would get. `ends_on` has the working days on which the due date ends, each with its zone."""

    unit: ServiceUnit
    recommendations: list[Recommendation]
    head: User | None
    ends_on: dict[str | None, date]


@dataclass(frozen=True, slots=True)
class Preview:
    count: int
    units: list[UnitShare]
    after_the_letter: int
    """How many get a date after their recommendation's own."""
    already_open: int
    """How many of the recommendations have an open follow-up already."""
    without_head: int
    """Units whose head is asked for and not known."""
    other_days: list[tuple[date, int]]
    """Where the date is no working day: the day it ends on, and in how many units."""
    zones: list[tuple[str | None, int]]
    """In which zones the date ends, and for how many follow-ups; none is the unit's own."""


def chosen(desk: Desk, ids: Sequence[int]) -> list[Recommendation]:
    """The recommendations of a choice, all of them within reach of this act, or a refusal."""
    if not ids:
        raise Refusal("chosen", NONE_CHOSEN)
    if len(ids) > MOST:
        raise Refusal("chosen", TOO_MANY, most=f"{MOST:,}".replace(",", "."), count=f"{len(ids):,}".replace(",", "."))
    found: list[Recommendation] = []
    for start in range(0, len(ids), BATCH):
        query = (
            sa.select(Recommendation)
            .join(ServiceUnit, ServiceUnit.id == Recommendation.unit_id)
            .where(Recommendation.id.in_(ids[start : start + BATCH]), desk.units_for(Act.ASSIGN_FOLLOW_UP))
        )
        place = joinedload(Recommendation.unit)
        found += desk.all(query.options(place.joinedload(ServiceUnit.region), place.joinedload(ServiceUnit.agency)))
    if len(found) != len(set(ids)):
        raise Refusal("chosen", NOT_ALL_THERE)
    unusable = sum(each.assessment is Assessment.CANNOT for each in found)
    if unusable:
        raise Refusal("chosen", CANNOT, count=unusable)
    return sorted(found, key=lambda each: (each.unit.name, each.unit_id, each.id))


def preview(desk: Desk, recommendations: Sequence[Recommendation], bulk: BulkAssignment) -> Preview:
    """What would be done, refused now for the reasons for which it would be refused then."""
    heads = heads_of(desk, {each.unit_id for each in recommendations}) if bulk.to_heads else {}
    shares: dict[int, UnitShare] = {}
    for each in recommendations:
        if each.unit_id not in shares:
            shares[each.unit_id] = UnitShare(each.unit, [], heads.get(each.unit_id), {})
        share, asked = shares[each.unit_id], assignment_for(bulk, each, None)
        check(asked)
        if asked.due_zone not in share.ends_on:
            check_date(desk, each.unit, asked)
            share.ends_on[asked.due_zone] = ends_on(desk, each.unit, bulk.due_on, asked.due_zone)
        share.recommendations.append(each)
    days = Counter(day for share in shares.values() for day in set(share.ends_on.values()) if day != bulk.due_on)
    zones = Counter(bulk.zone_for(each) for each in recommendations)
    return Preview(
        count=len(recommendations),
        units=list(shares.values()),
        after_the_letter=sum(passes_the_letter(each, bulk.due_on) for each in recommendations),
        already_open=open_already(desk, [each.id for each in recommendations]),
        without_head=sum(share.head is None for share in shares.values()) if bulk.to_heads else 0,
        other_days=sorted(days.items()),
        zones=sorted(zones.items(), key=lambda each: each[0] or ""),
    )


def assign_all(desk: Desk, recommendations: Sequence[Recommendation], bulk: BulkAssignment) -> list[int]:
    """All of them or none."""
    heads = heads_of(desk, {each.unit_id for each in recommendations}) if bulk.to_heads else {}
    asked = [(each, assignment_for(bulk, each, heads.get(each.unit_id))) for each in recommendations]
    return assign_many(desk, asked)


def assignment_for(bulk: BulkAssignment, recommendation: Recommendation, head: User | None) -> Assignment:
    return Assignment(
        title=bulk.title,
        due_on=bulk.due_on,
        person_in_charge_id=head.id if head else None,
        weight=bulk.weight,
        expected_evidence=bulk.expected_evidence,
        due_zone=bulk.zone_for(recommendation),
    )


def letters_dates(recommendations: Iterable[Recommendation]) -> list[tuple[date, str | None, int]]:
    """Which dates and zones the letters of these name, and how many times each, the most frequent first."""
    named = Counter((each.due_on, each.letter_zone) for each in recommendations if each.due_on is not None)
    return [(day, zone, count) for (day, zone), count in named.most_common() if day is not None]


def ends_on(desk: Desk, unit: ServiceUnit, day: date, due_zone: str | None = None) -> date:
    """The working day on which a due date agreed for that day ends: in a zone, or where the unit is."""
    zone = ZoneInfo(due_zone or unit.timezone)
    return due_at(day, zone, 0, calendar_of(desk.session, unit.region)).astimezone(zone).date()


def heads_of(desk: Desk, units: set[int]) -> dict[int, User]:
    """Each unit's head of today; asked at the machine's desk, since who assigns may not see all accounts."""
    heads: dict[int, User] = {}
    asked = sorted(units)
    for start in range(0, len(asked), BATCH):
        query = (
            sa.select(Membership)
            .join(User, User.id == Membership.user_id)
            .where(
                User.is_active,
                Membership.role == Role.UNIT_OFFICER,
                Membership.is_head,
                Membership.unit_id.in_(asked[start : start + BATCH]),
                holds_on(desk.today),
            )
            .options(joinedload(Membership.user))
            .order_by(Membership.id)
        )
        with as_machine(desk.session):
            for held in desk.all(query):
                heads.setdefault(held.unit_id, held.user)
    return heads


def open_already(desk: Desk, ids: Sequence[int]) -> int:
    count = 0
    for start in range(0, len(ids), BATCH):
        query = sa.select(sa.func.count(sa.distinct(FollowUp.recommendation_id))).where(
            FollowUp.recommendation_id.in_(ids[start : start + BATCH]), FollowUp.is_open
        )
        count += desk.session.scalar(query) or 0
    return count
