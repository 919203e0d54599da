"""A coordinator's home: what waits for a confirmation, and how the agency's units are doing."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards.sections import Section
from tracker.dashboards.work import AT_ONCE, counts, lines, where_may
from tracker.directory.models import ServiceUnit
from tracker.followups.lines import LINES, read
from tracker.followups.models import FollowUp
from tracker.followups.queries import overdue
from tracker.followups.states import FollowUpStatus, Holder


def coordinator(desk: Desk) -> Section | None:
    if not desk.holds(Act.CONFIRM_SUBMISSION):
        return None
    mine = where_may(desk, Act.CONFIRM_SUBMISSION)
    waiting = LINES.where(FollowUp.status == FollowUpStatus.AWAITING_CONFIRMATION, mine)
    to_confirm = read(desk, waiting.order_by(FollowUp.submitted_at, FollowUp.id).limit(AT_ONCE))
    shown = {
        "desk": desk,
        "counts": counts(desk, mine),
        "to_confirm": to_confirm,
        "late": lines(desk, mine, overdue(desk.now)),
        "units": units_in_charge(desk, mine),
    }
    return Section("dashboards/home_coordinator.html", shown)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit of the agency: how much is open there, late there, and waits for the coordinator."""

    unit: ServiceUnit
    open: int
    overdue: int
    to_confirm: int


def units_in_charge(desk: Desk, which: sa.ColumnElement[bool]) -> list[UnitLine]:
    """The units with open work, the latest first, then by name; those without work are on the unit pages."""
    late = sa.func.sum(sa.case((overdue(desk.now), 1), else_=0))
    confirm = sa.func.sum(sa.case((FollowUp.holder == Holder.COORDINATOR, 1), else_=0))
    numbers = desk.session.execute(
        sa.select(FollowUp.unit_id, sa.func.count(), late, confirm)
        .where(FollowUp.is_open, which)
        .group_by(FollowUp.unit_id)
        .order_by(late.desc(), sa.func.count().desc(), FollowUp.unit_id)
        .limit(50)
    ).all()
    ids = [row[0] for row in numbers]
    query = sa.select(ServiceUnit).where(ServiceUnit.id.in_(ids)).options(joinedload(ServiceUnit.agency))
    units = {unit.id: unit for unit in desk.all(query)}
    return [UnitLine(units[id], int(n), int(over), int(ask)) for id, n, over, ask in numbers if id in units]
