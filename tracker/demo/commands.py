"""`flask demo …`: the demonstration, its date, and the national data set."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from config import Config
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.accounts.passwords import hashed
from tracker.demo import passwords
from tracker.demo.cast import CAST
from tracker.demo.emptiness import holds_demo, holds_nothing_else
from tracker.demo.loading import load as load_all
from tracker.demo.loading import set_passwords
from tracker.demo.national.generating import generate as make_national
from tracker.demo.national.size import Size
from tracker.demo.refreshing import move_to_today
from tracker.directory.models import User
from tracker.directory.states import LABELS
from tracker.kit.db import db
from tracker.kit.files import FileStore

TOLD = 20
"""Accounts that are printed at most."""

demo = AppGroup("demo", help="Data contoh.")


@demo.command("generate")
@click.option("--units", default=6000, show_default=True, type=click.IntRange(1, 20_000))
@click.option("--cycles", default=3, show_default=True, type=click.IntRange(1, 10))
@click.option("--complaints", default=20_000, show_default=True, type=click.IntRange(0, 1_000_000))
@click.option("--seed", default=1, show_default=True)
def generate(units: int, cycles: int, complaints: int, seed: int) -> None:
    """Fill an empty database with a made-up country, for measuring."""
    desk, config = opened()
    if table := holds_nothing_else(desk.session):
        sys.exit(f"demo generate: the database holds other data (table {table}); it needs one of its own")
    password = passwords.chosen(config.demo_password, config.data)
    start = time.monotonic()
    tell = lambda said: click.echo(f"{time.monotonic() - start:6.1f} s  {said}", err=True)  # noqa: E731
    counts = make_national(desk, Size(units, cycles, seed, desk.now, complaints), hashed(password), tell)
    for name, number in sorted(counts.items()):
        click.echo(f"{name:24} {number:>10,}")
    click.echo(
        f"accounts gen-admin, gen-deputi, gen-asdep1 …, gen-operator-1 …, gen-pengaduan-1 …; password {password}"
    )


def opened() -> tuple[Desk, Config]:
    """The system's desk, where made-up data may be written at all."""
    config: Config = current_app.config["TUNTAS"]
    if config.production:
        sys.exit("demo: refused, this is a production configuration (TRACKER_ENV)")
    if not sa.inspect(db.engine).has_table(User.__tablename__):
        sys.exit("demo: the database has no tables yet; run `flask --app wsgi db upgrade` first")
    return Desk(SYSTEM, current_app.extensions["clock"].now(), db.session()), config


@demo.command("load")
def load() -> None:
    """Fill an empty database with the demonstration; say its accounts again where it is loaded already."""
    desk, config = opened()
    given, kept = config.demo_password, passwords.kept(config.data)
    loaded = holds_demo(desk.session)
    if not loaded and (table := holds_nothing_else(desk.session)):
        sys.exit(f"demo load: the database holds other data (table {table}); demo data go only into an empty one")
    password = given or kept or passwords.new()
    if not loaded:
        passwords.keep(config.data / passwords.NAME, password)
        with as_one_transaction():
            load_all(db.session(), FileStore(config.files), desk.now, password)
    elif password != kept:
        set_passwords(desk, password)
        desk.session.commit()
        passwords.keep(config.data / passwords.NAME, password)
    click.echo(accounts(Desk(SYSTEM, desk.now, db.session()), password))


@demo.command("refresh")
def refresh() -> None:
    """Move the current cycle of the demonstration to today."""
    desk, _ = opened()
    if not holds_demo(desk.session):
        sys.exit("demo refresh: there is no demonstration here; `demo load` makes one")
    days = move_to_today(desk)
    desk.session.commit()
    click.echo(f"moved by {days} days" if days else "it stands at today's week already")


@contextmanager
def as_one_transaction() -> Iterator[None]:
    """Commits within are steps of one transaction, so that a load that is cut short leaves nothing."""
    db.session.remove()
    with db.engine.connect() as connection, connection.begin():
        db.session.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield
        finally:
            db.session.remove()
            db.session.configure(bind=None, join_transaction_mode="conditional_savepoint")


def accounts(desk: Desk, password: str) -> str:
    """Who can sign in, for whoever started the site."""
    users = desk.all(sa.select(User).where(User.is_demo).order_by(User.id).limit(TOLD))
    told = {part.username for part in CAST if part.told}
    lines = [f"  {user.username:12} {LABELS[user.memberships[0].role]}, {user.name}" for user in users
             if user.username in told or not told & {each.username for each in users}]  # fmt: skip
    return "\n".join(["Akun demo (data ilustrasi):", *lines, f"  kata sandi semua akun: {password}"])
