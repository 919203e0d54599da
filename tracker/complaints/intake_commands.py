"""Importing complaints from the command line: one export, everything or nothing."""

import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import click
import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.commands import desk_for
from tracker.access.desk import Desk
from tracker.access.store import clock
from tracker.complaints import intake, intake_queries
from tracker.complaints.import_models import ComplaintImport, ComplaintImportStatus, StagedComplaint, StagedOutcome
from tracker.complaints.intake_columns import Columns, Heading
from tracker.complaints.intake_naming import named
from tracker.complaints.intake_reading import Planned, with_heading
from tracker.complaints.intake_store import SealedFiles, intake_files
from tracker.complaints.intake_writing import Outdated, write
from tracker.complaints.states import ComplaintSource
from tracker.kit import sheets
from tracker.kit.commands import imports
from tracker.kit.files import Unusable
from tracker.kit.refusal import Refusal
from tracker.kit.vault import PORTION

DONE, ROWS_REFUSED, UNUSABLE = 0, 1, 2
Out = StagedOutcome
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Answer:
    """What was, or would be, written; of a refused file nothing is."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[dict[str, Any]] = field(default_factory=list)

    @property
    def tally(self) -> dict[str, int]:
        written = not self.refused
        return {
            "created": self.counts[Out.NEW] if written else 0,
            "updated": self.counts[Out.CHANGED] if written else 0,
            "unchanged": self.counts[Out.SAME],
        }


@imports.command("complaints")
@click.argument("file", metavar="FILE")
@click.option(
    "--source", type=click.Choice([each.value for each in intake.SOURCES]), default=ComplaintSource.LAPOR.value,
    show_default=True, help="whose export it is",
)  # fmt: skip
@click.option(
    "--column", "pairs", multiple=True, metavar="HEADING=MEANING",
    help="what a column means, in the words of the page on which columns are chosen, such as “Perihal=Judul laporan”; "
    "instead of a heading its number. Remembered for the next file of this source with these headings. Repeatable.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="say what would happen, and write nothing")
@click.option("--json", "as_json", is_flag=True, help="one JSON object on standard output")
@click.option("--as", "username", metavar="USER", help="at this user's desk instead of the system's")
def complaints(
    file: str, source: str, pairs: tuple[str, ...], dry_run: bool, as_json: bool, username: str | None
) -> None:
    """Import an export of SP4N-LAPOR!: csv, xlsx, xls or ods. The same Tracking ID again updates.

    Ends with 0 when done, 1 when rows are refused (nothing is written), 2 when the file cannot be used.
    """
    try:
        answer = carry_out(Path(file), Wish(ComplaintSource(source), named(pairs), dry_run, username))
    except (Unusable, Refusal) as problem:
        give_up(str(problem))
    except Outdated:
        give_up("Data berubah selama impor berjalan dan tidak ada yang ditulis. Jalankan sekali lagi.")
    except sa.exc.OperationalError as problem:
        log.debug("database", exc_info=problem)
        give_up(f"Basis data tidak dapat dipakai: {str(problem.orig).splitlines()[0]}")
    told = {"complaints": answer.tally, "refused": answer.refused}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else in_words(answer, dry_run))
    sys.exit(ROWS_REFUSED if answer.refused else DONE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for. `names` are meanings with the headings that were named for them."""

    source: ComplaintSource
    names: Mapping[str, str]
    dry_run: bool
    username: str | None


def carry_out(path: Path, wish: Wish) -> Answer:
    desk = desk_for(wish.username, Act.IMPORT_COMPLAINTS)
    answer = Answer()
    with opened(path) as stream:
        if wish.dry_run:
            portions = iter(lambda: stream.read(PORTION), b"")
            answer.counts = intake.plan_only(desk, portions, wish.source, teller(answer), wish.names)
            return answer
        files = intake_files()
        begun, _kept = intake.receive(desk, files, stream, wish.source)
    if wish.names:
        intake.name_columns(desk, files, begun, wish.names)
    return read_and_write(desk, files, begun, answer)


