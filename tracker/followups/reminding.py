"""Words owed on due dates: to whoever holds the ball, and once to whoever stands above when it gets late."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.directory.models import Region, ServiceUnit
from tracker.directory.queries import calendar_at
from tracker.followups import reading
from tracker.followups.models import FollowUp
from tracker.followups.posts import Posts, others, posts
from tracker.followups.rules import CLOCK_RUNS
from tracker.followups.states import Holder
from tracker.kit.words import N_
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import BEFORE, Line, Owed, Skip, day_of, name_of, step_at

ON_DUE, UPWARD = "follow_up.due", "follow_up.upward"
SUBJECT = FollowUp.__name__
HEAD_AFTER, COORDINATOR_AFTER, DEPUTY_AFTER = 3, 7, 14
"""Working days after the due date on which the head of the unit, the coordinator, the assistant deputy is told."""
HORIZON = timedelta(days=7 * max(BEFORE) // 5 + 31)
"""Further ahead no first window is open, whatever holidays lie between."""
PAGE = 5000
MOST_KEPT = 20_000
"""Moments whose day is kept in mind: those of submissions differ by the second."""
NOWHERE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Work:
    """A follow-up as the windows see it. `day` is its last day in time, `since` the day it came to its holder."""

    id: int
    unit_id: int
    agency_id: int
    area_id: int | None
    person_id: int | None
    holder: Holder
    day: date
    since: date
    today: date
    left: int
    place: str


@dataclass(slots=True)
class Reckoning:
    """Days of many follow-ups: the same few dates and places come again and again, so each is worked out once."""

    desk: Desk
    todays: dict[str, date] = field(default_factory=dict)
    days: dict[tuple[datetime, str], date] = field(default_factory=dict)
    steps: dict[int, str | None] = field(default_factory=dict)
    left: dict[tuple[date, str, str], int] = field(default_factory=dict)
    openings: dict[tuple[date, str, str], date] = field(default_factory=dict)

    def work(self, row: Any) -> Work:
        name, place = row.due_zone or row.timezone or NOWHERE, row.code or ""
        day, since = self.day_at(row.due_at, name), self.day_at(max(row.assigned_at, row.holder_since), name)
        today = self.todays.get(name)
        if today is None:
            today = self.todays[name] = self.desk.today_in(name)
        left = self.left.get((day, name, place))
        if left is None:
            left = self.left[day, name, place] = calendar_at(self.desk.session, place).until(today, day)
        person, holder = row.person_in_charge_id, row.holder
        return Work(row.id, row.unit_id, row.agency_id, row.area_id, person, holder, day, since, today, left, place)

    def day_at(self, moment: datetime, zone: str) -> date:
        day = self.days.get((moment, zone))
        if day is None:
            if len(self.days) >= MOST_KEPT:
                self.days.clear()
            day = self.days[moment, zone] = moment.astimezone(ZoneInfo(zone)).date()
        return day

    def step(self, work: Work) -> str | None:
        """The window that is open, if it opened since the work came to its holder."""
        if work.left not in self.steps:
            self.steps[work.left] = step_at(work.left)
        step = self.steps[work.left]
        return step if step is not None and self.opened(work, step) else None

    def opened(self, work: Work, step: str) -> bool:
        """Did the step's window open since the work came to its holder? What lay before is none of their doing."""
        opening = self.openings.get((work.day, step, work.place))
        if opening is None:
            calendar = calendar_at(self.desk.session, work.place)
            opening = self.openings[work.day, step, work.place] = day_of(step, work.day, calendar)
        return opening >= work.since


def running(desk: Desk, due_before: datetime) -> Iterator[Work]:
    """Open follow-ups that lie with the unit or its coordinator, by due date, a page at a time.

    The planner commits between pages: each goes on after the last row of the one before.
    """
    reckoning = Reckoning(desk)
    for row in pages(desk, due_before):
        yield reckoning.work(row)


def pages(desk: Desk, due_before: datetime) -> Iterator[Any]:
    query = (
        sa.select(
            FollowUp.id,
            FollowUp.unit_id,
            FollowUp.area_id,
            FollowUp.person_in_charge_id,
            FollowUp.holder,
            FollowUp.due_at,
            FollowUp.due_zone,
            FollowUp.assigned_at,
            FollowUp.holder_since,
            ServiceUnit.agency_id,
            Region.code,
            Region.timezone,
        )
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .where(FollowUp.is_open, FollowUp.due_at < due_before, FollowUp.holder.in_(sorted(CLOCK_RUNS)))
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(PAGE)
    )
    last: Any = None
    while True:
        after = sa.true() if last is None else sa.tuple_(FollowUp.due_at, FollowUp.id) > (last.due_at, last.id)
        page = desk.session.execute(query.where(after)).all()
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]


def owed_on_due(desk: Desk) -> Iterator[Owed]:
    """Each window that is open, to whoever holds the ball. On hold, or with the verifier, nobody is told."""
    at, reckoning = posts(desk), Reckoning(desk)
    for work in running(desk, desk.now + HORIZON):
        step = reckoning.step(work)
        if step is None:
            continue
        for person in holders(at, work):
            yield owed(person, ON_DUE, work, step)


def holders(at: Posts, work: Work) -> list[int]:
    """Who has to do it now. A unit where nobody has an account is its coordinator's to wake."""
    coordinators = at.coordinators.get(work.agency_id, [])
    if work.holder is Holder.COORDINATOR:
        return coordinators
    return at.at_unit(work.unit_id, work.person_id) or coordinators


def owed(person: int, rule: str, work: Work, step: str) -> Owed:
    return Owed(person, rule, SUBJECT, work.id, work.day, step, work.today, work.unit_id)


def owed_upward(desk: Desk) -> Iterator[Owed]:
    """Once each: the unit's head at T+3, the coordinator at T+7, the assistant deputy at T+14; not who holds it."""
    at, reckoning = posts(desk), Reckoning(desk)
    for work in running(desk, desk.now):
        holding = holders(at, work)
        for days, people in above(at, work):
            step = name_of(days)
            if -work.left >= days and reckoning.opened(work, step):
                for person in others(people, *holding):
                    yield owed(person, UPWARD, work, step)


def above(at: Posts, work: Work) -> Iterable[tuple[int, list[int]]]:
    return (
        (HEAD_AFTER, at.heads.get(work.unit_id, [])),
        (COORDINATOR_AFTER, at.coordinators.get(work.agency_id, [])),
        (DEPUTY_AFTER, at.deputies(work.area_id)),
    )


def lines_on_due(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    """How each due date stands now, to whoever still has to do it."""
    found = reading.follow_ups(desk, reminders)
    contacted = reading.contacted(desk, reminders, found)
    return {
        row.id: contacted.get(row.id) or reading.due_line(desk, row, found.get(row.subject_id)) for row in reminders
    }


def lines_upward(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    """What is late below, by unit."""
    found = reading.follow_ups(desk, reminders)
    return {row.id: reading.late_line(desk, row, found.get(row.subject_id)) for row in reminders}


DUTIES = (
    Duty(ON_DUE, N_("Tenggat tindak lanjut"), owed_on_due, lines_on_due),
    Duty(UPWARD, N_("Keterlambatan yang diteruskan ke atasan"), owed_upward, lines_upward, escalates=True),
)
"""Held work that waits for a budget year is asked about in its own module, beside extensions."""
