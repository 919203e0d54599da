"""What happened: who, when, to what, from what to what, and why. Written once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.kit.db import Code, Key, Model, Name, Prose
from tracker.kit.rows import Criterion, Reach, Scoped


class Event(Scoped, Model):
    """One act on one row. The database itself refuses to change or delete it."""

    __tablename__ = "event"
    __table_args__ = (
        sa.Index("ix_event_subject", "subject_type", "subject_id", "id"),
        sa.Index("ix_event_unit", "unit_id", "id"),
    )
    view = "trail.view"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[Name]
    act: Mapped[Code] = mapped_column(index=True)
    subject_type: Mapped[Code]
    subject_id: Mapped[int]
    unit_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]]
    reason: Mapped[Prose] = mapped_column(default="")
    request_id: Mapped[Code] = mapped_column(default="")

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """Read through the row it tells of: access.scope says which kinds of row these mandates may see."""
        raise NotImplementedError("events are confined by access.scope, kind by kind")

    @classmethod
    def told_of(cls, reaches: Mapping[tuple[str, ...], Reach]) -> Criterion:
        """Events about the kinds of row in each key, where the reach beside it covers their unit."""
        return sa.or_(
            sa.false(),
            *(
                sa.and_(cls.subject_type.in_(kinds), sa.true() if reach.everything else reach.units(cls.unit_id))
                for kinds, reach in reaches.items()
            ),
        )
