"""Words owed on time: requests to decide, decisions, budgets whose year has begun, dates that a holiday has moved."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.calendar_states import CalendarChangeStatus
from tracker.administration.models import CalendarChange
from tracker.directory.models import Region, ServiceUnit
from tracker.directory.queries import calendar_at
from tracker.events.models import Event
from tracker.followups import reading
from tracker.followups.extension_queries import waiting_one
from tracker.followups.models import FollowUp
from tracker.followups.news import Happened, Telling, lines_of_news, owed_news, unit_side
from tracker.followups.posts import Posts, posts
from tracker.followups.states import FollowUpStatus, HoldKind
from tracker.followups.wording import due_in_words
from tracker.kit import formats
from tracker.kit.paging import by_key
from tracker.kit.words import N_
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import NEWS, TO_DO, WEEK, Line, Owed, Skip

BUDGET_YEAR, DATES_MOVED = "follow_up.budget_year", "due_date.moved"
CHANGE = CalendarChange.__name__
DECIDED_ALREADY = N_("Permintaannya sudah diputuskan atau ditarik.")
RESUMED = N_("Sudah dilanjutkan.")
NOTHING_MOVED = N_("Tidak ada lagi tenggat penerima yang bergeser.")
NOWHERE = "Asia/Jakarta"
RECENT = 14
"""Days within which a change of the calendar is still told of."""


def verifiers(at: Posts, what: Happened) -> list[int]:
    return at.verifiers(what.unit_id, what.agency_id, what.area_id)


def requested(desk: Desk, follow_up: FollowUp, _event: Event | None) -> str | Skip:
    waiting = desk.session.scalars(waiting_one(follow_up)).one_or_none()
    if waiting is None or not desk.may(Act.GRANT_EXTENSION, waiting):
        return Skip(DECIDED_ALREADY)
    if waiting.proposed_on is None:
        return reading.words(_("Unit meminta penundaan"), follow_up)
    day = formats.weekday_and_date(waiting.proposed_on)
    return reading.words(_("Unit meminta perpanjangan sampai %(day)s", day=day), follow_up)


def decided(desk: Desk, follow_up: FollowUp, event: Event | None) -> str | Skip:
    act = event.act if event is not None else ""
    why = event.reason.strip() if event is not None else ""
    if act == Act.REFUSE_EXTENSION.value:
        return reading.words(_("Permintaan waktu ditolak: %(why)s", why=why), follow_up)
    due = due_in_words(desk, follow_up).words if follow_up.is_open else formats.label(follow_up.status)
    if follow_up.status is FollowUpStatus.ON_HOLD:
        return reading.words(_("Ditunda: %(due)s", due=due), follow_up)
    return reading.words(_("Permintaan waktu dikabulkan: %(due)s", due=due), follow_up)


TELLINGS = (
    Telling(
        "extension.requested",
        N_("Permintaan waktu"),
        (Act.REQUEST_EXTENSION, Act.REQUEST_HOLD),
        verifiers,
        requested,
        TO_DO,
    ),
    Telling(
        "extension.decided",
        N_("Keputusan atas permintaan waktu"),
        (Act.GRANT_EXTENSION, Act.REFUSE_EXTENSION, Act.HOLD_FOLLOW_UP),
        unit_side,
        decided,
        NEWS,
    ),
)


def owed_on_budget_year(desk: Desk) -> Iterator[Owed]:
    """From the first working day of the fiscal year, where the unit is, and weekly until the work goes on."""
    at = posts(desk)
    for row in held_for_budget(desk):
        calendar = calendar_at(desk.session, row.code or "")
        today = desk.now.astimezone(ZoneInfo(row.timezone or NOWHERE)).date()
        opens = calendar.on_or_after(date(row.hold_fiscal_year, 1, 1))
        gone = calendar.until(opens, today)
        if today < opens:
            continue
        step = f"W{gone // WEEK}"
        people = at.at_unit(row.unit_id, row.person_in_charge_id)
        people = [*people, *at.verifiers(row.unit_id, row.agency_id, row.area_id)]
        for person in dict.fromkeys(people):
            yield Owed(person, BUDGET_YEAR, FollowUp.__name__, row.id, opens, step, today, row.unit_id)


def held_for_budget(desk: Desk) -> Iterator[Any]:
    """What waits for a budget whose year may have begun, a page at a time."""
    query = (
        sa.select(
            FollowUp.id,
            FollowUp.unit_id,
            FollowUp.area_id,
            FollowUp.person_in_charge_id,
            FollowUp.hold_fiscal_year,
            ServiceUnit.agency_id,
            Region.code,
            Region.timezone,
        )
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .where(
            FollowUp.status == FollowUpStatus.ON_HOLD,
            FollowUp.hold_kind == HoldKind.BUDGET,
            FollowUp.hold_fiscal_year <= desk.today.year + 1,  # New Year comes to the east first
        )
    )
    yield from by_key(desk.session, query, FollowUp.id)


def lines_on_budget_year(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    found = reading.follow_ups(desk, reminders)
    return {row.id: budget_line(desk, row, found.get(row.subject_id)) for row in reminders}


def budget_line(desk: Desk, reminder: Reminder, follow_up: FollowUp | None) -> Line | Skip:
    if follow_up is None:
        return Skip(reading.OUT_OF_REACH)
    year = follow_up.hold_fiscal_year
    if follow_up.status is not FollowUpStatus.ON_HOLD or year is None or year > reminder.due_on.year:
        return Skip(RESUMED)
    if not desk.may(Act.RESUME_FOLLOW_UP, follow_up):
        return Skip(reading.NOT_WITH_THEM)
    text = reading.words(
        _("Tahun anggaran %(year)s sudah dibuka: lanjutkan bila anggarannya ada", year=year), follow_up
    )
    return Line(text, reading.path_of(follow_up), TO_DO, (0, follow_up.id), str(follow_up.unit_id))


def owed_on_moves(desk: Desk) -> Iterator[Owed]:
    """One word a person on each change of the calendar that moved a date of theirs."""
    at = posts(desk)
    recent = sa.select(CalendarChange).where(
        CalendarChange.status == CalendarChangeStatus.DONE, CalendarChange.moved > 0
    )
    for change in desk.session.scalars(recent).all():
        if change.confirmed_at is None or (desk.now - change.confirmed_at).days > RECENT:
            continue
        id, day = change.id, change.confirmed_at.astimezone(ZoneInfo(NOWHERE)).date()
        told: set[int] = set()
        for row in moved_by(desk, change):
            today = desk.now.astimezone(ZoneInfo(row.timezone or NOWHERE)).date()
            for person in at.at_unit(row.unit_id, row.person_in_charge_id):
                if person not in told:
                    told.add(person)
                    yield Owed(person, DATES_MOVED, CHANGE, id, day, "", today, None)


def moves_of(change: CalendarChange) -> sa.Select[Any]:
    """The follow-ups that a change has moved: its events bear the moment at which it was confirmed."""
    return sa.select(Event.subject_id).where(
        Event.act == Act.MOVE_DUE_DATES.value,
        Event.subject_type == FollowUp.__name__,
        Event.at == change.confirmed_at,
    )


def moved_by(desk: Desk, change: CalendarChange) -> Iterator[Any]:
    query = (
        sa.select(FollowUp.id, FollowUp.unit_id, FollowUp.person_in_charge_id, Region.timezone)
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .where(FollowUp.is_open, FollowUp.id.in_(moves_of(change).scalar_subquery()))
    )
    yield from by_key(desk.session, query, FollowUp.id)


def lines_on_moves(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    return {row.id: move_line(desk, row) for row in reminders}


def move_line(desk: Desk, reminder: Reminder) -> Line | Skip:
    """ "Nyepi, 19 Maret 2026 (SKB …): 3 tenggat Anda bergeser"."""
    change = desk.session.scalar(sa.select(CalendarChange).where(CalendarChange.id == reminder.subject_id))
    if change is None:
        return Skip(NOTHING_MOVED)
    theirs = sa.select(FollowUp.id).where(
        FollowUp.is_open,
        FollowUp.id.in_(moves_of(change).scalar_subquery()),
        sa.or_(FollowUp.person_in_charge_id.is_(None), FollowUp.person_in_charge_id == desk.actor.id),
        desk.where_may(Act.LOG_ACTION, FollowUp.unit_id, FollowUp.area_id),
    )
    ids = list(desk.session.scalars(theirs.order_by(FollowUp.id).limit(2)))
    number = desk.session.scalar(sa.select(sa.func.count()).select_from(theirs.subquery())) or 0
    if not number:
        return Skip(NOTHING_MOVED)
    why = f"{change.name}, {formats.weekday_and_date(change.day)}" + (f" ({change.decree})" if change.decree else "")
    moved = ngettext("%(num)s tenggat Anda bergeser", "%(num)s tenggat Anda bergeser", number)
    path = f"/tindak-lanjut/{ids[0]}" if number == 1 else "/tindak-lanjut"
    return Line(f"{why}: {moved}", path, NEWS, (0, change.id))


DUTIES = (
    *(
        Duty(telling.rule, telling.label, partial(owed_news, telling), partial(lines_of_news, telling))
        for telling in TELLINGS
    ),
    Duty(BUDGET_YEAR, N_("Tahun anggaran dibuka"), owed_on_budget_year, lines_on_budget_year),
    Duty(DATES_MOVED, N_("Tenggat yang bergeser"), owed_on_moves, lines_on_moves),
)
