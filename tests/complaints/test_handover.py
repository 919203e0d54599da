"""Complaints of somebody who left go to the unit's next officer; of *rahasia* ones nobody new becomes a reader."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.administration import following
from tracker.complaints import handover
from tracker.complaints.models import Complaint
from tracker.complaints.states import ComplaintStatus
from tracker.directory.models import Membership, User
from tracker.directory.states import Role

DeskOf = Callable[..., Desk]
DAY = date(2026, 3, 2)


def end(make: Make, user: User) -> None:
    with as_machine(make.session):
        for membership in make.session.scalars(sa.select(Membership).where(Membership.user_id == user.id)):
            membership.valid_to = date(2026, 2, 28)
        make.session.flush()
        make.session.info["untold"].clear()


def given(make: Make, user: User, unit: object, **values: object) -> Complaint:
    return make.complaint(unit, status=ComplaintStatus.ASSIGNED, assignee_id=user.id, assigned_at=None, **values)  # type: ignore[arg-type]


def test_when_a_membership_ends_open_complaints_go_to_the_units_next_officer(make: Make, machine: Desk) -> None:
    unit = make.unit()
    leaving, staying = (make.user(Role.UNIT_OFFICER, unit=unit) for _ in range(2))
    open_one = given(make, leaving, unit)
    of_other = given(make, staying, unit)
    closed = make.complaint(unit, status=ComplaintStatus.CLOSED, assignee_id=leaving.id)
    end(make, leaving)
    assert following.membership_ended(machine, leaving.id, DAY) == 1
    machine.session.commit()
    assert (open_one.assignee_id, of_other.assignee_id, closed.assignee_id) == (staying.id, staying.id, leaving.id)
    assert handover.hand_over_lapsed(machine, DAY) == 0


def test_a_confidential_one_is_given_to_nobody_by_itself(make: Make, machine: Desk) -> None:
    unit = make.unit()
    leaving, _staying = (make.user(Role.UNIT_OFFICER, unit=unit) for _ in range(2))
    complaint = given(make, leaving, unit, is_confidential=True)
    end(make, leaving)
    assert handover.hand_over_lapsed(machine, DAY) == 1
    machine.session.commit()
    assert complaint.assignee_id is None


def test_without_another_officer_it_is_the_units_again(make: Make, machine: Desk) -> None:
    unit = make.unit()
    leaving = make.user(Role.UNIT_OFFICER, unit=unit)
    complaint = given(make, leaving, unit)
    end(make, leaving)
    assert handover.hand_over_lapsed(machine, DAY) == 1
    assert complaint.assignee_id is None


def test_a_complaint_officer_of_the_agency_handles_complaints_of_its_units(make: Make, machine: Desk) -> None:
    unit = make.unit()
    officer = make.user(Role.COMPLAINT_OFFICER, agency=unit.agency)
    complaint = given(make, officer, unit)
    assert handover.hand_over_lapsed(machine, DAY) == 0
    assert complaint.assignee_id == officer.id


def test_complaints_move_with_their_unit(make: Make, machine: Desk) -> None:
    unit, area = make.unit(), make.area()
    complaint = make.complaint(unit)
    unit.area_id = area.id
    following.unit_moved(machine.session, unit)
    machine.session.refresh(complaint)
    assert complaint.area_id == area.id


def test_what_was_handed_over_is_listed_with_from_and_to(make: Make, machine: Desk, site: Site) -> None:
    unit = make.unit()
    leaving, staying = (make.user(Role.UNIT_OFFICER, unit=unit) for _ in range(2))
    complaint = given(make, leaving, unit)
    end(make, leaving)
    handover.hand_over_lapsed(machine, DAY)
    machine.session.commit()
    page = site.sign_in(make.user(Role.COORDINATOR, agency=unit.agency)).get("/dialihkan")
    assert complaint.number in page.words
    assert leaving.name in page.words
    assert staying.name in page.words
    assert f"/pengaduan/{complaint.id}" in page.links
