"""What became of a delivery, written down: its reminders follow it, the inbox gets its copy, a refusal is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.kit.mail import Outcome, Result
from tracker.kit.words import N_
from tracker.reminders.claiming import QUEUED, UNSYNCED, Claim, insert_new, insert_one, message_id, skip
from tracker.reminders.composing import Prepared
from tracker.reminders.models import Delivery, Reminder
from tracker.reminders.states import Channel, DeliveryKind, DeliveryStatus, ReminderStatus
from tracker.reminders.unreachable import mark_unreachable

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 45, 120))
"""How long to wait after each attempt that failed for the moment; after the last one it has failed."""
GAVE_UP = N_("Server surel tidak menerima setelah beberapa kali percobaan.")

STATUS = {
    Outcome.ACCEPTED: DeliveryStatus.SENT,
    Outcome.REFUSED: DeliveryStatus.FAILED,
    Outcome.NO_SUCH_ADDRESS: DeliveryStatus.FAILED,
    Outcome.UNSURE: DeliveryStatus.UNCERTAIN,
}


DELIVERIES: Any = Delivery.__table__
REMINDERS: Any = Reminder.__table__
OURS = (
    DELIVERIES.c.id == sa.bindparam("this"),
    DELIVERIES.c.claimed_by == sa.bindparam("me"),
    DELIVERIES.c.status.in_((DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN)),
)
AT_REST = {"status": "new_status", "settled_at": "at", "error": "said"}
SETTLE = sa.update(DELIVERIES).where(*OURS).values({name: sa.bindparam(given) for name, given in AT_REST.items()})
TRY_AGAIN = (
    sa.update(DELIVERIES)
    .where(*OURS)
    .values(
        status=DeliveryStatus.CLAIMED,
        claimed_by=QUEUED,
        handed_over_at=None,
        settled_at=None,
        retry_at=sa.bindparam("again"),
        error=sa.bindparam("said"),
    )
)
FOLLOW = (
    sa.update(REMINDERS)
    .where(
        REMINDERS.c.delivery_id == sa.bindparam("this"),
        REMINDERS.c.status.in_((ReminderStatus.CLAIMED, ReminderStatus.UNCERTAIN)),
    )
    .values(
        status=sa.bindparam("new_status"), settled_at=sa.bindparam("new_settled_at"), reason=sa.bindparam("new_reason")
    )
)
"""Put together once: they go out for every single message."""


def settle(session: Session, me: str, done: Prepared, result: Result, at: datetime, domain: str) -> str:
    """Write down what became of a delivery that was handed over; the word for the counts.

    Where another sender took ours for dead meanwhile and called it uncertain, we know better.
    """
    claim, ours = done.claim, {"this": done.claim.id, "me": me}
    if result.outcome is Outcome.LATER and claim.attempts < len(BACK_OFF):
        outcome, statement = "retry", TRY_AGAIN
        given = ours | {"again": at + BACK_OFF[claim.attempts], "said": result.said}
    else:
        status = STATUS.get(result.outcome, DeliveryStatus.FAILED)
        outcome, statement = status.value, SETTLE
        given = ours | {"new_status": status, "at": at, "said": "" if outcome == "sent" else result.said}
    if not session.connection().execute(statement, given).rowcount:
        return "taken_over"
    if claim.kind is DeliveryKind.DIGEST and claim.channel is not Channel.CHAT:
        follow(session, claim.id, outcome, at, result.said)
        copies(session, done, at, domain)
    if result.outcome is Outcome.NO_SUCH_ADDRESS and claim.channel is Channel.EMAIL:
        mark_unreachable(session, done.user_id, done.email, result.said, at)
    return outcome


def follow(session: Session, delivery_id: int, outcome: str, at: datetime, said: str) -> None:
    """Reminders follow the delivery they went with."""
    again = outcome == "retry"
    given = {
        "this": delivery_id,
        "new_status": ReminderStatus.CLAIMED if again else ReminderStatus(outcome),
        "new_settled_at": None if again else at,
        "new_reason": "" if again or outcome == "sent" else said,
    }
    session.connection().execute(FOLLOW, given)


def copies(session: Session, done: Prepared, at: datetime, domain: str) -> None:
    """The digest in the inbox, and what goes to a further channel; each once a day."""
    assert done.content is not None
    claim = done.claim
    rows = []
    if claim.channel is Channel.EMAIL:
        rows.append(copy_of(claim, Channel.INBOX, at, domain, **done.kept()))
    if done.chat_address:
        short = {"subject": done.content.subject, "text": "", "items": [], "language": done.language}
        rows.append(copy_of(claim, Channel.CHAT, at, domain, **short))
    for row in rows:
        insert_one(session, row)


def copy_of(claim: Claim, channel: Channel, at: datetime, domain: str, **kept: Any) -> dict[str, Any]:
    """The same digest on another channel: in the inbox it has arrived, elsewhere it waits for the next turn."""
    is_there = channel is Channel.INBOX
    return {
        "recipient_id": claim.recipient_id,
        "channel": channel,
        "kind": DeliveryKind.DIGEST,
        "key": claim.key,
        "status": DeliveryStatus.SENT if is_there else DeliveryStatus.CLAIMED,
        "message_id": message_id(claim.recipient_id, channel, claim.key, domain),
        "claimed_at": at,
        "claimed_by": QUEUED,
        "settled_at": at if is_there else None,
        "retry_at": None if is_there else at,
        **kept,
    }


def settle_in_inbox(session: Session, me: str, done: Prepared, at: datetime, domain: str) -> bool:
    """Somebody without mail is told in the inbox alone: claimed, written and told in one transaction."""
    ours = sa.update(Delivery).where(
        Delivery.id == done.claim.id, Delivery.claimed_by == me, Delivery.status == DeliveryStatus.CLAIMED
    )
    values = {"status": DeliveryStatus.SENT, "handed_over_at": at, "settled_at": at, "attempts": 1, **done.kept()}
    changed: Any = session.execute(ours.values(**values), execution_options=UNSYNCED)
    if changed.rowcount:
        follow(session, done.claim.id, "sent", at, "")
        if done.claim.kind is DeliveryKind.DIGEST:
            copies(session, done, at, domain)
    return bool(changed.rowcount)


def drop(session: Session, me: str, done: Prepared) -> None:
    """Nothing was left to say: the delivery goes, and its reminders keep the reasons."""
    ours = (Delivery.id == done.claim.id, Delivery.claimed_by == me, Delivery.handed_over_at.is_(None))
    loose = sa.update(Reminder).where(Reminder.delivery_id == done.claim.id).values(delivery_id=None)
    session.execute(loose, execution_options=UNSYNCED)
    session.execute(sa.delete(Delivery).where(*ours), execution_options=UNSYNCED)


def fail(session: Session, me: str, done: Prepared, reason: str, at: datetime) -> None:
    """It could not be written, or there is nowhere to send it: somebody must look."""
    ours = sa.update(Delivery).where(
        Delivery.id == done.claim.id, Delivery.claimed_by == me, Delivery.status == DeliveryStatus.CLAIMED
    )
    session.execute(ours.values(status=DeliveryStatus.FAILED, settled_at=at, error=reason), execution_options=UNSYNCED)
    follow(session, done.claim.id, "failed", at, reason)


def skip_solved(session: Session, done: Prepared, at: datetime) -> int:
    """What was solved, or is out of reach, by the time of sending; how many."""
    reasons: dict[str, list[int]] = {}
    for id, reason in done.skipped.items():
        reasons.setdefault(reason, []).append(id)
    for reason, ids in reasons.items():
        skip(session, ids, reason, at)
    return len(done.skipped)


def inbox_copies_of(session: Session, uncertain: Sequence[int], at: datetime, domain: str) -> None:
    """What may or may not have arrived by mail is at least in the inbox."""
    query = sa.select(Delivery).where(
        Delivery.id.in_(uncertain), Delivery.kind == DeliveryKind.DIGEST, Delivery.channel == Channel.EMAIL
    )
    rows = []
    for row in session.scalars(query):
        claim = Claim(row.id, row.recipient_id, row.channel, row.kind, row.key, row.message_id)
        kept = {"subject": row.subject, "text": row.text, "items": row.items, "language": row.language}
        rows.append(copy_of(claim, Channel.INBOX, at, domain, **kept))
    insert_new(session, rows)
