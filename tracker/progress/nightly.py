"""Every night, and when asked: recompute everything, repair what differs, copy the figures of the day just ended."""

from datetime import date, datetime

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.instruments.models import Cycle
from tracker.progress.kept_models import ProgressCheck, ProgressSnapshot
from tracker.progress.lines import standing_rules
from tracker.progress.operations import recalculate_all
from tracker.progress.rules import expected
from tracker.progress.snapshots import copy_cycle, cycles_to_copy, day_before, thin_week, weeks_to_thin


def recalculate(desk: Desk, slot: datetime) -> dict[str, int]:
    """Recompute every figure, copy the day before the slot once, thin old copies to weekly; say what that came to.

    Commits in pieces of at most a thousand units or one cycle, so that nobody waits long to save. Counts: `units`
    looked at, stored rows that were `differences` (they are right afterwards), rows of `snapshots` written, and
    rows `thinned`.
    """
    found = recalculate_all(desk)
    day = day_before(slot)
    snapshots = copy_day(desk, day)
    thinned_to, thinned = thin(desk, day)
    desk.session.add(
        ProgressCheck(
            slot=slot,
            at=desk.now,
            day=day,
            units=found.units,
            differences=found.differences,
            snapshots=snapshots,
            thinned_to=thinned_to,
        )
    )
    desk.session.commit()
    return {"units": found.units, "differences": found.differences, "snapshots": snapshots, "thinned": thinned}


def copy_day(desk: Desk, day: date) -> int:
    """Write the copies of a day, a cycle a transaction; say how many rows that were."""
    session, written = desk.session, 0
    with as_machine(session):
        margins = standing_rules(session)
        cycles = [cycle.id for cycle in session.scalars(cycles_to_copy())]
    for id in cycles:
        with as_machine(session):
            cycle = session.scalars(sa.select(Cycle).filter_by(id=id)).one()
            standard = expected(day, cycle.letter_on, cycle.opening_on)
            written += copy_cycle(session, cycle, day, desk.now, standard, margins)
        session.commit()
    return written


def thin(desk: Desk, day: date) -> tuple[date | None, int]:
    """Thin the weeks that have become old since the last time; each is a transaction."""
    session = desk.session
    with as_machine(session):
        done = session.scalar(sa.select(sa.func.max(ProgressCheck.thinned_to)))
        first = done or session.scalar(sa.select(sa.func.min(ProgressSnapshot.day)))
    gone = 0
    for monday, sunday in weeks_to_thin(first, day) if first else []:
        if done is not None and sunday <= done:
            continue
        with as_machine(session):
            gone += thin_week(session, monday, sunday)
        session.commit()
        done = sunday
    return done, gone


def last_check(desk: Desk) -> ProgressCheck | None:
    """What the last recalculation found, for the pages that show figures."""
    return desk.session.scalar(sa.select(ProgressCheck).order_by(ProgressCheck.id.desc()).limit(1))
