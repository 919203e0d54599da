"""A follow-up, the actions a unit logs under it, the evidence it shows, and what verifiers decide."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import User
from tracker.followups import rules
from tracker.followups.states import FOLLOW_UP, Decision, EvidenceKind, FollowUpStatus, Holder, HoldKind
from tracker.kit.db import Code, Key, Model, Name, Prose
from tracker.kit.rows import Criterion, InUnit, Reach, Recorded
from tracker.kit.workflow import Moving
from tracker.recommendations.models import Recommendation


def within_whole(column: str) -> tuple[Any, ...]:
    """A part cannot claim another unit than its whole."""
    return (sa.ForeignKeyConstraint([column, "unit_id"], ["follow_up.id", "follow_up.unit_id"]),)


class FollowUp(Moving, Recorded, InUnit, Model):
    """One assigned piece of work on a recommendation. Its verified figure moves only when a verifier decides."""

    __tablename__ = "follow_up"
    __table_args__ = (
        sa.UniqueConstraint("id", "unit_id"),
        sa.ForeignKeyConstraint(["recommendation_id", "unit_id"], ["recommendation.id", "recommendation.unit_id"]),
        sa.CheckConstraint("(status = 'accepted') = (accepted_at IS NOT NULL)", "accepted_at_a_moment"),
        sa.CheckConstraint("accepted_by_id <> submitted_by_id", "accepted_by_another"),
        sa.CheckConstraint("(status = 'on_hold') = (hold_kind IS NOT NULL)", "held_for_a_reason"),
        sa.CheckConstraint("hold_kind <> 'budget' OR hold_fiscal_year IS NOT NULL", "budget_has_a_year"),
        sa.CheckConstraint("confirmed_percent BETWEEN 0 AND 100", "confirmed_is_percent"),
        sa.CheckConstraint("logged_percent BETWEEN 0 AND 100", "logged_is_percent"),
        sa.CheckConstraint("weight > 0", "weight_is_positive"),
        sa.CheckConstraint("(holder IS NOT NULL) = is_open", "open_has_a_holder"),
        sa.Index("ix_follow_up_cycle_area", "cycle_id", "area_id"),  # in which cycles is there any in reach?
        sa.Index("ix_follow_up_area_open", "area_id", "is_open", "holder", "due_at"),
        sa.Index("ix_follow_up_unit_open", "unit_id", "is_open", "due_at"),
        # Lists come in the order of their due date: read from the index, fifty rows at a time, never sorted.
        sa.Index("ix_follow_up_area_due", "area_id", "is_open", "due_at", "id"),
        sa.Index("ix_follow_up_due", "is_open", "due_at", "id"),
        # Portfolio and overview count what is open at many units of a cycle without opening the rows.
        sa.Index(
            "ix_follow_up_cycle_work",
            "cycle_id",
            "is_open",
            "unit_id",
            "area_id",
            "holder",
            "due_at",
            "recommendation_id",
            "holder_since",
            "from_commitment",
        ),
        sa.Index("ix_follow_up_area_queue", "area_id", "status", "holder_since", "id", "submitted_by_id"),
        sa.Index("ix_follow_up_queue", "status", "submitted_at"),
        sa.Index("ix_follow_up_recommendation", "recommendation_id", "unit_id"),
        # Few of many were promised in a session; whose are late is asked for each list of units.
        sa.Index(
            "ix_follow_up_promised",
            "cycle_id",
            "due_at",
            "unit_id",
            "holder",
            sqlite_where=sa.text("from_commitment AND is_open"),
            postgresql_where=sa.text("from_commitment AND is_open"),
        ),
    )
    view = "follow_up.view"
    workflow = FOLLOW_UP
    derived = frozenset(
        {"version", "area_id", "is_open", "holder", "holder_since", "days_unit", "days_coordinator", "days_verifier",
         "days_budget", "days_law", "days_grace", "checking_by_id", "checking_until", "due_at", "original_due_at"}
    )  # fmt: skip

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    recommendation_id: Mapped[int] = mapped_column()
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_area.id"))
    """Kept with the unit's, so that area-wide lists need not ask the units."""
    title: Mapped[Prose]
    expected_evidence: Mapped[Prose] = mapped_column(default="")
    weight: Mapped[int] = mapped_column(default=1)
    person_in_charge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    status: Mapped[FollowUpStatus] = mapped_column(default=FOLLOW_UP.start)
    is_open: Mapped[bool] = mapped_column(default=True)
    holder: Mapped[Holder | None] = mapped_column()
    holder_since: Mapped[datetime]
    days_unit: Mapped[int] = mapped_column(default=0)
    days_coordinator: Mapped[int] = mapped_column(default=0)
    days_verifier: Mapped[int] = mapped_column(default=0)
    days_budget: Mapped[int] = mapped_column(default=0)
    days_law: Mapped[int] = mapped_column(default=0)
    days_grace: Mapped[int] = mapped_column(default=0)
    """Working days given by returns and reopenings, so that at least three were left."""
    original_due_on: Mapped[date]
    """As first agreed. It survives every extension."""
    due_on: Mapped[date]
    """As agreed now."""
    original_due_at: Mapped[datetime | None]
    """What `due_at` would be had the first date stood; None where it still stands, and both are the same."""
    due_zone: Mapped[str | None] = mapped_column(sa.String(64))
    """The letter's zone where the letter names one; else the unit's."""
    due_at: Mapped[datetime]
    """The last instant in time, in UTC: see rules.due_at."""
    logged_percent: Mapped[int] = mapped_column(default=0)
    confirmed_percent: Mapped[int] = mapped_column(default=0)
    """What the last return confirmed."""
    assigned_at: Mapped[datetime]
    assigned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    last_action_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    """When a verifier first opened the present submission; until then the unit may withdraw it."""
    checking_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    checking_until: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    accepted_at: Mapped[datetime | None]
    hold_kind: Mapped[HoldKind | None]
    hold_fiscal_year: Mapped[int | None]
    hold_reason: Mapped[Prose] = mapped_column(default="")
    from_commitment: Mapped[bool] = mapped_column(default=False, server_default=sa.text("false"))
    """It was promised in a mentoring session."""

    __mapper_args__ = {"version_id_col": version}

    recommendation: Mapped[Recommendation] = relationship(
        foreign_keys=[recommendation_id], primaryjoin="FollowUp.recommendation_id == Recommendation.id"
    )
    person_in_charge: Mapped[User | None] = relationship(foreign_keys=[person_in_charge_id])
    assigned_by: Mapped[User | None] = relationship(foreign_keys=[assigned_by_id])
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])
    checking_by: Mapped[User | None] = relationship(foreign_keys=[checking_by_id])
    accepted_by: Mapped[User | None] = relationship(foreign_keys=[accepted_by_id])
    actions: Mapped[list["CorrectiveAction"]] = relationship(
        back_populates="follow_up",
        order_by="CorrectiveAction.id",
        foreign_keys="CorrectiveAction.follow_up_id",
        primaryjoin="FollowUp.id == CorrectiveAction.follow_up_id",
    )

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return reach.units(cls.unit_id, cls.area_id)

    @property
    def claimed(self) -> int:
        return rules.claimed(self.status, self.logged_percent, self.returned_at is not None)

    @property
    def verified(self) -> int:
        return rules.verified(self.status, self.confirmed_percent)


