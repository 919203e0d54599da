"""The formulas of `rules` in SQL: set-wise, one statement per kind of figure, the same on SQLite and PostgreSQL.

The arithmetic is in double precision and rounded once, at the end. A sum of this kind is off by less than 1e-10 of a
hundredth, so a half that is met exactly is told from its neighbours by adding `HALF_IS_MET` before rounding: then both
engines, whichever way they break ties and in whatever order they add, agree with the exact fractions of `rules`.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker.directory.models import ServiceUnit
from tracker.evaluations.models import AspectScore, Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.states import CLAIMED_WHOLE, FollowUpStatus, Holder
from tracker.instruments.models import Aspect, Cycle, Instrument
from tracker.kit.db import Model
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.progress.rules import MOST_AFTER_RETURN, PRIORITY_WEIGHTS
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment

Number = sa.ColumnElement[Any]

HALF_IS_MET = 1e-9
"""In hundredths: far above the error of a sum in double precision, far below the distance of two real figures."""

SAME_WITHIN = 1e-9
"""In points: two sums of the same figures in another order differ by less, and no act moves a figure by so little."""

UNITS: sa.BindParameter[Any] = sa.bindparam("units", expanding=True)

HELD_BY_UNIT = (Holder.UNIT, Holder.COORDINATOR)
"""Whose work is overdue when its date has passed; with others the clock stops."""


def fraction(value: Any) -> Number:
    """In double precision, so that neither engine divides whole numbers."""
    return sa.cast(value, sa.Double)


def rounded(figure: Number) -> Number:
    """Half-up to two decimals, as `rules.rounded`; None stays None."""
    return sa.func.round(figure * sa.literal(100.0, sa.Double) + sa.literal(HALF_IS_MET, sa.Double)) / sa.literal(
        100.0, sa.Double
    )


def number_of(condition: sa.ColumnElement[bool]) -> Number:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def claimed_percent() -> Number:
    """`rules.claimed` of a follow-up: 100 while the unit is done with it, after a return at most 99."""
    most = int(MOST_AFTER_RETURN)
    given_back = sa.or_(FollowUp.status == FollowUpStatus.RETURNED, FollowUp.returned_at.is_not(None))
    return sa.case(
        (FollowUp.status.in_(CLAIMED_WHOLE), 100),
        (sa.and_(given_back, FollowUp.logged_percent > most), most),
        else_=FollowUp.logged_percent,
    )


def verified_percent() -> Number:
    """`rules.verified` of a follow-up: what verifiers decided, and nothing else."""
    return sa.case((FollowUp.status == FollowUpStatus.ACCEPTED, 100), else_=FollowUp.confirmed_percent)


def is_overdue(now: Any) -> sa.ColumnElement[bool]:
    """The unit or its coordinator holds it and its last moment has passed."""
    return sa.and_(FollowUp.is_open, FollowUp.holder.in_(HELD_BY_UNIT), FollowUp.due_at < now)


def recommendation_figures() -> sa.CTE:
    """A row per recommendation of the units asked for, with its figures and what its follow-ups are doing."""
    in_force = FollowUp.status != FollowUpStatus.CANCELLED
    weight = sa.func.sum(sa.case((in_force, FollowUp.weight), else_=0))
    with_the_unit = FollowUp.holder.in_(HELD_BY_UNIT)

    def mean(percent: Number) -> Number:
        total = sa.func.sum(sa.case((in_force, FollowUp.weight * percent), else_=0))
        return sa.case(
            (Recommendation.assessment == Assessment.ADEQUATE, sa.literal(100.0, sa.Double)),
            (Recommendation.assessment == Assessment.CANNOT, sa.null()),
            (weight > 0, fraction(total) / fraction(weight)),
            else_=sa.literal(0.0, sa.Double),
        )

    settled = Recommendation.assessment.in_((Assessment.ADEQUATE, Assessment.CANNOT))
    counts = Recommendation.assessment != Assessment.CANNOT
    return (
        sa.select(
            Recommendation.unit_id,
            Recommendation.cycle_id,
            Recommendation.aspect_id,
            sa.case(PRIORITY_WEIGHTS, value=Recommendation.priority, else_=0).label("weight"),
            mean(claimed_percent()).label("claimed"),
            mean(verified_percent()).label("verified"),
            sa.case((counts, Recommendation.target_score)).label("target"),
            sa.case((Recommendation.assessment == Assessment.ADEQUATE, 1), else_=0).label("adequate"),
            sa.case((counts, 0), else_=1).label("cannot"),
            sa.case((sa.or_(settled, weight > 0), 0), else_=1).label("unassigned"),
            number_of(FollowUp.holder == Holder.UNIT).label("with_unit"),
            number_of(FollowUp.holder == Holder.COORDINATOR).label("with_coordinator"),
            number_of(FollowUp.holder == Holder.VERIFIER).label("with_verifier"),
            number_of(FollowUp.status == FollowUpStatus.ON_HOLD).label("on_hold"),
            number_of(FollowUp.status == FollowUpStatus.ACCEPTED).label("accepted"),
            number_of(FollowUp.status == FollowUpStatus.RETURNED).label("returned"),
            sa.func.min(sa.case((with_the_unit, FollowUp.due_at))).label("next_due_at"),
            sa.func.max(FollowUp.last_action_at).label("last_action_at"),
            sa.func.min(
                sa.case((FollowUp.status == FollowUpStatus.RETURNED, FollowUp.holder_since))
            ).label("returned_since"),
        )
        .outerjoin(FollowUp, FollowUp.recommendation_id == Recommendation.id)
        .where(Recommendation.unit_id.in_(UNITS))
        .group_by(Recommendation.id)
        .cte("recommended")
    )  # fmt: skip


SUMMED = ("unassigned", "with_unit", "with_coordinator", "with_verifier", "on_hold", "accepted")
SUMMED_IN_UNIT = ("adequate", "cannot", *SUMMED, "returned")


def aspect_figures() -> sa.CTE:
    """A row per aspect with recommendations: Σ priority weight·figure / Σ priority weight over those that count."""
    each = recommendation_figures()
    counting = sa.func.nullif(sa.func.sum(sa.case((each.c.verified.is_not(None), each.c.weight), else_=0)), 0)

    def mean(figure: Number) -> Number:
        return sa.func.sum(fraction(each.c.weight) * figure) / fraction(counting)

    return (
        sa.select(
            each.c.unit_id,
            each.c.cycle_id,
            each.c.aspect_id,
            mean(each.c.claimed).label("claimed"),
            mean(each.c.verified).label("verified"),
            sa.func.max(each.c.target).label("target"),
            sa.func.count().label("recommendations"),
            sa.func.count(each.c.verified).label("counting"),
            *(sa.func.sum(each.c[name]).label(name) for name in SUMMED_IN_UNIT),
            sa.func.min(each.c.next_due_at).label("next_due_at"),
            sa.func.max(each.c.last_action_at).label("last_action_at"),
            sa.func.min(each.c.returned_since).label("returned_since"),
        )
        .group_by(each.c.unit_id, each.c.cycle_id, each.c.aspect_id)
        .cte("by_aspect")
    )


def unit_totals(aspects: sa.CTE) -> sa.CTE:
    """A row per unit and cycle with recommendations: Σ aspect weight·aspect / Σ weight over the counting aspects."""
    weight = fraction(Aspect.weight)
    counting = sa.func.sum(sa.case((aspects.c.verified.is_not(None), weight)))

    def mean(figure: Number) -> Number:
        return sa.func.sum(weight * figure) / counting

    return (
        sa.select(
            aspects.c.unit_id,
            aspects.c.cycle_id,
            mean(aspects.c.claimed).label("claimed"),
            mean(aspects.c.verified).label("verified"),
            *(sa.func.sum(aspects.c[name]).label(name) for name in ("recommendations", "counting", *SUMMED_IN_UNIT)),
            sa.func.min(aspects.c.next_due_at).label("next_due_at"),
            sa.func.max(aspects.c.last_action_at).label("last_action_at"),
            sa.func.min(aspects.c.returned_since).label("returned_since"),
        )
        .join(Aspect, Aspect.id == aspects.c.aspect_id)
        .group_by(aspects.c.unit_id, aspects.c.cycle_id)
        .cte("totals")
    )


def projections(aspects: sa.CTE) -> sa.CTE:
    """A row per evaluation: index + share · Σ weight·p·max(0, min(target, scale) − score) / Σ weight.

    The official index wins over the computed one; the target is the highest among the counting recommendations of the
    aspect. An aspect without a score adds nothing, as its distance to the target is not known; where no aspect has one,
    because only a total was told, there is no projection.
    """
    weight, scale, score = fraction(Aspect.weight), fraction(Instrument.scale_max), fraction(AspectScore.score)
    step = sa.case((Instrument.scale_max <= 10, sa.literal(1.0, sa.Double)), else_=scale / sa.literal(10.0, sa.Double))
    target = sa.func.coalesce(fraction(aspects.c.target), score + step)
    reachable = sa.case((target < scale, target), else_=scale)
    distance = sa.case((reachable > score, reachable - score), else_=sa.literal(0.0, sa.Double))
    index = fraction(sa.func.coalesce(Evaluation.official_index, Evaluation.computed_index))
    share = fraction(sa.func.coalesce(Instrument.f02_share, 100)) / sa.literal(100.0, sa.Double)

    def projected(progress: Number) -> Number:
        gain = weight * sa.func.coalesce(progress, sa.literal(0.0, sa.Double)) / sa.literal(100.0, sa.Double) * distance
        zero = sa.literal(0.0, sa.Double)
        gained = sa.func.coalesce(sa.func.sum(gain), zero) / sa.func.sum(weight)
        figure = sa.func.max(index) + sa.func.max(share) * gained
        return sa.case((sa.func.count(AspectScore.id) > 0, figure))

    return (
        sa.select(
            Evaluation.unit_id,
            Evaluation.cycle_id,
            projected(aspects.c.verified).label("projected"),
            projected(aspects.c.claimed).label("projected_claimed"),
        )
        .join(Cycle, Cycle.id == Evaluation.cycle_id)
        .join(Instrument, Instrument.id == Cycle.instrument_id)
        .join(Aspect, Aspect.instrument_id == Instrument.id)
        .outerjoin(AspectScore, sa.and_(AspectScore.evaluation_id == Evaluation.id, AspectScore.aspect_id == Aspect.id))
        .outerjoin(
            aspects,
            sa.and_(
                aspects.c.unit_id == Evaluation.unit_id,
                aspects.c.cycle_id == Evaluation.cycle_id,
                aspects.c.aspect_id == Aspect.id,
            ),
        )
        .where(Evaluation.unit_id.in_(UNITS))
        .group_by(Evaluation.id)
        .cte("projections")
    )


def aspect_rows() -> sa.Select[Any]:
    """What AspectProgress should say of the units asked for."""
    each = aspect_figures()
    return sa.select(
        each.c.unit_id,
        each.c.cycle_id,
        each.c.aspect_id,
        rounded(each.c.verified).label("verified"),
        rounded(each.c.claimed).label("claimed"),
        *(each.c[name] for name in ("recommendations", "counting", *SUMMED, "next_due_at")),
    ).where(each.c.unit_id.is_not(None))  # SQLite wants a WHERE between SELECT and ON CONFLICT


def unit_rows() -> sa.Select[Any]:
    """What UnitProgress should say of the units asked for: a row for each cycle with a result or a recommendation."""
    aspects = aspect_figures()
    totals, future = unit_totals(aspects), projections(aspects)
    keys = sa.union(
        sa.select(Evaluation.unit_id, Evaluation.cycle_id).where(Evaluation.unit_id.in_(UNITS)),
        sa.select(totals.c.unit_id, totals.c.cycle_id),
    ).subquery("keys")
    counted = ("recommendations", "counting", *SUMMED_IN_UNIT)
    return (
        sa.select(
            keys.c.unit_id,
            keys.c.cycle_id,
            rounded(totals.c.verified).label("verified"),
            rounded(totals.c.claimed).label("claimed"),
            totals.c.verified.label("verified_raw"),
            totals.c.claimed.label("claimed_raw"),
            rounded(future.c.projected).label("projected"),
            rounded(future.c.projected_claimed).label("projected_claimed"),
            *(sa.func.coalesce(totals.c[name], 0).label(name) for name in counted),
            totals.c.next_due_at,
            totals.c.last_action_at,
            totals.c.returned_since,
        )
        .outerjoin(totals, sa.and_(totals.c.unit_id == keys.c.unit_id, totals.c.cycle_id == keys.c.cycle_id))
        .outerjoin(future, sa.and_(future.c.unit_id == keys.c.unit_id, future.c.cycle_id == keys.c.cycle_id))
        .where(keys.c.unit_id.is_not(None))
    )


def stored_again(
    dialect: str, kind: type[Model], key: Sequence[str], rows: sa.Select[Any], *told: Any
) -> sa.Executable:
    """Write the rows where they are missing or differ, and say `told` of them; what agrees is not touched."""
    insert: Any = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(kind)
    names = [column.name for column in rows.selected_columns]
    insert = insert.from_select(names, rows)
    figures = [name for name in names if name not in key]
    differs = sa.or_(*(differing(getattr(kind, name), insert.excluded[name]) for name in figures))
    insert = insert.on_conflict_do_update(
        index_elements=key, set_={name: insert.excluded[name] for name in figures}, where=differs
    )
    # Raw, because the bound units are not a row to insert; returning, as sqlite3 counts no rows of WITH … INSERT.
    statement: sa.Executable = insert.returning(*told).execution_options(dml_strategy="raw")
    return statement


def differing(stored: Any, computed: Any) -> sa.ColumnElement[bool]:
    """Of what is kept before rounding: by more than the order of adding explains. Of all else: at all."""
    if isinstance(stored.type, sa.Double):
        return sa.func.abs(stored - computed) > SAME_WITHIN
    different: sa.ColumnElement[bool] = stored.is_distinct_from(computed)
    return different


def gone() -> tuple[sa.Executable, ...]:
    """Figures of what is no longer there: of a recommendation taken back, of an import undone."""
    of_aspect = sa.exists().where(
        Recommendation.unit_id == AspectProgress.unit_id,
        Recommendation.cycle_id == AspectProgress.cycle_id,
        Recommendation.aspect_id == AspectProgress.aspect_id,
    )
    of_unit = sa.exists().where(
        Recommendation.unit_id == UnitProgress.unit_id, Recommendation.cycle_id == UnitProgress.cycle_id
    )
    result = sa.exists().where(
        Evaluation.unit_id == UnitProgress.unit_id, Evaluation.cycle_id == UnitProgress.cycle_id
    )  # fmt: skip
    return (
        removed(AspectProgress, (AspectProgress.id,), AspectProgress.unit_id.in_(UNITS), ~of_aspect),
        removed(UnitProgress, STANDS[:3], UnitProgress.unit_id.in_(UNITS), ~of_unit, ~result),
    )


def removed(kind: type[Model], told: Sequence[Any], *which: sa.ColumnElement[bool]) -> sa.Executable:
    statement = sa.delete(kind).where(*which).returning(*told)
    return statement.execution_options(synchronize_session=False)


LAST = """(SELECT m.{} FROM progress_move AS m
 WHERE m.unit_id = unit_progress.unit_id AND m.cycle_id = unit_progress.cycle_id ORDER BY m.id DESC LIMIT 1)"""
"""What the last move of a unit's figures left behind. As text: SQLAlchemy does not correlate within RETURNING."""

STANDS: tuple[Any, ...] = (
    UnitProgress.id,
    UnitProgress.unit_id,
    UnitProgress.cycle_id,
    UnitProgress.verified_raw,
    UnitProgress.claimed_raw,
    sa.literal_column(LAST.format("verified_to")),
    sa.literal_column(LAST.format("claimed_to")),
)
"""Of a unit's row that was written: its figures before rounding, and how the last move left them."""


@cache
def corrections(dialect: str) -> tuple[sa.Executable, ...]:
    """What brings the stored figures of the bound `units` in line; each statement returns the rows that differed."""
    return (
        *gone(),
        stored_again(dialect, AspectProgress, ("unit_id", "cycle_id", "aspect_id"), aspect_rows(), AspectProgress.id),
        stored_again(dialect, UnitProgress, ("unit_id", "cycle_id"), unit_rows(), *STANDS),
    )


def locked_units() -> sa.Select[Any]:
    """Take the units for this transaction, in constant order, so that two recalculations follow one another.

    The lock is the weaker one that lets rows refer to the unit meanwhile.
    """
    return sa.select(ServiceUnit.id).where(ServiceUnit.id.in_(UNITS)).order_by(ServiceUnit.id).with_for_update(
        key_share=True
    )  # fmt: skip
