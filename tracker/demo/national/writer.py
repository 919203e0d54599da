"""Rows on their way into the database: gathered by table, written below the session, parents first."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from tracker.kit.bulk import insert_all, set_sequences
from tracker.kit.db import Model


class Writer:
    """Gathers rows of any kind and writes them in the order their tables depend on one another."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.counts: dict[str, int] = defaultdict(int)
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._blank: dict[str, dict[str, Any]] = {}
        self._keys: dict[str, int] = {}

    def add(self, model: type[Model], /, **values: Any) -> int:
        """Put a row down; its key at once. What is not given has the column's default."""
        name = model.__tablename__
        if name not in self._keys:
            table = Model.metadata.tables[name]
            self._blank[name] = {column.name: default_of(column) for column in table.columns}
            self._keys[name] = self.connection.scalar(sa.select(sa.func.max(table.c.id))) or 0
        self._keys[name] = key = self._keys[name] + 1
        self._rows[name].append(self._blank[name] | values | {"id": key})
        return key

    def write(self) -> None:
        """Send what was put down to the database, in the connection's transaction."""
        for table in Model.metadata.sorted_tables:
            rows = self._rows.pop(table.name, None)
            if rows:
                self.counts[table.name] += len(rows)
                insert_all(self.connection, table.name, list(table.columns), (list(row.values()) for row in rows))

    def close(self) -> None:
        """Write the last rows, and let the database count on behind them."""
        self.write()
        set_sequences(self.connection, self._keys)


def default_of(column: sa.Column[Any]) -> Any:
    default: Any = column.default
    if default is None:
        return None
    return default.arg if default.is_scalar else default.arg(None)
