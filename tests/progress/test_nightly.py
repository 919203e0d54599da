"""The nightly recalculation: what it copies, once; what it thins; who sees the copies."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
import sqlalchemy as sa

from tests.progress.test_queries import S, fill
from tests.support.make import NOON, Make
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role
from tracker.evaluations.models import Evaluation
from tracker.instruments.states import CycleStatus
from tracker.progress.kept_models import AspectSnapshot, GroupSnapshot, ProgressCheck, ProgressSnapshot
from tracker.progress.lines import standing_rules
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.progress.nightly import last_check, recalculate
from tracker.progress.operations import keep_current
from tracker.progress.rules import Standing, expected, group_mean, standing
from tracker.progress.snapshots import KEPT_DAILY, cycles_to_copy, day_before, weeks_to_thin
from tracker.progress.states import GroupKind

SLOT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # 3 March, 01.00 in Jakarta
DAY = date(2026, 3, 2)


def count(desk: Desk, kind: type) -> int:
    return desk.session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def test_the_day_just_ended_is_copied_per_unit_and_aspect(make: Make, machine: Desk) -> None:
    work = make.follow_up(status=S.RETURNED, confirmed_percent=40, returned_at=NOON, due_at=NOON - timedelta(days=3))
    make.evaluation(work.unit)
    keep_current(machine.session, [work.unit_id])
    counts = recalculate(machine, SLOT)
    copy = machine.session.scalars(sa.select(ProgressSnapshot)).one()
    assert (copy.day, copy.verified, copy.overdue, copy.is_priority, copy.returned) == (DAY, Decimal(40), 1, True, 1)
    aspect = machine.session.scalars(sa.select(AspectSnapshot)).one()
    assert (aspect.day, aspect.verified, aspect.counting) == (DAY, Decimal(40), 1)
    assert counts["differences"] == 0
    assert counts["snapshots"] == 2 + count(machine, GroupSnapshot)


def test_a_second_run_of_the_day_changes_nothing(make: Make, machine: Desk) -> None:
    work = make.follow_up()
    keep_current(machine.session, [work.unit_id])
    recalculate(machine, SLOT)
    work.logged_percent = 70
    make.save(work)
    keep_current(machine.session, [work.unit_id])
    assert recalculate(machine, SLOT)["snapshots"] == 0
    assert machine.session.scalars(sa.select(ProgressSnapshot)).one().claimed == 0


def test_what_differed_is_counted_shown_and_repaired(make: Make, machine: Desk) -> None:
    work = make.follow_up(status=S.ACCEPTED)
    keep_current(machine.session, [work.unit_id])
    machine.session.execute(sa.update(UnitProgress).values(verified=Decimal(1)))
    assert recalculate(machine, SLOT)["differences"] == 1
    check = last_check(machine)
    assert check is not None
    assert (check.differences, check.day, check.slot) == (1, DAY, SLOT)
    assert recalculate(machine, SLOT)["differences"] == 0
    assert count(machine, ProgressCheck) == 2


@pytest.mark.parametrize("seed", [1, 2])
def test_the_means_of_groups_are_those_of_the_rules(make: Make, machine: Desk, seed: int) -> None:
    random = Random(seed)
    cycle = make.cycle()
    areas, agencies = [make.area(), make.area()], [make.agency() for _ in range(3)]
    units = [make.unit(f"Unit {number}", random.choice(areas), agency=random.choice(agencies)) for number in range(12)]
    for unit in units:
        fill(make, random, cycle, unit)
    for evaluation in machine.all(sa.select(Evaluation)):
        evaluation.is_priority = random.random() < 0.6
        make.save(evaluation)
    keep_current(machine.session, [unit.id for unit in units])
    recalculate(machine, SLOT)
    rows = machine.session.execute(
        sa.select(ProgressSnapshot, ServiceUnit).join(ServiceUnit, ServiceUnit.id == ProgressSnapshot.unit_id)
    ).all()
    standard = expected(DAY, cycle.letter_on, cycle.opening_on)
    margins = standing_rules(machine.session)
    keys: dict[GroupKind, Callable[[ServiceUnit], int | None]] = {
        GroupKind.AGENCY: lambda unit: unit.agency_id,
        GroupKind.AREA: lambda unit: unit.area_id,
        GroupKind.NATION: lambda _unit: 0,
    }
    groups = machine.all(sa.select(GroupSnapshot))
    assert {each.kind for each in groups} == set(keys)  # no unit here lies in a province
    for group in groups:
        members = [
            copy for copy, unit in rows if keys[group.kind](unit) == group.key and (group.everyone or copy.is_priority)
        ]
        mean = group_mean(copy.verified for copy in members)
        assert (group.verified, group.with_figure, group.without_figure) == (
            mean.mean,
            mean.with_figure,
            mean.without_figure,
        )
        assert group.claimed == group_mean(copy.claimed for copy in members).mean
        stands = [standing(copy.verified, standard, margins) for copy in members]
        assert [group.on_track, group.at_risk, group.off_track, group.not_yet] == [
            stands.count(each) for each in (Standing.ON_TRACK, Standing.AT_RISK, Standing.OFF_TRACK, Standing.NOT_YET)
        ]
        assert group.overdue == sum(copy.overdue for copy in members)


def test_only_cycles_in_which_work_goes_on_are_copied(make: Make, machine: Desk) -> None:
    scheme = make.instrument()
    past = make.cycle(instrument=scheme, year=2023, status=CycleStatus.SEALED)
    last = make.cycle(instrument=scheme, year=2024, status=CycleStatus.SEALED)
    present = make.cycle(instrument=scheme, year=2025)
    assert [each.id for each in machine.all(cycles_to_copy())] == [last.id, present.id]
    assert past.id not in [last.id, present.id]


def test_whole_weeks_older_than_ninety_days_keep_their_last_day(make: Make, machine: Desk) -> None:
    unit = make.unit()
    cycle = make.the_cycle()
    aspect = cycle.instrument.aspects[0]
    make.save(UnitProgress(unit_id=unit.id, cycle_id=cycle.id))
    make.save(AspectProgress(unit_id=unit.id, cycle_id=cycle.id, aspect_id=aspect.id))
    start = DAY - timedelta(days=KEPT_DAILY + 20)
    make.recommendation(unit, cycle=cycle, aspect=aspect)
    for number in range(KEPT_DAILY + 21):
        recalculate(machine, datetime(start.year, start.month, start.day, 18, tzinfo=UTC) + timedelta(days=number))
    days = machine.all(sa.select(ProgressSnapshot.day).order_by(ProgressSnapshot.day))
    old = [day for day in days if day < DAY - timedelta(days=KEPT_DAILY + 7)]
    assert old
    assert {day.weekday() for day in old[:-1]} <= {6}
    recent = [day for day in days if day >= DAY - timedelta(days=KEPT_DAILY)]
    assert len(recent) == KEPT_DAILY + 1
    assert days == machine.all(sa.select(AspectSnapshot.day).order_by(AspectSnapshot.day))
    assert len(machine.all(sa.select(GroupSnapshot.day).distinct())) == KEPT_DAILY + 21
    assert recalculate(machine, SLOT)["thinned"] == 0


def test_weeks_are_thinned_once_all_of_their_days_are_old() -> None:
    day = date(2026, 6, 30)
    weeks = weeks_to_thin(date(2026, 3, 4), day)
    assert weeks[0] == (date(2026, 3, 2), date(2026, 3, 8))
    assert weeks[-1][1] < day - timedelta(days=KEPT_DAILY)
    assert weeks[-1][1] + timedelta(days=7) >= day - timedelta(days=KEPT_DAILY)


def test_the_day_is_that_of_jakarta() -> None:
    assert day_before(SLOT) == DAY
    assert day_before(SLOT - timedelta(hours=2)) == DAY - timedelta(days=1)


def group(make: Make, kind: GroupKind, key: int, **values: object) -> GroupSnapshot:
    numbers = ("units", "with_figure", "without_figure", "with_unit", "with_coordinator", "with_verifier", "on_hold",
               "overdue", "on_track", "at_risk", "off_track", "not_yet", "agencies")  # fmt: skip
    zero: dict[str, object] = dict.fromkeys(numbers, 0)
    return make.save(
        GroupSnapshot(cycle_id=make.the_cycle().id, kind=kind, key=key, everyone=False, day=DAY, **zero | values)
    )


def test_a_group_is_seen_by_whoever_reaches_all_of_it(make: Make, desk_of: Callable[[User], Desk]) -> None:
    area, other = make.area(), make.area()
    agency = make.agency()
    unit = make.unit("Unit sendiri", area, agency=agency)
    make.unit("Unit jauh", other, agency=agency)
    for each in (area, other):
        make.unit("Unit tetangga", each)
    group(make, GroupKind.AGENCY, agency.id)
    group(make, GroupKind.AREA, area.id)
    group(make, GroupKind.AREA, other.id)
    group(make, GroupKind.NATION, 0, with_figure=9, agencies=3)

    def seen(user: User) -> list[tuple[GroupKind, int]]:
        rows = desk_of(user).all(sa.select(GroupSnapshot).order_by(GroupSnapshot.id))
        return [(row.kind, row.key) for row in rows]

    assert seen(make.user(Role.COORDINATOR, agency=agency)) == [(GroupKind.AGENCY, agency.id)]
    assert seen(make.user(Role.ASSISTANT_DEPUTY, area=area)) == [(GroupKind.AREA, area.id)]
    assert seen(make.user(Role.UNIT_OFFICER, unit=unit)) == []
    assert len(seen(make.user(Role.LEADERSHIP))) == 4
    assert seen(make.user(Role.ADMINISTRATOR)) == []


@pytest.mark.parametrize(("units", "agencies", "seen"), [(10, 3, 1), (9, 3, 0), (10, 2, 0)])
def test_the_national_mean_is_a_reference_only_over_ten_units_in_three_agencies(
    make: Make, desk_of: Callable[[User], Desk], units: int, agencies: int, seen: int
) -> None:
    group(make, GroupKind.NATION, 0, with_figure=units, agencies=agencies)
    desk = desk_of(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    assert len(desk.all(sa.select(GroupSnapshot))) == seen
