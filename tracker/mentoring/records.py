"""Everything that the papers of a session say, gathered at somebody's desk."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Agency, ServiceUnit, User
from tracker.mentoring.calendars import Occasion
from tracker.mentoring.models import (
    Attendance,
    Commitment,
    Correction,
    MentoringSession,
    Participant,
    Preparation,
    SessionNote,
    SessionUnit,
)
from tracker.mentoring.papers import Person, Promise, Said, SessionRecord, UnitRecord
from tracker.mentoring.states import LABELS, Part, SessionStatus

MINISTRY = ("KEMENTERIAN PENDAYAGUNAAN APARATUR NEGARA DAN REFORMASI BIROKRASI", "DEPUTI BIDANG PELAYANAN PUBLIK")


POSTS = {Part.HOST: "Penyelenggara", Part.SPEAKER: "Narasumber"}
"""What papers call those on the host's side whose post nobody wrote down."""


def record_of(desk: Desk, session: MentoringSession) -> SessionRecord:
    """The session as its papers tell of it; of its units, those that the desk may see."""
    lines = units_of(desk, session)
    people = people_of(desk, session)
    accounts, bureaus = accounts_of(desk, people), agencies_of(desk, people)
    signer = next((each for each in people if each.part is Part.HOST), None)
    attendance = attendance_of(desk, session)
    cycle = session.cycle
    return SessionRecord(
        number=session.id,
        title=session.title,
        series=session.series,
        mode=LABELS[session.mode],
        link=session.link,
        place=session.place,
        zone=ZoneInfo(session.zone),
        host=session.host or (session.host_area.name if session.host_area else ""),
        agenda=session.agenda,
        days=tuple((day.starts_at, day.ends_at) for day in session.days),
        units=unit_records(desk, session, lines),
        bureaus=tuple(dict.fromkeys(bureau_of(each, bureaus) for each in people if each.part is Part.COORDINATOR)),
        people=tuple(as_person(each, lines, session, attendance, bureaus) for each in people),
        hosts=tuple(
            Person(each.name, each.post or POSTS[each.part], number=accounts.get(each.user_id or 0, ""))
            for each in people
            if each.part in POSTS
        ),
        conclusion=session.conclusion,
        corrections=corrections_of(desk, session),
        letter_number=session.letter_number,
        assignment_number=session.assignment_number,
        record_number=session.record_number,
        signer=signer_of(desk, session, signer),
        letterhead=MINISTRY,
        cycle=cycle.name or cycle.code if cycle else "",
    )


def units_of(desk: Desk, session: MentoringSession) -> list[SessionUnit]:
    query = sa.select(SessionUnit).filter_by(session_id=session.id).order_by(SessionUnit.position, SessionUnit.id)
    return desk.all(query.options(joinedload(SessionUnit.unit).joinedload(ServiceUnit.agency)))


def people_of(desk: Desk, session: MentoringSession) -> list[Participant]:
    """Hosts first, then speakers, units and bureaus in the order of the list, guests last; of units, those in reach."""
    order = {part: place for place, part in enumerate(Part)}
    query = sa.select(Participant).filter_by(session_id=session.id).order_by(Participant.id)
    people = desk.all(query)
    asked = {each.unit_id for each in people if each.unit_id is not None}
    reachable = set(desk.session.scalars(sa.select(ServiceUnit.id).where(ServiceUnit.id.in_(asked))))
    return sorted(
        (each for each in people if each.unit_id is None or each.unit_id in reachable),
        key=lambda each: order[each.part],
    )


def accounts_of(desk: Desk, people: Sequence[Participant]) -> dict[int, str]:
    """Employee numbers of those on the host's side, by account."""
    ids = [each.user_id for each in people if each.part in POSTS and each.user_id is not None]
    with as_machine(desk.session):
        rows = desk.session.execute(sa.select(User.id, User.nip).where(User.id.in_(ids)))
        return {id: nip for id, nip in rows if nip}


def agencies_of(desk: Desk, people: Sequence[Participant]) -> dict[int, str]:
    """The agency behind the unit that a coordinator came for, by unit."""
    ids = {each.unit_id for each in people if each.part is Part.COORDINATOR and each.unit_id is not None}
    with as_machine(desk.session):
        query = sa.select(ServiceUnit.id, Agency.name).join(Agency, Agency.id == ServiceUnit.agency_id)
        return dict(desk.session.execute(query.where(ServiceUnit.id.in_(ids))).all())


def bureau_of(each: Participant, agencies: Mapping[int, str]) -> str:
    """The organisation bureau somebody came for: as it is written down, else by the place it belongs to."""
    if each.post:
        return each.post
    agency = agencies.get(each.unit_id or 0, "")
    return f"Bagian/Biro Organisasi {agency}" if agency else each.name


