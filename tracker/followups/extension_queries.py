"""Questions about requests for time: which wait, how often a date was extended, what a follow-up was ever granted."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.followups.extension_models import Extension
from tracker.followups.extension_states import Asked, ExtensionStatus
from tracker.followups.models import FollowUp
from tracker.kit.db import Rows
from tracker.recommendations.models import Recommendation


def waiting_one(follow_up: FollowUp) -> Rows[Extension]:
    """The request about a follow-up that nobody has decided on; there is never more than one."""
    return sa.select(Extension).where(
        Extension.follow_up_id == follow_up.id, Extension.status == ExtensionStatus.REQUESTED
    )


def times_extended(follow_up: FollowUp) -> sa.Select[int]:
    """How often its date was extended because the unit asked; what was refused or withdrawn does not count."""
    return sa.select(sa.func.count(Extension.id)).where(
        Extension.follow_up_id == follow_up.id,
        Extension.asked == Asked.DATE,
        Extension.status == ExtensionStatus.GRANTED,
    )


def extensions_of(follow_up: FollowUp) -> Rows[Extension]:
    """Every request about a follow-up, oldest first, with whoever asked and decided."""
    return (
        sa.select(Extension)
        .where(Extension.follow_up_id == follow_up.id)
        .order_by(Extension.id)
        .options(joinedload(Extension.requested_by), joinedload(Extension.decided_by))
    )


def waiting_among(follow_up_ids: Collection[int]) -> Rows[Extension]:
    """What waits for a decision among these follow-ups."""
    return sa.select(Extension).where(
        Extension.follow_up_id.in_(follow_up_ids), Extension.status == ExtensionStatus.REQUESTED
    )


def to_decide(desk: Desk) -> Rows[Extension]:
    """What this person may decide on, oldest first; never what they asked for themselves."""
    return (
        sa.select(Extension)
        .join(FollowUp, FollowUp.id == Extension.follow_up_id)
        .where(
            Extension.status == ExtensionStatus.REQUESTED,
            desk.where_may(Act.GRANT_EXTENSION, FollowUp.unit_id, FollowUp.area_id),
            Extension.requested_by_id.is_distinct_from(desk.actor.id),
        )
        .order_by(Extension.requested_at, Extension.id)
    )


def how_many(query: Rows[Extension]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(query.with_only_columns(Extension.id).order_by(None).subquery())


OF_A_LINE = (
    joinedload(Extension.follow_up)
    .joinedload(FollowUp.unit)
    .options(joinedload(ServiceUnit.region), joinedload(ServiceUnit.agency)),
    joinedload(Extension.requested_by),
)
"""Put together once: homes ask for it."""


def as_lines(query: Rows[Extension]) -> Rows[Extension]:
    """With what a line of the list shows."""
    return query.options(*OF_A_LINE)


def as_page(id: int) -> Rows[Extension]:
    """With what the page of one request shows, in one query."""
    follow_up = joinedload(Extension.follow_up)
    return (
        sa.select(Extension)
        .where(Extension.id == id)
        .options(
            follow_up.joinedload(FollowUp.unit).options(joinedload(ServiceUnit.region), joinedload(ServiceUnit.agency)),
            follow_up.joinedload(FollowUp.recommendation).joinedload(Recommendation.letter),
            joinedload(Extension.requested_by),
            joinedload(Extension.decided_by),
        )
    )


def behind_the_hold(follow_up: FollowUp) -> Rows[Extension]:
    """The request whose granting led to the present hold, if a request did: both happened at the same moment."""
    return sa.select(Extension).where(
        Extension.follow_up_id == follow_up.id,
        Extension.status == ExtensionStatus.GRANTED,
        Extension.decided_at == follow_up.holder_since,
        Extension.asked != Asked.DATE,
    )
