"""The life of a follow-up: which act moves it where, and who holds the ball meanwhile. Pure."""

from enum import StrEnum

from tracker.access.acts import Act
from tracker.kit.words import N_
from tracker.kit.workflow import Move, Workflow, move


class FollowUpStatus(StrEnum):
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ON_HOLD = "on_hold"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


class Holder(StrEnum):
    UNIT = "unit"
    COORDINATOR = "coordinator"
    VERIFIER = "verifier"
    BUDGET = "budget"
    LAW = "law"


class HoldKind(StrEnum):
    BUDGET = "budget"
    LAW = "law"


class EvidenceKind(StrEnum):
    FILE = "file"
    LINK = "link"


class Decision(StrEnum):
    ACCEPTED = "accepted"
    RETURNED = "returned"


S = FollowUpStatus
OPEN = (S.ASSIGNED, S.IN_PROGRESS, S.AWAITING_CONFIRMATION, S.SUBMITTED, S.RETURNED, S.ON_HOLD)
WITH_THE_UNIT = (S.ASSIGNED, S.IN_PROGRESS, S.RETURNED)
CLAIMED_WHOLE = (S.SUBMITTED, S.AWAITING_CONFIRMATION, S.ACCEPTED)
"""While in these, the unit claims 100 percent."""


def stays(*states: S) -> Move[S]:
    """The act is possible in these states, and changes none of them."""
    return Move({state: (state,) for state in states})


FOLLOW_UP = Workflow(
    start=S.ASSIGNED,
    moves={
        Act.EDIT_FOLLOW_UP: stays(*OPEN),
        Act.NAME_PERSON_IN_CHARGE: stays(*OPEN),
        Act.LOG_ACTION: move(*WITH_THE_UNIT, to=S.IN_PROGRESS),
        Act.ADD_EVIDENCE: stays(*WITH_THE_UNIT),
        Act.WITHDRAW_EVIDENCE: stays(*WITH_THE_UNIT, S.ON_HOLD),
        Act.SUBMIT_FOLLOW_UP: move(S.IN_PROGRESS, S.RETURNED, to=(S.SUBMITTED, S.AWAITING_CONFIRMATION)),
        Act.CONFIRM_SUBMISSION: move(S.AWAITING_CONFIRMATION, to=S.SUBMITTED),
        Act.SEND_BACK: move(S.AWAITING_CONFIRMATION, to=S.RETURNED),
        Act.WITHDRAW_SUBMISSION: move(S.SUBMITTED, S.AWAITING_CONFIRMATION, to=S.IN_PROGRESS),
        Act.OPEN_SUBMISSION: move(S.SUBMITTED, to=S.SUBMITTED),
        Act.ACCEPT_FOLLOW_UP: move(S.SUBMITTED, to=S.ACCEPTED),
        Act.RETURN_FOLLOW_UP: move(S.SUBMITTED, to=S.RETURNED),
        Act.HOLD_FOLLOW_UP: move(*WITH_THE_UNIT, to=S.ON_HOLD),
        Act.RESUME_FOLLOW_UP: move(S.ON_HOLD, to=S.IN_PROGRESS),
        Act.CANCEL_FOLLOW_UP: move(*OPEN, to=S.CANCELLED),
        Act.REOPEN_FOLLOW_UP: move(S.ACCEPTED, S.CANCELLED, to=S.IN_PROGRESS),
        Act.REQUEST_EXTENSION: stays(*WITH_THE_UNIT, S.AWAITING_CONFIRMATION),
        Act.REQUEST_HOLD: stays(*WITH_THE_UNIT),
    },
)


def holder_of(status: FollowUpStatus, hold: HoldKind | None) -> Holder | None:
    """Who holds the ball; nobody once it is over."""
    if status is S.ON_HOLD:
        return Holder.LAW if hold is HoldKind.LAW else Holder.BUDGET
    if status in WITH_THE_UNIT:
        return Holder.UNIT
    return {S.AWAITING_CONFIRMATION: Holder.COORDINATOR, S.SUBMITTED: Holder.VERIFIER}.get(status)


LABELS = {
    S.ASSIGNED: N_("Ditugaskan"),
    S.IN_PROGRESS: N_("Dikerjakan"),
    S.AWAITING_CONFIRMATION: N_("Menunggu konfirmasi instansi"),
    S.SUBMITTED: N_("Menunggu verifikasi"),
    S.RETURNED: N_("Dikembalikan"),
    S.ON_HOLD: N_("Ditunda"),
    S.ACCEPTED: N_("Diterima"),
    S.CANCELLED: N_("Dibatalkan"),
    Holder.UNIT: N_("Unit"),
    Holder.COORDINATOR: N_("Bagian/Biro Organisasi"),
    Holder.VERIFIER: N_("Verifikator"),
    Holder.BUDGET: N_("Anggaran"),
    Holder.LAW: N_("Hambatan hukum"),
}

HOLD_LABELS = {
    HoldKind.BUDGET: N_("Menunggu anggaran"),
    HoldKind.LAW: N_("Terhalang peraturan"),
}

DECISION_LABELS = {
    Decision.ACCEPTED: N_("Diterima"),
    Decision.RETURNED: N_("Dikembalikan"),
}
