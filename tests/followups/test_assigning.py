"""Work is given with a date the unit can keep; what was first agreed is never lost; many at once is all or nothing."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.followups.conftest import Cast, DeskOf
from tests.support.make import Make
from tracker.access.acts import Act
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.followups.assigning import (
    Assignment,
    assign_follow_up,
    assign_many,
    edit_follow_up,
    name_person,
    passes_the_letter,
)
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus, Holder
from tracker.kit.db import db
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove
from tracker.recommendations.states import Assessment

MAY = date(2026, 5, 29)


def test_an_assignment_gives_the_unit_the_ball_until_the_end_of_the_day_there(cast: Cast) -> None:
    mentor = cast.desk("mentor")
    follow_up = assign_follow_up(mentor, cast.follow_up.recommendation, Assignment("Terbitkan SK", MAY, weight=3))
    mentor.session.commit()
    assert (follow_up.status, follow_up.holder) == (FollowUpStatus.ASSIGNED, Holder.UNIT)
    assert follow_up.due_at == datetime(2026, 5, 29, 14, 59, 59, tzinfo=UTC)
    assert follow_up.original_due_on == follow_up.due_on == MAY
    assert follow_up.assigned_by_id == mentor.actor.id
    assert follow_up.area_id == cast.follow_up.unit.area_id
    assert [event.act for event in mentor.all(sa.select(Event))] == [Act.ASSIGN_FOLLOW_UP]


def test_the_letters_zone_wins_over_the_units(cast: Cast) -> None:
    asked = Assignment("Terbitkan SK", MAY, due_zone="Asia/Jakarta")
    follow_up = assign_follow_up(cast.desk("mentor"), cast.follow_up.recommendation, asked)
    assert follow_up.due_at == datetime(2026, 5, 29, 16, 59, 59, tzinfo=UTC)


def test_a_date_after_the_letters_warns_and_is_not_refused(cast: Cast, make: Make) -> None:
    recommendation = make.recommendation(cast.follow_up.unit, due_on=date(2026, 4, 1))
    assert passes_the_letter(recommendation, MAY)
    assert not passes_the_letter(recommendation, date(2026, 4, 1))
    assert assign_follow_up(cast.desk("mentor"), recommendation, Assignment("Terbitkan SK", MAY)).due_on == MAY


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Assignment(" ", MAY), "title"),
        (Assignment("x", date(2026, 3, 1)), "due_on"),
        (Assignment("x", MAY, weight=0), "weight"),
        (Assignment("x", MAY, person_in_charge_id=999_999), "person_in_charge_id"),
    ],
    ids=["no title", "past", "no weight", "nobody"],
)
def test_a_wrong_assignment_is_refused_beside_its_field(cast: Cast, asked: Assignment, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        assign_follow_up(cast.desk("mentor"), cast.follow_up.recommendation, asked)
    assert refused.value.field == field


def test_an_adequate_recommendation_that_gets_new_work_is_not_yet_adequate(cast: Cast, make: Make) -> None:
    recommendation = make.recommendation(cast.follow_up.unit, assessment=Assessment.ADEQUATE)
    mentor = cast.desk("mentor")
    assign_follow_up(mentor, recommendation, Assignment("Terbitkan SK", MAY))
    mentor.session.commit()
    assert recommendation.assessment is Assessment.NOT_YET_ADEQUATE


def test_only_an_active_officer_of_the_unit_is_put_in_charge(cast: Cast, make: Make) -> None:
    colleague = make.user(Role.UNIT_OFFICER, unit=cast.follow_up.unit)
    stranger = make.user(Role.UNIT_OFFICER, unit=make.unit("Lain"))
    gone = make.user(Role.VIEWER)
    make.membership(gone, Role.UNIT_OFFICER, unit=cast.follow_up.unit, valid_to=date(2026, 2, 28))
    desk = cast.desk("coordinator")
    name_person(desk, cast.follow_up, colleague.id)
    desk.session.commit()
    assert cast.follow_up.person_in_charge_id == colleague.id
    for wrong in (stranger, gone, cast.people["mentor"]):
        with pytest.raises(Refusal):
            name_person(desk, cast.follow_up, wrong.id)


def test_a_new_date_keeps_the_first_one(cast: Cast) -> None:
    mentor = cast.desk("mentor")
    for day in (MAY, date(2026, 6, 12)):
        edit_follow_up(mentor, cast.follow_up, Assignment("Pasang nomor antrean", day), "Disepakati ulang.")
    mentor.session.commit()
    assert cast.follow_up.original_due_on == date(2026, 3, 31)
    assert cast.follow_up.due_on == date(2026, 6, 12)
    assert cast.follow_up.due_at == datetime(2026, 6, 12, 14, 59, 59, tzinfo=UTC)


def test_changing_the_words_moves_no_date(cast: Cast) -> None:
    mentor = cast.desk("mentor")
    before = cast.follow_up.due_at
    edit_follow_up(mentor, cast.follow_up, Assignment("Pasang papan", cast.follow_up.due_on, weight=2))
    mentor.session.commit()
    assert (cast.follow_up.title, cast.follow_up.weight, cast.follow_up.due_at) == ("Pasang papan", 2, before)


def test_what_is_over_is_not_edited(make: Make, cast: Cast) -> None:
    done = make.follow_up(cast.follow_up.unit, status=FollowUpStatus.ACCEPTED)
    with pytest.raises(IllegalMove):
        edit_follow_up(cast.desk("mentor"), done, Assignment("x", MAY))
    with pytest.raises(IllegalMove):
        name_person(cast.desk("coordinator"), done, None)


def test_many_get_their_own_copies_with_their_own_due_moments(make: Make, desk_of: DeskOf) -> None:
    area = make.area()
    tual, jakarta = make.unit("A", area, region_id=make.region().id), make.unit("B", area)
    recommendations = [make.recommendation(unit) for unit in (tual, jakarta, tual)]
    desk = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=area))
    ids = assign_many(desk, [(each, Assignment(f"Nomor {n}", MAY)) for n, each in enumerate(recommendations)], "Rapat")
    desk.session.commit()
    made = {row.id: row for row in desk.all(sa.select(FollowUp))}
    assert [made[id].title for id in ids] == ["Nomor 0", "Nomor 1", "Nomor 2"]
    assert [made[id].due_at.hour for id in ids] == [14, 16, 14]
    told = desk.all(sa.select(Event).order_by(Event.id))
    assert [(event.subject_id, event.reason) for event in told] == [(id, "Rapat") for id in ids]
    assert told[0].changes["title"] == [None, "Nomor 0"]


def test_the_event_of_one_of_many_tells_what_that_of_a_single_one_tells(cast: Cast) -> None:
    mentor = cast.desk("mentor")
    asked = Assignment("Terbitkan SK", MAY, weight=2, expected_evidence="SK")
    assign_follow_up(mentor, cast.follow_up.recommendation, asked)
    assign_many(mentor, [(cast.follow_up.recommendation, asked)])
    single, many = (event.changes for event in mentor.all(sa.select(Event).order_by(Event.id)))
    assert many.items() <= single.items()


def test_one_that_cannot_be_followed_up_stops_all(make: Make, desk_of: DeskOf) -> None:
    area = make.area()
    unit = make.unit("A", area)
    cannot = make.recommendation(unit, assessment=Assessment.CANNOT, cannot_reason="in_court")
    desk = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=area))
    with pytest.raises(Refusal) as refused:
        assign_many(desk, [(each, Assignment("x", MAY)) for each in (make.recommendation(unit), cannot)])
    assert refused.value.values == {"count": 1}
    assert desk.all(sa.select(FollowUp)) == []


def test_many_ask_no_more_questions_than_few(make: Make, desk_of: DeskOf) -> None:
    area = make.area()
    units = [make.unit(f"U{n}", area) for n in range(30)]

    def questions(some: int) -> int:
        recommendations = [make.recommendation(unit) for unit in units[:some]]
        desk = desk_of(deputy)
        seen: list[str] = []
        sa.event.listen(db.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
        assign_many(desk, [(each, Assignment("x", MAY)) for each in recommendations])
        desk.session.flush()
        return sum(statement.startswith("SELECT") for statement in seen)

    deputy = make.user(Role.ASSISTANT_DEPUTY, area=area)
    questions(1)  # what is read once a session
    assert questions(30) == questions(2)
