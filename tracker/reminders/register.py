"""What each capability owes to whom, and how its lines read. Filled by the wiring; the ledger knows no capability.

A duty has two halves. `owed` runs when reminders are planned, at the machine's desk: it yields, without keeping them
all in memory, who is owed a word on the day. `lines` runs when a digest is put together, at the recipient's desk and in
the recipient's language: for each reminder it gives the line to be read, or says why there is none any more. What the
desk cannot see comes back as a Skip, so that nothing is told to somebody who lost access.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.access.desk import Desk
from tracker.reminders.models import Reminder
from tracker.reminders.rules import Line, Owed, Skip

Owing = Callable[[Desk], Iterable[Owed]]
Reading = Callable[[Desk, Sequence[Reminder]], Mapping[int, Line | Skip]]


@dataclass(frozen=True, slots=True)
class Duty:
    """One rule of the ledger. `label` names it on the pages; `escalates` marks lines that tell somebody higher up."""

    rule: str
    label: str
    owed: Owing
    lines: Reading
    escalates: bool = False


DUTIES: dict[str, Duty] = {}


def register(*duties: Duty) -> None:
    """Called by the wiring. A rule has one duty."""
    for duty in duties:
        if duty.rule in DUTIES and DUTIES[duty.rule] != duty:
            raise ValueError(f"two duties for the rule {duty.rule}")
        DUTIES[duty.rule] = duty
