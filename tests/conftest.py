"""One application and one schema per process; one transaction per test, always rolled back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from config import Config
from tests.support.clock import StoppedClock
from tests.support.keys import VAULT_KEY
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.actor import SYSTEM, Actor
from tracker.access.desk import Desk
from tracker.directory.models import User
from tracker.kit.db import db
from tracker.wiring import create_app

settings.register_profile("tuntas", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tuntas")  # a busy machine is no failure: nothing here is a test of time

pytest_plugins = ["tests.support.databases", "tests.support.browsers", "tests.support.order"]

MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, 09.00 in Jakarta


@pytest.fixture(scope="session")
def clock() -> StoppedClock:
    return StoppedClock(MORNING)


@pytest.fixture(scope="session")
def app(clock: StoppedClock, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    from tests.support.installation import compiled_once  # after pytest has taken in the plugins it stands on

    app = compiled_once(create_app(test_config(database_url, tmp_path_factory.mktemp("data")), clock))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_config(database_url: str, data: Path) -> Config:
    return Config(data=data, secret_key="for tests only", vault_keys=(VAULT_KEY,), database_url=database_url)


test_config.__test__ = False  # type: ignore[attr-defined]


@pytest.fixture
def context(app: Flask, clock: StoppedClock) -> Iterator[None]:
    clock.set(MORNING)
    with app.app_context():
        connection = db.engine.connect()
        transaction = connection.begin()
        db.session.remove()
        db.session.configure(bind=connection, join_transaction_mode="create_savepoint")
        yield
        db.session.remove()
        db.session.configure(bind=None, join_transaction_mode="conditional_savepoint")
        transaction.rollback()
        connection.close()


@pytest.fixture
def make(context: None) -> Make:
    return Make(db.session())


@pytest.fixture
def desk_of(context: None, clock: StoppedClock) -> Callable[[User | Actor], Desk]:
    def open_desk(who: User | Actor) -> Desk:
        actor = Actor.of(who, clock.now().date()) if isinstance(who, User) else who
        return Desk(actor, clock.now(), db.session())

    return open_desk


@pytest.fixture
def machine(desk_of: Callable[[User | Actor], Desk]) -> Desk:
    return desk_of(SYSTEM)


@pytest.fixture
def site(app: Flask, context: None) -> Site:
    return Site(app)
