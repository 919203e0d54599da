"""What the browser tests stand on: a served site on a database that really commits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.databases import a_database
from tests.support.make import Make
from tests.support.people import person
from tests.support.served import Served, served
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role


@pytest.fixture
def house(own_database_url: str, tmp_path: Path) -> Iterator[Served]:
    """A site of this test alone, without a row."""
    with served(own_database_url, tmp_path / "data") as site:
        yield site


@dataclass(frozen=True, slots=True)
class Workplace:
    """A unit in Tual with its officer `petugas`, and `pemeriksa`, who checks its work. Tests share it."""

    site: Served
    unit_id: int

    def assign(self, title: str, **values: object) -> int:
        """A follow-up that is due in ten days; its id."""

        def rows(make: Make) -> int:
            with as_machine(make.session):
                unit = make.session.get_one(ServiceUnit, self.unit_id)
            due = datetime.now(UTC) + timedelta(days=10)
            when = {"due_on": due.date(), "due_at": due, "original_due_on": due.date()}
            return make.follow_up(unit, title=title, **when | values).id

        return int(self.site.prepare(rows))

    def write(self, rows: Callable[[Make, ServiceUnit], object]) -> None:
        def with_unit(make: Make) -> None:
            with as_machine(make.session):
                unit = make.session.get_one(ServiceUnit, self.unit_id)
            rows(make, unit)

        self.site.prepare(with_unit)


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    def rows(make: Make) -> int:
        region = make.region()
        unit = make.unit(area=make.area(), region_id=region.id)
        make.evaluation(unit)
        person(make, "petugas", Role.UNIT_OFFICER, "Maria Renyaan", unit=unit)
        person(make, "pemeriksa", Role.MENTOR, "Andi Malik", area=unit.area)
        return unit.id

    with a_database() as url, served(url, tmp_path_factory.mktemp("workplace")) as site:
        yield Workplace(site, site.prepare(rows))
