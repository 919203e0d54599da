"""Results of units in a cycle, and the imports that brought them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import User
from tracker.evaluations.states import ImportStatus, Outcome, RowKind
from tracker.instruments.models import Aspect, Band, Cycle
from tracker.kit.db import Code, Exact, Key, Model, Name, Prose
from tracker.kit.rows import Criterion, InUnit, Reach, Recorded, Scoped


class Evaluation(Recorded, InUnit, Model):
    """A unit's result in a cycle. The official index of the letter wins over the computed one."""

    __tablename__ = "evaluation"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "unit_id"),
        sa.Index("ix_evaluation_priority", "cycle_id", "is_priority", "unit_id"),
    )
    view = "evaluation.view"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    computed_index: Mapped[Decimal | None]
    official_index: Mapped[Decimal | None]
    f03: Mapped[Decimal | None]
    band_id: Mapped[int | None] = mapped_column(sa.ForeignKey("band.id"))
    zone: Mapped[Code | None]
    """The zone as the file prints it: green, yellow or red."""
    opinion: Mapped[Name | None]
    """The opinion in the words of the file; nothing is computed from it."""
    is_priority: Mapped[bool] = mapped_column(default=False)
    """Prioritas pembinaan of this cycle: by its band, or as set by hand."""
    priority_set: Mapped[bool | None]
    """Put in or taken out by hand; None leaves it to the band."""
    printed_agency: Mapped[Name] = mapped_column(default="")
    printed_unit: Mapped[Name] = mapped_column(default="")
    """The names as the letter printed them: regions are renamed and recoded."""
    imported: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the last import wrote, so that a later edit in the site is recognised and not overwritten."""

    derived = frozenset({"version", "imported"})
    __mapper_args__ = {"version_id_col": version}

    cycle: Mapped[Cycle] = relationship()
    band: Mapped[Band | None] = relationship()
    scores: Mapped[list["AspectScore"]] = relationship(back_populates="evaluation", order_by="AspectScore.aspect_id")

    @property
    def index(self) -> Decimal | None:
        return self.official_index if self.official_index is not None else self.computed_index


class AspectScore(Recorded, InUnit, Model):
    __tablename__ = "aspect_score"
    __table_args__ = (
        sa.UniqueConstraint("evaluation_id", "aspect_id"),
        sa.CheckConstraint("score >= 0", "score_is_not_negative"),
    )
    view = "evaluation.view"

    id: Mapped[Key]
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluation.id", ondelete="CASCADE"))
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"), index=True)
    score: Mapped[Decimal] = mapped_column(Exact(9, 4))
    """As the file says it, up to four places: an index is computed from what is kept."""

    evaluation: Mapped[Evaluation] = relationship(back_populates="scores")
    aspect: Mapped[Aspect] = relationship()

    @property
    def whole(self) -> Evaluation:
        return self.evaluation


class ImportDraft(Recorded, Scoped, Model):
    """One uploaded workbook for one cycle: first a preview, then written as a whole, or never."""

    __tablename__ = "import_draft"
    view = "evaluation.import"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    written_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    file_name: Mapped[Name]
    digest: Mapped[Code]
    create_units: Mapped[bool] = mapped_column(default=False)
    assumed_aspect_id: Mapped[int | None] = mapped_column(sa.ForeignKey("aspect.id"))
    """Where recommendations go whose row names no aspect; without it such rows are refused."""
    status: Mapped[ImportStatus] = mapped_column(default=ImportStatus.READING)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)

    derived = frozenset({"version", "summary"})
    __mapper_args__ = {"version_id_col": version}

    cycle: Mapped[Cycle] = relationship()
    user: Mapped[User | None] = relationship()

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """One's own; whoever may import everywhere also sees those of others and of the command line."""
        return sa.true() if reach.everything else cls.user_id == reach.user_id


class ImportRow(Scoped, Model):
    """What one row of the workbook says, what would become of it, and what stood there before."""

    __tablename__ = "import_row"
    __table_args__ = (sa.Index("ix_import_row_outcome", "draft_id", "outcome", "id"),)
    view = "evaluation.import"

    id: Mapped[Key]
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("import_draft.id", ondelete="CASCADE"))
    kind: Mapped[RowKind]
    sheet: Mapped[Name]
    row: Mapped[int]
    outcome: Mapped[Outcome]
    label: Mapped[Prose] = mapped_column(default="")
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any] | None]
    problems: Mapped[list[Any]] = mapped_column(default=list)
    """What refuses the row, or only wants to be seen: see comparing.Remark."""
    has_remarks: Mapped[bool] = mapped_column(default=False)
    differs: Mapped[bool] = mapped_column(default=False)
    """The official index is not the computed one."""
    subject_id: Mapped[int | None]
    """The evaluation, recommendation, letter, agency or unit that was written."""

    draft: Mapped[ImportDraft] = relationship()

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        drafts = ImportDraft.__table__
        mine = sa.select(drafts.c.id).where(drafts.c.user_id == reach.user_id).correlate(None)
        return sa.true() if reach.everything else cls.draft_id.in_(mine.scalar_subquery())
