"""Reminders about follow-ups as their reader finds them at the moment of sending: a line, or why there is none."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import undefer

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.queries import calendar_of
from tracker.followups.ball import zone_of
from tracker.followups.models import FollowUp
from tracker.followups.queries import as_lines
from tracker.followups.rules import Due, DueState, is_overdue, standing
from tracker.followups.states import FollowUpStatus, Holder
from tracker.followups.wording import due_in_words
from tracker.kit import formats
from tracker.kit.db import BATCH
from tracker.kit.words import N_
from tracker.reminders.models import ContactMade, Reminder
from tracker.reminders.rules import (
    DUE_TODAY,
    OVERDUE,
    RETURNED,
    THIS_WEEK,
    TO_DO,
    WEEK,
    Line,
    Skip,
    day_of,
)

OUT_OF_REACH = N_("Penerima tidak lagi menjangkau tindak lanjut ini.")
SETTLED = N_("Sudah selesai sebelum pengingat dikirim.")
NOT_WITH_THEM = N_("Tidak lagi menunggu penerima.")
ANOTHER_DATE = N_("Tenggatnya sudah berubah; tanggal yang baru mempunyai pengingat sendiri.")
NOT_LATE = N_("Tidak lagi terlambat.")

LONGEST_WINDOW = timedelta(days=31)
"""From T-14 to T-7 are seven working days; a month covers every holiday between."""


def follow_ups(desk: Desk, reminders: Sequence[Reminder]) -> dict[int, FollowUp]:
    """Those that are within the reader's reach, with what a line shows; one question for 500."""
    ids = sorted({row.subject_id for row in reminders})
    found: dict[int, FollowUp] = {}
    for start in range(0, len(ids), BATCH):
        query = as_lines(sa.select(FollowUp).where(FollowUp.id.in_(ids[start : start + BATCH])))
        for follow_up in desk.all(query.options(undefer(FollowUp.person_in_charge_id))):
            found[follow_up.id] = follow_up
    return found


def due_line(desk: Desk, reminder: Reminder, follow_up: FollowUp | None) -> Line | Skip:
    """ "3 hari kerja lagi, Kamis 14 Mei 2020 · Disdukcapil, Kota Tual · Pasang nomor antrean"."""
    if follow_up is None:
        return Skip(OUT_OF_REACH)
    if (gone := why_not(desk, reminder, follow_up)) is not None:
        return gone
    stands = how_it_stands(desk, follow_up)
    return Line(
        text=words(due_in_words(desk, follow_up).words, follow_up),
        path=path_of(follow_up),
        group=group_of(follow_up, stands, desk.today_in(zone_of(follow_up).key)),
        order=(-stands.workdays if stands.state is DueState.OVERDUE else stands.workdays, follow_up.id),
        unit=str(follow_up.unit_id),
    )


def why_not(desk: Desk, reminder: Reminder, follow_up: FollowUp) -> Skip | None:
    """Solved meanwhile, with somebody else, or due on another day: then nothing is said."""
    if not follow_up.is_open:
        return Skip(SETTLED)
    if not is_theirs(desk, follow_up):
        return Skip(NOT_WITH_THEM)
    return None if due_day(follow_up) == reminder.due_on else Skip(ANOTHER_DATE)


def is_theirs(desk: Desk, follow_up: FollowUp) -> bool:
    """Does the reader hold the ball: the person in charge, else the unit's people; a coordinator what awaits them?"""
    if follow_up.holder is Holder.COORDINATOR:
        return desk.may(Act.CONFIRM_SUBMISSION, follow_up)
    if follow_up.holder is not Holder.UNIT:
        return False
    if follow_up.person_in_charge_id is not None:
        return follow_up.person_in_charge_id == desk.actor.id
    return desk.may(Act.LOG_ACTION, follow_up) or desk.may(Act.NAME_PERSON_IN_CHARGE, follow_up)


