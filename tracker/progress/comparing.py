"""Two points of a cycle held against each other: what moved, by which acts, and that these make up the whole change.

A point is a seal, or the copy of a day. Each knows the last move that is in it, so the moves between two points are
those with higher numbers up to the later one's: no clock is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.directory.models import Agency, ServiceUnit
from tracker.directory.names import place_of
from tracker.events.models import Event
from tracker.instruments.models import Cycle
from tracker.progress.kept_models import ProgressCheck, ProgressMove, ProgressSnapshot, Seal, SealLine
from tracker.progress.parts import EVERYTHING, Part
from tracker.progress.rules import GroupMean, group_mean

DAYS_OFFERED = 200
FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Point:
    """A seal, or the copy of a day; `word` is how an address names it."""

    word: str
    seal: Seal | None = None
    day: date | None = None


class Stand(NamedTuple):
    """A unit at a point."""

    unit_id: int
    name: str
    agency: str
    verified: Decimal | None
    claimed: Decimal | None
    move_id: int | None
    is_priority: bool
    verified_exact: Fraction
    claimed_exact: Fraction


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit at both points; None where it had no figures there yet."""

    unit_id: int
    name: str
    agency: str
    before: Stand | None
    after: Stand | None

    @property
    def place(self) -> str:
        return place_of(self.agency)

    @property
    def verified(self) -> Fraction:
        """In points, unrounded; what has no data yet counts as 0."""
        return exact(self.after, "verified_exact") - exact(self.before, "verified_exact")

    @property
    def claimed(self) -> Fraction:
        return exact(self.after, "claimed_exact") - exact(self.before, "claimed_exact")

    @property
    def has_moved(self) -> bool:
        return self.verified != 0 or self.claimed != 0


