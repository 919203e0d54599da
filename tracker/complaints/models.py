"""A complaint, what was said in it and by whom: its words are sealed, and its sender stands apart."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.access.scope import Cover
from tracker.complaints.states import (
    COMPLAINT,
    BallHolder,
    Classification,
    Clock,
    ComplaintSource,
    ComplaintStatus,
    NoteKind,
)
from tracker.directory.models import Agency, User
from tracker.directory.states import Role
from tracker.kit.db import Code, Key, Model, Name, Prose
from tracker.kit.rows import Criterion, InUnit, Reach, Recorded, Scoped
from tracker.kit.vault import Sealed
from tracker.kit.workflow import Moving

SHOWN_IN_LISTS = (
    "status", "source", "classification", "holder", "due_clock", "aspect_code", "agency_id", "assignee_id",
    "is_confidential",
)  # fmt: skip
"""What lists are narrowed and counted by; the long indexes hold it, so that counting 30,000 reads no complaint."""


class Complaint(Moving, Recorded, InUnit, Model):
    """What may be known of a case by whoever oversees its unit: topic, stations and clocks, and no word of the citizen.

    Not yet at a unit, it stands at its agency's root unit.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        sa.UniqueConstraint("id", "unit_id"),
        sa.UniqueConstraint("source", "tracking_id"),
        sa.CheckConstraint(
            "classification IS NOT NULL OR status IN ('complaint_new', 'complaint_forwarded', 'complaint_archived')",
            "verified_with_a_class",
        ),
        sa.CheckConstraint("duplicate_of_id <> id", "no_duplicate_of_itself"),
        sa.Index("ix_complaint_due", "is_open", "due_at", "id", "pending_id", "received_at", *SHOWN_IN_LISTS),
        sa.Index(
            "ix_complaint_area_due", "area_id", "is_open", "due_at", "id", "pending_id", "received_at", *SHOWN_IN_LISTS
        ),
        sa.Index("ix_complaint_unit_due", "unit_id", "is_open", "due_at", "id", "pending_id"),
        sa.Index("ix_complaint_agency_due", "agency_id", "is_open", "due_at", "id", "pending_id"),
        sa.Index("ix_complaint_assignee", "assignee_id", "is_open", "due_at", "pending_id"),
        sa.Index("ix_complaint_pattern", "unit_id", "aspect_code", "received_at", "pending_id"),
        sa.Index(
            "ix_complaint_received", "received_at", "id", "pending_id", "is_open", "due_at", "area_id", *SHOWN_IN_LISTS
        ),
        sa.Index("ix_complaint_closed", "closed_at", "id", "pending_id"),
        sa.Index(
            "ix_complaint_pending",
            "pending_id",
            sqlite_where=sa.text("pending_id IS NOT NULL"),
            postgresql_where=sa.text("pending_id IS NOT NULL"),
        ),
    )
    view = "complaint.view"
    workflow = COMPLAINT
    derived = frozenset(
        {"version", "area_id", "agency_id", "is_open", "holder", "holder_since", "days_liaison", "days_handler",
         "days_citizen", "days_others", "days_stopped", "days_stopped_before_answer", "due_at", "due_clock",
         "completion_due_at", "answer_due_at", "verification_due_at", "imported", "pending_id"}
    )  # fmt: skip

    private = frozenset({"reason", "place"})
    """Typed freely, so they may say whose case it is; the trail says only that they changed."""

    id: Mapped[Key]
    """Also its ticket number, as `number` writes it."""
    version: Mapped[int] = mapped_column(default=1)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    """Of its unit; kept beside it for lists and for whoever handles a whole agency's."""
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_area.id"))
    """Kept with the unit's."""
    source: Mapped[ComplaintSource]
    tracking_id: Mapped[str | None] = mapped_column(sa.String(64))
    """SP4N-LAPOR!'s, as text; or the number that the Ombudsman gave it. Unique per source."""
    channel: Mapped[Name] = mapped_column(default="")
    """By which way it reached SP4N-LAPOR!: web, SMS 1708, application."""
    is_confidential: Mapped[bool] = mapped_column(default=False)
    """*Rahasia*: its words are seen by the handling group alone."""
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    """*Anonim*: no name is kept."""
    classification: Mapped[Classification | None]
    topic: Mapped[Name] = mapped_column(default="")
    """The category in words: SP4N-LAPOR!'s, or the office's own."""
    service: Mapped[Name] = mapped_column(default="")
    """The service (jenis layanan) it is about."""
    aspect_code: Mapped[str | None] = mapped_column(sa.String(64))
    """An aspect by its code: the same in every instrument version that has it."""
    indicator_code: Mapped[str | None] = mapped_column(sa.String(64))
    place: Mapped[Name] = mapped_column(default="")
    happened_on: Mapped[date | None]
    received_at: Mapped[datetime]
    status: Mapped[ComplaintStatus] = mapped_column(default=COMPLAINT.start)
    is_open: Mapped[bool] = mapped_column(default=True)
    holder: Mapped[BallHolder | None] = mapped_column(default=BallHolder.LIAISON)
    holder_since: Mapped[datetime]
    days_liaison: Mapped[int] = mapped_column(default=0)
    days_handler: Mapped[int] = mapped_column(default=0)
    days_citizen: Mapped[int] = mapped_column(default=0)
    days_others: Mapped[int] = mapped_column(default=0)
    days_stopped: Mapped[int] = mapped_column(default=0)
    """Working days on hold or waiting for the citizen, since the clocks last started: they are added to completion."""
    days_stopped_before_answer: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    """The end of the clock that ends first; None while none runs. See rules.due."""
    due_clock: Mapped[Clock | None]
    verification_due_at: Mapped[datetime | None]
    answer_due_at: Mapped[datetime | None]
    completion_due_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    """The officer it is assigned to, where one is named; otherwise the unit as a whole."""
    first_answered_at: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    answered_in_lapor_on: Mapped[date | None]
    """"Answered in LAPOR! on …": the answer itself reaches the citizen there."""
    closed_at: Mapped[datetime | None]
    """When it was over: closed, forwarded or archived."""
    restarted_at: Mapped[datetime | None]
    """The last reopening; the clocks run anew from it."""
    reason: Mapped[Prose] = mapped_column(default="")
    """Why it is on hold, forwarded, archived or open again. Empty while *rahasia*: then a note within tells it."""
    forwarded_to: Mapped[Name] = mapped_column(default="")
    duplicate_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("complaint.id"), index=True)
    identity_removed_at: Mapped[datetime | None]
    imported: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Digests of what the last import said, column by column: the same file again changes nothing."""
    pending_id: Mapped[int | None] = mapped_column(sa.ForeignKey("complaint_import.id"))
    """The import that is still writing it. Nobody sees it before all of that import is there."""
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __mapper_args__ = {"version_id_col": version}

    agency: Mapped[Agency] = relationship()
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    added_by: Mapped[User | None] = relationship(foreign_keys=[added_by_id])
    duplicate_of: Mapped["Complaint | None"] = relationship(remote_side="Complaint.id")
    words: Mapped["ComplaintWords"] = relationship(
        back_populates="complaint", primaryjoin="Complaint.id == ComplaintWords.complaint_id", uselist=False
    )

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.and_(cls.pending_id.is_(None), reach.units(cls.unit_id, cls.area_id))

    @property
    def number(self) -> str:
        """Tuntas's own ticket number."""
        return f"TT-{self.id:06d}"


