"""Commands that start an installation: what ships with the program, and the first administrator."""

import secrets
import sys

import click
from flask import current_app, url_for
from flask.cli import AppGroup

from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.accounts.links import make_link
from tracker.administration.operations import GrantFacts, UserFacts, add_user, grant
from tracker.administration.reference import load_regions
from tracker.administration.rules import ScopeKind, ScopeRef
from tracker.directory.states import Role
from tracker.kit.db import db
from tracker.kit.refusal import Refusal

reference = AppGroup("reference", help="What ships: regions with time zone and area, and instruments.")

LOADERS = {"regions": load_regions}
"""What is loaded -> how; the wiring adds the loaders of packages beside this one."""


@reference.command("load")
def load() -> None:
    """Load what is not there yet. What was edited in the site stays; a second run loads nothing."""
    desk = opened()
    counts = {name: loader(desk) for name, loader in LOADERS.items()}
    desk.session.commit()
    click.echo("reference data: " + ", ".join(f"{count} {name}" for name, count in counts.items()) + " added")


administrator = AppGroup("administrator", help="Who keeps accounts and directory of a new installation.")


@administrator.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The person's name.")
def add_administrator(username: str, name: str) -> None:
    """Make an account that may do everything an administrator may, and print the link that sets its password once."""
    desk = opened()
    try:
        user = add_user(desk, UserFacts(username, name))
        grant(desk, user, GrantFacts(Role.ADMINISTRATOR, ScopeRef(ScopeKind.EVERYTHING), valid_from=desk.today))
    except Refusal as refusal:
        sys.exit(str(refusal))
    made = make_link(desk, user, secrets.token_urlsafe(32))
    desk.session.commit()
    with current_app.test_request_context():
        click.echo(url_for("accounts.follow_link", token=made.secret))


def opened() -> Desk:
    return Desk(SYSTEM, current_app.extensions["clock"].now(), db.session())
