"""The life of a cycle, and where instruments come from. Pure."""

from enum import StrEnum

from tracker.kit.words import N_


class CycleStatus(StrEnum):
    OPEN = "open"
    SEALED = "sealed"


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
