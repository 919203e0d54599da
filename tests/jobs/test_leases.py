"""A name is held by one process at a time."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

from sqlalchemy.orm import Session

from tests.support.clock import StoppedClock
from tracker.access.desk import Desk
from tracker.jobs.holders import birth, is_dead, own_name, place
from tracker.jobs.leases import SCHEDULER, can_be_had, give_back, living, renew, take
from tracker.jobs.models import SchedulerLease

LASTING = timedelta(seconds=20)
ONE, OTHER = "host-1:10:100", "host-2:20:200"


def epoch(session: Session) -> int:
    return session.get_one(SchedulerLease, SCHEDULER, populate_existing=True).epoch


def test_a_free_name_is_taken_and_then_refused_to_others(machine: Desk, clock: StoppedClock) -> None:
    session = machine.session
    assert can_be_had(session, SCHEDULER, ONE, clock.now())
    assert take(session, SCHEDULER, ONE, clock.now(), LASTING)
    assert not can_be_had(session, SCHEDULER, OTHER, clock.now())
    assert not take(session, SCHEDULER, OTHER, clock.now(), LASTING)
    assert take(session, SCHEDULER, ONE, clock.now(), LASTING)
    assert living(session, clock.now()) == {ONE}


def test_a_lease_that_ran_out_goes_to_the_next_and_cannot_be_kept_up_any_more(
    machine: Desk, clock: StoppedClock
) -> None:
    session = machine.session
    take(session, SCHEDULER, ONE, clock.now(), LASTING)
    clock.advance(seconds=21)
    assert living(session, clock.now()) == set()
    assert take(session, SCHEDULER, OTHER, clock.now(), LASTING)
    assert epoch(session) == 2
    assert not renew(session, SCHEDULER, ONE, clock.now(), LASTING)


def test_a_lease_that_ran_out_and_nobody_took_is_kept_up(machine: Desk, clock: StoppedClock) -> None:
    take(machine.session, SCHEDULER, ONE, clock.now(), LASTING)
    clock.advance(days=1)
    assert renew(machine.session, SCHEDULER, ONE, clock.now(), LASTING)
    assert epoch(machine.session) == 1


def test_what_is_given_back_is_free_at_once(machine: Desk, clock: StoppedClock) -> None:
    session = machine.session
    take(session, SCHEDULER, ONE, clock.now(), LASTING)
    give_back(session, SCHEDULER, OTHER, clock.now())
    assert not take(session, SCHEDULER, OTHER, clock.now(), LASTING), "only the holder gives it back"
    give_back(session, SCHEDULER, ONE, clock.now())
    assert take(session, SCHEDULER, OTHER, clock.now(), LASTING)


def a_process() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def test_a_process_of_this_machine_is_known_to_be_dead_at_once(machine: Desk, clock: StoppedClock) -> None:
    process = a_process()
    name = f"{place()}:{process.pid}:{birth(process.pid)}"
    take(machine.session, SCHEDULER, name, clock.now(), LASTING)
    assert not can_be_had(machine.session, SCHEDULER, OTHER, clock.now())
    process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert is_dead(name), "dead, though nobody has asked for its end yet"
    process.wait()
    assert is_dead(name)
    assert take(machine.session, SCHEDULER, OTHER, clock.now(), LASTING)


def test_a_number_given_to_another_process_is_not_taken_for_the_first() -> None:
    assert is_dead(f"{place()}:{os.getpid()}:1")
    assert not is_dead(own_name())


def test_of_processes_elsewhere_nothing_is_known() -> None:
    assert not is_dead(f"elsewhere-00000000:{os.getpid()}:1")
    assert not is_dead("")
