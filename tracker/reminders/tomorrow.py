"""What the next working day's run sends: really planned for that day and really selected, but not written.

It asks the same duties and the same selection as the run, so it can only differ by what people do until then. Whoever
looks sees the units within their reach; what else a person is owed counts for their budget, and is not shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.access.actor import Actor, Mandate
from tracker.access.acts import Act
from tracker.access.desk import JAKARTA, Desk
from tracker.access.policy import POLICY
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit, SupervisionArea
from tracker.directory.queries import calendar_at
from tracker.reminders.models import Reminder
from tracker.reminders.recipients import portions, recipients, rest_of
from tracker.reminders.register import DUTIES
from tracker.reminders.rules import Owed
from tracker.reminders.selection import LAST_HOUR, Chosen, Recipient, Rest, Wait, due_now
from tracker.reminders.states import ReminderStatus

PLANNED_AT = time(5, 0)
"""When the plan of a day is made, in Jakarta."""
MOST_UNITS = 2500
"""Units whose reminders are planned for one page; over more, one looks at an area at a time."""
COLUMNS = ("id", "recipient_id", "rule", "subject_type", "subject_id", "unit_id", "due_on", "step", "on_day", "status")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger, or what the plan of that day will write. `id` orders them; a new one has the higher."""

    id: int
    recipient_id: int
    rule: str
    subject_type: str
    subject_id: int
    unit_id: int | None
    due_on: date
    step: str
    on_day: date
    is_shown: bool = True

    @property
    def key(self) -> tuple[Any, ...]:
        return self.recipient_id, self.rule, self.subject_type, self.subject_id, self.due_on, self.step


@dataclass(frozen=True, slots=True)
class Tomorrow:
    """Everything that goes out on a day to people within reach, by person, and what waits with the reasons."""

    day: date
    going: dict[int, tuple[Row, ...]]
    waiting: dict[Wait, int]

    @property
    def rows(self) -> list[Row]:
        return [row for rows in self.going.values() for row in rows]


def areas_to_choose(desk: Desk) -> list[SupervisionArea]:
    """Where there is too much to plan for one page, the areas that one looks at one by one; else none."""
    mandates = POLICY[Act.VIEW_REMINDERS].mandates(desk.actor)
    units = sa.select(sa.func.count()).select_from(ServiceUnit).where(desk.units_for(Act.VIEW_REMINDERS))
    if (desk.session.scalar(units) or 0) <= MOST_UNITS:
        return []
    everything = any(each.covers_everything for each in mandates)
    own = {each.area_id for each in mandates}
    areas: list[SupervisionArea] = desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code))
    return [area for area in areas if everything or area.id in own]


def next_workday(desk: Desk) -> date:
    """The next working day of the nation, from the viewer's today."""
    return calendar_at(desk.session, "").add(desk.today, 1)


def tomorrow(desk: Desk, area_id: int | None = None) -> Tomorrow:
    """What goes out on the next working day about units within the viewer's reach, or those of one area in it."""
    day = next_workday(desk)
    with in_reach(desk, datetime.combine(day, PLANNED_AT, JAKARTA).astimezone(UTC), area_id) as there:
        owed = [each for duty in list(DUTIES.values()) for each in duty.owed(there)]
        seen = set(desk.session.scalars(sa.select(Reminder.id).where(Reminder.status == ReminderStatus.PLANNED)))
    with as_machine(desk.session):
        rows = waiting_rows(desk, owed, seen, day)
        people, rest = recipients(desk, rows), rest_of(desk)
    return selected(desk, day, rows, people, rest)


@contextmanager
def in_reach(desk: Desk, at: datetime, area_id: int | None) -> Iterator[Desk]:
    """A desk at another moment that sees every kind of row, in the units where this person looks after reminders."""
    mandates = POLICY[Act.VIEW_REMINDERS].mandates(desk.actor)
    within = tuple(Mandate(None, each.area_id, each.agency_id, each.unit_id) for each in mandates)
    if area_id is not None:
        allowed = any(each.covers_everything or each.area_id == area_id for each in within)
        within = (Mandate(None, area_id),) if allowed else ()
    before = desk.session.info.get("actor")
    try:
        yield Desk(Actor(desk.actor.id, desk.actor.name, within), at, desk.session)
    finally:
        desk.session.info["actor"] = before
        desk.session.info.pop("units_in_reach", None)


