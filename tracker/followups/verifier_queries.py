"""What waits for the verifier's side, oldest first, and what a verifier needs to see of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only, selectinload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit, User
from tracker.followups.lines import LINES
from tracker.followups.models import CorrectiveAction, FollowUp, Submission, Verification
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Aspect, Cycle
from tracker.kit.db import Rows
from tracker.recommendations.models import Recommendation


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue is narrowed to. `late_before` keeps what came before it."""

    area_id: int | None = None
    aspect: str = ""
    late_before: datetime | None = None


def queue(desk: Desk, by: QueueFilter) -> Rows[FollowUp]:
    """What this verifier may judge, oldest first; never what they submitted themselves."""
    return waiting(desk, by, sa.select(FollowUp)).order_by(*OLDEST_FIRST)


def how_many(desk: Desk, by: QueueFilter) -> sa.Select[int]:
    return waiting(desk, by, sa.select(sa.func.count()).select_from(FollowUp))


def as_lines(desk: Desk, by: QueueFilter) -> sa.Select[Any]:
    """For `lines.read`."""
    return waiting(desk, by, LINES).order_by(*OLDEST_FIRST)


OLDEST_FIRST = FollowUp.holder_since, FollowUp.id


def waiting(desk: Desk, by: QueueFilter, asked: sa.Select[Any]) -> sa.Select[Any]:
    query = asked.where(
        FollowUp.status == FollowUpStatus.SUBMITTED,
        desk.where_may(Act.ACCEPT_FOLLOW_UP, FollowUp.unit_id, FollowUp.area_id),
        FollowUp.submitted_by_id.is_distinct_from(desk.actor.id),
    )
    if by.area_id is not None:
        query = query.where(FollowUp.area_id == by.area_id)
    if by.aspect:
        said = sa.select(Recommendation.id).join(Aspect, Aspect.id == Recommendation.aspect_id)
        query = query.where(FollowUp.recommendation_id.in_(said.where(Aspect.code == by.aspect).scalar_subquery()))
    if by.late_before is not None:
        query = query.where(FollowUp.holder_since < by.late_before)
    return query


def who_checks(follow_up_ids: Collection[int]) -> Rows[FollowUp]:
    """These follow-ups with the verifier who opened each."""
    return (
        sa.select(FollowUp)
        .where(FollowUp.id.in_(follow_up_ids))
        .options(load_only(FollowUp.checking_by_id), joinedload(FollowUp.checking_by).load_only(User.name))
    )


def next_unchecked(query: Rows[FollowUp], after: int, now: datetime, me: int | None) -> Rows[FollowUp]:
    """The first of the queue that nobody else is checking; what another verifier is taking this moment is passed by."""
    free = sa.or_(FollowUp.checking_until.is_(None), FollowUp.checking_until < now, FollowUp.checking_by_id == me)
    return (
        query.where(free, FollowUp.id != after)
        .limit(1)
        .with_for_update(skip_locked=True, of=FollowUp)
        .execution_options(populate_existing=True)
    )


def late_receipts(follow_up_ids: Collection[int]) -> sa.Select[int]:
    """Of these follow-ups, those whose waiting submission came after its due date."""
    judged = sa.exists().where(Verification.submission_id == Submission.id)
    return sa.select(Submission.follow_up_id).where(
        Submission.follow_up_id.in_(follow_up_ids), Submission.withdrawn_at.is_(None), Submission.is_late, ~judged
    )


def with_everything(follow_up_id: int) -> Rows[FollowUp]:
    """One follow-up with its recommendation, its actions and their evidence."""
    recommendation = joinedload(FollowUp.recommendation)
    return (
        sa.select(FollowUp)
        .where(FollowUp.id == follow_up_id)
        .options(
            joinedload(FollowUp.unit).joinedload(ServiceUnit.agency),
            joinedload(FollowUp.unit).joinedload(ServiceUnit.region),
            recommendation.joinedload(Recommendation.aspect),
            recommendation.joinedload(Recommendation.indicator),
            recommendation.joinedload(Recommendation.letter),
            recommendation.joinedload(Recommendation.cycle),
            joinedload(FollowUp.person_in_charge),
            joinedload(FollowUp.checking_by),
            selectinload(FollowUp.actions).options(
                joinedload(CorrectiveAction.logged_by), selectinload(CorrectiveAction.evidence)
            ),
        )
        .execution_options(populate_existing=True)
    )


def receipts(follow_up: FollowUp) -> Rows[Submission]:
    """What was handed in, newest first, with the decision on each."""
    return (
        sa.select(Submission)
        .where(Submission.follow_up_id == follow_up.id)
        .options(
            joinedload(Submission.submitted_by),
            joinedload(Submission.verification).joinedload(Verification.decided_by),
        )
        .order_by(Submission.id.desc())
    )


def aspects_in_use() -> sa.Select[str, str]:
    """Code and name of the aspects by which a queue can be narrowed: those of every cycle's instrument. Asking which
    of them the queue holds would read the recommendation of each of its thousands of rows."""
    used = sa.select(Cycle.instrument_id).scalar_subquery()
    return (
        sa.select(Aspect.code, sa.func.min(Aspect.name))
        .where(Aspect.instrument_id.in_(used))
        .group_by(Aspect.code)
        .order_by(sa.func.min(Aspect.position), Aspect.code)
    )
