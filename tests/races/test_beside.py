"""`make run` starts the scheduler beside the site, in a process of its own, and both end together."""

import json
import os
import signal
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.races.test_scheduler import until
from tests.support.served import Served, served
from tracker.kit.db import Moment

pytestmark = pytest.mark.races


def health(site: Served) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"{site.address}/healthz/scheduler", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)


def lease(url: str) -> tuple[int, datetime]:
    """The number of the process that holds it, or held it last, and until when."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        query = sa.text("SELECT holder, expires_at FROM scheduler_lease WHERE name = 'scheduler'")
        holder, expires = connection.execute(query.columns(holder=sa.String, expires_at=Moment)).one()
    return int(holder.split(":")[1]), expires


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def test_the_scheduler_beats_beside_the_site_and_ends_with_it(own_database_url: str, tmp_path: Path) -> None:
    with served(own_database_url, tmp_path, TRACKER_SCHEDULER="beside") as site:
        until(lambda: health(site)[0] == 200)
        scheduler, _ = lease(own_database_url)
        assert not is_gone(scheduler)
    assert is_gone(scheduler)
    assert lease(own_database_url)[1] <= datetime.now(UTC), "the lease was given back"


def test_the_scheduler_ends_when_the_site_is_killed(own_database_url: str, tmp_path: Path) -> None:
    with served(own_database_url, tmp_path, TRACKER_SCHEDULER="beside") as site:
        until(lambda: health(site)[0] == 200)
        scheduler, _ = lease(own_database_url)
        os.kill(parent_of(scheduler), signal.SIGKILL)
        until(lambda: is_gone(scheduler))
    assert lease(own_database_url)[1] <= datetime.now(UTC)


def test_without_being_asked_to_the_site_starts_no_scheduler(own_database_url: str, tmp_path: Path) -> None:
    with served(own_database_url, tmp_path) as site:
        assert health(site) == (503, {"status": "silent", "heartbeat": None})
