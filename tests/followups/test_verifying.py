"""Only the verifier's side decides; somebody always holds the ball; others' days never count against the unit."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.followups.conftest import Cast, entry, photo
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.acts import Act
from tracker.events.models import Event
from tracker.followups.assigning import Assignment, assign_follow_up
from tracker.followups.models import FollowUp, Submission, Verification
from tracker.followups.operations import log_action, submit_follow_up
from tracker.followups.states import Decision, FollowUpStatus, Holder, HoldKind
from tracker.followups.verifying import (
    Judgement,
    accept,
    asks_judgement,
    cancel,
    cancel_open_ones,
    checked_by_another,
    confirm,
    hold,
    open_submission,
    reopen,
    resume,
    return_follow_up,
    send_back,
)
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove
from tracker.recommendations.states import Assessment, CannotReason

S = FollowUpStatus
ADEQUATE = Judgement(adequate=True)
NEXT = Judgement(adequate=False, new=Assignment("Lengkapi maklumat", date(2026, 4, 30)))


def acts(cast: Cast) -> list[str]:
    return [event.act for event in cast.desk("mentor").all(sa.select(Event).order_by(Event.id))]


def test_accepting_the_last_open_one_asks_for_the_judgement(cast: Cast) -> None:
    cast.submit()
    mentor = cast.desk("mentor")
    assert asks_judgement(mentor, cast.follow_up, Act.ACCEPT_FOLLOW_UP)
    with pytest.raises(Refusal) as refused:
        accept(mentor, cast.follow_up, "Sesuai.")
    assert refused.value.field == "assessment"
    assert cast.follow_up.is_open

    verification = accept(mentor, cast.follow_up, "Sesuai.", ADEQUATE)
    mentor.session.commit()
    assert (verification.decision, verification.percent) == (Decision.ACCEPTED, 100)
    assert cast.follow_up.status is S.ACCEPTED
    assert (cast.follow_up.holder, cast.follow_up.is_open) == (None, False)
    assert cast.follow_up.recommendation.assessment is Assessment.ADEQUATE
    assert acts(cast)[-3:] == [Act.ACCEPT_FOLLOW_UP, Act.ACCEPT_FOLLOW_UP, Act.JUDGE_ADEQUATE]


def test_with_another_open_the_judgement_is_not_asked_and_not_taken(cast: Cast, make: Make) -> None:
    make.follow_up(recommendation=cast.follow_up.recommendation)
    cast.submit()
    mentor = cast.desk("mentor")
    with pytest.raises(Refusal):
        accept(mentor, cast.follow_up, "", ADEQUATE)
    accept(mentor, cast.follow_up)
    assert cast.follow_up.recommendation.assessment is Assessment.NOT_YET_ADEQUATE


def test_not_yet_adequate_comes_with_new_work(cast: Cast) -> None:
    cast.submit()
    mentor = cast.desk("mentor")
    with pytest.raises(Refusal):
        accept(mentor, cast.follow_up, "", Judgement(adequate=False))
    accept(mentor, cast.follow_up, "", NEXT)
    mentor.session.commit()
    assert cast.follow_up.recommendation.assessment is Assessment.NOT_YET_ADEQUATE
    assert [each.title for each in mentor.all(sa.select(FollowUp).where(FollowUp.is_open))] == ["Lengkapi maklumat"]


def test_not_yet_adequate_may_reopen_an_old_one(cast: Cast, make: Make) -> None:
    old = make.follow_up(recommendation=cast.follow_up.recommendation, status=S.CANCELLED)
    stranger = make.follow_up(status=S.CANCELLED)
    cast.submit()
    mentor = cast.desk("mentor")
    for wrong in (stranger, cast.follow_up):
        with pytest.raises(Refusal) as refused:
            accept(mentor, cast.follow_up, "", Judgement(adequate=False, reopen=wrong))
        assert refused.value.field == "reopen"
    accept(mentor, cast.follow_up, "", Judgement(adequate=False, reopen=old))
    mentor.session.commit()
    assert (old.status, old.holder) == (S.IN_PROGRESS, Holder.UNIT)


def test_a_return_says_what_is_missing_and_leaves_three_working_days(cast: Cast, clock: StoppedClock) -> None:
    clock.set(datetime(2026, 3, 31, 3, tzinfo=UTC))  # a Tuesday, the last day; Good Friday is the 3rd of April
    cast.submit()
    clock.advance(hours=1)
    mentor = cast.desk("mentor")
    return_follow_up(mentor, cast.follow_up, "Foto belum terbaca.", 40)
    mentor.session.commit()
    follow_up = cast.follow_up
    assert (follow_up.status, follow_up.holder, follow_up.confirmed_percent) == (S.RETURNED, Holder.UNIT, 40)
    assert follow_up.due_at == datetime(2026, 4, 6, 14, 59, 59, tzinfo=UTC)
    assert follow_up.due_on == follow_up.original_due_on == date(2026, 3, 31)
    assert follow_up.recommendation.assessment is Assessment.NOT_YET_ADEQUATE
    assert mentor.all(sa.select(Verification))[0].missing == "Foto belum terbaca."


def test_how_much_time_a_return_leaves_is_a_setting(cast: Cast, make: Make, clock: StoppedClock) -> None:
    make.setting("return_days", 6)
    clock.set(datetime(2026, 3, 31, 3, tzinfo=UTC))
    cast.submit()
    return_follow_up(cast.desk("mentor"), cast.follow_up, "Foto belum terbaca.", 40)
    assert cast.follow_up.due_at == datetime(2026, 4, 9, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("missing", "percent", "field"), [("", 40, "missing"), ("x", 100, "percent"), ("x", -1, "percent")]
)
def test_a_return_without_its_particulars_is_refused(cast: Cast, missing: str, percent: int, field: str) -> None:
    cast.submit()
    with pytest.raises(Refusal) as refused:
        return_follow_up(cast.desk("mentor"), cast.follow_up, missing, percent)
    assert refused.value.field == field


def test_working_days_are_booked_to_whoever_holds_the_ball(cast: Cast, clock: StoppedClock) -> None:
    """Nyepi and Idul Fitri lie in between: 18 to 24 March 2026 nobody works."""
    clock.set(datetime(2026, 3, 2, 2, tzinfo=UTC))
    cast.submit()
    clock.set(datetime(2026, 3, 9, 2, tzinfo=UTC))
    mentor = cast.desk("mentor")
    return_follow_up(mentor, cast.follow_up, "Kurang.", 10)
    mentor.session.commit()
    assert (cast.follow_up.days_unit, cast.follow_up.days_verifier) == (1, 5)
    # 31 March and five working days, of which Good Friday (3 April) is none.
    assert cast.follow_up.due_at == datetime(2026, 4, 8, 14, 59, 59, tzinfo=UTC)


def test_a_held_follow_up_stops_the_clock_and_gets_the_days_back(cast: Cast, clock: StoppedClock) -> None:
    mentor = cast.desk("mentor")
    hold(mentor, cast.follow_up, HoldKind.BUDGET, "Menunggu APBD-P", 2026)
    mentor.session.commit()
    assert (cast.follow_up.status, cast.follow_up.holder) == (S.ON_HOLD, Holder.BUDGET)
    clock.advance(days=7)
    officer = cast.desk("officer")
    resume(officer, cast.follow_up)
    officer.session.commit()
    assert cast.follow_up.days_budget == 5
    assert (cast.follow_up.hold_kind, cast.follow_up.hold_fiscal_year) == (None, None)
    assert cast.follow_up.due_at == datetime(2026, 4, 8, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("year", [None, 2025, 2050])
def test_a_budget_hold_needs_a_fiscal_year_that_makes_sense(cast: Cast, year: int | None) -> None:
    with pytest.raises(Refusal) as refused:
        hold(cast.desk("mentor"), cast.follow_up, HoldKind.BUDGET, "Menunggu", year)
    assert refused.value.field == "fiscal_year"


def test_held_by_law_lies_with_the_law_and_needs_a_reason(cast: Cast) -> None:
    mentor = cast.desk("mentor")
    with pytest.raises(Refusal):
        hold(mentor, cast.follow_up, HoldKind.LAW, " ")
    hold(mentor, cast.follow_up, HoldKind.LAW, "Menunggu Perda")
    assert cast.follow_up.holder is Holder.LAW


@pytest.fixture
def confirming(cast: Cast, make: Make) -> Cast:
    cast.follow_up.unit.agency.confirms_evidence = True
    make.save(cast.follow_up.unit.agency)
    cast.submit()
    return cast


def test_the_coordinator_lets_it_through(confirming: Cast) -> None:
    desk = confirming.desk("coordinator")
    confirm(desk, confirming.follow_up)
    desk.session.commit()
    assert (confirming.follow_up.status, confirming.follow_up.holder) == (S.SUBMITTED, Holder.VERIFIER)
    accept(confirming.desk("mentor"), confirming.follow_up, "", ADEQUATE)


def test_the_coordinator_gives_it_back_without_more_time(confirming: Cast, clock: StoppedClock) -> None:
    desk = confirming.desk("coordinator")
    with pytest.raises(Refusal):
        send_back(desk, confirming.follow_up, "")
    clock.set(datetime(2026, 3, 31, 3, tzinfo=UTC))
    before = confirming.follow_up.due_at
    desk = confirming.desk("coordinator")
    send_back(desk, confirming.follow_up, "Tanda tangan belum ada.")
    desk.session.commit()
    assert confirming.follow_up.status is S.RETURNED
    assert confirming.follow_up.due_at == before
    assert confirming.follow_up.confirmed_percent == 0
    assert desk.all(sa.select(Submission))[0].withdrawn_at is not None
    officer = confirming.desk("officer")
    assert submit_follow_up(officer, confirming.follow_up).verification is None


def test_being_checked_is_shown_for_half_an_hour_and_can_be_taken_over(cast: Cast, clock: StoppedClock) -> None:
    cast.submit()
    assert open_submission(cast.desk("mentor"), cast.follow_up)
    first = cast.follow_up.opened_at
    deputy = cast.desk("deputy")
    assert checked_by_another(deputy, cast.follow_up)
    assert not open_submission(deputy, cast.follow_up)
    assert cast.follow_up.checking_by_id == cast.people["mentor"].id
    assert open_submission(deputy, cast.follow_up, take_over=True)
    assert cast.follow_up.checking_by_id == deputy.actor.id
    deputy.session.commit()
    clock.advance(minutes=31)
    assert open_submission(cast.desk("mentor"), cast.follow_up)
    assert cast.follow_up.opened_at == first


def test_how_long_being_checked_is_shown_is_a_setting(cast: Cast, make: Make, clock: StoppedClock) -> None:
    make.setting("checking_minutes", 5)
    cast.submit()
    assert open_submission(cast.desk("mentor"), cast.follow_up)
    cast.desk("mentor").session.commit()
    clock.advance(minutes=6)
    assert not checked_by_another(cast.desk("deputy"), cast.follow_up)


def test_opening_again_oneself_is_told_once(cast: Cast) -> None:
    cast.submit()
    mentor = cast.desk("mentor")
    open_submission(mentor, cast.follow_up)
    open_submission(mentor, cast.follow_up)
    mentor.session.commit()
    assert acts(cast).count(Act.OPEN_SUBMISSION) == 1


def test_cancelling_where_another_was_accepted_asks_the_same_question(cast: Cast, make: Make) -> None:
    other = make.follow_up(recommendation=cast.follow_up.recommendation)
    cast.submit()
    mentor = cast.desk("mentor")
    accept(mentor, cast.follow_up)
    with pytest.raises(Refusal) as refused:
        cancel(mentor, other, "Tumpang tindih.")
    assert refused.value.field == "assessment"
    cancel(mentor, other, "Tumpang tindih.", ADEQUATE)
    mentor.session.commit()
    assert (other.status, other.is_open) == (S.CANCELLED, False)
    assert cast.follow_up.recommendation.assessment is Assessment.ADEQUATE


def test_cancelling_the_only_one_asks_nothing_but_a_reason(cast: Cast) -> None:
    mentor = cast.desk("mentor")
    with pytest.raises(Refusal):
        cancel(mentor, cast.follow_up, "")
    cancel(mentor, cast.follow_up, "Salah unit.")
    mentor.session.commit()
    assert cast.follow_up.recommendation.assessment is Assessment.NOT_FOLLOWED_UP


def test_a_held_one_can_be_cancelled(cast: Cast) -> None:
    mentor = cast.desk("mentor")
    hold(mentor, cast.follow_up, HoldKind.BUDGET, "Menunggu", 2026)
    cancel(mentor, cast.follow_up, "Tidak perlu lagi.")
    mentor.session.commit()
    assert cast.follow_up.hold_kind is None


def test_reopening_falls_back_to_the_last_return(cast: Cast, clock: StoppedClock) -> None:
    cast.submit()
    mentor = cast.desk("mentor")
    return_follow_up(mentor, cast.follow_up, "Kurang.", 35)
    mentor.session.commit()
    officer = cast.desk("officer")
    log_action(officer, cast.follow_up, entry(officer, 99, photo("b")))
    submit_follow_up(officer, cast.follow_up)
    officer.session.commit()
    mentor = cast.desk("mentor")
    accept(mentor, cast.follow_up, "", ADEQUATE)
    mentor.session.commit()
    clock.set(datetime(2026, 6, 1, 2, tzinfo=UTC))
    mentor = cast.desk("mentor")
    with pytest.raises(Refusal):
        reopen(mentor, cast.follow_up, "")
    reopen(mentor, cast.follow_up, "Bukti ternyata palsu.")
    mentor.session.commit()
    assert (cast.follow_up.status, cast.follow_up.confirmed_percent) == (S.IN_PROGRESS, 35)
    assert cast.follow_up.accepted_at is None
    assert cast.follow_up.recommendation.assessment is Assessment.NOT_YET_ADEQUATE
    assert cast.follow_up.due_at > clock.now() + timedelta(days=3)


def test_what_cannot_be_followed_up_is_not_reopened(cast: Cast, make: Make) -> None:
    mentor = cast.desk("mentor")
    cancel(mentor, cast.follow_up, "x")
    mentor.session.commit()
    recommendation = cast.follow_up.recommendation
    recommendation.assessment, recommendation.cannot_reason = Assessment.CANNOT, CannotReason.IN_COURT
    make.save(recommendation)
    mentor = cast.desk("mentor")
    with pytest.raises(Refusal):
        reopen(mentor, cast.follow_up, "x")
    with pytest.raises(Refusal):
        assign_follow_up(mentor, recommendation, Assignment("x", date(2026, 5, 1)))


def test_approving_cannot_closes_whatever_is_open(cast: Cast, make: Make) -> None:
    done = make.follow_up(recommendation=cast.follow_up.recommendation, status=S.ACCEPTED)
    cast.submit()
    mentor = cast.desk("mentor")
    closed = cancel_open_ones(mentor, cast.follow_up.recommendation, "Dalam proses peradilan")
    mentor.session.commit()
    assert closed == [cast.follow_up]
    assert done.status is S.ACCEPTED


def test_what_was_decided_is_not_decided_again(cast: Cast) -> None:
    cast.submit()
    mentor = cast.desk("mentor")
    accept(mentor, cast.follow_up, "", ADEQUATE)
    mentor.session.commit()
    for again in (
        lambda: accept(mentor, cast.follow_up),
        lambda: return_follow_up(mentor, cast.follow_up, "x", 1),
        lambda: confirm(mentor, cast.follow_up),
        lambda: hold(mentor, cast.follow_up, HoldKind.LAW, "x"),
        lambda: resume(mentor, cast.follow_up),
        lambda: cancel(mentor, cast.follow_up, "x"),
    ):
        with pytest.raises(IllegalMove):
            again()
