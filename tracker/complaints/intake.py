"""Importing an export of complaints: received and sealed, read into a preview, confirmed as a whole, or thrown away."""

import hmac
import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.acts import Act
from tracker.access.desk import IN_ONE, Desk
from tracker.complaints import intake_queries as queries
from tracker.complaints.import_models import (
    ColumnMapping,
    ComplaintImport,
    ComplaintImportStatus,
    StagedComplaint,
    StagedOutcome,
)
from tracker.complaints.intake_columns import FIELDS, Columns, Heading, columns_by_name, missing, usable
from tracker.complaints.intake_file import kind_by_signature
from tracker.complaints.intake_naming import with_named
from tracker.complaints.intake_reading import Planned, Planner, only_reading, with_heading
from tracker.complaints.intake_store import Kept, SealedFiles
from tracker.complaints.intake_undoing import purge, undo_pending
from tracker.complaints.marks import known_search_key, search_key
from tracker.complaints.states import ComplaintSource
from tracker.evaluations.reasons import HEADING as REASON
from tracker.kit.clock import Clock
from tracker.kit.content import Unusable
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

log = logging.getLogger(__name__)

S, Out = ComplaintImportStatus, StagedOutcome
SOURCES = (ComplaintSource.LAPOR, ComplaintSource.OMBUDSMAN)
"""Whose exports are imported; the rest is written down by form."""
SMALL = 1_500_000
"""Bytes of a file that is read while its sender waits."""
MOST_CHANGED = 40_000
"""Known complaints that one import may change: they change in one transaction, which others have to wait for."""
UNWANTED_AFTER = timedelta(days=7)

FILE_GONE = N_("Berkas impor ini sudah tidak ada. Unggah lagi.")
NOT_READY = N_("Impor ini tidak lagi menunggu konfirmasi.")
STILL_PROBLEMS = N_("Masih ada baris yang bermasalah. Perbaiki berkasnya, atau pilihkan unitnya, lebih dahulu.")
TOO_MANY_CHANGES = N_("Berkas ini mengubah lebih dari %(count)s pengaduan sekaligus. Pisahkan berkasnya.")
NOT_A_COLUMN = N_("Kolom ini wajib dipilih.")
IN_THE_WORKS = N_("Impor ini sedang dikerjakan. Tunggu sampai selesai, lalu coba lagi.")
NOT_OFFERED = N_("Unit ini di luar lingkup Anda.")
NOTHING_TO_WRITE = N_("Tidak ada yang perlu ditulis: isi berkas sudah sama dengan yang tersimpan.")

Advance = Callable[[int], None]


def silent(_rows: int) -> None:
    """For whoever shows no progress."""


# ---- receiving ----------------------------------------------------------------------------------------------------


def receive(desk: Desk, files: SealedFiles, stream: IO[bytes], source: ComplaintSource) -> tuple[ComplaintImport, Kept]:
    """Keep the file sealed, and note that it came. Raises Unusable for what is no export at all."""
    desk.session.commit()  # nobody waits while it is sealed
    kept = files.keep(stream)
    try:
        first = next(files.open(kept.name))
        ending = ".xlsx" if kind_by_signature(first) else ".csv"
    except Unusable:
        files.drop(kept.name)
        raise
    intake = desk.add(
        ComplaintImport(
            source=source,
            file_name="",
            digest=kept.digest,
            kept_as=kept.name,
            added_by_id=desk.actor.id,
            added_at=desk.now,
            seen_at=desk.now if kept.size <= SMALL else None,
            columns={},
            choices={},
        )
    )
    desk.session.flush()
    intake.file_name = f"impor-{intake.id}{ending}"
    desk.record(Act.IMPORT_COMPLAINTS, intake)
    desk.session.commit()
    return intake, kept


# ---- columns and units --------------------------------------------------------------------------------------------


def heading_of(files: SealedFiles, intake: ComplaintImport) -> Heading:
    return with_heading(files.open(intake.kept_as))[1]


