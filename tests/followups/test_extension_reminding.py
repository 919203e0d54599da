"""Whoever decides hears of a request, the unit of the decision, and both of a budget year that has begun."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.followups.conftest import Cast
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.events.models import Event
from tracker.followups.extending import HoldRequest, grant, refuse, request_extension, request_hold
from tracker.followups.extension_models import Extension
from tracker.followups.extension_reminding import DUTIES
from tracker.followups.extension_states import Asked
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus, HoldKind
from tracker.followups.verifying import resume
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import Line, Owed, Skip

LATER = date(2026, 4, 30)


def duty(rule: str) -> Duty:
    return next(each for each in DUTIES if each.rule == rule)


def owed(machine: Desk, rule: str) -> list[Owed]:
    return list(duty(rule).owed(Desk(machine.actor, machine.now, machine.session)))


def line(desk: Desk, app: Flask, one: Owed) -> Line | Skip:
    row = Reminder(
        id=1,
        rule=one.rule,
        subject_type=one.subject_type,
        subject_id=one.subject_id,
        due_on=one.due_on,
        step=one.step,
        recipient_id=one.recipient_id,
    )
    with app.test_request_context():
        return duty(one.rule).lines(desk, [row])[1]


def asked(cast: Cast) -> Extension:
    officer = cast.desk("officer")
    extension = request_extension(officer, cast.follow_up, LATER, "Pengadaan belum selesai.")
    officer.session.commit()
    return extension


def test_the_verifiers_side_is_told_of_a_request_until_it_is_decided(cast: Cast, machine: Desk, app: Flask) -> None:
    extension = asked(cast)
    found = owed(machine, "extension.requested")
    assert {each.recipient_id for each in found} == {cast.people["mentor"].id, cast.people["deputy"].id}
    mine = next(each for each in found if each.recipient_id == cast.people["mentor"].id)
    said = line(cast.desk("mentor"), app, mine)
    assert isinstance(said, Line)
    assert "perpanjangan sampai Kamis 30 April 2026" in said.text
    deputy = cast.desk("deputy")
    refuse(deputy, extension, "Waktunya cukup.")
    deputy.session.commit()
    assert isinstance(line(cast.desk("mentor"), app, mine), Skip)


@pytest.mark.parametrize("granted", [True, False])
def test_the_unit_is_told_of_the_decision(cast: Cast, machine: Desk, app: Flask, granted: bool) -> None:
    extension, mentor = asked(cast), cast.desk("mentor")
    if granted:
        grant(mentor, extension)
    else:
        refuse(mentor, extension, "Waktunya cukup.")
    mentor.session.commit()
    (one,) = owed(machine, "extension.decided")
    assert one.recipient_id == cast.people["officer"].id
    said = line(cast.desk("officer"), app, one)
    assert isinstance(said, Line)
    assert ("30 April 2026" if granted else "ditolak: Waktunya cukup.") in said.text


def test_a_hold_asked_for_and_granted_is_told_as_one(cast: Cast, machine: Desk, app: Flask) -> None:
    officer = cast.desk("officer")
    extension = request_hold(officer, cast.follow_up, HoldRequest(Asked.BUDGET, "Belum ada.", 2027, "Mesin"))
    officer.session.commit()
    mentor = cast.desk("mentor")
    grant(mentor, extension)
    mentor.session.commit()
    (one,) = owed(machine, "extension.decided")
    said = line(cast.desk("officer"), app, one)
    assert isinstance(said, Line)
    assert "menunggu anggaran 2027" in said.text
    told = machine.all(sa.select(Event).filter_by(act=Act.GRANT_EXTENSION.value))
    assert len(told) == 1


@pytest.fixture
def held(make: Make, cast: Cast) -> FollowUp:
    return make.follow_up(
        cast.follow_up.unit, status=FollowUpStatus.ON_HOLD, hold_kind=HoldKind.BUDGET, hold_fiscal_year=2027
    )


@pytest.mark.parametrize(
    ("now", "step"),
    [
        (datetime(2026, 12, 31, 14, 0, tzinfo=UTC), None),  # 23.00 in Tual, the last evening of the year
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), None),  # New Year there, but nobody works
        (datetime(2027, 1, 3, 16, 0, tzinfo=UTC), "W0"),  # Monday the 4th there, still Sunday in Jakarta
        (datetime(2027, 1, 8, 3, 0, tzinfo=UTC), "W0"),
        (datetime(2027, 1, 11, 3, 0, tzinfo=UTC), "W0"),  # the 5th is a holiday
        (datetime(2027, 1, 12, 3, 0, tzinfo=UTC), "W1"),
    ],
)
def test_a_held_work_is_asked_about_from_the_first_working_day_of_its_year_and_weekly(
    cast: Cast, held: FollowUp, machine: Desk, clock: StoppedClock, now: datetime, step: str | None
) -> None:
    clock.set(now)
    desk = Desk(machine.actor, now, machine.session)
    found = list(duty("follow_up.budget_year").owed(desk))
    assert {each.step for each in found} == ({step} if step else set())
    if step:
        people = {cast.people[name].id for name in ("officer", "mentor", "deputy")}
        assert {each.recipient_id for each in found} == people
        assert {(each.subject_id, each.due_on) for each in found} == {(held.id, date(2027, 1, 4))}


def test_nothing_is_asked_once_the_work_goes_on(
    cast: Cast, held: FollowUp, machine: Desk, clock: StoppedClock, app: Flask
) -> None:
    clock.set(datetime(2027, 1, 5, 3, 0, tzinfo=UTC))
    one = next(each for each in owed_now(machine, clock) if each.recipient_id == cast.people["officer"].id)
    said = line(cast.desk("officer"), app, one)
    assert isinstance(said, Line)
    assert "Tahun anggaran 2027 sudah dibuka" in said.text
    officer = cast.desk("officer")
    resume(officer, held)
    officer.session.commit()
    assert isinstance(line(cast.desk("officer"), app, one), Skip)
    assert owed_now(machine, clock) == []


def owed_now(machine: Desk, clock: StoppedClock) -> list[Owed]:
    return list(duty("follow_up.budget_year").owed(Desk(machine.actor, clock.now(), machine.session)))
