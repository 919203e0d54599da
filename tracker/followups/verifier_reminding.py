"""The verifier's own clock: submissions that must be looked at by a day, told to the verifiers of the area."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import ngettext

from tracker.access.desk import Desk
from tracker.administration.settings import setting
from tracker.directory.models import ServiceUnit, SupervisionArea
from tracker.directory.queries import calendar_at
from tracker.followups.models import FollowUp
from tracker.followups.posts import posts
from tracker.followups.states import FollowUpStatus
from tracker.followups.verifier_queries import QueueFilter, queue
from tracker.followups.verifier_rules import JAKARTA, word_due
from tracker.kit import formats
from tracker.kit.paging import by_key
from tracker.kit.words import N_
from tracker.kit.workdays import WorkCalendar
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import DUE_TODAY, OVERDUE, THIS_WEEK, Line, Owed, Skip, name_of

TO_VERIFY = "follow_up.to_verify"
AREA, NO_AREA = SupervisionArea.__name__, 0
LOOKED_AT = N_("Semua pengajuan dengan batas itu sudah diperiksa.")


@dataclass(frozen=True, slots=True)
class Clock:
    """Working days of the nation, in Jakarta, where verifiers work; `allowed` is a setting."""

    calendar: WorkCalendar
    allowed: int
    today: date

    @classmethod
    def of(cls, desk: Desk) -> "Clock":
        today = desk.now.astimezone(JAKARTA).date()
        return cls(calendar_at(desk.session, ""), setting(desk.session, "verifier_days"), today)

    def last_day(self, since: datetime) -> date:
        """The last working day on which a submission that came at that moment is looked at in time."""
        return self.calendar.add(since.astimezone(JAKARTA).date(), self.allowed)

    def left(self, day: date) -> int:
        return self.calendar.until(self.today, day)


def owed_to_verify(desk: Desk) -> Iterator[Owed]:
    """One row for all submissions of an area with the same last day: a queue is not told of one by one."""
    clock, at = Clock.of(desk), posts(desk)
    told: set[tuple[int, int, date]] = set()
    for row in submitted(desk):
        day = clock.last_day(row.holder_since)
        offset = word_due(clock.left(day))
        if offset is None:
            continue
        area = row.area_id or NO_AREA
        for person in at.verifiers(row.unit_id, row.agency_id, row.area_id):
            if (person, area, day) not in told:
                told.add((person, area, day))
                yield Owed(person, TO_VERIFY, AREA, area, day, name_of(offset), clock.today)


def submitted(desk: Desk) -> Iterator[Any]:
    """What lies with the verifier's side, a page at a time."""
    query = (
        sa.select(FollowUp.id, FollowUp.holder_since, FollowUp.unit_id, FollowUp.area_id, ServiceUnit.agency_id)
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .where(FollowUp.status == FollowUpStatus.SUBMITTED)
    )
    yield from by_key(desk.session, query, FollowUp.id)


def lines_to_verify(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    """How many submissions with that last day still wait for this very verifier."""
    clock = Clock.of(desk)
    waiting: dict[tuple[int, date], int] = {}
    rows = desk.session.execute(
        queue(desk, QueueFilter()).with_only_columns(FollowUp.area_id, FollowUp.holder_since).order_by(None)
    )
    for area_id, since in rows:
        key = (area_id or NO_AREA, clock.last_day(since))
        waiting[key] = waiting.get(key, 0) + 1
    return {row.id: line(clock, row.due_on, waiting.get((row.subject_id, row.due_on), 0)) for row in reminders}


def line(clock: Clock, day: date, number: int) -> Line | Skip:
    if not number:
        return Skip(LOOKED_AT)
    left, said = clock.left(day), formats.weekday_and_date(day)
    if left < 0:
        text = ngettext(
            "%(num)s pengajuan seharusnya sudah diperiksa paling lambat %(day)s",
            "%(num)s pengajuan seharusnya sudah diperiksa paling lambat %(day)s",
            number,
            day=said,
        )
    else:
        text = ngettext(
            "%(num)s pengajuan perlu diperiksa paling lambat %(day)s",
            "%(num)s pengajuan perlu diperiksa paling lambat %(day)s",
            number,
            day=said,
        )
    group = OVERDUE if left < 0 else DUE_TODAY if left == 0 else THIS_WEEK
    return Line(str(text), "/verifikasi", group, (left, 0))


DUTIES = (Duty(TO_VERIFY, N_("Batas waktu verifikator"), owed_to_verify, lines_to_verify),)
