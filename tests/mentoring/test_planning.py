"""Planning a session: days, units, changes that calendars must learn of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tracker.access.acts import Act
from tracker.directory.states import Role
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove
from tracker.mentoring.models import MentoringSession, Participant, SessionDay
from tracker.mentoring.planning import (
    SessionPlan,
    cancel_session,
    choose_units,
    copy_session,
    edit_session,
    plan_session,
)
from tracker.mentoring.states import Mode, SessionStatus

MORNING = datetime(2026, 5, 14, 2, tzinfo=UTC), datetime(2026, 5, 14, 5, tzinfo=UTC)
NEXT_DAY = MORNING[0] + timedelta(days=1), MORNING[1] + timedelta(days=1)


@pytest.fixture
def planned(make: Make, desk_of: Any) -> Any:
    area = make.area()
    desk = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=area))
    plan = SessionPlan(
        "Ngulik Wilayah III",
        Mode.ONLINE,
        (MORNING, NEXT_DAY),
        make.the_cycle().id,
        link="https://rapat.go.id/1",
        host_area_id=area.id,
        speakers=("Bapak Satu", "Ibu Dua"),
    )
    return desk, area, plan


def test_a_plan_keeps_its_days_in_order_and_its_speakers(planned: Any) -> None:
    desk, _, plan = planned
    session = plan_session(desk, replace(plan, days=(NEXT_DAY, MORNING)))
    desk.session.commit()
    assert [(day.starts_at, day.ends_at) for day in session.days] == [MORNING, NEXT_DAY]
    assert (session.starts_at, session.ends_at) == (MORNING[0], NEXT_DAY[1])
    assert {each.name for each in desk.all(sa.select(Participant))} == {"Bapak Satu", "Ibu Dua"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"days": ()}, "days"),
        ({"days": ((MORNING[1], MORNING[0]),)}, "days"),
        ({"days": (MORNING, (MORNING[0] + timedelta(hours=1), MORNING[1]))}, "days"),
        ({"days": ((MORNING[0], MORNING[0] + timedelta(days=2)),)}, "days"),
        ({"link": ""}, "link"),
        ({"mode": Mode.ON_SITE}, "place"),
    ],
)
def test_a_plan_that_cannot_be_held_is_refused_beside_its_field(planned: Any, values: Any, field: str) -> None:
    desk, _, plan = planned
    with pytest.raises(Refusal) as refused:
        plan_session(desk, replace(plan, **values))
    assert refused.value.field == field


def test_a_moved_day_stays_the_same_day_and_raises_the_sequence_once_invited(planned: Any) -> None:
    desk, _, plan = planned
    session = plan_session(desk, plan)
    desk.session.commit()
    first = session.days[0].id
    moved = (MORNING[0] + timedelta(hours=1), MORNING[1] + timedelta(hours=1))
    edit_session(desk, session, replace(plan, days=(moved, NEXT_DAY)))
    desk.session.commit()
    assert session.sequence == 0
    session.status = SessionStatus.SCHEDULED
    edit_session(desk, session, plan)
    desk.session.commit()
    assert session.days[0].id == first
    assert session.sequence == 1
    edit_session(desk, session, replace(plan, series="Rangkaian 2026"))
    assert session.sequence == 1


def test_a_day_taken_out_is_gone(planned: Any) -> None:
    desk, _, plan = planned
    session = plan_session(desk, plan)
    desk.session.commit()
    edit_session(desk, session, replace(plan, days=(MORNING,), speakers=("Ibu Dua",)))
    desk.session.commit()
    assert desk.session.scalar(sa.select(sa.func.count()).select_from(SessionDay)) == 1
    assert desk.all(sa.select(Participant.name)) == ["Ibu Dua"]


def test_units_are_chosen_in_order_and_those_out_of_reach_are_refused(planned: Any, make: Make) -> None:
    desk, area, plan = planned
    mine = [make.unit(f"Unit {n}", area=area) for n in range(3)]
    foreign = make.unit("Unit lain")
    session = plan_session(desk, plan)
    choose_units(desk, session, [mine[2].id, mine[0].id])
    desk.session.commit()
    assert [line.unit_id for line in session.units] == [mine[2].id, mine[0].id]
    with pytest.raises(Refusal, match="lingkup"):
        choose_units(desk, session, [mine[0].id, foreign.id])


def test_more_units_than_the_setting_allows_are_refused(planned: Any, make: Make) -> None:
    desk, area, plan = planned
    make.setting("session_units", 1)
    session = plan_session(desk, plan)
    with pytest.raises(Refusal, match="Paling banyak 1 unit"):
        choose_units(desk, session, [make.unit("A", area=area).id, make.unit("B", area=area).id])


def test_cancelling_needs_a_reason_and_is_final(planned: Any) -> None:
    desk, _, plan = planned
    session = plan_session(desk, plan)
    with pytest.raises(Refusal):
        cancel_session(desk, session, " ")
    cancel_session(desk, session, "Narasumber berhalangan")
    desk.session.commit()
    assert session.status is SessionStatus.CANCELLED
    with pytest.raises(IllegalMove):
        edit_session(desk, session, plan)


def test_a_copy_has_the_same_units_and_a_calendar_of_its_own(planned: Any, make: Make) -> None:
    desk, area, plan = planned
    unit = make.unit("Unit", area=area)
    session = plan_session(desk, plan)
    choose_units(desk, session, [unit.id])
    desk.session.commit()
    copy = copy_session(desk, session, replace(plan, title="Lagi"))
    desk.session.commit()
    assert [line.unit_id for line in copy.units] == [unit.id]
    assert copy.uid != session.uid
    assert copy.copied_from_id == session.id


def test_another_area_sees_nothing_of_it(planned: Any, make: Make, desk_of: Any) -> None:
    desk, _, plan = planned
    session = plan_session(desk, plan)
    desk.session.commit()
    stranger = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=make.area()))
    assert stranger.all(sa.select(MentoringSession)) == []
    assert stranger.all(sa.select(SessionDay)) == []
    assert session.id


def test_a_verifier_of_another_area_takes_part_and_changes_nothing(planned: Any, make: Make, desk_of: Any) -> None:
    _, area, _ = planned
    unit = make.unit("Unit tamu", area=make.area())
    session = make.session_of(make.unit("Unit", area=area), unit, host_area_id=area.id)
    guest = desk_of(make.user(Role.MENTOR, unit=unit))
    seen = guest.session.scalars(sa.select(MentoringSession).filter_by(id=session.id)).one()
    assert [guest.may(act, seen) for act in (Act.EDIT_SESSION, Act.CANCEL_SESSION, Act.SCHEDULE_SESSION)] == [False] * 3
    assert guest.may(Act.WRITE_NOTE, seen)
    host = desk_of(make.user(Role.MENTOR, area=area))
    assert host.may(Act.EDIT_SESSION, seen)
