"""A PostgreSQL for as long as it is asked for."""

from pathlib import Path

import sqlalchemy as sa

from tools import postgres


def test_the_server_answers_and_is_gone_afterwards() -> None:
    with postgres.server() as url:
        engine = sa.create_engine(postgres.of(url, "template1"), poolclass=sa.NullPool)
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT current_database()")) == "template1"
            assert connection.scalar(sa.text("SHOW listen_addresses")) == ""
            folder = Path(connection.scalar(sa.text("SHOW data_directory")) or "")
            assert folder.parent.name.startswith("tuntas-pg-")
    assert not folder.parent.exists()


def test_another_database_of_the_server_keeps_the_rest_of_the_address() -> None:
    assert postgres.of("postgresql://u@h:5/one?host=/tmp/x", "two") == "postgresql://u@h:5/two?host=/tmp/x"
    assert postgres.of("postgresql://u@h/one", "two") == "postgresql://u@h/two"
