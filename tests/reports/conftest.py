"""An area with units, their follow-ups, and a copy of yesterday's figures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from tests.support.make import Make
from tracker.directory.models import Agency, ServiceUnit, SupervisionArea, User
from tracker.directory.states import AgencyKind, Role
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Cycle
from tracker.progress.operations import keep_current
from tracker.recommendations.states import Assessment

YESTERDAY = date(2026, 3, 1)
LATE = datetime(2026, 2, 1, 16, 59, 59, tzinfo=UTC)


@dataclass
class World:
    """Wilayah III: four priority units and one other; Wilayah I: one."""

    area: SupervisionArea
    cycle: Cycle
    agency: Agency
    units: dict[str, ServiceUnit]
    asdep: User
    other: User
    coordinator: User
    officer: User

    def names(self, *which: str) -> set[str]:
        return {self.units[each].name for each in which}


PRIORITY = ("Selesai", "Lewat", "Tunggu", "Sunyi")


@pytest.fixture
def world(make: Make) -> World:
    area, elsewhere = make.area("III"), make.area("I")
    cycle = make.the_cycle()
    region = make.region("Kota Tual", code="81.72")
    units: dict[str, ServiceUnit] = {}

    def unit(name: str, where: SupervisionArea, **evaluation: Any) -> ServiceUnit:
        agency = make.agency(f"Pemerintah Kota {name}", kind=AgencyKind.CITY)
        if name == "Lewat":
            agency.region_id = region.id
            make.save(agency)
        units[name] = make.unit(f"Unit {name}", where, agency=agency, region_id=region.id if name == "Lewat" else None)
        make.evaluation(units[name], cycle, **evaluation)
        return units[name]

    make.follow_up(
        recommendation=make.recommendation(unit("Selesai", area), assessment=Assessment.ADEQUATE),
        status=FollowUpStatus.ACCEPTED,
    )
    make.follow_up(unit("Lewat", area), due_at=LATE, due_on=date(2026, 2, 1), title='=HYPERLINK("http://x","klik")')
    make.follow_up(units["Lewat"], due_at=LATE, due_on=date(2026, 2, 1))
    make.follow_up(unit("Tunggu", area), status=FollowUpStatus.SUBMITTED, due_at=LATE)
    unit("Sunyi", area)
    unit("Biasa", area, is_priority=False)
    make.follow_up(unit("Jauh", elsewhere), due_at=LATE)
    keep_current(make.session, [each.id for each in units.values()])
    agency = units["Lewat"].agency
    return World(
        area,
        cycle,
        agency,
        units,
        make.user(Role.ASSISTANT_DEPUTY, area=area),
        make.user(Role.ASSISTANT_DEPUTY, area=elsewhere),
        make.user(Role.COORDINATOR, agency=agency),
        make.user(Role.UNIT_OFFICER, unit=units["Lewat"]),
    )


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    """`flask report …`, as it answers."""
    return lambda *arguments: app.test_cli_runner().invoke(args=["report", *map(str, arguments)])
