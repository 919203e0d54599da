"""Complaints of somebody who may no longer hold them, and complaints that move with their unit."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.access.words import NO_LONGER_THERE
from tracker.complaints.models import Complaint
from tracker.directory.models import Membership, ServiceUnit, User
from tracker.directory.queries import holds_on, officers_of
from tracker.directory.states import Role


def hand_over(desk: Desk, user_id: int, day: date) -> int:
    """Hand on the open complaints that this person may no longer handle on that day; say how many."""
    return _hand_over(desk, day, Complaint.assignee_id == user_id)


def hand_over_lapsed(desk: Desk, day: date) -> int:
    """The same for everybody whose membership came to its end by itself."""
    return _hand_over(desk, day, Complaint.assignee_id.is_not(None))


def _hand_over(desk: Desk, day: date, whose: sa.ColumnElement[bool]) -> int:
    """To another officer of the unit. A *rahasia* one goes to nobody: who may read it is not for time to decide, so
    the complaint officers, who read it anyhow, assign it anew."""
    left = (
        sa.select(Complaint)
        .join(User, User.id == Complaint.assignee_id)
        .where(whose, Complaint.is_open, Complaint.pending_id.is_(None), sa.or_(~User.is_active, ~_still_handles(day)))
        .order_by(Complaint.id)
    )
    heirs: dict[int, int | None] = {}
    with as_machine(desk.session):
        orphans: list[Complaint] = desk.all(left)
        for complaint in orphans:
            if complaint.unit_id not in heirs:
                heirs[complaint.unit_id] = _heir(desk, complaint.unit_id, day)
            complaint.assignee_id = None if complaint.is_confidential else heirs[complaint.unit_id]
            desk.record(Act.HAND_OVER, complaint, NO_LONGER_THERE)
    return len(orphans)


def _heir(desk: Desk, unit_id: int, day: date) -> int | None:
    return next((user.id for user in desk.all(officers_of(unit_id, day).limit(1))), None)


def _still_handles(day: date) -> sa.ColumnElement[bool]:
    """Whoever it is assigned to is an officer of its unit, or a complaint officer of it or of its agency."""
    at_unit = Membership.unit_id == Complaint.unit_id
    return sa.exists().where(
        Membership.user_id == Complaint.assignee_id,
        holds_on(day),
        sa.or_(
            sa.and_(Membership.role == Role.UNIT_OFFICER, at_unit),
            sa.and_(
                Membership.role == Role.COMPLAINT_OFFICER,
                sa.or_(at_unit, Membership.agency_id == Complaint.agency_id),
            ),
        ),
    )


def follow_unit(session: Session, unit: ServiceUnit) -> None:
    """A unit came into another area: its complaints are found there from now on."""
    with as_machine(session):
        session.execute(
            sa.update(Complaint)
            .where(Complaint.unit_id == unit.id)
            .values(area_id=unit.area_id)
            .execution_options(synchronize_session=False)
        )
