"""Giving work out: to one unit or to many at once, by when, and to whom. Refuse first, then change, then tell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Membership, ServiceUnit, User
from tracker.directory.queries import calendar_of, holds_on
from tracker.directory.states import Role
from tracker.followups import ball
from tracker.followups.models import FollowUp
from tracker.followups.rules import due_at
from tracker.followups.states import OPEN, FollowUpStatus, Holder
from tracker.kit.db import BATCH
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment

CANNOT = N_(
    "Rekomendasi ini dinyatakan tidak dapat ditindaklanjuti. Cabut pernyataan itu dahulu, baru tetapkan tindak lanjut."
)
NOT_AN_OFFICER = N_("Penanggung jawab harus petugas aktif di unit ini.")
EMPTY_TITLE = N_("Tulis apa yang harus dikerjakan.")
WEIGHT = N_("Bobot paling kecil 1, paling besar 100.")
ALREADY_PAST = N_("Tenggat sudah lewat di tempat unit. Pilih hari ini atau sesudahnya.")
HEAVIEST = 100


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is asked of a unit. The date is agreed; the due moment follows from it and the unit's calendar."""

    title: str
    due_on: date
    person_in_charge_id: int | None = None
    weight: int = 1
    expected_evidence: str = ""
    due_zone: str | None = None
    """The letter's time zone where the letter names one."""
    is_commitment: bool = False
    """Promised in a mentoring session. A session may be recorded afterwards, so its dates may lie in the past."""


def passes_the_letter(recommendation: Recommendation, due_on: date) -> bool:
    """The agreed date lies after the recommendation's own: a reason to warn, not to refuse."""
    return recommendation.due_on is not None and due_on > recommendation.due_on


def assign_follow_up(desk: Desk, recommendation: Recommendation, assignment: Assignment, reason: str = "") -> FollowUp:
    """Ask a unit to act on a recommendation by a date. An adequate one becomes not yet adequate again."""
    lock(desk, recommendation)
    check(assignment)
    check_date(desk, recommendation.unit, assignment)
    refuse_cannot(recommendation)
    check_officers(desk, [(assignment.person_in_charge_id, recommendation.unit_id)])
    take_up(desk, recommendation, Act.ASSIGN_FOLLOW_UP, reason)
    follow_up = desk.add(FollowUp(**row_of(desk, recommendation, recommendation.unit, assignment)))
    desk.record(Act.ASSIGN_FOLLOW_UP, follow_up, reason)
    return follow_up


def assign_many(desk: Desk, asked: Sequence[tuple[Recommendation, Assignment]], reason: str = "") -> list[int]:
    """Each recommendation its own copy, all of them or none; the ids in the order given. Set-wise, for thousands."""
    lock_all(desk, [recommendation.id for recommendation, _ in asked])
    unusable = sum(recommendation.assessment is Assessment.CANNOT for recommendation, _ in asked)
    if unusable:
        raise Refusal(
            "recommendations",
            N_("%(count)s rekomendasi dinyatakan tidak dapat ditindaklanjuti. Keluarkan dari pilihan."),
            count=unusable,
        )
    units = units_with_places(desk, {recommendation.unit_id for recommendation, _ in asked})
    for recommendation, assignment in asked:
        check(assignment)
        check_date(desk, units[recommendation.unit_id], assignment)
    check_officers(desk, [(assignment.person_in_charge_id, each.unit_id) for each, assignment in asked])
    for recommendation, _ in asked:
        if recommendation.assessment is Assessment.ADEQUATE:
            take_up(desk, recommendation, Act.ASSIGN_FOLLOW_UP, reason)
    rows = [row_of(desk, each, units[each.unit_id], assignment) for each, assignment in asked]
    ids = desk.add_all(FollowUp, rows)
    told = [(id, row["unit_id"], changes_of(row)) for id, row in zip(ids, rows, strict=True)]
    desk.record_all(Act.ASSIGN_FOLLOW_UP, FollowUp, told, reason)
    return ids


def edit_follow_up(desk: Desk, follow_up: FollowUp, assignment: Assignment, reason: str = "") -> None:
    """Change what is asked or by when. The date first agreed on is never overwritten."""
    allow(follow_up, Act.EDIT_FOLLOW_UP)
    check(assignment)
    if assignment.due_on != follow_up.due_on:
        check_date(desk, follow_up.unit, assignment)
    check_officers(desk, [(changed_person(follow_up, assignment), follow_up.unit_id)])
    follow_up.title, follow_up.expected_evidence = assignment.title.strip(), assignment.expected_evidence.strip()
    follow_up.weight, follow_up.person_in_charge_id = assignment.weight, assignment.person_in_charge_id
    if follow_up.due_zone != assignment.due_zone:
        follow_up.due_zone = assignment.due_zone
        ball.set_due(desk, follow_up)
    ball.agree_date(desk, follow_up, assignment.due_on)
    desk.record(Act.EDIT_FOLLOW_UP, follow_up, reason)


def name_person(desk: Desk, follow_up: FollowUp, person_id: int | None) -> None:
    """Name who at the unit is in charge of an open follow-up."""
    allow(follow_up, Act.NAME_PERSON_IN_CHARGE)
    check_officers(desk, [(person_id, follow_up.unit_id)], "person_in_charge_id")
    if follow_up.person_in_charge_id != person_id:
        follow_up.person_in_charge_id = person_id
        desk.record(Act.NAME_PERSON_IN_CHARGE, follow_up)


