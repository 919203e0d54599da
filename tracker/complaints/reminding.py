"""Words owed on the clocks of complaints: to whoever holds the ball, then once each to who stands above.

Complaints of one place with the same last day are one reminder: a queue is not told of one by one. No line says what
a complaint is about.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.posting import desks
from tracker.complaints.reminder_lines import lines_of, lines_upward
from tracker.complaints.states import BallHolder, Clock
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.directory.queries import calendar_at
from tracker.followups.posts import others
from tracker.followups.reminding import HORIZON, NOWHERE, Reckoning
from tracker.kit.words import N_
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import AFTER, WEEK, Line, Owed, Skip, name_of, offset_of, step_at

RULES: Mapping[Clock, str] = {
    Clock.VERIFICATION: "complaint.verification",
    Clock.ANSWER: "complaint.answer",
    Clock.COMPLETION: "complaint.completion",
}
CLOCKS = {rule: clock for clock, rule in RULES.items()}
UPWARD = "complaint.upward"
AGENCY, UNIT = Agency.__name__, ServiceUnit.__name__
LONG_LATE = AFTER[-1] + WEEK
"""Working days after which a complaint is one of those long late, of which a place is told once a week in one line."""
PAGE = 5000


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint as the windows see it. `day` is its clock's last day, `since` the day it came to its holder."""

    unit_id: int
    agency_id: int
    area_id: int | None
    assignee_id: int | None
    is_confidential: bool
    holder: BallHolder
    clock: Clock
    day: date
    since: date
    today: date
    left: int
    place: str

    @property
    def subject(self) -> tuple[str, int]:
        """Verifiers look after an agency, handlers after a unit."""
        return (AGENCY, self.agency_id) if self.holder is BallHolder.LIAISON else (UNIT, self.unit_id)


def running(desk: Desk) -> Iterator[Case]:
    """Open complaints of which a clock runs that somebody can be late by, a page at a time; the planner commits
    between."""
    reckoning = Reckoning(desk)
    for row in pages(desk, HORIZON):
        zone, place = row.timezone or NOWHERE, row.code or ""
        day, since = reckoning.day_at(row.due_at, zone), reckoning.day_at(row.holder_since, zone)
        today = reckoning.todays.setdefault(zone, desk.today_in(zone))
        left = reckoning.left.get((day, zone, place))
        if left is None:
            left = reckoning.left[day, zone, place] = calendar_at(desk.session, place).until(today, day)
        yield Case(
            row.unit_id, row.agency_id, row.area_id, row.assignee_id, row.is_confidential, row.holder, row.due_clock,
            day, since, today, left, place,
        )  # fmt: skip


def pages(desk: Desk, ahead: timedelta) -> Iterator[Any]:
    c = Complaint
    query = (
        sa.select(
            c.id, c.unit_id, c.agency_id, c.area_id, c.assignee_id, c.is_confidential, c.holder, c.due_clock, c.due_at,
            c.holder_since, Region.code, Region.timezone,
        )
        .join(ServiceUnit, ServiceUnit.id == c.unit_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .where(c.is_open, c.due_at < desk.now + ahead, c.due_clock.in_(sorted(RULES)), c.pending_id.is_(None))
        .order_by(c.due_at, c.id)
        .limit(PAGE)
    )  # fmt: skip
    last: Any = None
    while True:
        after = sa.true() if last is None else sa.tuple_(c.due_at, c.id) > (last.due_at, last.id)
        page = desk.session.execute(query.where(after)).all()
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]


def owed_for(clock: Clock, desk: Desk) -> Iterator[Owed]:
    """Each window that is open, to whoever holds the ball; what is long late once a week, whatever its day was."""
    at, told = desks(desk), set[tuple[int, str, int, date, str]]()
    for case in running(desk):
        step = step_at(case.left) if case.clock is clock else None
        if step is None:
            continue
        due_on = case.day
        if -case.left >= LONG_LATE:
            step, due_on = name_of(LONG_LATE), case.today - timedelta(days=case.today.weekday())
        elif not opened(desk, case, offset_of(step)):
            continue
        kind, subject = case.subject
        for person in at.holders(case.holder, case.unit_id, case.agency_id, case.assignee_id, case.is_confidential):
            if (key := (person, kind, subject, due_on, step)) not in told:
                told.add(key)
                yield Owed(person, RULES[clock], kind, subject, due_on, step, case.today)


def opened(desk: Desk, case: Case, offset: int) -> bool:
    """Did the step's window open since the complaint came to its holder? What lay before is none of their doing."""
    return calendar_at(desk.session, case.place).add(case.day, offset) >= case.since


def owed_upward(desk: Desk) -> Iterator[Owed]:
    """Once for each day and place, in the week in which it comes to that: complaint officers and the unit's head at
    T+3, the coordinator at T+7, the assistant deputy at T+14; not who holds it."""
    at, told = desks(desk), set[tuple[int, int, date, str]]()
    for case in running(desk):
        if -case.left < AFTER[1]:
            continue
        holding = at.holders(case.holder, case.unit_id, case.agency_id, case.assignee_id, case.is_confidential)
        for days, people in at.above(case.unit_id, case.agency_id, case.area_id):
            if not days <= -case.left < days + WEEK or not opened(desk, case, days):
                continue
            for person in others(people, *holding):
                if (key := (person, case.unit_id, case.day, name_of(days))) not in told:
                    told.add(key)
                    yield Owed(person, UPWARD, UNIT, case.unit_id, case.day, name_of(days), case.today, case.unit_id)


def duty(clock: Clock, label: str) -> Duty:
    def owed(desk: Desk) -> Iterator[Owed]:
        return owed_for(clock, desk)

    def lines(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
        return lines_of(desk, clock, reminders, name_of(LONG_LATE))

    return Duty(RULES[clock], label, owed, lines)


DUTIES = (
    duty(Clock.VERIFICATION, N_("Pengaduan yang perlu diverifikasi")),
    duty(Clock.ANSWER, N_("Pengaduan yang perlu jawaban pertama")),
    duty(Clock.COMPLETION, N_("Pengaduan yang perlu diselesaikan")),
    Duty(UPWARD, N_("Pengaduan terlambat yang diteruskan ke atasan"), owed_upward, lines_upward, escalates=True),
)
