"""What the demonstration was told lately: digests that arrived, one that failed, one of which nobody knows."""

from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.demo.cast import KONAWE, MINSEL, PALOPO, TUAL
from tracker.demo.playing import Turn
from tracker.demo.stage import Stage
from tracker.directory.models import User
from tracker.directory.queries import calendar_of
from tracker.followups.models import FollowUp
from tracker.followups.reminding import ON_DUE
from tracker.kit import formats
from tracker.kit.mail import Outcome
from tracker.reminders.claiming import BROKEN_OFF, message_id
from tracker.reminders.digests import Item, digest
from tracker.reminders.models import Delivery, Reminder
from tracker.reminders.outgoing import outgoing
from tracker.reminders.rules import BEFORE, THIS_WEEK, Line, name_of, step_on
from tracker.reminders.states import Channel, DeliveryKind, DeliveryStatus, ReminderStatus


@dataclass(frozen=True, slots=True)
class Told:
    """A digest to somebody about their unit's open work, some days ago."""

    username: str
    region: str
    days: int
    outcome: Outcome = Outcome.ACCEPTED
    said: str = ""


SCENES = (
    Told("operator", TUAL, -8),
    Told("operator", TUAL, -3),
    Told("operator-tual2", TUAL, -3),
    Told("operator-palopo", PALOPO, -2, Outcome.UNSURE, BROKEN_OFF),
    Told("operator-minsel", MINSEL, -2, Outcome.REFUSED, "554 5.7.1 Message rejected"),
    Told("operator-konawe", KONAWE, -2, Outcome.NO_SUCH_ADDRESS, "550 5.1.1 User unknown"),
)
LAST = 1_000_000
"""The place of a turn that comes after all others of its day."""
STATUS = {Outcome.ACCEPTED: DeliveryStatus.SENT, Outcome.UNSURE: DeliveryStatus.UNCERTAIN}


def turns_of_the_sender(stage: Stage) -> list[Turn]:
    """The deliveries among the stories: each on its day, after what was done on that day."""
    return [(stage.day(scene.days), LAST, partial(tell, stage, scene)) for scene in SCENES]


def tell(stage: Stage, scene: Told) -> None:
    """Write one delivery as the sender would have left it."""
    day = stage.day(scene.days)
    desk = stage.machine(stage.moment(day))
    user = stage.session.get_one(User, stage.key_of(scene.username))
    work = desk.all(
        sa.select(FollowUp)
        .where(FollowUp.unit_id == stage.unit(scene.region).id, FollowUp.is_open, FollowUp.assigned_at < desk.now)
        .order_by(FollowUp.due_on)
        .limit(2)
    )
    work = [each for each in work if not is_told(desk, user, each)]
    if work:
        write(desk, scene, user, work, day.isoformat())


def write(desk: Desk, scene: Told, user: User, work: list[FollowUp], key: str) -> None:
    status = STATUS.get(scene.outcome, DeliveryStatus.FAILED)
    with as_machine(desk.session), formats.as_read_by(user.language, user.timezone):
        rows = [remembered(desk, user, each, scene) for each in work]
        lines = [Line(each.title, f"/tindak-lanjut/{each.id}", THIS_WEEK) for each in work]
        items = [Item(row.id, row.unit_id, line, False) for row, line in zip(rows, lines, strict=True)]
        content = digest(user.name, items, outgoing().base_url)
        for channel in (Channel.EMAIL, Channel.INBOX):
            by_mail = channel is Channel.EMAIL
            delivery = Delivery(
                recipient_id=user.id,
                channel=channel,
                kind=DeliveryKind.DIGEST,
                key=key,
                status=status if by_mail else DeliveryStatus.SENT,
                message_id=message_id(user.id, channel, key, outgoing().domain),
                claimed_at=desk.now,
                handed_over_at=desk.now,
                settled_at=desk.now,
                attempts=1,
                error=scene.said if by_mail else "",
                subject=content.subject,
                text=content.text,
                items=content.items,
            )
            desk.add(delivery)
            desk.session.flush()
            desk.record(Act.LOAD_DEMO, delivery)
            if by_mail:
                for row in rows:
                    row.delivery_id = delivery.id
    if scene.outcome is Outcome.NO_SUCH_ADDRESS:
        user.email_refused, user.email_refused_at, user.email_refusal = user.email, desk.now, scene.said


def is_told(desk: Desk, user: User, work: FollowUp) -> bool:
    """A word is owed once for a step."""
    same = {"recipient_id": user.id, "rule": ON_DUE, "subject_id": work.id, "due_on": work.due_on}
    query = sa.select(Reminder.id).filter_by(**same, step=step_of(desk, work))
    return desk.session.scalar(query) is not None


def step_of(desk: Desk, work: FollowUp) -> str:
    """The step whose window was open on that day; long before the date, the first one."""
    return step_on(work.due_on, desk.today, calendar_of(desk.session, None)) or name_of(-BEFORE[0])


def remembered(desk: Desk, user: User, work: FollowUp, scene: Told) -> Reminder:
    status = ReminderStatus(STATUS.get(scene.outcome, DeliveryStatus.FAILED).value)
    row = Reminder(
        recipient_id=user.id,
        rule=ON_DUE,
        subject_type="FollowUp",
        subject_id=work.id,
        unit_id=work.unit_id,
        due_on=work.due_on,
        step=step_of(desk, work),
        on_day=desk.today,
        planned_at=desk.now,
        status=status,
        settled_at=desk.now,
        reason=scene.said,
    )
    desk.add(row)
    desk.session.flush()
    return row
