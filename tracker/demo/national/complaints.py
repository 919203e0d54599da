"""Complaints of three years: sealed words, stations that agree with the clocks, and a voice for every agency."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.identity import Identity, row_of
from tracker.complaints.marks import NAME, search_key
from tracker.complaints.models import Complainant, Complaint, ComplaintNote, ComplaintWords, SealedSecret
from tracker.complaints.rules import STANDARD, Course, Due, due
from tracker.complaints.searching import index_words
from tracker.complaints.states import (
    OVER,
    Classification,
    ComplaintSource,
    ComplaintStatus,
    NoteKind,
    holder_of,
)
from tracker.demo.national.complaint_words import NAMES, Matter, drawn_matter, told
from tracker.demo.national.people import People
from tracker.demo.national.places import Place
from tracker.demo.national.size import Size
from tracker.demo.national.work import calendar_of
from tracker.demo.national.writer import Writer
from tracker.directory.models import Membership, User
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.kit.bulk import insert_all
from tracker.kit.db import Model

S = ComplaintStatus
YEARS = 3
A_WRITE = 2000
RAHASIA, ANONIM, NAMED = 0.06, 0.12, 0.7
C = Classification
CLASSES = (C.ORDINARY,) * 7 + (C.INFORMATION,) * 2 + (C.SUGGESTION, C.OVERSIGHT)
SOURCES = (ComplaintSource.LAPOR,) * 17 + (ComplaintSource.COUNTER, ComplaintSource.LETTER, ComplaintSource.TELEPHONE)
LONG_AGO = (S.CLOSED,) * 88 + (S.ARCHIVED,) * 6 + (S.FORWARDED,) * 4 + (S.IN_PROGRESS, S.RESPONDED)
LATELY = (
    (S.NEW,) * 18 + (S.VERIFIED,) * 8 + (S.ASSIGNED,) * 16 + (S.IN_PROGRESS,) * 24 + (S.WAITING_CITIZEN,) * 4
    + (S.ON_HOLD,) * 4 + (S.RESPONDED,) * 10 + (S.CLOSED,) * 14 + (S.FORWARDED,)
)  # fmt: skip
RECENT, LATE_SHARE = timedelta(days=60), 0.1
"""More are heard of lately, so that there is work."""
ANSWERED = (S.RESPONDED, S.CLOSED)


@dataclass(frozen=True, slots=True)
class Stations:
    received: datetime
    verified: datetime | None
    assigned: datetime | None
    answered: datetime | None
    over: datetime | None

    @property
    def last(self) -> datetime:
        return self.over or self.answered or self.assigned or self.verified or self.received


def write_complaints(
    desk: Desk,
    writer: Writer,
    places: list[Place],
    people: People,
    size: Size,
    password_hash: str,
    tell: Callable[[str], None],
) -> None:
    """So many of them, a batch a write; each agency has a complaint officer. Named `gen-pengaduan-1` …"""
    if not size.complaints:
        return
    chance = Random(size.seed + 7)  # noqa: S311 - the same seed must give the same complaints
    officers = write_officers(writer, chance, people, size, password_hash)
    made = chance.randbytes(32).hex()
    insert_all(writer.connection, SealedSecret.__tablename__, list(SealedSecret.__table__.columns), [(NAME, made)])
    key = search_key(desk.session)
    rows = drawn(writer, chance, places, people, officers, size, key)
    written = 0
    while some := list(islice(rows, A_WRITE)):
        writer.write()
        write_words(desk, writer, some)
        written += len(some)
        if written % (A_WRITE * 10) == 0:
            tell(f"{written:,} complaints")


def write_officers(writer: Writer, chance: Random, people: People, size: Size, password_hash: str) -> dict[int, int]:
    """Agency -> its complaint officer; they share the password of the others."""
    found: dict[int, int] = {}
    start = size.day - timedelta(days=365 * YEARS)
    for n, agency_id in enumerate(people.coordinators, start=1):
        name = chance.choice(NAMES)
        user_id = writer.add(User, username=f"gen-pengaduan-{n}", name=name, password_hash=password_hash, is_demo=True)
        writer.add(Membership, user_id=user_id, role=Role.COMPLAINT_OFFICER, agency_id=agency_id, valid_from=start)
        found[agency_id] = user_id
    writer.write()
    return found


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in a complaint, and by whom: sealed, in tables of their own."""

    complaint_id: int
    unit_id: int
    title: str
    body: str
    identity: dict[str, Any] | None


def drawn(
    writer: Writer,
    chance: Random,
    places: Sequence[Place],
    people: People,
    officers: dict[int, int],
    size: Size,
    key: bytes,
) -> Iterator[Said]:
    """Put the rows of the cases down with the writer; what is to be sealed comes back. Some units hear much more."""
    crowd = list(places)
    chance.shuffle(crowd)
    for n in range(size.complaints):
        place = crowd[int(len(crowd) * chance.random() ** 2)]
        matter = drawn_matter(chance)
        values = case(chance, place, people.officers.get(place.unit_id), matter, size, 5_000_000 + n)
        complaint_id = writer.add(Complaint, **values)
        write_notes(writer, complaint_id, values, officers[place.agency_id], matter)
        write_history(writer, complaint_id, values, officers[place.agency_id])
        title, body = told(chance, matter, place.unit, values["place"])
        named = not values["is_anonymous"] and values["identity_removed_at"] is None and chance.random() < NAMED
        identity = row_of(key, complaint_id, place.unit_id, drawn_identity(chance, n)) if named else None
        yield Said(complaint_id, place.unit_id, title, body, identity)


