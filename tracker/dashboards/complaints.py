"""Complaints on somebody's home: what to verify and give on, and what they handle themselves."""

from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.lines import LINES, ComplaintLine, read
from tracker.complaints.models import Complaint
from tracker.complaints.narrowing import counts, due_order, handled_by, sees_few, verified_by
from tracker.complaints.states import BallHolder
from tracker.dashboards.sections import Section
from tracker.dashboards.work import AT_ONCE


def liaison(desk: Desk) -> Section | None:
    """A complaint officer's: every clock of the office, and what waits for their hand."""
    if not desk.holds(Act.VERIFY_COMPLAINT):
        return None
    mine = verified_by(desk)
    waiting = sa.and_(mine, Complaint.holder == BallHolder.LIAISON)
    shown = {"desk": desk, "counts": counts(desk, mine), "to_do": lines(desk, waiting)}
    return Section("dashboards/home_complaints.html", shown)


def handled(desk: Desk) -> Section | None:
    """What was given to this person or their unit, for whoever has any."""
    if not desk.holds(Act.START_COMPLAINT):
        return None
    to_do = lines(desk, handled_by(desk))
    return Section("dashboards/home_handled.html", {"desk": desk, "to_do": to_do}) if to_do else None


def lines(desk: Desk, which: sa.ColumnElement[bool]) -> list[ComplaintLine]:
    query: sa.Select[Any] = LINES.where(Complaint.is_open, which)
    return read(desk, query.order_by(*due_order(sees_few(desk))).limit(AT_ONCE))
