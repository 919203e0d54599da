"""What cannot be followed up: proposed with a lawful reason and a document, decided by a second person, revocable."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.events.models import Event
from tracker.followups.assigning import lock
from tracker.followups.models import FollowUp, Verification
from tracker.followups.queries import follow_ups_of
from tracker.followups.states import FollowUpStatus
from tracker.followups.verifying import WHY, cancel_open_ones, restart
from tracker.kit.files import Kept
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment, CannotReason

PROPOSED = N_("Usul yang sama sedang menunggu keputusan orang kedua.")
DOCUMENT = N_("Lampirkan dokumen yang membuktikan alasannya.")
EXPLAIN = N_("Jelaskan mengapa rekomendasi ini tidak dapat ditindaklanjuti.")
CLOSES_OR_OPENS = (Act.CANCEL_FOLLOW_UP, Act.REOPEN_FOLLOW_UP, Act.APPROVE_CANNOT, Act.REVOKE_CANNOT)


@dataclass(frozen=True, slots=True)
class Proposal:
    reason: CannotReason
    note: str
    document: Kept | None


def propose_cannot(desk: Desk, recommendation: Recommendation, proposal: Proposal) -> None:
    """Propose it; the work goes on until a second person has decided."""
    lock(desk, recommendation)
    if recommendation.is_proposed_cannot:
        raise Refusal("reason", PROPOSED)
    if not proposal.note.strip():
        raise Refusal("note", EXPLAIN)
    if proposal.document is None:
        raise Refusal("document", DOCUMENT)
    recommendation.move(Act.PROPOSE_CANNOT)
    recommendation.cannot_reason, recommendation.cannot_note = proposal.reason, proposal.note.strip()
    recommendation.cannot_document_digest = proposal.document.digest_kept
    recommendation.cannot_document_name = proposal.document.name
    recommendation.cannot_proposed_by_id, recommendation.cannot_proposed_at = desk.actor.id, desk.now
    recommendation.cannot_decided_by_id = recommendation.cannot_decided_at = None
    desk.record(Act.PROPOSE_CANNOT, recommendation, proposal.note.strip())


def approve_cannot(desk: Desk, recommendation: Recommendation, note: str = "") -> list[FollowUp]:
    """A second person agrees: the recommendation counts no longer, and its open follow-ups end with it."""
    refuse_decision(desk, recommendation, Act.APPROVE_CANNOT)
    cancelled = cancel_open_ones(desk, recommendation, note.strip() or recommendation.cannot_note)
    note_decision(desk, recommendation)
    recommendation.move(Act.APPROVE_CANNOT)
    desk.record(Act.APPROVE_CANNOT, recommendation, note.strip())
    return cancelled


def refuse_cannot(desk: Desk, recommendation: Recommendation, reason: str) -> None:
    """A second person does not agree; everything stays as it was."""
    if not reason.strip():
        raise Refusal("reason", WHY)
    refuse_decision(desk, recommendation, Act.REFUSE_CANNOT)
    note_decision(desk, recommendation)
    desk.record(Act.REFUSE_CANNOT, recommendation, reason.strip())


def revoke_cannot(desk: Desk, recommendation: Recommendation, reason: str) -> list[FollowUp]:
    """It can be followed up after all: what the approval had ended goes on, and no other follow-up."""
    if not reason.strip():
        raise Refusal("reason", WHY)
    lock(desk, recommendation)
    if recommendation.assessment is not Assessment.CANNOT:
        raise IllegalMove(Act.REVOKE_CANNOT, recommendation.assessment)
    reopened = ended_by_approval(desk, recommendation)
    for follow_up in reopened:
        restart(desk, follow_up, reason.strip(), Act.REVOKE_CANNOT)
    known = bool(reopened) or was_verified(desk, recommendation)
    recommendation.move(Act.REVOKE_CANNOT, Assessment.NOT_YET_ADEQUATE if known else Assessment.NOT_FOLLOWED_UP)
    desk.record(Act.REVOKE_CANNOT, recommendation, reason.strip())
    return reopened


def refuse_decision(desk: Desk, recommendation: Recommendation, act: Act) -> None:
    """There must be something to decide, and who proposed decides nothing, whatever role they hold."""
    lock(desk, recommendation)
    if not recommendation.is_proposed_cannot or recommendation.cannot_proposed_by_id == desk.actor.id:
        raise IllegalMove(act, recommendation.assessment)


def note_decision(desk: Desk, recommendation: Recommendation) -> None:
    recommendation.cannot_decided_by_id, recommendation.cannot_decided_at = desk.actor.id, desk.now


def ended_by_approval(desk: Desk, recommendation: Recommendation) -> list[FollowUp]:
    """The cancelled follow-ups of which the approval was the last to say so."""
    cancelled = [each for each in desk.all(follow_ups_of(recommendation)) if each.status is FollowUpStatus.CANCELLED]
    told = (
        sa.select(Event)
        .where(
            Event.subject_type == FollowUp.__name__,
            Event.subject_id.in_([each.id for each in cancelled]),
            Event.act.in_([act.value for act in CLOSES_OR_OPENS]),
        )
        .order_by(Event.id)
    )
    last = {event.subject_id: event.act for event in desk.all(told)}
    return [each for each in cancelled if last.get(each.id) == Act.APPROVE_CANNOT]


def was_verified(desk: Desk, recommendation: Recommendation) -> bool:
    """Has a verifier ever decided on any of its follow-ups?"""
    decided = (
        sa.select(Verification.id)
        .join(FollowUp, FollowUp.id == Verification.follow_up_id)
        .where(FollowUp.recommendation_id == recommendation.id)
        .limit(1)
    )
    return desk.session.scalar(decided) is not None
