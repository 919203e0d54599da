"""The page "what goes out tomorrow": by person with each line as it will read, or by unit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload, selectinload

from tracker.access.actor import Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import opens
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit, SupervisionArea, User
from tracker.kit import formats
from tracker.reminders import tomorrow as ahead
from tracker.reminders.models import Reminder
from tracker.reminders.pages import pages
from tracker.reminders.pauses import in_force
from tracker.reminders.recipients import portions, recipients
from tracker.reminders.register import DUTIES
from tracker.reminders.rules import Line, Skip
from tracker.reminders.selection import LABELS, Recipient
from tracker.reminders.tomorrow import Row, Tomorrow, at_their_hour, by_unit

GROUPS_A_PAGE = 20
ROWS_A_GROUP = 30
"""Lines shown of one person or unit; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with what will be said, or why nothing will; no words for those who read no cases."""

    row: Row
    text: str
    path: str
    skipped: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Group:
    """What one person gets, or what goes out about one unit."""

    id: int
    name: str
    rows: list[Shown]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters, as they stand in the address."""

    by_unit: bool
    rule: str
    search: str
    page: int
    area_id: int | None

    @classmethod
    def from_address(cls, areas: Sequence[SupervisionArea]) -> "Asked":
        """Where areas must be chosen, the first one unless the address names another."""
        page = request.args.get("hal", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        return cls(
            request.args.get("menurut") == "unit",
            request.args.get("jenis", ""),
            " ".join(request.args.get("cari", "").split())[:100],
            max(1, number),
            next(
                (area.id for area in areas if str(area.id) == request.args.get("wilayah")),
                areas[0].id if areas else None,
            ),
        )

    def address(self, **changed: Any) -> str:
        now = {"menurut": "unit" if self.by_unit else None, "jenis": self.rule or None, "cari": self.search or None}
        now["wilayah"] = str(self.area_id) if self.area_id else None
        return url_for("reminders.tomorrow", **now | changed)


@pages.show("/pengingat/besok", act=Act.VIEW_REMINDERS)
def tomorrow(desk: Desk) -> ResponseReturnValue:
    areas = ahead.areas_to_choose(desk)
    asked = Asked.from_address(areas)
    found = ahead.tomorrow(desk, asked.area_id)
    rows = [row for row in found.rows if not asked.rule or row.rule == asked.rule]
    names = names_of_units(desk, rows) if asked.by_unit else names_of_people(desk, rows)
    wanted = asked.search.casefold()
    parts = {id: own for id, own in grouped(rows, asked.by_unit).items() if wanted in names.get(id, "").casefold()}
    order = sorted(parts, key=lambda id: (names.get(id, ""), id))
    page = min(asked.page, max(1, -(-len(order) // GROUPS_A_PAGE)))
    ids = order[(page - 1) * GROUPS_A_PAGE : page * GROUPS_A_PAGE]
    shown = {id: parts[id][:ROWS_A_GROUP] for id in ids}
    said = as_it_will_read(desk, found.day, [row for own in shown.values() for row in own])
    people = names if not asked.by_unit else names_of_people(desk, [row for own in shown.values() for row in own])
    return render_template(
        "reminders/tomorrow.html",
        asked=asked,
        areas=areas,
        day=found.day,
        groups=[
            Group(id, names.get(id, ""), [put(row, said, people) for row in own], len(parts[id]))
            for id, own in shown.items()
        ],
        first=(page - 1) * GROUPS_A_PAGE,
        page=page,
        total_groups=len(order),
        total_rows=sum(len(own) for own in parts.values()),
        total_people=len({row.recipient_id for own in parts.values() for row in own}),
        waiting=waiting_words(found),
        rules=[(rule, formats.said(duty.label)) for rule, duty in DUTIES.items()],
        rule_words=rule_words,
        pauses=desk.session.scalar(count_of(in_force(desk.today))),
        reads_cases=desk.holds(Act.VIEW_FOLLOW_UPS),
    )


def count_of(query: sa.Select[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(query.order_by(None).subquery())


def waiting_words(found: Tomorrow) -> list[tuple[str, int]]:
    return [(formats.said(LABELS[why]), number) for why, number in found.waiting.items()]


def rule_words(rule: str) -> str:
    return formats.said(DUTIES[rule].label) if rule in DUTIES else rule


def grouped(rows: Iterable[Row], units: bool) -> dict[int, list[Row]]:
    if units:
        return {id or 0: own for id, own in by_unit(rows).items()}
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.recipient_id, []).append(row)
    return found


def names_of_people(desk: Desk, rows: Iterable[Row]) -> dict[int, str]:
    """Who is told about units in one's reach is what this page is for."""
    names: dict[int, str] = {}
    with as_machine(desk.session):
        for some in portions(sorted({row.recipient_id for row in rows})):
            found = desk.session.execute(sa.select(User.id, User.name).where(User.id.in_(some)))
            names |= {row.id: row.name for row in found}
    return names


def names_of_units(desk: Desk, rows: Iterable[Row]) -> dict[int, str]:
    names = {0: formats.NO_DATA}
    for some in portions(sorted({row.unit_id for row in rows if row.unit_id is not None})):
        units = desk.all(sa.select(ServiceUnit).where(ServiceUnit.id.in_(some)).options(joinedload(ServiceUnit.agency)))
        names |= {unit.id: unit.full_name for unit in units}
    return names


def as_it_will_read(desk: Desk, day: date, rows: Sequence[Row]) -> Mapping[int, Line | Skip]:
    """Each line as its recipient will read it, asked at their own desk as of that day.

    Only for units whose cases the viewer may read; in the viewer's language.
    """
    if not desk.holds(Act.VIEW_FOLLOW_UPS):
        return {}
    readable = readable_units(desk, rows)
    said: dict[int, Line | Skip] = {}
    with as_machine(desk.session):
        ids = sorted({row.recipient_id for row in rows})
        query = sa.select(User).where(User.id.in_(ids)).options(selectinload(User.memberships))
        users: list[User] = desk.all(query)
        known = recipients(desk, ids)
    for user in users:
        own = [row for row in rows if row.recipient_id == user.id and (row.unit_id is None or row.unit_id in readable)]
        with at_desk_of(desk, user, at_their_hour(known[user.id], day), known[user.id]) as there:
            for rule in {row.rule for row in own} & set(DUTIES):
                said |= DUTIES[rule].lines(there, [as_reminder(row) for row in own if row.rule == rule])
    return said


def readable_units(desk: Desk, rows: Iterable[Row]) -> set[int]:
    within = desk.where_may(Act.VIEW_FOLLOW_UPS, ServiceUnit.id, ServiceUnit.area_id)
    ids = sorted({row.unit_id for row in rows if row.unit_id is not None})
    found: set[int] = set()
    for some in portions(ids):
        found |= set(desk.session.scalars(sa.select(ServiceUnit.id).where(ServiceUnit.id.in_(some), within)))
    return found


@contextmanager
def at_desk_of(desk: Desk, user: User, at: datetime, known: Recipient) -> Iterator[Desk]:
    """The recipient's desk at the moment of sending; the viewer's afterwards."""
    before = desk.session.info.get("actor")
    try:
        yield Desk(Actor.of(user, at.astimezone(known.zone).date()), at, desk.session, ZoneInfo(user.timezone))
    finally:
        desk.session.info["actor"] = before
        desk.session.info.pop("units_in_reach", None)


def as_reminder(row: Row) -> Reminder:
    """The row as a duty reads it; it belongs to no session and is never written."""
    return Reminder(
        id=row.id, recipient_id=row.recipient_id, rule=row.rule, subject_type=row.subject_type,
        subject_id=row.subject_id, unit_id=row.unit_id, due_on=row.due_on, step=row.step, on_day=row.on_day, facts={},
    )  # fmt: skip


def put(row: Row, said: Mapping[int, Line | Skip], people: Mapping[int, str]) -> Shown:
    line = said.get(row.id)
    text, path = (line.text, line.path) if isinstance(line, Line) else ("", "")
    skipped = formats.said(line.reason) if isinstance(line, Skip) else ""
    return Shown(row, text, path if path and opens(path) else "", skipped, people.get(row.recipient_id, ""))
