"""Forms that were carried out, so that a second click finds the first one's answer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.kit.db import Code, Key, Model, Prose
from tracker.kit.rows import Criterion, Reach, Scoped


class SentForm(Scoped, Model):
    """The key of a form that was carried out, and where its answer led."""

    __tablename__ = "sent_form"
    __table_args__ = (sa.UniqueConstraint("user_id", "key"),)
    view = ""

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    key: Mapped[Code]
    location: Mapped[Prose]
    at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return cls.user_id == reach.user_id
