"""Recalculating figures from the command line."""

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.kit.db import db
from tracker.progress.operations import recalculate_all

progress = AppGroup("progress", help="Angka kemajuan unit.")


@progress.command("recalculate")
def recalculate() -> None:
    """Recompute every stored figure; exit 1 when one of them differed."""
    found = recalculate_all(Desk(SYSTEM, current_app.extensions["clock"].now(), db.session()))
    click.echo(f"{found.units} units, {found.differences} differences")
    if found.differences:
        raise SystemExit(1)
