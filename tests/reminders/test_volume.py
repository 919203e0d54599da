"""A hundred thousand due items are planned in seconds, and tomorrow's page can still be asked for."""

import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.clock import StoppedClock
from tests.support.make import NOON, Make
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Membership, ServiceUnit, User
from tracker.directory.states import Role
from tracker.followups.models import FollowUp
from tracker.kit.bulk import set_sequences
from tracker.recommendations.models import Recommendation
from tracker.reminders.models import Reminder
from tracker.reminders.planning import plan
from tracker.reminders.tomorrow import tomorrow

UNITS, EACH = 2000, 50
MEGABYTES = 150
"""Of this process, so that a busy machine is no failure; memory at its highest."""


def country(make: Make) -> User:
    """2,000 units in four areas with an officer each, and 50 follow-ups each whose window is open."""
    areas = [make.area() for _ in range(4)]
    first = make.recommendation(make.unit(area=areas[0]))
    agency_id, template = first.unit.agency_id, first
    with as_machine(make.session):
        connection = make.session.connection()
        top = {kind: connection.scalar(sa.select(sa.func.max(kind.id))) or 0 for kind in (ServiceUnit, User, FollowUp)}
        kinds: tuple[Any, ...] = (ServiceUnit, User, Membership, Recommendation, FollowUp)
        tables = {kind: sa.insert(kind.__table__) for kind in kinds}
        ids = range(1, UNITS + 1)
        unit = {n: top[ServiceUnit] + n for n in ids}
        person = {n: top[User] + n for n in ids}
        connection.execute(
            tables[ServiceUnit],
            [
                {
                    "id": unit[n],
                    "agency_id": agency_id,
                    "name": f"Unit {n}",
                    "name_key": f"unit {n}",
                    "area_id": areas[n % 4].id,
                }
                for n in ids
            ],
        )
        connection.execute(
            tables[User], [{"id": person[n], "username": f"banyak-{n}", "name": f"Petugas {n}"} for n in ids]
        )
        connection.execute(
            tables[Membership],
            [
                {"user_id": person[n], "role": Role.UNIT_OFFICER, "unit_id": unit[n], "valid_from": date(2026, 1, 1)}
                for n in ids
            ],
        )
        base = connection.scalar(sa.select(sa.func.max(Recommendation.id))) or 0
        connection.execute(
            tables[Recommendation],
            [
                {"id": base + n, "unit_id": unit[n], "cycle_id": template.cycle_id, "aspect_id": template.aspect_id,
                 "text": "Perbaiki.", "text_key": f"perbaiki {n}"}
                for n in ids
            ],
        )  # fmt: skip
        due = datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC)
        for n in ids:
            connection.execute(
                tables[FollowUp],
                [
                    {"recommendation_id": base + n, "unit_id": unit[n], "cycle_id": template.cycle_id,
                     "area_id": areas[n % 4].id, "title": "Pasang nomor antrean", "original_due_on": date(2026, 3, 2),
                     "due_on": date(2026, 3, 2), "due_at": due + timedelta(days=k % 15), "holder": "unit",
                     "holder_since": NOON - timedelta(days=60), "assigned_at": NOON - timedelta(days=60)}
                    for k in range(EACH)
                ],
            )  # fmt: skip
        set_sequences(connection, [kind.__tablename__ for kind in (ServiceUnit, User, Recommendation)])
    return make.user(Role.ASSISTANT_DEPUTY, area=areas[0])


@pytest.mark.volume
def test_a_hundred_thousand_due_items_are_planned_in_bounded_memory(
    make: Make,
    desk_of: Callable[..., Desk],
    clock: StoppedClock,
    record_property: Callable[[str, object], None],
) -> None:
    deputy = country(make)
    make.session.expunge_all()
    machine = desk_of(SYSTEM)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    counts = plan(machine, machine.now)
    took = time.process_time() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    began = time.process_time()
    again = plan(machine, machine.now)
    took_again = time.process_time() - began
    assert counts["planned"] >= UNITS * EACH
    assert again["planned"] == 0
    with as_machine(make.session):
        deputy = make.session.get_one(User, deputy.id)
        assert deputy.memberships
    began = time.process_time()
    found = tomorrow(desk_of(deputy))
    looking = time.process_time() - began
    assert found.rows
    with as_machine(make.session):
        assert make.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == counts["planned"]
    for name, seconds in (("planned", took), ("planned again", took_again), ("tomorrow", looking)):
        record_property(f"{name}, processor seconds", round(seconds, 1))
    assert grown <= MEGABYTES