def read_and_write(desk: Desk, files: SealedFiles, begun: ComplaintImport, answer: Answer) -> Answer:
    with progress("Membaca") as advance:
        intake.read(desk, files, begun, clock(), advance)
    export, heading = with_heading(files.open(begun.kept_as))
    columns = intake.columns_for(desk, begun, heading)
    if begun.status is ComplaintImportStatus.MAPPING:
        intake.discard(desk, files, begun)
        intake.needs_columns(columns, heading)
    answer.counts = Counter(begun.counts)
    if answer.counts[Out.PROBLEM]:
        tell = teller(answer)
        for row in desk.session.scalars(intake_queries.staged(begun.id, Out.PROBLEM)):
            tell(export.sheet, heading, columns, planned(row))
        intake.discard(desk, files, begun)
    elif not answer.counts[Out.NEW] and not answer.counts[Out.CHANGED] and not has_news(desk, begun):
        intake.discard(desk, files, begun)
    else:
        intake.ask_to_write(desk, begun)
        desk.session.commit()
        with progress("Menulis") as advance:
            write(desk, files, begun, clock(), advance)
    return answer


def has_news(desk: Desk, begun: ComplaintImport) -> bool:
    """Rows that change nothing, and yet say something otherwise than the last file."""
    noted = intake_queries.staged(begun.id, Out.SAME).where(StagedComplaint.unit_id.is_not(None))
    return desk.session.scalar(noted.limit(1)) is not None


def planned(row: StagedComplaint) -> Planned:
    return Planned(row.line, row.outcome, content=json.loads(row.content), problems=row.problems)


def teller(answer: Answer) -> Callable[[str, Heading, Columns, Planned], None]:
    """What is wrong at a place of the file; of the citizen's own columns no value is told."""

    def tell(sheet: str, heading: Heading, columns: Columns, row: Planned) -> None:
        for name, message, values in row.problems:
            position = columns.get(name)
            answer.refused.append({
                "sheet": sheet,
                "row": row.line,
                "column": heading.names[position] if position is not None else "",
                "value": row.content.get("said", {}).get(name, ""),
                "message": message % values if values else message,
            })  # fmt: skip

    return tell


def opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise Unusable(sheets.NOT_READABLE, name=str(path)) from error


class progress:  # noqa: N801 - reads as the word it is
    """How many rows were gone through, on standard error, for people; nothing where nobody watches."""

    def __init__(self, label: str) -> None:
        self.label, self.done = label, 0

    def __enter__(self) -> Callable[[int], None]:
        def advance(rows: int) -> None:
            self.done += rows
            if sys.stderr.isatty():
                click.echo(f"\r{self.label}: {self.done} baris", err=True, nl=False)

        return advance

    def __exit__(self, *error: Any) -> None:
        if self.done and sys.stderr.isatty():
            click.echo("", err=True)


def in_words(answer: Answer, dry_run: bool) -> str:
    lines = [
        f"{each['sheet']} baris {each['row']}, {each['column'] or 'baris'}: {each['value']!r}. {each['message']}"
        for each in answer.refused
    ]
    if answer.refused:
        return "\n".join([*lines, f"{answer.counts[Out.PROBLEM]} baris ditolak; tidak ada yang ditulis."])
    tally = answer.tally
    lines.append(f"Pengaduan: {tally['created']} baru, {tally['updated']} berubah, {tally['unchanged']} tetap.")
    if answer.counts["kept"]:
        lines.append(f"{answer.counts['kept']} isian tidak ditimpa: sudah diubah di Tuntas.")
    return "\n".join([*lines, *(["Percobaan saja: tidak ada yang ditulis."] if dry_run else [])])


def give_up(why: str) -> NoReturn:
    click.echo(" ".join(why.split()), err=True)
    sys.exit(UNUSABLE)
