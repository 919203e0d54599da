"""Is the process alive, and is it ready to serve?"""

import sqlalchemy as sa
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.kit.db import db
from tracker.kit.resources import resource

pages = Pages("jobs", __name__)


@pages.open("/healthz", act=Act.CHECK_HEALTH)
def alive(_desk: Desk) -> ResponseReturnValue:
    return jsonify(status="ok")


@pages.open("/readyz", act=Act.CHECK_HEALTH)
def ready(_desk: Desk) -> ResponseReturnValue:
    """Web and database: the schema must be the one this code was written for."""
    try:
        with db.engine.connect() as connection:
            connection.execute(sa.select(1))
            current = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return jsonify(status="error", database="unreachable"), 503
    if current != newest_revision():
        return jsonify(status="error", database="not migrated", revision=current), 503
    return jsonify(status="ok", revision=current)


def newest_revision() -> str | None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(resource("migrations")))
    return ScriptDirectory.from_config(config).get_current_head()
