"""A ball that is passed on is booked to who held it, and only the clock that stood still waits."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.complaints import clocks
from tracker.complaints.models import Complaint
from tracker.complaints.states import Classification, ComplaintStatus
from tracker.directory.models import ServiceUnit

S = ComplaintStatus
DeskOf = Callable[..., Desk]


def at(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 2, tzinfo=UTC)


@pytest.fixture
def unit(make: Make) -> ServiceUnit:
    return make.unit(region_id=make.region(timezone="Asia/Jakarta").id)


@pytest.fixture
def pass_on(clock: StoppedClock, desk_of: DeskOf) -> Callable[..., Complaint]:
    """Move a complaint at a moment, as the operations do."""

    def move(complaint: Complaint, when: datetime, status: ComplaintStatus, **values: Any) -> Complaint:
        clock.set(when)
        desk = desk_of(SYSTEM)
        if status is S.IN_PROGRESS and complaint.status not in (S.ASSIGNED, S.ON_HOLD, S.WAITING_CITIZEN):
            clocks.restart(desk, complaint)
        complaint.status = status
        for name, value in values.items():
            setattr(complaint, name, value)
        clocks.pass_ball(desk, complaint)
        return complaint

    return move


def opened(make: Make, unit: ServiceUnit) -> Complaint:
    return make.complaint(
        unit,
        status=S.IN_PROGRESS,
        classification=Classification.ORDINARY,
        received_at=at(2),
        verified_at=at(3),
        assigned_at=at(3),
        holder_since=at(3),
    )


def test_days_on_hold_are_booked_to_others_and_added_to_both_clocks(
    make: Make, unit: ServiceUnit, pass_on: Callable[..., Complaint]
) -> None:
    complaint = pass_on(opened(make, unit), at(5), S.ON_HOLD)
    assert (complaint.days_handler, complaint.due_at) == (2, None)
    pass_on(complaint, at(9), S.IN_PROGRESS)  # Thursday to Monday
    assert (complaint.days_others, complaint.days_stopped, complaint.days_stopped_before_answer) == (2, 2, 2)
    assert f"{complaint.answer_due_at:%d-%m}" == "12-03"
    assert f"{complaint.completion_due_at:%d-%m}" == "01-04"


def test_once_answered_a_hold_moves_completion_alone(
    make: Make, unit: ServiceUnit, pass_on: Callable[..., Complaint]
) -> None:
    complaint = pass_on(opened(make, unit), at(5), S.WAITING_CITIZEN, first_answered_at=at(5))
    pass_on(complaint, at(9), S.IN_PROGRESS)
    assert (complaint.days_citizen, complaint.days_stopped, complaint.days_stopped_before_answer) == (2, 2, 0)


def test_days_that_a_response_waited_are_not_added_to_the_clocks_of_a_reopening(
    make: Make, unit: ServiceUnit, pass_on: Callable[..., Complaint]
) -> None:
    complaint = pass_on(opened(make, unit), at(9), S.RESPONDED, responded_at=at(9), first_answered_at=at(9))
    pass_on(complaint, at(16), S.IN_PROGRESS)
    assert complaint.days_citizen == 5
    assert complaint.days_stopped == 0
    assert f"{complaint.answer_due_at:%d-%m}" == "30-03"  # five days after the reopening, over Lebaran
    assert f"{complaint.completion_due_at:%d-%m}" == "13-04"


def test_what_is_over_has_no_holder_and_nothing_due(
    make: Make, unit: ServiceUnit, pass_on: Callable[..., Complaint]
) -> None:
    complaint = pass_on(opened(make, unit), at(9), S.CLOSED, closed_at=at(9))
    assert (complaint.holder, complaint.is_open, complaint.due_at, complaint.due_clock) == (None, False, None, None)
    assert complaint.days_handler == 4
    pass_on(complaint, at(16), S.IN_PROGRESS)
    assert (complaint.days_handler, complaint.days_stopped) == (4, 0)
