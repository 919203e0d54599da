"""Which process minds the schedule, and which slot of which job was run by whom, with what result."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import User
from tracker.jobs.states import RunState
from tracker.kit.db import Code, Model, Name, Prose
from tracker.kit.rows import Criterion, Reach, Scoped


class SeenBySchedulers(Scoped):
    """Whoever may look at the scheduler sees all of it, wherever their role is held: it serves everybody."""

    view = "scheduler.view"

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.true() if reach.mandates else sa.false()


class SchedulerLease(SeenBySchedulers, Model):
    """Who holds a name, and until when unless they say so again. `scheduler` minds the schedule; others run one job."""

    __tablename__ = "scheduler_lease"

    name: Mapped[Name] = mapped_column(primary_key=True)
    holder: Mapped[Name]
    epoch: Mapped[int]
    """Grows each time that the name changes hands."""
    expires_at: Mapped[datetime]


class JobRun(SeenBySchedulers, Model):
    """The claim on a slot, which only one process gets, and what became of it."""

    __tablename__ = "job_run"
    __table_args__ = (
        sa.Index("ix_job_run_begun", "job", "started_at"),
        sa.Index("ix_job_run_state", "state", "slot"),
    )

    job: Mapped[Code] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    on_demand: Mapped[bool] = mapped_column(default=False)
    """Asked for by somebody; its slot is its own and none of the schedule's."""
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    state: Mapped[RunState]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[Name] = mapped_column(default="")
    """The process, by its lease."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How many times it was claimed. Whoever writes the end names the number, so that a process that was thought dead
    and woke up writes none."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[Prose] = mapped_column(default="")
    retry_at: Mapped[datetime | None]
    """A failed run is tried again from then on."""

    asked_by: Mapped[User | None] = relationship()
