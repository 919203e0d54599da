"""Is the process alive, is it ready to serve, is the schedule minded; and the scheduler's page."""

import sqlalchemy as sa
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.access.scope import as_machine
from tracker.jobs.operations import ask_for
from tracker.jobs.queries import last_heartbeat
from tracker.jobs.rules import is_silent
from tracker.jobs.schedule import JOBS
from tracker.jobs.showing import scheduler_page, seconds_of
from tracker.jobs.words import COUNTED
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


@pages.open("/healthz/scheduler", act=Act.CHECK_HEALTH)
def minded(desk: Desk) -> ResponseReturnValue:
    """503 once the last heartbeat is older than a quarter of an hour, or where there was none."""
    try:
        with as_machine(desk.session):
            beat = last_heartbeat(desk.session, desk.now)
    except SQLAlchemyError:
        return jsonify(status="error", database="unreachable"), 503
    silent = is_silent(beat, desk.now)
    return jsonify(status="silent" if silent else "ok", heartbeat=beat and beat.isoformat()), 503 if silent else 200


@pages.show("/penjadwal", act=Act.VIEW_SCHEDULER)
def scheduler(desk: Desk) -> ResponseReturnValue:
    return page_of(desk)


def page_of(desk: Desk, problem: str = "") -> str:
    return render_template(
        "jobs/scheduler.html",
        page=scheduler_page(desk),
        jobs=JOBS,
        seconds_of=seconds_of,
        counted=COUNTED,
        problem=problem,
        as_of=desk.now,
    )


@pages.do("/penjadwal", act=Act.RUN_JOB)
def run_now(desk: Desk) -> ResponseReturnValue:
    """Ask for a run. The scheduler's process does it: a request that waits for all units would keep others out."""
    job = JOBS.get(request.form.get("job", ""))
    if job is None or not job.by_hand:
        return page_of(desk, _("Pekerjaan ini tidak dapat dijalankan dari sini.")), 422
    ask_for(desk, job)
    flash(
        _("Permintaan dicatat. Penjadwal menjalankannya dalam beberapa detik; muat ulang halaman ini untuk hasilnya.")
    )
    return redirect(url_for("jobs.scheduler"), 303)


def newest_revision() -> str | None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(resource("migrations")))
    return ScriptDirectory.from_config(config).get_current_head()
