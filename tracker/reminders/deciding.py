"""What a person decides about a delivery that failed, or of which nobody knows: try again, leave it, told otherwise."""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.policy import POLICY
from tracker.access.scope import Cover, as_machine
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.reminders.claiming import QUEUED, UNSYNCED
from tracker.reminders.models import Delivery, Reminder, held
from tracker.reminders.states import DeliveryStatus, ReminderStatus

UNDECIDED = (DeliveryStatus.FAILED, DeliveryStatus.UNCERTAIN)
OPEN = (ReminderStatus.FAILED, ReminderStatus.UNCERTAIN, ReminderStatus.CLAIMED)


class Choice(StrEnum):
    RETRY = "retry"
    SKIP = "skip"
    TOLD = "told"


LABELS = {
    Choice.RETRY: N_("Kirim sekali lagi"),
    Choice.SKIP: N_("Lewati: tidak perlu dikirim lagi"),
    Choice.TOLD: N_("Sudah disampaikan dengan cara lain"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    choice: Choice
    reason: str


def waits_for_somebody(delivery: Delivery) -> bool:
    return delivery.status in UNDECIDED and delivery.settled_by_id is None


def may_decide(desk: Desk, delivery: Delivery) -> bool:
    """The act is carried by a role held where the recipient is."""
    mandates = POLICY[Act.SETTLE_DELIVERY].mandates(desk.actor)
    if not mandates:
        return False
    cover = Cover(desk.actor.id, mandates)
    if cover.everything:
        return True
    with as_machine(desk.session):
        query = sa.select(Delivery.id).where(Delivery.id == delivery.id, held(Delivery.recipient_id, cover))
        return desk.session.scalar(query) is not None


def decide(desk: Desk, delivery: Delivery, decision: Decision) -> None:
    """Settle it as decided; the reminders it carried follow. The trail keeps who, and why."""
    if not waits_for_somebody(delivery):
        raise Refusal("", N_("Pengiriman ini sudah diputuskan atau sudah terkirim."))
    with as_machine(desk.session):
        if decision.choice is Choice.RETRY:
            delivery.status, delivery.claimed_by = DeliveryStatus.CLAIMED, QUEUED
            delivery.handed_over_at = delivery.settled_at = None
            delivery.attempts, delivery.retry_at = 0, desk.now
            status, at = ReminderStatus.CLAIMED, None
        elif decision.choice is Choice.TOLD:
            delivery.status, delivery.settled_by_id = DeliveryStatus.SENT, desk.actor.id
            status, at = ReminderStatus.SENT, desk.now
        else:
            delivery.status, delivery.settled_by_id = DeliveryStatus.FAILED, desk.actor.id
            status, at = ReminderStatus.SKIPPED, desk.now
        follow = sa.update(Reminder).where(Reminder.delivery_id == delivery.id, Reminder.status.in_(OPEN))
        desk.session.execute(
            follow.values(status=status, settled_at=at, reason=decision.reason if at else ""),
            execution_options=UNSYNCED,
        )
    desk.record(Act.SETTLE_DELIVERY, delivery, decision.reason)
