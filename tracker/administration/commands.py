"""Commands about what ships with the program and is loaded once."""

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.administration.reference import load_regions
from tracker.kit.db import db

reference = AppGroup("reference", help="What ships: regions with time zone and area, and instruments.")

LOADERS = {"regions": load_regions}
"""What is loaded -> how; the wiring adds the loaders of packages beside this one."""


@reference.command("load")
def load() -> None:
    """Load what is not there yet. What was edited in the site stays; a second run loads nothing."""
    desk = Desk(SYSTEM, current_app.extensions["clock"].now(), db.session())
    counts = {name: loader(desk) for name, loader in LOADERS.items()}
    desk.session.commit()
    click.echo("reference data: " + ", ".join(f"{count} {name}" for name, count in counts.items()) + " added")
