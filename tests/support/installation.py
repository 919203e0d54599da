"""A whole installation of its own: an application on a new database, with a folder for its files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from config import Config
from tests.support.databases import GROUND, a_database
from tests.support.keys import VAULT_KEY
from tracker.kit.clock import Clock
from tracker.kit.db import db
from tracker.wiring import create_app


@contextmanager
def an_installation(data: Path, clock: Clock | None = None, like: str = "") -> Iterator[Flask]:
    """The application within its context; what it commits is really committed, and gone afterwards."""
    with a_database(like) as url, installed(data, url, clock) as app:
        yield app


@contextmanager
def installed(data: Path, url: str, clock: Clock | None = None) -> Iterator[Flask]:
    """The application within its context, on a database that stays."""
    config = Config(data=data, secret_key="for tests only", vault_keys=(VAULT_KEY,), database_url=url)
    app = compiled_once(create_app(config, clock))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def compiled_once(app: Flask) -> Flask:
    """Its templates are compiled once a run, not anew by each application in each process: that takes seconds."""
    folder = Path(os.environ[GROUND], "templates")
    folder.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return app
