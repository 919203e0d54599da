"""What the browser tests stand on: a served site on an empty database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.served import Served, served


@pytest.fixture
def house(own_database_url: str, tmp_path: Path) -> Iterator[Served]:
    """A site of this test alone, without a row."""
    with served(own_database_url, tmp_path / "data") as site:
        yield site
