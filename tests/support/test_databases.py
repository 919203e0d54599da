"""The ground under the tests itself."""

import sqlalchemy as sa

from tests.support.databases import a_database, engine_name


def tables(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names())


def test_a_process_has_a_database_with_the_schema(database_url: str) -> None:
    assert database_url.startswith(engine_name())
    assert "event" in tables(database_url)


def test_what_one_test_commits_in_its_own_database_no_other_sees(own_database_url: str, database_url: str) -> None:
    engine = sa.create_engine(own_database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE scratch (id integer)"))
    assert "scratch" in tables(own_database_url)
    assert "scratch" not in tables(database_url)
    with a_database() as another:
        assert "scratch" not in tables(another)