class Part(Recorded, InUnit):
    """What belongs to a follow-up: one history tells the story."""

    view = "follow_up.view"

    follow_up: Any

    @property
    def whole(self) -> FollowUp:
        whole: FollowUp = self.follow_up
        return whole


class CorrectiveAction(Part, Model):
    """A dated entry of the unit: what was done, how far it says it is, and what stands in the way."""

    __tablename__ = "corrective_action"
    __table_args__ = (*within_whole("follow_up_id"), sa.UniqueConstraint("id", "unit_id"))

    id: Mapped[Key]
    follow_up_id: Mapped[int] = mapped_column(index=True)
    done_on: Mapped[date]
    text: Mapped[Prose]
    claimed_percent: Mapped[int]
    obstacle: Mapped[Prose] = mapped_column(default="")
    logged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    logged_at: Mapped[datetime]

    follow_up: Mapped[FollowUp] = relationship(
        back_populates="actions",
        foreign_keys=[follow_up_id],
        primaryjoin="FollowUp.id == CorrectiveAction.follow_up_id",
    )
    logged_by: Mapped[User | None] = relationship(foreign_keys=[logged_by_id])
    evidence: Mapped[list["Evidence"]] = relationship(
        back_populates="action",
        order_by="Evidence.id",
        foreign_keys="Evidence.action_id",
        primaryjoin="CorrectiveAction.id == Evidence.action_id",
    )