def headings_key(session: Session, heading: Heading) -> str:
    """Keyed: in a file without headings it is a complaint that stands there."""
    return keyed(search_key(session), heading)


def keyed(key: bytes, heading: Heading) -> str:
    """The workbook of refused rows has the headings of the file that it came from."""
    names = heading.names[:-1] if heading.names and heading.names[-1] == REASON else heading.names
    said = "\x1f".join(names).casefold()
    return hmac.digest(key, f"headings:{said}".encode(), "sha256").hex()


def columns_for(desk: Desk, intake: ComplaintImport, heading: Heading) -> dict[str, int]:
    """As chosen for this import, else as remembered, else as the headings say by themselves."""
    if intake.columns:
        return usable(intake.columns, len(heading.names))
    return known_columns(desk, intake.source, heading)


def known_columns(desk: Desk, source: ComplaintSource, heading: Heading) -> dict[str, int]:
    """As remembered, else as the headings say by themselves; nothing is written."""
    key = known_search_key(desk.session)
    kept = queries.remembered(desk, source, keyed(key, heading)) if key else None
    found = usable(kept.columns, len(heading.names)) if kept is not None else {}
    return found or columns_by_name(heading.names)


def choose_columns(desk: Desk, files: SealedFiles, intake: ComplaintImport, columns: Columns) -> None:
    """Take the columns for this import and for the next file with these headings. Raises Refusal for a missing one."""
    check_idle(desk, intake)
    absent = missing(columns)
    if absent:
        raise Refusal(absent[0], NOT_A_COLUMN)
    remember_columns(desk, intake, heading_of(files, intake), columns)
    read_again(desk, intake)


def remember_columns(desk: Desk, intake: ComplaintImport, heading: Heading, columns: Columns) -> None:
    """For this import and for the next file with these headings; `desk.record` of the import comes after it."""
    key = headings_key(desk.session, heading)
    kept = queries.remembered(desk, intake.source, key)
    if kept is None:
        kept = desk.add(
            ColumnMapping(
                owner_id=desk.actor.id, source=intake.source, headings_key=key, columns=dict(columns), at=desk.now
            )
        )
    elif kept.columns != dict(columns):
        kept.columns, kept.at = dict(columns), desk.now
    desk.session.flush()
    desk.record(Act.IMPORT_COMPLAINTS, kept)
    intake.columns = dict(columns)


def name_columns(desk: Desk, files: SealedFiles, intake: ComplaintImport, names: Mapping[str, str]) -> None:
    """Meaning -> heading, as said by hand before the file is read. Raises Unusable, and leaves nothing of the import
    then."""
    try:
        heading = heading_of(files, intake)
        columns = with_named(columns_for(desk, intake, heading), names, heading)
        needs_columns(columns, heading)
    except Unusable as problem:
        fail(desk.session, files, intake, str(problem), desk.now)
        raise
    remember_columns(desk, intake, heading, columns)
    desk.record(Act.IMPORT_COMPLAINTS, intake)
    desk.session.commit()


def choose_units(desk: Desk, intake: ComplaintImport, choices: Mapping[str, int]) -> None:
    """What names of the file mean, said by hand; it is then read again. Raises Refusal for a unit out of reach."""
    check_idle(desk, intake)
    names = queries.directory(desk, {})
    for unit_id in choices.values():
        unit = names.units.get(unit_id)
        if unit is None or not unit.in_reach:
            raise Refusal("", NOT_OFFERED)
    intake.choices = {**intake.choices, **choices}
    read_again(desk, intake)


def read_again(desk: Desk, intake: ComplaintImport) -> None:
    intake.status, intake.seen_at, intake.attempts = S.RECEIVED, None, 0
    desk.record(Act.IMPORT_COMPLAINTS, intake)
    desk.session.commit()


def check_idle(desk: Desk, intake: ComplaintImport) -> None:
    if intake.status not in (S.RECEIVED, S.MAPPING, S.READY) or not is_idle(desk, intake):
        raise Refusal("", IN_THE_WORKS if intake.status in (S.READING, S.WRITING, S.RECEIVED) else NOT_READY)


