"""Planning a session: when, where, for which units, and what stands in the way."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.settings import setting
from tracker.directory.models import ServiceUnit
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove
from tracker.mentoring.models import (
    Commitment,
    MentoringSession,
    Participant,
    Preparation,
    SessionDay,
    SessionNote,
    SessionUnit,
)
from tracker.mentoring.noting import tell_the_rest
from tracker.mentoring.states import Mode, Part, SessionStatus

NO_TITLE = N_("Tulis judul sesi.")
NO_DAY = N_("Isi sedikitnya satu hari, dengan jam mulai dan jam selesai.")
BACKWARDS = N_("Jam selesai harus sesudah jam mulai.")
OVERLAP = N_("Dua hari sesi bertumpang tindih. Periksa tanggal dan jamnya.")
TOO_LONG = N_("Satu hari sesi paling lama 24 jam. Untuk beberapa hari, tambahkan hari.")
NO_LINK = N_("Sesi daring memerlukan tautan; sesi luring memerlukan tempat.")
OUT_OF_REACH = N_("Sebagian unit di luar lingkup Anda atau tidak ada lagi. Pilih ulang.")
TOO_MANY = N_("Paling banyak %(most)s unit per sesi; pilihan ini memuat %(count)s. Bagi menjadi beberapa sesi.")
NO_REASON = N_("Tulis alasannya; peserta akan membacanya.")
NO_UNITS = N_("Pilih sedikitnya satu unit sebelum mengundang.")
NOTED_ALREADY = N_("Unit yang sudah mempunyai catatan, persiapan, atau komitmen tidak dapat dikeluarkan dari sesi.")


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """A session as it is planned. `days` are aware instants; `zone` is the one in which they were written."""

    title: str
    mode: Mode
    days: tuple[tuple[datetime, datetime], ...]
    cycle_id: int
    zone: str = "Asia/Jakarta"
    series: str = ""
    link: str = ""
    place: str = ""
    host_area_id: int | None = None
    host: str = ""
    agenda: str = ""
    speakers: tuple[str, ...] = ()
    letter_number: str = ""
    assignment_number: str = ""


def plan_session(desk: Desk, plan: SessionPlan) -> MentoringSession:
    check(plan)
    session = desk.add(
        MentoringSession(
            title="",
            mode=plan.mode,
            uid=f"{secrets.token_hex(12)}@tuntas",
            planned_by_id=desk.actor.id,
            planned_at=desk.now,
            starts_at=plan.days[0][0],
            ends_at=plan.days[-1][1],
        )
    )
    write(desk, session, plan)
    desk.record(Act.PLAN_SESSION, session)
    return session


def edit_session(desk: Desk, session: MentoringSession, plan: SessionPlan, reason: str = "") -> None:
    """Change it. What invitees' calendars show raises the sequence, so that they learn of it."""
    if not session.can(Act.EDIT_SESSION):
        raise IllegalMove(Act.EDIT_SESSION, session.status)
    check(plan)
    before = shown_in_calendars(session)
    write(desk, session, plan)
    if session.status is not SessionStatus.DRAFT and shown_in_calendars(session) != before:
        session.sequence += 1
    desk.record(Act.EDIT_SESSION, session, reason)


def choose_units(desk: Desk, session: MentoringSession, unit_ids: Sequence[int]) -> None:
    """Exactly these units take part, in this order. What somebody wrote about a unit keeps it in."""
    if not session.can(Act.CHOOSE_UNITS):
        raise IllegalMove(Act.CHOOSE_UNITS, session.status)
    asked = list(dict.fromkeys(unit_ids))
    most = setting(desk.session, "session_units")
    if len(asked) > most:
        raise Refusal("units", TOO_MANY, most=most, count=len(asked))
    reachable = set(
        desk.session.scalars(
            sa.select(ServiceUnit.id).where(ServiceUnit.id.in_(asked), desk.units_for(Act.CHOOSE_UNITS))
        )
    )
    present = {line.unit_id: line for line in session.units}
    if set(asked) - reachable - set(present):
        raise Refusal("units", OUT_OF_REACH)
    removed = [line for unit_id, line in present.items() if unit_id not in asked]
    if has_something(desk, session, [line.unit_id for line in removed]):
        raise Refusal("units", NOTED_ALREADY)
    for line in removed:
        desk.session.delete(line)
    for position, unit_id in enumerate(asked, start=1):
        if unit_id in present:
            present[unit_id].position = position
        else:
            session.units.append(SessionUnit(unit_id=unit_id, position=position))
    read_anew(desk, session, "units")
    desk.record(Act.CHOOSE_UNITS, session)


