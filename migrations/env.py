"""Alembic's way into the application's database, run by `flask db`."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from tracker.kit.db import Model

migrate = current_app.extensions["migrate"]
engine = migrate.db.engine


def run() -> None:
    with engine.connect() as connection:
        loosen(connection, "OFF")
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=True,
            compare_type=True,
            compare_server_default=False,
            transaction_per_migration=True,
            render_item=render_item,
            include_name=include_name,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        loosen(connection, "ON")


def loosen(connection: sa.Connection, keys: str) -> None:
    """SQLite changes a table by making it anew; while its foreign keys watch, dropping the old one would delete rows.

    Asked of the driver, because the pragma does nothing inside a transaction.
    """
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA foreign_keys={keys}")
        if keys == "ON" and (lost := driver.execute("PRAGMA foreign_key_check").fetchall()):
            raise RuntimeError(f"the migration left rows that lead nowhere: {lost[:5]}")


def include_name(name: str | None, kind: str, parents: object) -> bool:
    """The database's own index of searched words is no table of the models."""
    from tracker.complaints.search_models import OWNED_BY_ENGINE

    return not (kind in {"table", "index"} and (name or "").startswith(OWNED_BY_ENGINE))


def render_item(kind: str, item: object, autogen: object) -> str | bool:
    """Our own column types are written as what the databases keep, so that a migration needs none of our code."""
    from tracker.kit.db import Exact, Moment
    from tracker.kit.vault import Sealed

    if isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Exact):
        return f"sa.Numeric({item.digits}, {item.places})"
    if isinstance(item, Sealed):
        return "sa.Text()"
    return False


run()