def is_idle(desk: Desk, intake: ComplaintImport) -> bool:
    """Is nobody about it? Who gave no sign of life for a while is dead."""
    at_rest = intake.status in (S.MAPPING, S.READY)
    return at_rest or intake.seen_at is None or intake.seen_at < desk.now - queries.SILENT_FOR


# ---- reading ------------------------------------------------------------------------------------------------------


def read(desk: Desk, files: SealedFiles, intake: ComplaintImport, clock: Clock, advance: Advance = silent) -> None:
    """Read the kept file into staged rows, in short transactions. It then waits for columns or for a confirmation.

    Killed anywhere, it is begun anew. Raises Unusable; the import has failed then, and nothing of it is left.
    """
    number, session = intake.id, desk.session
    try:
        if not files.exists(intake.kept_as):
            raise Unusable(FILE_GONE)
        undo_pending(session, number)
        purge(session, number)
        search_key(session)
        set_on(session, number, status=S.READING, seen_at=clock.now(), read_rows=0, problem="")
        session.commit()
        with only_reading(session):
            export, heading = with_heading(files.open(intake.kept_as))
            columns = columns_for(desk, intake, heading)
            names = queries.directory(desk, intake.choices)
        if missing(columns):
            set_on(session, number, status=S.MAPPING, seen_at=None)
            session.commit()
            return
        planner = Planner(desk, intake.source, names, columns, len(heading.names))
        stage(session, number, planner.plan(export.rows), clock, advance)
    except Unusable as problem:
        session.rollback()
        fail(session, files, intake, str(problem), clock.now())
        raise
    counts = {name: planner.counts[name] for name in (Out.NEW, Out.CHANGED, Out.SAME, Out.PROBLEM, "kept")}
    set_on(session, number, status=S.READY, counts={str(k): v for k, v in counts.items()}, seen_at=None, attempts=0)
    session.commit()


def fail(session: Session, files: SealedFiles, intake: ComplaintImport, problem: str, at: datetime) -> None:
    set_on(session, intake.id, status=S.FAILED, problem=problem, finished_at=at, seen_at=None)
    session.commit()
    clear_away(session, files, intake)


def stage(session: Session, number: int, portions: Any, clock: Clock, advance: Advance) -> None:
    done = 0
    for planned in portions:
        rows = [as_staged(number, row) for row in planned]
        session.execute(sa.insert(StagedComplaint), rows, execution_options=IN_ONE)
        done += len(planned)
        set_on(session, number, read_rows=done, seen_at=clock.now())
        session.commit()
        advance(len(planned))


def as_staged(number: int, row: Planned) -> dict[str, Any]:
    return {
        "import_id": number,
        "line": row.line,
        "tracking_id": row.tracking_id,
        "outcome": row.outcome,
        "complaint_id": row.complaint_id,
        "unit_id": row.unit_id,
        "content": dumped(row.content),
        "problems": row.problems,
    }


def dumped(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) if content else ""


def set_on(session: Session, number: int, **values: Any) -> None:
    """Only what follows from work on it: its derived columns."""
    statement = sa.update(ComplaintImport).where(ComplaintImport.id == number).values(**values)
    session.execute(statement, execution_options={"synchronize_session": False})
    for row in list(session.identity_map.values()):
        if isinstance(row, ComplaintImport) and sa.inspect(row).identity == (number,):
            session.expire(row, list(values))


def plan_only(
    desk: Desk,
    chunks: Any,
    source: ComplaintSource,
    refused: Callable[[str, Heading, Columns, Planned], None],
    named: Mapping[str, str] | None = None,
) -> Counter[str]:
    """What importing would do, counted, with nothing written at all. Each problem is told to `refused`.

    `named` as in `name_columns`: nothing of it is remembered.
    """
    with only_reading(desk.session):
        export, heading = with_heading(chunks)
        names = queries.directory(desk, {})
        columns = with_named(known_columns(desk, source, heading), named or {}, heading)
    needs_columns(columns, heading)
    planner = Planner(desk, source, names, columns, len(heading.names))
    for portion in planner.plan(export.rows):
        for row in portion:
            if row.outcome is Out.PROBLEM:
                refused(export.sheet, heading, columns, row)
    return planner.counts