def lock(desk: Desk, recommendation: Recommendation) -> None:
    """One decision at a time about a recommendation, with what stands in the database at this moment."""
    desk.session.refresh(recommendation, with_for_update=True)


def lock_all(desk: Desk, ids: Sequence[int]) -> None:
    """The same for many, always in one order, so that two such locks never wait for each other."""
    asked = sorted(set(ids))
    for start in range(0, len(asked), BATCH):
        rows = sa.select(Recommendation).where(Recommendation.id.in_(asked[start : start + BATCH]))
        ordered = rows.order_by(Recommendation.id).with_for_update()
        desk.session.scalars(ordered.execution_options(populate_existing=True)).all()


def refuse_cannot(recommendation: Recommendation) -> None:
    if recommendation.assessment is Assessment.CANNOT:
        raise Refusal("recommendation", CANNOT)


def take_up(desk: Desk, recommendation: Recommendation, act: Act, reason: str) -> None:
    """Move the assessment as the act has it, and tell of it where that changed something."""
    before = recommendation.assessment
    recommendation.move(act)
    if recommendation.assessment is not before:
        desk.record(act, recommendation, reason)


def allow(follow_up: FollowUp, act: Act) -> None:
    """For acts that move nothing: refuse them where the status has no room for them."""
    if not follow_up.can(act):
        raise IllegalMove(act, follow_up.status)


def check(assignment: Assignment) -> None:
    if not assignment.title.strip():
        raise Refusal("title", EMPTY_TITLE)
    if not 1 <= assignment.weight <= HEAVIEST:
        raise Refusal("weight", WEIGHT)


def check_date(desk: Desk, unit: ServiceUnit, assignment: Assignment) -> None:
    if assignment.is_commitment:
        return
    if assignment.due_on < desk.today_in(assignment.due_zone or unit.timezone):
        raise Refusal("due_on", ALREADY_PAST)


def check_officers(desk: Desk, named: Iterable[tuple[int | None, int]], field: str = "person_in_charge_id") -> None:
    """Each person must be an active officer of the unit beside them. One query a batch, at the machine's desk,
    since who may name a person may not see all accounts."""
    asked = sorted({(person, unit) for person, unit in named if person is not None})
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        held = (
            sa.select(Membership.user_id, Membership.unit_id)
            .join(User, User.id == Membership.user_id)
            .where(
                User.is_active,
                Membership.role == Role.UNIT_OFFICER,
                Membership.user_id.in_({person for person, _ in batch}),
                Membership.unit_id.in_({unit for _, unit in batch}),
                holds_on(desk.today),
            )
        )
        with as_machine(desk.session):
            known = {(person, unit) for person, unit in desk.session.execute(held)}
        if set(batch) - known:
            raise Refusal(field, NOT_AN_OFFICER)


def changed_person(follow_up: FollowUp, assignment: Assignment) -> int | None:
    """Only a new name is checked: an officer who left meanwhile must not stop a change of the date."""
    named = assignment.person_in_charge_id
    return None if named == follow_up.person_in_charge_id else named


def units_with_places(desk: Desk, ids: set[int]) -> dict[int, ServiceUnit]:
    """The units with their regions, in a few queries however many there are."""
    asked, units = sorted(ids), {}
    for start in range(0, len(asked), BATCH):
        query = sa.select(ServiceUnit).where(ServiceUnit.id.in_(asked[start : start + BATCH]))
        units.update({unit.id: unit for unit in desk.all(query.options(joinedload(ServiceUnit.region)))})
    return units


def row_of(desk: Desk, recommendation: Recommendation, unit: ServiceUnit, assignment: Assignment) -> dict[str, Any]:
    zone = ZoneInfo(assignment.due_zone or unit.timezone)
    return {
        "recommendation_id": recommendation.id,
        "unit_id": recommendation.unit_id,
        "cycle_id": recommendation.cycle_id,
        "area_id": unit.area_id,
        "title": assignment.title.strip(),
        "expected_evidence": assignment.expected_evidence.strip(),
        "weight": assignment.weight,
        "person_in_charge_id": assignment.person_in_charge_id,
        "status": FollowUpStatus.ASSIGNED,
        "is_open": FollowUpStatus.ASSIGNED in OPEN,
        "holder": Holder.UNIT,
        "holder_since": desk.now,
        "original_due_on": assignment.due_on,
        "due_on": assignment.due_on,
        "due_zone": assignment.due_zone,
        "due_at": due_at(assignment.due_on, zone, 0, calendar_of(desk.session, unit.region)),
        "assigned_at": desk.now,
        "assigned_by_id": desk.actor.id,
        "from_commitment": assignment.is_commitment,
    }


TOLD = (
    "recommendation_id",
    "title",
    "expected_evidence",
    "weight",
    "person_in_charge_id",
    "status",
    "due_on",
    "due_zone",
)


def changes_of(row: dict[str, Any]) -> dict[str, list[Any]]:
    """What the event of a new follow-up tells: from nothing to what was decided."""
    plain = {name: row[name].isoformat() if isinstance(row[name], date) else row[name] for name in TOLD}
    return {name: [None, value] for name, value in plain.items() if value not in (None, "")}
