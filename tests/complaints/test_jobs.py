"""What time does to complaints: the unanswered close, and identities go after their months."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints import clocks, jobs
from tracker.complaints.identity import Identity, keep_identity
from tracker.complaints.models import Complainant, Complaint
from tracker.complaints.states import ComplaintStatus
from tracker.directory.models import ServiceUnit
from tracker.events.models import Event

S = ComplaintStatus
DeskOf = Callable[..., Desk]
WHO = Identity(name="Siti Aminah binti Contoh", telephone="+62 812 1111 2222")


@pytest.fixture
def unit(make: Make) -> ServiceUnit:
    return make.unit(region_id=make.region(timezone="Asia/Jakarta").id)


def responded(make: Make, machine: Desk, unit: ServiceUnit, when: datetime) -> Complaint:
    complaint = make.complaint(unit, status=S.RESPONDED, responded_at=when, holder_since=when)
    with as_machine(machine.session):
        clocks.set_due(machine, complaint)
        machine.session.flush()
    return complaint


def over(make: Make, machine: Desk, when: datetime, **values: Any) -> Complaint:
    complaint = make.complaint(status=S.CLOSED, closed_at=when, **values)
    keep_identity(machine, complaint, WHO)
    machine.session.flush()
    machine.session.info["untold"].clear()
    return complaint


def events_on(session: Any, complaint: Complaint) -> list[tuple[str, str]]:
    with as_machine(session):
        rows = session.execute(
            sa.select(Event.act, Event.reason)
            .where(Event.subject_type == "Complaint", Event.subject_id == complaint.id)
            .order_by(Event.id)
        )
        return [(act, reason) for act, reason in rows]


def test_a_response_nobody_answers_closes_by_itself_once_its_last_day_is_over(
    make: Make, unit: ServiceUnit, clock: StoppedClock, machine: Desk, desk_of: DeskOf
) -> None:
    complaint = responded(make, machine, unit, datetime(2026, 3, 2, 2, tzinfo=UTC))
    clock.set(datetime(2026, 3, 16, 16, 59, tzinfo=UTC))  # the evening of the tenth working day
    assert jobs.close_unanswered(desk_of(SYSTEM)) == 0
    clock.set(datetime(2026, 3, 16, 17, 15, tzinfo=UTC))
    assert jobs.close_unanswered(desk_of(SYSTEM)) == 1
    assert (complaint.status, complaint.is_open, complaint.due_at) == (S.CLOSED, False, None)
    assert complaint.closed_at == datetime(2026, 3, 16, 17, 15, tzinfo=UTC)
    assert events_on(machine.session, complaint) == [("complaint.close", jobs.UNANSWERED)]
    assert jobs.close_unanswered(desk_of(SYSTEM)) == 0


def test_more_than_one_piece_closes_and_what_was_reopened_meanwhile_stays(
    make: Make, unit: ServiceUnit, clock: StoppedClock, machine: Desk, desk_of: DeskOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    many = [responded(make, machine, unit, datetime(2026, 3, 2, 2, tzinfo=UTC)) for _ in range(5)]
    with as_machine(machine.session):
        many[0].status = S.IN_PROGRESS
        clocks.pass_ball(machine, many[0])
        machine.session.flush()
        machine.session.info["untold"].clear()
    clock.set(datetime(2026, 4, 1, tzinfo=UTC))
    assert jobs.close_unanswered(desk_of(SYSTEM)) == 4
    assert many[0].status is S.IN_PROGRESS


def test_an_identity_goes_a_year_after_the_end_and_nothing_brings_it_back(
    make: Make, clock: StoppedClock, machine: Desk, desk_of: DeskOf
) -> None:
    complaint = over(make, machine, datetime(2026, 3, 2, 2, tzinfo=UTC))
    younger = over(make, machine, datetime(2026, 3, 3, 2, tzinfo=UTC))
    clock.set(datetime(2027, 3, 2, 2, tzinfo=UTC) - timedelta(days=1))
    assert jobs.remove_old_identities(desk_of(SYSTEM)) == 0
    clock.set(datetime(2027, 3, 2, 2, tzinfo=UTC))
    desk = desk_of(SYSTEM)
    assert jobs.remove_old_identities(desk) == 1
    assert desk.all(sa.select(Complainant.complaint_id)) == [younger.id]
    assert complaint.identity_removed_at == desk.now
    assert events_on(desk.session, complaint) == [("complaint.remove_identity", jobs.KEPT_LONG_ENOUGH)]
    keep_identity(desk, complaint, WHO)
    desk.session.flush()
    assert desk.all(sa.select(Complainant.complaint_id)) == [younger.id]
    assert jobs.remove_old_identities(desk) == 0


def test_of_an_open_complaint_the_identity_stays_however_old(
    make: Make, clock: StoppedClock, machine: Desk, desk_of: DeskOf
) -> None:
    complaint = make.complaint(status=S.IN_PROGRESS, received_at=datetime(2020, 1, 2, tzinfo=UTC))
    keep_identity(machine, complaint, WHO)
    machine.session.flush()
    machine.session.info["untold"].clear()
    clock.set(datetime(2027, 6, 1, tzinfo=UTC))
    assert jobs.remove_old_identities(desk_of(SYSTEM)) == 0


def test_a_run_says_how_many_it_closed_and_how_many_identities_went(
    make: Make, unit: ServiceUnit, clock: StoppedClock, machine: Desk, desk_of: DeskOf
) -> None:
    responded(make, machine, unit, datetime(2026, 3, 2, 2, tzinfo=UTC))
    over(make, machine, datetime(2025, 1, 2, 2, tzinfo=UTC))
    clock.set(datetime(2026, 4, 1, tzinfo=UTC))
    desk = desk_of(SYSTEM)
    assert jobs.look_after_complaints(desk, desk.now) == {"complaints_closed": 1, "identities_removed": 1}
