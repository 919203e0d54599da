"""The ledger is written once: whatever stops the planner, running it again loses and doubles nothing."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.conftest import MORNING
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.reminders import planning
from tracker.reminders.models import Reminder
from tracker.reminders.planning import news, plan
from tracker.reminders.register import DUTIES, Duty
from tracker.reminders.rules import Owed
from tracker.reminders.states import ReminderStatus

DAY = date(2026, 3, 2)


def only(monkeypatch: pytest.MonkeyPatch, owed: Callable[[Desk], Iterator[Owed]]) -> None:
    """One duty and no other."""
    monkeypatch.setitem(DUTIES, "uji", Duty("uji", "Uji", owed, lambda desk, reminders: {}))
    for rule in [rule for rule in DUTIES if rule != "uji"]:
        monkeypatch.delitem(DUTIES, rule)


def word(person: int, subject: int, step: str = "T-3") -> Owed:
    return Owed(person, "uji", "FollowUp", subject, date(2026, 3, 5), step, DAY, facts={"n": str(subject)})


def ledger(desk: Desk) -> list[tuple[int, str]]:
    rows = desk.session.execute(sa.select(Reminder.subject_id, Reminder.step).order_by(Reminder.id))
    return [(row.subject_id, row.step) for row in rows]


def test_a_word_is_written_once_however_often_it_is_owed(
    make: Make, machine: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make.user(Role.UNIT_OFFICER, unit=make.unit()).id
    only(monkeypatch, lambda desk: iter([word(person, 1), word(person, 2), word(person, 1)]))
    assert plan(machine, machine.now) == {"owed": 3, "planned": 2}
    assert plan(machine, machine.now) == {"owed": 3, "planned": 0}
    row = machine.session.scalars(sa.select(Reminder).where(Reminder.subject_id == 2)).one()
    assert (row.status, row.facts, row.on_day) == (ReminderStatus.PLANNED, {"n": "2"}, DAY)
    assert row.planned_at == machine.now


@pytest.mark.parametrize("dies_after", [0, 1, 2, 3, 5, 7, 8])
def test_a_planner_that_dies_anywhere_loses_nothing_and_doubles_nothing(
    make: Make, machine: Desk, monkeypatch: pytest.MonkeyPatch, dies_after: int
) -> None:
    person = make.user(Role.UNIT_OFFICER, unit=make.unit()).id
    monkeypatch.setattr(planning, "CHUNK", 3)
    dead = [True]

    def dying(desk: Desk) -> Iterator[Owed]:
        for number in range(8):
            if dead[0] and number == dies_after:
                raise SystemExit
            yield word(person, number)
        if dead[0]:
            raise SystemExit

    only(monkeypatch, dying)
    with pytest.raises(SystemExit):
        plan(machine, machine.now)
    machine.session.rollback()
    dead[0] = False
    plan(machine, machine.now)
    assert sorted(ledger(machine)) == [(number, "T-3") for number in range(8)]


def test_news_is_read_on_from_where_the_last_plan_stopped_and_late_commits_are_not_lost(
    make: Make, machine: Desk, clock: StoppedClock, desk_of: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_up = make.follow_up()
    person = make.user(Role.UNIT_OFFICER, unit=follow_up.unit).id

    def told(desk: Desk) -> Iterator[Owed]:
        for event in news(desk, (Act.COMMENT,), "FollowUp"):
            yield Owed(person, "uji", "FollowUp", event.subject_id, DAY, f"#{event.id}", DAY)

    def happens(id: int, minutes: int) -> None:
        make.save(
            Event(
                id=id, at=clock.now() - timedelta(minutes=minutes), actor_id=None, actor_name="x",
                act=Act.COMMENT.value, subject_type="FollowUp", subject_id=follow_up.id, unit_id=follow_up.unit_id,
                changes={},
            )
        )  # fmt: skip

    only(monkeypatch, told)
    first = (machine.session.scalar(sa.select(sa.func.max(Event.id))) or 0) + 1
    happens(first, 90)
    happens(first + 5, 10)
    assert plan(machine, machine.now)["planned"] == 2
    happens(first + 2, 5)  # its number was taken before, its transaction ended after the plan
    clock.advance(minutes=15)
    later = desk_of(SYSTEM)
    assert plan(later, later.now) == {"owed": 2, "planned": 1}
    clock.advance(days=20)
    happens(first + 9, 60 * 24 * 15)  # nothing ran for long
    much_later = desk_of(SYSTEM)
    assert plan(much_later, much_later.now)["planned"] == 1


def test_the_first_plan_of_all_does_not_tell_of_years_gone_by(
    make: Make, machine: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_up = make.follow_up()
    make.save(
        Event(
            at=MORNING - timedelta(days=30), actor_id=None, actor_name="x", act=Act.COMMENT.value,
            subject_type="FollowUp", subject_id=follow_up.id, unit_id=follow_up.unit_id, changes={},
        )
    )  # fmt: skip
    assert list(news(machine, (Act.COMMENT,), "FollowUp")) == []
