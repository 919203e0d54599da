"""What others decide about a unit's work: confirm, check, accept, return, hold, cancel, reopen.

Refuse first, then change, then tell. Whoever decides first locks the recommendation, so that of two decisions at once
the second knows whether it closes the last open follow-up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.settings import setting
from tracker.followups.assigning import Assignment, assign_follow_up, lock, refuse_cannot, take_up
from tracker.followups.ball import leave_time, pass_ball
from tracker.followups.extension_ending import end_request
from tracker.followups.extension_queries import waiting_one
from tracker.followups.lines import FollowUpLine
from tracker.followups.models import FollowUp, Submission, Verification
from tracker.followups.operations import end_submission
from tracker.followups.queries import follow_ups_of, pending_submission, siblings
from tracker.followups.states import Decision, FollowUpStatus, HoldKind
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment

WHY = N_("Tulis alasannya; unit akan membacanya.")
MISSING = N_("Tulis apa yang masih kurang.")
UNFINISHED = N_("Capaian terverifikasi antara 0 dan 99. Bila sudah 100, terima tindak lanjutnya.")
ASSESS = N_("Ini tindak lanjut terakhir yang terbuka. Nilai rekomendasinya: sesuai, atau belum sesuai.")
NOT_ASKED = N_("Masih ada tindak lanjut lain yang terbuka, sehingga rekomendasi belum dinilai.")
WHAT_NEXT = N_("Belum sesuai: tetapkan tindak lanjut baru, atau buka kembali yang lama.")
NOT_OF_THIS = N_("Pilih tindak lanjut lain dari rekomendasi ini yang sudah selesai atau dibatalkan.")
FISCAL_YEAR = N_("Isi tahun anggaran, tahun ini sampai lima tahun ke depan.")
YEARS_AHEAD = 5
ASKED_ALREADY = N_("Unit sudah meminta penundaan. Putuskan permintaannya.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer to "is the recommendation followed up adequately?", asked when its last open follow-up closes.

    With `adequate` it is done; without, somebody must hold the ball: a new follow-up or one that is reopened.
    """

    adequate: bool
    new: Assignment | None = None
    reopen: FollowUp | None = None


def confirm(desk: Desk, follow_up: FollowUp, note: str = "") -> None:
    """The coordinator lets the submission through to the verifier's side."""
    follow_up.move(Act.CONFIRM_SUBMISSION)
    pass_ball(desk, follow_up)
    desk.record(Act.CONFIRM_SUBMISSION, follow_up, note.strip())


def send_back(desk: Desk, follow_up: FollowUp, reason: str) -> None:
    """The coordinator gives it back to the unit. That leaves no more time: both are the agency's own."""
    if not reason.strip():
        raise Refusal("reason", WHY)
    follow_up.move(Act.SEND_BACK)
    follow_up.returned_at = desk.now
    end_submission(desk, follow_up)
    pass_ball(desk, follow_up)
    desk.record(Act.SEND_BACK, follow_up, reason.strip())


def checked_by_another(desk: Desk, follow_up: FollowUp | FollowUpLine) -> bool:
    """Somebody else opened it a moment ago: a word of courtesy, not a lock."""
    until: datetime | None = follow_up.checking_until
    return until is not None and until > desk.now and follow_up.checking_by_id != desk.actor.id


def open_submission(desk: Desk, follow_up: FollowUp, take_over: bool = False) -> bool:
    """Mark a submission as being checked; from the first time on the unit can no longer withdraw it.

    False, and nothing changed, where another is checking it and it is not taken over.
    """
    if checked_by_another(desk, follow_up) and not take_over:
        return False
    follow_up.move(Act.OPEN_SUBMISSION)
    told = follow_up.opened_at is None or follow_up.checking_by_id != desk.actor.id
    follow_up.opened_at = follow_up.opened_at or desk.now
    marked = timedelta(minutes=setting(desk.session, "checking_minutes"))
    follow_up.checking_by_id, follow_up.checking_until = desk.actor.id, desk.now + marked
    if told:
        desk.record(Act.OPEN_SUBMISSION, follow_up)
    return True


