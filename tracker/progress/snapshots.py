"""What figures were when a day had ended: a copy per unit and aspect, and means per agency, province, area and nation.

Everything is copied set-wise in SQL. A day is copied once: a second run finds it there and changes nothing.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from tracker.directory.models import Region, ServiceUnit
from tracker.evaluations.models import Evaluation
from tracker.followups.models import FollowUp
from tracker.instruments.models import Cycle, Instrument
from tracker.instruments.states import CycleStatus
from tracker.kit.db import Model, Rows
from tracker.progress.kept_models import (
    COPIED,
    AspectSnapshot,
    GroupSnapshot,
    ProgressMove,
    ProgressSnapshot,
)
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.progress.queries import fraction, is_overdue, number_of, rounded
from tracker.progress.rules import StandingRules
from tracker.progress.states import GroupKind

JAKARTA = ZoneInfo("Asia/Jakarta")
KEPT_DAILY = 90
"""Days after which the copies of a week become one, that of its last day."""


def day_before(slot: datetime) -> date:
    """The day in Jakarta that had just ended at the slot."""
    return slot.astimezone(JAKARTA).date() - timedelta(days=1)


def end_of(day: date) -> datetime:
    """Midnight in Jakarta after the day."""
    return datetime.combine(day + timedelta(days=1), time(), JAKARTA)


def cycles_to_copy() -> Rows[Cycle]:
    """Open cycles, and sealed ones until a later cycle of the same source is sealed, too: till then work goes on."""
    later, scheme = aliased(Cycle), aliased(Instrument)
    followed = (
        sa.exists()
        .where(
            later.status == CycleStatus.SEALED,
            later.instrument_id == scheme.id,
            scheme.source == Instrument.source,
            sa.or_(later.year > Cycle.year, sa.and_(later.year == Cycle.year, later.id > Cycle.id)),
        )
        .correlate(Cycle, Instrument)
    )
    return (
        sa.select(Cycle)
        .join(Instrument, Instrument.id == Cycle.instrument_id)
        .where(sa.or_(Cycle.status == CycleStatus.OPEN, ~followed))
        .order_by(Cycle.id)
    )


def is_copied(session: Session, cycle: Cycle, day: date) -> bool:
    known = sa.select(ProgressSnapshot.id).filter_by(cycle_id=cycle.id, day=day).limit(1)
    return session.scalar(known) is not None


def copy_cycle(
    session: Session, cycle: Cycle, day: date, now: datetime, expected: Decimal | None, margins: StandingRules
) -> int:
    """Copy a cycle's figures as those of the day, in this transaction; say how many rows that were."""
    if is_copied(session, cycle, day):
        return 0
    reached = Decimal(0) if expected is None else expected
    bound = {
        CYCLE.key: cycle.id,
        DAY.key: day,
        ENDED.key: end_of(day),
        NOW.key: now,
        EXPECTED.key: expected,
        # worked out as decimals, so that they compare exactly
        ON_TRACK.key: reached - margins.on_track_within,
        AT_RISK.key: reached - margins.at_risk_within,
    }
    session.flush()
    connection = session.connection()  # a session would look anew at each statement, which takes longer than it does
    statements = copies(connection.dialect.name, expected is not None)
    return sum(len(connection.execute(statement, bound).all()) for statement in statements)


@cache
def copies(dialect: str, is_expected: bool) -> tuple[sa.Executable, ...]:
    """What copies the bound cycle's figures, in this order; each statement returns a row for each that it wrote.

    Built once: that takes longer than copying the few units of a small installation.
    """
    return tuple(inserted(dialect, kind, rows) for kind, rows in copied(is_expected))


def copied(is_expected: bool) -> Iterator[tuple[type[Model], sa.Select[Any]]]:
    yield ProgressSnapshot, units()
    yield AspectSnapshot, aspects()
    for kind in GroupKind:
        for everyone in (False, True):
            yield GroupSnapshot, groups(kind, everyone, is_expected)


def inserted(dialect: str, kind: type[Model], rows: sa.Select[Any]) -> sa.Executable:
    """INSERT … SELECT of what is not there yet; returns a row each. Raw, because what is bound is no row to insert."""
    insert: Any = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(kind)
    insert = insert.from_select([column.name for column in rows.selected_columns], rows).on_conflict_do_nothing()
    statement: sa.Executable = insert.returning(sa.literal_column("1")).execution_options(dml_strategy="raw")
    return statement


def given(name: str, like: Any) -> sa.BindParameter[Any]:
    """A value given when a statement is carried out; no column may have its name."""
    return sa.bindparam(name, type_=like.type)


CYCLE = given("copied_cycle", ProgressSnapshot.cycle_id)
DAY = given("copied_day", ProgressSnapshot.day)
ENDED = given("day_ended_at", FollowUp.due_at)
NOW = given("copied_at", ProgressSnapshot.at)
EXPECTED = given("expected_then", GroupSnapshot.expected)
ON_TRACK = given("on_track_from", ProgressSnapshot.verified)
AT_RISK = given("at_risk_from", ProgressSnapshot.verified)


