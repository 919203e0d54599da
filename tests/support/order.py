"""Which tests run, and in which order: the longest first, and on PostgreSQL only what may meet a database there."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.support.databases import engine_name

LONGEST = ("tests/demo/", "tests/translations/", "tests/backup/", "tests/access/test_matrix.py", "tests/jobs/")
"""Begun last, one of these would keep a single worker busy after all others are done."""

DOORS = {"sqlalchemy", "subprocess", "multiprocessing", "tests.support.databases", "tracker.wiring", "tracker.kit.db"}
"""Modules through which a test may come to a database, or start a process that does."""

APART = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    if engine_name() == "postgresql":
        apart = [item for item in items if not may_meet_a_database(item)]
        config.hook.pytest_deselected(items=apart)
        kept = set(items) - set(apart)
        items[:] = [item for item in items if item in kept]
        if hasattr(config, "workeroutput"):
            config.workeroutput["apart"] = len(apart)
        else:
            config.stash[APART] = len(apart)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker of xdist collects the same."""
    node.config.stash[APART] = getattr(node, "workeroutput", {}).get("apart", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if number := terminalreporter.config.stash.get(APART, 0):
        terminalreporter.write_line(f"{number} tests that cannot meet a database are run on SQLite only")


def may_meet_a_database(item: pytest.Item) -> bool:
    """Can it, by its fixtures or by anything that stands in its modules? What cannot says the same on every engine."""
    if not isinstance(item, pytest.Function) or {"database_url", "app"} & set(item.fixturenames):
        return True
    fixtures = [each.func for found in item._fixtureinfo.name2fixturedefs.values() for each in found]
    modules = [vars(item.module), *(getattr(each, "__globals__", {}) for each in fixtures)]
    return any(map(leads_to_a_database, modules))


def leads_to_a_database(names: dict[str, Any]) -> bool:
    """Does a module hold something of a door, or something of another module of the tests that does?"""
    ahead, seen = [names], set[str]()
    while ahead:
        for origin in origins(ahead.pop()):
            if origin in DOORS:
                return True
            if origin.startswith("tests.") and origin not in seen and origin in sys.modules:
                ahead.append(vars(sys.modules[origin]))
            seen.add(origin)
    return False


def origins(names: dict[str, Any]) -> Iterator[str]:
    """The modules that what a module holds comes from."""
    for value in list(names.values()):
        name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if isinstance(name, str):
            yield name
