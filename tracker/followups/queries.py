"""Questions about follow-ups: with whom they are, which are overdue, what was said about them."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.events.models import Event
from tracker.followups.models import Evidence, FollowUp, Submission, Verification
from tracker.followups.rules import CLOCK_RUNS
from tracker.followups.states import EvidenceKind, FollowUpStatus
from tracker.kit.db import Rows
from tracker.recommendations.models import Letter, Recommendation


def overdue(now: datetime) -> sa.ColumnElement[bool]:
    """The unit or its coordinator holds the ball and the due date has passed: `rules.is_overdue` as SQL."""
    return sa.and_(FollowUp.holder.in_(sorted(CLOCK_RUNS)), FollowUp.due_at < now)


def siblings(follow_up: FollowUp) -> Rows[FollowUp]:
    """The other follow-ups of the same recommendation."""
    return (
        sa.select(FollowUp)
        .where(FollowUp.recommendation_id == follow_up.recommendation_id, FollowUp.id != follow_up.id)
        .order_by(FollowUp.id)
    )


def follow_ups_of(recommendation: Recommendation) -> Rows[FollowUp]:
    return sa.select(FollowUp).where(FollowUp.recommendation_id == recommendation.id).order_by(FollowUp.id)


def pending_submission(follow_up: FollowUp) -> Rows[Submission]:
    """What was handed in and is neither judged nor taken back."""
    judged = sa.exists().where(Verification.submission_id == Submission.id)
    return (
        sa.select(Submission)
        .where(Submission.follow_up_id == follow_up.id, Submission.withdrawn_at.is_(None), ~judged)
        .order_by(Submission.id.desc())
        .limit(1)
    )


def shown_evidence(follow_up: FollowUp) -> Rows[Evidence]:
    """What is shown for a follow-up: everything that was not withdrawn."""
    return (
        sa.select(Evidence)
        .where(Evidence.follow_up_id == follow_up.id, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.id)
    )


def same_files(unit_id: int, digests: Collection[str]) -> Rows[Evidence]:
    """Files that were sent before within the unit, by what was sent; nobody learns of another unit's."""
    return (
        sa.select(Evidence)
        .where(
            Evidence.unit_id == unit_id,
            Evidence.kind == EvidenceKind.FILE,
            Evidence.sent_digest.in_(digests),
            Evidence.withdrawn_at.is_(None),
        )
        .order_by(Evidence.id)
    )


def references(digest: str) -> sa.Select[int]:
    """How many rows still need the content of this digest, whoever's they are. Asked at the machine's desk."""
    return sa.select(
        sa.select(sa.func.count(Evidence.id))
        .where(Evidence.kept_digest == digest, Evidence.withdrawn_at.is_(None))
        .scalar_subquery()
        + sa.select(sa.func.count(Letter.id)).where(Letter.scan_digest == digest).scalar_subquery()
        + sa.select(sa.func.count(Recommendation.id))
        .where(Recommendation.cannot_document_digest == digest)
        .scalar_subquery()
    )


def given_back(follow_up_ids: Collection[int]) -> Rows[Event]:
    """Why follow-ups came back, from the verifier's side or the coordinator, newest last."""
    return (
        sa.select(Event)
        .where(
            Event.subject_type == FollowUp.__name__,
            Event.subject_id.in_(follow_up_ids),
            Event.act.in_((Act.RETURN_FOLLOW_UP.value, Act.SEND_BACK.value)),
        )
        .order_by(Event.id)
    )


def history(follow_up: FollowUp) -> Rows[Event]:
    """What happened to a follow-up, newest first."""
    return (
        sa.select(Event)
        .where(Event.subject_type == FollowUp.__name__, Event.subject_id == follow_up.id)
        .order_by(Event.id.desc())
    )


def open_ones() -> Rows[FollowUp]:
    return sa.select(FollowUp).where(FollowUp.is_open)


def awaiting_confirmation() -> Rows[FollowUp]:
    """What a coordinator has to confirm, oldest first."""
    return (
        sa.select(FollowUp)
        .where(FollowUp.status == FollowUpStatus.AWAITING_CONFIRMATION)
        .order_by(FollowUp.submitted_at, FollowUp.id)
    )
