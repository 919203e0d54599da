"""Letting reminders about a unit, or to a person, rest until a day. Nothing is lost: one digest covers it after."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit, User
from tracker.kit.db import Rows
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.reminders.models import Pause

LONGEST = timedelta(days=183)
NO_REASON = N_("Tulis alasannya; orang lain membacanya.")
PAST = N_("Hari terakhir jeda tidak boleh sudah lewat.")
TOO_LONG = N_("Jeda paling lama enam bulan. Perpanjang nanti bila masih perlu.")
PAUSED_ALREADY = N_("Sudah dijeda. Akhiri jeda yang berlaku lebih dahulu.")


def pause_unit(desk: Desk, unit: ServiceUnit, until: date, reason: str) -> Pause:
    """Nobody is reminded of anything about the unit through the day `until`."""
    return _pause(desk, Pause(unit_id=unit.id), desk.today_in(unit.timezone), until, reason)


def pause_person(desk: Desk, user: User, until: date, reason: str) -> Pause:
    """This person gets no digest through the day `until`. What is told at once still reaches them."""
    return _pause(desk, Pause(user_id=user.id), desk.today_in(user.timezone), until, reason)


def _pause(desk: Desk, pause: Pause, today: date, until: date, reason: str) -> Pause:
    if not reason.strip():
        raise Refusal("reason", NO_REASON)
    if until < today:
        raise Refusal("until", PAST)
    if until > today + LONGEST:
        raise Refusal("until", TOO_LONG)
    same = in_force(today).where(
        Pause.unit_id.is_not_distinct_from(pause.unit_id), Pause.user_id.is_not_distinct_from(pause.user_id)
    )
    if desk.session.scalars(same.limit(1)).first() is not None:
        raise Refusal("until", PAUSED_ALREADY)
    pause.until, pause.reason = until, reason.strip()
    pause.paused_by_id, pause.paused_at = desk.actor.id, desk.now
    desk.add(pause)
    desk.record(Act.PAUSE_REMINDERS, pause, pause.reason)
    return pause


def end_pause(desk: Desk, pause: Pause) -> None:
    """From now on reminders go out again; ending it twice changes nothing."""
    if pause.ended_at is not None:
        return
    pause.ended_at = desk.now
    desk.record(Act.END_PAUSE, pause)


def in_force(today: date) -> Rows[Pause]:
    """Pauses that nobody ended and whose last day is not over, the first to end first."""
    return (
        sa.select(Pause)
        .where(Pause.ended_at.is_(None), Pause.until >= today)
        .order_by(Pause.until, Pause.id)
        .options(
            joinedload(Pause.unit).joinedload(ServiceUnit.agency), joinedload(Pause.user), joinedload(Pause.paused_by)
        )
    )
