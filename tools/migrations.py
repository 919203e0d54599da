"""Do the migrations make what the models say? Asked on an empty SQLite and an empty PostgreSQL.

Each migration is also undone and done again, so that a release can be taken back.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config as Alembic
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from config import Config
from tools import postgres
from tracker.kit.db import db
from tracker.wiring import create_app


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tuntas-migrations-") as folder, postgres.server() as server:
        urls = [f"sqlite:///{folder}/tracker.sqlite", server]
        return max(check(url, folder) for url in urls)


def check(url: str, folder: str) -> int:
    """0 when every step went through on this database; else say which did not, and why."""
    with migrations_of(url, folder) as migrations:
        steps: dict[str, Callable[[], object]] = {
            "upgrade": lambda: command.upgrade(migrations, "head"),
            "check": lambda: command.check(migrations),
            "downgrade": lambda: command.downgrade(migrations, "base"),
            "second upgrade": lambda: command.upgrade(migrations, "head"),
            "second check": lambda: command.check(migrations),
        }
        for name, step in steps.items():
            try:
                step()
            except (CommandError, SQLAlchemyError, NotImplementedError) as error:
                print(f"{db.engine.dialect.name}, {name}: {error}", file=sys.stderr)
                return 1
        print(f"{db.engine.dialect.name}: the migrations make what the models say")
    return 0


@contextmanager
def migrations_of(url: str, folder: str | os.PathLike[str]) -> Iterator[Alembic]:
    """Alembic's commands for one database, inside the application that they ask for its tables."""
    app = create_app(Config.from_env({"TRACKER_DATABASE_URL": url, "TRACKER_DATA": str(folder)}))
    with app.app_context():
        migrations: Alembic = app.extensions["migrate"].migrate.get_config()
        migrations.print_stdout = lambda *_: None  # type: ignore[method-assign]
        yield migrations
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    raise SystemExit(main())
