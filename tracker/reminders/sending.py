"""Sending what is owed: claimed, written at the recipient's desk, handed over, settled; never twice, never lost.

A delivery is claimed in a transaction of its own, `handed_over_at` is committed just before the mail server gets it,
and what became of it right after, together with the next handing over. Whoever dies in between leaves a claim that
nobody handed over, which is planned again, or one of which nobody knows, which a person decides about.
"""

import os
import secrets
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.directory.models import User
from tracker.kit.db import BATCH, reading
from tracker.kit.mail import MailLine, Outcome, Result
from tracker.reminders import claiming, settling
from tracker.reminders.chat import tell_in_chat
from tracker.reminders.claiming import Claim, Wanted
from tracker.reminders.composing import NO_ADDRESS, Prepared, prepare
from tracker.reminders.digests import INBOX
from tracker.reminders.models import Reminder
from tracker.reminders.outgoing import Outgoing, outgoing
from tracker.reminders.recipients import recipients, rest_of
from tracker.reminders.selection import Chosen, Recipient, Rest, due_now, silence
from tracker.reminders.states import Channel, DeliveryKind, ReminderStatus

AT_A_TIME = 25
"""Deliveries claimed together: few enough that what they say is fresh, and that a crash leaves little to sort out."""
NO_REST = Rest()


def send(desk: Desk, slot: datetime) -> dict[str, int]:
    """Send all that may go out now, and say how much of what. Any number of senders may work at once."""
    return Sender(desk, outgoing()).run()


