"""A database of the first release, with a row in every table, becomes one of today without losing or changing any."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from tests.support.databases import an_empty_database
from tools.migrations import migrations_of
from tracker.complaints.search_models import OWNED_BY_ENGINE

FIRST = "0001"
NOW, TODAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC), date(2026, 3, 2)
ID = 7
"""The id of each row: one that no counter of a new table starts with."""
WHERE_IT_MATTERS: Mapping[str, Mapping[str, Any]] = {
    "region": {"kind": "province"},
    "instrument": {"scale_max": 5},
    "aspect": {"weight": 10},
    "evidence": {"kind": "file", "kept_digest": "a" * 64},
    "follow_up": {"status": "assigned", "is_open": True, "holder": "unit", "weight": 1, "title": "Pasang papan"},
    "event": {"act": "follow_up.assign", "subject_type": "FollowUp", "subject_id": ID, "unit_id": ID},
    "service_unit": {"area_id": ID, "region_id": ID},
    "unit_progress": {"unit_id": ID, "cycle_id": ID},
}
"""Values that a constraint asks for, or that make the row look like one of those tables' own."""
MENDED = "alembic_version"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sa.Engine, dict[str, dict[str, Any]]]]:
    """A database that was filled at the first release and then upgraded; and the rows it had before."""
    with (
        an_empty_database() as url,
        migrations_of(url, tmp_path_factory.mktemp("migrated")) as migrations,
    ):
        command.upgrade(migrations, FIRST)
        engine = sa.create_engine(url)
        fill(engine)
        before = everything(engine)
        command.upgrade(migrations, "head")
        yield engine, before
        engine.dispose()


def fill(engine: sa.Engine) -> None:
    """One row in each table, which leads to the rows of the others."""
    with engine.begin() as connection:
        for table in tables_of(engine).sorted_tables:
            if table.name != MENDED:
                connection.execute(sa.insert(table), row_of(table))


def row_of(table: sa.Table) -> dict[str, Any]:
    given = WHERE_IT_MATTERS.get(table.name, {})
    return {
        column.name: given[column.name] if column.name in given else value_of(column)
        for column in table.columns
        if column.name in given or not column.nullable
    }


def value_of(column: sa.Column[Any]) -> Any:
    if column.primary_key or column.foreign_keys:
        return "81.72" if isinstance(column.type, sa.String) else ID
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.DateTime):
        return NOW
    if isinstance(kind, sa.Date):
        return TODAY
    if isinstance(kind, sa.JSON):
        return {}
    return 1 if isinstance(kind, sa.Integer | sa.Numeric) else "kata"


def tables_of(engine: sa.Engine) -> sa.MetaData:
    found = sa.MetaData()
    found.reflect(engine, only=lambda name, _all: not name.startswith(OWNED_BY_ENGINE))
    return found


def everything(engine: sa.Engine) -> dict[str, dict[str, Any]]:
    """The one row of each table, as the database hands it out."""
    rows: dict[str, dict[str, Any]] = {}
    with engine.connect() as connection:
        for table in tables_of(engine).sorted_tables:
            found = connection.execute(sa.select(table)).mappings().all()
            if found and table.name != MENDED:
                assert len(found) == 1, table.name
                rows[table.name] = {name: str(value) for name, value in found[0].items()}
    return rows


Upgraded = tuple[sa.Engine, dict[str, dict[str, Any]]]


def test_the_first_release_had_a_row_of_everything_that_a_case_needs(upgraded: Upgraded) -> None:
    _engine, before = upgraded
    needed = {"region", "agency", "service_unit", "user_account", "membership", "instrument", "cycle", "evaluation"}
    needed |= {"recommendation", "follow_up", "corrective_action", "evidence", "submission", "unit_progress", "event"}
    assert needed <= before.keys()


def test_an_upgrade_keeps_every_row_and_every_value(upgraded: Upgraded) -> None:
    engine, before = upgraded
    after = everything(engine)
    assert before.keys() <= after.keys()
    for table, row in before.items():
        assert {name: after[table].get(name) for name in row} == row, table


def test_after_the_upgrade_no_row_leads_nowhere(upgraded: Upgraded) -> None:
    """The migration runs while SQLite's foreign keys do not watch; afterwards they do, and find nothing wrong."""
    engine, _before = upgraded
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    else:
        with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
            connection.exec_driver_sql("UPDATE follow_up SET recommendation_id = 999")


@pytest.mark.parametrize("statement", ["UPDATE event SET reason = 'lain'", "DELETE FROM event"])
def test_after_the_upgrade_events_are_still_neither_changed_nor_deleted(upgraded: Upgraded, statement: str) -> None:
    engine, before = upgraded
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.exec_driver_sql(statement)
    assert everything(engine)["event"] == before["event"]


def test_what_the_first_release_constrained_is_still_constrained(upgraded: Upgraded) -> None:
    engine, _before = upgraded
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql("UPDATE follow_up SET weight = 0")
