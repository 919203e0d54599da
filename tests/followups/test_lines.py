"""A line of a list says what the follow-up itself says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.followups.lines import LINES, OF_FOLLOW_UP, read
from tracker.followups.models import FollowUp
from tracker.followups.queries import Narrowing, narrowed
from tracker.followups.states import FollowUpStatus, Holder

DeskOf = Callable[..., Desk]


@pytest.mark.parametrize("status", [FollowUpStatus.RETURNED, FollowUpStatus.SUBMITTED, FollowUpStatus.IN_PROGRESS])
def test_a_line_says_what_the_follow_up_says(make: Make, machine: Desk, status: FollowUpStatus) -> None:
    follow_up = make.follow_up(status=status, logged_percent=100, confirmed_percent=40)
    if status is FollowUpStatus.RETURNED:
        follow_up.returned_at = datetime(2020, 5, 14, tzinfo=UTC)
        make.save(follow_up)
    [line] = read(machine, LINES.where(FollowUp.id == follow_up.id))
    assert {name: getattr(line, name) for name in OF_FOLLOW_UP} == {n: getattr(follow_up, n) for n in OF_FOLLOW_UP}
    assert (line.claimed, line.verified) == (follow_up.claimed, follow_up.verified)
    unit, aspect = follow_up.unit, follow_up.recommendation.aspect
    assert (line.unit.name, line.unit.place, line.unit.is_root) == (unit.name, unit.place, unit.is_root)
    assert (line.unit.region_code, line.unit.timezone) == (unit.region_code, unit.timezone)
    assert (line.aspect.name, line.aspect.name_en) == (aspect.name, aspect.name_en)
    assert all(line.can(act) == follow_up.can(act) for act in Act)


def test_lines_are_those_in_reach_and_offer_what_the_follow_up_offers(make: Make, desk_of: DeskOf) -> None:
    mine, other = make.follow_up(holder=Holder.UNIT), make.follow_up(holder=Holder.UNIT)
    officer, mentor = make.user(Role.UNIT_OFFICER, unit=mine.unit), make.user(Role.MENTOR, area=other.unit.area)
    for user, seen, may_log in ((officer, mine, True), (mentor, other, False)):
        desk = desk_of(user)
        lines = read(desk, LINES.order_by(FollowUp.id))
        assert seen.id in {line.id for line in lines}
        for line in lines:
            assert desk.may(Act.LOG_ACTION, line) is may_log


def test_a_line_of_a_place_without_a_region_counts_as_jakarta(make: Make, machine: Desk) -> None:
    follow_up = make.follow_up(due_at=datetime(2020, 5, 14, tzinfo=UTC) + timedelta(days=1))
    follow_up.unit.region = None
    make.save(follow_up.unit)
    [line] = read(machine, LINES.where(FollowUp.id == follow_up.id))
    assert (line.unit.region_code, line.unit.timezone) == ("", "Asia/Jakarta")


def test_every_filter_of_the_list_finds_the_same_lines_as_follow_ups(make: Make, machine: Desk) -> None:
    follow_up, person = make.follow_up(), make.user(Role.UNIT_OFFICER)
    follow_up.person_in_charge_id = person.id
    make.save(follow_up)
    aspect = follow_up.recommendation.aspect.code
    late = follow_up.due_at + timedelta(days=1)
    for by in (
        Narrowing(),
        Narrowing(only_open=False),
        Narrowing(status=follow_up.status),
        Narrowing(only_overdue=True),
        Narrowing(holder=follow_up.holder),
        Narrowing(aspect=aspect),
        Narrowing(cycle_id=follow_up.cycle_id),
        Narrowing(unit_id=follow_up.unit_id),
        Narrowing(mine=person.id),
    ):
        for few in (False, True):
            lines = read(machine, narrowed(by, late, few, LINES))
            rows = machine.all(narrowed(by, late, few))
            assert [line.id for line in lines] == [row.id for row in rows] == [follow_up.id], by
