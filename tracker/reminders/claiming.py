"""Who sends what: claims in short transactions, conditional on what stands there, so that two never send the same."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.kit.words import N_
from tracker.reminders.models import Delivery, Reminder
from tracker.reminders.states import Channel, DeliveryKind, DeliveryStatus, ReminderStatus

STALE = timedelta(minutes=10)
"""A claim this old has lost its sender: no step of sending takes nearly as long."""
NEWER = N_("Pengingat yang lebih baru tentang hal yang sama menggantikannya.")
BROKEN_OFF = N_("Pengiriman terputus setelah pesan diserahkan kepada server surel; mungkin sudah sampai.")
UNSYNCED = {"synchronize_session": False}
CONTENT = ("subject", "text", "items", "language")
"""The columns that keep what was said."""
QUEUED = ""
"""Held by nobody: a delivery that waits to be tried (again)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this sender holds."""

    id: int
    recipient_id: int
    channel: Channel
    kind: DeliveryKind
    key: str
    message_id: str
    attempts: int = 0
    rule: str = ""
    subject: str = ""
    text: str = ""
    facts: Mapping[str, Any] | None = None


COLUMNS = (
    Delivery.id, Delivery.recipient_id, Delivery.channel, Delivery.kind, Delivery.key, Delivery.message_id,
    Delivery.attempts, Delivery.rule, Delivery.subject, Delivery.text, Delivery.facts,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A digest to be claimed: for whom, on which channel and day, with which reminders; older ones it stands for."""

    recipient_id: int
    channel: Channel
    key: str
    reminders: tuple[int, ...]
    superseded: tuple[int, ...] = ()


def message_id(recipient_id: int, channel: Channel, key: str, domain: str) -> str:
    """The same for the same delivery, however often it is claimed, so that a mail server may know it again."""
    digest = hashlib.sha256(f"{recipient_id} {channel} {key} {domain}".encode()).hexdigest()
    return f"<{digest[:40]}@{domain}>"


def insert_new(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[int, Channel, str], int]:
    """Deliveries that are not there yet, with their ids; what somebody else wrote first is left out."""
    if not rows:
        return {}
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Delivery).values(list(rows))
    statement = statement.on_conflict_do_nothing(index_elements=["recipient_id", "channel", "key"])
    found = session.execute(statement.returning(Delivery.recipient_id, Delivery.channel, Delivery.key, Delivery.id))
    return {(recipient, channel, key): id for recipient, channel, key, id in found}


@lru_cache(maxsize=2)
def _insert_one(dialect: str) -> Any:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(TABLE).on_conflict_do_nothing(index_elements=["recipient_id", "channel", "key"])


def insert_one(session: Session, row: Mapping[str, Any]) -> None:
    """One delivery, unless it is there already. The statement is put together once."""
    session.connection().execute(_insert_one(session.get_bind().dialect.name), row)