def asks_judgement(desk: Desk, follow_up: FollowUp, act: Act) -> bool:
    """Must whoever accepts or cancels this follow-up also judge its recommendation? Forms then show the question."""
    others = desk.all(siblings(follow_up))
    if not follow_up.is_open or any(other.is_open for other in others):
        return False
    return act is Act.ACCEPT_FOLLOW_UP or any(other.status is FollowUpStatus.ACCEPTED for other in others)


def accept(desk: Desk, follow_up: FollowUp, note: str = "", judgement: Judgement | None = None) -> Verification:
    """The verifier accepts what the unit showed: verified is 100. The last open one asks for the judgement."""
    recommendation = follow_up.recommendation
    lock(desk, recommendation)
    check_judgement(desk, follow_up, Act.ACCEPT_FOLLOW_UP, judgement)
    follow_up.move(Act.ACCEPT_FOLLOW_UP)
    follow_up.accepted_by_id, follow_up.accepted_at = desk.actor.id, desk.now
    verification = decide(desk, follow_up, Decision.ACCEPTED, 100, note=note.strip())
    end_request(desk, follow_up)
    pass_ball(desk, follow_up)
    desk.record(Act.ACCEPT_FOLLOW_UP, follow_up, note.strip())
    take_up(desk, recommendation, Act.ACCEPT_FOLLOW_UP, note.strip())
    judge(desk, recommendation, judgement, note.strip())
    return verification


def return_follow_up(desk: Desk, follow_up: FollowUp, missing: str, percent: int) -> Verification:
    """The verifier gives it back with what is missing and how much of it is confirmed."""
    if not missing.strip():
        raise Refusal("missing", MISSING)
    if not 0 <= percent <= 99:
        raise Refusal("percent", UNFINISHED)
    recommendation = follow_up.recommendation
    lock(desk, recommendation)
    follow_up.move(Act.RETURN_FOLLOW_UP)
    verification = decide(desk, follow_up, Decision.RETURNED, percent, missing=missing.strip())
    follow_up.confirmed_percent, follow_up.returned_at = percent, desk.now
    pass_ball(desk, follow_up)
    leave_time(desk, follow_up)
    desk.record(Act.RETURN_FOLLOW_UP, follow_up, missing.strip())
    take_up(desk, recommendation, Act.RETURN_FOLLOW_UP, missing.strip())
    return verification


def hold(
    desk: Desk,
    follow_up: FollowUp,
    kind: HoldKind,
    reason: str,
    fiscal_year: int | None = None,
    act: Act = Act.HOLD_FOLLOW_UP,
) -> None:
    """The work waits for a budget, with its fiscal year, or is blocked by law; its clock stops.

    `act` is what the trail tells it as: granting what the unit asked for holds the work, too.
    """
    if not reason.strip():
        raise Refusal("reason", WHY)
    year = desk.today_in(follow_up.unit.timezone).year
    if kind is HoldKind.BUDGET and (fiscal_year is None or not year <= fiscal_year <= year + YEARS_AHEAD):
        raise Refusal("fiscal_year", FISCAL_YEAR)
    waiting = desk.session.scalars(waiting_one(follow_up)).one_or_none()
    if waiting is not None and waiting.is_hold:
        raise Refusal("reason", ASKED_ALREADY)
    follow_up.move(Act.HOLD_FOLLOW_UP)
    follow_up.hold_kind, follow_up.hold_reason = kind, reason.strip()
    follow_up.hold_fiscal_year = fiscal_year if kind is HoldKind.BUDGET else None
    pass_ball(desk, follow_up)
    desk.record(act, follow_up, reason.strip())


def resume(desk: Desk, follow_up: FollowUp, reason: str = "") -> None:
    """What the work waited for is there; the days of waiting move the due date."""
    follow_up.move(Act.RESUME_FOLLOW_UP)
    end_hold(follow_up)
    pass_ball(desk, follow_up)
    desk.record(Act.RESUME_FOLLOW_UP, follow_up, reason.strip())


def cancel(desk: Desk, follow_up: FollowUp, reason: str, judgement: Judgement | None = None) -> None:
    """The work is no longer asked for. Where another was accepted and nothing stays open, the judgement is due."""
    if not reason.strip():
        raise Refusal("reason", WHY)
    recommendation = follow_up.recommendation
    lock(desk, recommendation)
    check_judgement(desk, follow_up, Act.CANCEL_FOLLOW_UP, judgement)
    close(desk, follow_up, reason.strip())
    judge(desk, recommendation, judgement, reason.strip())


