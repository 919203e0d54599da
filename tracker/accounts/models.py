"""Sign-ins that can be ended, links that work once, and counters that slow guessing down."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import User
from tracker.kit.db import Code, Key, Model, Name
from tracker.kit.rows import Criterion, Reach, Scoped


class UserSession(Scoped, Model):
    """One sign-in on one device. The cookie holds a random key of it, so it can be ended from anywhere."""

    __tablename__ = "user_session"
    view = ""

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    key_digest: Mapped[Code] = mapped_column(unique=True)
    device: Mapped[Name] = mapped_column(default="")
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return cls.user_id == reach.user_id


class OneTimeLink(Scoped, Model):
    """A link that sets a password once: an invitation or a reset. Only its digest is kept."""

    __tablename__ = "one_time_link"
    view = ""

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    digest: Mapped[Code] = mapped_column(unique=True)
    purpose: Mapped[Code]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.or_(cls.user_id == reach.user_id, cls.made_by_id == reach.user_id)


class Throttle(Scoped, Model):
    """How often something was tried in a window of time. Seen by nobody; the machine counts."""

    __tablename__ = "throttle"
    view = ""

    key: Mapped[Name] = mapped_column(primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.false()
