"""A request about a follow-up's time, with everything that was agreed before and after it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import User
from tracker.followups.extension_states import EXTENSION, HOLDS, Asked, ExtensionStatus
from tracker.followups.models import FollowUp, Part, within_whole
from tracker.kit.db import Key, Model, Name, Prose
from tracker.kit.workflow import Moving


class Extension(Moving, Part, Model):
    """What a unit asks for and the verifier's side decides: another date, or a hold. At most one waits at a time."""

    __tablename__ = "extension"
    __table_args__ = (
        *within_whole("follow_up_id"),
        sa.CheckConstraint("(asked = 'ask_date') = (proposed_on IS NOT NULL)", "date_is_proposed"),
        sa.CheckConstraint("(asked = 'ask_budget') = (fiscal_year IS NOT NULL)", "budget_has_a_year"),
        sa.CheckConstraint(
            "(asked = 'ask_date' AND status = 'extension_granted') = (granted_on IS NOT NULL)", "granted_for_a_date"
        ),
        sa.CheckConstraint("status <> 'extension_refused' OR decision_reason <> ''", "refused_for_a_reason"),
        sa.CheckConstraint(
            "status NOT IN ('extension_granted', 'extension_refused') OR decided_by_id <> requested_by_id",
            "decided_by_another",
        ),
        sa.Index(
            "ix_extension_waiting",
            "follow_up_id",
            unique=True,
            sqlite_where=sa.text("status = 'extension_requested'"),
            postgresql_where=sa.text("status = 'extension_requested'"),
        ),
        sa.Index("ix_extension_status", "status", "requested_at"),
    )
    workflow = EXTENSION
    derived = frozenset({"version"})

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    follow_up_id: Mapped[int] = mapped_column(index=True)
    asked: Mapped[Asked]
    status: Mapped[ExtensionStatus] = mapped_column(default=EXTENSION.start)
    reason: Mapped[Prose]
    needed: Mapped[Prose] = mapped_column(default="")
    """For a budget: what is to be paid for, and about how much."""
    proposed_on: Mapped[date | None]
    fiscal_year: Mapped[int | None]
    due_on_before: Mapped[date]
    """The agreed date when it was asked for."""
    due_at_before: Mapped[datetime]
    document_digest: Mapped[str | None] = mapped_column(sa.String(64))
    document_name: Mapped[Name] = mapped_column(default="")
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    requested_at: Mapped[datetime]
    granted_on: Mapped[date | None]
    """The date that was agreed on, which need not be the proposed one."""
    decision_reason: Mapped[Prose] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}

    follow_up: Mapped[FollowUp] = relationship(
        foreign_keys=[follow_up_id], primaryjoin="FollowUp.id == Extension.follow_up_id"
    )
    requested_by: Mapped[User | None] = relationship(foreign_keys=[requested_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def is_hold(self) -> bool:
        return self.asked in HOLDS