def cancel_open_ones(desk: Desk, recommendation: Recommendation, reason: str) -> list[FollowUp]:
    """What approving "cannot be followed up" entails for the open follow-ups; which ones they were.

    Their histories tell of the approval, so that revoking it knows which ones to reopen.
    """
    lock(desk, recommendation)
    closed = [follow_up for follow_up in desk.all(follow_ups_of(recommendation)) if follow_up.is_open]
    for follow_up in closed:
        close(desk, follow_up, reason, Act.APPROVE_CANNOT)
    return closed


def reopen(desk: Desk, follow_up: FollowUp, reason: str) -> None:
    """Back to work: verified falls back to what the last return confirmed; the recommendation is not yet adequate."""
    if not reason.strip():
        raise Refusal("reason", WHY)
    recommendation = follow_up.recommendation
    lock(desk, recommendation)
    refuse_cannot(recommendation)
    restart(desk, follow_up, reason.strip())
    take_up(desk, recommendation, Act.REOPEN_FOLLOW_UP, reason.strip())


def restart(desk: Desk, follow_up: FollowUp, reason: str, told: Act = Act.REOPEN_FOLLOW_UP) -> None:
    """The follow-up's own part of reopening; revoking "cannot be followed up" uses it too."""
    follow_up.move(Act.REOPEN_FOLLOW_UP)
    follow_up.accepted_at = follow_up.accepted_by_id = None
    pass_ball(desk, follow_up)
    leave_time(desk, follow_up)
    desk.record(told, follow_up, reason)


def close(desk: Desk, follow_up: FollowUp, reason: str, told: Act = Act.CANCEL_FOLLOW_UP) -> None:
    follow_up.move(Act.CANCEL_FOLLOW_UP)
    end_hold(follow_up)
    end_request(desk, follow_up)
    end_submission(desk, follow_up)
    pass_ball(desk, follow_up)
    desk.record(told, follow_up, reason)


def end_hold(follow_up: FollowUp) -> None:
    follow_up.hold_kind = follow_up.hold_fiscal_year = None
    follow_up.hold_reason = ""


def decide(
    desk: Desk, follow_up: FollowUp, decision: Decision, percent: int, missing: str = "", note: str = ""
) -> Verification:
    """The decision itself, on the one submission that waits for it."""
    pending: Submission = desk.session.scalars(pending_submission(follow_up)).one()
    follow_up.checking_by_id = follow_up.checking_until = None
    return desk.add(
        Verification(
            follow_up=follow_up,
            unit_id=follow_up.unit_id,
            submission=pending,
            decision=decision,
            percent=percent,
            missing=missing,
            note=note,
            decided_by_id=desk.actor.id,
            decided_at=desk.now,
        )
    )


def check_judgement(desk: Desk, follow_up: FollowUp, act: Act, judgement: Judgement | None) -> None:
    """The question is answered exactly when it is asked, and "not yet" leaves somebody with the ball."""
    if not asks_judgement(desk, follow_up, act):
        if judgement is not None:
            raise Refusal("assessment", NOT_ASKED)
        return
    if judgement is None:
        raise Refusal("assessment", ASSESS)
    if judgement.adequate:
        return
    if (judgement.new is None) == (judgement.reopen is None):
        raise Refusal("assessment", WHAT_NEXT)
    again = judgement.reopen
    if again is not None and (
        again.recommendation_id != follow_up.recommendation_id or again.is_open or again.id == follow_up.id
    ):
        raise Refusal("reopen", NOT_OF_THIS)


def judge(desk: Desk, recommendation: Recommendation, judgement: Judgement | None, reason: str) -> None:
    if judgement is None:
        return
    if judgement.adequate:
        take_up(desk, recommendation, Act.JUDGE_ADEQUATE, reason)
        return
    if recommendation.assessment is not Assessment.NOT_YET_ADEQUATE:
        take_up(desk, recommendation, Act.JUDGE_NOT_YET, reason)
    if judgement.new is not None:
        assign_follow_up(desk, recommendation, judgement.new, reason)
    elif judgement.reopen is not None:
        restart(desk, judgement.reopen, reason)
