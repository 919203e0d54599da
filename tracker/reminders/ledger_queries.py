"""What was sent, to whom and about what: the ledger, narrowed and newest first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.kit.db import Rows
from tracker.reminders.deciding import UNDECIDED
from tracker.reminders.models import Delivery, Reminder
from tracker.reminders.states import Channel, DeliveryKind, ReminderStatus


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for in the ledger; what is empty does not narrow. The day is one of the reader's zone."""

    status: ReminderStatus | None = None
    rule: str = ""
    unit_id: int | None = None
    person_id: int | None = None
    day: date | None = None


def ledger(wish: Wish, zone: ZoneInfo) -> Rows[Reminder]:
    """Reminders that are no longer only planned, unless those are asked for."""
    query = sa.select(Reminder).order_by(Reminder.id.desc())
    if wish.status:
        query = query.where(Reminder.status == wish.status)
    else:
        query = query.where(Reminder.status != ReminderStatus.PLANNED)
    if wish.rule:
        query = query.where(Reminder.rule == wish.rule)
    if wish.unit_id:
        query = query.where(Reminder.unit_id == wish.unit_id)
    if wish.person_id:
        query = query.where(Reminder.recipient_id == wish.person_id)
    if wish.day:
        start = datetime.combine(wish.day, time(), zone)
        moment = sa.func.coalesce(Reminder.settled_at, Reminder.planned_at)
        query = query.where(moment >= start, moment < start + timedelta(days=1))
    return query


WITH_ALL = (joinedload(Reminder.recipient), joinedload(Reminder.unit).joinedload(ServiceUnit.agency))


def undecided() -> Rows[Delivery]:
    """Failed, or of unknown fate, and nobody has decided yet; the oldest first."""
    return (
        sa.select(Delivery)
        .where(Delivery.status.in_(UNDECIDED), Delivery.settled_by_id.is_(None))
        .options(joinedload(Delivery.recipient))
        .order_by(Delivery.id)
    )


def carried_by(delivery: Delivery) -> Rows[Reminder]:
    return sa.select(Reminder).where(Reminder.delivery_id == delivery.id).options(*WITH_ALL).order_by(Reminder.id)


@dataclass(frozen=True, slots=True)
class Words:
    """As much of a message as this reader may read. `hidden` lines are about units outside their reach."""

    items: list[dict[str, str]]
    text: str
    hidden: int


def words_of(desk: Desk, delivery: Delivery) -> Words | None:
    """What was said, for people who read cases: the lines about their units, and the whole text if that is all.

    None for those who read none, such as administrators; one's own messages are read whole.
    """
    if delivery.recipient_id == desk.actor.id:
        return Words(list(delivery.items), delivery.text, 0)
    if not desk.holds(Act.VIEW_FOLLOW_UPS):
        return None
    if delivery.kind is DeliveryKind.AT_ONCE:
        return Words([], delivery.text, 0)
    units = {item.get("unit") for item in delivery.items} - {None}
    within = desk.where_may(Act.VIEW_FOLLOW_UPS, ServiceUnit.id, ServiceUnit.area_id)
    seen = set(desk.all(sa.select(ServiceUnit.id).where(ServiceUnit.id.in_(units), within)))
    items = [item for item in delivery.items if item.get("unit") in seen]
    hidden = len(delivery.items) - len(items)
    return Words(items, "" if hidden else delivery.text, hidden)


def inbox(user_id: int | None) -> Rows[Delivery]:
    """What somebody was told, newest first."""
    return (
        sa.select(Delivery)
        .where(Delivery.recipient_id == user_id, Delivery.channel == Channel.INBOX)
        .order_by(Delivery.id.desc())
    )


UNREAD = sa.select(sa.func.count(Delivery.id)).where(
    Delivery.recipient_id == sa.bindparam("reader"), Delivery.channel == Channel.INBOX, Delivery.read_at.is_(None)
)
"""Asked by every page, so it is put together once."""


def unread_count(desk: Desk) -> int:
    """How many messages in one's inbox have not been opened; answered by an index."""
    return desk.session.scalar(UNREAD, {"reader": desk.actor.id}) or 0
