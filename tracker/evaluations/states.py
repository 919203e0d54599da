"""The stages of an import and what becomes of each of its rows. Pure."""

from enum import StrEnum

from tracker.kit.words import N_


class ImportStatus(StrEnum):
    PREVIEWED = "previewed"
    DONE = "done"
    UNDONE = "undone"


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"


LABELS = {
    ImportStatus.PREVIEWED: N_("Pratinjau"),
    ImportStatus.DONE: N_("Selesai"),
    ImportStatus.UNDONE: N_("Dibatalkan kembali"),
    Outcome.NEW: N_("Baru"),
    Outcome.CHANGED: N_("Berubah"),
    Outcome.UNCHANGED: N_("Tetap"),
    Outcome.CONFLICT: N_("Bentrok dengan suntingan di situs"),
    Outcome.REFUSED: N_("Ditolak"),
}
