"""What is kept of the figures: how each act moved them, what they were on a day, and what was sealed."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import Region, ServiceUnit
from tracker.instruments.models import Cycle
from tracker.kit.db import Code, Key, Model, Name, Prose
from tracker.kit.rows import Criterion, InUnit, Reach, Reference, Scoped
from tracker.progress.states import GroupKind, SealStep

UNITS, REGIONS = ServiceUnit.__table__, Region.__table__
PROVINCE = sa.func.coalesce(REGIONS.c.parent_id, REGIONS.c.id)


class ProgressMove(InUnit, Model):
    """How much one act moved the figures of a unit in a cycle, unrounded.

    Figures are kept as the text of a fraction ("100/3"), which is exact on any database. "" is "no data yet"; in a sum
    it counts as 0. The moves of a unit and cycle follow one another, so their deltas sum to the whole change.
    """

    __tablename__ = "progress_move"
    __table_args__ = (sa.Index("ix_progress_move_unit", "unit_id", "cycle_id", "id"),)
    view = "evaluation.view"

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("service_unit.id"))
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    event_id: Mapped[int | None]
    """The act that moved them. None: moves began to be kept here, or a recalculation put a figure right."""
    at: Mapped[datetime]
    day: Mapped[date]
    """In Jakarta."""
    verified_from: Mapped[Prose]
    verified_to: Mapped[Prose]
    verified_delta: Mapped[Prose]
    claimed_from: Mapped[Prose]
    claimed_to: Mapped[Prose]
    claimed_delta: Mapped[Prose]

    @property
    def verified(self) -> Fraction:
        """In points, unrounded."""
        return Fraction(self.verified_delta)

    @property
    def claimed(self) -> Fraction:
        return Fraction(self.claimed_delta)


class Figures:
    """The figures of a unit in a cycle, as they are copied for a day."""

    verified: Mapped[Decimal | None]
    claimed: Mapped[Decimal | None]
    projected: Mapped[Decimal | None]
    projected_claimed: Mapped[Decimal | None]
    recommendations: Mapped[int]
    counting: Mapped[int]
    adequate: Mapped[int]
    cannot: Mapped[int]
    unassigned: Mapped[int]
    with_unit: Mapped[int]
    with_coordinator: Mapped[int]
    with_verifier: Mapped[int]
    on_hold: Mapped[int]
    accepted: Mapped[int]
    returned: Mapped[int]
    overdue: Mapped[int]
    is_priority: Mapped[bool]
    move_id: Mapped[int | None]
    """The last move that is in these figures: what moved them since has a higher number."""


COPIED = (
    "verified", "claimed", "projected", "projected_claimed", "recommendations", "counting", "adequate", "cannot",
    "unassigned", "with_unit", "with_coordinator", "with_verifier", "on_hold", "accepted", "returned",
)  # fmt: skip
"""The columns that UnitProgress has under the same names."""


class ProgressSnapshot(Figures, InUnit, Model):
    """A unit in a cycle as it was when a day had ended. Written once, never changed; weekly after 90 days."""

    __tablename__ = "progress_snapshot"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "day", "unit_id"),
        sa.Index("ix_progress_snapshot_unit", "unit_id", "cycle_id", "day"),
    )
    view = "evaluation.view"

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("service_unit.id"))
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    day: Mapped[date]
    at: Mapped[datetime]
    """When it was taken: at night, or later where the machine had been down."""


class AspectSnapshot(InUnit, Model):
    """One aspect of a unit in a cycle when a day had ended."""

    __tablename__ = "aspect_snapshot"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "day", "unit_id", "aspect_id"),)
    view = "evaluation.view"

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("service_unit.id"))
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    day: Mapped[date]
    verified: Mapped[Decimal | None]
    claimed: Mapped[Decimal | None]
    counting: Mapped[int]


REFERENCE_UNITS, REFERENCE_AGENCIES = 10, 3
"""From how many units, in how many agencies, a national mean is a reference figure for everybody."""


class GroupSnapshot(Scoped, Model):
    """An agency, a province, an area or the nation in a cycle when a day had ended: plain means over its units."""

    __tablename__ = "group_snapshot"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "kind", "key", "everyone", "day"),)
    view = "evaluation.view"

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    kind: Mapped[GroupKind]
    key: Mapped[int]
    """The number of the agency, province or area; 0 for the nation."""
    everyone: Mapped[bool]
    """Priority units only, or all."""
    day: Mapped[date]
    verified: Mapped[Decimal | None]
    claimed: Mapped[Decimal | None]
    units: Mapped[int]
    agencies: Mapped[int]
    with_figure: Mapped[int]
    without_figure: Mapped[int]
    with_unit: Mapped[int]
    with_coordinator: Mapped[int]
    with_verifier: Mapped[int]
    on_hold: Mapped[int]
    overdue: Mapped[int]
    expected: Mapped[Decimal | None]
    on_track: Mapped[int]
    at_risk: Mapped[int]
    off_track: Mapped[int]
    not_yet: Mapped[int]

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """Groups of which every unit is in reach; and the nation, where it stands for enough units and agencies."""
        if reach.everything:
            return sa.true()
        wholes = (
            (GroupKind.AGENCY, UNITS.c.agency_id),
            (GroupKind.PROVINCE, PROVINCE),
            (GroupKind.AREA, UNITS.c.area_id),
        )
        parts = [sa.and_(cls.kind == kind, cls.key.in_(wholly_within(column, reach))) for kind, column in wholes]
        enough = sa.and_(cls.with_figure >= REFERENCE_UNITS, cls.agencies >= REFERENCE_AGENCIES)
        return sa.or_(*parts, sa.and_(cls.kind == GroupKind.NATION, enough, sa.literal(reach.user_id is not None)))


def wholly_within(column: Any, reach: Reach) -> Any:
    """The groups that have units in reach and none out of it."""
    out_of_reach = sa.func.sum(sa.case((reach.unit_is(UNITS), 0), else_=1))
    return (
        sa.select(column)
        .select_from(UNITS.outerjoin(REGIONS, REGIONS.c.id == UNITS.c.region_id))
        .where(column.is_not(None))
        .group_by(column)
        .having(out_of_reach == 0)
        .correlate(None)
        .scalar_subquery()
    )


class ProgressCheck(Reference, Model):
    """What a recalculation of everything found: how many stored figures differed, and what it wrote."""

    __tablename__ = "progress_check"

    id: Mapped[Key]
    slot: Mapped[datetime]
    at: Mapped[datetime]
    day: Mapped[date]
    """The day whose figures were copied."""
    units: Mapped[int]
    differences: Mapped[int]
    snapshots: Mapped[int]
    """Rows that this run wrote; none where the day was copied already."""
    thinned_to: Mapped[date | None]
    """Up to this day the copies are weekly."""


class Seal(Reference, Model):
    """The figures of a cycle, frozen. Each seal's hash is over the one before it; nothing of it is ever changed."""

    __tablename__ = "seal"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "step", "number"),
        sa.UniqueConstraint("previous_hash"),
    )

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    step: Mapped[SealStep]
    number: Mapped[int]
    """0 for a step of the calendar; further seals, by hand, count from 1."""
    due_on: Mapped[date]
    """The day of the step; of a seal by hand its own day."""
    at: Mapped[datetime]
    sealed_by_id: Mapped[int | None]
    sealed_by: Mapped[Name]
    reason: Mapped[Prose]
    rules_version: Mapped[Code]
    terms: Mapped[dict[str, Any]]
    """Instrument, weights, margins and dates that the figures were computed with, as texts."""
    units: Mapped[int]
    lines_hash: Mapped[Code]
    """Over the hashes of the lines, in the order of their units."""
    previous_hash: Mapped[Code]
    hash: Mapped[Code]

    cycle: Mapped[Cycle] = relationship()