def case(chance: Random, place: Place, officer: int | None, matter: Matter, size: Size, number: int) -> dict[str, Any]:
    span = RECENT if chance.random() < LATE_SHARE else timedelta(days=365 * YEARS)
    received = size.now - timedelta(minutes=chance.randrange(60, span // timedelta(minutes=1)))
    status = chance.choice(LATELY if size.now - received < RECENT else LONG_AGO)
    stations = drawn_stations(chance, received, status, size.now)
    classification = None if status is S.NEW else chance.choice(CLASSES)
    stopped = chance.randrange(0, 8) if chance.random() < 0.1 and status is S.IN_PROGRESS else 0
    found = clocks(place, status, stations, classification, stopped)
    source, removed = chance.choice(SOURCES), stations.over is not None and size.now - stations.over > timedelta(365)
    holder = holder_of(status)
    return {
        "unit_id": place.unit_id, "agency_id": place.agency_id, "area_id": place.area_id,
        "source": source, "tracking_id": str(number) if source is ComplaintSource.LAPOR else None,
        "channel": chance.choice(("Website", "Android", "SMS 1708")) if source is ComplaintSource.LAPOR else "",
        "is_confidential": chance.random() < RAHASIA, "is_anonymous": chance.random() < ANONIM,
        "classification": classification, "topic": matter.topic, "service": matter.service,
        "aspect_code": None if status is S.NEW else matter.aspect, "place": place.agency.removeprefix("Pemerintah "),
        "received_at": received, "status": status, "is_open": status not in OVER, "holder": holder,
        "holder_since": stations.last, "days_handler": chance.randrange(0, 12) if stations.answered else 0,
        "days_stopped": stopped, "days_others": stopped, "due_at": found.next and found.next[1],
        "due_clock": found.next and found.next[0], "verification_due_at": found.verification,
        "answer_due_at": found.answer, "completion_due_at": found.completion, "verified_at": stations.verified,
        "assigned_at": stations.assigned, "assignee_id": officer if stations.assigned else None,
        "first_answered_at": stations.answered, "responded_at": stations.answered, "closed_at": stations.over,
        "identity_removed_at": stations.over + timedelta(366) if removed and stations.over else None,
    }  # fmt: skip


def drawn_stations(chance: Random, received: datetime, status: S, now: datetime) -> Stations:
    """Each some hours or days after the one before, and none of them to come."""

    def after(at: datetime, most: int) -> datetime:
        return min(at + timedelta(hours=chance.randrange(1, most)), now)

    verified = None if status is S.NEW else after(received, 90)
    assigned = after(verified, 60) if verified and status not in (S.VERIFIED, S.FORWARDED, S.ARCHIVED) else None
    answered = after(assigned, 400) if assigned and status in ANSWERED else None
    over = after(answered or verified or received, 350) if status in OVER else None
    return Stations(received, verified, assigned, answered, over)


def clocks(place: Place, status: S, stations: Stations, classification: Classification | None, stopped: int) -> Due:
    if status in OVER:
        return Due()
    course = Course(
        status, stations.received, stations.verified, stations.assigned, stations.answered, stations.answered,
        classification=classification, days_stopped=stopped, days_stopped_before_answer=stopped,
    )  # fmt: skip
    codes = (place.region_code[:2], place.region_code) if place.region_code else ()
    return due(course, STANDARD, calendar_of(codes), zone_of(place.timezone))


zone_of = cache(ZoneInfo)


def drawn_identity(chance: Random, n: int) -> Identity:
    name = chance.choice(NAMES)
    return Identity(name, f"+62 813 {1000 + n % 9000} {1000 + n // 9000}", f"warga{n}@contoh.example")


def write_notes(writer: Writer, complaint_id: int, values: dict[str, Any], officer: int, matter: Matter) -> None:
    part = {"complaint_id": complaint_id, "unit_id": values["unit_id"]}
    if values["assigned_at"] is not None:
        text = f"Mohon ditindaklanjuti: {matter.topic.lower()}."
        writer.add(
            ComplaintNote, kind=NoteKind.DISPOSITION, text=text, at=values["assigned_at"], author_id=officer, **part
        )
    if values["responded_at"] is not None:
        author = values["assignee_id"] or officer
        writer.add(
            ComplaintNote, kind=NoteKind.ANSWER, text=matter.answer, at=values["responded_at"], author_id=author, **part
        )


def write_history(writer: Writer, complaint_id: int, values: dict[str, Any], officer: int) -> None:
    """How it came in, and where it stands."""
    subject = {"subject_type": "Complaint", "subject_id": complaint_id, "unit_id": values["unit_id"]}
    name = "Pejabat penghubung (data buatan)"
    who = {"actor_id": officer, "actor_name": name}
    new = {"status": [None, S.NEW.value]}
    writer.add(Event, at=values["received_at"], act=Act.IMPORT_COMPLAINTS.value, changes=new, **who, **subject)
    if values["status"] is not S.NEW:
        moved = {"status": [S.NEW.value, values["status"].value]}
        act = Act.CLOSE_COMPLAINT if values["status"] is S.CLOSED else Act.VERIFY_COMPLAINT
        writer.add(Event, at=values["holder_since"], act=act.value, changes=moved, **who, **subject)


def write_words(desk: Desk, writer: Writer, some: Sequence[Said]) -> None:
    """The sealed tables, and the marks by which words are found."""
    texts = [{"complaint_id": s.complaint_id, "unit_id": s.unit_id, "title": s.title, "body": s.body} for s in some]
    put(writer, ComplaintWords, texts)
    put(writer, Complainant, [said.identity for said in some if said.identity is not None])
    index_words(desk, [(said.complaint_id, said.title, said.body) for said in some])


def put(writer: Writer, kind: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    table = Model.metadata.tables[kind.__tablename__]
    writer.counts[table.name] += len(rows)
    insert_all(
        writer.connection, table.name, list(table.columns), ([row[c.name] for c in table.columns] for row in rows)
    )
