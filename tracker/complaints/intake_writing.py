"""Writing a confirmed import: new complaints in short transactions, seen by nobody; then, in one, all of it at once.

Killed anywhere, it goes on where it was, or is taken back whole. Others save in between.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tracker.access.acts import Act
from tracker.access.desk import IN_ONE, Desk, Forbidden, request_id
from tracker.access.scope import as_machine
from tracker.complaints import intake_queries as queries
from tracker.complaints.import_models import ComplaintImport, ComplaintImportStatus, StagedComplaint, StagedOutcome
from tracker.complaints.intake import Advance, read, set_on, silent
from tracker.complaints.intake_plan import compare
from tracker.complaints.intake_reading import only_reading
from tracker.complaints.intake_rowmaking import (
    Ground,
    change_complaint,
    citizen_of,
    columns_of,
    new_complaint,
    note_of,
    told_of,
    words_of,
)
from tracker.complaints.intake_rows import ReadRow
from tracker.complaints.intake_store import SealedFiles
from tracker.complaints.intake_undoing import purge
from tracker.complaints.intake_units import KnownUnit, UnitNames
from tracker.complaints.marks import search_key
from tracker.complaints.models import Complainant, Complaint, ComplaintNote, ComplaintWords
from tracker.complaints.searching import index_words, marks_of, put_marks
from tracker.events.models import Event
from tracker.kit.clock import Clock
from tracker.kit.db import BATCH
from tracker.kit.words import N_

log = logging.getLogger(__name__)

S, Out = ComplaintImportStatus, StagedOutcome
AT_ONCE = 250
"""New complaints a transaction: with the marks of their words, a fraction of a second."""
TRIES = 3
CHANGED_MEANWHILE = N_("Data berubah sejak pratinjau dibuat; tidak ada yang ditulis. Periksa pratinjau yang baru.")


class Outdated(Exception):
    """What stands is no longer what the preview was compared with; the file was read anew."""


@dataclass(slots=True)
class Changes:
    """What is to be written on known complaints, made ready while others still write."""

    versions: dict[int, int] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    adopted: list[dict[str, Any]] = field(default_factory=list)
    words: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    citizens: list[dict[str, Any]] = field(default_factory=list)
    unnamed: list[int] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


def write(desk: Desk, files: SealedFiles, intake: ComplaintImport, clock: Clock, advance: Advance = silent) -> None:
    """Bring a confirmed import to its end; commits as it goes.

    Raises Outdated where somebody wrote the same complaints meanwhile: nothing of it is left then, and the file was
    read anew. Raises Forbidden where the desk may no longer import for one of its units.
    """
    session, number, kept_as = desk.session, intake.id, intake.kept_as
    ground = Ground(session, intake.source, number, intake.added_by_id, desk.now, search_key(session))
    session.commit()
    with only_reading(session):
        names = queries.directory(desk, {})
        asked = sa.select(StagedComplaint.unit_id).where(StagedComplaint.import_id == number).distinct()
        units = {unit for unit in session.scalars(asked) if unit is not None}
    if any(unit not in names.units or not names.units[unit].in_reach for unit in units):
        raise Forbidden(Act.IMPORT_COMPLAINTS)
    try:
        write_new(desk, ground, names, clock, advance)
        finish(desk, ground, names, clock)
    except (IntegrityError, Outdated) as error:
        session.rollback()
        set_on(session, number, status=S.RECEIVED, seen_at=clock.now())
        session.commit()
        read(desk, files, session.scalars(sa.select(ComplaintImport).filter_by(id=number)).one(), clock)
        set_on(session, number, problem=CHANGED_MEANWHILE)
        session.commit()
        raise Outdated from error
    purge(session, number)
    files.drop(kept_as)
    set_on(session, number, kept_as="")
    session.commit()


# ---- new complaints -----------------------------------------------------------------------------------------------


def write_new(desk: Desk, ground: Ground, names: UnitNames, clock: Clock, advance: Callable[[int], None]) -> None:
    staged = StagedComplaint
    open_rows = (
        sa.select(staged.id, staged.unit_id, staged.content)
        .where(staged.import_id == ground.import_id, staged.outcome == Out.NEW, staged.complaint_id.is_(None))
        .order_by(staged.line)
        .limit(AT_ONCE)
    )
    while True:
        with only_reading(desk.session):
            some = desk.session.execute(open_rows).all()
            contents = [json.loads(content) for _id, _unit, content in some]
            read_rows = [ReadRow.from_json(each["row"]) for each in contents]
            units = [names.units[unit_id or 0] for _id, unit_id, _content in some]
            rows = [
                new_complaint(ground, row, unit, each["digests"])
                for row, unit, each in zip(read_rows, units, contents, strict=True)
            ]
            words = [words_of(row) for row in read_rows]
            marks = [marks_of(ground.key, f"{each['title']}\n{each['body']}") for each in words]
        if not some:
            return
        with as_machine(desk.session):
            ids = desk.add_all(Complaint, rows)
            whole = list(zip(ids, read_rows, units, strict=True))
            parts = [{"complaint_id": id, "unit_id": unit.id} for id, _row, unit in whole]
            insert(desk, ComplaintWords, [part | each for part, each in zip(parts, words, strict=True)])
            insert(desk, ComplaintNote, [note_of(ground, row, unit, id) for id, row, unit in whole if row.follow_up])
            citizens = (citizen_of(ground, row, unit.id, id) for id, row, unit in whole)
            insert(desk, Complainant, [each for each in citizens if each is not None])
            put_marks(desk, zip(ids, marks, strict=True))
            noted = [{"b_id": row[0], "b_complaint": id} for row, id in zip(some, ids, strict=True)]
            table: Any = staged.__table__
            statement = sa.update(table).where(table.c.id == sa.bindparam("b_id"))
            desk.session.connection().execute(statement.values(complaint_id=sa.bindparam("b_complaint")), noted)
            written = ComplaintImport.written_rows + len(some)
            set_on(desk.session, ground.import_id, written_rows=written, seen_at=clock.now())
            desk.session.commit()
        advance(len(some))


def insert(desk: Desk, kind: type[Any], rows: list[dict[str, Any]]) -> None:
    """At the machine's desk, once the complaints they belong to were checked."""
    if rows:
        desk.session.execute(sa.insert(kind), rows, execution_options=IN_ONE)


