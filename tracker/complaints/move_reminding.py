"""One word to each person on a holiday declared late that moved days by which complaints must be seen to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import ngettext

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.calendar_states import CalendarChangeStatus
from tracker.administration.models import CalendarChange
from tracker.complaints.models import Complaint
from tracker.complaints.posting import desks
from tracker.complaints.reminder_lines import HELD, theirs
from tracker.complaints.states import BallHolder
from tracker.directory.models import Region, ServiceUnit
from tracker.events.models import Event
from tracker.followups.extension_reminding import RECENT
from tracker.followups.reminding import NOWHERE
from tracker.kit import formats
from tracker.kit.paging import by_key
from tracker.kit.words import N_
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import NEWS, Line, Owed, Skip

MOVED = "complaint.due_moved"
CHANGE = CalendarChange.__name__
NOTHING_MOVED = N_("Tidak ada lagi batas waktu pengaduan penerima yang bergeser.")


def owed(desk: Desk) -> Iterator[Owed]:
    """Once for each change of the calendar to everybody who now holds a complaint that it moved."""
    done = CalendarChange.status == CalendarChangeStatus.DONE
    changes = desk.session.scalars(sa.select(CalendarChange).where(done, CalendarChange.moved > 0)).all()
    fresh = [each for each in changes if each.confirmed_at and (desk.now - each.confirmed_at).days <= RECENT]
    at = desks(desk) if fresh else None
    for change in fresh:
        assert at is not None
        assert change.confirmed_at is not None
        id, day = change.id, change.confirmed_at.astimezone(ZoneInfo(NOWHERE)).date()
        told: set[int] = set()
        for row in moved_by(desk, change):
            today = desk.today_in(row.timezone or NOWHERE)
            for person in at.holders(row.holder, row.unit_id, row.agency_id, row.assignee_id, row.is_confidential):
                if person not in told:
                    told.add(person)
                    yield Owed(person, MOVED, CHANGE, id, day, "", today)


def moves_of(change: CalendarChange) -> sa.ColumnElement[bool]:
    """Complaints that a change has moved and that somebody has to see to: its events bear the moment at which it was
    confirmed."""
    moved = sa.select(Event.subject_id).where(
        Event.act == Act.MOVE_DUE_DATES.value,
        Event.subject_type == Complaint.__name__,
        Event.at == change.confirmed_at,
    )
    c = Complaint
    return sa.and_(c.is_open, c.due_at.is_not(None), c.holder.in_(HELD), c.id.in_(moved.scalar_subquery()))


def moved_by(desk: Desk, change: CalendarChange) -> Iterator[Any]:
    c = Complaint
    query = (
        sa.select(c.id, c.unit_id, c.agency_id, c.assignee_id, c.is_confidential, c.holder, Region.timezone)
        .join(ServiceUnit, ServiceUnit.id == c.unit_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .where(moves_of(change))
    )
    yield from by_key(desk.session, query, c.id)


def lines(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    return {row.id: line(desk, row) for row in reminders}


def line(desk: Desk, reminder: Reminder) -> Line | Skip:
    """ "Nyepi, Kamis 19 Maret 2026 (SKB …): batas waktu 3 pengaduan Anda bergeser". The page of each tells from which
    day to which."""
    change = desk.session.scalar(sa.select(CalendarChange).where(CalendarChange.id == reminder.subject_id))
    if change is None:
        return Skip(NOTHING_MOVED)
    not_given_on = sa.or_(Complaint.holder == BallHolder.LIAISON, Complaint.assignee_id.is_(None))
    held = sa.or_(not_given_on, Complaint.assignee_id == desk.actor.id)
    meant = sa.select(Complaint.id).where(moves_of(change), theirs(desk), held)
    ids = list(desk.session.scalars(meant.order_by(Complaint.id).limit(2)))
    number = desk.session.scalar(sa.select(sa.func.count()).select_from(meant.subquery())) or 0
    if not number:
        return Skip(NOTHING_MOVED)
    why = f"{change.name}, {formats.weekday_and_date(change.day)}" + (f" ({change.decree})" if change.decree else "")
    moved = ngettext(
        "batas waktu %(num)s pengaduan Anda bergeser", "batas waktu %(num)s pengaduan Anda bergeser", number
    )
    path = f"/pengaduan/{ids[0]}" if number == 1 else "/pengaduan"
    return Line(f"{why}: {moved}", path, NEWS, (0, change.id))


DUTIES = (Duty(MOVED, N_("Batas waktu pengaduan yang bergeser"), owed, lines),)