@dataclass(frozen=True, slots=True)
class Cause:
    """One act, and how far it moved the figures of a unit."""

    move: ProgressMove
    name: str
    agency: str
    event: Event | None
    """None where the reader may not see it, or where moves began to be kept."""

    @property
    def place(self) -> str:
        return place_of(self.agency)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All units in reach at two points, and the sum of what acts did to them between."""

    first: Point
    second: Point
    units: list[UnitChange]
    before: GroupMean
    after: GroupMean
    moves: int
    verified: Fraction
    """The sum of all deltas; the same as the sum of the changes of the units."""
    claimed: Fraction

    @property
    def adds_up(self) -> bool:
        changes = sum((unit.verified for unit in self.units), Fraction(0))
        claims = sum((unit.claimed for unit in self.units), Fraction(0))
        return (changes, claims) == (self.verified, self.claimed)


def exact(stand: Stand | None, name: str) -> Fraction:
    figure: Fraction = getattr(stand, name) if stand is not None else Fraction(0)
    return figure


def points(figure: Fraction) -> Decimal:
    """For reading: at most four places, a half goes up; what is kept stays exact."""
    scaled = abs(figure) * 10000
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return (Decimal(whole) * FOUR_PLACES).copy_sign(Decimal(-1 if figure < 0 else 1)).normalize() + 0


def offered(desk: Desk, seals: Iterable[Seal]) -> list[Point]:
    """The points one can choose: the seals of the cycle, and the days that were copied, the newest first."""
    days = desk.session.scalars(
        sa.select(ProgressCheck.day)
        .where(ProgressCheck.snapshots > 0)
        .distinct()
        .order_by(ProgressCheck.day.desc())
        .limit(DAYS_OFFERED)
    )
    found = [Point(f"segel-{seal.id}", seal=seal) for seal in seals]
    return [*reversed(found), *(Point(day.isoformat(), day=day) for day in days)]


def stands(desk: Desk, cycle: Cycle, point: Point, part: Part) -> dict[int, Stand]:
    """Unit -> how it stood, of those in reach; of a day, where it was thinned out, the nearest day before."""
    kind: Any = SealLine if point.seal is not None else ProgressSnapshot
    query: Any = (
        sa.select(
            kind.unit_id,
            ServiceUnit.name,
            Agency.name,
            kind.verified,
            kind.claimed,
            kind.move_id,
            kind.is_priority,
            ProgressMove.verified_to,
            ProgressMove.claimed_to,
        )
        .join(ServiceUnit, ServiceUnit.id == kind.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .outerjoin(ProgressMove, ProgressMove.id == kind.move_id)
        .where(*at_point(desk, cycle, point, kind), *part.criteria)
    )
    found = {}
    for *told, verified, claimed in desk.session.execute(query):
        found[told[0]] = Stand._make([*told, Fraction(verified or 0), Fraction(claimed or 0)])
    return found


def latest(stands: Mapping[int, Stand]) -> int:
    """The last move that is in any of them."""
    return max((each.move_id or 0 for each in stands.values()), default=0)


def at_point(desk: Desk, cycle: Cycle, point: Point, kind: Any) -> list[sa.ColumnElement[bool]]:
    if point.seal is not None:
        return [kind.seal_id == point.seal.id]
    nearest = desk.session.scalar(
        sa.select(sa.func.max(ProgressSnapshot.day)).where(
            ProgressSnapshot.cycle_id == cycle.id, ProgressSnapshot.day <= point.day
        )
    )
    return [kind.cycle_id == cycle.id, kind.day == nearest]


def compare(desk: Desk, cycle: Cycle, first: Point, second: Point, part: Part = EVERYTHING) -> Comparison:
    """What moved from the earlier to the later of two points, for the units that stand at the later one."""
    before, after = (stands(desk, cycle, each, part) for each in (first, second))
    if latest(before) > latest(after):
        first, second, before, after = second, first, after, before
    units = [UnitChange(id, each.name, each.agency, before.get(id), each) for id, each in after.items()]
    units.sort(key=lambda each: (-abs(each.verified), -abs(each.claimed), each.name, each.unit_id))
    deltas = desk.session.execute(
        between(desk, cycle, first, second, part).with_only_columns(
            ProgressMove.verified_delta, ProgressMove.claimed_delta
        )
    ).all()
    return Comparison(
        first,
        second,
        units,
        mean_of(before, part),
        mean_of(after, part),
        len(deltas),
        sum((Fraction(row[0]) for row in deltas), Fraction(0)),
        sum((Fraction(row[1]) for row in deltas), Fraction(0)),
    )


def mean_of(stands: Mapping[int, Stand], part: Part) -> GroupMean:
    """As everywhere: of the priority units that have a figure. One unit is asked about whatever it is."""
    return group_mean(each.verified for each in stands.values() if each.is_priority or part.name == "unit")


def between(desk: Desk, cycle: Cycle, first: Point, second: Point, part: Part = EVERYTHING) -> Any:
    """The moves of units that stand at the second point: after the first one's last move, up to the second one's."""
    earlier, later = (last_moves(desk, cycle, each) for each in (first, second))
    query: Any = (
        sa.select(ProgressMove, ServiceUnit.name, Agency.name)
        .join(ServiceUnit, ServiceUnit.id == ProgressMove.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .outerjoin(earlier, earlier.c.unit_id == ProgressMove.unit_id)
        .join(later, later.c.unit_id == ProgressMove.unit_id)
        .where(
            ProgressMove.cycle_id == cycle.id,
            ProgressMove.id > sa.func.coalesce(earlier.c.move_id, sa.literal(0)),
            ProgressMove.id <= later.c.move_id,
            *part.criteria,
        )
    )
    return query


def causes(desk: Desk, query: Any, limit: int | None = None, offset: int = 0) -> list[Cause]:
    """The moves of `between` with their acts, the newest first."""
    ordered = query.order_by(ProgressMove.id.desc())
    rows = desk.session.execute(ordered if limit is None else ordered.limit(limit).offset(offset)).all()
    events = events_of(desk, [move.event_id for move, *_ in rows if move.event_id is not None])
    return [Cause(move, name, agency, events.get(move.event_id)) for move, name, agency in rows]


def last_moves(desk: Desk, cycle: Cycle, point: Point) -> Any:
    """Unit -> the last move that is in its figures at a point."""
    kind: Any = SealLine if point.seal is not None else ProgressSnapshot
    return sa.select(kind.unit_id, kind.move_id).where(*at_point(desk, cycle, point, kind)).subquery()


BATCH = 5000


def events_of(desk: Desk, ids: Sequence[int]) -> Mapping[int, Event]:
    """Those that the reader may see."""
    found: dict[int, Event] = {}
    for start in range(0, len(ids), BATCH):
        for event in desk.all(sa.select(Event).where(Event.id.in_(ids[start : start + BATCH]))):
            found[event.id] = event
    return found
