"""Making a report from the command line, for a nightly task or for whoever asks."""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO, NoReturn

import click
from flask.cli import AppGroup

from tracker.access.acts import Act
from tracker.access.commands import desk_for
from tracker.access.desk import Desk, Forbidden, NotFound
from tracker.kit.db import db
from tracker.kit.documents import Document, DocumentFailed
from tracker.kit.export import Incomplete
from tracker.kit.refusal import Refusal
from tracker.kit.typesetting import pdf
from tracker.kit.word import word
from tracker.mentoring.calendars import Method, calendar
from tracker.mentoring.papers import official_record
from tracker.mentoring.records import occasion_of, record_of, session_numbered
from tracker.reports.making import Wanted, in_indonesian, one_look, parsed_day, report_of
from tracker.reports.states import ENDINGS, Kind

UNKNOWN = 2
report = AppGroup("report", help="Make a report as a file; its kind follows from the ending of --out.")
Maker = Callable[[BinaryIO], object]
"""Writes the file of one ending."""

out_option = click.option("--out", required=True, metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
as_option = click.option("--as", "username", metavar="USER", help="at this user's desk instead of the system's")
at_option = click.option("--at", metavar="DAY", help="the day of overdue and expected, as 2020-05-20; today without")
cycle_option = click.option("--cycle", default="", metavar="CODE", help="this cycle instead of that of the day")


@report.command("session")
@click.argument("number", metavar="NUMBER")
@out_option
@as_option
def session(number: str, out: Path, username: str | None) -> None:
    """The official record of session NUMBER as .pdf or .docx, or its days as .ics."""
    if not number.isascii() or not number.isdigit():
        give_up(f"{number}: a session has a number, as in its address.")
    with_problems(lambda: write(out, session_makers(desk_for(username, Act.VIEW_SESSIONS), int(number[:18]))))


def session_makers(desk: Desk, number: int) -> dict[str, Maker]:
    held = session_numbered(desk, number)
    return document_makers(lambda: official_record(record_of(desk, held))) | {
        ".ics": lambda stream: stream.write(calendar([occasion_of(held)], Method.PUBLISH))
    }


@report.command("area")
@click.argument("code", metavar="AREA")
@at_option
@cycle_option
@out_option
@as_option
def area(code: str, at: str | None, cycle: str, out: Path, username: str | None) -> None:
    """The monthly report of the area with this code (III) as .pdf, .docx, .xlsx or .csv."""
    make(Kind.AREA, code, at, cycle, out, username)


@report.command("follow-ups")
@click.argument("code", metavar="AREA")
@at_option
@cycle_option
@out_option
@as_option
def follow_ups(code: str, at: str | None, cycle: str, out: Path, username: str | None) -> None:
    """All follow-ups of the area with this code (III) as .xlsx or .csv, or as .pdf where they are few."""
    make(Kind.FOLLOW_UPS, code, at, cycle, out, username)


@report.command("agency")
@click.argument("name", metavar="CODE_OR_NAME")
@at_option
@cycle_option
@out_option
@as_option
def agency(name: str, at: str | None, cycle: str, out: Path, username: str | None) -> None:
    """The report to the head of an agency, by region code (81.72) or name, as .pdf, .docx, .xlsx or .csv."""
    make(Kind.AGENCY, name, at, cycle, out, username)


@report.command("unit")
@click.argument("number", metavar="NUMBER")
@at_option
@cycle_option
@out_option
@as_option
def unit(number: str, at: str | None, cycle: str, out: Path, username: str | None) -> None:
    """The report of the unit with this number, as in its address, as .pdf, .xlsx or .csv."""
    make(Kind.UNIT, number, at, cycle, out, username)


@report.command("readiness")
@click.argument("code", metavar="CYCLE_CODE")
@at_option
@out_option
@as_option
def readiness(code: str, at: str | None, out: Path, username: str | None) -> None:
    """How ready the units of a cycle are for the next evaluation, as .pdf, .xlsx or .csv."""
    make(Kind.READINESS, code, at, "", out, username)


def make(kind: Kind, about: str, at: str | None, cycle: str, out: Path, username: str | None) -> None:
    ending, day = out.suffix.lower(), day_named(at)
    if not about.strip():
        give_up(f"report {kind.replace('_', '-')}: say which one.")
    check_ending(out, ENDINGS[kind])

    def work() -> None:
        with in_indonesian(), one_look(db.session()):
            made = report_of(desk_for(username, Act.VIEW_REPORTS), Wanted(kind, about, day, cycle))
            write(out, {ending: lambda stream: made.write(ending, stream)})

    with_problems(work)


def day_named(at: str | None) -> date | None:
    day = parsed_day(at) if at is not None else None
    if at is not None and day is None:
        give_up(f"--at {at}: the day must be written as 2020-05-20.")
    return day


def document_makers(made: Callable[[], Document]) -> dict[str, Maker]:
    return {
        ".pdf": lambda stream: stream.write(pdf(made())),
        ".docx": lambda stream: stream.write(word(made())),
    }


def check_ending(out: Path, known: Mapping[str, object] | tuple[str, ...]) -> None:
    if out.suffix.lower() not in known:
        give_up(f"{out.name}: the ending must be one of {', '.join(known)}.")


def write(out: Path, makers: Mapping[str, Maker]) -> None:
    """The file that the ending asks for, written whole or not at all."""
    check_ending(out, makers)
    draft = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as stream:
            makers[out.suffix.lower()](stream)
        draft.replace(out)
    except OSError as error:
        give_up(f"{out}: {error.strerror}.")
    finally:
        draft.unlink(missing_ok=True)


def with_problems(work: Callable[[], None]) -> None:
    """Say in one line what is wrong, never with a traceback."""
    try:
        work()
    except NotFound as missing:
        give_up(f"{missing}: there is none, or not at this desk.")
    except Forbidden:
        give_up("This desk may not see it.")
    except Refusal as refusal:
        give_up(str(refusal))
    except (DocumentFailed, Incomplete) as failed:
        click.echo(f"The file could not be made: {failed}", err=True)
        sys.exit(1)


def give_up(why: str) -> NoReturn:
    click.echo(" ".join(why.split()), err=True)
    sys.exit(UNKNOWN)
