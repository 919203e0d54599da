"""What a unit must put right, and the letter that says so."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import User
from tracker.instruments.models import Aspect, Cycle, Indicator
from tracker.kit.db import Key, Model, Name, Prose
from tracker.kit.rows import Criterion, InUnit, Reach, Recorded, Scoped
from tracker.kit.workflow import Moving
from tracker.recommendations.states import RECOMMENDATION, Assessment, CannotReason, Origin, Priority


class Letter(Recorded, Scoped, Model):
    """The letter that brought results and recommendations. Its number is free text, as offices write it."""

    __tablename__ = "letter"
    view = "letter.view"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    number: Mapped[Name] = mapped_column(index=True)
    dated_on: Mapped[date | None]
    subject: Mapped[Prose] = mapped_column(default="")
    sender: Mapped[Name] = mapped_column(default="")
    addressee: Mapped[Name] = mapped_column(default="")
    scan_digest: Mapped[str | None] = mapped_column(sa.String(64))
    scan_name: Mapped[Name] = mapped_column(default="")
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __mapper_args__ = {"version_id_col": version}

    cycle: Mapped[Cycle] = relationship()

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """Letters that lead to a recommendation in reach, and one's own."""
        if reach.everything:
            return sa.true()
        table = Recommendation.__table__.alias()  # its own, also where the statement joins recommendations
        leads = sa.exists().where(table.c.letter_id == cls.id, reach.units(table.c.unit_id))
        return sa.or_(leads, cls.added_by_id == reach.user_id)


class Recommendation(Moving, Recorded, InUnit, Model):
    """What must improve in one aspect of one unit. Its assessment moves by acts of the verifier's side alone."""

    __tablename__ = "recommendation"
    __table_args__ = (
        sa.UniqueConstraint("id", "unit_id"),
        sa.UniqueConstraint("cycle_id", "unit_id", "aspect_id", "text_key"),
        sa.CheckConstraint("cannot_decided_by_id <> cannot_proposed_by_id", "cannot_approved_by_another"),
        sa.CheckConstraint("(assessment <> 'cannot_be_followed_up') OR cannot_reason IS NOT NULL", "cannot_has_reason"),
        sa.Index("ix_recommendation_unit_cycle", "unit_id", "cycle_id", "aspect_id"),
        sa.Index(
            "ix_recommendation_undecided",
            "cannot_proposed_at",
            sqlite_where=sa.text("cannot_proposed_at IS NOT NULL AND cannot_decided_at IS NULL"),
            postgresql_where=sa.text("cannot_proposed_at IS NOT NULL AND cannot_decided_at IS NULL"),
        ),
    )
    view = "recommendation.view"
    workflow = RECOMMENDATION

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    indicator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("indicator.id"))
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"), index=True)
    origin: Mapped[Origin] = mapped_column(default=Origin.PLAIN, server_default=Origin.PLAIN.value)
    addressee: Mapped[Name | None]
    """Whom the letter tells to do it, where it names more than one."""
    text: Mapped[Prose]
    text_key: Mapped[Name]
    """The text as an import compares it, shortened by a digest: see recommendations.rules.text_key."""
    priority: Mapped[Priority] = mapped_column(default=Priority.MEDIUM)
    target_score: Mapped[Decimal | None]
    due_on: Mapped[date | None]
    assessment: Mapped[Assessment] = mapped_column(default=RECOMMENDATION.start)
    repeats_id: Mapped[int | None] = mapped_column(sa.ForeignKey("recommendation.id"))
    """The same recommendation in an earlier cycle."""
    times: Mapped[int] = mapped_column(default=1)
    """How many cycles in a row have said it."""
    cannot_reason: Mapped[CannotReason | None]
    cannot_note: Mapped[Prose] = mapped_column(default="")
    cannot_document_digest: Mapped[str | None] = mapped_column(sa.String(64))
    cannot_document_name: Mapped[Name] = mapped_column(default="")
    cannot_proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    cannot_proposed_at: Mapped[datetime | None]
    cannot_decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    cannot_decided_at: Mapped[datetime | None]
    imported: Mapped[dict[str, Any]] = mapped_column(default=dict)

    derived = frozenset({"version", "text_key", "imported"})
    __mapper_args__ = {"version_id_col": version}

    cycle: Mapped[Cycle] = relationship()
    aspect: Mapped[Aspect] = relationship()
    indicator: Mapped[Indicator | None] = relationship()
    letter: Mapped[Letter | None] = relationship()
    repeats: Mapped["Recommendation | None"] = relationship(remote_side="Recommendation.id")
    cannot_proposed_by: Mapped[User | None] = relationship(foreign_keys=[cannot_proposed_by_id])
    cannot_decided_by: Mapped[User | None] = relationship(foreign_keys=[cannot_decided_by_id])

    @property
    def status(self) -> Assessment:
        return self.assessment

    @status.setter
    def status(self, after: Assessment) -> None:
        self.assessment = after

    @property
    def letter_zone(self) -> str | None:
        """The zone in which the letter's date ends, where the letter names one ("23.59 WIB")."""
        zone: str | None = self.imported.get("due_zone") if self.due_on is not None else None
        return zone

    @property
    def due_counted(self) -> dict[str, Any] | None:
        """How an import found the date where its file gave none: days, whether working days, whether by the settings.

        None once somebody set another date.
        """
        counted: dict[str, Any] | None = self.imported.get("due_counted") if self.due_on is not None else None
        is_own = self.due_on is not None and self.imported.get("due_on") == self.due_on.isoformat()
        return counted if is_own else None

    @property
    def is_proposed_cannot(self) -> bool:
        """Somebody proposed that it cannot be followed up, and nobody has decided."""
        return self.cannot_proposed_at is not None and self.cannot_decided_at is None
