"""A change of the calendar that somebody has asked for and that moves dates only once it is confirmed."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.administration.calendar_states import CALENDAR_CHANGE, CalendarChangeStatus
from tracker.directory.models import Holiday, Region, User
from tracker.directory.states import HolidayKind
from tracker.kit.db import Key, Model, Name, Prose
from tracker.kit.rows import Recorded, Reference
from tracker.kit.workflow import Moving


class CalendarChange(Moving, Recorded, Reference, Model):
    """A holiday to be added, changed or removed. Until it is confirmed the calendar in force stays as it is."""

    __tablename__ = "calendar_change"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'regional') = (region_id IS NOT NULL)", "regional_has_region"),
        sa.CheckConstraint("NOT removes OR old_day IS NOT NULL", "removes_something"),
        sa.Index("ix_calendar_change_status", "status"),
    )
    workflow = CALENDAR_CHANGE
    derived = frozenset({"version", "moved", "turn", "last_id"})

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[CalendarChangeStatus] = mapped_column(default=CALENDAR_CHANGE.start)
    removes: Mapped[bool] = mapped_column(default=False)
    holiday_id: Mapped[int | None] = mapped_column(sa.ForeignKey("holiday.id", ondelete="SET NULL"))
    """The correction that is changed or removed; none where one is added."""
    holiday_version: Mapped[int | None]
    """As it stood when the change was asked for."""
    old_day: Mapped[date | None]
    """The day it stood on, where one is changed or removed."""
    day: Mapped[date]
    name: Mapped[Name]
    kind: Mapped[HolidayKind]
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    decree: Mapped[Name] = mapped_column(default="")
    reason: Mapped[Prose] = mapped_column(default="")
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    moved: Mapped[int] = mapped_column(default=0)
    """How many due dates it has moved so far."""
    turn: Mapped[int] = mapped_column(default=0)
    """Whose dates are being moved: follow-ups, then complaints."""
    last_id: Mapped[int] = mapped_column(default=0)
    """Up to which row of theirs it has got, so that it goes on after an interruption."""

    __mapper_args__ = {"version_id_col": version}

    holiday: Mapped[Holiday | None] = relationship(foreign_keys=[holiday_id])
    region: Mapped[Region | None] = relationship(foreign_keys=[region_id])
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])

    @property
    def days(self) -> list[date]:
        """The days whose standing in the calendar it changes."""
        return sorted({self.day, self.old_day or self.day})