class Evidence(Part, Model):
    """A file or a link that shows what was done. A wrong one is withdrawn: its content goes, its digest stays."""

    __tablename__ = "evidence"
    __table_args__ = (
        *within_whole("follow_up_id"),
        sa.ForeignKeyConstraint(["action_id", "unit_id"], ["corrective_action.id", "corrective_action.unit_id"]),
        sa.CheckConstraint("(kind = 'link') = (url IS NOT NULL)", "link_has_url"),
        sa.CheckConstraint("kind = 'link' OR kept_digest IS NOT NULL", "file_has_digest"),
        sa.Index("ix_evidence_digest", "unit_id", "sent_digest"),
    )

    id: Mapped[Key]
    follow_up_id: Mapped[int] = mapped_column(index=True)
    action_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[EvidenceKind]
    name: Mapped[Name]
    url: Mapped[Prose | None]
    media_type: Mapped[Name] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    """Bytes, as kept."""
    sent_digest: Mapped[str | None] = mapped_column(sa.String(64))
    kept_digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    dated_on: Mapped[date | None]
    """The document's own date, which is not the upload's."""
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    withdrawn_reason: Mapped[Prose] = mapped_column(default="")

    follow_up: Mapped[FollowUp] = relationship(
        foreign_keys=[follow_up_id], primaryjoin="FollowUp.id == Evidence.follow_up_id"
    )
    action: Mapped[CorrectiveAction] = relationship(
        back_populates="evidence", foreign_keys=[action_id], primaryjoin="CorrectiveAction.id == Evidence.action_id"
    )
    uploaded_by: Mapped[User | None] = relationship(foreign_keys=[uploaded_by_id])


class Submission(Part, Model):
    """A receipt (tanda terima): what was handed in, when, with which files. Lateness is judged by it."""

    __tablename__ = "submission"
    __table_args__ = within_whole("follow_up_id")

    id: Mapped[Key]
    follow_up_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[Code] = mapped_column(unique=True)
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    due_at: Mapped[datetime]
    is_late: Mapped[bool]
    files: Mapped[list[Any]]
    """Name, SHA-256 of what was sent and of what is kept, size and document date of each piece of evidence."""
    withdrawn_at: Mapped[datetime | None]

    follow_up: Mapped[FollowUp] = relationship(
        foreign_keys=[follow_up_id], primaryjoin="FollowUp.id == Submission.follow_up_id"
    )
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])
    verification: Mapped["Verification | None"] = relationship(
        back_populates="submission",
        foreign_keys="Verification.submission_id",
        primaryjoin="Submission.id == Verification.submission_id",
    )


class Verification(Part, Model):
    """A verifier's decision on a submission."""

    __tablename__ = "verification"
    __table_args__ = (
        *within_whole("follow_up_id"),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", "percent_is_percent"),
        sa.CheckConstraint("decision <> 'returned' OR missing <> ''", "return_says_what_is_missing"),
    )

    id: Mapped[Key]
    follow_up_id: Mapped[int] = mapped_column(index=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), unique=True)
    decision: Mapped[Decision]
    missing: Mapped[Prose] = mapped_column(default="")
    note: Mapped[Prose] = mapped_column(default="")
    percent: Mapped[int]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]

    follow_up: Mapped[FollowUp] = relationship(
        foreign_keys=[follow_up_id], primaryjoin="FollowUp.id == Verification.follow_up_id"
    )
    submission: Mapped[Submission] = relationship(back_populates="verification", foreign_keys=[submission_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class Comment(Part, Model):
    """A word between the unit and the verifier's side."""

    __tablename__ = "comment"
    __table_args__ = within_whole("follow_up_id")

    id: Mapped[Key]
    follow_up_id: Mapped[int] = mapped_column(index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    text: Mapped[Prose]
    at: Mapped[datetime]

    follow_up: Mapped[FollowUp] = relationship(
        foreign_keys=[follow_up_id], primaryjoin="FollowUp.id == Comment.follow_up_id"
    )
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
