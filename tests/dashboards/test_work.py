"""The lines and numbers of an officer's home are those of separate questions, asked at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.queries import statements
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards.officer import GROUPS
from tracker.dashboards.work import AT_ONCE, counts, lines, lines_of, where_may
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus, HoldKind

S = FollowUpStatus
KINDS = (
    (S.ASSIGNED, None), (S.RETURNED, None), (S.SUBMITTED, None), (S.AWAITING_CONFIRMATION, None), (S.ACCEPTED, None),
    (S.CANCELLED, None), (S.ON_HOLD, HoldKind.BUDGET), (S.ON_HOLD, HoldKind.LAW),
)  # fmt: skip


def fill(make: Make, unit: ServiceUnit, due: datetime, each: int) -> None:
    """Of every kind more than a page shows, the later made the earlier due."""
    recommendation = make.recommendation(unit)
    for at in range(each):
        for place, (status, hold_kind) in enumerate(KINDS):
            held: dict[str, Any] = (
                {"hold_kind": hold_kind, "hold_fiscal_year": 2027, "hold_reason": "Menunggu."} if hold_kind else {}
            )
            due_at = due - timedelta(hours=7 * at + place)
            make.follow_up(recommendation=recommendation, status=status, due_at=due_at, **held)


def test_the_groups_of_a_home_are_asked_at_once_and_hold_what_each_would(
    make: Make, desk_of: Callable[..., Desk], clock: StoppedClock
) -> None:
    unit = make.unit("Dinas")
    fill(make, unit, clock.now() + timedelta(hours=40), AT_ONCE + 2)
    fill(make, make.unit("Dinas lain"), clock.now() - timedelta(days=90), 1)
    desk = desk_of(make.user(Role.UNIT_OFFICER, unit=unit))
    mine = where_may(desk, Act.LOG_ACTION)
    with statements() as sent:
        found = lines_of(desk, GROUPS, mine)
    assert len(sent) == 1
    assert found == [lines(desk, mine, FollowUp.holder.in_(holders)) for holders in GROUPS]
    assert [len(each) for each in found] == [AT_ONCE] * 3
    assert {line.unit_id for each in found for line in each} == {unit.id}


def test_the_numbers_are_the_same_with_and_without_what_is_done(
    make: Make, desk_of: Callable[..., Desk], clock: StoppedClock
) -> None:
    unit = make.unit("Dinas")
    fill(make, unit, clock.now() - timedelta(days=1), 3)
    desk = desk_of(make.user(Role.UNIT_OFFICER, unit=unit))
    mine = where_may(desk, Act.LOG_ACTION)
    open_only, everything = counts(desk, mine), counts(desk, mine, accepted=True)
    told = (everything.to_do, everything.returned, everything.with_coordinator, everything.with_verifier)
    assert told == (6, 3, 3, 3)
    assert (everything.on_hold, everything.overdue, everything.accepted) == (6, open_only.overdue, 3)
    assert open_only.open == everything.open == 18
    assert open_only.accepted == 0
