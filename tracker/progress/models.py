"""The current figures of units in cycles: only what acts move, nothing that moves with the clock."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.instruments.models import Aspect, Cycle
from tracker.kit.db import Key, Model
from tracker.kit.rows import InUnit


class UnitProgress(InUnit, Model):
    """One unit in one cycle. None is "no data yet", never 0."""

    __tablename__ = "unit_progress"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "cycle_id"),
        sa.Index("ix_unit_progress_cycle", "cycle_id", "unit_id"),
    )
    view = "evaluation.view"

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    verified: Mapped[Decimal | None]
    claimed: Mapped[Decimal | None]
    projected: Mapped[Decimal | None]
    """The index if what is verified held at the next evaluation: proyeksi, bukan hasil evaluasi."""
    projected_claimed: Mapped[Decimal | None]
    recommendations: Mapped[int] = mapped_column(default=0)
    counting: Mapped[int] = mapped_column(default=0)
    adequate: Mapped[int] = mapped_column(default=0)
    cannot: Mapped[int] = mapped_column(default=0)
    unassigned: Mapped[int] = mapped_column(default=0)
    """Counting recommendations without a follow-up that is not cancelled."""
    with_unit: Mapped[int] = mapped_column(default=0)
    with_coordinator: Mapped[int] = mapped_column(default=0)
    with_verifier: Mapped[int] = mapped_column(default=0)
    on_hold: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    verified_raw: Mapped[float | None] = mapped_column(sa.Double)
    claimed_raw: Mapped[float | None] = mapped_column(sa.Double)
    """As computed, before rounding: they tell whether an act moved the figures; nothing is shown of them."""
    next_due_at: Mapped[datetime | None]
    """The earliest due date of what the unit or its coordinator holds."""
    last_action_at: Mapped[datetime | None]
    returned_since: Mapped[datetime | None]
    """Since when the returned follow-up that lies longest lies untouched."""

    cycle: Mapped[Cycle] = relationship()


class AspectProgress(InUnit, Model):
    """One aspect of one unit in one cycle: what a cell of the matrix shows."""

    __tablename__ = "aspect_progress"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "cycle_id", "aspect_id"),
        sa.Index("ix_aspect_progress_cycle", "cycle_id", "unit_id"),
    )
    view = "evaluation.view"

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    verified: Mapped[Decimal | None]
    claimed: Mapped[Decimal | None]
    recommendations: Mapped[int] = mapped_column(default=0)
    counting: Mapped[int] = mapped_column(default=0)
    unassigned: Mapped[int] = mapped_column(default=0)
    with_unit: Mapped[int] = mapped_column(default=0)
    with_coordinator: Mapped[int] = mapped_column(default=0)
    with_verifier: Mapped[int] = mapped_column(default=0)
    on_hold: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    next_due_at: Mapped[datetime | None]
    """The earliest due date of what the unit or its coordinator holds; overdue is asked of it when read."""

    aspect: Mapped[Aspect] = relationship()
