"""What somebody is told, written at the moment of sending at their own desk: what they may not see is not in it."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from tracker.access.actor import SYSTEM, Actor
from tracker.access.desk import Desk
from tracker.directory.models import User
from tracker.kit import formats
from tracker.kit.mail import Letter
from tracker.kit.words import N_
from tracker.reminders.at_once import NOTICES, written
from tracker.reminders.claiming import Claim
from tracker.reminders.digests import Content, Item, digest
from tracker.reminders.models import Preference, Reminder
from tracker.reminders.register import DUTIES
from tracker.reminders.rules import Line, Skip
from tracker.reminders.states import Channel, DeliveryKind, ReminderStatus

log = logging.getLogger(__name__)

NO_ACCESS = N_("Penerima tidak lagi mempunyai akses.")
NO_RULE = N_("Jenis pengingat ini tidak dikenal lagi.")
NO_ADDRESS = N_("Penerima tidak mempunyai alamat surel.")
NOT_WRITTEN = N_("Isi pesan tidak dapat disusun.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claim with what is to be said. Without content there is nothing to say; `problem` where it could not be said.

    `skipped` are the reminders about which nothing needs to be said any more, with the reason of each.
    """

    claim: Claim
    user_id: int
    name: str
    email: str
    language: str
    content: Content | None = None
    skipped: dict[int, str] = field(default_factory=dict)
    chat_address: str = ""
    problem: str = ""

    def letter(self, at: datetime) -> Letter:
        assert self.content is not None
        return Letter(
            to=self.email,
            name=self.name,
            subject=self.content.subject,
            text=self.content.text,
            html=self.content.html,
            message_id=self.claim.message_id,
            at=at,
            language=self.language,
            calendar=self.content.calendar,
            method=self.content.method,
        )

    def kept(self) -> dict[str, Any]:
        """What the ledger keeps of it."""
        assert self.content is not None
        content = self.content
        return {"subject": content.subject, "text": content.told, "items": content.items, "language": self.language}


def prepare(session: Session, claims: Sequence[Claim], at: datetime, base_url: str) -> list[Prepared]:
    """Write the messages of some claims: people, memberships, preferences and reminders are each asked for once."""
    ids = {claim.recipient_id for claim in claims}
    people = {
        user.id: user
        for user in session.scalars(sa.select(User).where(User.id.in_(ids)).options(selectinload(User.memberships)))
    }
    preferences = sa.select(Preference.user_id, Preference.chat_address).where(Preference.user_id.in_(ids))
    chats = {user_id: address.strip() for user_id, address in session.execute(preferences)}
    rows: dict[int, list[Reminder]] = defaultdict(list)
    reminders = sa.select(Reminder).where(
        Reminder.delivery_id.in_([claim.id for claim in claims]), Reminder.status == ReminderStatus.CLAIMED
    )
    for row in session.scalars(reminders.order_by(Reminder.id)):
        rows[row.delivery_id or 0].append(row)
    done: list[Prepared] = []
    for number, claim in enumerate(claims):
        user = people[claim.recipient_id]
        draft = Prepared(claim, user.id, user.name, user.email, user.language, chat_address=chats.get(user.id, ""))
        try:
            done.append(_write(session, draft, user, rows[claim.id], at, base_url))
        except Exception:
            log.exception("a message could not be written", extra={"job": "send"})
            session.rollback()
            done.append(_with(draft, problem=NOT_WRITTEN))
            return done + prepare(session, claims[number + 1 :], at, base_url)
    return done


def _write(
    session: Session, draft: Prepared, user: User, rows: Sequence[Reminder], at: datetime, base_url: str
) -> Prepared:
    claim = draft.claim
    if claim.channel is Channel.CHAT:
        return _with(draft, content=Content(claim.subject, claim.text, "", []))
    with _at_own_desk(session, user, at) as desk, formats.as_read_by(user.language, user.timezone):
        if claim.kind is DeliveryKind.AT_ONCE:
            notice = NOTICES.get(claim.rule)
            said = notice.write(desk, claim.facts or {}) if notice else written(claim.subject, claim.facts or {})
            return _with(draft, problem=said.reason) if isinstance(said, Skip) else _with(draft, content=said)
        items, skipped = lines_for(desk, user, rows)
        content = digest(user.name, items, base_url) if items else None
        return _with(draft, content=content, skipped=skipped)


def _with(draft: Prepared, **values: Any) -> Prepared:
    kept = {name: getattr(draft, name) for name in ("claim", "user_id", "name", "email", "language", "chat_address")}
    return Prepared(**kept | values)


@contextmanager
def _at_own_desk(session: Session, user: User, at: datetime) -> Iterator[Desk]:
    """The recipient's desk, for as long as their message is written."""
    zone = ZoneInfo(user.timezone)
    try:
        yield Desk(Actor.of(user, at.astimezone(zone).date()), at, session, zone)
    finally:
        session.info["actor"] = SYSTEM


def lines_for(desk: Desk, user: User, rows: Sequence[Reminder]) -> tuple[list[Item], dict[int, str]]:
    """What is to be said about these reminders at this desk, and about which there is nothing to say any more."""
    if not user.is_active or not desk.actor.mandates:
        return [], {row.id: NO_ACCESS for row in rows}
    items: list[Item] = []
    skipped: dict[int, str] = {}
    by_rule: dict[str, list[Reminder]] = defaultdict(list)
    for row in rows:
        by_rule[row.rule].append(row)
    for rule, own in by_rule.items():
        duty = DUTIES.get(rule)
        found = duty.lines(desk, own) if duty else {}
        for row in own:
            said = found.get(row.id, Skip(NO_RULE if duty is None else NO_ACCESS))
            if isinstance(said, Line):
                items.append(Item(row.id, row.unit_id, said, duty is not None and duty.escalates))
            else:
                skipped[row.id] = said.reason
    return items, skipped
