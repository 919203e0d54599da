"""What units promise, and how closing keeps each promise once."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.queries import statements
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.followups.models import FollowUp
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove
from tracker.mentoring.committing import CommitmentLine, add_commitment, close_session, remove_commitment
from tracker.mentoring.holding import write_note
from tracker.mentoring.models import Commitment, MentoringSession
from tracker.mentoring.states import SessionStatus
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment, CannotReason

MOST_STATEMENTS = 60
FEW_BATCHES = 10
"""Statements that very many rows are cut into."""


@pytest.fixture
def held(make: Make, desk_of: Any) -> tuple[Desk, MentoringSession, list[Any]]:
    area = make.area()
    units = [make.unit(f"Disdukcapil {n}", area=area) for n in range(3)]
    session = make.session_of(*units, host_area_id=area.id, status=SessionStatus.RUNNING)
    desk = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=area))
    return desk, desk.session.scalars(sa.select(MentoringSession).filter_by(id=session.id)).one(), units


def line(session: MentoringSession, *units: Any, **values: Any) -> CommitmentLine:
    assert session.cycle is not None
    return replace(
        CommitmentLine(
            tuple(unit.id for unit in units), session.cycle.instrument.aspects[0].id, "Menyusun SP", date(2026, 6, 30)
        ),
        **values,
    )


def test_a_line_goes_to_several_units_a_copy_each(held: Any) -> None:
    desk, session, units = held
    made = add_commitment(desk, session, line(session, *units))
    desk.session.commit()
    assert [each.unit_id for each in made] == [unit.id for unit in units]
    assert len({each.line_key for each in made}) == 1


def test_closing_makes_each_commitment_a_follow_up_on_a_recommendation_of_its_unit(held: Any) -> None:
    desk, session, units = held
    add_commitment(desk, session, line(session, *units))
    assert close_session(desk, session, "Semua sepakat.") == 3
    desk.session.commit()
    kept = desk.all(sa.select(Commitment).order_by(Commitment.id))
    follow_ups = {each.id: each for each in desk.all(sa.select(FollowUp))}
    assert [follow_ups[each.follow_up_id].unit_id for each in kept] == [unit.id for unit in units]
    assert all(each.from_commitment and each.due_on == date(2026, 6, 30) for each in follow_ups.values())
    assert all(each.recommendation_id == follow_ups[each.follow_up_id].recommendation_id for each in kept)
    assert session.status is SessionStatus.CLOSED


def test_closing_twice_makes_nothing_twice(held: Any) -> None:
    desk, session, units = held
    add_commitment(desk, session, line(session, units[0]))
    close_session(desk, session)
    desk.session.commit()
    with pytest.raises(IllegalMove):
        close_session(desk, session)
    assert desk.session.scalar(sa.select(sa.func.count()).select_from(FollowUp)) == 1


def test_a_promise_that_says_what_is_recommended_already_serves_that(held: Any, make: Make) -> None:
    desk, session, units = held
    aspect = session.cycle.instrument.aspects[0]
    there = make.recommendation(units[0], aspect=aspect, text="Menyusun SP", text_key="menyusun sp")
    add_commitment(desk, session, line(session, units[0], text="  menyusun  SP "))
    close_session(desk, session)
    desk.session.commit()
    assert desk.session.scalars(sa.select(Commitment.recommendation_id)).one() == there.id
    assert desk.session.scalar(sa.select(sa.func.count()).select_from(Recommendation)) == 1


def test_a_new_promise_takes_up_an_adequate_recommendation_again(held: Any, make: Make) -> None:
    desk, session, units = held
    done = make.recommendation(units[0], assessment=Assessment.ADEQUATE)
    add_commitment(desk, session, line(session, units[0], recommendation_id=done.id))
    close_session(desk, session)
    desk.session.commit()
    again = desk.session.scalars(sa.select(Recommendation).filter_by(id=done.id)).one()
    assert again.assessment is Assessment.NOT_YET_ADEQUATE


def test_closing_is_told_with_what_it_made(held: Any) -> None:
    desk, session, units = held
    add_commitment(desk, session, line(session, units[0]))
    close_session(desk, session)
    desk.session.commit()
    acts = desk.all(sa.select(Event.act).order_by(Event.id))
    assert acts == ["session.add_commitment", "recommendation.add", "follow_up.assign", "session.close"]


def test_a_removed_line_is_kept_out_of_the_record_and_stays_in_the_history(held: Any) -> None:
    desk, session, units = held
    (made,) = add_commitment(desk, session, line(session, units[0]))
    desk.session.commit()
    remove_commitment(desk, made)
    close_session(desk, session)
    desk.session.commit()
    assert desk.all(sa.select(Commitment)) == []
    told = desk.all(sa.select(Event).filter_by(act="session.add_commitment").order_by(Event.id))
    assert told[-1].changes["Commitment.text"] == ["Menyusun SP", None]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": " "}, "text"),
        ({"unit_ids": ()}, "units"),
        ({"unit_ids": (987654,)}, "units"),
        ({"aspect_id": 987654}, "aspect_id"),
        ({"due_on": date(2026, 5, 13)}, "due_on"),
        ({"recommendation_id": 987654}, "recommendation_id"),
    ],
)
def test_a_line_that_cannot_be_kept_is_refused_beside_its_field(held: Any, values: Any, field: str) -> None:
    desk, session, units = held
    with pytest.raises(Refusal) as refused:
        add_commitment(desk, session, line(session, units[0], **values))
    assert refused.value.field == field


def test_what_cannot_be_followed_up_takes_no_promise(held: Any, make: Make) -> None:
    desk, session, units = held
    cannot = make.recommendation(units[0], assessment=Assessment.CANNOT, cannot_reason=next(iter(CannotReason)))
    with pytest.raises(Refusal, match="tidak dapat ditindaklanjuti"):
        add_commitment(desk, session, line(session, units[0], recommendation_id=cannot.id))


def test_locked_minutes_take_no_further_line(held: Any) -> None:
    desk, session, units = held
    close_session(desk, session)
    desk.session.commit()
    with pytest.raises(IllegalMove):
        add_commitment(desk, session, line(session, units[0]))


@pytest.mark.volume
def test_a_thousand_commitments_close_in_one_transaction_and_as_many_statements_as_a_hundred(
    make: Make, desk_of: Any
) -> None:
    few, many = closing(make, desk_of, units=20), closing(make, desk_of, units=200)
    assert many.made == 1000
    assert many.commits == 1
    assert many.statements <= few.statements + FEW_BATCHES
    assert many.statements <= MOST_STATEMENTS


def closing(make: Make, desk_of: Any, units: int) -> Any:
    """Close a session with five commitments and a note for each unit; what that asked of the database."""
    area, agency = make.area(), make.agency()
    there = [make.unit(f"Unit {n}", area=area, agency=agency) for n in range(units)]
    held = make.session_of(*there, host_area_id=area.id, status=SessionStatus.RUNNING)
    desk = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=area))
    session = desk.session.scalars(sa.select(MentoringSession).filter_by(id=held.id)).one()
    for n in range(5):
        add_commitment(desk, session, line(session, *there, text=f"Janji {n}"))
    for each in session.units:
        write_note(desk, each, None, "Hadir.")
    desk.session.commit()
    desk.session.expire_all()
    commits: list[Any] = []

    def note(session: Any) -> None:
        commits.append(session)

    sa.event.listen(desk.session, "after_commit", note)
    with statements() as sent:
        made = close_session(desk, session)
        desk.session.commit()
    sa.event.remove(desk.session, "after_commit", note)
    kept = sa.select(sa.func.count()).select_from(FollowUp).join(Commitment, Commitment.follow_up_id == FollowUp.id)
    assert desk.session.scalar(kept.where(Commitment.session_id == session.id)) == made
    return SimpleNamespace(made=made, commits=len(commits), statements=len(sent))


def test_the_history_of_a_session_is_seen_with_the_session_and_by_nobody_else(
    held: Any, make: Make, desk_of: Any
) -> None:
    desk, session, units = held
    close_session(desk, session)
    desk.session.commit()
    about = sa.select(Event).filter_by(subject_type="MentoringSession")
    colleague = desk_of(make.user(Role.MENTOR, unit=units[2]))
    assert len(colleague.all(about)) == 1
    stranger = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=make.area()))
    assert stranger.all(about) == []
    administrator = desk_of(make.user(Role.ADMINISTRATOR))
    assert administrator.all(about) == []


def test_what_a_unit_promised_is_told_to_those_who_see_the_unit_and_not_to_others_in_the_session(
    held: Any, make: Make, desk_of: Any
) -> None:
    desk, session, units = held
    (made,) = add_commitment(desk, session, line(session, units[0]))
    desk.session.commit()
    remove_commitment(desk, made)
    desk.session.commit()
    about = sa.select(Event).filter_by(act="session.add_commitment")
    own = desk_of(make.user(Role.UNIT_OFFICER, unit=units[0]))
    assert [each.changes["Commitment.text"] for each in own.all(about)] == [
        [None, "Menyusun SP"],
        ["Menyusun SP", None],
    ]
    assert desk_of(make.user(Role.UNIT_OFFICER, unit=units[1])).all(about) == []


def test_who_mentors_some_of_the_units_does_not_close_the_session_of_all(held: Any, make: Make, desk_of: Any) -> None:
    desk, session, units = held
    add_commitment(desk, session, line(session, *units))
    desk.session.commit()
    mentor = desk_of(make.user(Role.MENTOR, unit=units[0]))
    session = mentor.session.scalars(sa.select(MentoringSession).filter_by(id=session.id)).one()
    with pytest.raises(Refusal, match="2 unit di luar lingkup"):
        close_session(mentor, session)


def told(desk: Desk, session: MentoringSession) -> list[tuple[str, Any]]:
    """What the trail says of the notes on a session's units: by which act, from what to what."""
    query = sa.select(Event).filter_by(subject_type="SessionUnit").order_by(Event.id)
    lines = {each.id for each in session.units}
    return [
        (each.act, each.changes.get("SessionNote.text"))
        for each in desk.all(query)
        if each.subject_id in lines and "SessionNote.author_id" in each.changes
    ]