def late_line(desk: Desk, reminder: Reminder, follow_up: FollowUp | None) -> Line | Skip:
    """The same for whoever stands above: the unit comes first."""
    if follow_up is None:
        return Skip(OUT_OF_REACH)
    if not follow_up.is_open:
        return Skip(SETTLED)
    if not is_overdue(follow_up.holder, follow_up.due_at, desk.now):
        return Skip(NOT_LATE)
    if due_day(follow_up) != reminder.due_on:
        return Skip(ANOTHER_DATE)
    due = due_in_words(desk, follow_up).words
    return Line(
        text=f"{follow_up.unit.full_name} · {due} · {follow_up.title}",
        path=path_of(follow_up),
        order=(-how_it_stands(desk, follow_up).workdays, follow_up.id),
        unit=str(follow_up.unit_id),
    )


def contacted(desk: Desk, reminders: Sequence[Reminder], found: Mapping[int, FollowUp]) -> dict[int, Skip]:
    """Reminders in whose window somebody already spoke to the unit about it: that counts as the reminder."""
    with as_machine(desk.session):  # the reader need not see who calls units; only that they were called
        made = list(words_with(desk, {follow_up.unit_id for follow_up in found.values()}))
    skips: dict[int, Skip] = {}
    for row in reminders:
        follow_up = found.get(row.subject_id)
        if follow_up is None or follow_up.holder is not Holder.UNIT:
            continue
        zone, opens = zone_of(follow_up), window_opens(desk, row, follow_up)
        for contact in made:
            about = contact.subject_type != FollowUp.__name__ or contact.subject_id == follow_up.id
            if contact.unit_id == follow_up.unit_id and about and contact.at.astimezone(zone).date() >= opens:
                skips[row.id] = Skip(said_of(contact, zone))
    return skips


def words_with(desk: Desk, unit_ids: set[int]) -> Iterator[ContactMade]:
    """Contacts with these units within the longest window, oldest first."""
    ids = sorted(unit_ids)
    for start in range(0, len(ids), BATCH):
        yield from desk.session.scalars(
            sa.select(ContactMade)
            .where(ContactMade.unit_id.in_(ids[start : start + BATCH]), ContactMade.at >= desk.now - LONGEST_WINDOW)
            .order_by(ContactMade.id)
        )


def window_opens(desk: Desk, reminder: Reminder, follow_up: FollowUp) -> date:
    return day_of(reminder.step, reminder.due_on, calendar_of(desk.session, follow_up.unit.region))


def said_of(contact: ContactMade, zone: ZoneInfo) -> str:
    day = formats.date_in_words(contact.at.astimezone(zone).date())
    return str(_("Sudah dihubungi langsung (%(way)s) pada %(day)s.", way=formats.label(contact.way).lower(), day=day))


def how_it_stands(desk: Desk, follow_up: FollowUp) -> Due:
    calendar = calendar_of(desk.session, follow_up.unit.region)
    return standing(follow_up.holder, follow_up.due_at, zone_of(follow_up), desk.now, calendar)


def due_day(follow_up: FollowUp) -> date:
    """The last day on which it is in time, where the unit is."""
    return follow_up.due_at.astimezone(zone_of(follow_up)).date()


def group_of(follow_up: FollowUp, stands: Due, today: date) -> str:
    if stands.state is DueState.OVERDUE:
        return OVERDUE
    if stands.day == today:
        return DUE_TODAY
    if follow_up.status is FollowUpStatus.RETURNED:
        return RETURNED
    return THIS_WEEK if stands.workdays <= WEEK else TO_DO


def words(what: str, follow_up: FollowUp) -> str:
    """What is to be said first, as a sentence begins; then the unit and the work."""
    return f"{what[:1].upper()}{what[1:]} · {follow_up.unit.full_name} · {follow_up.title}"


def path_of(follow_up: FollowUp) -> str:
    return f"/tindak-lanjut/{follow_up.id}"
