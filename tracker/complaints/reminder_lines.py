"""Reminders about complaints as their reader finds them at the moment of sending: how many, until when, and where."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.states import BallHolder, Clock
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.directory.queries import calendar_at
from tracker.kit import formats
from tracker.kit.db import BATCH
from tracker.kit.words import N_
from tracker.reminders.models import Reminder
from tracker.reminders.rules import DUE_TODAY, OVERDUE, THIS_WEEK, TO_DO, WEEK, Line, Skip

NOWHERE = "Asia/Jakarta"
SETTLED = N_("Pengaduan dengan batas waktu itu sudah ditangani, atau tidak lagi menunggu penerima.")
NOT_LATE = N_("Pengaduan dengan batas waktu itu tidak lagi terlambat.")
AGENCY, UNIT = Agency.__name__, ServiceUnit.__name__
HELD = (BallHolder.LIAISON, BallHolder.HANDLER)


@dataclass(frozen=True, slots=True)
class Waiting:
    id: int
    unit_id: int
    agency_id: int
    clock: Clock
    holder: BallHolder
    day: date
    left: int
    """Working days until its last day; negative once it is over."""


def lines_of(desk: Desk, clock: Clock, reminders: Sequence[Reminder], long_late: str) -> Mapping[int, Line | Skip]:
    """What of it still waits for this very reader. `long_late` is the step that tells of all that is long late."""
    found = [each for each in waiting(desk, reminders, theirs(desk)) if each.clock is clock]
    names = names_of(desk, reminders)
    lines: dict[int, Line | Skip] = {}
    for row in reminders:
        about = [each for each in found if is_about(each, row)]
        if row.step == long_late:
            meant = [each for each in about if each.left <= -int(long_late[2:])]
        else:
            meant = [each for each in about if each.day == row.due_on]
        lines[row.id] = line(meant, clock, names[row.subject_type, row.subject_id]) if meant else Skip(SETTLED)
    return lines


def lines_upward(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    """What is late below, by unit, and with whom it lies."""
    found, names = list(waiting(desk, reminders, sa.true())), names_of(desk, reminders)
    lines: dict[int, Line | Skip] = {}
    for row in reminders:
        meant = [each for each in found if is_about(each, row) and each.day == row.due_on and each.left < 0]
        lines[row.id] = late_line(meant, names[row.subject_type, row.subject_id]) if meant else Skip(NOT_LATE)
    return lines


def theirs(desk: Desk) -> sa.ColumnElement[bool]:
    """What this reader may do something about: as complaint officer, as who it is assigned to, or as an officer of the
    unit it was given to."""
    c = Complaint
    verifies = desk.where_may(Act.VERIFY_COMPLAINT, c.unit_id, c.area_id)
    handles = desk.where_may(Act.RESPOND_COMPLAINT, c.unit_id, c.area_id)
    coordinates = desk.where_may(Act.INVITE_OFFICER, c.unit_id, c.area_id)
    return sa.or_(
        verifies,
        c.assignee_id == desk.actor.id,
        sa.and_(handles, c.assignee_id.is_(None), c.holder == BallHolder.HANDLER, ~c.is_confidential),
        sa.and_(coordinates, c.holder == BallHolder.LIAISON),
    )


def waiting(desk: Desk, reminders: Sequence[Reminder], which: sa.ColumnElement[bool]) -> Iterable[Waiting]:
    """Open complaints of the places that the reminders are about, as far as this desk sees them."""
    c = Complaint
    for column, kind in ((c.agency_id, AGENCY), (c.unit_id, UNIT)):
        ids = sorted({row.subject_id for row in reminders if row.subject_type == kind})
        for start in range(0, len(ids), BATCH):
            query = (
                sa.select(c.id, c.unit_id, c.agency_id, c.due_clock, c.due_at, c.holder, Region.code, Region.timezone)
                .join(ServiceUnit, ServiceUnit.id == c.unit_id)
                .outerjoin(Region, Region.id == ServiceUnit.region_id)
                .where(column.in_(ids[start : start + BATCH]), c.is_open, c.due_at.is_not(None), c.holder.in_(HELD))
                .where(which)
            )
            yield from (of_row(desk, row) for row in desk.session.execute(query))


def of_row(desk: Desk, row: Any) -> Waiting:
    zone = row.timezone or NOWHERE
    day = row.due_at.astimezone(ZoneInfo(zone)).date()
    left = calendar_at(desk.session, row.code or "").until(desk.today_in(zone), day)
    return Waiting(row.id, row.unit_id, row.agency_id, row.due_clock, row.holder, day, left)


def is_about(each: Waiting, row: Reminder) -> bool:
    if row.subject_type == AGENCY:
        return each.agency_id == row.subject_id and each.holder is BallHolder.LIAISON
    return each.unit_id == row.subject_id


def names_of(desk: Desk, reminders: Sequence[Reminder]) -> Mapping[tuple[str, int], str]:
    names: dict[tuple[str, int], str] = defaultdict(str)
    ids = {kind: sorted({row.subject_id for row in reminders if row.subject_type == kind}) for kind in (AGENCY, UNIT)}
    for agency_id, name in desk.session.execute(sa.select(Agency.id, Agency.name).where(Agency.id.in_(ids[AGENCY]))):
        names[AGENCY, agency_id] = name
    of_units = sa.select(ServiceUnit).where(ServiceUnit.id.in_(ids[UNIT]))
    for unit in desk.all(of_units.options(joinedload(ServiceUnit.agency), joinedload(ServiceUnit.region))):
        names[UNIT, unit.id] = unit.full_name
    return names


def line(meant: Sequence[Waiting], clock: Clock, place: str) -> Line:
    """ "Verifikasi: 3 pengaduan, paling lambat Senin, 4 Mei 2020 · Pemerintah Kota Tual"."""
    first = min(meant, key=lambda each: each.left)
    what, said, left = formats.label(clock), formats.weekday_and_date(first.day), first.left
    told = {"what": what, "day": said, "place": place}
    if left < 0:
        text = ngettext(
            "%(what)s: %(num)s pengaduan lewat batas waktu sejak %(day)s · %(place)s",
            "%(what)s: %(num)s pengaduan lewat batas waktu sejak %(day)s · %(place)s",
            len(meant),
            **told,
        )
    else:
        text = ngettext(
            "%(what)s: %(num)s pengaduan, paling lambat %(day)s · %(place)s",
            "%(what)s: %(num)s pengaduan, paling lambat %(day)s · %(place)s",
            len(meant),
            **told,
        )
    return Line(str(text), path(meant), group_of(left), (left, first.id), str(first.unit_id))


def group_of(left: int) -> str:
    if left < 0:
        return OVERDUE
    return DUE_TODAY if left == 0 else THIS_WEEK if left <= WEEK else TO_DO


def late_line(meant: Sequence[Waiting], place: str) -> Line:
    """ "Disdukcapil, Kota Tual · 2 pengaduan terlambat 7 hari kerja · pada Unit penangan"."""
    holders = ", ".join(sorted({formats.label(each.holder) for each in meant}))
    late = -min(each.left for each in meant)
    said = ngettext("%(num)s pengaduan", "%(num)s pengaduan", len(meant))
    text = _(
        "%(place)s · %(said)s terlambat %(days)s hari kerja · pada %(holders)s",
        place=place, said=said, days=late, holders=holders,
    )  # fmt: skip
    return Line(str(text), path(meant), order=(-late, meant[0].id), unit=str(meant[0].unit_id))


def path(meant: Sequence[Waiting]) -> str:
    return f"/pengaduan/{meant[0].id}" if len(meant) == 1 else "/pengaduan"
