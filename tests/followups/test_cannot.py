"""What cannot be followed up needs a reason, a document and a second person, and can be revoked."""

import pytest
import sqlalchemy as sa

from tests.followups.conftest import Cast
from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.followups.cannot import Proposal, approve_cannot, propose_cannot, refuse_cannot, revoke_cannot
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus, Holder
from tracker.followups.verifying import cancel
from tracker.kit.files import Kept
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove
from tracker.recommendations.states import Assessment, CannotReason

DOCUMENT = Kept("a" * 64, "b" * 64, 10, 10, "application/pdf", "putusan.pdf", None)
PROPOSAL = Proposal(CannotReason.IN_COURT, "Gedung dalam sengketa.", DOCUMENT)


def proposed(cast: Cast) -> Desk:
    desk = cast.desk("mentor")
    propose_cannot(desk, cast.follow_up.recommendation, PROPOSAL)
    desk.session.commit()
    return desk


def test_a_proposal_changes_no_work(cast: Cast) -> None:
    proposed(cast)
    recommendation = cast.follow_up.recommendation
    assert recommendation.is_proposed_cannot
    assert recommendation.assessment is Assessment.NOT_FOLLOWED_UP
    assert cast.follow_up.is_open


@pytest.mark.parametrize(
    ("proposal", "field"),
    [
        (Proposal(CannotReason.IN_COURT, "Sengketa.", None), "document"),
        (Proposal(CannotReason.IN_COURT, "  ", DOCUMENT), "note"),
    ],
    ids=["no document", "no explanation"],
)
def test_a_proposal_needs_a_document_and_an_explanation(cast: Cast, proposal: Proposal, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        propose_cannot(cast.desk("mentor"), cast.follow_up.recommendation, proposal)
    assert refused.value.field == field


def test_a_second_proposal_waits_for_the_first(cast: Cast) -> None:
    desk = proposed(cast)
    with pytest.raises(Refusal, match="menunggu"):
        propose_cannot(desk, cast.follow_up.recommendation, PROPOSAL)


def test_who_proposed_does_not_decide_even_with_the_role_for_it(cast: Cast) -> None:
    deputy = cast.desk("deputy")
    recommendation = cast.follow_up.recommendation
    propose_cannot(deputy, recommendation, PROPOSAL)
    assert not deputy.may(Act.APPROVE_CANNOT, recommendation)
    for decide in (approve_cannot, refuse_cannot):
        with pytest.raises(IllegalMove):
            decide(deputy, recommendation, "Setuju.")


def test_approval_ends_the_open_follow_ups_and_the_counting(cast: Cast) -> None:
    proposed(cast)
    recommendation = cast.follow_up.recommendation
    desk = cast.desk("leadership")
    assert approve_cannot(desk, recommendation) == [cast.follow_up]
    desk.session.commit()
    assert recommendation.assessment is Assessment.CANNOT
    assert (cast.follow_up.status, cast.follow_up.holder) == (FollowUpStatus.CANCELLED, None)
    assert recommendation.cannot_decided_by_id == desk.actor.id


def test_nothing_is_approved_that_nobody_proposed(cast: Cast) -> None:
    with pytest.raises(IllegalMove):
        approve_cannot(cast.desk("deputy"), cast.follow_up.recommendation)


def test_a_refusal_says_why_and_leaves_everything(cast: Cast) -> None:
    proposed(cast)
    recommendation = cast.follow_up.recommendation
    with pytest.raises(Refusal):
        refuse_cannot(cast.desk("deputy"), recommendation, " ")
    desk = cast.desk("deputy")
    refuse_cannot(desk, recommendation, "Perkara sudah putus.")
    desk.session.commit()
    assert not recommendation.is_proposed_cannot
    assert recommendation.assessment is Assessment.NOT_FOLLOWED_UP
    assert cast.follow_up.is_open
    propose_cannot(cast.desk("mentor"), recommendation, PROPOSAL)
    assert recommendation.is_proposed_cannot


def test_revoking_reopens_what_the_approval_ended_and_nothing_else(make: Make, cast: Cast) -> None:
    recommendation = cast.follow_up.recommendation
    given_up = make.follow_up(recommendation=recommendation)
    desk = cast.desk("mentor")
    cancel(desk, given_up, "Salah alamat.")
    propose_cannot(desk, recommendation, PROPOSAL)
    desk.session.commit()
    deputy = cast.desk("deputy")
    approve_cannot(deputy, recommendation)
    with pytest.raises(Refusal):
        revoke_cannot(deputy, recommendation, "")
    assert revoke_cannot(deputy, recommendation, "Perkara selesai.") == [cast.follow_up]
    deputy.session.commit()
    assert (cast.follow_up.status, cast.follow_up.holder) == (FollowUpStatus.IN_PROGRESS, Holder.UNIT)
    assert given_up.status is FollowUpStatus.CANCELLED
    assert recommendation.assessment is Assessment.NOT_YET_ADEQUATE
    acts = list(deputy.session.scalars(sa.select(Event.act).filter_by(subject_id=recommendation.id).order_by(Event.id)))
    assert acts[-1] == Act.REVOKE_CANNOT


def test_what_was_cancelled_by_hand_after_a_revocation_stays_so_after_the_next(cast: Cast) -> None:
    recommendation, follow_up = cast.follow_up.recommendation, cast.follow_up
    proposed(cast)
    deputy = cast.desk("deputy")
    approve_cannot(deputy, recommendation)
    revoke_cannot(deputy, recommendation, "Perkara selesai.")
    cancel(deputy, follow_up, "Tidak perlu lagi.")
    propose_cannot(cast.desk("mentor"), recommendation, PROPOSAL)
    deputy = cast.desk("deputy")
    approve_cannot(deputy, recommendation)
    assert revoke_cannot(deputy, recommendation, "Ternyata bisa.") == []
    assert follow_up.status is FollowUpStatus.CANCELLED


def test_revoking_without_any_work_starts_from_the_beginning(make: Make, cast: Cast) -> None:
    bare = make.recommendation(cast.follow_up.unit)
    propose_cannot(cast.desk("mentor"), bare, PROPOSAL)
    deputy = cast.desk("deputy")
    approve_cannot(deputy, bare)
    assert revoke_cannot(deputy, bare, "Bisa.") == []
    assert bare.assessment is Assessment.NOT_FOLLOWED_UP


def test_a_submission_that_waits_is_ended_by_the_approval(cast: Cast) -> None:
    cast.submit()
    proposed(cast)
    deputy = cast.desk("deputy")
    approve_cannot(deputy, cast.follow_up.recommendation)
    deputy.session.commit()
    assert deputy.session.scalars(sa.select(FollowUp.status).filter_by(id=cast.follow_up.id)).one() == "cancelled"


def test_the_unit_proposes_nothing(make: Make, cast: Cast) -> None:
    assert not cast.desk("officer").holds(Act.PROPOSE_CANNOT)
    assert not cast.desk_of(make.user(Role.MENTOR)).holds(Act.APPROVE_CANNOT)