def test_what_is_typed_on_later_is_told_in_strides_and_the_rest_when_the_minutes_are_locked(held: Any) -> None:
    desk, session, _units = held
    line_of_unit = session.units[0]
    for minutes, text in ((0, "Belum"), (1, "Belum ada"), (11, "Belum ada operator"), (12, "Operator ada sekarang")):
        write_note(replace(desk, now=desk.now + timedelta(minutes=minutes)), line_of_unit, None, text)
        desk.session.commit()
    assert told(desk, session) == [
        ("session.write_note", None),
        ("session.write_note", ["", "Belum ada operator"]),
    ]
    close_session(replace(desk, now=desk.now + timedelta(minutes=13)), session)
    desk.session.commit()
    assert told(desk, session)[2:] == [("session.close", ["Belum ada operator", "Operator ada sekarang"])]


def test_notes_of_one_line_by_two_people_and_of_two_aspects_are_told_apart(held: Any, make: Make, desk_of: Any) -> None:
    desk, session, _units = held
    other = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=session.host_area))
    aspect = session.cycle.instrument.aspects[0].id
    for at, (who, about, text) in enumerate(((desk, None, "satu"), (desk, aspect, "dua"), (other, aspect, "tiga"))):
        write_note(replace(who, now=desk.now + timedelta(minutes=at)), session.units[0], about, text)
        desk.session.commit()
    close_session(desk, session)
    desk.session.commit()
    assert [pair for act, pair in told(desk, session) if act == "session.close"] == [
        ["", "satu"], ["", "dua"], ["", "tiga"],
    ]  # fmt: skip


def test_a_note_that_is_told_whole_already_is_not_told_again(held: Any) -> None:
    desk, session, _units = held
    write_note(desk, session.units[0], None, "")
    desk.session.commit()
    close_session(desk, session)
    desk.session.commit()
    assert told(desk, session) == [("session.write_note", None)]
