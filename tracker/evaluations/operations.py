"""Importing the results of a cycle: a preview, then everything or nothing; and naming priority units by hand."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.access import contents
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.evaluations.comparing import compare
from tracker.evaluations.facts import CycleState, Fingerprint, Grounds, RecommendationKey
from tracker.evaluations.models import Evaluation, ImportDraft, ImportRow
from tracker.evaluations.plan import Plan, PlannedRow
from tracker.evaluations.reasons import with_reasons
from tracker.evaluations.reporters import without_reporters
from tracker.evaluations.rules import read_workbook
from tracker.evaluations.standing import fingerprint, grounds, previous_recommendations, standing
from tracker.evaluations.states import ImportStatus, Outcome
from tracker.evaluations.workbook import CycleFacts
from tracker.evaluations.writing import StagedRow, Writer
from tracker.instruments.models import Cycle
from tracker.instruments.states import CycleStatus
from tracker.kit import sheets
from tracker.kit.cells import Cell
from tracker.kit.db import reading
from tracker.kit.files import WORKBOOKS, FileStore, Unusable, safe_name
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove

STAGED_AT_ONCE = 1000
"""Rows a transaction, so that nobody waits long to save."""
TRIES = 3
STANDS_BY = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.CONFLICT)
SEALED = N_("Siklus ini sudah disegel, dan tidak menerima impor.")
PRIORITY_SEALED = N_("Siklus ini sudah disegel: daftar prioritas pembinaannya tetap seperti saat disegel.")
REFUSED = N_("Berkas ini masih memuat baris yang ditolak. Perbaiki lebih dahulu, lalu unggah lagi.")
NOT_A_PREVIEW = N_("Impor ini sudah dikonfirmasi atau dibatalkan.")

OTHER_INSTRUMENT = N_("Aspek ini bukan bagian dari instrumen siklus yang dipilih.")

Advance = Callable[[int], None]


class Outdated(Exception):
    """What stands is no longer what the preview was compared with; the preview was made anew."""


def silent(_rows: int) -> None:
    """For whoever shows no progress."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook that was read, for one cycle."""

    cycle_id: int
    file_name: str
    book: sheets.Workbook
    create_units: bool = False
    assumed_aspect_id: int | None = None
    """The aspect for recommendations whose row names none; one of the cycle's instrument."""


@contextmanager
def reading_only(session: Session) -> Iterator[None]:
    """A stretch that only reads, in a transaction of its own: nobody who writes has to wait for it."""
    session.commit()
    token = reading.set(True)
    try:
        yield
        session.commit()
    finally:
        reading.reset(token)


def plan_import(desk: Desk, upload: Upload) -> Plan:
    """What importing this file would do. Raises Unusable for a file without results, Refusal for a sealed cycle."""
    with reading_only(desk.session):
        ground = ground_of(desk, upload.cycle_id)
    regions = {code: region.name for code, region in ground.regions.items()}
    assumed = assumed_in(ground, upload.assumed_aspect_id)
    workbook = read_workbook(upload.book.sheets, ground.instrument, regions, facts_of(ground.cycle), assumed)
    if workbook.unusable:
        raise Unusable(workbook.unusable)
    with reading_only(desk.session):
        stands = standing(desk, ground)
    pages = {sheet.name: sheet.rows for sheet in upload.book.sheets}
    return compare(workbook, ground, stands, upload.create_units, lambda sheet, row: cells_of(pages[sheet], row))


def assumed_in(ground: Grounds, aspect_id: int | None) -> str | None:
    """The code of the aspect that was chosen for the file. Refused where it is of another instrument."""
    if aspect_id is None:
        return None
    code = next((code for code, id in ground.aspects.items() if id == aspect_id), None)
    if code is None:
        raise Refusal("assumed_aspect", OTHER_INSTRUMENT)
    return code


def cells_of(rows: Sequence[Sequence[Cell]], row: int) -> Sequence[Cell]:
    """A row by its number in the sheet; a problem may name one that holds nothing."""
    return rows[row - 1] if 0 < row <= len(rows) else ()


def ground_of(desk: Desk, cycle_id: int) -> Grounds:
    with as_machine(desk.session):
        ground = grounds(desk.session, cycle_id)
    if not ground.cycle.is_open:
        raise Refusal("cycle", SEALED)
    return ground


