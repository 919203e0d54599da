"""What an operator does about complaints on the command line, besides importing them."""

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.complaints.intake_commands import progress
from tracker.complaints.searching import index_anew
from tracker.kit.db import db

complaints = AppGroup("complaints", help="Complaints as a whole.")


@complaints.command("index-anew")
def index() -> None:
    """Rebuild what complaints are found by, after an update that says so or where a search finds too little.

    Works in portions beside the running site. Killed anywhere, it may be run again.
    """
    desk = Desk(SYSTEM, current_app.extensions["clock"].now(), db.session())
    with progress("Mengindeks") as advance:
        done = index_anew(desk, advance)
    click.echo(f"Indeks pencarian: {done} pengaduan.")
