"""The groups that figures are kept for, and the steps at which a cycle is sealed. Pure."""

from enum import StrEnum

from tracker.kit.words import N_


class GroupKind(StrEnum):
    AGENCY = "agency"
    PROVINCE = "province"
    AREA = "area"
    NATION = "nation"


class SealStep(StrEnum):
    """In calendar days before the next evaluation opens; `further` is sealed by hand, with a reason."""

    T30 = "T-30"
    T14 = "T-14"
    T0 = "T-0"
    FURTHER = "further"


DAYS_BEFORE = {SealStep.T30: 30, SealStep.T14: 14, SealStep.T0: 0}

LABELS = {
    SealStep.T30: N_("30 hari sebelum pembukaan"),
    SealStep.T14: N_("14 hari sebelum pembukaan"),
    SealStep.T0: N_("Hari pembukaan"),
    SealStep.FURTHER: N_("Segel tambahan"),
    GroupKind.NATION: N_("Nasional"),
}
