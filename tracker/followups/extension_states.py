"""The life of a request that a unit makes about its time: a later date, or a stop of its clock. Pure."""

from enum import StrEnum

from tracker.access.acts import Act
from tracker.followups.states import HoldKind
from tracker.kit.words import N_
from tracker.kit.workflow import Workflow, move


class ExtensionStatus(StrEnum):
    REQUESTED = "extension_requested"
    GRANTED = "extension_granted"
    REFUSED = "extension_refused"
    WITHDRAWN = "extension_withdrawn"


class Asked(StrEnum):
    """What is asked for: another date, or a hold until there is a budget or the law allows it."""

    DATE = "ask_date"
    BUDGET = "ask_budget"
    LAW = "ask_law"


HOLDS = {Asked.BUDGET: HoldKind.BUDGET, Asked.LAW: HoldKind.LAW}
"""The hold that granting leads to."""

E = ExtensionStatus
EXTENSION = Workflow(
    start=E.REQUESTED,
    moves={
        Act.GRANT_EXTENSION: move(E.REQUESTED, to=E.GRANTED),
        Act.REFUSE_EXTENSION: move(E.REQUESTED, to=E.REFUSED),
        Act.WITHDRAW_EXTENSION: move(E.REQUESTED, to=E.WITHDRAWN),
    },
)

LABELS = {
    E.REQUESTED: N_("Menunggu keputusan"),
    E.GRANTED: N_("Dikabulkan"),
    E.REFUSED: N_("Ditolak"),
    E.WITHDRAWN: N_("Ditarik"),
    Asked.DATE: N_("Perpanjangan waktu"),
    Asked.BUDGET: N_("Penundaan: menunggu anggaran"),
    Asked.LAW: N_("Penundaan: terhalang peraturan"),
}