# ---- the last transaction -----------------------------------------------------------------------------------------


def finish(desk: Desk, ground: Ground, names: UnitNames, clock: Clock) -> None:
    """Show all that is new, change all that is known, and tell of it, in one transaction."""
    session = desk.session
    for _ in range(TRIES):
        changes = prepared(desk, ground, names, clock)
        with as_machine(session):
            if not stand_as_prepared(session, changes):
                session.rollback()
                continue
            show_new(desk, ground)
            write_changes(desk, changes)
            set_on(session, ground.import_id, status=S.DONE, finished_at=clock.now(), seen_at=None)
            session.commit()
            return
    raise Outdated


def told(desk: Desk, act: Act) -> dict[str, Any]:
    return {
        "at": desk.now, "actor_id": desk.actor.id, "actor_name": desk.actor.name, "act": act.value,
        "subject_type": Complaint.__name__, "reason": "", "request_id": request_id.get(),
    }  # fmt: skip


def show_new(desk: Desk, ground: Ground) -> None:
    """Set-wise: an event for each, and nothing that hides it any more."""
    c: Any = Complaint.__table__
    event: Any = Event.__table__
    common = told(desk, Act.IMPORT_COMPLAINTS) | {"changes": {}}
    values = {name: sa.literal(value, event.c[name].type).label(name) for name, value in common.items()}
    columns = {**values, "subject_id": c.c.id, "unit_id": c.c.unit_id}
    connection = desk.session.connection()
    rows = sa.select(*columns.values()).where(c.c.pending_id == ground.import_id).order_by(c.c.id)
    connection.execute(sa.insert(event).from_select(list(columns), rows))
    connection.execute(sa.update(c).where(c.c.pending_id == ground.import_id).values(pending_id=None))


def stand_as_prepared(session: Any, changes: Changes) -> bool:
    ids = list(changes.versions)
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        found = dict(session.execute(sa.select(Complaint.id, Complaint.version).where(Complaint.id.in_(some))).all())
        if any(found.get(id) != changes.versions[id] for id in some):
            return False
    return True


def prepared(desk: Desk, ground: Ground, names: UnitNames, clock: Clock) -> Changes:
    """Compare once more with what stands now: somebody may have gone on with a complaint since the preview."""
    changes, staged, last = Changes(), StagedComplaint, 0
    query = sa.select(staged.line, staged.unit_id, staged.content).where(
        staged.import_id == ground.import_id,
        staged.outcome.in_((Out.CHANGED, Out.SAME)),
        staged.complaint_id.is_not(None),
        staged.unit_id.is_not(None),
    )
    while True:
        with only_reading(desk.session):
            some = desk.session.execute(query.where(staged.line > last).order_by(staged.line).limit(BATCH)).all()
            rows = [(ReadRow.from_json(json.loads(content)["row"]), unit_id or 0) for _line, unit_id, content in some]
            prepare(desk, ground, names, rows, changes)
        if not some:
            return changes
        last = some[-1].line
        set_on(desk.session, ground.import_id, seen_at=clock.now())
        desk.session.commit()


