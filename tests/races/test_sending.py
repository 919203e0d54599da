"""Several senders at once, and senders that die at any moment: every word arrives at most once, and none is lost."""

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support.make import Make
from tests.support.post import PostOffice, post_office
from tests.support.processes import NOW, application, prepare
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role
from tracker.kit.db import db, reading
from tracker.reminders import claiming
from tracker.reminders.models import Delivery, Reminder
from tracker.reminders.register import DUTIES, Duty
from tracker.reminders.rules import OVERDUE, Line, Skip
from tracker.reminders.sending import send
from tracker.reminders.states import Channel, DeliveryStatus, ReminderStatus
from tracker.wiring import warm

pytestmark = pytest.mark.races

FORK = multiprocessing.get_context("fork")
KILLS = 50


def lines(desk: Desk, rows: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    units = set(desk.all(sa.select(ServiceUnit.id)))
    return {
        row.id: Line(f"Pekerjaan {row.subject_id}", f"/tindak-lanjut/{row.subject_id}", OVERDUE, (1,))
        for row in rows
        if row.unit_id in units
    }


def owing(people: int) -> Any:
    def rows(make: Make) -> None:
        unit = make.unit()
        for number in range(people):
            user = make.user(Role.UNIT_OFFICER, unit=unit)
            for subject in range(2):
                make.save(
                    Reminder(
                        recipient_id=user.id, rule="uji", subject_type="FollowUp", subject_id=number * 10 + subject,
                        unit_id=unit.id, due_on=date(2026, 3, 2), step="T0", on_day=date(2026, 3, 2), planned_at=NOW,
                    )
                )  # fmt: skip

    return rows


def sending(app: Flask, at: datetime, ready: Any, answers: Any = None) -> None:
    """One run of a sender in this process, which says when it begins."""
    reading.set(False)
    with app.app_context():
        ready.wait(30) if answers is not None else ready.set()
        counts = send(Desk(SYSTEM, at, db.session()), at)
        if answers is not None:
            answers.put(counts)


@pytest.fixture
def site(own_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An application whose engine has not connected yet, so that forks of this process can use it, and its post."""
    monkeypatch.setitem(DUTIES, "uji", Duty("uji", "Uji", lambda _desk: (), lines))
    monkeypatch.setattr(claiming, "STALE", timedelta(seconds=30))
    with post_office() as office:
        app = application(own_database_url)
        app.config["TUNTAS"] = replace(app.config["TUNTAS"], smtp_url=office.url)
        warm(app)
        yield app, office


def ledger(app: Flask) -> tuple[Counter[str], dict[str, str], set[int]]:
    """How many reminders stand where, the state of each address' mail, and whose inbox has its copy."""
    with app.app_context():
        session = db.session()
        session.info["actor"] = SYSTEM
        reminders = Counter(status.value for status in session.scalars(sa.select(Reminder.status)))
        query = sa.select(User.email, Delivery.status).join(Delivery, Delivery.recipient_id == User.id)
        mails = {
            email: status.value for email, status in session.execute(query.where(Delivery.channel == Channel.EMAIL))
        }
        inbox = set(session.scalars(sa.select(Delivery.recipient_id).where(Delivery.channel == Channel.INBOX)))
        db.session.remove()
        db.engine.dispose()
    return reminders, mails, inbox


def test_four_senders_at_once_send_each_digest_once(site: tuple[Flask, PostOffice], own_database_url: str) -> None:
    app, office = site
    prepare(own_database_url, owing(120))
    ready, answers = FORK.Barrier(4), FORK.Queue()
    senders = [FORK.Process(target=sending, args=(app, NOW, ready, answers)) for _ in range(4)]
    for sender in senders:
        sender.start()
    counts: Counter[str] = Counter()
    for _ in senders:
        counts.update(answers.get(timeout=60))
    for sender in senders:
        sender.join(10)
    assert counts["sent"] == 120
    assert Counter(office.addresses).most_common(1)[0][1] == 1
    assert len(office.addresses) == 120
    assert ledger(app)[0] == {ReminderStatus.SENT: 240}


def test_senders_killed_at_any_moment_lose_nothing_and_send_nothing_twice(
    site: tuple[Flask, PostOffice], own_database_url: str
) -> None:
    app, office = site
    people = 200
    prepare(own_database_url, owing(people))
    moment, kills, chance = NOW, 0, random.Random("tuntas")
    for _ in range(KILLS * 3):
        before, ready = len(office.asked), FORK.Event()
        sender = FORK.Process(target=sending, args=(app, moment, ready))
        sender.start()
        assert ready.wait(30)
        after = chance.choice((0, 0, 1, 1, 2, 3, 5))
        while sender.is_alive() and len(office.asked) < before + after:
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.01 if after else 0.15))
        if sender.is_alive():
            sender.kill()
            kills += 1
        sender.join(30)
        moment += timedelta(minutes=1)
        if kills == KILLS:
            break
    arrived_before = len(office.addresses)
    unfinished = people - arrived_before
    for _ in range(2):
        sender = FORK.Process(target=sending, args=(app, moment, ready))
        sender.start()
        sender.join(60)
        assert sender.exitcode == 0
        moment += timedelta(minutes=1)
    reminders, mails, inbox = ledger(app)
    arrived = Counter(office.addresses)
    assert kills == KILLS
    assert unfinished > 0, "the kills came after the work was done"
    assert arrived_before > KILLS, "the kills came before any work was done"
    assert set(arrived.values()) == {1}
    assert set(reminders) <= {ReminderStatus.SENT, ReminderStatus.UNCERTAIN}
    assert len(mails) == len(inbox) == people
    assert {email for email, status in mails.items() if status == DeliveryStatus.SENT} <= set(arrived)
    lost = {email for email, status in mails.items() if status != DeliveryStatus.UNCERTAIN} - set(arrived)
    assert lost == set()
    assert sum(status == DeliveryStatus.UNCERTAIN for status in mails.values()) <= KILLS
