"""Importing evaluation results from the command line: one file, one cycle, everything or nothing."""

import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.acts import Act
from tracker.access.commands import desk_for
from tracker.access.scope import as_machine
from tracker.access.store import store
from tracker.evaluations.operations import Outdated, Upload, confirm_import, draft_of, keep_taken, plan_import, take
from tracker.evaluations.plan import Plan
from tracker.evaluations.states import Outcome, RowKind
from tracker.instruments.models import Aspect, Cycle
from tracker.kit import sheets
from tracker.kit.commands import imports
from tracker.kit.files import Unusable
from tracker.kit.refusal import Refusal

DONE, ROWS_REFUSED, UNUSABLE = 0, 1, 2
log = logging.getLogger(__name__)


@imports.command("evaluations")
@click.argument("file", metavar="FILE")
@click.option("--cycle", "cycle_code", required=True, metavar="CODE", help="such as panrb-2019")
@click.option("--create-units", is_flag=True, help="make the agencies and units that are not known yet")
@click.option("--aspect", "aspect_code", metavar="CODE", help="for recommendations whose row names no aspect")
@click.option("--dry-run", is_flag=True, help="say what would happen, and write nothing")
@click.option("--json", "as_json", is_flag=True, help="one JSON object on standard output")
@click.option("--as", "username", metavar="USER", help="at this user's desk instead of the system's")
def evaluations(
    file: str,
    cycle_code: str,
    create_units: bool,
    aspect_code: str | None,
    dry_run: bool,
    as_json: bool,
    username: str | None,
) -> None:
    """Import the results of a cycle: xlsx, xls, ods or csv.

    Ends with 0 when done, 1 when rows are refused (nothing is written), 2 when the file cannot be used.
    """
    try:
        plan = carry_out(Path(file), Wish(cycle_code, create_units, aspect_code, dry_run, username))
    except (Unusable, Refusal) as problem:
        give_up(str(problem))
    except Outdated:
        give_up("Data berubah selama impor berjalan dan tidak ada yang ditulis. Jalankan sekali lagi.")
    except sa.exc.OperationalError as problem:
        log.debug("database", exc_info=problem)
        give_up(f"Basis data tidak dapat dipakai: {str(problem.orig).splitlines()[0]}")
    click.echo(json.dumps(as_object(plan), ensure_ascii=False) if as_json else in_words(plan, dry_run))
    sys.exit(ROWS_REFUSED if plan.is_refused else DONE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    cycle_code: str
    create_units: bool
    aspect_code: str | None
    dry_run: bool
    username: str | None


def carry_out(path: Path, wish: Wish) -> Plan:
    desk = desk_for(wish.username, Act.IMPORT_RESULTS)
    taken = take(bytes_of(path), path.name)
    with as_machine(desk.session):
        cycle_id, aspect_id = keys_of(desk.session, wish)
    upload = Upload(cycle_id, taken.name, taken.book, wish.create_units, aspect_id)
    plan = plan_import(desk, upload)
    if plan.writes_something and not wish.dry_run:
        with progress(2 * len(plan.rows)) as advance:
            keep_taken(desk.session, store(), taken)
            draft = draft_of(desk, upload, plan, advance)
            confirm_import(desk, draft, store(), advance)
            desk.session.commit()
    return plan


def keys_of(session: Session, wish: Wish) -> tuple[int, int | None]:
    """The cycle, and the aspect of its instrument that was named."""
    cycle = session.execute(
        sa.select(Cycle.id, Cycle.instrument_id).where(Cycle.code == wish.cycle_code)
    ).one_or_none()  # fmt: skip
    if cycle is None:
        raise Refusal("cycle", f"Siklus {wish.cycle_code} tidak ada. Buat dulu dengan: flask --app wsgi cycle add")
    if wish.aspect_code is None:
        return cycle.id, None
    known: dict[str, int] = dict(
        session.execute(sa.select(Aspect.code, Aspect.id).where(Aspect.instrument_id == cycle.instrument_id)).all()
    )
    if wish.aspect_code not in known:
        raise Refusal("aspect", f"Aspek {wish.aspect_code} tidak ada. Salah satu dari: {', '.join(known)}.")
    return cycle.id, known[wish.aspect_code]


def bytes_of(path: Path) -> bytes:
    """The file, at most a little more than may be read: whoever reads it says what is wrong then."""
    try:
        with path.open("rb") as file:
            return file.read(sheets.DEFAULT_LIMITS.file_bytes + 1)
    except OSError as error:
        raise Unusable(sheets.NOT_READABLE, name=str(path)) from error


class progress:  # noqa: N801 - reads as the word it is
    """A bar on standard error, for people; nothing where nobody watches."""

    def __init__(self, length: int) -> None:
        self.bar: Any = click.progressbar(
            length=length, label="Mengimpor", file=sys.stderr, hidden=not sys.stderr.isatty()
        )

    def __enter__(self) -> Callable[[int], None]:
        self.bar.__enter__()
        return lambda rows: self.bar.update(rows)

    def __exit__(self, *error: Any) -> None:
        self.bar.__exit__(*error)


def as_object(plan: Plan) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "evaluations": plan.tally(RowKind.EVALUATION),
        "recommendations": plan.tally(RowKind.RECOMMENDATION),
        "refused": [
            {
                "sheet": refused.sheet,
                "row": refused.row,
                "column": refused.column,
                "value": refused.value,
                "message": refused.message,
            }
            for refused in plan.refused
        ],
    }


def in_words(plan: Plan, dry_run: bool) -> str:
    lines = [
        f"{each.sheet} baris {each.row}, {each.column or 'baris'}: {each.value!r}. {each.message}"
        for each in plan.refused
    ]
    if plan.is_refused:
        rows = sum(row.outcome is Outcome.REFUSED for row in plan.rows)
        return "\n".join([*lines, f"{rows} baris ditolak; tidak ada yang ditulis."])
    made = {kind: plan.counts().get(kind.value, {}).get(Outcome.NEW, 0) for kind in (RowKind.AGENCY, RowKind.UNIT)}
    for name, kind in (("Hasil", RowKind.EVALUATION), ("Rekomendasi", RowKind.RECOMMENDATION)):
        tally = plan.tally(kind)
        lines.append(f"{name}: {tally['created']} baru, {tally['updated']} berubah, {tally['unchanged']} tetap.")
    if any(made.values()):
        lines.append(f"Direktori: {made[RowKind.AGENCY]} instansi baru, {made[RowKind.UNIT]} unit baru.")
    conflicts = [row for row in plan.rows if row.outcome is Outcome.CONFLICT]
    lines += [f"Tidak ditimpa: {row.sheet} baris {row.row}, diubah di situs sejak impor terakhir." for row in conflicts]
    return "\n".join([*lines, *(["Percobaan saja: tidak ada yang ditulis."] if dry_run else [])])


def give_up(why: str) -> NoReturn:
    click.echo(" ".join(why.split()), err=True)
    sys.exit(UNUSABLE)
