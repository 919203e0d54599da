"""How each act moved the figures of a unit: kept unrounded, in the transaction of the act.

A figure is kept as the text of an exact fraction. Neither database has rational numbers, and doubles do not add up: the
sum of a unit's moves has to be the whole change, to the last digit, whoever adds and in whatever order. The statement
that stores the rounded figures also tells, from its doubles, whether anything moved at all; only then are the facts
read and the fractions worked out by `rules`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.events import trail
from tracker.followups.models import FollowUp
from tracker.instruments.models import Aspect
from tracker.progress.kept_models import ProgressMove
from tracker.progress.queries import SAME_WITHIN
from tracker.progress.rules import FollowUpFacts, RecommendationFacts, exact_unit
from tracker.recommendations.models import Recommendation

JAKARTA = ZoneInfo("Asia/Jakarta")
NO_DATA = ""


class Stood(NamedTuple):
    """A unit's row that was written: its figures before rounding, and how its last move left them (None: no move)."""

    id: int
    unit_id: int
    cycle_id: int
    verified_raw: float | None
    claimed_raw: float | None
    verified: str | None
    claimed: str | None

    @property
    def has_moved(self) -> bool:
        return differ(self.verified, self.verified_raw) or differ(self.claimed, self.claimed_raw)


@dataclass(frozen=True, slots=True)
class Exactly:
    """Claimed and verified of a unit in a cycle, unrounded; None is "no data yet"."""

    claimed: Fraction | None = None
    verified: Fraction | None = None


def differ(before: str | None, now: float | None) -> bool:
    if not before:
        return now is not None
    return now is None or abs(float(Fraction(before)) - now) > SAME_WITHIN


def text_of(figure: Fraction | None) -> str:
    return NO_DATA if figure is None else str(figure)


def delta(before: str, after: str) -> str:
    """After minus before, where what has no data yet counts as 0."""
    return str(Fraction(after or 0) - Fraction(before or 0))


def keep_moves(session: Session, written: Sequence[Stood], gone: Iterable[tuple[int, int]]) -> None:
    """Write down how far the figures of these units moved, and by which act of this transaction, if by one."""
    now: datetime = session.info["now"]  # of the desk that the transaction belongs to
    moved = [each for each in written if each.has_moved]
    keys = [(each.unit_id, each.cycle_id) for each in moved]
    exact = exactly(session, keys) if keys else {}
    rows = [
        row_of(session, each.unit_id, each.cycle_id, each.verified or "", each.claimed or "", exact, now)
        for each in moved
    ]
    rows += [row_of(session, *key, *left_behind(session, *key), {}, now) for key in gone]
    rows = [
        row for row in rows if row["verified_from"] != row["verified_to"] or row["claimed_from"] != row["claimed_to"]
    ]
    if rows:
        session.execute(sa.insert(ProgressMove), rows)


def row_of(
    session: Session,
    unit_id: int,
    cycle_id: int,
    verified: str,
    claimed: str,
    exact: Mapping[tuple[int, int], Exactly],
    now: datetime,
) -> dict[str, Any]:
    after = exact.get((unit_id, cycle_id), Exactly())
    verified_to, claimed_to = text_of(after.verified), text_of(after.claimed)
    return {
        "unit_id": unit_id,
        "cycle_id": cycle_id,
        "event_id": trail.act_behind(session, unit_id),
        "at": now,
        "day": now.astimezone(JAKARTA).date(),
        "verified_from": verified,
        "verified_to": verified_to,
        "verified_delta": delta(verified, verified_to),
        "claimed_from": claimed,
        "claimed_to": claimed_to,
        "claimed_delta": delta(claimed, claimed_to),
    }


def left_behind(session: Session, unit_id: int, cycle_id: int) -> tuple[str, str]:
    """Verified and claimed as the last move left them."""
    last = session.execute(
        sa.select(ProgressMove.verified_to, ProgressMove.claimed_to)
        .where(ProgressMove.unit_id == unit_id, ProgressMove.cycle_id == cycle_id)
        .order_by(ProgressMove.id.desc())
        .limit(1)
    ).first()
    return (last[0], last[1]) if last else ("", "")


def exactly(session: Session, keys: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Exactly]:
    """(unit, cycle) -> its figures by the rules, unrounded, from what is stored of its work. One query."""
    units, cycles = {unit for unit, _ in keys}, {cycle for _, cycle in keys}
    rows = session.execute(
        sa.select(
            Recommendation.unit_id,
            Recommendation.cycle_id,
            Recommendation.id,
            Recommendation.aspect_id,
            Aspect.weight,
            Recommendation.priority,
            Recommendation.assessment,
            FollowUp.status,
            FollowUp.weight,
            FollowUp.logged_percent,
            FollowUp.confirmed_percent,
            FollowUp.returned_at,
        )
        .join(Aspect, Aspect.id == Recommendation.aspect_id)
        .outerjoin(
            FollowUp,
            sa.and_(FollowUp.recommendation_id == Recommendation.id, FollowUp.unit_id == Recommendation.unit_id),
        )
        .where(Recommendation.unit_id.in_(units), Recommendation.cycle_id.in_(cycles))
    )
    weights: dict[tuple[int, int], dict[str, Decimal]] = defaultdict(dict)
    told: dict[tuple[int, int], dict[int, tuple[str, Any, Any, list[FollowUpFacts]]]] = defaultdict(dict)
    wanted = set(keys)
    for unit, cycle, id, aspect, weight, priority, assessment, status, *work in rows:
        if (unit, cycle) not in wanted:
            continue
        weights[unit, cycle][str(aspect)] = weight
        facts = told[unit, cycle].setdefault(id, (str(aspect), priority, assessment, []))[3]
        if status is not None:
            facts.append(facts_of(status.value, *work))
    found = {}
    for key, recommendations in told.items():
        claimed, verified = exact_unit(
            weights[key],
            [
                RecommendationFacts(aspect, priority.value, assessment.value, tuple(works))
                for aspect, priority, assessment, works in recommendations.values()
            ],
        )
        found[key] = Exactly(claimed, verified)
    return found


def facts_of(status: str, weight: int, logged: int, confirmed: int, returned_at: datetime | None) -> FollowUpFacts:
    """A stored follow-up as the rules see it."""
    return FollowUpFacts(status, weight, logged, confirmed if returned_at else None, returned_at is not None)
