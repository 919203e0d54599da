"""The list of sessions as its address asks for it, and what a session's page reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.access.desk import Desk
from tracker.directory.models import Region, ServiceUnit, SupervisionArea
from tracker.events.models import Event
from tracker.instruments.models import Cycle
from tracker.kit.db import Rows
from tracker.mentoring.models import MentoringSession, Participant, SessionUnit
from tracker.mentoring.states import Answer, Part, SessionStatus

PAGE = 50
PEOPLE = 50
HISTORY = 50


class When(StrEnum):
    """The part of the list that is looked at; the words are those of the address."""

    COMING = "mendatang"
    RUNNING = "berlangsung"
    PAST = "lampau"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the list is narrowed to; what is left out narrows nothing."""

    when: When | None = None
    area_id: int | None = None
    status: SessionStatus | None = None
    cycle_id: int | None = None
    drafts: bool = True
    """Also those that are not announced yet, which are their planners' affair."""


def sessions(by: Narrowing, now: datetime) -> Rows[MentoringSession]:
    """Running and coming ones, the nearest first; past ones, the latest first."""
    query = sa.select(MentoringSession)
    for column, value in (
        (MentoringSession.host_area_id, by.area_id),
        (MentoringSession.status, by.status),
        (MentoringSession.cycle_id, by.cycle_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if not by.drafts:
        query = query.where(MentoringSession.status != SessionStatus.DRAFT)
    if by.when is not None:
        query = query.where(within(by.when, now))
    is_over = sa.case((over(now), 1), else_=0)
    nearest = sa.case((over(now), None), else_=MentoringSession.starts_at)
    return query.order_by(is_over, nearest, MentoringSession.starts_at.desc(), MentoringSession.id.desc())


def over(now: datetime) -> sa.ColumnElement[bool]:
    """Closed, cancelled, or its last day is behind us although nobody closed it."""
    ended = MentoringSession.status.in_((SessionStatus.CLOSED, SessionStatus.CANCELLED))
    waits = MentoringSession.status.in_((SessionStatus.DRAFT, SessionStatus.SCHEDULED))
    return sa.or_(ended, sa.and_(waits, MentoringSession.ends_at < now))


def within(when: When, now: datetime) -> sa.ColumnElement[bool]:
    running = sa.or_(
        MentoringSession.status == SessionStatus.RUNNING,
        sa.and_(~over(now), MentoringSession.starts_at <= now),
    )
    return {When.RUNNING: running, When.PAST: over(now), When.COMING: sa.and_(~over(now), ~running)}[when]


def for_list(query: Rows[MentoringSession]) -> Rows[MentoringSession]:
    return query.options(joinedload(MentoringSession.host_area), selectinload(MentoringSession.days))


def for_page() -> tuple[Any, ...]:
    """What a session's page reads of it beside its units and people, which are read in pieces."""
    return (
        joinedload(MentoringSession.host_area),
        joinedload(MentoringSession.cycle),
        selectinload(MentoringSession.days),
    )


def unit_counts(desk: Desk, ids: Sequence[int]) -> dict[int, int]:
    """How many units in reach take part, by session."""
    query = sa.select(SessionUnit.session_id, sa.func.count()).where(SessionUnit.session_id.in_(ids))
    return {found[0]: found[1] for found in desk.session.execute(query.group_by(SessionUnit.session_id))}


def units_of(session: MentoringSession) -> Rows[SessionUnit]:
    """In their order, with all that names them."""
    unit = joinedload(SessionUnit.unit)
    return (
        sa.select(SessionUnit)
        .where(SessionUnit.session_id == session.id)
        .options(unit.options(joinedload(ServiceUnit.agency), joinedload(ServiceUnit.region).joinedload(Region.parent)))
        .order_by(SessionUnit.position, SessionUnit.id)
    )


def participants(session: MentoringSession) -> Rows[Participant]:
    """Hosts and speakers first, then by unit."""
    order = sa.case({part.value: place for place, part in enumerate(Part)}, value=Participant.part, else_=9)
    query = sa.select(Participant).where(Participant.session_id == session.id)
    return query.order_by(order, Participant.unit_id, Participant.name, Participant.id)


def answers(desk: Desk, session: MentoringSession) -> dict[Answer, int]:
    query = sa.select(Participant.answer, sa.func.count()).where(Participant.session_id == session.id)
    found = {row[0]: row[1] for row in desk.session.execute(query.group_by(Participant.answer))}
    return {answer: found.get(answer, 0) for answer in Answer}


def participant_of(desk: Desk, session: MentoringSession) -> Participant | None:
    """Whoever looks, if invited."""
    query = sa.select(Participant).filter_by(session_id=session.id, user_id=desk.actor.id)
    return desk.session.scalar(query) if desk.actor.id is not None else None


def areas_in_use() -> Rows[SupervisionArea]:
    return sa.select(SupervisionArea).order_by(SupervisionArea.code)


def cycles() -> Rows[Cycle]:
    return sa.select(Cycle).options(joinedload(Cycle.instrument)).order_by(Cycle.year.desc(), Cycle.id.desc())


def speakers_of(desk: Desk, session: MentoringSession) -> list[str]:
    query = sa.select(Participant.name).filter_by(session_id=session.id, part=Part.SPEAKER)
    return desk.all(query.order_by(Participant.id))


def history(session: MentoringSession) -> Rows[Event]:
    """What was done to it, the newest first."""
    query = sa.select(Event).where(Event.subject_type == MentoringSession.__name__, Event.subject_id == session.id)
    return query.order_by(Event.id.desc()).limit(HISTORY)
