"""`flask demo …`: the demonstration, its date, and the national data set."""

import sys
import time

import click
from flask import current_app
from flask.cli import AppGroup

from config import Config
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.accounts.passwords import hashed
from tracker.demo import passwords
from tracker.demo.emptiness import holds_nothing_else
from tracker.demo.national.generating import generate as make_national
from tracker.demo.national.size import Size
from tracker.kit.db import db

demo = AppGroup("demo", help="Data contoh.")


@demo.command("generate")
@click.option("--units", default=6000, show_default=True, type=click.IntRange(1, 20_000))
@click.option("--cycles", default=3, show_default=True, type=click.IntRange(1, 10))
@click.option("--seed", default=1, show_default=True)
def generate(units: int, cycles: int, seed: int) -> None:
    """Fill an empty database with a made-up country, for measuring."""
    desk, config = opened()
    if table := holds_nothing_else(desk.session):
        sys.exit(f"demo generate: the database holds other data (table {table}); it needs one of its own")
    password = passwords.chosen(config.demo_password, config.data)
    start = time.monotonic()
    tell = lambda said: click.echo(f"{time.monotonic() - start:6.1f} s  {said}", err=True)  # noqa: E731
    counts = make_national(desk, Size(units, cycles, seed, desk.now), hashed(password), tell)
    for name, number in sorted(counts.items()):
        click.echo(f"{name:24} {number:>10,}")
    click.echo(f"accounts gen-admin, gen-deputi, gen-asdep1 …, gen-operator-1 …; password {password}")


def opened() -> tuple[Desk, Config]:
    """The system's desk, where made-up data may be written at all."""
    config: Config = current_app.config["TUNTAS"]
    if config.production:
        sys.exit("demo: refused, this is a production configuration (TRACKER_ENV)")
    return Desk(SYSTEM, current_app.extensions["clock"].now(), db.session()), config
