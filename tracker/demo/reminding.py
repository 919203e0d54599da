"""Reminders of the demonstration: this morning's plan, two calls made by hand, and one unit that is left in peace."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.demo.cast import KONAWE, MANOKWARI, MERAUKE
from tracker.demo.stage import Stage
from tracker.reminders.contacts import Told, mark_contacted
from tracker.reminders.pauses import pause_unit
from tracker.reminders.planning import plan
from tracker.reminders.states import ContactWay

PLANNED_AT = time(5, 0)
CALLS = (
    (KONAWE, -4, "pendamping", ContactWay.TELEPHONE, "Kepala bidang pendaftaran", "Maklumat dicetak minggu depan."),
    (MERAUKE, -2, "asdep3", ContactWay.WHATSAPP, "Sekretaris dinas", "Mohon tunjuk satu operator."),
)
REST, REST_DAYS = "Kantor terdampak banjir; pelayanan dipindahkan sementara.", 12


def remind(stage: Stage) -> None:
    """After the stories: what they leave to be said is planned as the scheduler does it. Nothing is sent.

    The calls were made days ago and are noted today.
    """
    for region, offset, username, way, spoken_to, note in CALLS:
        desk, at = stage.desk(username, stage.now), stage.moment(stage.day(offset))
        mark_contacted(desk, stage.unit(region), Told(at, way, spoken_to, note))
    desk = stage.desk("asdep3", stage.now)
    pause_unit(desk, stage.unit(MANOKWARI), stage.today + timedelta(days=REST_DAYS), REST)
    stage.session.commit()
    morning = datetime.combine(stage.today, PLANNED_AT, ZoneInfo("Asia/Jakarta")).astimezone(ZoneInfo("UTC"))
    machine = stage.machine(min(morning, stage.now))
    plan(machine, machine.now)
