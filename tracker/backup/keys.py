"""Which keys the sealed content needs, and sealing all of it anew under the newest one, piece by piece."""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tracker.kit.db import Model
from tracker.kit.vault import Vault, key_of, sealed_columns

AT_ONCE = 500
"""Values sealed anew in one transaction: a few hundredths of a second."""
KEY_LENGTH = 8
"""Letters of a key's name, with which everything sealed begins."""


def as_kept(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """The column as it stands in the database, sealed."""
    return sa.type_coerce(column, sa.Text)


def keys_needed(connection: sa.Connection) -> dict[str, int]:
    """Key -> how many values of the database it sealed."""
    found: Counter[str] = Counter()
    for column in sealed_columns(Model.metadata):
        key = sa.func.substr(as_kept(column), 1, KEY_LENGTH)
        query = sa.select(key, sa.func.count()).where(column.is_not(None), as_kept(column) != "").group_by(key)
        for name, number in connection.execute(query):
            found[name] += number
    return dict(sorted(found.items()))


def keys_needed_by_files(folder: Path) -> dict[str, int]:
    """Key -> how many sealed files it began."""
    found = Counter(key_of(first_line(path)) for path in sealed_files(folder))
    return dict(sorted(found.items()))


def rotate(engine: sa.Engine, keys: Vault) -> int:
    """Seal everything that another key sealed under the newest one; how many values that were.

    Each piece is a transaction, so that it may be killed anywhere and begun again, while the site goes on. Raises
    Locked where a key is missing.
    """
    return sum(rotate_column(engine, keys, column) for column in sealed_columns(Model.metadata))


def rotate_column(engine: sa.Engine, keys: Vault, column: sa.Column[Any]) -> int:
    table = column.table
    place = list(table.primary_key.columns)
    old = sa.and_(
        column.is_not(None), as_kept(column) != "", sa.func.substr(as_kept(column), 1, KEY_LENGTH) != keys.newest
    )
    change = (
        sa.update(table)
        .where(*(key == sa.bindparam(f"at_{key.name}") for key in place))
        .where(as_kept(column) == sa.bindparam("before", type_=sa.Text))  # what was saved meanwhile stays
        .values({column: sa.bindparam("after", type_=sa.Text)})
    )
    query = sa.select(*place, as_kept(column).label("sealed")).where(old).order_by(*place).limit(AT_ONCE)
    last: tuple[Any, ...] | None = None
    count = 0
    while True:
        with engine.begin() as connection:
            after = sa.true() if last is None else sa.tuple_(*place) > last
            rows = connection.execute(query.where(after)).all()
            if not rows:
                return count
            changes = [
                {f"at_{key.name}": value for key, value in zip(place, row, strict=False)}
                | {"before": row.sealed, "after": keys.seal(keys.open(row.sealed))}
                for row in rows
            ]
            connection.execute(change, changes)
        count += len(rows)
        last = tuple(rows[-1][: len(place)])


def sealed_files(folder: Path) -> Iterator[Path]:
    """Whole ones; what ends in .part was broken off."""
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if path.is_file() and path.suffix != ".part")


def first_line(path: Path) -> str:
    with path.open("rb") as file:
        return file.readline(200).decode("ascii", "replace")


def rotate_files(folder: Path, keys: Vault) -> int:
    """The same for sealed files: each is replaced by a whole one."""
    count = 0
    for path in sealed_files(folder):
        if key_of(first_line(path)) == keys.newest:
            continue
        part = path.with_name(f"{path.name}.part")
        try:
            with path.open("rb") as source, part.open("wb") as target:
                for portion in keys.open_file(source):
                    keys.seal_file(BytesIO(portion), target)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        count += 1
    return count
