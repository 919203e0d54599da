"""How the work on a recommendation comes out, drawn before it is written, so that all parts of it agree. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tracker.followups.states import FollowUpStatus
from tracker.recommendations.states import Assessment

FOLLOW_UPS = 2
S = FollowUpStatus
NOW = {S.ASSIGNED: 14, S.IN_PROGRESS: 28, S.SUBMITTED: 13, S.RETURNED: 9, S.ON_HOLD: 4, S.ACCEPTED: 30, S.CANCELLED: 2}
"""Of a hundred follow-ups of the current cycle."""
EARLIER = {S.ASSIGNED: 2, S.IN_PROGRESS: 6, S.SUBMITTED: 2, S.RETURNED: 4, S.ON_HOLD: 2, S.ACCEPTED: 80, S.CANCELLED: 4}
CANNOT, PROPOSED = 0.01, 0.001
JUDGED_ADEQUATE = 0.9
LOOKED_AT = (S.ACCEPTED, S.RETURNED)


@dataclass(frozen=True, slots=True)
class Fate:
    assessment: Assessment
    statuses: tuple[FollowUpStatus, ...]
    cannot_proposed: bool = False

    @classmethod
    def drawn(cls, chance: Random, is_current: bool, confirms: bool) -> "Fate":
        """Of one recommendation; `confirms` says that the agency's coordinator looks at evidence first."""
        if chance.random() < CANNOT:
            return cls(Assessment.CANNOT, (S.CANCELLED,) * FOLLOW_UPS, cannot_proposed=True)
        odds = NOW if is_current else EARLIER
        drawn = chance.choices(list(odds), list(odds.values()), k=FOLLOW_UPS)
        waits = [
            S.AWAITING_CONFIRMATION if status is S.SUBMITTED and confirms and chance.random() < 0.5 else status
            for status in drawn
        ]
        assessment = assessment_of(waits, chance)
        proposed = is_current and assessment is not Assessment.ADEQUATE and chance.random() < PROPOSED
        return cls(assessment, tuple(waits), cannot_proposed=proposed)


def assessment_of(statuses: Sequence[FollowUpStatus], chance: Random) -> Assessment:
    """As verifiers would have set it."""
    counting = [status for status in statuses if status is not S.CANCELLED]
    if counting and all(status is S.ACCEPTED for status in counting) and chance.random() < JUDGED_ADEQUATE:
        return Assessment.ADEQUATE
    looked_at = any(status in LOOKED_AT for status in counting)
    return Assessment.NOT_YET_ADEQUATE if looked_at else Assessment.NOT_FOLLOWED_UP
