"""A slot is run once, whoever comes for it; what failed or was left by the dead is run again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.jobs.conftest import EVERY_MINUTE, NIGHTLY, Tally, a_job
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Setting
from tracker.directory.states import Role
from tracker.jobs.due import give_up, left_over, missed
from tracker.jobs.models import JobRun
from tracker.jobs.operations import STOPPED, Outcome, Runner, ask_for
from tracker.jobs.rules import BACK_OFF, MOST_TRIES
from tracker.jobs.states import RunState
from tracker.kit.db import db

Runners = Callable[..., Runner]


def run_of(slot: object, job: str = "tally") -> JobRun:
    session = db.session()
    with as_machine(session):
        return session.scalars(
            sa.select(JobRun).filter_by(job=job, slot=slot).execution_options(populate_existing=True)
        ).one()


def dying(_desk: Desk) -> None:
    """As kill -9 does it: nothing is noted."""
    raise SystemExit


def fail(_desk: Desk) -> None:
    raise ValueError("lines\nof which only the first is told")


def test_a_slot_is_run_once(runner_of: Runners, clock: StoppedClock, tally: Tally) -> None:
    job, slot = a_job(tally), NIGHTLY.latest(clock.now())
    first = runner_of("a:1:1").run(job, slot)
    second = runner_of("b:1:1").run(job, slot)
    assert (first.outcome, second.outcome) == (Outcome.DONE, Outcome.ALREADY)
    assert tally.slots == [slot]
    assert first.counts == second.counts == {"counted": 1}


def test_a_run_says_who_when_and_what(runner_of: Runners, clock: StoppedClock, tally: Tally) -> None:
    slot = NIGHTLY.latest(clock.now())
    tally.then = lambda _desk: clock.advance(seconds=7)
    began = clock.now()
    runner_of("a:1:1").run(a_job(tally), slot)
    run = run_of(slot)
    assert (run.state, run.claimed_by, run.attempts, run.on_demand) == (RunState.DONE, "a:1:1", 1, False)
    assert (run.started_at, run.finished_at) == (began, began + timedelta(seconds=7))
    assert run.counts == {"counted": 1}


def test_a_job_is_done_as_of_the_moment_it_is_told(runner_of: Runners, clock: StoppedClock, tally: Tally) -> None:
    at = clock.now() + timedelta(days=400)
    runner_of("a:1:1").run(a_job(tally), NIGHTLY.latest(at), at)
    assert tally.moments == [at]


def test_on_demand_each_run_has_a_slot_of_its_own(runner_of: Runners, clock: StoppedClock, tally: Tally) -> None:
    job, at, runner = a_job(tally), NIGHTLY.latest(clock.now()), runner_of("a:1:1")
    ran = [runner.run_on_demand(job, at), runner.run_on_demand(job, at), runner.run(job, at)]
    assert [each.outcome for each in ran] == [Outcome.DONE] * 3
    assert len(set(tally.slots)) == 3
    assert ran[2].slot == at
    assert set(tally.moments[:2]) == {at}


def test_a_failure_is_noted_with_its_reason_and_what_it_changed_is_not_kept(
    runner_of: Runners, clock: StoppedClock, tally: Tally
) -> None:
    def change_and_fail(desk: Desk) -> None:
        desk.session.add(Setting(name="tried", value=1))
        desk.session.flush()
        fail(desk)

    tally.then = change_and_fail
    slot = NIGHTLY.latest(clock.now())
    ran = runner_of("a:1:1").run(a_job(tally), slot)
    run = run_of(slot)
    assert ran.outcome is Outcome.FAILED
    assert (run.state, run.error) == (RunState.FAILED, "ValueError: lines")
    assert run.retry_at == clock.now() + BACK_OFF[0]
    assert not db.session().query(Setting).filter_by(name="tried").count()


def test_a_failed_slot_waits_and_is_then_tried_again_until_it_is_given_up(
    runner_of: Runners, clock: StoppedClock, tally: Tally
) -> None:
    tally.then = fail
    job, slot, runner = a_job(tally), NIGHTLY.latest(clock.now()), runner_of("a:1:1", timedelta(days=1))
    runner.run(job, slot)
    assert runner.run(job, slot).outcome is Outcome.ALREADY
    for wait in BACK_OFF:
        clock.advance(seconds=wait.total_seconds())
        assert runner.run(job, slot).outcome is Outcome.FAILED
    clock.advance(hours=5)
    assert runner.run(job, slot).outcome is Outcome.ALREADY
    assert len(tally.slots) == MOST_TRIES


def test_by_hand_a_failed_slot_is_run_at_once(runner_of: Runners, clock: StoppedClock, tally: Tally) -> None:
    tally.then = fail
    job, slot, runner = a_job(tally), NIGHTLY.latest(clock.now()), runner_of("a:1:1")
    runner.run(job, slot)
    tally.then = lambda _desk: None
    assert runner.run_or_await(job, slot, clock.now()).outcome is Outcome.DONE
    assert runner.run_or_await(job, slot, clock.now()).outcome is Outcome.ALREADY
    assert run_of(slot).error == ""


def test_what_a_dead_process_left_is_run_again_by_the_next(
    runner_of: Runners, clock: StoppedClock, tally: Tally
) -> None:
    tally.then = dying
    job, slot = a_job(tally), NIGHTLY.latest(clock.now())
    with pytest.raises(SystemExit):
        runner_of("a:1:1").run(job, slot)
    tally.then = lambda _desk: None
    other = runner_of("b:1:1", timedelta(days=1))
    assert other.run(job, slot).outcome is Outcome.ALREADY, "its process may still live"
    clock.advance(seconds=21)
    assert other.run(job, slot).outcome is Outcome.DONE
    assert (run_of(slot).claimed_by, run_of(slot).attempts) == ("b:1:1", 2)


def test_a_process_that_was_thought_dead_and_wakes_notes_nothing(
    runner_of: Runners, clock: StoppedClock, tally: Tally
) -> None:
    job, slot = a_job(tally), NIGHTLY.latest(clock.now())
    other = runner_of("b:1:1", timedelta(days=1))

    def sleep_too_long(desk: Desk) -> None:
        tally.then = lambda _desk: None
        clock.advance(seconds=60)
        desk.session.add(Setting(name="late", value=1))
        desk.session.rollback()  # what it had begun waits for nobody
        assert other.run(job, slot).outcome is Outcome.DONE
        desk.session.add(Setting(name="late", value=1))

    tally.then = sleep_too_long
    assert runner_of("a:1:1").run(job, slot).outcome is Outcome.ALREADY
    assert run_of(slot).claimed_by == "b:1:1"
    assert not db.session().query(Setting).filter_by(name="late").count()


def test_missed_is_the_latest_slot_of_each_job(runner_of: Runners, clock: StoppedClock, tally: Tally) -> None:
    jobs = [a_job(tally), a_job(tally, EVERY_MINUTE, "often")]
    runner = runner_of("a:1:1")
    for job in jobs:
        runner.run(job, job.rule.latest(clock.now()))
    with runner.opened(clock.now()) as desk:
        assert missed(desk.session, jobs, clock.now()) == []
    clock.advance(days=3, minutes=7)
    with runner.opened(clock.now()) as desk:
        expected = [(job.name, job.rule.latest(clock.now())) for job in jobs]
        assert missed(desk.session, jobs, clock.now()) == expected


def test_a_slot_tried_out_for_a_later_day_does_not_hide_a_missed_one(
    runner_of: Runners, clock: StoppedClock, tally: Tally
) -> None:
    job, runner, later = a_job(tally), runner_of("a:1:1"), clock.now() + timedelta(days=9)
    runner.run(job, job.rule.latest(later), later)
    runner.run_on_demand(job, clock.now())
    with runner.opened(clock.now()) as desk:
        assert missed(desk.session, [job], clock.now()) == [(job.name, job.rule.latest(clock.now()))]


def test_what_was_asked_for_in_the_site_is_left_for_the_scheduler(
    make: Make, desk_of: Callable[..., Desk], runner_of: Runners, clock: StoppedClock, tally: Tally
) -> None:
    job, runner = a_job(tally), runner_of("a:1:1")
    user = make.user(Role.ADMINISTRATOR)
    asked = ask_for(desk_of(user), job)
    assert ask_for(desk_of(user), job) is asked, "asked twice, it waits once"
    slot = asked.slot
    db.session().commit()
    with runner.opened(clock.now()) as desk:
        assert left_over(desk.session, {job.name: job}, clock.now(), runner.holder, ()) == ([(job.name, slot)], [])
    assert runner.run(job, slot).outcome is Outcome.DONE
    run = run_of(slot)
    assert (run.on_demand, run.asked_by_id, run.state) == (True, user.id, RunState.DONE)


def test_the_dead_are_made_up_for_unless_a_later_slot_does_it_or_it_was_tried_too_often(
    runner_of: Runners, clock: StoppedClock, tally: Tally
) -> None:
    tally.then = dying
    job, slot = a_job(tally), NIGHTLY.latest(clock.now())
    jobs = {job.name: job}
    with pytest.raises(SystemExit):
        runner_of("a:1:1").run(job, slot)
    clock.advance(minutes=1)
    other = runner_of("b:1:1", timedelta(days=2))
    with other.opened(clock.now()) as desk:
        assert left_over(desk.session, jobs, clock.now(), other.holder, ()) == ([(job.name, slot)], [])
    clock.advance(days=1)
    with other.opened(clock.now()) as desk:
        to_run, lost = left_over(desk.session, jobs, clock.now(), other.holder, ())
        assert (to_run, [run.slot for run in lost]) == ([], [slot])
        give_up(desk.session, lost, clock.now())
        desk.session.commit()
    run = run_of(slot)
    assert (run.state, run.error, run.finished_at) == (RunState.FAILED, STOPPED, clock.now())


def test_what_runs_in_ones_own_name_but_is_not_at_hand_was_never_ended(
    runner_of: Runners, clock: StoppedClock, tally: Tally
) -> None:
    tally.then = dying
    job, slot, runner = a_job(tally), NIGHTLY.latest(clock.now()), runner_of("a:1:1", timedelta(days=1))
    with pytest.raises(SystemExit):
        runner.run(job, slot)
    with runner.opened(clock.now()) as desk:
        found = left_over(desk.session, {job.name: job}, clock.now(), runner.holder, ())
        at_hand = left_over(desk.session, {job.name: job}, clock.now(), runner.holder, {(job.name, slot)})
    assert (found, at_hand) == (([(job.name, slot)], []), ([], []))