def facts_of(cycle: CycleState) -> CycleFacts:
    letter_on, opening_on = (date.fromisoformat(day) if day else None for day in (cycle.letter_on, cycle.opening_on))
    return CycleFacts(cycle.code, letter_on, opening_on)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it is read and kept: as it came, or as an xlsx without what told who complained."""

    data: bytes
    name: str
    book: sheets.Workbook


def take(data: bytes, name: str) -> Taken:
    """Read a file; where it tells of reporters, it is the file without them from here on. Raises Unusable."""
    book = sheets.read(data, name)
    cleaned, found = without_reporters(book.sheets)
    if not found:
        return Taken(data, name, book)
    data, name = with_reasons(cleaned, {}, {}), f"{name.rpartition('.')[0] or name}.xlsx"
    return Taken(data, name, sheets.read(data, name))


def receive(
    desk: Desk,
    store: FileStore,
    stream: IO[bytes],
    name: str,
    cycle_id: int,
    create_units: bool,
    assumed_aspect_id: int | None = None,
) -> ImportDraft:
    """A file from the site: read, kept for the workbook that goes back, and previewed. Raises Unusable."""
    desk.session.commit()  # nobody waits while the file is read
    taken = take(stream.read(sheets.DEFAULT_LIMITS.file_bytes + 1), name)
    upload = Upload(cycle_id, safe_name(taken.name), taken.book, create_units, assumed_aspect_id)
    plan = plan_import(desk, upload)
    keep_taken(desk.session, store, taken)
    return draft_of(desk, upload, plan)


def keep_taken(session: Session, store: FileStore, taken: Taken) -> None:
    most = sheets.DEFAULT_LIMITS.file_bytes
    contents.keep(session, store, BytesIO(taken.data), taken.name, most, WORKBOOKS)


def draft_import(desk: Desk, upload: Upload, advance: Advance = silent) -> ImportDraft:
    """Read a file and keep its preview."""
    return draft_of(desk, upload, plan_import(desk, upload), advance)


def draft_of(desk: Desk, upload: Upload, plan: Plan, advance: Advance = silent) -> ImportDraft:
    """Keep a preview: in small transactions, each of which another writer can come between."""
    draft = desk.add(
        ImportDraft(
            cycle_id=upload.cycle_id,
            user_id=desk.actor.id,
            created_at=desk.now,
            file_name=upload.file_name,
            digest=upload.book.digest,
            create_units=upload.create_units,
            assumed_aspect_id=upload.assumed_aspect_id,
        )
    )
    desk.record(Act.IMPORT_RESULTS, draft)
    desk.session.commit()
    stage(desk, draft, plan, advance)
    return draft


def stage(desk: Desk, draft: ImportDraft, plan: Plan, advance: Advance = silent) -> None:
    """Write the rows of a preview, and last that it is complete."""
    draft_id = draft.id
    for start in range(0, len(plan.rows), STAGED_AT_ONCE):
        some = plan.rows[start : start + STAGED_AT_ONCE]
        desk.session.execute(sa.insert(ImportRow), [as_kept(draft_id, row) for row in some])
        desk.session.commit()
        advance(len(some))
    draft.status = ImportStatus.PREVIEWED
    draft.summary = plan.summary()
    desk.record(Act.IMPORT_RESULTS, draft)
    desk.session.commit()


def as_kept(draft_id: int, row: PlannedRow) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "kind": row.kind,
        "sheet": row.sheet[:300],
        "row": row.row,
        "outcome": row.outcome,
        "label": row.label,
        "values": row.values,
        "before": row.before,
        "problems": [remark.as_json() for remark in row.remarks],
        "has_remarks": bool(row.remarks),
        "differs": row.differs,
        "subject_id": row.subject_id,
    }


def draft_again(desk: Desk, draft: ImportDraft, plan: Plan) -> None:
    """Make a preview anew, from the same file, against what stands now."""
    draft.status = ImportStatus.READING
    desk.record(Act.IMPORT_RESULTS, draft)
    desk.session.execute(sa.delete(ImportRow).where(ImportRow.draft_id == draft.id))
    desk.session.commit()
    stage(desk, draft, plan)


def confirm_import(desk: Desk, draft: ImportDraft, store: FileStore, advance: Advance = silent) -> None:
    """Write a preview as a whole, in one transaction that the caller commits.

    Raises Refusal where a row is refused or the cycle was sealed, and Outdated where something changed since the
    preview: it is then made anew, so that it can be looked at and confirmed again.
    """
    check_confirmable(draft)
    known: Fingerprint = draft.summary["fingerprint"]
    for _ in range(TRIES):
        prepared = prepare(desk, draft, store, known)
        if write(desk, draft, prepared, advance):
            return
        known = prepared.fingerprint
    raise Outdated


def discard_preview(desk: Desk, draft: ImportDraft) -> None:
    """Throw away what was only looked at, by whoever uploaded it; that it was there stays in the trail.

    Raises IllegalMove once it was written.
    """
    if draft.status not in (ImportStatus.READING, ImportStatus.PREVIEWED) or draft.user_id != desk.actor.id:
        raise IllegalMove(Act.UNDO_IMPORT, draft.status)
    desk.session.delete(draft)  # its rows go with it, by the database
    desk.record(Act.UNDO_IMPORT, draft)


def check_confirmable(draft: ImportDraft) -> None:
    if draft.status is not ImportStatus.PREVIEWED:
        raise Refusal("", NOT_A_PREVIEW)
    if refused_rows(draft):
        raise Refusal("", REFUSED)


def refused_rows(draft: ImportDraft) -> int:
    counts: dict[str, dict[str, int]] = draft.summary["counts"]
    return sum(outcomes.get(Outcome.REFUSED, 0) for outcomes in counts.values())


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that writing needs, read while others still write."""

    ground: Grounds
    rows: Sequence[StagedRow]
    previous: dict[RecommendationKey, tuple[int, int]]
    fingerprint: Fingerprint


