"""The way back: an archive into an empty place, whole or not at all, with every checksum and count looked at."""

import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from tracker.backup.rules import MANIFEST, Kind, Manifest, TablePart, Unusable, file_member, parents_first, rows_of
from tracker.complaints.search_models import OWNED_BY_ENGINE
from tracker.kit.bulk import insert_all, set_sequences
from tracker.kit.db import Exact, Moment

TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.PLAIN: sa.types.NullType(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.MOMENT: Moment(),
    Kind.DATE: sa.Date(),
    Kind.DECIMAL: Exact(),
}
MOST_MANIFEST = 256 * 1024 * 1024
CHUNK = 1 << 20

Step = Callable[[str], None]
"""Brings the schema of the empty database to a revision."""


def restore(
    engine: sa.Engine,
    folder: Path,
    source: Path,
    to_revision: Step,
    to_newest: Callable[[], None],
    held: Collection[str] | None = None,
) -> Manifest:
    """Put everything back. Raises Unusable, and then leaves the place as empty as it was.

    `held` names the keys at hand: what is sealed under others would be put back and could not be read. None asks not.
    """
    refuse_full(engine, folder)
    manifest = verified(source)
    if held is not None:
        refuse_locked(manifest, held)
    to_revision(manifest.revision)
    try:
        with members(source) as archive, engine.begin() as connection:
            tables = {table.member: table for table in manifest.tables}
            for name, content in archive:
                if name in tables:
                    put_rows(connection, tables[name], content)
                elif name != MANIFEST:
                    put_file(folder, name, content)
            for table in manifest.tables:
                check_count(connection, table)
            set_sequences(connection, [table.name for table in manifest.tables if "id" in table.columns])
    except (sa.exc.SQLAlchemyError, Unusable) as error:
        empty(folder)
        raise error if isinstance(error, Unusable) else Unusable(f"the database refused the rows: {error}") from error
    except BaseException:
        empty(folder)
        raise
    os.sync()  # "restored" is said of what is on disk
    to_newest()
    return manifest


def refuse_full(engine: sa.Engine, folder: Path) -> None:
    """A restore never mixes with what is there."""
    with engine.connect() as connection:
        for name in sa.inspect(connection).get_table_names():
            rows = sa.select(sa.func.count()).select_from(sa.table(name))
            ours = name != "alembic_version" and not name.startswith(OWNED_BY_ENGINE)
            if ours and connection.scalar(rows):
                raise Unusable(f"the database is not empty (table {name} has rows): nothing was restored")
    if folder.exists() and any(path.is_file() for path in folder.rglob("*")):
        raise Unusable(f"the folder of files is not empty ({folder}): nothing was restored")


def refuse_locked(manifest: Manifest, held: Collection[str]) -> None:
    if missing := missing_keys(manifest, held):
        raise Unusable(
            f"its content is sealed under keys that are not in TRACKER_VAULT_KEYS: {', '.join(missing)}; add them:"
            " nothing was restored"
        )


def missing_keys(manifest: Manifest, held: Collection[str]) -> list[str]:
    """The keys that something in the archive is sealed under and that are not at hand, with how much it is."""
    return [f"{key} ({number:,} values)" for key, number in sorted(manifest.keys.items()) if key not in held]


@contextmanager
def members(source: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The members of an archive as they come. Raises Unusable for what is none, or breaks off."""
    try:
        with tarfile.open(source, mode="r|") as archive:
            yield _each(archive)
    except FileNotFoundError as error:
        raise Unusable(f"there is no file {source}") from error
    except IsADirectoryError as error:
        raise Unusable(f"{source} is a folder") from error
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unusable(f"the archive is damaged or is none ({error})") from error


def _each(archive: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in archive:
        content = archive.extractfile(member) if member.isfile() else None
        if content is None:
            raise Unusable(f"the archive holds what no backup writes: {member.name}")
        yield member.name, content


def verified(source: Path) -> Manifest:
    """The archive's manifest, once every member was found to be what it says."""
    found: dict[str, str] = {}
    manifest = None
    with members(source) as archive:
        for name, content in archive:
            if name in found or manifest is not None:
                raise Unusable(f"the archive holds what no backup writes: {name}")
            if name == MANIFEST:
                manifest = Manifest.read(content.read(MOST_MANIFEST))
            else:
                found[name] = digest_of(content)
    if manifest is None:
        raise Unusable("the archive is cut off: its manifest, which comes last, is missing")
    told = {table.member: table.sha256 for table in manifest.tables}
    told |= {file_member(digest): digest for digest in manifest.files}
    if different := sorted(name for name in found.keys() | told.keys() if found.get(name) != told.get(name)):
        raise Unusable(f"the archive is damaged: {different[0]} is not what its manifest says ({len(different)} such)")
    return manifest


def digest_of(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def put_rows(connection: sa.Connection, table: TablePart, content: IO[bytes]) -> None:
    columns = [sa.column(name, TYPES[kind]) for name, kind in table.columns.items()]
    names = list(table.columns)
    with gzip.open(content) as lines:
        rows = rows_of(lines, table.columns)
        if table.parents:
            rows = parents_first(rows, names.index("id"), [names.index(parent) for parent in table.parents])
        insert_all(connection, table.name, columns, rows)


def put_file(folder: Path, name: str, content: IO[bytes]) -> None:
    """The name was checked against the manifest; its last part is a digest."""
    digest = Path(name).name
    path = folder / digest[:2] / digest[2:4] / digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as file:
        shutil.copyfileobj(content, file, CHUNK)


def check_count(connection: sa.Connection, table: TablePart) -> None:
    rows = connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table.name)))
    if rows != table.rows:
        raise Unusable(f"table {table.name} has {rows} rows where the archive says {table.rows}")


def empty(folder: Path) -> None:
    """Take back the files of a restore that failed; the folder was empty before it."""
    for path in folder.glob("*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
