"""How far a recommendation is judged to be followed up: the vocabulary of BPK's monitoring. Pure."""

from enum import StrEnum

from tracker.access.acts import Act
from tracker.kit.words import N_
from tracker.kit.workflow import Workflow, move


class Assessment(StrEnum):
    NOT_FOLLOWED_UP = "not_followed_up"
    NOT_YET_ADEQUATE = "not_yet_adequate"
    ADEQUATE = "adequate"
    CANNOT = "cannot_be_followed_up"


class Priority(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Origin(StrEnum):
    """What its letter calls it: Ombudsman RI gives three kinds of its own (UU 37/2008, Peraturan Ombudsman)."""

    PLAIN = "plain"
    ADVICE = "improvement_advice"
    """Saran perbaikan: how organisation or procedure should become better."""
    REMEDY = "remedy"
    """Tindakan korektif: what a report on maladministration (LAHP) orders to be put right."""
    BINDING = "ombudsman_recommendation"
    """Rekomendasi Ombudsman: its last and binding step."""


class CannotReason(StrEnum):
    """Lawful reasons after Peraturan BPK 2/2017."""

    FORCE_MAJEURE = "force_majeure"
    IN_COURT = "in_court"
    NOT_EFFECTIVE = "not_effective"
    REORGANISED = "reorganised"
    RULES_CHANGED = "rules_changed"


A = Assessment
RECOMMENDATION = Workflow(
    start=A.NOT_FOLLOWED_UP,
    moves={
        Act.ASSIGN_FOLLOW_UP: move(A.NOT_FOLLOWED_UP, to=A.NOT_FOLLOWED_UP)
        | move(A.NOT_YET_ADEQUATE, A.ADEQUATE, to=A.NOT_YET_ADEQUATE),
        Act.REOPEN_FOLLOW_UP: move(A.NOT_FOLLOWED_UP, A.NOT_YET_ADEQUATE, A.ADEQUATE, to=A.NOT_YET_ADEQUATE),
        Act.RETURN_FOLLOW_UP: move(A.NOT_FOLLOWED_UP, A.NOT_YET_ADEQUATE, to=A.NOT_YET_ADEQUATE),
        Act.ACCEPT_FOLLOW_UP: move(A.NOT_FOLLOWED_UP, A.NOT_YET_ADEQUATE, to=A.NOT_YET_ADEQUATE),
        Act.JUDGE_NOT_YET: move(A.NOT_FOLLOWED_UP, A.NOT_YET_ADEQUATE, A.ADEQUATE, to=A.NOT_YET_ADEQUATE),
        Act.JUDGE_ADEQUATE: move(A.NOT_YET_ADEQUATE, to=A.ADEQUATE),
        Act.PROPOSE_CANNOT: move(A.NOT_FOLLOWED_UP, to=A.NOT_FOLLOWED_UP)
        | move(A.NOT_YET_ADEQUATE, to=A.NOT_YET_ADEQUATE),
        Act.APPROVE_CANNOT: move(A.NOT_FOLLOWED_UP, A.NOT_YET_ADEQUATE, to=A.CANNOT),
        Act.REVOKE_CANNOT: move(A.CANNOT, to=(A.NOT_YET_ADEQUATE, A.NOT_FOLLOWED_UP)),
    },
)

LABELS = {
    A.NOT_FOLLOWED_UP: N_("Belum ditindaklanjuti"),
    A.NOT_YET_ADEQUATE: N_("Belum sesuai"),
    A.ADEQUATE: N_("Sesuai"),
    A.CANNOT: N_("Tidak dapat ditindaklanjuti"),
    Origin.PLAIN: N_("Rekomendasi"),
    Origin.ADVICE: N_("Saran perbaikan"),
    Origin.REMEDY: N_("Tindakan korektif"),
    Origin.BINDING: N_("Rekomendasi Ombudsman"),
    Priority.HIGH: N_("Tinggi"),
    Priority.MEDIUM: N_("Sedang"),
    Priority.LOW: N_("Rendah"),
    CannotReason.FORCE_MAJEURE: N_("Keadaan kahar"),
    CannotReason.IN_COURT: N_("Objek atau subjek dalam proses peradilan"),
    CannotReason.NOT_EFFECTIVE: N_("Tidak efektif, efisien, dan ekonomis"),
    CannotReason.REORGANISED: N_("Perubahan organisasi"),
    CannotReason.RULES_CHANGED: N_("Perubahan peraturan"),
}