def attendance_of(desk: Desk, session: MentoringSession) -> dict[tuple[int, int], bool]:
    query = sa.select(Attendance.participant_id, Attendance.day_id, Attendance.present).where(
        Attendance.session_id == session.id
    )
    return {(participant, day): present for participant, day, present in desk.session.execute(query)}


def unit_records(desk: Desk, session: MentoringSession, lines: Sequence[SessionUnit]) -> tuple[UnitRecord, ...]:
    said = said_by_unit(desk, session)
    promises: dict[int, list[Promise]] = defaultdict(list)
    query = sa.select(Commitment).filter_by(session_id=session.id).order_by(Commitment.id)
    for each in desk.all(query.options(joinedload(Commitment.aspect))):
        promises[each.unit_id].append(Promise(each.aspect.name, each.text, each.person_in_charge, each.due_on))
    return tuple(
        UnitRecord(
            line.unit.name, line.unit.agency.name, tuple(said.get(line.unit_id, ())), tuple(promises[line.unit_id])
        )
        for line in lines
    )


def said_by_unit(desk: Desk, session: MentoringSession) -> dict[int, list[Said]]:
    """Unit -> what was prepared and noted, aspect by aspect; what is about the unit as a whole comes first."""
    notes: dict[tuple[int, int | None], list[str]] = defaultdict(list)
    query = sa.select(SessionNote).filter_by(session_id=session.id).order_by(SessionNote.id)
    for note in desk.all(query):
        if note.text.strip():
            notes[note.unit_id, note.aspect_id].append(note.text.strip())
    prepared = {
        (each.unit_id, each.aspect_id): each
        for each in desk.all(sa.select(Preparation).filter_by(session_id=session.id))
    }
    aspects = session.cycle.instrument.aspects if session.cycle else []
    units = {unit_id for unit_id, _ in (*notes, *prepared)}
    told: dict[int, list[Said]] = {}
    for unit_id in units:
        told[unit_id] = [Said("", notes=tuple(notes[unit_id, None]))] if notes.get((unit_id, None)) else []
        for aspect in aspects:
            brought, said = prepared.get((unit_id, aspect.id)), tuple(notes.get((unit_id, aspect.id), ()))
            if brought or said:
                told[unit_id].append(
                    Said(
                        aspect.name,
                        brought.activity if brought else "",
                        brought.obstacle if brought else "",
                        brought.plan if brought else "",
                        said,
                    )
                )
    return told


def as_person(
    each: Participant,
    lines: Sequence[SessionUnit],
    session: MentoringSession,
    attendance: dict[tuple[int, int], bool],
    agencies: Mapping[int, str],
) -> Person:
    bodies = {line.unit_id: f"{line.unit.name}, {line.unit.agency.name}" for line in lines}
    is_bureau = each.part is Part.COORDINATOR
    body = bureau_of(each, agencies) if is_bureau else bodies.get(each.unit_id or 0, "")
    return Person(
        name=each.delegate or each.name,
        post="" if is_bureau else each.post or POSTS.get(each.part, ""),
        body=body or session.host,
        present=tuple(attendance.get((each.id, day.id)) for day in session.days),
    )


def corrections_of(desk: Desk, session: MentoringSession) -> tuple[tuple[str, str, str, date], ...]:
    query = sa.select(Correction).filter_by(session_id=session.id).order_by(Correction.id)
    with as_machine(desk.session):
        rows = desk.all(query.options(joinedload(Correction.author)))
        return tuple(
            (each.text, each.reason, each.author.name if each.author else "", each.at.astimezone(desk.zone).date())
            for each in rows
        )


def signer_of(desk: Desk, session: MentoringSession, host: Participant | None) -> Person | None:
    """Who signs: the host, else whoever closed or planned the session."""
    if host is not None and host.user_id is None:
        return Person(host.name, host.post)
    user_id = (host.user_id if host else None) or session.closed_by_id or session.planned_by_id
    if user_id is None:
        return None
    with as_machine(desk.session):
        user = desk.session.scalar(sa.select(User).filter_by(id=user_id))
        return Person(user.name, (host.post if host else "") or "Asisten Deputi", number=user.nip) if user else None


def occasion_of(session: MentoringSession, address: str = "", organiser_email: str = "") -> Occasion:
    """The session as calendars read it."""
    return Occasion(
        uid=session.uid,
        sequence=session.sequence,
        title=session.title,
        zone=ZoneInfo(session.zone),
        days=tuple((str(day.id), day.starts_at, day.ends_at) for day in session.days),
        changed_at=session.closed_at or session.planned_at,
        description=session.agenda,
        place=" / ".join(part for part in (session.place, session.link) if part),
        address=address,
        organiser=session.host,
        organiser_email=organiser_email,
        is_cancelled=session.status is SessionStatus.CANCELLED,
    )


def session_numbered(desk: Desk, number: int) -> MentoringSession:
    """NotFound for one that does not exist or is out of reach."""
    return desk.find(MentoringSession, number, to=Act.VIEW_SESSIONS)
