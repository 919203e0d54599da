"""Commands about cycles."""

import sys
from datetime import datetime
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.instruments.operations import CycleFacts, add_cycle, instrument_named
from tracker.kit.db import db
from tracker.kit.refusal import Refusal

cycle = AppGroup("cycle", help="Rounds of an evaluation.")
DAY = click.DateTime(formats=["%Y-%m-%d"])


@cycle.command("add")
@click.argument("code")
@click.option("--instrument", "instrument_code", required=True, metavar="CODE", help="such as panrb-2017")
@click.option("--year", type=int, required=True)
@click.option("--letter-date", type=DAY, metavar="YYYY-MM-DD", help="date of the result letter")
@click.option("--opening", type=DAY, metavar="YYYY-MM-DD", help="when the next evaluation opens")
def add(code: str, instrument_code: str, year: int, letter_date: datetime | None, opening: datetime | None) -> None:
    """Add a cycle. Ends with 1, and one line that says why, where it cannot be added or exists already."""
    desk = Desk(SYSTEM, current_app.extensions["clock"].now(), db.session())
    instrument = instrument_named(desk, instrument_code)
    if instrument is None:
        refuse(f"instrument {instrument_code} tidak ada / there is no such instrument")
    facts = CycleFacts(
        code,
        instrument.id,
        year,
        letter_on=letter_date.date() if letter_date else None,
        opening_on=opening.date() if opening else None,
    )
    try:
        added = add_cycle(desk, facts)
    except Refusal as refusal:
        desk.session.rollback()
        refuse(str(refusal))
    desk.session.commit()
    click.echo(f"siklus {added.code} ditambahkan / cycle added")


def refuse(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(1)
