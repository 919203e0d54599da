"""A case or a pattern of cases becomes a recommendation, or shows what a given one is about."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.models import Complaint, ComplaintLink
from tracker.directory.models import ServiceUnit
from tracker.instruments.models import Cycle
from tracker.instruments.states import CycleStatus
from tracker.kit.db import Rows
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.recommendations.models import Recommendation
from tracker.recommendations.operations import Advice, add_recommendation

MOST_AT_ONCE = 200
NOTHING_CHOSEN = N_("Pilih sedikitnya satu pengaduan unit ini.")
OTHER_UNIT = N_("Pilih rekomendasi unit ini.")
ALL_LINKED = N_("Pengaduan ini sudah dikaitkan dengan rekomendasi itu.")


def chosen(desk: Desk, unit: ServiceUnit, ids: Iterable[int]) -> list[Complaint]:
    """Those complaints of a unit that this person may link, in the order in which they came."""
    query = (
        sa.select(Complaint)
        .where(Complaint.unit_id == unit.id, Complaint.id.in_(list(ids)[:MOST_AT_ONCE]))
        .order_by(Complaint.received_at, Complaint.id)
    )
    return [each for each in desk.all(query) if desk.may(Act.LINK_COMPLAINT, each)]


def link(desk: Desk, complaints: Sequence[Complaint], recommendation: Recommendation) -> int:
    """Say that they show what the recommendation is about; how many were not linked to it before."""
    if not complaints:
        raise Refusal("pilih", NOTHING_CHOSEN)
    if any(each.unit_id != recommendation.unit_id for each in complaints):
        raise Refusal("recommendation_id", OTHER_UNIT)
    known = set(
        desk.session.scalars(
            sa.select(ComplaintLink.complaint_id).where(ComplaintLink.recommendation_id == recommendation.id)
        )
    )
    new = [each for each in complaints if each.id not in known]
    if not new:
        raise Refusal("recommendation_id", ALL_LINKED)
    for complaint in new:
        desk.add(
            ComplaintLink(
                complaint=complaint,
                unit_id=complaint.unit_id,
                recommendation_id=recommendation.id,
                at=desk.now,
                by_id=desk.actor.id,
            )
        )
        desk.record(Act.LINK_COMPLAINT, complaint)
    return len(new)


def recommend(
    desk: Desk, unit: ServiceUnit, cycle: Cycle, advice: Advice, complaints: Sequence[Complaint]
) -> Recommendation:
    """A new recommendation to the unit, with the complaints that gave rise to it."""
    if not complaints:
        raise Refusal("pilih", NOTHING_CHOSEN)
    recommendation = add_recommendation(desk, unit, cycle, advice)
    desk.session.flush()
    link(desk, complaints, recommendation)
    return recommendation


def unlink(desk: Desk, complaint: Complaint, recommendation_id: int) -> bool:
    """Take one link away; False where there was none."""
    found = desk.session.scalar(
        sa.select(ComplaintLink).filter_by(complaint_id=complaint.id, recommendation_id=recommendation_id)
    )
    if found is None:
        return False
    desk.session.delete(found)
    desk.record(Act.LINK_COMPLAINT, complaint)
    return True


def of_unit_in_open_cycles(unit: ServiceUnit) -> Rows[Recommendation]:
    """What the unit was told in cycles that are not sealed yet, the newest first."""
    return (
        sa.select(Recommendation)
        .join(Cycle, Cycle.id == Recommendation.cycle_id)
        .where(Recommendation.unit_id == unit.id, Cycle.status == CycleStatus.OPEN)
        .order_by(Cycle.year.desc(), Recommendation.id)
        .options(joinedload(Recommendation.aspect), joinedload(Recommendation.cycle))
    )


def recommendations_of(complaint: Complaint) -> Rows[Recommendation]:
    linked = sa.select(ComplaintLink.recommendation_id).where(ComplaintLink.complaint_id == complaint.id)
    return (
        sa.select(Recommendation)
        .where(Recommendation.id.in_(linked))
        .order_by(Recommendation.id)
        .options(joinedload(Recommendation.aspect))
    )