def readable(complaint_id: Any, reach: Reach) -> Criterion:
    """What was said in a complaint, as a criterion on the key of a part of it; see `may_read`."""
    c = Complaint.__table__.alias()

    def covered(mandates: tuple[Any, ...]) -> Criterion:
        return Cover(reach.user_id, mandates).units(c.c.unit_id, c.c.area_id)

    may = may_read(c.c, reach, covered)
    if may is sa.true() or isinstance(may, sa.sql.elements.True_):
        return sa.true()
    return sa.exists().where(c.c.id == complaint_id, c.c.pending_id.is_(None), may).correlate_except(c)


def may_read(c: Any, reach: Reach, covered: Callable[[tuple[Any, ...]], Criterion]) -> Criterion:
    """What was said in a complaint is read by its handling group: complaint officers in scope and the officer it is
    assigned to. Others in whose scope it lies read it only if it is not *rahasia* (design section 7).

    `c` holds the columns of the complaint; `covered` says where mandates reach, as a criterion on them.
    """
    handlers = tuple(each for each in reach.mandates if each.role in (None, Role.COMPLAINT_OFFICER))
    others = tuple(each for each in reach.mandates if each not in handlers)
    ways: list[Any] = [covered(handlers)] if handlers else []
    if others:
        own = c.assignee_id == reach.user_id
        ways.append(sa.and_(covered(others), sa.or_(c.is_confidential.is_(False), own)))
    if any(way is sa.true() or isinstance(way, sa.sql.elements.True_) for way in ways):
        return sa.true()
    return sa.or_(sa.false(), *ways)


