"""A mail server, and a rule whose lines the test itself decides."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.conftest import MORNING
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.post import PostOffice, post_office
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit, User
from tracker.kit.db import db
from tracker.reminders.models import Delivery, Reminder
from tracker.reminders.register import DUTIES, Duty
from tracker.reminders.rules import OVERDUE, Line, Skip
from tracker.reminders.sending import send

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="session")
def postal_service() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def office(postal_service: PostOffice, app: Flask, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    """The server of this test, empty and willing."""
    postal_service.letters.clear()
    postal_service.asked.clear()
    postal_service.rcpt = postal_service.data = lambda _address, _count: None
    config = replace(app.config["TUNTAS"], smtp_url=postal_service.url, base_url="https://tuntas.example.go.id")
    monkeypatch.setitem(app.config, "TUNTAS", config)
    return postal_service


@dataclass
class TestDuty:
    """Says one line a reminder, about its unit, unless it was solved; only to whoever sees the unit."""

    __test__ = False
    solved: set[int] = field(default_factory=set)

    def lines(self, desk: Desk, rows: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
        units = {unit.id: unit for unit in desk.all(sa.select(ServiceUnit))}
        found: dict[int, Line | Skip] = {}
        for row in rows:
            if row.subject_id in self.solved:
                found[row.id] = Skip("sudah selesai")
            elif row.unit_id not in units:
                found[row.id] = Skip("di luar lingkup")
            else:
                unit = units[row.unit_id]
                found[row.id] = Line(
                    f"Pekerjaan {row.subject_id}", f"/tindak-lanjut/{row.subject_id}", OVERDUE, (1,), unit.name
                )
        return found


@pytest.fixture
def duty(monkeypatch: pytest.MonkeyPatch) -> TestDuty:
    duty = TestDuty()
    monkeypatch.setitem(DUTIES, "uji", Duty("uji", "Uji", lambda _desk: (), duty.lines))
    monkeypatch.setitem(DUTIES, "uji_naik", Duty("uji_naik", "Uji naik", lambda _desk: (), duty.lines, escalates=True))
    return duty


Owe = Callable[..., Reminder]


def owe_with(make: Make) -> Owe:
    def owe(user: User, subject_id: int = 1, unit: ServiceUnit | None = None, **values: Any) -> Reminder:
        unit_id = unit.id if unit else next((each.unit_id for each in user.memberships if each.unit_id), None)
        defaults = {"rule": "uji", "subject_type": "FollowUp", "due_on": TODAY, "step": "T0", "on_day": TODAY}
        row = Reminder(
            recipient_id=user.id, subject_id=subject_id, unit_id=unit_id, planned_at=MORNING, **defaults | values
        )
        return make.save(row)

    return owe


@pytest.fixture
def owe(make: Make, duty: TestDuty) -> Owe:
    return owe_with(make)


@pytest.fixture
def run(clock: StoppedClock, context: None) -> Callable[..., dict[str, int]]:
    """One run of the sender, some time after the morning."""

    def run(**later: float) -> dict[str, int]:
        desk = Desk(SYSTEM, MORNING + timedelta(**later), db.session())
        counts = send(desk, desk.now)
        db.session().info["actor"] = SYSTEM
        return {name: count for name, count in counts.items() if count}

    return run


@pytest.fixture
def ledger(context: None) -> Callable[[], list[Delivery]]:
    def all_of_it() -> list[Delivery]:
        session = db.session()
        session.info["actor"] = SYSTEM
        session.expire_all()
        return list(session.scalars(sa.select(Delivery).order_by(Delivery.channel, Delivery.id)))

    return all_of_it