class SealLine(Figures, Scoped, Model):
    """A unit in a seal, with the names it had. It refers to nothing, so that nothing can take it along."""

    __tablename__ = "seal_line"
    __table_args__ = (sa.UniqueConstraint("seal_id", "unit_id"), sa.Index("ix_seal_line_unit", "unit_id", "seal_id"))
    view = "evaluation.view"

    id: Mapped[Key]
    seal_id: Mapped[int] = mapped_column(sa.ForeignKey("seal.id"))
    unit_id: Mapped[int]
    unit_name: Mapped[Name]
    agency_id: Mapped[int]
    agency_name: Mapped[Name]
    area_id: Mapped[int | None]
    official_index: Mapped[Decimal | None]
    computed_index: Mapped[Decimal | None]
    band: Mapped[Code]
    verified_exact: Mapped[Prose]
    """Unrounded, as its last move left it; empty where there is no data yet."""
    claimed_exact: Mapped[Prose]
    expected: Mapped[Decimal | None]
    standing: Mapped[Code]
    aspects: Mapped[dict[str, Any]]
    """Code -> [verified, claimed], as texts."""
    hash: Mapped[Code]

    seal: Mapped[Seal] = relationship()

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """The unit as it belongs today: who looks after it sees its past."""
        return reach.units(cls.unit_id)
