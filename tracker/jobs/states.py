"""How a run of a job stands. Pure."""

from enum import StrEnum

from tracker.kit.words import N_


class RunState(StrEnum):
    """A run asked for waits; one claimed runs; then it is done or failed."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


LABELS: dict[RunState, str] = {
    RunState.WAITING: N_("Menunggu giliran"),
    RunState.RUNNING: N_("Sedang berjalan"),
    RunState.DONE: N_("Selesai"),
    RunState.FAILED: N_("Gagal"),
}
