"""Reports that are made in the background, for somebody who fetches them later."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import User
from tracker.kit.db import Code, Key, Model, Name, Prose
from tracker.kit.rows import Criterion, Reach, Scoped
from tracker.reports.states import Kind, RunStatus


class ReportRun(Scoped, Model):
    """One report that somebody asked for: what, how far it is, and where its file lies until its days are over."""

    __tablename__ = "report_run"
    __table_args__ = (
        sa.Index("ix_report_run_user", "user_id", "id"),
        sa.Index("ix_report_run_status", "status", "id"),
    )
    view = "report.view"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[Kind]
    about: Mapped[Name]
    day: Mapped[date | None]
    cycle: Mapped[Code]
    filter: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ending: Mapped[Code]
    title: Mapped[Name]
    status: Mapped[RunStatus] = mapped_column(default=RunStatus.REQUESTED)
    requested_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]
    """When its maker last gave a sign of life."""
    done: Mapped[int] = mapped_column(default=0)
    """Rows."""
    total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    error: Mapped[Prose] = mapped_column(default="")
    file_name: Mapped[Name] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    kept_until: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """One's own: it was made at one's desk."""
        return sa.and_(cls.user_id == reach.user_id) if reach.user_id is not None else sa.true()
