"""The assessment of a recommendation where no follow-up asks for it: the work is done, the judgement was left open."""

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.followups.assigning import lock, take_up
from tracker.followups.queries import follow_ups_of
from tracker.followups.states import FollowUpStatus
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove
from tracker.recommendations.models import Recommendation

STILL_OPEN = N_("Masih ada tindak lanjut yang terbuka. Nilai setelah semuanya selesai.")
NOTHING_ACCEPTED = N_("Belum ada tindak lanjut yang diterima, sehingga belum dapat dinilai sesuai.")


def awaits_judgement(desk: Desk, recommendation: Recommendation) -> bool:
    """Work was accepted, nothing is open, and nobody has said whether that is enough."""
    return recommendation.can(Act.JUDGE_ADEQUATE) and not obstacle(desk, recommendation)


def judge_adequate(desk: Desk, recommendation: Recommendation, reason: str = "") -> None:
    """What was accepted is enough; the recommendation counts in full."""
    lock(desk, recommendation)
    if not recommendation.can(Act.JUDGE_ADEQUATE):
        raise IllegalMove(Act.JUDGE_ADEQUATE, recommendation.assessment)
    if message := obstacle(desk, recommendation):
        raise Refusal("note", message)
    take_up(desk, recommendation, Act.JUDGE_ADEQUATE, reason.strip())


def obstacle(desk: Desk, recommendation: Recommendation) -> str:
    follow_ups = desk.all(follow_ups_of(recommendation))
    if any(each.is_open for each in follow_ups):
        return STILL_OPEN
    return "" if any(each.status is FollowUpStatus.ACCEPTED for each in follow_ups) else NOTHING_ACCEPTED
