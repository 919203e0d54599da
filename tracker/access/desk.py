"""A desk is where work is done: somebody, at some moment, with the rows within their reach."""

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from tracker.access.actor import SYSTEM, Actor, Mandate
from tracker.access.acts import Act
from tracker.access.policy import POLICY
from tracker.access.scope import Cover, Unscoped, as_machine, check_units
from tracker.directory.models import ServiceUnit
from tracker.events import trail
from tracker.events.models import Event
from tracker.kit.db import Model, Row
from tracker.kit.rows import InUnit, Recorded

JAKARTA = ZoneInfo("Asia/Jakarta")

IN_ONE = {"render_nulls": True}
"""Otherwise rows that are empty in other columns than their neighbour are sent by themselves."""

request_id: ContextVar[str] = ContextVar("request_id", default="")


class NotFound(Exception):
    """No such row within the actor's reach."""


class Forbidden(Exception):
    """The actor may see it, but not do this to it."""


@dataclass(frozen=True, slots=True)
class Desk:
    actor: Actor
    now: datetime
    session: Session
    zone: ZoneInfo = JAKARTA
    """The zone in which this person reads times."""
    _units: dict[tuple[Mandate, ...], dict[int, bool]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.session.info["actor"] = self.actor
        self.session.info["now"] = self.now
        self.session.info.pop("units_in_reach", None)

    @property
    def today(self) -> date:
        """The date where this person is; a unit's own date is `today_in(unit.timezone)`."""
        return self.now.astimezone(self.zone).date()

    def today_in(self, zone: str) -> date:
        return self.now.astimezone(ZoneInfo(zone)).date()

    def find(self, kind: type[Row], id: int, to: Act, *options: Any) -> Row:
        """The row within reach, once the actor is known to be allowed to do `to` to it.

        Raises NotFound for what is out of reach or does not exist, Forbidden for what may be seen but not done.
        """
        row = self.session.scalar(sa.select(kind).filter_by(id=id).options(*options))
        if row is None:
            raise NotFound(f"{kind.__name__} {id}")
        if not self.may(to, row):
            raise Forbidden(to)
        return row

    def holds(self, act: Act) -> bool:
        """Does any of the actor's roles carry this act at all?"""
        return bool(POLICY[act].mandates(self.actor))

    def may(self, act: Act, subject: Any = None) -> bool:
        """Is a role that carries the act held where the row is, and are the conditions of the act met?"""
        mandates = POLICY[act].mandates(self.actor)
        if not mandates or subject is None:
            return bool(mandates)
        unit_id = getattr(subject, "unit_id", None)
        if unit_id is not None and not self._covers(mandates, subject, unit_id):
            return False
        return all(condition(self.actor, subject) for condition in POLICY[act].given)

    def _covers(self, mandates: tuple[Mandate, ...], subject: Any, unit_id: int) -> bool:
        if any(mandate.covers_everything for mandate in mandates):
            return True
        view = getattr(type(subject), "view", "")
        if view and mandates == POLICY[Act(view)].mandates(self.actor):
            return True  # the very mandates that let the row be seen
        known = self._units.setdefault(mandates, {})
        if unit_id not in known:
            self._look_up(mandates, known, unit_id)
        return known[unit_id]

    def _look_up(self, mandates: tuple[Mandate, ...], known: dict[int, bool], unit_id: int) -> None:
        """Ask once for all units of the rows on the page, however many buttons ask."""
        rows = (row for row in self.session.identity_map.values() if isinstance(row, InUnit | ServiceUnit))
        asked = {unit_id} | {row.unit_id for row in rows if "unit_id" in sa.inspect(row).dict}
        covered = sa.select(ServiceUnit.id).where(
            ServiceUnit.id.in_(asked), Cover(self.actor.id, mandates).unit_is(ServiceUnit)
        )
        with self.session.no_autoflush:
            within = set(self.session.scalars(covered))
        known.update((unit, unit in within) for unit in asked)

    def units_for(self, act: Act) -> sa.ColumnElement[bool]:
        """The units in which the actor may do this, as a criterion on ServiceUnit."""
        return Cover(self.actor.id, POLICY[act].mandates(self.actor)).unit_is(ServiceUnit)

    def where_may(self, act: Act, unit_id: Any, area_id: Any = None) -> sa.ColumnElement[bool]:
        """The rows to which the actor may do this, as a criterion on their unit column (and area column)."""
        mandates = POLICY[act].mandates(self.actor)
        if any(mandate.covers_everything for mandate in mandates):
            return sa.true()
        units = [mandate.unit_id for mandate in mandates if mandate.unit_id is not None]
        areas = [mandate.area_id for mandate in mandates if mandate.area_id is not None and area_id is not None]
        far = tuple(each for each in mandates if each.unit_id not in units and each.area_id not in areas)
        parts: list[Any] = [*([unit_id.in_(units)] if units else []), *([area_id.in_(areas)] if areas else [])]
        if far:
            covered = Cover(self.actor.id, far).unit_is(ServiceUnit)
            parts.append(unit_id.in_(sa.select(ServiceUnit.id).where(covered).correlate(None).scalar_subquery()))
        return sa.or_(sa.false(), *parts)

    def all(self, query: sa.Select[Any]) -> list[Any]:
        return list(self.session.scalars(query))

    def add(self, row: Row) -> Row:
        self.session.add(row)
        return row

    def add_all(self, kind: type[Row], rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert many rows at once and say their ids in order; the caller tells of them with `record_all`.

        Rows of a unit out of reach are refused, as they are one by one.
        """
        if not rows:
            return []
        info = self.session.info
        if self.actor is not SYSTEM and issubclass(kind, InUnit):
            check_units(self.session, self.actor, {row["unit_id"] for row in rows})
        info["checked"] = True
        try:
            return self._insert(kind, list(rows))
        finally:
            del info["checked"]

    def _insert(self, kind: type[Row], rows: list[Mapping[str, Any]]) -> list[int]:
        key = sa.inspect(kind).primary_key[0]
        if self.session.get_bind().dialect.name != "sqlite":
            statement = sa.insert(kind).returning(key, sort_by_parameter_order=True)
            return list(self.session.scalars(statement, rows, execution_options=IN_ONE))
        # SQLite returns keys in no order, so SQLAlchemy would go row by row; but it has one writer: this one.
        with as_machine(self.session):  # also those out of reach have taken their keys
            first = (self.session.scalar(sa.select(sa.func.max(getattr(kind, key.name)))) or 0) + 1
        keys = list(range(first, first + len(rows)))
        numbered = [{**row, key.name: id} for id, row in zip(keys, rows, strict=True)]
        self.session.execute(sa.insert(kind), numbered, execution_options=IN_ONE)
        return keys

    def set_all(self, rows: Mapping[Row, Mapping[str, Any]]) -> None:
        """Set on many rows of a kind what only follows from acts (their `derived` columns), in one statement.

        The rows came through this desk's session, so they are within reach. One that somebody else changed meanwhile is
        stale, as it is one by one.
        """
        if not rows:
            return
        self.session.flush()
        statement, names = update_by_key(type(next(iter(rows))), next(iter(rows.values())))
        given = [{f"its_{name}": getattr(row, name) for name in names} | dict(values) for row, values in rows.items()]
        with as_machine(self.session):
            done: Any = self.session.execute(statement, given)
        if done.rowcount not in (-1, len(rows)):
            raise StaleDataError(f"{done.rowcount} of {len(rows)} rows were as they had been read")
        for row, values in rows.items():
            for name, value in ({name: getattr(row, name) + 1 for name in names[1:]} | dict(values)).items():
                set_committed_value(row, name, value)

    def record(self, act: Act, subject: Recorded, reason: str = "") -> Event:
        """Write the event, in the same transaction as the change it tells of. Comes after the change."""
        return trail.write(self.session, subject.whole, **self._told(act, reason))

    def record_all(self, act: Act, kind: type[Model], told: Iterable[tuple[int, int | None, Any]], reason: str) -> None:
        """Tell of many rows written by `add_all`: (id, unit_id, changes) each."""
        common = self._told(act, reason) | {"subject_type": kind.__name__}
        rows = [common | {"subject_id": id, "unit_id": unit_id, "changes": changes} for id, unit_id, changes in told]
        trail.touch(self.session, *(row["unit_id"] for row in rows if row["unit_id"] is not None))
        if not rows:
            return
        written = self.session.execute(sa.insert(Event).returning(Event.unit_id, Event.id), rows)
        for unit, event in sorted((unit, event) for unit, event in written if unit is not None):
            trail.tell_first(self.session, unit, event)

    def _told(self, act: Act, reason: str) -> dict[str, Any]:
        return {
            "at": self.now,
            "actor_id": self.actor.id,
            "actor_name": self.actor.name,
            "act": act.value,
            "reason": reason,
            "request_id": request_id.get(),
        }


def update_by_key(kind: Any, columns: Iterable[str]) -> tuple[sa.Update, tuple[str, ...]]:
    """An update of derived columns by key and, where there is one, version; and what a row is known by."""
    if decided := {*columns} - kind.derived:
        raise Unscoped(f"change {sorted(decided)} of {kind.__name__} row by row, so that the trail can tell")
    mapper = sa.inspect(kind)
    table: Any = mapper.local_table
    version = mapper.version_id_col
    names = ("id",) if version is None else ("id", str(version.key))
    further = {table.c[name]: table.c[name] + 1 for name in names[1:]}
    known = [table.c[name] == sa.bindparam(f"its_{name}") for name in names]
    return sa.update(table).where(*known).values(
        further | {table.c[name]: sa.bindparam(name) for name in columns}
    ), names