def units() -> sa.Select[Any]:
    late = (
        sa.select(FollowUp.unit_id, sa.func.count().label("overdue"))
        .where(FollowUp.cycle_id == CYCLE, is_overdue(ENDED))
        .group_by(FollowUp.unit_id)
        .subquery("late")
    )
    last = (
        sa.select(sa.func.max(ProgressMove.id))
        .where(ProgressMove.unit_id == UnitProgress.unit_id, ProgressMove.cycle_id == UnitProgress.cycle_id)
        .correlate(UnitProgress)
        .scalar_subquery()
    )
    return (
        sa.select(
            UnitProgress.unit_id,
            UnitProgress.cycle_id,
            DAY.label("day"),
            NOW.label("at"),
            *(getattr(UnitProgress, name) for name in COPIED),
            sa.func.coalesce(late.c.overdue, 0).label("overdue"),
            sa.func.coalesce(Evaluation.is_priority, sa.false()).label("is_priority"),
            last.label("move_id"),
        )
        .outerjoin(
            Evaluation,
            sa.and_(Evaluation.unit_id == UnitProgress.unit_id, Evaluation.cycle_id == UnitProgress.cycle_id),
        )
        .outerjoin(late, late.c.unit_id == UnitProgress.unit_id)
        .where(UnitProgress.cycle_id == CYCLE)
        .order_by(UnitProgress.unit_id)
    )


def aspects() -> sa.Select[Any]:
    rows: Any = (
        sa.select(
            AspectProgress.unit_id,
            AspectProgress.cycle_id,
            AspectProgress.aspect_id,
            DAY.label("day"),
            AspectProgress.verified,
            AspectProgress.claimed,
            AspectProgress.counting,
        )
        .where(AspectProgress.cycle_id == CYCLE)
        .order_by(AspectProgress.unit_id, AspectProgress.aspect_id)
    )
    selected: sa.Select[Any] = rows
    return selected


PROVINCE = sa.func.coalesce(Region.parent_id, Region.id)
KEYS: dict[GroupKind, Any] = {
    GroupKind.AGENCY: ServiceUnit.agency_id,
    GroupKind.PROVINCE: PROVINCE,
    GroupKind.AREA: ServiceUnit.area_id,
    GroupKind.NATION: sa.literal_column("0"),
}
COUNTED = ("with_unit", "with_coordinator", "with_verifier", "on_hold", "overdue")


def groups(kind: GroupKind, everyone: bool, is_expected: bool) -> sa.Select[Any]:
    """`rules.group_mean` over the copies of the day, and the standings of their units beside it.

    Where nothing is expected yet no unit has a standing.
    """
    unit, key = ProgressSnapshot, KEYS[kind]
    type_of = GroupSnapshot.__table__.c

    def mean(figure: Any) -> Any:
        return rounded(sa.func.sum(fraction(figure)) / fraction(sa.func.nullif(sa.func.count(figure), 0)))

    on_track, at_risk = unit.verified >= ON_TRACK, unit.verified >= AT_RISK
    known = unit.verified.is_not(None)
    not_yet = ~known if is_expected else sa.true()
    return (
        sa.select(
            CYCLE.label("cycle_id"),
            sa.literal(kind, type_of.kind.type).label("kind"),
            key.label("key"),
            (sa.true() if everyone else sa.false()).label("everyone"),
            DAY.label("day"),
            mean(unit.verified).label("verified"),
            mean(unit.claimed).label("claimed"),
            sa.func.count().label("units"),
            sa.func.count(sa.distinct(ServiceUnit.agency_id)).label("agencies"),
            sa.func.count(unit.verified).label("with_figure"),
            number_of(~known).label("without_figure"),
            *(sa.func.sum(getattr(unit, name)).label(name) for name in COUNTED),
            EXPECTED.label("expected"),
            number_of(sa.and_(~not_yet, on_track)).label("on_track"),
            number_of(sa.and_(~not_yet, at_risk, ~on_track)).label("at_risk"),
            number_of(sa.and_(~not_yet, ~at_risk)).label("off_track"),
            number_of(not_yet).label("not_yet"),
        )
        .select_from(unit)
        .join(ServiceUnit, ServiceUnit.id == unit.unit_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .where(unit.cycle_id == CYCLE, unit.day == DAY, key.is_not(None), *(() if everyone else (unit.is_priority,)))
        .group_by(*(() if kind is GroupKind.NATION else (key,)))
        .having(sa.func.count() > 0)
    )


def weeks_to_thin(first: date, day: date) -> list[tuple[date, date]]:
    """Monday and Sunday of the whole weeks from `first` on that ended more than 90 days before `day`."""
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday + timedelta(days=6) < day - timedelta(days=KEPT_DAILY):
        weeks.append((monday, monday + timedelta(days=6)))
        monday += timedelta(days=7)
    return weeks


def thin_week(session: Session, monday: date, sunday: date) -> int:
    """Of the copies of units and aspects in a week leave those of its last day; means of groups stay daily."""
    gone = 0
    within = ProgressSnapshot.day.between(monday, sunday)
    days = session.execute(sa.select(ProgressSnapshot.cycle_id, ProgressSnapshot.day).where(within).distinct()).all()
    last: dict[int, date] = {}
    for cycle_id, day in days:
        last[cycle_id] = max(day, last.get(cycle_id, day))
    for cycle_id, day in days:
        if day < last[cycle_id]:
            for kind in (ProgressSnapshot, AspectSnapshot):
                statement = sa.delete(kind).where(kind.cycle_id == cycle_id, kind.day == day)
                found: Any = session.execute(statement.execution_options(synchronize_session=False))
                gone += found.rowcount
    return gone
