"""Writing very many rows at once, below the session: for restoring and for data sets made to measure with.

Nothing here knows scope or trail; only the machine's own work may use it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa


def insert_all(
    connection: sa.Connection, table: str, columns: Sequence[sa.ColumnElement[Any]], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert the rows, given in the order of the columns, in the connection's transaction.

    PostgreSQL takes them as one COPY, SQLite as one prepared statement.
    """
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    into = f"{quote(table)} ({', '.join(quote(str(column.key)) for column in columns)})"
    ready = as_the_driver_takes(rows, [bound(column.type, dialect) for column in columns])
    cursor: Any = connection.connection.cursor()
    try:
        if dialect.name == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", ready)  # noqa: S608 - names of our own tables
    finally:
        cursor.close()


Bind = Callable[[Any], Any]


def bound(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Bind | None:
    """How a value of this type is handed to the driver; None where it goes as it is."""
    process: Bind | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def as_the_driver_takes(rows: Iterable[Sequence[Any]], binds: Sequence[Bind | None]) -> Iterable[Sequence[Any]]:
    changing = [(place, bind) for place, bind in enumerate(binds) if bind is not None]
    for row in rows:
        values = list(row)
        for place, bind in changing:
            values[place] = bind(values[place])
        yield values


def set_sequences(connection: sa.Connection, tables: Iterable[str]) -> None:
    """After rows came with ids of their own: PostgreSQL goes on counting behind the highest. SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(f'"{table}"', "id")))
        if sequence:
            key: sa.ColumnClause[int] = sa.column("id", sa.Integer)
            highest = sa.select(sa.func.max(key)).select_from(sa.table(table, key)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None))))
