"""Filters that somebody gave a name, and which of them a person's home is."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.dashboards.saved_rules import Circle
from tracker.directory.models import ServiceUnit, User
from tracker.kit.db import Code, Key, Model, Name
from tracker.kit.rows import Criterion, Reach, Recorded, Scoped

UNITS: Any = ServiceUnit.__table__


class SavedView(Recorded, Scoped, Model):
    """A page and the filter one looks at it with, never rows: whoever opens it sees what is in their own reach.

    Others may have it as their home, so who shared it, took it back or deleted it is told in the trail. What it is
    called and narrows by enters there as "changed" only: what somebody looks for is their own affair.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "name_key"),
        sa.CheckConstraint(
            "(CASE WHEN shared_area_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN shared_agency_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN shared_unit_id IS NULL THEN 0 ELSE 1 END) <= 1",
            "one_circle",
        ),
        sa.CheckConstraint(
            "shared_at IS NOT NULL OR (shared_area_id IS NULL AND shared_agency_id IS NULL AND shared_unit_id IS NULL)",
            "circle_only_where_shared",
        ),
    )
    view = "saved_view.view"
    private = frozenset({"name", "name_key", "arguments"})

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[Name]
    name_key: Mapped[Name]
    page: Mapped[Code]
    """A page of the register in `saved_pages`, never an address."""
    arguments: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    """None: only its owner sees it."""
    shared_area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_area.id"), index=True)
    shared_agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    shared_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_unit.id"), index=True)

    __mapper_args__ = {"version_id_col": version}

    user: Mapped[User] = relationship()

    @property
    def circle(self) -> Circle | None:
        """With whom it is shared; None where it is not."""
        if self.shared_at is None:
            return None
        return Circle(self.shared_area_id, self.shared_agency_id, self.shared_unit_id)

    def share_within(self, circle: Circle | None, now: datetime) -> None:
        self.shared_at = None if circle is None else now
        within = circle or Circle()
        self.shared_area_id, self.shared_agency_id = within.area_id, within.agency_id
        self.shared_unit_id = within.unit_id

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """One's own, and what is shared with a membership of the reader's: `saved_rules.reaches` as SQL."""
        if not reach.mandates:
            return sa.false()
        everybody = sa.and_(cls.shared_area_id.is_(None), cls.shared_agency_id.is_(None), cls.shared_unit_id.is_(None))
        reached = [part for mandate in reach.mandates for part in cls._reached_from(mandate)]
        return sa.or_(cls.user_id == reach.user_id, sa.and_(cls.shared_at.is_not(None), sa.or_(everybody, *reached)))

    @classmethod
    def _reached_from(cls, mandate: Any) -> list[Criterion]:
        """The circles in which a membership lies, the narrowest first."""
        if mandate.area_id is not None:
            return [sa.and_(cls.shared_area_id == mandate.area_id)]
        if mandate.agency_id is not None:
            held = sa.select(sa.func.min(UNITS.c.area_id)).where(UNITS.c.agency_id == mandate.agency_id)
            one = held.having(sa.func.min(UNITS.c.area_id) == sa.func.max(UNITS.c.area_id))
            return [
                sa.and_(cls.shared_agency_id == mandate.agency_id),
                sa.and_(cls.shared_area_id == one.correlate(None).scalar_subquery()),
            ]
        if mandate.unit_id is not None:
            above = [sa.select(column).where(UNITS.c.id == mandate.unit_id).correlate(None).scalar_subquery()
                     for column in (UNITS.c.agency_id, UNITS.c.area_id)]  # fmt: skip
            return [
                sa.and_(cls.shared_unit_id == mandate.unit_id),
                sa.and_(cls.shared_agency_id == above[0]),
                sa.and_(cls.shared_area_id == above[1]),
            ]
        return []


class HomeView(Scoped, Model):
    """The saved view that somebody chose as their first page. One's own convenience: nothing tells of it."""

    __tablename__ = "home_view"
    view = "saved_view.view"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    view_id: Mapped[int | None] = mapped_column(sa.ForeignKey("saved_view.id", ondelete="SET NULL"), index=True)
    """None once its owner deleted it."""
    name: Mapped[Name]
    """What it was called when it was chosen, to speak of it when it is gone."""

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.and_(cls.user_id == reach.user_id)
