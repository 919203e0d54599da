"""The demonstration as of one moment: loaded once a run, which takes many seconds, and copied for whoever wants it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from tests.support.clock import StoppedClock
from tests.support.databases import GROUND, kept, schema
from tests.support.installation import an_installation, installed
from tracker.demo import loading
from tracker.demo.commands import as_one_transaction
from tracker.directory.models import User
from tracker.kit.db import db
from tracker.kit.files import FileStore

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PASSWORD = "pala-sagu-rotan-1234"


@contextmanager
def a_demonstration(data: Path, language: str = "id") -> Iterator[Flask]:
    """An installation that holds it and may be changed; everybody reads that language from the first day on."""
    name = f"demonstration_{language}"
    loaded = Path(os.environ[GROUND], f"{name}.data")

    def fill(url: str) -> None:
        with installed(loaded, url, StoppedClock(NOW)), all_reading(language):
            load_into(loaded)

    kept(name, fill, like=schema())
    shutil.copytree(loaded, data, dirs_exist_ok=True)
    with an_installation(data, StoppedClock(NOW), like=name) as app:
        yield app


def load_into(data: Path, now: datetime = NOW) -> None:
    """Load it into the installation at hand."""
    with as_one_transaction():
        loading.load(db.session(), FileStore(data / "files"), now, PASSWORD)


@contextmanager
def all_reading(language: str) -> Iterator[None]:
    def read(_mapper: object, _connection: object, user: User) -> None:
        user.language = language

    sa.event.listen(User, "before_insert", read)
    try:
        yield
    finally:
        sa.event.remove(User, "before_insert", read)
