"""Who takes over the open work of somebody who may no longer hold it, and work that moves with its unit."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.access.words import NO_LONGER_THERE, NOBODY_CONFIRMS
from tracker.directory.models import Membership, ServiceUnit, User
from tracker.directory.queries import coordinators_of, holds_on, officers_of
from tracker.directory.states import Role
from tracker.followups.ball import pass_ball
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus


def hand_over(desk: Desk, user_id: int, day: date) -> int:
    """Hand on the open follow-ups that this person may no longer hold on that day; say how many."""
    return _hand_over(desk, day, FollowUp.person_in_charge_id == user_id) + forward_unconfirmed(desk, day)


def hand_over_lapsed(desk: Desk, day: date) -> int:
    """The same for everybody: what memberships that came to their end, by themselves, have left behind."""
    return _hand_over(desk, day, FollowUp.person_in_charge_id.is_not(None)) + forward_unconfirmed(desk, day)


def forward_unconfirmed(desk: Desk, day: date) -> int:
    """What waits for a coordinator where there is none any more goes on to the verifier; say how many."""
    query = (
        sa.select(FollowUp)
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .where(
            FollowUp.status == FollowUpStatus.AWAITING_CONFIRMATION,
            ~coordinators_of(ServiceUnit.agency_id, day).exists(),
        )
        .options(joinedload(FollowUp.unit).joinedload(ServiceUnit.region))
        .order_by(FollowUp.id)
    )
    with as_machine(desk.session):
        left = desk.all(query)
        for follow_up in left:
            follow_up.move(Act.CONFIRM_SUBMISSION)
            pass_ball(desk, follow_up)
            desk.record(Act.HAND_OVER, follow_up, NOBODY_CONFIRMS)
    return len(left)


def _hand_over(desk: Desk, day: date, whose: sa.ColumnElement[bool]) -> int:
    query = (
        sa.select(FollowUp)
        .join(User, User.id == FollowUp.person_in_charge_id)
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .where(whose, FollowUp.is_open, sa.or_(~User.is_active, ~_still_responsible(day)))
        .options(joinedload(FollowUp.unit))
        .order_by(FollowUp.id)
    )
    with as_machine(desk.session):
        orphans = desk.all(query)
        successors = successors_in(desk, {follow_up.unit for follow_up in orphans}, day)
        for follow_up in orphans:
            follow_up.person_in_charge_id = successors[follow_up.unit_id]
            desk.record(Act.HAND_OVER, follow_up, NO_LONGER_THERE)
    return len(orphans)


def _still_responsible(day: date) -> sa.ColumnElement[bool]:
    """The person in charge holds a role in the unit, or coordinates its agency, on that day."""
    return sa.exists().where(
        Membership.user_id == FollowUp.person_in_charge_id,
        Membership.role.in_((Role.UNIT_OFFICER, Role.COORDINATOR)),
        holds_on(day),
        sa.or_(Membership.unit_id == FollowUp.unit_id, Membership.agency_id == ServiceUnit.agency_id),
    )


def successors_in(desk: Desk, units: Iterable[ServiceUnit], day: date) -> dict[int, int | None]:
    """Unit -> who takes over there: an officer of it, its head first, else the agency's coordinator, else nobody."""
    found: dict[int, int | None] = {}
    for unit in units:
        heirs = officers_of(unit.id, day), coordinators_of(unit.agency_id, day)
        found[unit.id] = next((user.id for query in heirs for user in desk.all(query.limit(1))), None)
    return found


def follow_unit(session: Session, unit: ServiceUnit) -> None:
    """A unit came into another area: its follow-ups are found there from now on."""
    with as_machine(session):
        session.execute(sa.update(FollowUp).where(FollowUp.unit_id == unit.id).values(area_id=unit.area_id))
