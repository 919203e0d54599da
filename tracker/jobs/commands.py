"""The scheduler's process, and running one job as of a moment."""

import json
import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread
from typing import Any, NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.jobs.holders import own_name
from tracker.jobs.job import Job
from tracker.jobs.leases import give_back, renew, take
from tracker.jobs.operations import Opened, Outcome, Ran, Runner, in_a_line
from tracker.jobs.rules import JAKARTA, Unreadable, read_moment
from tracker.jobs.schedule import JOBS, SCHEDULE
from tracker.jobs.scheduler import Scheduler, Terms
from tracker.kit.db import db

scheduler = AppGroup("scheduler", help="What Tuntas does by the clock.")


@scheduler.command("run")
@click.option("--beside", "parent", type=int, default=None, help="End when this process, which started it, has ended.")
def run(parent: int | None) -> None:
    """Mind the schedule until told to end. Any number may run; one of them works, the others stand by."""
    with told_to_end(parent) as wait:
        Scheduler(runner(), SCHEDULE, Terms()).mind(wait)


@scheduler.command("run-job")
@click.argument("name")
@click.option("--at", "moment", default=None, help="ISO 8601; without a zone Jakarta's. Now, where it is left out.")
@click.option("--on-demand", is_flag=True, help="In a slot of its own, whatever ran before.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
def run_job(name: str, moment: str | None, on_demand: bool, as_json: bool) -> None:
    """Run the slot of a job at or before a moment, as of that moment, unless it was run already."""
    job = JOBS.get(name)
    if job is None:
        refuse(f"there is no job {name!r}; there are {', '.join(sorted(JOBS))}")
    try:
        at = read_moment(moment) if moment is not None else current_app.extensions["clock"].now()
    except Unreadable as problem:
        refuse(f"--at: {problem}")
    ran = by_hand(runner(), job, at, on_demand)
    click.echo(told(ran) if as_json else in_words(ran))
    if ran.outcome is Outcome.FAILED:
        raise SystemExit(1)


def refuse(reason: str) -> NoReturn:
    click.echo(f"scheduler run-job: {reason}", err=True)
    raise SystemExit(2)


def by_hand(runner: Runner, job: Job, at: datetime, on_demand: bool = False) -> Ran:
    """Run a job while keeping up a lease that says that this process lives."""
    slot = job.rule.latest(at)
    try:
        with alive(runner):
            if on_demand:
                return runner.run_on_demand(job, at)
            return runner.run_or_await(job, slot, at)
    except SQLAlchemyError as problem:
        click.echo(f"scheduler run-job: {in_a_line(problem)}", err=True)
        return Ran(job.name, at if on_demand else slot, Outcome.FAILED, error=in_a_line(problem))


@contextmanager
def alive(runner: Runner, terms: Terms = Terms()) -> Iterator[None]:  # noqa: B008 - frozen
    """Hold a lease in the process's own name, kept up from a thread."""
    ended = Event()

    def say(what: Callable[..., Any], *more: Any) -> None:
        now = runner.clock.now()
        with runner.opened(now) as desk:
            what(desk.session, runner.holder, runner.holder, now, *more)
            desk.session.commit()

    def go_on_saying() -> None:
        while not ended.wait(terms.renewal.total_seconds()):
            try:
                say(renew, terms.lease)
            except SQLAlchemyError as problem:
                click.echo(f"scheduler: the lease could not be kept up: {in_a_line(problem)}", err=True)

    say(take, terms.lease)
    saying = Thread(target=go_on_saying, daemon=True)
    saying.start()
    try:
        yield
    finally:
        ended.set()
        saying.join()
        say(give_back)


def runner() -> Runner:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return Runner(opening(app), app.extensions["clock"], own_name())


def opening(app: Flask) -> Opened:
    """Opens the machine's desk in a context, and so with a session, of its own; usable in any thread."""

    @contextmanager
    def opened(at: datetime) -> Iterator[Desk]:
        with app.app_context():
            yield Desk(SYSTEM, at, db.session())

    return opened


@contextmanager
def told_to_end(parent: int | None) -> Iterator[Callable[[float], bool]]:
    """A wait that SIGTERM, Ctrl-C, or the end of the process beside which this one runs, brings to its end."""
    ear, mouth = os.pipe()
    before = {
        number: signal.signal(number, lambda *_: bool(os.write(mouth, b"!")))
        for number in (signal.SIGTERM, signal.SIGINT)
    }

    def wait(seconds: float) -> bool:
        heard = bool(select.select([ear], [], [], seconds)[0])
        return heard or (parent is not None and os.getppid() != parent)

    try:
        yield wait
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(ear)
        os.close(mouth)


def told(ran: Ran) -> str:
    """The answer as one JSON object; the slot in Jakarta's time."""
    slot = ran.slot.astimezone(JAKARTA).isoformat()
    return json.dumps({"job": ran.job, "slot": slot, "outcome": ran.outcome.value, "counts": dict(ran.counts)})


def in_words(ran: Ran) -> str:
    counted = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in ran.counts.items())
    parts = (f"{ran.job} {ran.slot.astimezone(JAKARTA):%Y-%m-%d %H:%M} WIB: {ran.outcome.value}", counted, ran.error)
    return "; ".join(filter(None, parts))