class OfComplaint(Recorded, InUnit):
    """A part of a complaint: what was said in it. Its history is the complaint's."""

    view = "complaint.read"
    complaint: Any
    complaint_id: Any

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return readable(cls.complaint_id, reach)

    @property
    def whole(self) -> Any:
        return self.complaint


def within_complaint() -> tuple[Any, ...]:
    """A part goes where its complaint goes, and cannot claim another unit."""
    return (
        sa.ForeignKeyConstraint(["complaint_id", "unit_id"], ["complaint.id", "complaint.unit_id"], onupdate="CASCADE"),
    )


class ComplaintWords(OfComplaint, Model):
    """The citizen's own words. Sealed; searched by marks of their stems alone (see marks.py)."""

    __tablename__ = "complaint_words"
    __table_args__ = within_complaint()
    private = frozenset({"title", "body"})

    complaint_id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Sealed, default="")
    body: Mapped[str] = mapped_column(Sealed, default="")

    complaint: Mapped[Complaint] = relationship(
        back_populates="words",
        foreign_keys="ComplaintWords.complaint_id",
        primaryjoin="Complaint.id == ComplaintWords.complaint_id",
    )


class ComplaintNote(OfComplaint, Model):
    """What was written after the citizen's first words: dispositions, internal notes, questions, answers."""

    __tablename__ = "complaint_note"
    __table_args__ = (*within_complaint(), sa.Index("ix_complaint_note_complaint", "complaint_id", "at"))
    private = frozenset({"text"})

    id: Mapped[Key]
    complaint_id: Mapped[int]
    kind: Mapped[NoteKind]
    text: Mapped[str] = mapped_column(Sealed)
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    complaint: Mapped[Complaint] = relationship(
        foreign_keys="ComplaintNote.complaint_id", primaryjoin="Complaint.id == ComplaintNote.complaint_id"
    )
    author: Mapped[User | None] = relationship()


class Complainant(OfComplaint, Model):
    """Who complains: kept apart, sealed as one piece, and opened only by `identity.look_at`, with a logged reason.

    The marks are keyed digests, so that somebody's cases can be found when they ask for their data.
    """

    __tablename__ = "complainant"
    __table_args__ = within_complaint()
    view = "complaint.look_at_identity"
    private = frozenset({"sealed", "name_mark", "telephone_mark", "email_mark", "number_mark"})

    complaint_id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[str] = mapped_column(Sealed, deferred=True, deferred_raiseload=True)
    """JSON of identity.Identity."""
    name_mark: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    telephone_mark: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    email_mark: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    number_mark: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    """Of the population number (NIK)."""

    complaint: Mapped[Complaint] = relationship(
        foreign_keys="Complainant.complaint_id", primaryjoin="Complaint.id == Complainant.complaint_id"
    )

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return reach.units(cls.unit_id)


class ComplaintLink(OfComplaint, Model):
    """A complaint shows what a recommendation is about, or became one."""

    __tablename__ = "complaint_link"
    __table_args__ = (*within_complaint(), sa.UniqueConstraint("complaint_id", "recommendation_id"))
    view = "complaint.view"

    id: Mapped[Key]
    complaint_id: Mapped[int]
    recommendation_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendation.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    complaint: Mapped[Complaint] = relationship(
        foreign_keys="ComplaintLink.complaint_id", primaryjoin="Complaint.id == ComplaintLink.complaint_id"
    )

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return reach.units(cls.unit_id)


class SealedSecret(Scoped, Model):
    """A key of our own making, kept under the vault's: rotating the vault's keys leaves what it made as it is.

    Nobody sees it; the machine's desk reads it.
    """

    __tablename__ = "sealed_secret"
    view = "complaint.view"

    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Sealed)

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.false()
