"""The life of a change of the calendar: asked for, moving the dates it touches, done. Pure."""

from enum import StrEnum

from tracker.access.acts import Act
from tracker.kit.words import N_
from tracker.kit.workflow import Workflow, move


class CalendarChangeStatus(StrEnum):
    PROPOSED = "change_proposed"
    MOVING = "change_moving"
    DONE = "change_done"
    DISCARDED = "change_discarded"


C = CalendarChangeStatus
CALENDAR_CHANGE = Workflow(
    start=C.PROPOSED,
    moves={
        Act.MOVE_DUE_DATES: move(C.PROPOSED, C.MOVING, to=(C.MOVING, C.DONE)),
        Act.EDIT_CALENDAR: move(C.PROPOSED, to=C.DISCARDED),
    },
)

LABELS = {
    C.PROPOSED: N_("Menunggu konfirmasi"),
    C.MOVING: N_("Sedang menggeser tenggat"),
    C.DONE: N_("Berlaku"),
    C.DISCARDED: N_("Dibatalkan"),
}
