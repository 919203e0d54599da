"""What units promised in earlier sessions and what became of it: the opening points of their next session."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.desk import Desk
from tracker.followups.models import FollowUp
from tracker.followups.rules import is_overdue
from tracker.followups.states import FollowUpStatus
from tracker.mentoring.models import Commitment, MentoringSession
from tracker.mentoring.states import SessionStatus


@dataclass(frozen=True, slots=True)
class Promised:
    """A commitment of an earlier session, with the follow-up that closing made of it."""

    commitment: Commitment
    follow_up: FollowUp
    session_id: int
    title: str
    held_at: datetime
    is_overdue: bool

    @property
    def is_kept(self) -> bool:
        return self.follow_up.status is FollowUpStatus.ACCEPTED


def promised_before(desk: Desk, session: MentoringSession, unit_ids: Collection[int]) -> dict[int, list[Promised]]:
    """Unit -> what it promised in closed sessions before this one, the latest session first. One query."""
    query = (
        sa.select(Commitment, FollowUp, MentoringSession.id, MentoringSession.title, MentoringSession.starts_at)
        .join(FollowUp, FollowUp.id == Commitment.follow_up_id)
        .join(MentoringSession, MentoringSession.id == Commitment.session_id)
        .where(
            Commitment.unit_id.in_(unit_ids),
            MentoringSession.status == SessionStatus.CLOSED,
            MentoringSession.starts_at < session.starts_at,
            MentoringSession.id != session.id,
        )
        .options(joinedload(Commitment.aspect))
        .order_by(MentoringSession.starts_at.desc(), MentoringSession.id.desc(), Commitment.due_on, Commitment.id)
    )
    found: dict[int, list[Promised]] = defaultdict(list)
    for commitment, follow_up, session_id, title, held_at in desk.session.execute(query):
        late = is_overdue(follow_up.holder, follow_up.due_at, desk.now)
        found[commitment.unit_id].append(Promised(commitment, follow_up, session_id, title, held_at, late))
    return dict(found)


def opening_points(promised: Sequence[Promised]) -> list[Promised]:
    """What returns by itself: not verified yet, and not cancelled; the most overdue first."""
    waiting = [each for each in promised if each.follow_up.is_open]
    return sorted(waiting, key=lambda each: (not each.is_overdue, each.follow_up.due_at, each.commitment.id))


def last_time(promised: Sequence[Promised]) -> list[Promised]:
    """All that was promised in the unit's latest session before, kept or not."""
    return [each for each in promised if each.session_id == promised[0].session_id]
