"""The ledger: reminders owed, deliveries made, pauses, and words that people said by hand."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import Membership, ServiceUnit, User
from tracker.kit.db import Code, Key, Model, Name, Prose
from tracker.kit.rows import Criterion, InUnit, Reach, Recorded, Scoped
from tracker.reminders.states import Channel, ContactWay, DeliveryKind, DeliveryStatus, ReminderStatus


def held(user_id: Any, reach: Reach) -> Criterion:
    """People with a membership in reach, as a criterion on a column that names somebody."""
    membership = Membership.__table__.alias()
    return sa.exists().where(membership.c.user_id == user_id, Membership.covered(membership.c, reach))


class Delivery(Recorded, Scoped, Model):
    """One message to one person on one channel. It is claimed before it is sent, and sent at most once."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("recipient_id", "channel", "key"),
        sa.Index("ix_delivery_status", "status", "claimed_at"),
        sa.Index("ix_delivery_inbox", "recipient_id", "channel", "id"),
    )
    view = "reminder.view"

    id: Mapped[Key]
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    channel: Mapped[Channel]
    kind: Mapped[DeliveryKind]
    key: Mapped[Name]
    """Of a digest its day ("2020-05-14"); of a message told at once what it is about. Unique per person and channel."""
    rule: Mapped[Code] = mapped_column(default="")
    """Of a message told at once, what writes it at the moment of sending; empty where it was written beforehand."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Of a message told at once, what its writer needs; never a secret."""
    status: Mapped[DeliveryStatus] = mapped_column(default=DeliveryStatus.CLAIMED)
    message_id: Mapped[Name] = mapped_column(unique=True)
    claimed_at: Mapped[datetime]
    claimed_by: Mapped[Code] = mapped_column(default="")
    """The process that holds the claim."""
    handed_over_at: Mapped[datetime | None]
    """Committed just before the mail server gets it: from here on only a person may say that it was not sent."""
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    error: Mapped[Prose] = mapped_column(default="")
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    """The person who decided on a failed or uncertain one."""
    language: Mapped[Code] = mapped_column(default="id")
    subject: Mapped[Name] = mapped_column(default="")
    text: Mapped[Prose] = mapped_column(default="")
    """What was said, kept so that one can say it."""
    items: Mapped[list[Any]] = mapped_column(default=list)
    """The lines with their addresses, for the inbox."""
    read_at: Mapped[datetime | None]

    derived = frozenset(
        {
            "recipient_id", "channel", "kind", "key", "rule", "facts", "message_id", "claimed_at", "claimed_by",
            "handed_over_at", "settled_at", "attempts", "retry_at", "error", "language", "subject", "text", "items",
            "read_at",
        }
    )  # fmt: skip
    """The sender writes these; only what a person decides about one is told in the trail."""

    recipient: Mapped[User] = relationship(foreign_keys=[recipient_id])

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """One's own, and those of people in reach of whoever looks after reminders."""
        return (
            sa.true() if reach.everything else sa.or_(cls.recipient_id == reach.user_id, held(cls.recipient_id, reach))
        )


class Reminder(Scoped, Model):
    """A row of the ledger: who is owed a word on what, by which rule and step. Written once, never lost."""

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("recipient_id", "rule", "subject_type", "subject_id", "due_on", "step"),
        sa.Index("ix_reminder_planned", "status", "on_day", "recipient_id"),
        sa.Index("ix_reminder_unit", "unit_id", "id"),
        sa.Index("ix_reminder_subject", "subject_type", "subject_id"),
    )
    view = "reminder.view"

    id: Mapped[Key]
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    rule: Mapped[Code]
    subject_type: Mapped[Code]
    subject_id: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_unit.id"))
    due_on: Mapped[date]
    step: Mapped[Code]
    on_day: Mapped[date]
    """The first day, where the recipient is, on which it may go out."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    planned_at: Mapped[datetime]
    status: Mapped[ReminderStatus] = mapped_column(default=ReminderStatus.PLANNED)
    reason: Mapped[Prose] = mapped_column(default="")
    """Why it was skipped, or what the delivery ran into."""
    delivery_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delivery.id"), index=True)
    settled_at: Mapped[datetime | None]

    recipient: Mapped[User] = relationship(foreign_keys=[recipient_id])
    unit: Mapped[ServiceUnit | None] = relationship(foreign_keys=[unit_id])
    delivery: Mapped[Delivery | None] = relationship(foreign_keys=[delivery_id])

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """One's own, those about units in reach, and those about no unit to people in reach."""
        if reach.everything:
            return sa.true()
        of_people = sa.and_(cls.unit_id.is_(None), held(cls.recipient_id, reach))
        return sa.or_(cls.recipient_id == reach.user_id, reach.units(cls.unit_id), of_people)


class Pause(Recorded, Scoped, Model):
    """Reminders about a unit, or to a person, rest until a day, for a reason. Nothing is lost meanwhile."""

    __tablename__ = "reminder_pause"
    __table_args__ = (sa.CheckConstraint("(unit_id IS NULL) <> (user_id IS NULL)", "unit_or_person"),)
    view = "reminder.view"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_unit.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    reason: Mapped[Prose]
    until: Mapped[date]
    """The last day of rest."""
    paused_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    paused_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}

    unit: Mapped[ServiceUnit | None] = relationship(foreign_keys=[unit_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    paused_by: Mapped[User | None] = relationship(foreign_keys=[paused_by_id])

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.true() if reach.everything else sa.or_(held(cls.user_id, reach), reach.units(cls.unit_id))


class ContactMade(Recorded, InUnit, Model):
    """Somebody called or wrote to a unit by hand: who, when, how, about what. It counts as a reminder."""

    __tablename__ = "contact_made"
    view = "reminder.view"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    way: Mapped[ContactWay]
    spoken_to: Mapped[Name] = mapped_column(default="")
    note: Mapped[Prose] = mapped_column(default="")
    subject_type: Mapped[Code] = mapped_column(default="")
    subject_id: Mapped[int | None]

    __mapper_args__ = {"version_id_col": version}

    by: Mapped[User | None] = relationship(foreign_keys=[by_id])


class TrailMark(Scoped, Model):
    """How far the trail has been read for what must be told. Everything after it is read again, and told once.

    It belongs to the planner alone: no person sees it.
    """

    __tablename__ = "reminder_trail_mark"
    view = ""

    id: Mapped[Key]
    name: Mapped[Code] = mapped_column(unique=True)
    event_id: Mapped[int]

    @classmethod
    def within(cls, _reach: Reach) -> Criterion:
        return sa.false()


class Preference(Recorded, Scoped, Model):
    """At what hour, and on which further channels, somebody wants to be told. E-mail and inbox are always used."""

    __tablename__ = "reminder_preference"
    __table_args__ = (sa.CheckConstraint("hour BETWEEN 8 AND 15", "within_the_day"),)
    view = ""
    private = frozenset({"chat_address"})

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    hour: Mapped[int] = mapped_column(default=8)
    """The hour, where the person is, from which the digest may come: 8 to 15."""
    chat_address: Mapped[Prose] = mapped_column(default="")
    """An Apprise address for a further channel, or none."""

    __mapper_args__ = {"version_id_col": version}

    user: Mapped[User] = relationship(foreign_keys=[user_id])

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.true() if reach.everything else cls.user_id == reach.user_id

    @property
    def whole(self) -> User:
        return self.user
