"""Real processes that do something at the same moment, on a database that really commits."""

import multiprocessing
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from config import Config
from tests.support.clock import StoppedClock
from tests.support.keys import VAULT_KEY
from tests.support.make import Make
from tracker.access.actor import Actor
from tracker.access.desk import Desk
from tracker.directory.models import User
from tracker.kit.db import db, reading
from tracker.wiring import create_app

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
Work = Callable[[Desk], Any]


def application(url: str, clock: StoppedClock | None = None) -> Flask:
    config = Config(
        data=Path(tempfile.mkdtemp(prefix="tuntas-race-")),
        secret_key="for tests only",
        vault_keys=(VAULT_KEY,),
        database_url=url,
    )
    return create_app(config, clock or StoppedClock(NOW))


def prepare(url: str, rows: Callable[[Make], Any]) -> Any:
    """Write rows and commit them; what `rows` returns must be plain, such as ids."""
    app = application(url)
    with app.app_context():
        session = db.session()
        prepared = rows(Make(session))
        session.commit()
        db.session.remove()
        db.engine.dispose()
    return prepared


def at_once(url: str, works: list[tuple[int, Work]]) -> list[str]:
    """Each work at the desk of the user with that id, in a process of its own, all started together.

    The answer of each, in order: "done", or the name of what stopped it.
    """
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(len(works)), context.Queue()

    def run(number: int, user_id: int, work: Work) -> None:
        app = application(url)
        with app.app_context():
            barrier.wait(30)
            answers.put((number, carry_out(user_id, work)))
            db.engine.dispose()

    processes = [
        context.Process(target=run, args=(number, user_id, work)) for number, (user_id, work) in enumerate(works)
    ]
    for process in processes:
        process.start()
    told = dict(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(10)
    return [told[number] for number in range(len(works))]


def carry_out(user_id: int, work: Work) -> str:
    reading.set(False)
    session = db.session()
    desk = desk_of(user_id)
    try:
        work(desk)
        session.commit()
    except Exception as problem:
        session.rollback()
        return type(problem).__name__
    return "done"


def desk_of(user_id: int) -> Desk:
    from tracker.access.scope import as_machine

    session = db.session()
    with as_machine(session):
        user = session.get_one(User, user_id)
        actor = Actor.of(user, NOW.date())
    return Desk(actor, NOW, session)