def cancel_session(desk: Desk, session: MentoringSession, reason: str) -> None:
    if not reason.strip():
        raise Refusal("reason", NO_REASON)
    session.move(Act.CANCEL_SESSION)
    session.cancelled_reason = reason.strip()
    session.sequence += 1
    tell_the_rest(desk, session, Act.CANCEL_SESSION)
    desk.record(Act.CANCEL_SESSION, session, reason.strip())


def copy_session(desk: Desk, session: MentoringSession, plan: SessionPlan) -> MentoringSession:
    """Another session like it, with the same units as far as they are in reach."""
    made = plan_session(desk, plan)
    made.copied_from_id = session.id
    units = sa.select(ServiceUnit.id).where(
        ServiceUnit.id.in_([line.unit_id for line in session.units]), desk.units_for(Act.CHOOSE_UNITS)
    )
    reachable = set(desk.session.scalars(units))
    choose_units(desk, made, [line.unit_id for line in session.units if line.unit_id in reachable])
    return made


def check(plan: SessionPlan) -> None:
    if not plan.title.strip():
        raise Refusal("title", NO_TITLE)
    if not plan.days:
        raise Refusal("days", NO_DAY)
    for start, end in plan.days:
        if end <= start:
            raise Refusal("days", BACKWARDS)
        if (end - start).days >= 1:
            raise Refusal("days", TOO_LONG)
    ordered = sorted(plan.days)
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise Refusal("days", OVERLAP)
    needs_link, needs_place = plan.mode is not Mode.ON_SITE, plan.mode is not Mode.ONLINE
    if (needs_link and not plan.link.strip()) or (needs_place and not plan.place.strip()):
        raise Refusal("link" if needs_link and not plan.link.strip() else "place", NO_LINK)


def write(desk: Desk, session: MentoringSession, plan: SessionPlan) -> None:
    days = sorted(plan.days)
    session.title, session.series, session.mode = plan.title.strip(), plan.series.strip(), plan.mode
    session.link, session.place, session.zone = plan.link.strip(), plan.place.strip(), str(ZoneInfo(plan.zone))
    session.host_area_id, session.host, session.agenda = plan.host_area_id, plan.host.strip(), plan.agenda.strip()
    session.cycle_id = plan.cycle_id
    session.letter_number, session.assignment_number = plan.letter_number.strip(), plan.assignment_number.strip()
    session.starts_at, session.ends_at = days[0][0], days[-1][1]
    write_days(desk, session, days)
    write_speakers(desk, session, plan.speakers)


def write_days(desk: Desk, session: MentoringSession, days: Sequence[tuple[datetime, datetime]]) -> None:
    """A day that was moved stays the same day, so that calendars move it and attendance keeps hanging on it."""
    present = list(session.days)
    for day, (start, end) in zip(present, days, strict=False):
        day.starts_at, day.ends_at = start, end
    for start, end in days[len(present) :]:
        session.days.append(SessionDay(starts_at=start, ends_at=end))
    for day in present[len(days) :]:
        desk.session.delete(day)
    read_anew(desk, session, "days")


def read_anew(desk: Desk, session: MentoringSession, parts: str) -> None:
    """The parts as they now stand, in their order."""
    desk.session.flush()
    desk.session.expire(session, [parts])


def write_speakers(desk: Desk, session: MentoringSession, names: Sequence[str]) -> None:
    """Speakers are named in the plan; those with an account are invited like everybody else."""
    asked = [name.strip() for name in names if name.strip()]
    desk.session.flush()
    query = sa.select(Participant).where(Participant.session_id == session.id, Participant.part == Part.SPEAKER)
    present = {speaker.name: speaker for speaker in desk.all(query)}
    for name, speaker in present.items():
        if name not in asked:
            desk.session.delete(speaker)
    for name in dict.fromkeys(asked):
        if name not in present:
            desk.add(Participant(session=session, name=name, part=Part.SPEAKER))


def shown_in_calendars(session: MentoringSession) -> tuple[object, ...]:
    days = tuple((day.starts_at, day.ends_at) for day in session.days)
    return (session.title, session.link, session.place, session.zone, session.agenda, days)


def has_something(desk: Desk, session: MentoringSession, unit_ids: Sequence[int]) -> bool:
    """Is anything written about one of these units in this session?"""
    if not unit_ids:
        return False
    kinds: tuple[type[Commitment | Preparation | SessionNote], ...] = (Commitment, Preparation, SessionNote)
    return any(
        desk.session.scalar(
            sa.select(kind.id).where(kind.session_id == session.id, kind.unit_id.in_(unit_ids)).limit(1)
        )
        for kind in kinds
    )
