"""Recommendations are written, changed, said again; letters are kept."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.instruments.models import Cycle
from tracker.instruments.states import CycleStatus
from tracker.kit.refusal import Refusal
from tracker.recommendations.models import Recommendation
from tracker.recommendations.operations import (
    Advice,
    LetterFacts,
    add_letter,
    add_recommendation,
    edit_letter,
    edit_recommendation,
    recommend_again,
)
from tracker.recommendations.queries import may_recur
from tracker.recommendations.states import Assessment, Priority

DeskOf = Callable[..., Desk]


def setting_of(make: Make) -> tuple[ServiceUnit, Cycle]:
    return make.unit(), make.cycle()


def test_a_new_recommendation_starts_not_followed_up_and_is_told_of(make: Make, desk_of: DeskOf) -> None:
    unit, cycle = setting_of(make)
    desk = desk_of(make.user(Role.MENTOR, area=unit.area))
    aspect = cycle.instrument.aspects[1]
    advice = Advice(aspect.id, " Pasang standar pelayanan. ", priority=Priority.HIGH, target_score=Decimal("3.5"))
    added = add_recommendation(desk, unit, cycle, advice)
    desk.session.commit()
    assert (added.text, added.assessment, added.times) == (
        "Pasang standar pelayanan.", Assessment.NOT_FOLLOWED_UP, 1,
    )  # fmt: skip
    told = desk.session.scalars(sa.select(Event).filter_by(subject_type="Recommendation", subject_id=added.id)).one()
    assert told.act == Act.ADD_RECOMMENDATION


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": " .,! "}, "text"),
        ({"target_score": Decimal("5.01")}, "target_score"),
        ({"target_score": Decimal("-1")}, "target_score"),
        ({"aspect_id": 0}, "aspect_id"),
        ({"indicator_id": 999999}, "indicator_id"),
        ({"letter_id": 999999}, "letter_id"),
    ],
    ids=["only punctuation", "above the scale", "below zero", "unknown aspect", "unknown indicator", "unknown letter"],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    make: Make, desk_of: DeskOf, changed: dict[str, object], field: str
) -> None:
    unit, cycle = setting_of(make)
    desk = desk_of(make.user(Role.MENTOR, area=unit.area))
    usual: dict[str, object] = {"aspect_id": cycle.instrument.aspects[0].id, "text": "Perbaiki antrean."}
    with pytest.raises(Refusal) as refused:
        add_recommendation(desk, unit, cycle, Advice(**usual | changed))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_an_aspect_and_a_letter_of_another_cycle_are_refused(make: Make, desk_of: DeskOf) -> None:
    unit, cycle = setting_of(make)
    other = make.cycle()
    desk = desk_of(make.user(Role.LEADERSHIP))
    with pytest.raises(Refusal, match="instrumen"):
        add_recommendation(desk, unit, cycle, Advice(other.instrument.aspects[0].id, "Perbaiki."))
    letter = make.letter(other)
    with pytest.raises(Refusal, match="bukan surat dari siklusnya"):
        add_recommendation(desk, unit, cycle, Advice(cycle.instrument.aspects[0].id, "Perbaiki.", letter_id=letter.id))


def test_the_same_words_are_refused_twice_whatever_their_spelling(make: Make, desk_of: DeskOf) -> None:
    unit, cycle = setting_of(make)
    desk = desk_of(make.user(Role.LEADERSHIP))
    aspect = cycle.instrument.aspects[0].id
    add_recommendation(desk, unit, cycle, Advice(aspect, "Perbaiki antrean!"))
    with pytest.raises(Refusal) as refused:
        add_recommendation(desk, unit, cycle, Advice(aspect, "perbaiki  ANTREAN"))
    assert refused.value.field == "text"


def test_a_sealed_cycle_takes_no_recommendation(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit()
    sealed = make.cycle(status=CycleStatus.SEALED)
    desk = desk_of(make.user(Role.LEADERSHIP))
    with pytest.raises(Refusal, match="disegel"):
        add_recommendation(desk, unit, sealed, Advice(sealed.instrument.aspects[0].id, "Perbaiki."))


def test_an_edit_keeps_the_assessment_and_may_keep_its_own_words(make: Make, desk_of: DeskOf) -> None:
    row = make.recommendation(assessment=Assessment.NOT_YET_ADEQUATE)
    desk = desk_of(make.user(Role.MENTOR, area=row.unit.area))
    edit_recommendation(desk, row, Advice(row.aspect_id, row.text, due_on=date(2026, 6, 30)))
    edit_recommendation(desk, row, Advice(row.aspect_id, row.text, priority=Priority.LOW))
    desk.session.commit()
    assert (row.assessment, row.due_on, row.priority) == (Assessment.NOT_YET_ADEQUATE, None, Priority.LOW)


def test_what_is_said_again_is_new_linked_and_counted_and_the_old_work_goes_on(make: Make, desk_of: DeskOf) -> None:
    instrument = make.instrument()
    before, now = make.cycle(instrument=instrument, year=2024), make.cycle(instrument=instrument, year=2025)
    old = make.recommendation(cycle=before, times=2, priority=Priority.HIGH)
    work = make.follow_up(recommendation=old)
    desk = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=old.unit.area))
    [again] = recommend_again(desk, old.unit, now, [old.id])
    desk.session.commit()
    assert (again.repeats_id, again.times, again.cycle_id, again.text) == (old.id, 3, now.id, old.text)
    assert (again.assessment, again.priority) == (Assessment.NOT_FOLLOWED_UP, Priority.HIGH)
    assert work.is_open
    assert work.recommendation_id == old.id
    with pytest.raises(Refusal, match="tidak lagi"):
        recommend_again(desk, old.unit, now, [old.id])


def test_only_open_ones_of_earlier_cycles_of_the_same_unit_may_recur(make: Make, desk_of: DeskOf) -> None:
    instrument = make.instrument()
    before, now = make.cycle(instrument=instrument, year=2024), make.cycle(instrument=instrument, year=2025)
    unit = make.unit()
    still_open = make.recommendation(unit, cycle=before)
    make.recommendation(unit, cycle=before, assessment=Assessment.ADEQUATE)
    make.recommendation(unit, cycle=now)
    foreign = make.recommendation(cycle=before)
    desk = desk_of(make.user(Role.LEADERSHIP))
    assert [row.id for row in desk.all(may_recur(unit.id, now))] == [still_open.id]
    with pytest.raises(Refusal):
        recommend_again(desk, unit, now, [foreign.id])
    with pytest.raises(Refusal, match="Pilih"):
        recommend_again(desk, unit, now, [])


def test_a_later_version_of_the_instrument_is_found_by_the_code_of_the_aspect(make: Make, desk_of: DeskOf) -> None:
    before, now = make.cycle(year=2024), make.cycle(year=2025)
    old = make.recommendation(cycle=before, target_score=Decimal(3))
    desk = desk_of(make.user(Role.LEADERSHIP))
    [again] = recommend_again(desk, old.unit, now, [old.id])
    assert again.aspect.code == old.aspect.code
    assert again.aspect.instrument_id == now.instrument_id
    assert again.target_score is None


def test_a_letter_is_kept_once_and_may_be_corrected(make: Make, desk_of: DeskOf) -> None:
    cycle = make.cycle()
    desk = desk_of(make.user(Role.MENTOR, area=make.area()))
    letter = add_letter(desk, cycle, LetterFacts("B/4/PP.00.02/2020", date(2020, 3, 2)))
    with pytest.raises(Refusal) as refused:
        add_letter(desk, cycle, LetterFacts(" B/4/PP.00.02/2020 ", date(2020, 3, 2)))
    assert refused.value.field == "number"
    edit_letter(desk, letter, LetterFacts("B/4/PP.00.02/2020", date(2020, 3, 2), subject="Hasil"))
    with pytest.raises(Refusal):
        edit_letter(desk, letter, LetterFacts("  "))
    desk.session.commit()
    assert letter.subject == "Hasil"


def test_a_recommendation_of_a_foreign_unit_is_not_to_be_found(make: Make, desk_of: DeskOf) -> None:
    mine, foreign = make.recommendation(), make.recommendation()
    desk = desk_of(make.user(Role.MENTOR, area=mine.unit.area))
    assert {row.id for row in desk.all(sa.select(Recommendation))} == {mine.id}
    assert foreign.id != mine.id
