"""The nights of the demonstration: figures are copied while its stories are played, and its past cycle is sealed.

Nothing here is made up: copies and seals are taken by the jobs of the site, with the clock set back to each night.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.access.acts import Act
from tracker.access.scope import as_machine
from tracker.demo.stage import Stage
from tracker.instruments.models import Cycle
from tracker.progress.nightly import recalculate
from tracker.progress.sealed_rules import days_of
from tracker.progress.sealing import seal_cycle

JAKARTA = ZoneInfo("Asia/Jakarta")
COPIED_AT, SEALED_AT = time(1, 0), time(1, 30)
DAILY = timedelta(days=7)
"""The last days are copied one by one, those before by their Sundays, as old copies are thinned."""
SUNDAY = 6


@dataclass
class Nights:
    """Called with each day on which something happens, before it does."""

    stage: Stage
    next: date

    def before(self, day: date) -> None:
        """Copy the figures of the days that have ended since the last call."""
        while self.next < day:
            if self.next.weekday() == SUNDAY or self.next >= self.stage.today - DAILY:
                slot = datetime.combine(self.next + timedelta(days=1), COPIED_AT, JAKARTA)
                recalculate(self.stage.machine(slot), slot)
            self.next += timedelta(days=1)


def leave_open(stage: Stage, cycle_id: int) -> None:
    """Say that the opening of a past cycle was entered today: it is sealed by hand only, so workbooks can come in."""
    desk = stage.machine(stage.now)
    with as_machine(stage.session):
        cycle = stage.session.get_one(Cycle, cycle_id)
        opening_on = cycle.opening_on
        for entered in (None, opening_on):
            cycle.opening_on = entered
            desk.record(Act.LOAD_DEMO, cycle)
    stage.session.commit()


def seal_before(stage: Stage, cycle_id: int) -> None:
    """Seal a past cycle on each of the days before its opening on which that was due."""
    with as_machine(stage.session):
        opening_on = stage.session.get_one(Cycle, cycle_id).opening_on
    for step, day in days_of(opening_on) if opening_on is not None else []:
        desk = stage.machine(datetime.combine(day, SEALED_AT, JAKARTA))
        with as_machine(stage.session):
            seal_cycle(desk, stage.session.get_one(Cycle, cycle_id), step, day, "")
        stage.session.commit()
