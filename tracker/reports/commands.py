"""Making a report from the command line, for a nightly task or for whoever asks."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup

from tracker.access.acts import Act
from tracker.access.commands import desk_for
from tracker.access.desk import Desk, Forbidden, NotFound
from tracker.kit.documents import Document, DocumentFailed
from tracker.kit.refusal import Refusal
from tracker.kit.typesetting import pdf
from tracker.kit.word import word
from tracker.mentoring.calendars import Method, calendar
from tracker.mentoring.papers import official_record
from tracker.mentoring.records import occasion_of, record_of, session_numbered

UNKNOWN = 2
report = AppGroup("report", help="Make a report as a file; its kind follows from the ending of --out.")
Maker = Callable[[], bytes]

out_option = click.option("--out", required=True, metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
as_option = click.option("--as", "username", metavar="USER", help="at this user's desk instead of the system's")


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
        ".ics": lambda: calendar([occasion_of(held)], Method.PUBLISH)
    }


def document_makers(made: Callable[[], Document]) -> dict[str, Maker]:
    return {".pdf": lambda: pdf(made()), ".docx": lambda: word(made())}


def write(out: Path, makers: dict[str, Maker]) -> None:
    """The file that the ending asks for, written whole or not at all."""
    maker = makers.get(out.suffix.lower())
    if maker is None:
        give_up(f"{out.name}: the ending must be one of {', '.join(makers)}.")
    made = maker()
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_bytes(made)
        draft.replace(out)
    except OSError as error:
        give_up(f"{out}: {error.strerror}.")


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
    except DocumentFailed as failed:
        click.echo(f"The file could not be made: {failed}", err=True)
        sys.exit(1)


def give_up(why: str) -> NoReturn:
    click.echo(" ".join(why.split()), err=True)
    sys.exit(UNKNOWN)
