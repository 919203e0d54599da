"""What a job is: a name, a rule that says when it is due, and the work of a capability."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.access.desk import Desk
from tracker.jobs.rules import Rule

Work = Callable[[Desk, datetime], Mapping[str, int]]
"""Done at the machine's desk for a slot; what it counted comes back. The desk's now is the moment of the run.

It may commit as it goes, must bear to be killed anywhere and begun again, and leaves its last changes to be committed
together with the note that the slot is done.
"""


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    label: str
    told: str
    """What it does, for the page."""
    rule: Rule
    work: Work
    by_hand: bool = False
    """Whether people may ask for it in the site."""
    apart: bool = False
    """Runs beside the others, which go one after the other."""
    only_past: bool = False
    """Takes away what is over, and never as of a moment ahead: what still lives would be gone."""

    def moment(self, at: datetime | None, now: datetime) -> datetime:
        """As of when it works: the moment it is told, else the present."""
        if at is None or (self.only_past and at > now):
            return now
        return at
