"""Questions about recommendations and letters: which recur, which were carried over, which a word finds."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from tracker.directory.models import Agency, ServiceUnit
from tracker.events.models import Event
from tracker.instruments.models import Cycle, Instrument
from tracker.instruments.states import CycleStatus
from tracker.kit.db import Rows
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.rules import OPEN

UNITS_AT_ONCE = 25
MOST_REPEATS = 20
"""How far back a chain of repeated recommendations is followed."""


def open_cycles() -> Rows[Cycle]:
    """Cycles into which recommendations are still written, newest first."""
    return (
        sa.select(Cycle)
        .where(Cycle.status == CycleStatus.OPEN)
        .options(joinedload(Cycle.instrument))
        .order_by(Cycle.year.desc(), Cycle.id.desc())
    )


def earlier_cycles(cycle: Cycle) -> sa.Select[int]:
    """The ids of earlier cycles of the same source, however its instrument was versioned."""
    return (
        sa.select(Cycle.id)
        .join(Instrument, Instrument.id == Cycle.instrument_id)
        .where(
            Instrument.source == cycle.instrument.source,
            sa.or_(Cycle.year < cycle.year, sa.and_(Cycle.year == cycle.year, Cycle.id < cycle.id)),
        )
    )


def carried_into(cycle: Cycle) -> sa.ColumnElement[bool]:
    """Open recommendations of earlier cycles: they appear in this one, outside its percentages."""
    return sa.and_(Recommendation.cycle_id.in_(earlier_cycles(cycle)), Recommendation.assessment.in_(OPEN))


def may_recur(unit_id: int, cycle: Cycle) -> Rows[Recommendation]:
    """What a unit was told before this cycle, is still open and was not said again in it; the newest first."""
    again = aliased(Recommendation)
    said = sa.exists().where(again.repeats_id == Recommendation.id)
    return (
        sa.select(Recommendation)
        .where(Recommendation.unit_id == unit_id, carried_into(cycle), ~said)
        .options(
            joinedload(Recommendation.aspect), joinedload(Recommendation.cycle), joinedload(Recommendation.indicator)
        )
        .order_by(Recommendation.cycle_id.desc(), Recommendation.aspect_id, Recommendation.id)
    )


def repeated_by(recommendation: Recommendation) -> Rows[Recommendation]:
    """The same recommendation in later cycles."""
    return (
        sa.select(Recommendation)
        .where(Recommendation.repeats_id == recommendation.id)
        .options(joinedload(Recommendation.cycle))
        .order_by(Recommendation.id)
    )


def same_text(cycle_id: int, unit_id: int, aspect_id: int, key: str) -> Rows[Recommendation]:
    """What says the same in this cycle, unit and aspect; there is one at most."""
    return sa.select(Recommendation).filter_by(cycle_id=cycle_id, unit_id=unit_id, aspect_id=aspect_id, text_key=key)


def letters_of(cycle_id: int) -> Rows[Letter]:
    """Letters of a cycle, newest first."""
    return sa.select(Letter).where(Letter.cycle_id == cycle_id).order_by(Letter.dated_on.desc(), Letter.id.desc())


def recommendations_of(letter: Letter) -> Rows[Recommendation]:
    return (
        sa.select(Recommendation)
        .join(ServiceUnit, ServiceUnit.id == Recommendation.unit_id)
        .where(Recommendation.letter_id == letter.id)
        .options(joinedload(Recommendation.unit).joinedload(ServiceUnit.agency), joinedload(Recommendation.aspect))
        .order_by(ServiceUnit.name, Recommendation.id)
    )


def units_named(words: str) -> Rows[ServiceUnit]:
    """Units whose name, or whose agency's, holds each of the words."""
    query = (
        sa.select(ServiceUnit)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .where(ServiceUnit.is_active)
        .options(joinedload(ServiceUnit.agency))
        .order_by(ServiceUnit.name, ServiceUnit.id)
    )
    for word in words.split():
        query = query.where(
            sa.or_(ServiceUnit.name.icontains(word, autoescape=True), Agency.name.icontains(word, autoescape=True))
        )
    return query


def with_ids(ids: Collection[int]) -> Rows[Recommendation]:
    return sa.select(Recommendation).where(Recommendation.id.in_(ids)).order_by(Recommendation.id)


def chain_before(recommendation: Recommendation) -> list[Recommendation]:
    """The same recommendation in earlier cycles, the latest first; one look each, and there are few."""
    chain: list[Recommendation] = []
    earlier = recommendation.repeats
    while earlier is not None and len(chain) < MOST_REPEATS:
        chain.append(earlier)
        earlier = earlier.repeats
    return chain


def letters() -> Rows[Letter]:
    """All letters in reach, newest first."""
    return sa.select(Letter).order_by(Letter.dated_on.desc().nulls_last(), Letter.id.desc())


def with_cycle() -> tuple[Any, ...]:
    return (joinedload(Letter.cycle),)


def history(row: Recommendation | Letter) -> sa.Select[Event]:
    """What happened to a recommendation or a letter, newest first."""
    return (
        sa.select(Event)
        .where(Event.subject_type == type(row).__name__, Event.subject_id == row.id)
        .order_by(Event.id.desc())
    )
