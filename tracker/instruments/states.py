"""The life of a cycle, and where instruments come from. Pure."""

from enum import StrEnum

from tracker.access.acts import Act
from tracker.kit.words import N_
from tracker.kit.workflow import Workflow, move


class CycleStatus(StrEnum):
    OPEN = "open"
    SEALED = "sealed"


CYCLE = Workflow(
    start=CycleStatus.OPEN,
    moves={Act.SEAL_CYCLE: move(CycleStatus.OPEN, CycleStatus.SEALED, to=CycleStatus.SEALED)},
)
"""A seal before the opening, and a further one by hand, move nothing; that of the opening closes the cycle."""


class Source(StrEnum):
    PANRB = "panrb"
    OMBUDSMAN = "ombudsman"
    INTERNAL = "internal"
    OTHER = "other"


LABELS = {
    CycleStatus.OPEN: N_("Terbuka"),
    CycleStatus.SEALED: N_("Disegel"),
    Source.PANRB: N_("Kementerian PANRB"),
    Source.OMBUDSMAN: N_("Ombudsman RI"),
    Source.INTERNAL: N_("Penilaian mandiri"),
    Source.OTHER: N_("Sumber lain"),
}
