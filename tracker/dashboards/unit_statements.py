"""What the page of a unit asks of the database.

Put together once: a page that builds its statements anew each time spends more on that than on the database.
"""

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload, load_only

from tracker.directory.models import Contact, User
from tracker.evaluations.models import AspectScore, Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.queries import due_order
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Aspect, Cycle
from tracker.progress.models import AspectProgress, UnitProgress
from tracker.recommendations.models import Recommendation
from tracker.recommendations.rules import OPEN

CONTACTS = sa.select(Contact).where(Contact.unit_id == sa.bindparam("unit")).order_by(Contact.position, Contact.id)
RESULTS = (
    sa.select(Cycle, Evaluation, UnitProgress)
    .outerjoin(Evaluation, sa.and_(Evaluation.cycle_id == Cycle.id, Evaluation.unit_id == sa.bindparam("unit")))
    .outerjoin(UnitProgress, sa.and_(UnitProgress.cycle_id == Cycle.id, UnitProgress.unit_id == sa.bindparam("unit")))
    .where(
        sa.or_(
            Evaluation.id.is_not(None),
            UnitProgress.id.is_not(None),
            sa.exists().where(Recommendation.cycle_id == Cycle.id, Recommendation.unit_id == sa.bindparam("unit")),
        )
    )
    .options(joinedload(Cycle.instrument), joinedload(Evaluation.band), defer(Evaluation.imported))
    .order_by(Cycle.year.desc(), Cycle.id.desc())
)
ASPECTS = (
    sa.select(Aspect, AspectScore.score, AspectProgress.verified, AspectProgress.claimed)
    .outerjoin(
        AspectScore,
        sa.and_(AspectScore.aspect_id == Aspect.id, AspectScore.evaluation_id == sa.bindparam("evaluation")),
    )
    .outerjoin(
        AspectProgress,
        sa.and_(
            AspectProgress.aspect_id == Aspect.id,
            AspectProgress.unit_id == sa.bindparam("unit"),
            AspectProgress.cycle_id == sa.bindparam("cycle"),
        ),
    )
    .where(Aspect.instrument_id == sa.bindparam("instrument"))
    .order_by(Aspect.position)
)
RECOMMENDATIONS = (
    sa.select(Recommendation)
    .where(
        Recommendation.unit_id == sa.bindparam("unit"),
        sa.or_(
            Recommendation.cycle_id == sa.bindparam("cycle"),
            sa.and_(
                Recommendation.cycle_id.in_(sa.bindparam("earlier", expanding=True)),
                Recommendation.assessment.in_(OPEN),
            ),
        ),
    )
    .options(defer(Recommendation.imported), defer(Recommendation.text_key), defer(Recommendation.cannot_note))
    .order_by(Recommendation.id)
)
FOLLOW_UPS = (
    sa.select(FollowUp)
    .where(
        FollowUp.unit_id == sa.bindparam("unit"),
        FollowUp.status != FollowUpStatus.CANCELLED,
        sa.or_(
            FollowUp.cycle_id == sa.bindparam("cycle"),
            sa.and_(FollowUp.cycle_id.in_(sa.bindparam("earlier", expanding=True)), FollowUp.is_open),
        ),
    )
    .options(
        # What the page, and who may do what, asks of a follow-up; it has three times as many columns.
        load_only(
            FollowUp.unit_id,
            FollowUp.recommendation_id,
            FollowUp.cycle_id,
            FollowUp.area_id,
            FollowUp.title,
            FollowUp.status,
            FollowUp.is_open,
            FollowUp.holder,
            FollowUp.due_at,
            FollowUp.due_zone,
            FollowUp.hold_kind,
            FollowUp.hold_fiscal_year,
            FollowUp.submitted_by_id,
        ),
        joinedload(FollowUp.person_in_charge).load_only(User.name),
    )
    .order_by(FollowUp.is_open.desc(), *due_order(few=True))
)