class Sender:
    """One run of one sender."""

    def __init__(self, desk: Desk, out: Outgoing) -> None:
        self.desk, self.out, self.session = desk, out, desk.session
        self.me = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.counts: Counter[str] = Counter()
        self.started = time.monotonic()
        self.mail: MailLine | None = None

    @property
    def now(self) -> datetime:
        """The moment of the run, and what has gone by since."""
        return self.desk.now + timedelta(seconds=time.monotonic() - self.started)

    def run(self) -> dict[str, int]:
        self.recover()
        if self.out.post is None:
            self.work()
        else:
            with MailLine(self.out.post) as self.mail:
                self.work()
        return dict(self.counts)

    def recover(self) -> None:
        """Sort out what senders that died have left."""
        self.counts["released"] += claiming.release_stale(self.session, self.now)
        lost = claiming.mark_uncertain(self.session, self.now)
        settling.inbox_copies_of(self.session, lost, self.now, self.out.domain)
        self.counts["uncertain"] += len(lost)
        self.session.commit()

    def work(self) -> None:
        for _ in self.queue(DeliveryKind.AT_ONCE):
            pass
        for _ in self.queue(DeliveryKind.DIGEST):
            pass
        for wanted in self.digests():
            claims = claiming.claim_digests(self.session, self.me, self.now, wanted, self.out.domain)
            self.session.commit()
            self.carry(claims)
        for _ in self.queue(DeliveryKind.DIGEST):  # what goes to further channels
            pass

    def queue(self, kind: DeliveryKind) -> Iterator[int]:
        """Take over what waits for an attempt, some at a time; digests only where it is not quiet."""
        after = 0
        while True:
            with self.looking():
                waiting = claiming.queued(self.session, self.now, kind, AT_A_TIME, after)
                awake = self.awake({recipient for _, recipient in waiting}) if kind is DeliveryKind.DIGEST else None
            if not waiting:
                return
            after = waiting[-1][0]
            ids = [id for id, recipient in waiting if awake is None or recipient in awake]
            claims = claiming.claim_queued(self.session, self.me, self.now, ids) if ids else []
            self.session.commit()
            if kind is DeliveryKind.AT_ONCE:
                for claim in claims:  # one by one: what writes them may change rows
                    self.carry([claim], writes=True)
            else:
                self.carry(claims)
            yield len(claims)

    def awake(self, ids: set[int]) -> set[int]:
        """Who may get a digest at this hour, whether or not today's has already gone out."""
        found = recipients(replace(self.desk, now=self.now), ids)
        rested = {id: replace(each, digest_days=frozenset()) for id, each in found.items()}
        return {id for id, each in rested.items() if silence(each, NO_REST, self.now.astimezone(each.zone)) is None}

    def digests(self) -> Iterator[list[Wanted]]:
        """What the selection lets out now, some people at a time."""
        after = 0
        while True:
            with self.looking():
                people = list(self.session.scalars(self.owed_after(after)))
                wanted = self.chosen(people)
            if not people:
                return
            after = people[-1]
            for start in range(0, len(wanted), AT_A_TIME):
                yield wanted[start : start + AT_A_TIME]

    def owed_after(self, after: int) -> sa.Select[Any]:
        latest = (self.now + timedelta(days=1)).date()  # nowhere is it later than that
        return (
            sa.select(Reminder.recipient_id)
            .where(
                Reminder.status == ReminderStatus.PLANNED,
                Reminder.on_day <= latest,
                Reminder.recipient_id > after,
            )
            .distinct()
            .order_by(Reminder.recipient_id)
            .limit(BATCH)
        )

    def chosen(self, people: Sequence[int]) -> list[Wanted]:
        if not people:
            return []
        rows: dict[int, list[Any]] = defaultdict(list)
        for row in self.session.execute(planned_for(people)):
            rows[row.recipient_id].append(row)
        known: dict[int, Recipient] = recipients(replace(self.desk, now=self.now), people)
        rest = rest_of(self.desk)
        channels = self.channels(people)
        wanted = []
        for id, recipient in known.items():
            choice: Chosen[Any] = due_now(recipient, rows[id], rest, self.now)
            if choice.rows:
                going, older = tuple(row.id for row in choice.rows), tuple(row.id for row, _ in choice.superseded)
                wanted.append(Wanted(id, channels[id], choice.day.isoformat(), going, older))
        return wanted

    def channels(self, people: Sequence[int]) -> dict[int, Channel]:
        """By mail whoever has an address that was not refused; all others in the inbox."""
        query = sa.select(User.id, User.email, User.email_refused).where(User.id.in_(people))
        return {
            id: Channel.EMAIL if self.out.post and is_address(email) and email != refused else Channel.INBOX
            for id, email, refused in self.session.execute(query)
        }

    @contextmanager
    def looking(self) -> Iterator[None]:
        """A transaction that only reads, and so keeps nobody from writing."""
        token = reading.set(True)
        try:
            yield
        finally:
            self.session.rollback()
            reading.reset(token)

    def carry(self, claims: Sequence[Claim], writes: bool = False) -> None:
        """Write, hand over and settle some claims. What could not be handed over is given back."""
        if not claims:
            return
        if writes:
            prepared = prepare(self.session, claims, self.now, self.out.base_url)
        else:
            with self.looking():
                prepared = prepare(self.session, claims, self.now, self.out.base_url)
        going = [each for each in prepared if self.goes_out(each)]
        if not writes or not going:
            self.session.commit()
        last: tuple[Prepared, Result] | None = None
        for number, each in enumerate(going):
            self.settle(last)
            last = None
            ours = claiming.hand_over(self.session, self.me, each.claim, self.now, **each.kept())
            self.counts["skipped"] += settling.skip_solved(self.session, each, self.now) if ours else 0
            self.session.commit()
            if not ours:
                continue
            result = self.deliver(each)
            last = (each, result)
            if result.no_server:
                rest = [other.claim for other in going[number + 1 :]]
                self.counts["given_back"] += claiming.release(self.session, self.me, rest, self.now)
                break
        self.settle(last)
        self.session.commit()

    def goes_out(self, each: Prepared) -> bool:
        """Settle at once what needs no handing over: nothing left to say, nowhere to send it, or the inbox alone."""
        at, session = self.now, self.session
        if each.problem:
            settling.fail(session, self.me, each, each.problem, at)
            self.counts["failed"] += 1
        elif each.content is None:
            self.counts["skipped"] += settling.skip_solved(session, each, at)
            settling.drop(session, self.me, each)
        elif each.claim.channel is Channel.INBOX:
            self.counts["skipped"] += settling.skip_solved(session, each, at)
            self.counts["inbox"] += settling.settle_in_inbox(session, self.me, each, at, self.out.domain)
        elif each.claim.channel is Channel.EMAIL and (self.mail is None or not is_address(each.email)):
            settling.fail(session, self.me, each, NO_ADDRESS, at)
            self.counts["failed"] += 1
        else:
            return True
        return False

    def deliver(self, each: Prepared) -> Result:
        assert each.content is not None
        if each.claim.channel is Channel.CHAT:
            link = self.out.base_url + INBOX
            return tell_in_chat(each.chat_address, each.content.subject, link, self.out.chat_services)
        assert self.mail is not None
        try:
            return self.mail.deliver(each.letter(self.now))
        except Exception as problem:  # nobody knows how far it came; a person finds out
            return Result(Outcome.UNSURE, type(problem).__name__)

    def settle(self, last: tuple[Prepared, Result] | None) -> None:
        if last is not None:
            outcome = settling.settle(self.session, self.me, *last, self.now, self.out.domain)
            self.counts[outcome] += 1


def planned_for(people: Sequence[int]) -> sa.Select[Any]:
    """Of people, all that is planned, as the selection reads it."""
    columns = ("id", "recipient_id", "rule", "subject_type", "subject_id", "unit_id", "due_on", "step", "on_day")
    return (
        sa.select(*(getattr(Reminder, name) for name in columns))
        .where(Reminder.status == ReminderStatus.PLANNED, Reminder.recipient_id.in_(people))
        .order_by(Reminder.id)
    )


def is_address(text: str) -> bool:
    return "@" in parseaddr(text)[1]
