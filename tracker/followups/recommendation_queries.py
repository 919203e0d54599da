"""Recommendations together with the work on them: narrowed lists, and which of them nobody works on."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.directory.models import Agency, ServiceUnit
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Aspect, Cycle, Indicator
from tracker.kit.db import Rows
from tracker.recommendations.models import Recommendation
from tracker.recommendations.queries import carried_into
from tracker.recommendations.states import Assessment, Origin, Priority


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list of recommendations is narrowed to; what is left out narrows nothing."""

    cycle: Cycle | None = None
    carried: bool = False
    """Also the open ones of earlier cycles."""
    area_id: int | None = None
    unit_id: int | None = None
    aspect: str = ""
    """By its code, so that versions of an instrument count as one."""
    indicator: int | None = None
    """By its number."""
    assessment: Assessment | None = None
    priority: Priority | None = None
    origin: Origin | None = None
    unassigned: bool = False
    words: str = ""


def assigned() -> sa.ColumnElement[bool]:
    """Somebody was asked to work on it: it has a follow-up that was not cancelled."""
    return sa.exists().where(
        FollowUp.recommendation_id == Recommendation.id,
        FollowUp.unit_id == Recommendation.unit_id,
        FollowUp.status != FollowUpStatus.CANCELLED,
    )


def narrowed(by: Narrowing) -> Rows[Recommendation]:
    """The recommendations that fit, without order."""
    query = (
        sa.select(Recommendation)
        .join(ServiceUnit, ServiceUnit.id == Recommendation.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .join(Aspect, Aspect.id == Recommendation.aspect_id)
    )
    if by.cycle is not None:
        own = Recommendation.cycle_id == by.cycle.id
        query = query.where(sa.or_(own, carried_into(by.cycle)) if by.carried else own)
    if by.area_id is not None:
        query = query.where(ServiceUnit.area_id == by.area_id)
    if by.unit_id is not None:
        query = query.where(Recommendation.unit_id == by.unit_id)
    if by.aspect:
        query = query.where(Aspect.code == by.aspect)
    if by.indicator is not None:
        numbered = sa.select(Indicator.id).where(Indicator.number == by.indicator)
        query = query.where(Recommendation.indicator_id.in_(numbered))
    if by.assessment is not None:
        query = query.where(Recommendation.assessment == by.assessment)
    if by.priority is not None:
        query = query.where(Recommendation.priority == by.priority)
    if by.origin is not None:
        query = query.where(Recommendation.origin == by.origin)
    if by.unassigned:
        query = query.where(~assigned(), Recommendation.assessment != Assessment.CANNOT)
    for word in by.words.split():
        found = (
            column.icontains(word, autoescape=True) for column in (Recommendation.text, ServiceUnit.name, Agency.name)
        )
        query = query.where(sa.or_(*found))
    return query


def in_order(query: Rows[Recommendation]) -> Rows[Recommendation]:
    """By unit, then as the instrument orders its aspects; with what a list shows of each."""
    return query.order_by(ServiceUnit.name, ServiceUnit.id, Aspect.position, Recommendation.id).options(
        joinedload(Recommendation.unit).joinedload(ServiceUnit.agency),
        joinedload(Recommendation.unit).joinedload(ServiceUnit.region),
        joinedload(Recommendation.aspect),
        joinedload(Recommendation.cycle),
    )


def how_many(query: Rows[Recommendation]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(query.with_only_columns(Recommendation.id).order_by(None).subquery())


def work_on(ids: list[int]) -> sa.Select[int, int, int]:
    """Recommendation -> how many follow-ups not cancelled, and how many of them open."""
    return (
        sa.select(
            FollowUp.recommendation_id,
            sa.func.count(),
            sa.func.sum(sa.case((FollowUp.is_open, 1), else_=0)),
        )
        .where(FollowUp.recommendation_id.in_(ids), FollowUp.status != FollowUpStatus.CANCELLED)
        .group_by(FollowUp.recommendation_id)
    )


def follow_ups_with_people(recommendation: Recommendation) -> Rows[FollowUp]:
    """The follow-ups of one recommendation, with who is in charge."""
    return (
        sa.select(FollowUp)
        .where(FollowUp.recommendation_id == recommendation.id)
        .options(joinedload(FollowUp.person_in_charge))
        .order_by(FollowUp.is_open.desc(), FollowUp.due_at, FollowUp.id)
    )


def aspects_known() -> sa.Select[str, str]:
    """Code and name of the aspects that recommendations in reach are about."""
    return (
        sa.select(Aspect.code, sa.func.min(Aspect.name))
        .join(Recommendation, Recommendation.aspect_id == Aspect.id)
        .group_by(Aspect.code)
        .order_by(sa.func.min(Aspect.position))
    )
