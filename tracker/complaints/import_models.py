"""An import of complaints on its way in: the kept file, the remembered columns and the staged rows, all sealed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.complaints.states import ComplaintSource
from tracker.directory.models import User
from tracker.kit.db import Key, Model, Name, Prose
from tracker.kit.rows import Criterion, Reach, Recorded, Scoped
from tracker.kit.vault import Sealed


class ComplaintImportStatus(StrEnum):
    RECEIVED = "intake_received"
    READING = "intake_reading"
    MAPPING = "intake_mapping"
    READY = "intake_ready"
    WRITING = "intake_writing"
    DONE = "intake_done"
    FAILED = "intake_failed"
    DISCARDED = "intake_discarded"


class StagedOutcome(StrEnum):
    NEW = "staged_new"
    CHANGED = "staged_changed"
    SAME = "staged_same"
    PROBLEM = "staged_problem"


class ColumnMapping(Recorded, Scoped, Model):
    """Which heading of a source's exports means what, as somebody last confirmed it."""

    __tablename__ = "column_mapping"
    __table_args__ = (sa.UniqueConstraint("owner_id", "source", "headings_key"),)
    view = "complaint.import"

    id: Mapped[Key]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    source: Mapped[ComplaintSource]
    headings_key: Mapped[str] = mapped_column(sa.String(64))
    """Keyed digest of the headings in order: another export asks anew."""
    columns: Mapped[dict[str, Any]]
    """Meaning -> number of the column; never a heading, which in a file without any names a citizen."""
    at: Mapped[datetime]

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.true() if reach.everything else cls.owner_id == reach.user_id


class ComplaintImport(Recorded, Scoped, Model):
    """One file. Nothing of it is a complaint before it is confirmed; then all of it is."""

    __tablename__ = "complaint_import"
    view = "complaint.import"
    derived = frozenset(
        {
            "version",
            "status",
            "read_rows",
            "written_rows",
            "counts",
            "problem",
            "kept_as",
            "finished_at",
            "seen_at",
            "attempts",
        }
    )

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    source: Mapped[ComplaintSource]
    file_name: Mapped[Name]
    """Only its ending and a number: a name may name a citizen."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of what was sent."""
    kept_as: Mapped[Name] = mapped_column(default="")
    """The sealed copy under the data folder; empty once it is gone."""
    status: Mapped[ComplaintImportStatus] = mapped_column(default=ComplaintImportStatus.RECEIVED)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """As in ColumnMapping; empty until they are known."""
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Digest of a name in the file that the directory does not know -> the unit somebody said it means."""
    read_rows: Mapped[int] = mapped_column(default=0)
    written_rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problem: Mapped[Prose] = mapped_column(default="")
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    added_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When whoever reads or writes it last gave a sign of life; None while nobody does."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often the work at hand was begun."""

    __mapper_args__ = {"version_id_col": version}

    added_by: Mapped[User | None] = relationship()

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.true() if reach.everything else cls.added_by_id == reach.user_id


class StagedComplaint(Scoped, Model):
    """A row of a file, read and compared, sealed; gone once its import is over."""

    __tablename__ = "staged_complaint"
    __table_args__ = (
        sa.UniqueConstraint("import_id", "line"),
        sa.Index("ix_staged_outcome", "import_id", "outcome", "line"),
    )
    view = "complaint.import"

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("complaint_import.id", ondelete="CASCADE"))
    line: Mapped[int]
    """Of the file, counted from 1 with the headings."""
    tracking_id: Mapped[str | None] = mapped_column(sa.String(64))
    outcome: Mapped[StagedOutcome]
    complaint_id: Mapped[int | None]
    unit_id: Mapped[int | None]
    content: Mapped[str] = mapped_column(Sealed)
    """JSON of the row as it was read."""
    problems: Mapped[list[Any]] = mapped_column(default=list)
    """[column, message]; never with what stood in it."""

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        if reach.everything:
            return sa.true()
        owned = sa.select(ComplaintImport.__table__.c.id).where(
            ComplaintImport.__table__.c.added_by_id == reach.user_id
        )
        return sa.cast(cls.import_id.in_(owned.correlate(None).scalar_subquery()), sa.Boolean)
