"""What sessions mean to one unit or to one person's units: the last one, the next one, and what is still promised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.followups.models import FollowUp
from tracker.mentoring.models import Commitment, MentoringSession, SessionUnit
from tracker.mentoring.states import SessionStatus
from tracker.mentoring.views import pages

COMING = (SessionStatus.SCHEDULED, SessionStatus.RUNNING)
AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class OfUnit:
    """The unit's line in its last closed session and in its next one, and how many commitments are open."""

    last: SessionUnit | None
    next: SessionUnit | None
    open_commitments: int

    def __bool__(self) -> bool:
        return self.last is not None or self.next is not None


OF_UNIT = (
    sa.select(SessionUnit)
    .join(MentoringSession, MentoringSession.id == SessionUnit.session_id)
    .where(SessionUnit.unit_id == sa.bindparam("unit"))
    .options(joinedload(SessionUnit.session))
    .limit(1)
)
LAST = OF_UNIT.where(MentoringSession.status == SessionStatus.CLOSED).order_by(MentoringSession.starts_at.desc())
NEXT = OF_UNIT.where(MentoringSession.status.in_(COMING)).order_by(MentoringSession.starts_at)
PROMISED = sa.select(sa.func.count(FollowUp.id)).where(
    FollowUp.unit_id == sa.bindparam("unit"), FollowUp.is_open, FollowUp.from_commitment
)
"""Put together once: that takes as long as the answer."""


def of_unit(desk: Desk, unit: ServiceUnit) -> OfUnit:
    """Two queries; three where there was a session."""
    asked = {"unit": unit.id}
    before, after = desk.session.scalar(LAST, asked), desk.session.scalar(NEXT, asked)
    count = 0 if before is None else desk.session.scalar(PROMISED, asked) or 0
    return OfUnit(before, after, count)


def to_prepare(desk: Desk) -> list[SessionUnit]:
    """Lines of coming sessions for which this person prepares a unit, the nearest first."""
    query = (
        sa.select(SessionUnit)
        .join(MentoringSession, MentoringSession.id == SessionUnit.session_id)
        .where(
            MentoringSession.status.in_(COMING),
            MentoringSession.ends_at > desk.now,
            desk.where_may(Act.PREPARE_FOR_SESSION, SessionUnit.unit_id),
        )
        .options(joinedload(SessionUnit.session), joinedload(SessionUnit.unit).joinedload(ServiceUnit.agency))
        .order_by(MentoringSession.starts_at, SessionUnit.position, SessionUnit.id)
    )
    return desk.all(query.limit(AT_ONCE))


def promised_in(follow_up: FollowUp) -> Mapping[str, Any] | None:
    """The session in which a follow-up was promised, for its page: number and title."""
    desk: Desk = g.desk
    query = (
        sa.select(MentoringSession.id, MentoringSession.title)
        .join(Commitment, Commitment.session_id == MentoringSession.id)
        .where(Commitment.follow_up_id == follow_up.id)
    )
    found = desk.session.execute(query).first()
    return {"id": found[0], "title": found[1]} if found is not None else None


@pages.record_once
def words(state: BlueprintSetupState) -> None:
    """The page of a follow-up lies below sessions, and asks by this name where it was promised."""
    state.app.jinja_env.globals.update(promised_in=promised_in)
