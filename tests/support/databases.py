"""The databases the tests stand on: migrated once a run, then copied for every process and for every test that commits.

`TEST_DATABASE` is `sqlite` (the default) or `postgresql`. For PostgreSQL the server is the one `TEST_DATABASE_URL`
names (its user must be allowed to create databases), else one from the wheel, started for this run.
`TEST_SCHEMA=models` builds the tables from the models instead of the migrations, while a migration is being written.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from tests.support.keys import VAULT_KEY
from tools import postgres

ROOT = Path(__file__).resolve().parents[2]
GROUND = "TUNTAS_TEST_GROUND"  # the folder of this run, handed from pytest to its worker processes
RUN = "TUNTAS_TEST_RUN"  # what the names of this run's databases start with


def pytest_configure(config: pytest.Config) -> None:
    """Lay the ground once, before xdist starts its workers: they inherit it through the environment."""
    if hasattr(config, "workerinput"):
        return
    ground = ExitStack()
    config.add_cleanup(ground.close)
    os.environ[GROUND] = ground.enter_context(tempfile.TemporaryDirectory(prefix="tuntas-test-"))
    os.environ[RUN] = f"tuntas_{secrets.token_hex(4)}"
    if engine_name() == "postgresql":
        if "TEST_DATABASE_URL" not in os.environ:
            os.environ["TEST_DATABASE_URL"] = ground.enter_context(postgres.server())
            ground.callback(os.environ.pop, "TEST_DATABASE_URL")
        ground.callback(_drop_all)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"database: {engine_name()}")


def engine_name() -> str:
    """`sqlite` or `postgresql`."""
    named = os.environ.get("TEST_DATABASE") or os.environ.get("TEST_DATABASE_URL", "sqlite").partition(":")[0]
    name = named.partition("+")[0]
    if name not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"TEST_DATABASE={named}: sqlite or postgresql")
    return name


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The database of this process, with an empty schema. Tests share it, each in a transaction that is rolled back."""
    with a_database() as url:
        yield url


@pytest.fixture
def own_database_url() -> Iterator[str]:
    """A database of this test alone, for what really commits: several processes, a browser, a command."""
    with a_database() as url:
        yield url


@contextmanager
def a_database(like: str = "") -> Iterator[str]:
    """A new database with an empty schema, or a copy of one that is `kept`; it is gone afterwards."""
    with _new(like or schema()) as url:
        yield url


@contextmanager
def an_empty_database() -> Iterator[str]:
    """A database without a table, for trying migrations from their beginning; it is gone afterwards."""
    with _new() as url:
        yield url


def kept(name: str, fill: Callable[[str], None], like: str = "") -> str:
    """The name of a database that is filled once a run, by the process that first needs it; others wait, and copy."""
    ready = Path(os.environ[GROUND], f"{name}.ready")
    with ready.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            try:
                fill(_make(name, like))
            except BaseException:
                _drop(name)  # whoever needs it next tries again, and tells the same
                raise
            ready.touch()
    return name


def schema() -> str:
    """The name of the database that is migrated and has no rows."""
    return kept("schema", _build)


@contextmanager
def _new(like: str = "") -> Iterator[str]:
    name = secrets.token_hex(6)
    yield _make(name, like)
    _drop(name)


def _make(name: str, like: str) -> str:
    """A database of that name, without a table or as a copy; its address."""
    if engine_name() == "sqlite":
        file = _file(name)
        file.parent.mkdir()
        if like:
            shutil.copy(_file(like), file)
        return f"sqlite:///{file}"
    _on_the_server(f'CREATE DATABASE "{_named(name)}"' + f' TEMPLATE "{_named(like)}"' * bool(like))
    return postgres.of(os.environ["TEST_DATABASE_URL"], _named(name))


def _drop(name: str) -> None:
    if engine_name() == "sqlite":
        shutil.rmtree(_file(name).parent)
    else:
        _on_the_server(f'DROP DATABASE "{_named(name)}" WITH (FORCE)')


def _file(name: str) -> Path:
    return Path(os.environ[GROUND], name, "tracker.sqlite")


def _named(name: str) -> str:
    return f"{os.environ[RUN]}_{name}"


def _build(url: str) -> None:
    from tools.migrations import migrations_of  # imports the whole application; many runs need no database
    from tracker.kit.db import Model, db

    with migrations_of(url, os.environ[GROUND]) as migrations:
        if os.environ.get("TEST_SCHEMA") == "models":
            Model.metadata.create_all(db.engine)
        else:
            command.upgrade(migrations, "head")


def flask(url: str, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run `flask --app wsgi …` on a database, as an operator would; its failure fails the test with what it said."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TRACKER_", "FLASK_"))}
    data = Path(os.environ[GROUND], "data")
    data.mkdir(exist_ok=True)
    environment |= {"TRACKER_DATABASE_URL": url, "TRACKER_DATA": str(data), "TRACKER_ENV": "development"}
    environment |= {"TRACKER_VAULT_KEYS": VAULT_KEY} | settings
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"flask {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def _on_the_server(statement: str) -> list[str]:
    engine = sa.create_engine(os.environ["TEST_DATABASE_URL"], isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        result = connection.execute(sa.text(statement))
        return [str(row[0]) for row in result] if result.returns_rows else []


def _drop_all() -> None:
    for name in _on_the_server(f"SELECT datname FROM pg_database WHERE datname LIKE '{os.environ[RUN]}%'"):
        _on_the_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def stays(*_: object) -> None:
    """For restoring: takes a database to no other revision, because those of tests are migrated already."""
