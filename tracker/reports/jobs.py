"""The work that the scheduler does for reports: making what waits, taking away what is old."""

from collections.abc import Mapping
from datetime import datetime

from tracker.access.desk import Desk
from tracker.access.store import clock, store
from tracker.reports.operations import make_waiting


def make_reports(desk: Desk, _slot: datetime) -> Mapping[str, int]:
    return make_waiting(desk, store(), clock())
