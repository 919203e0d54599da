"""A unit officer's home: what to do next, most urgent first; what came back and why; what others hold."""

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards.sections import Section
from tracker.dashboards.work import AT_ONCE, counts, lines_of, where_may
from tracker.followups.extension_models import Extension
from tracker.followups.extension_queries import as_lines
from tracker.followups.extension_states import ExtensionStatus
from tracker.followups.lines import FollowUpLine
from tracker.followups.queries import given_back
from tracker.followups.showing import GivenBack
from tracker.followups.showing import given_back as in_words
from tracker.followups.states import FollowUpStatus, Holder
from tracker.kit.db import Rows
from tracker.mentoring.of_unit import to_prepare

GROUPS = ((Holder.UNIT,), (Holder.VERIFIER, Holder.COORDINATOR), (Holder.BUDGET, Holder.LAW))
"""Whoever has to act next: the unit, somebody whom it waits for, or nobody yet."""


def officer(desk: Desk) -> Section | None:
    if not desk.holds(Act.LOG_ACTION):
        return None
    mine = where_may(desk, Act.LOG_ACTION)
    to_do, waiting, held = lines_of(desk, GROUPS, mine)
    counted = counts(desk, mine, accepted=True)
    shown = {
        "desk": desk,
        "counts": counted,
        "to_do": to_do,
        "why": reasons(desk, to_do),
        "waiting": waiting,
        "held": held,
        "requests": desk.all(waiting_requests(desk)),
        "done": counted.accepted,
        "units": len({follow_up.unit_id for follow_up in to_do}),
    }
    return Section("dashboards/home_officer.html", shown)


def sessions_to_prepare(desk: Desk) -> Section | None:
    """Coming sessions for which somebody brings a unit's activity, obstacles and plan along."""
    if not desk.holds(Act.PREPARE_FOR_SESSION):
        return None
    lines = to_prepare(desk)
    return Section("dashboards/home_sessions.html", {"lines": lines}) if lines else None


def waiting_requests(desk: Desk) -> Rows[Extension]:
    """What the person's units have asked for and nobody has decided on yet."""
    waiting = sa.select(Extension).where(
        Extension.status == ExtensionStatus.REQUESTED, desk.where_may(Act.LOG_ACTION, Extension.unit_id)
    )
    return as_lines(waiting.order_by(Extension.requested_at, Extension.id)).limit(AT_ONCE)


def reasons(desk: Desk, follow_ups: list[FollowUpLine]) -> dict[int, GivenBack]:
    """Why each of them came back last; those that did not are left out."""
    back = [each.id for each in follow_ups if each.status is FollowUpStatus.RETURNED]
    return {event.subject_id: in_words(event) for event in desk.all(given_back(back))} if back else {}
