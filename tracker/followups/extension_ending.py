"""A request about time ends with what it was about: closing a follow-up closes what its unit still asked for."""

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.followups.extension_queries import waiting_one
from tracker.followups.models import FollowUp
from tracker.kit.words import N_

OVER = N_("Tindak lanjutnya sudah selesai.")


def end_request(desk: Desk, follow_up: FollowUp) -> None:
    """Nothing is left to decide once the follow-up is closed. Told by the event of what closed it."""
    waiting = desk.session.scalars(waiting_one(follow_up)).one_or_none()
    if waiting is not None:
        waiting.move(Act.WITHDRAW_EXTENSION)
        waiting.decision_reason, waiting.decided_at = OVER, desk.now
