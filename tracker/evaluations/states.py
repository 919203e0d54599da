"""The stages of an import and what becomes of each of its rows. Pure."""

from enum import StrEnum

from tracker.kit.words import N_


class ImportStatus(StrEnum):
    READING = "reading"
    PREVIEWED = "previewed"
    DONE = "done"
    UNDONE = "undone"


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"
    HELD = "held"
    """Readable, but of a unit whose result was refused: it waits for that one correction."""
    SKIPPED = "skipped"
    """A remark under a table, a signature: taken for no data."""


class RowKind(StrEnum):
    AGENCY = "agency"
    UNIT = "unit"
    LETTER = "letter"
    CYCLE = "cycle"
    EVALUATION = "evaluation"
    RECOMMENDATION = "recommendation"
    OTHER = "other"


LABELS = {
    ImportStatus.READING: N_("Sedang dibaca"),
    ImportStatus.PREVIEWED: N_("Pratinjau"),
    ImportStatus.DONE: N_("Selesai"),
    ImportStatus.UNDONE: N_("Impor dibatalkan"),
    Outcome.NEW: N_("Baru"),
    Outcome.CHANGED: N_("Berubah"),
    Outcome.UNCHANGED: N_("Tetap"),
    Outcome.CONFLICT: N_("Bentrok dengan suntingan di situs"),
    Outcome.REFUSED: N_("Ditolak"),
    Outcome.HELD: N_("Menunggu perbaikan hasil unitnya"),
    Outcome.SKIPPED: N_("Catatan, tidak diimpor"),
    RowKind.AGENCY: N_("Instansi"),
    RowKind.UNIT: N_("Unit"),
    RowKind.LETTER: N_("Surat"),
    RowKind.CYCLE: N_("Siklus"),
    RowKind.EVALUATION: N_("Hasil"),
    RowKind.RECOMMENDATION: N_("Rekomendasi"),
    RowKind.OTHER: N_("Lainnya"),
}
