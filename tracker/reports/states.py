"""The kinds of report, and how one that is made in the background stands. Pure."""

from enum import StrEnum

from tracker.kit.words import N_


class Kind(StrEnum):
    AREA = "area"
    AGENCY = "agency"
    UNIT = "unit"
    READINESS = "readiness"
    FOLLOW_UPS = "follow_ups"
    PORTFOLIO = "portfolio"
    COMPARISON = "comparison"


class RunStatus(StrEnum):
    """Asked for, being made, there to be fetched, given up with a reason, or taken away after its days."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    GONE = "gone"


LABELS: dict[StrEnum, str] = {
    Kind.AREA: N_("Laporan bulanan wilayah"),
    Kind.AGENCY: N_("Laporan untuk kepala daerah atau pimpinan instansi"),
    Kind.UNIT: N_("Laporan unit"),
    Kind.READINESS: N_("Laporan kesiapan evaluasi"),
    Kind.FOLLOW_UPS: N_("Daftar tindak lanjut"),
    Kind.PORTFOLIO: N_("Portofolio"),
    Kind.COMPARISON: N_("Perbandingan dua potret"),
    RunStatus.REQUESTED: N_("Menunggu giliran"),
    RunStatus.RUNNING: N_("Sedang dibuat"),
    RunStatus.DONE: N_("Siap diunduh"),
    RunStatus.FAILED: N_("Gagal"),
    RunStatus.GONE: N_("Sudah dihapus"),
}

ENDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.AREA: (".pdf", ".docx", ".xlsx", ".csv"),
    Kind.AGENCY: (".pdf", ".docx", ".xlsx", ".csv"),
    Kind.UNIT: (".pdf", ".xlsx", ".csv"),
    Kind.READINESS: (".pdf", ".xlsx", ".csv"),
    Kind.FOLLOW_UPS: (".pdf", ".xlsx", ".csv"),
    Kind.PORTFOLIO: (".xlsx", ".csv"),
    Kind.COMPARISON: (".xlsx", ".csv"),
}
FROM_THEIR_PAGES = frozenset({Kind.PORTFOLIO, Kind.COMPARISON})
"""Asked for on the page that shows them, and not on the one that makes reports."""
