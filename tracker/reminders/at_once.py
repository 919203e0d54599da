"""Messages told at once: password links, invitations, changes of a session. No budget, no quiet hours, same ledger."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.kit.db import BATCH
from tracker.reminders.claiming import QUEUED, insert_many, insert_new, message_id
from tracker.reminders.digests import Content, message
from tracker.reminders.models import Delivery
from tracker.reminders.outgoing import outgoing
from tracker.reminders.rules import Skip
from tracker.reminders.states import Channel, DeliveryKind, DeliveryStatus

Writing = Callable[[Desk, Mapping[str, Any]], Content | Skip]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message whose text is made at the moment of sending, at the recipient's desk, such as one that holds a secret.

    `write` may change rows: what it writes is committed with the handing over.
    """

    rule: str
    label: str
    write: Writing


NOTICES: dict[str, Notice] = {}


def register(*notices: Notice) -> None:
    """Called by the wiring. A rule has one notice."""
    for notice in notices:
        if notice.rule in NOTICES and NOTICES[notice.rule] != notice:
            raise ValueError(f"two notices for the rule {notice.rule}")
        NOTICES[notice.rule] = notice


@dataclass(frozen=True, slots=True)
class Told:
    """A message as its sender wrote it. `path` is where it leads; `calendar` an iCalendar object, if any."""

    subject: str
    paragraphs: tuple[str, ...]
    path: str = ""
    action: str = ""
    calendar: str = ""
    method: str = "REQUEST"


def tell(desk: Desk, recipient_id: int, key: str, told: Told) -> None:
    """Tell one person something at once: in the inbox with this transaction, and by mail with the next run.

    The text is written by the caller, in the language of the recipient (`formats.as_read_by`) and with nothing in it
    that they may not see. `key` says what it is about; the same key is told to the same person once.
    """
    facts = {"paragraphs": list(told.paragraphs), "path": told.path, "action": told.action}
    facts |= {"calendar": told.calendar, "method": told.method}
    item = {"reminder": None, "unit": None, "group": "", "text": told.subject, "path": told.path}
    text = "\n\n".join(told.paragraphs)
    kept = {"subject": told.subject[:300], "text": text, "facts": facts}
    with as_machine(desk.session):
        user = desk.session.get_one(User, recipient_id)
        rows = [_row(desk, user, Channel.INBOX, key, **kept, items=[item] if told.path else [])]
        if can_be_mailed(user):
            rows.append(_row(desk, user, Channel.EMAIL, key, **kept, items=[]))
        insert_new(desk.session, rows)


def tell_by_mail(desk: Desk, recipient_id: int, key: str, rule: str, facts: Mapping[str, Any]) -> bool:
    """Have a registered notice written and mailed by the next run; it does not enter the inbox. False without mail."""
    if rule not in NOTICES:
        raise ValueError(f"no notice for the rule {rule}")
    with as_machine(desk.session):
        user = desk.session.get_one(User, recipient_id)
        if not can_be_mailed(user):
            return False
        return bool(insert_new(desk.session, [_row(desk, user, Channel.EMAIL, key, rule=rule, facts=dict(facts))]))


@dataclass(frozen=True, slots=True)
class ToTell:
    """One of many messages that a registered notice writes when they are sent, by mail or for the inbox."""

    recipient_id: int
    channel: Channel
    key: str
    facts: Mapping[str, Any]


def tell_many(desk: Desk, rule: str, messages: Iterable[ToTell]) -> int:
    """Queue messages to many people at once; the next run of the sender writes each at its reader's desk.

    Nothing is written out here, so hundreds cost one insert. Mail to whoever cannot be mailed is left out; a key that
    was told to the same person on the same channel is not told again. How many were asked for and could be queued.
    """
    if rule not in NOTICES:
        raise ValueError(f"no notice for the rule {rule}")
    asked = list(messages)
    waits = {"status": DeliveryStatus.CLAIMED, "settled_at": None, "retry_at": desk.now}
    with as_machine(desk.session):
        people = _people(desk, sorted({each.recipient_id for each in asked}))
        mailed = {id for id, user in people.items() if can_be_mailed(user)}
        rows = [
            _row(desk, people[each.recipient_id], each.channel, each.key, rule=rule, facts=dict(each.facts)) | waits
            for each in asked
            if each.channel is not Channel.EMAIL or each.recipient_id in mailed
        ]
        insert_many(desk.session, rows)
    return len(rows)


def withdraw(desk: Desk, rule: str, key_start: str) -> None:
    """Take back what waits for its first attempt under a rule, because something newer is said in its place."""
    with as_machine(desk.session):
        waiting = (
            Delivery.rule == rule,
            Delivery.key.startswith(key_start, autoescape=True),
            Delivery.status == DeliveryStatus.CLAIMED,
            Delivery.claimed_by == QUEUED,
            Delivery.attempts == 0,
        )
        desk.session.execute(sa.delete(Delivery).where(*waiting), execution_options={"synchronize_session": False})


def _people(desk: Desk, ids: list[int]) -> dict[int, User]:
    found: dict[int, User] = {}
    for start in range(0, len(ids), BATCH):
        query = sa.select(User).where(User.id.in_(ids[start : start + BATCH]))
        found.update((user.id, user) for user in desk.session.scalars(query))
    return found


def can_be_mailed(user: User) -> bool:
    """There is a mail server, and an address that was not refused for good."""
    return outgoing().post is not None and "@" in parseaddr(user.email)[1] and not user.is_unreachable


def _row(desk: Desk, user: User, channel: Channel, key: str, **values: Any) -> dict[str, Any]:
    common = {
        "recipient_id": user.id,
        "channel": channel,
        "kind": DeliveryKind.AT_ONCE,
        "key": key,
        "message_id": message_id(user.id, channel, key, outgoing().domain),
        "claimed_at": desk.now,
        "claimed_by": QUEUED,
        "language": user.language,
        "rule": "",
        "subject": "",
        "text": "",
        "facts": {},
        "items": [],
    }
    is_there = channel is Channel.INBOX
    state = {
        "status": DeliveryStatus.SENT if is_there else DeliveryStatus.CLAIMED,
        "settled_at": desk.now if is_there else sa.null(),
        "retry_at": sa.null() if is_there else desk.now,
    }
    return common | state | values


def written(subject: str, facts: Mapping[str, Any]) -> Content:
    """The message that `tell` was given, as it goes out by mail."""
    content = message(
        subject, facts.get("paragraphs", []), outgoing().base_url, facts.get("path", ""), facts.get("action", "")
    )
    return Content(
        content.subject,
        content.text,
        content.html,
        [],
        calendar=facts.get("calendar", ""),
        method=facts.get("method", "REQUEST"),
    )
