"""What PostgreSQL is spared: nothing that may meet a database."""

import pytest

from tests.backup import test_restoring
from tests.demo import test_sessions
from tests.kit import test_cells
from tests.support.make import Make
from tests.support.order import leads_to_a_database, may_meet_a_database


def test_what_asks_for_rows_meets_a_database(request: pytest.FixtureRequest, make: Make) -> None:
    assert may_meet_a_database(request.node)


def test_what_makes_a_database_itself_or_by_another_module_meets_one() -> None:
    assert leads_to_a_database(vars(test_restoring))
    assert leads_to_a_database({"states_of": test_sessions.states_of})


def test_what_only_calculates_meets_none() -> None:
    assert not leads_to_a_database(vars(test_cells))
