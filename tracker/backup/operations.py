"""Taking a backup: the rows of one moment, while the site goes on, and the files they speak of."""

import gzip
import hashlib
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

import sqlalchemy as sa

from tracker.access.contents import NAMINGS
from tracker.backup.keys import keys_needed
from tracker.backup.rules import MANIFEST, Kind, Manifest, TablePart, file_member, line
from tracker.kit.db import Exact, Model, Moment, reading
from tracker.kit.files import FileStore
from tracker.kit.vault import Sealed

CHUNK = 1 << 20


def back_up(engine: sa.Engine, store: FileStore, target: Path, now: datetime) -> Manifest:
    """Write one archive of every row and every file; what stood at `target` is replaced only by a whole one.

    Secret keys are not in it. Nobody has to wait meanwhile: the rows are read in one snapshot.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with (
            os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
            tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as archive,
        ):
            with snapshot(engine) as connection:
                tables = [add_table(archive, connection, table) for table in Model.metadata.sorted_tables]
                revision = str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))
                keys = keys_needed(connection)
            files = dict(add_files(archive, store))
            with snapshot(engine) as connection:  # what was withdrawn meanwhile is not lost
                lost = sorted(digests_named(connection) - files.keys())
            manifest = Manifest(now, revision, engine.dialect.name, tables, files, lost, keys)
            add(archive, MANIFEST, BytesIO(manifest.written()))
        synced(partial)
        partial.replace(target)
        synced(target.parent)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees the database as it was at one moment, and keeps nobody from writing."""
    token = reading.set(True)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                connection = connection.execution_options(**options)
            yield connection
    finally:
        reading.reset(token)


def add_table(archive: tarfile.TarFile, connection: sa.Connection, table: sa.Table) -> TablePart:
    """The table's rows in the order of its key, a line each."""
    part = TablePart(table.name, {column.name: kind_of(column) for column in table.columns}, own_parents(table), 0, "")
    with tempfile.TemporaryFile() as spool:
        rows = 0
        with gzip.GzipFile(fileobj=spool, mode="wb", compresslevel=6, mtime=0) as lines:
            for row in rows_in(connection, table):
                lines.write(line(row))
                rows += 1
        spool.seek(0)
        digest = hashlib.file_digest(cast(Any, spool), "sha256").hexdigest()
        add(archive, part.member, spool)
    return replace(part, rows=rows, sha256=digest)


def rows_in(connection: sa.Connection, table: sa.Table) -> Iterator[Any]:
    shown = [as_text(column) for column in table.columns]
    query = sa.select(*shown).order_by(*table.primary_key.columns)
    return iter(connection.execution_options(yield_per=1000).execute(query))


def as_text(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """JSON as it stands in the database, so that a JSON null and an absent value stay two things; what is sealed stays
    sealed."""
    if isinstance(column.type, sa.JSON):
        return sa.cast(column, sa.Text)
    return sa.type_coerce(column, sa.Text) if isinstance(column.type, sa.Enum | Sealed) else column


def kind_of(column: sa.Column[Any]) -> Kind:
    kinds: tuple[tuple[Any, Kind], ...] = (
        (sa.Boolean, Kind.BOOLEAN), (Moment, Kind.MOMENT), (sa.Date, Kind.DATE), (Exact, Kind.DECIMAL),
    )  # fmt: skip
    return next((kind for types, kind in kinds if isinstance(column.type, types)), Kind.PLAIN)


def own_parents(table: sa.Table) -> list[str]:
    return sorted(key.parent.name for key in table.foreign_keys if key.column.table is table)


def add_files(archive: tarfile.TarFile, store: FileStore) -> Iterator[tuple[str, int]]:
    """Every file that still is what its name says."""
    for digest in store.digests():
        if store.intact(digest):
            try:
                with store.open(digest) as file:
                    yield digest, add(archive, file_member(digest), file)
            except FileNotFoundError:  # withdrawn between two breaths
                continue


def add(archive: tarfile.TarFile, name: str, file: IO[bytes]) -> int:
    """Add a whole file as a member; say its size."""
    member = tarfile.TarInfo(name)
    member.size = file.seek(0, os.SEEK_END)
    member.mode = 0o600
    file.seek(0)
    archive.addfile(member, file)
    return member.size


def digests_named(connection: sa.Connection) -> set[str]:
    """The files that rows speak of."""
    found: set[str] = set()
    for naming in NAMINGS:
        found.update(connection.scalars(naming.named()))
    return found


def synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