def prepare(desk: Desk, draft: ImportDraft, store: FileStore, known: Fingerprint) -> Prepared:
    """Read what is to be written. Where something changed meanwhile, the file must still mean the same."""
    session = desk.session
    draft_id, cycle_id, digest = draft.id, draft.cycle_id, draft.summary["digest"]
    with reading_only(session), as_machine(session):
        ground = grounds(session, cycle_id)
        rows = staged_rows(session, draft_id)
        previous = previous_recommendations(session, cycle_id)
        now = fingerprint(session, cycle_id)
    if now != known:
        plan = plan_import(desk, upload_of(draft, store))
        if plan.digest != digest:
            draft_again(desk, draft, plan)
            raise Outdated
        now = [list(mark) for mark in plan.fingerprint]
    return Prepared(ground, rows, previous, now)


def upload_of(draft: ImportDraft, store: FileStore) -> Upload:
    """The file of an earlier upload, read again."""
    with store.open(draft.digest) as file:
        book = sheets.read(file, draft.file_name)
    return Upload(draft.cycle_id, draft.file_name, book, draft.create_units, draft.assumed_aspect_id)


def read_again(desk: Desk, draft: ImportDraft, store: FileStore) -> tuple[sheets.Workbook, dict[str, int]]:
    """The file as it came, and in which row of each sheet its header stands."""
    with as_machine(desk.session):
        ground = grounds(desk.session, draft.cycle_id)
    book = upload_of(draft, store).book
    regions = {code: region.name for code, region in ground.regions.items()}
    assumed = assumed_in(ground, draft.assumed_aspect_id)
    read = read_workbook(book.sheets, ground.instrument, regions, facts_of(ground.cycle), assumed)
    return book, {sheet.name: sheet.header_row for sheet in read.sheets if sheet.header_row}


def staged_rows(session: Session, draft_id: int) -> list[StagedRow]:
    columns = (ImportRow.id, ImportRow.kind, ImportRow.outcome, ImportRow.values, ImportRow.before)
    kept = session.execute(
        sa.select(*columns, ImportRow.subject_id)
        .where(ImportRow.draft_id == draft_id, ImportRow.outcome.in_(STANDS_BY))
        .order_by(ImportRow.id)
    )
    return [StagedRow(*row) for row in kept]


def write(desk: Desk, draft: ImportDraft, prepared: Prepared, advance: Advance) -> bool:
    """The one transaction. False where somebody came between; nothing is written then."""
    session = desk.session
    cycle = session.scalars(sa.select(Cycle).where(Cycle.id == prepared.ground.cycle.id).with_for_update()).one()
    session.refresh(cycle)
    session.refresh(draft)
    if cycle.status is not CycleStatus.OPEN:
        raise Refusal("", SEALED)
    check_confirmable(draft)
    with as_machine(session):
        now = fingerprint(session, cycle.id)
    if now != prepared.fingerprint:
        session.commit()
        return False
    writer = Writer(
        desk, prepared.ground, prepared.rows, draft.file_name, draft.summary["letter_id"], prepared.previous
    )
    try:
        writer.write()
    except IntegrityError as error:  # on PostgreSQL somebody may add the same unit at the same moment
        session.rollback()
        raise Outdated from error
    draft.status = ImportStatus.DONE
    draft.written_at = desk.now
    desk.record(Act.IMPORT_RESULTS, draft)
    advance(len(prepared.rows))
    return True


def set_priority(desk: Desk, evaluation: Evaluation, is_priority: bool, reason: str) -> None:
    """Take a unit among the priority units of its cycle, or out of them, by hand; imports leave that as it is.

    What a cycle was sealed with stays: its figures start from these units.
    """
    if evaluation.cycle.status is CycleStatus.SEALED:
        raise Refusal("", PRIORITY_SEALED)
    if not reason.strip():
        raise Refusal("reason", N_("Alasan wajib diisi."))
    evaluation.priority_set = is_priority
    evaluation.is_priority = is_priority
    desk.record(Act.SET_PRIORITY, evaluation, reason.strip())
