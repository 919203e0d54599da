"""The database as the rest of the tracker sees it: one `db`, one `Model`, column types that hold anywhere."""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

Key = Annotated[int, mapped_column(primary_key=True)]
Code = Annotated[str, mapped_column(sa.String(64))]
Name = Annotated[str, mapped_column(sa.String(300))]
Prose = Annotated[str, mapped_column(sa.Text)]

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(sa.types.TypeDecorator[datetime]):
    """An instant. SQLite forgets time zones, so naive datetimes are refused going in and made aware coming out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: take the time from desk.now")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value and value.replace(tzinfo=value.tzinfo or UTC)


class Exact(sa.types.TypeDecorator[Decimal]):
    """A decimal with a fixed number of places. SQLite has none, so it is kept there as a whole number of units."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, digits: int = 7, places: int = 2) -> None:
        super().__init__()
        self.digits, self.places = digits, places

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Numeric(self.digits, self.places, asdecimal=False))
        return dialect.type_descriptor(sa.Numeric(self.digits, self.places))

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        return float(value) if dialect.name == "sqlite" else Decimal(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else _exact(value, self.places)


@lru_cache(maxsize=65536)
def _exact(value: float | int | Decimal, places: int) -> Decimal:
    """Lists read the same few thousand figures again and again; making one costs 2 µs."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places))


def values(kind: type[Enum]) -> list[str]:
    return [member.value for member in kind]


class Model(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: Moment,
        Decimal: Exact(7, 2),
        dict[str, Any]: sa.JSON,
        list[Any]: sa.JSON,
        Enum: sa.Enum(Enum, native_enum=False, length=32, values_callable=values),
    }


class BoundSession(FlaskSession):
    """Flask-SQLAlchemy's session, except that a bind given by hand wins. The tests give it one connection."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:
        return self.bind or super().get_bind(*args, **kwargs)

    def connection(self, *args: Any, **kwargs: Any) -> sa.Connection:
        if not getattr(self.info.get("actor"), "is_machine", False):
            raise Unguarded("a connection knows no scope; only the machine's desk may ask for it")
        return super().connection(*args, **kwargs)

    def _refuse(self, *_: Any, **__: Any) -> None:
        raise Unguarded("legacy bulk methods know neither scope nor trail")

    bulk_save_objects = bulk_insert_mappings = bulk_update_mappings = _refuse


class Unguarded(Exception):
    """A way around the scope and the trail."""


reading: ContextVar[bool] = ContextVar("reading", default=False)
"""True while a request only reads; on SQLite it then need not wait for a writer."""

Row = TypeVar("Row", bound=Model)
Rows = sa.Select[Row]  # a query that has not been run

db = SQLAlchemy(metadata=Model.metadata, session_options={"class_": BoundSession})

BATCH = 500
"""Rows a statement: SQLite allows 32,766 parameters."""


def insert_missing(session: Session, model: type[Model], rows: Sequence[Mapping[str, Any]], key: Sequence[str]) -> int:
    """Insert the rows whose `key` is not there yet; say how many were new."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = 0
    for start in range(0, len(rows), BATCH):
        statement = insert(model).values(rows[start : start + BATCH]).on_conflict_do_nothing(index_elements=key)
        new += len(session.execute(statement.returning(sa.inspect(model).primary_key[0])).all())
    return new


def prepare_sqlite(engine: sa.Engine) -> None:
    """Make SQLite keep the promises PostgreSQL keeps: real transactions, savepoints, foreign keys, waiting writers."""

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "busy_timeout=15000",
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
            "cache_size=-8000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")