def waiting_rows(desk: Desk, owed: Sequence[Owed], seen: set[int], day: date) -> dict[int, list[Row]]:
    """Person -> what is planned for them already and what the plan of the day adds; asked by 500 people."""
    visible = sa.select(Reminder.recipient_id).where(Reminder.id.in_(sorted(seen))) if len(seen) < 500 else None
    ids = {each.recipient_id for each in owed}
    if visible is not None:
        ids |= set(desk.session.scalars(visible.distinct()))
    elif seen:
        ids |= people_of(desk, seen)
    fresh: dict[int, dict[tuple[Any, ...], Owed]] = defaultdict(dict)
    for each in owed:
        fresh[each.recipient_id].setdefault(key_of(each), each)
    rows: dict[int, list[Row]] = {id: [] for id in sorted(ids)}
    highest = 0
    for some in portions(sorted(ids)):
        columns = [getattr(Reminder, name) for name in COLUMNS]
        for found in desk.session.execute(sa.select(*columns).where(Reminder.recipient_id.in_(some))):
            highest = max(highest, found.id)
            row = Row(
                found.id, found.recipient_id, found.rule, found.subject_type, found.subject_id, found.unit_id,
                found.due_on, found.step, found.on_day, found.id in seen,
            )  # fmt: skip
            if found.status is ReminderStatus.PLANNED:
                rows[row.recipient_id].append(row)
            fresh[row.recipient_id].pop(row.key, None)
    for id, new in fresh.items():
        for each in new.values():
            highest += 1
            rows[id].append(as_row(highest, each))
    return {id: own for id, own in rows.items() if own}


def people_of(desk: Desk, seen: set[int]) -> set[int]:
    planned = sa.select(Reminder.id, Reminder.recipient_id).where(Reminder.status == ReminderStatus.PLANNED)
    return {recipient for id, recipient in desk.session.execute(planned) if id in seen}


def key_of(owed: Owed) -> tuple[Any, ...]:
    return owed.recipient_id, owed.rule, owed.subject_type, owed.subject_id, owed.due_on, owed.step


def as_row(id: int, owed: Owed) -> Row:
    return Row(
        id, owed.recipient_id, owed.rule, owed.subject_type, owed.subject_id, owed.unit_id, owed.due_on, owed.step,
        owed.on,
    )  # fmt: skip


def selected(desk: Desk, day: date, rows: dict[int, list[Row]], people: dict[int, Recipient], rest: Rest) -> Tomorrow:
    """The selection of each person at their hour of that day, after what still goes out until then."""
    going: dict[int, tuple[Row, ...]] = {}
    waiting: dict[Wait, int] = defaultdict(int)
    for id, own in rows.items():
        if (person := people.get(id)) is None:
            continue
        person, left = after_earlier_digests(person, own, rest, desk.now, day)
        chosen = due_now(person, left, rest, at_their_hour(person, day))
        shown = tuple(row for row in chosen.rows if row.is_shown)
        if shown:
            going[id] = shown
        for row, why in chosen.waiting:
            waiting[why] += row.is_shown
    return Tomorrow(day, going, {why: number for why, number in waiting.items() if number})


def after_earlier_digests(
    person: Recipient, rows: Sequence[Row], rest: Rest, now: datetime, day: date
) -> tuple[Recipient, Sequence[Row]]:
    """What is left of the rows, and of the week's budget, once the digests of the days before have gone out."""
    each, here = now.astimezone(person.zone).date(), now.astimezone(person.zone)
    while each < day:
        moment = max(now, at_their_hour(person, each)) if each == here.date() else at_their_hour(person, each)
        chosen: Chosen[Row] = due_now(person, rows, rest, moment)
        if chosen.rows:
            gone = {row.id for row in chosen.rows} | {older.id for older, _ in chosen.superseded}
            rows = [row for row in rows if row.id not in gone]
            person = replace(person, digest_days=person.digest_days | {each})
        each += timedelta(days=1)
    return person, rows


def at_their_hour(person: Recipient, day: date) -> datetime:
    return datetime.combine(day, time(min(max(8, person.hour), LAST_HOUR - 1)), person.zone)


def by_unit(rows: Iterable[Row]) -> dict[int | None, list[Row]]:
    found: dict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(row)
    return dict(found)