def insert_many(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Many deliveries in one go, less those that are there already."""
    if rows:
        session.connection().execute(_insert_one(session.get_bind().dialect.name), list(rows))


def claim_digests(session: Session, me: str, at: datetime, wanted: Iterable[Wanted], domain: str) -> list[Claim]:
    """Write the deliveries and point the reminders at them. A digest that somebody else claimed is left to them."""
    asked = {(each.recipient_id, each.channel, each.key): each for each in sorted(wanted, key=_in_one_order)}
    rows = [
        {
            "recipient_id": each.recipient_id,
            "channel": each.channel,
            "kind": DeliveryKind.DIGEST,
            "key": each.key,
            "status": DeliveryStatus.CLAIMED,
            "message_id": message_id(each.recipient_id, each.channel, each.key, domain),
            "claimed_at": at,
            "claimed_by": me,
        }
        for each in asked.values()
    ]
    claims = []
    for place, id in insert_new(session, rows).items():
        if not point(session, asked[place].reminders, id):
            session.execute(sa.delete(Delivery).where(Delivery.id == id), execution_options=UNSYNCED)
            continue
        skip(session, asked[place].superseded, NEWER, at)
        claims.append(Claim(id, place[0], place[1], DeliveryKind.DIGEST, place[2], message_id(*place, domain)))
    return claims


def _in_one_order(wanted: Wanted) -> int:
    """All senders take rows in the same order, so that none waits for another in a circle."""
    return wanted.recipient_id


def point(session: Session, reminders: Sequence[int], delivery_id: int) -> int:
    """Planned reminders go with a delivery; how many still were planned."""
    statement = (
        sa.update(Reminder)
        .where(Reminder.id.in_(reminders), Reminder.status == ReminderStatus.PLANNED)
        .values(status=ReminderStatus.CLAIMED, delivery_id=delivery_id)
    )
    return _changed(session, statement)


def skip(session: Session, reminders: Sequence[int], reason: str, at: datetime) -> None:
    """Nothing needs to be said any more."""
    if reminders:
        open_ones = (ReminderStatus.PLANNED, ReminderStatus.CLAIMED)
        session.execute(
            sa.update(Reminder)
            .where(Reminder.id.in_(reminders), Reminder.status.in_(open_ones))
            .values(status=ReminderStatus.SKIPPED, reason=reason, settled_at=at, delivery_id=None),
            execution_options=UNSYNCED,
        )


def claim_queued(session: Session, me: str, at: datetime, ids: Sequence[int]) -> list[Claim]:
    """Take over deliveries that wait for (another) attempt; those that somebody else took are left out."""
    taken = session.execute(
        sa.update(Delivery)
        .where(
            Delivery.id.in_(ids),
            Delivery.status == DeliveryStatus.CLAIMED,
            Delivery.claimed_by == QUEUED,
            Delivery.retry_at <= at,
        )
        .values(claimed_by=me, claimed_at=at)
        .returning(*COLUMNS),
        execution_options=UNSYNCED,
    )
    return [Claim(*row) for row in taken]


def queued(session: Session, at: datetime, kind: DeliveryKind, limit: int, after: int = 0) -> list[tuple[int, int]]:
    """Deliveries of a kind that wait and whose time has come: (id, recipient_id), in order."""
    query = (
        sa.select(Delivery.id, Delivery.recipient_id)
        .where(
            Delivery.status == DeliveryStatus.CLAIMED,
            Delivery.claimed_by == QUEUED,
            Delivery.retry_at <= at,
            Delivery.kind == kind,
            Delivery.id > after,
        )
        .order_by(Delivery.id)
        .limit(limit)
    )
    return [(id, recipient_id) for id, recipient_id in session.execute(query)]


TABLE: Any = Delivery.__table__
HAND_OVER = (
    sa.update(TABLE)
    .where(
        TABLE.c.id == sa.bindparam("this"),
        TABLE.c.claimed_by == sa.bindparam("me"),
        TABLE.c.status == DeliveryStatus.CLAIMED,
        TABLE.c.handed_over_at.is_(None),
    )
    .values(
        {name: sa.bindparam(f"new_{name}") for name in ("handed_over_at", "attempts", *CONTENT)}
        | {"retry_at": None, "error": ""}
    )
)
"""Put together once: it goes out for every single message."""


def hand_over(session: Session, me: str, claim: Claim, at: datetime, **content: Any) -> bool:
    """From here on only a person may say that it was not sent. False where the claim is no longer ours."""
    values = {"handed_over_at": at, "attempts": claim.attempts + 1, **content}
    given = {f"new_{name}": value for name, value in values.items()} | {"this": claim.id, "me": me}
    return session.connection().execute(HAND_OVER, given).rowcount == 1


def release(session: Session, me: str, claims: Sequence[Claim], at: datetime) -> int:
    """Give back what was not handed over: new digests are planned again, all others wait for their next attempt."""
    return _give_back(session, Delivery.claimed_by == me, Delivery.id.in_([claim.id for claim in claims]), at=at)


def release_stale(session: Session, at: datetime) -> int:
    """What a sender claimed and never handed over before it died."""
    return _give_back(session, Delivery.claimed_by != QUEUED, Delivery.claimed_at < at - STALE, at=at)


def _give_back(session: Session, *which: sa.ColumnElement[bool], at: datetime) -> int:
    common = (*which, Delivery.status == DeliveryStatus.CLAIMED, Delivery.handed_over_at.is_(None))
    is_new = sa.and_(Delivery.kind == DeliveryKind.DIGEST, Delivery.attempts == 0, Delivery.channel != Channel.CHAT)
    waiting = sa.update(Delivery).where(*common, sa.not_(is_new)).values(claimed_by=QUEUED, retry_at=at)
    kept = _changed(session, waiting)
    fence = sa.update(Delivery).where(*common, is_new).values(claimed_by="released").returning(Delivery.id)
    given = list(session.scalars(fence, execution_options=UNSYNCED))
    if given:
        back = sa.update(Reminder).where(Reminder.delivery_id.in_(given), Reminder.status == ReminderStatus.CLAIMED)
        session.execute(back.values(status=ReminderStatus.PLANNED, delivery_id=None), execution_options=UNSYNCED)
        session.execute(sa.delete(Delivery).where(Delivery.id.in_(given)), execution_options=UNSYNCED)
    return kept + len(given)


def mark_uncertain(session: Session, at: datetime) -> list[int]:
    """What a sender handed over and never settled before it died: only a person can find out."""
    statement = (
        sa.update(Delivery)
        .where(Delivery.status == DeliveryStatus.CLAIMED, Delivery.handed_over_at < at - STALE)
        .values(status=DeliveryStatus.UNCERTAIN, settled_at=at, error=BROKEN_OFF)
        .returning(Delivery.id)
    )
    found = list(session.scalars(statement, execution_options=UNSYNCED))
    if found:
        follow = sa.update(Reminder).where(Reminder.delivery_id.in_(found), Reminder.status == ReminderStatus.CLAIMED)
        session.execute(
            follow.values(status=ReminderStatus.UNCERTAIN, reason=BROKEN_OFF, settled_at=at),
            execution_options=UNSYNCED,
        )
    return found


def _changed(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement, execution_options=UNSYNCED)
    return int(result.rowcount)
