"""What closing a session would make of its commitments, told before it happens."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.access.desk import Desk
from tracker.instruments.states import CycleStatus
from tracker.mentoring.committing import identity, known_by_identity, units_beyond
from tracker.mentoring.models import Commitment, MentoringSession


@dataclass(frozen=True, slots=True)
class Outlook:
    """`new` and `past` hold commitments by id: those that make a recommendation, and those due before today."""

    follow_ups: int
    units: int
    new: frozenset[int]
    past: frozenset[int]
    beyond: int
    """Units of the session out of this person's reach: closing is then for somebody else."""
    is_sealed: bool

    @property
    def is_blocked(self) -> bool:
        return bool(self.beyond) or (self.is_sealed and bool(self.new))


def outlook(desk: Desk, session: MentoringSession, promised: Sequence[Commitment]) -> Outlook:
    cycle = session.cycle
    unserved = [each for each in promised if each.recommendation_id is None]
    known = known_by_identity(desk, cycle, {each.unit_id for each in unserved}) if cycle is not None else {}
    return Outlook(
        follow_ups=len(promised),
        units=len({each.unit_id for each in promised}),
        new=frozenset(each.id for each in unserved if identity(each) not in known),
        past=frozenset(each.id for each in promised if each.due_on < desk.today),
        beyond=units_beyond(desk, session),
        is_sealed=cycle is not None and cycle.status is CycleStatus.SEALED,
    )
