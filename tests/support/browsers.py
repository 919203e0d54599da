"""A real Chromium for the tests marked `browser`; without one they are named as not run, or refused in CI."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tools import chromium as found

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MISSING = "no Chromium found (apt-get install chromium, or set CHROMIUM)"


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("TEST_BROWSER") == "required" and found.executable() is None:
        raise pytest.UsageError(f"{MISSING}, and TEST_BROWSER=required")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if found.executable() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.getreports("skipped") if MISSING in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"NOT RUN: {len(skipped)} browser tests, {MISSING}")


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """One Chromium a process; a test opens a context of its own in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.executable(), args=list(found.QUIET))
        yield browser
        browser.close()
