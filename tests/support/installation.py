"""A whole installation of its own: an application on a new database, with a folder for its files."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from config import Config
from tests.support.databases import ROOT, a_database
from tests.support.keys import VAULT_KEY
from tracker.kit.clock import Clock
from tracker.kit.db import db
from tracker.wiring import create_app


@contextmanager
def an_installation(data: Path, clock: Clock | None = None) -> Iterator[Flask]:
    """The application within its context; what it commits is really committed, and gone afterwards."""
    with a_database() as url:
        app = create_app(
            Config(data=data, secret_key="for tests only", vault_keys=(VAULT_KEY,), database_url=url), clock
        )
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def typed(data: Path, url: str, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """`flask --app wsgi …` as an operator types it, however it ends."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TRACKER_", "FLASK_"))}
    environment |= {"TRACKER_DATABASE_URL": url, "TRACKER_DATA": str(data), "TRACKER_VAULT_KEYS": VAULT_KEY}
    environment |= settings
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