MISSING_COLUMN = N_("Kolom %(columns)s tidak ditemukan di berkas ini.")


def needs_columns(columns: Columns, heading: Heading) -> None:
    absent = missing(columns)
    if absent:
        raise Unusable(MISSING_COLUMN, columns=", ".join(f"“{FIELDS[name]}”" for name in absent))


# ---- ending -------------------------------------------------------------------------------------------------------


def ask_to_write(desk: Desk, intake: ComplaintImport) -> None:
    """Confirmed: from now on it is to be written, at once by the caller or by the scheduler. The caller commits.

    Raises Refusal where a row has a problem, or where it waits for no confirmation.
    """
    if intake.status is not S.READY:
        raise Refusal("", NOT_READY)
    if intake.counts.get(Out.PROBLEM):
        raise Refusal("", STILL_PROBLEMS)
    if intake.counts.get(Out.CHANGED, 0) > MOST_CHANGED:
        raise Refusal("", TOO_MANY_CHANGES, count=MOST_CHANGED)
    intake.status, intake.seen_at, intake.attempts, intake.written_rows = S.WRITING, None, 0, 0
    desk.record(Act.IMPORT_COMPLAINTS, intake)


def discard(desk: Desk, files: SealedFiles, intake: ComplaintImport) -> None:
    """Throw it away: nothing of it was a complaint to anybody yet. Raises Refusal while somebody is about it."""
    if intake.status in (S.DONE, S.DISCARDED):
        raise Refusal("", NOT_READY)
    if not is_idle(desk, intake) and intake.status is not S.FAILED:
        raise Refusal("", IN_THE_WORKS)
    intake.status, intake.finished_at, intake.seen_at = S.DISCARDED, desk.now, None
    desk.record(Act.IMPORT_COMPLAINTS, intake)
    desk.session.commit()
    clear_away(desk.session, files, intake)


def clear_away(session: Session, files: SealedFiles, intake: ComplaintImport) -> None:
    """Once it is over: its file and its staged rows go, and what was written of it if it was not brought to its end."""
    number, kept_as = intake.id, intake.kept_as
    session.commit()
    undo_pending(session, number)
    purge(session, number)
    files.drop(kept_as)
    set_on(session, number, kept_as="")
    session.commit()


def sweep(desk: Desk, files: SealedFiles) -> dict[str, int]:
    """At the machine's desk: imports nobody came back to are given up, and nothing is left of any that is over."""
    given_up = 0
    over, waits = (S.DONE, S.FAILED, S.DISCARDED), (S.RECEIVED, S.MAPPING, S.READY)
    old = sa.select(ComplaintImport).where(
        ComplaintImport.status.in_(waits),
        ComplaintImport.added_at < desk.now - UNWANTED_AFTER,
        queries.is_silent(desk.now),
    )
    for intake in desk.all(old):
        discard(desk, files, intake)
        given_up += 1
    staged = sa.select(StagedComplaint.id).where(StagedComplaint.import_id == ComplaintImport.id).exists()
    left = sa.select(ComplaintImport).where(
        ComplaintImport.status.in_(over), sa.or_(ComplaintImport.kept_as != "", staged)
    )
    for intake in desk.all(left):
        clear_away(desk.session, files, intake)
    wanted = set(desk.session.scalars(sa.select(ComplaintImport.kept_as).where(ComplaintImport.kept_as != "")))
    desk.session.commit()
    yesterday = (desk.now - timedelta(days=1)).timestamp()
    return {"imports_given_up": given_up, "files": files.drop_others(wanted, yesterday)}
