"""An agency with two units, and the people around its complaints."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints import operations
from tracker.complaints.models import Complaint
from tracker.complaints.operations import Disposition, Sorting
from tracker.complaints.queries import history
from tracker.complaints.states import Classification, ComplaintSource
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role
from tracker.kit.db import db

DeskOf = Callable[..., Desk]
ORDINARY = Sorting(Classification.ORDINARY, "Sarana", "KTP-el", "sarana")


@dataclass
class Office:
    """An agency with two units, its complaint officer, an officer of either unit, and those who look on."""

    root: ServiceUnit
    unit: ServiceUnit
    other: ServiceUnit
    people: dict[str, User]
    desk_of: DeskOf
    make: Make

    def desk(self, who: str = "liaison") -> Desk:
        person = self.people[who]
        with as_machine(db.session()):
            assert person.memberships
        return self.desk_of(person)

    def complaint(self, unit: ServiceUnit | None = None, **values: Any) -> Complaint:
        own: dict[str, Any] = {"source": ComplaintSource.COUNTER, "tracking_id": None}
        return self.make.complaint(unit or self.root, **own | values)

    def handled(self, **values: Any) -> Complaint:
        """In progress with the unit's officer."""
        complaint = self.complaint(**values)
        desk = self.desk()
        operations.verify(desk, complaint, ORDINARY)
        operations.assign(desk, complaint, Disposition(self.unit.id, self.people["officer"].id, "Mohon dicek."))
        desk.session.commit()
        operations.start(self.desk("officer"), complaint)
        desk.session.commit()
        return complaint

    def events(self, complaint: Complaint) -> list[tuple[str, str]]:
        desk = self.desk()
        return [(event.act, event.reason) for event in desk.all(history(complaint))]


@pytest.fixture
def office(make: Make, desk_of: DeskOf) -> Office:
    region = make.region()
    area = make.area()
    agency = make.agency(region_id=region.id)
    with as_machine(make.session):
        root = make.session.scalars(sa.select(ServiceUnit).filter_by(agency_id=agency.id)).one()
    unit = make.unit("Disdukcapil", area, agency=agency, region_id=region.id)
    other = make.unit("Puskesmas", area, agency=agency, region_id=region.id)
    people = {
        "liaison": make.user(Role.COMPLAINT_OFFICER, agency=agency),
        "officer": make.user(Role.UNIT_OFFICER, unit=unit),
        "colleague": make.user(Role.UNIT_OFFICER, unit=unit),
        "elsewhere": make.user(Role.UNIT_OFFICER, unit=other),
        "coordinator": make.user(Role.COORDINATOR, agency=agency),
        "deputy": make.user(Role.ASSISTANT_DEPUTY, area=area),
    }
    return Office(root, unit, other, people, desk_of, make)
