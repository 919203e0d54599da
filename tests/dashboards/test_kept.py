"""What is kept of figures is never older than what the database holds, and never another reader's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from tests.dashboards.test_overview import World
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.queries import statements
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.dashboards import kept
from tracker.dashboards.map_views import choices, places_of
from tracker.dashboards.overview import overview
from tracker.dashboards.queries import Narrowing, Which
from tracker.dashboards.state import State, state_of
from tracker.dashboards.weakest import weakest
from tracker.directory.models import Setting
from tracker.directory.states import Role
from tracker.evaluations.models import Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.kit import revision
from tracker.progress.models import UnitProgress
from tracker.progress.operations import keep_current

Open = Callable[..., Desk]


@pytest.fixture
def world(make: Make) -> World:
    world = World(make)
    make.session.commit()
    return world


def numbers(state: State) -> dict[str, Any]:
    return {
        **state.counts, "verified": state.verified, "claimed": state.claimed, "waiting": state.waiting_since,
        "expected": state.expected, "without": state.without_projection, "moved": state.movements,
    }  # fmt: skip


def shown(desk: Desk, by: Narrowing) -> dict[str, Any]:
    """Every figure that may be kept: of the overview, the aspects, the map, and the home of leadership."""
    found = numbers(state_of(desk, by)) | {"aspects": weakest(desk, by), "standing": overview(desk, by.cycle)}
    return found | {f"map {chosen}": places_of(desk, by, chosen) for chosen in choices()}


def anew(desk: Desk, by: Narrowing) -> dict[str, Any]:
    kept._kept.clear()
    return shown(desk, by)


def open_follow_up(world: World) -> FollowUp:
    query = sa.select(FollowUp).where(FollowUp.unit_id == world.units["Lewat"].id)
    with as_machine(world.make.session):
        return world.make.session.scalars(query).all()[0]


def test_asked_again_the_figures_are_not_counted_again(make: Make, world: World, desk_of: Open) -> None:
    user, by = make.user(Role.LEADERSHIP), Narrowing(world.cycle)
    make.session.commit()
    first = shown(desk_of(user), by)
    with statements() as sent:
        assert shown(desk_of(user), by) == first
    assert len([each for each in sent if "follow_up" in each]) == 1  # how many are late now is asked each time
    assert any("data_revision" in each for each in sent)


def hand_over(world: World, _now: datetime) -> None:
    world.make.follow_up(world.units["Sunyi"], status=FollowUpStatus.SUBMITTED)


def move_due_date(world: World, _now: datetime) -> None:
    """As moving for a holiday does it: past the rows, of a column that no event tells of."""
    later = open_follow_up(world).due_at + timedelta(days=400)
    world.make.session.execute(sa.update(FollowUp).values(due_at=later))


def take_out_of_priority(world: World, _now: datetime) -> None:
    world.make.session.execute(
        sa.update(Evaluation).where(Evaluation.unit_id == world.units["Lewat"].id).values(is_priority=False)
    )


def move_unit(world: World, _now: datetime) -> None:
    world.units["Lewat"].area_id = world.other.id
    world.make.save(world.units["Lewat"])


def correct_a_figure(world: World, _now: datetime) -> None:
    world.make.session.execute(sa.update(UnitProgress).values(verified=Decimal(99)))


def widen_margins(world: World, _now: datetime) -> None:
    world.make.save(Setting(name="on_track_margin", value=100))


def move_band(world: World, _now: datetime) -> None:
    for band in world.cycle.instrument.bands:
        if band.letter == "C":
            band.lower = Decimal("1.50")
            world.make.save(band)


def come_back(world: World, now: datetime) -> None:
    user = world.make.user(Role.UNIT_OFFICER, unit=world.units["Sunyi"])
    user.last_sign_in_at = now
    world.make.save(user)


def move_opening(world: World, now: datetime) -> None:
    world.cycle.letter_on, world.cycle.opening_on = now.date() - timedelta(2), now.date()
    world.make.save(world.cycle)


CHANGES = (
    hand_over, move_due_date, take_out_of_priority, move_unit, correct_a_figure, widen_margins, move_band, come_back,
    move_opening,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_any_change_the_figures_are_those_of_the_database(
    make: Make, world: World, desk_of: Open, clock: StoppedClock, change: Callable[[World, datetime], None]
) -> None:
    user, by = make.user(Role.ASSISTANT_DEPUTY, area=world.area), Narrowing(world.cycle)
    make.session.commit()
    before = shown(desk_of(user), by)
    with as_machine(make.session):
        change(world, clock.now())
        keep_current(make.session, [world.units["Sunyi"].id])
        make.session.commit()
    after = shown(desk_of(user), by)
    assert after == anew(desk_of(user), by)
    assert after != before


def test_a_moment_that_passes_moves_the_figures_though_nobody_wrote(
    make: Make, world: World, desk_of: Open, clock: StoppedClock
) -> None:
    user, by = make.user(Role.LEADERSHIP), Narrowing(world.cycle)
    make.follow_up(world.units["Sunyi"], due_at=clock.now() + timedelta(minutes=5), holder_since=clock.now())
    make.session.commit()
    before = shown(desk_of(user), by)
    for step in (timedelta(minutes=4), timedelta(minutes=2), timedelta(days=7), timedelta(days=30), timedelta(days=60)):
        clock.set(clock.now() + step)
        found = shown(desk_of(user), by)
        assert found == anew(desk_of(user), by)
    assert found["lewat-tenggat"] > before["lewat-tenggat"]


def test_a_filter_by_lateness_moves_with_the_moment(
    make: Make, world: World, desk_of: Open, clock: StoppedClock
) -> None:
    user, by = make.user(Role.LEADERSHIP), Narrowing(world.cycle, overdue=True)
    make.follow_up(world.units["Sunyi"], due_at=clock.now() + timedelta(minutes=5))
    make.session.commit()
    before = shown(desk_of(user), by)["unit"]
    clock.set(clock.now() + timedelta(minutes=6))
    assert shown(desk_of(user), by)["unit"] == before + 1


def test_midnight_moves_what_is_expected(make: Make, world: World, desk_of: Open, clock: StoppedClock) -> None:
    user, by = make.user(Role.LEADERSHIP), Narrowing(world.cycle)
    make.session.commit()
    shown(desk_of(user), by)
    clock.set(clock.now() + timedelta(hours=20))
    assert shown(desk_of(user), by) == anew(desk_of(user), by)


def test_nothing_is_kept_from_one_reader_or_filter_to_another(
    make: Make, world: World, desk_of: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 10_000)  # of all of them at once, so that one could be taken for another
    people = [
        make.user(Role.LEADERSHIP),
        make.user(Role.ASSISTANT_DEPUTY, area=world.area),
        make.user(Role.ASSISTANT_DEPUTY, area=world.other),
        make.user(Role.UNIT_OFFICER, unit=world.units["Lewat"]),
    ]
    make.session.commit()
    plain = Narrowing(world.cycle)
    filters = [replace(plain, which=which, words=words) for which in Which for words in ("", "lewat")]
    filters += [replace(plain, aspect=aspect) for aspect in world.cycle.instrument.aspects]
    filters += [replace(plain, original=True), replace(plain, area_id=world.other.id), replace(plain, overdue=True)]
    told = {(user.id, each): shown(desk_of(user), by) for user in people for each, by in enumerate(filters)}
    for find in (shown, anew):  # first all that is kept: asking anew forgets it
        for user in people:
            for each, by in enumerate(filters):
                assert find(desk_of(user), by) == told[user.id, each]


def test_what_is_not_committed_is_seen_by_who_wrote_it_and_kept_for_nobody(
    make: Make, world: World, desk_of: Open
) -> None:
    user, by = make.user(Role.LEADERSHIP), Narrowing(world.cycle)
    make.session.commit()
    before = shown(desk_of(user), by)["terbuka"]
    make.follow_up(world.units["Sunyi"])
    assert shown(desk_of(user), by)["terbuka"] == before + 1
    make.session.rollback()
    assert shown(desk_of(user), by)["terbuka"] == before


def test_no_kept_figure_is_made_from_a_table_that_draws_no_token(make: Make, world: World, desk_of: Open) -> None:
    user, by = make.user(Role.LEADERSHIP), Narrowing(world.cycle)
    make.session.commit()
    with statements() as sent:
        anew(desk_of(user), by)
    asked = " ".join(each for each in sent if "data_revision" not in each).replace('"', " ").split()
    assert len(sent) > 5
    assert not revision.told_of_nothing & set(asked)