def prepare(
    desk: Desk, ground: Ground, names: UnitNames, rows: Sequence[tuple[ReadRow, int]], changes: Changes
) -> None:
    ids = {row.tracking_id for row, _unit in rows}
    known = queries.known_complaints(desk.session, ground.source, ids, names)
    words = queries.words_of(desk.session, [each.id for each in known.values()])
    with as_machine(desk.session):
        query = sa.select(Complaint).where(Complaint.id.in_([each.id for each in known.values()]))
        complaints = {each.id: each for each in desk.session.scalars(query)}
        for each in complaints.values():
            desk.session.expunge(each)
    for row, unit_id in rows:
        stands, unit = known.get(row.tracking_id), names.units[unit_id]
        if stands is None or stands.is_pending:
            raise Outdated
        said, change = ground.digests.of_row(row, unit), compare(stands, row, unit, ground.digests, words[stands.id])
        if not change.columns:
            changes.adopted.append({"b_id": stands.id, "v_imported": said})
            continue
        complaint, stood = complaints[stands.id], words[stands.id]
        before = columns_of(complaint)
        at = unit if "unit" in change.columns else names.units[stands.unit_id]
        change_complaint(ground, complaint, row, at, change.columns)
        changes.versions[stands.id] = stands.version
        put(changes, complaint, said)
        put_parts(ground, changes, row, at, complaint, change.columns, stood)
        event = told(desk, Act.UPDATE_COMPLAINT) | {"subject_id": stands.id, "unit_id": at.id}
        changes.events.append(event | {"changes": told_of(before, columns_of(complaint), change.columns)})


def put(changes: Changes, complaint: Complaint, said: dict[str, str]) -> None:
    values = {f"v_{name}": value for name, value in columns_of(complaint).items()}
    changes.updates.append({"b_id": complaint.id, "v_imported": said, **values})


def put_parts(
    ground: Ground, changes: Changes, row: ReadRow, unit: KnownUnit, complaint: Complaint, columns: frozenset[str],
    stood: Mapping[str, str],
) -> None:  # fmt: skip
    id, said = complaint.id, words_of(row)
    if columns & stood.keys():
        changes.words.append((id, {name: said[name] if name in columns else stood[name] for name in stood}))
    if "follow_up" in columns:
        changes.notes.append(note_of(ground, row, unit, id))
    if complaint.is_anonymous:
        changes.unnamed.append(id)
    elif "citizen" in columns and (citizen := citizen_of(ground, row, unit.id, id)) is not None:
        changes.citizens.append(citizen)


def write_changes(desk: Desk, changes: Changes) -> None:
    """A few statements for any number of rows; what was sealed and worked out before is only put down."""
    connection = desk.session.connection()
    c: Any = Complaint.__table__
    if changes.updates:
        columns: dict[str, Any] = {
            name.removeprefix("v_"): sa.bindparam(name) for name in changes.updates[0] if name != "b_id"
        }
        statement = sa.update(c).where(c.c.id == sa.bindparam("b_id"))
        connection.execute(statement.values(**columns, version=c.c.version + 1), changes.updates)
    if changes.adopted:
        statement = sa.update(c).where(c.c.id == sa.bindparam("b_id"))
        connection.execute(statement.values(imported=sa.bindparam("v_imported")), changes.adopted)
    if changes.words:
        w: Any = ComplaintWords.__table__
        statement = sa.update(w).where(w.c.complaint_id == sa.bindparam("b_id"))
        values = [{"b_id": id, "v_title": said["title"], "v_body": said["body"]} for id, said in changes.words]
        connection.execute(statement.values(title=sa.bindparam("v_title"), body=sa.bindparam("v_body")), values)
        index_words(desk, [(id, said["title"], said["body"]) for id, said in changes.words])
    insert(desk, ComplaintNote, changes.notes)
    gone = [*changes.unnamed, *(each["complaint_id"] for each in changes.citizens)]
    for start in range(0, len(gone), BATCH):
        table: Any = Complainant.__table__
        connection.execute(sa.delete(table).where(table.c.complaint_id.in_(gone[start : start + BATCH])))
    insert(desk, Complainant, changes.citizens)
    if changes.events:
        connection.execute(sa.insert(Event), changes.events)
