"""Whether a database may take made-up data: only one that holds nothing else."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.acts import Act
from tracker.directory.models import User
from tracker.events.models import Event
from tracker.kit.db import Model

REFERENCE = frozenset(
    {"supervision_area", "region", "instrument", "aspect", "indicator", "band", "event", "setting", "holiday",
     "throttle", "scheduler_lease", "job_run", "progress_check"}
)  # fmt: skip
"""What ships with Tuntas, or may be set before the first result is there."""


def holds_nothing_else(session: Session) -> str | None:
    """The first table with rows beyond reference data; None where there is none. Asked at the system's desk."""
    for table in Model.metadata.sorted_tables:
        if table.name not in REFERENCE and session.scalar(sa.select(sa.exists().where(*any_row(table)))):
            return table.name
    others = sa.select(sa.exists().where(Event.act != Act.LOAD_REFERENCE.value))
    return "event" if session.scalar(others) else None


def holds_demo(session: Session) -> bool:
    """Whether a demonstration, or the national data set, was loaded: accounts come with all else or never."""
    return bool(session.scalar(sa.select(sa.exists().where(User.is_demo))))


def any_row(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    return (next(iter(table.primary_key.columns)).is_not(None),)
