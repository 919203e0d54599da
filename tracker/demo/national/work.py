"""Follow-ups with their actions, evidence, receipts and decisions, each as its state demands."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tracker.demo.national.course import Course
from tracker.demo.national.history import write_history
from tracker.demo.national.meetings import Held, write_promise
from tracker.demo.national.results import Said, Sent
from tracker.demo.national.size import midday
from tracker.demo.national.writer import Writer
from tracker.followups.models import CorrectiveAction, Evidence, FollowUp, Submission, Verification
from tracker.followups.rules import due_at
from tracker.followups.states import (
    Decision,
    EvidenceKind,
    FollowUpStatus,
    HoldKind,
    holder_of,
)
from tracker.kit.holidays_id import calendar_for

S = FollowUpStatus
ACTIONS, ONE_MORE = 3, 0.19
"""What has begun has three actions or four, so that with those not yet begun there are three on the average."""
HANDED_IN = (S.SUBMITTED, S.AWAITING_CONFIRMATION, S.ACCEPTED, S.RETURNED)
DONE = (
    "Rapat koordinasi dengan bagian organisasi dan pembagian tugas", "Penyusunan rancangan keputusan kepala dinas",
    "Pemasangan papan informasi dan maklumat pelayanan di ruang tunggu", "Pelatihan petugas loket selama dua hari",
    "Pemutakhiran data pada aplikasi dan media sosial", "Penyediaan kursi roda dan jalur landai di pintu masuk",
    "Survei kepada pengguna layanan dan pengolahan hasilnya", "Uji coba sistem antrean di loket satu dan dua",
)  # fmt: skip
OBSTACLES = (
    "",
    "",
    "",
    "Anggaran perubahan belum disahkan",
    "Petugas teknis hanya satu orang",
    "Jaringan tidak stabil",
)
WORK = ("Susun dan tetapkan dokumennya", "Laksanakan dan dokumentasikan hasilnya")


def write_work(
    writer: Writer, chance: Random, sent: Sent, said: Said, numbers: Iterator[int], promised: Held | None = None
) -> None:
    """All follow-ups on one recommendation; the first of them comes from a session, where one is given."""
    for turn, status in enumerate(said.fate.statuses):
        course = drawn_course(chance, sent, status)
        values = follow_up_values(chance, sent, said, status, course)
        title = f"{WORK[turn % len(WORK)]}: {said.topic.name}"
        held = promised if turn == 0 else None
        values["from_commitment"] = held is not None
        follow_up_id = writer.add(FollowUp, title=title, expected_evidence=said.topic.evidence, **values)
        if held is not None:
            work = (follow_up_id, title, course.due_on)
            write_promise(writer, held, sent.place.unit_id, said.topic.aspect_id, said.id, work)
        last, steps = values["logged_percent"], len(course.actions)
        action_ids = [
            write_action(writer, chance, sent, follow_up_id, at, last * step // steps)
            for step, at in enumerate(course.actions, start=1)
        ]
        if status in HANDED_IN:
            write_submission(writer, sent, follow_up_id, action_ids[-1], values, course, next(numbers))
        if sent.round.is_current:
            write_history(writer, sent, follow_up_id, title, status, course)


def drawn_course(chance: Random, sent: Sent, status: FollowUpStatus) -> Course:
    """Given out in the weeks after the letter, worked on until now or until the round was over."""
    assigned = midday(sent.round.letter_on + timedelta(days=chance.randrange(7, 40)))
    end = midday(sent.round.until)
    number = 0 if status is S.ASSIGNED else ACTIONS + (chance.random() < ONE_MORE)
    steps = sorted(chance.random() for _ in range(number))
    last = assigned + (end - assigned) * 0.85
    actions = tuple(assigned + (last - assigned) * step for step in steps)
    submitted = (actions[-1] if actions else assigned) + timedelta(hours=chance.randrange(1, 60))
    decided = min(submitted + timedelta(days=chance.randrange(1, 14)), end - timedelta(hours=1))
    return Course(assigned, assigned.date() + timedelta(days=chance.randrange(30, 150)), actions, submitted, decided)


def follow_up_values(chance: Random, sent: Sent, said: Said, status: FollowUpStatus, course: Course) -> dict[str, Any]:
    place, people = sent.place, sent.people
    hold = HoldKind.BUDGET if status is S.ON_HOLD else None
    holder = holder_of(status, hold)
    officer = people.officers.get(place.unit_id)
    handed_in = status in HANDED_IN
    logged = 0 if status is S.ASSIGNED else 100 if handed_in else chance.choice((10, 25, 40, 50, 60, 75, 90))
    verifier = people.assistants[place.area_id]
    return {
        "recommendation_id": said.id,
        "unit_id": place.unit_id,
        "cycle_id": sent.cycle_id,
        "area_id": place.area_id,
        "weight": chance.choice((1, 1, 1, 2)),
        "person_in_charge_id": officer,
        "status": status,
        "is_open": holder is not None,
        "holder": holder,
        "holder_since": since(status, course),
        "original_due_on": course.due_on,
        "due_on": course.due_on,
        "due_at": due(course.due_on, place.timezone, place.region_code),
        "logged_percent": 99 if status is S.RETURNED else logged,
        "confirmed_percent": chance.choice((0, 25, 50, 75)) if status is S.RETURNED else 0,
        "assigned_at": course.assigned,
        "assigned_by_id": verifier,
        "last_action_at": course.actions[-1] if course.actions else None,
        "submitted_by_id": officer if handed_in else None,
        "submitted_at": course.submitted if handed_in else None,
        "opened_at": course.decided if status in (S.ACCEPTED, S.RETURNED) else None,
        "returned_at": course.decided if status is S.RETURNED else None,
        "accepted_by_id": verifier if status is S.ACCEPTED else None,
        "accepted_at": course.decided if status is S.ACCEPTED else None,
        "hold_kind": hold,
        "hold_fiscal_year": sent.round.opening_on.year + 1 if hold else None,
        "hold_reason": "Menunggu anggaran tahun berikutnya" if hold else "",
    }


def since(status: FollowUpStatus, course: Course) -> datetime:
    if status in (S.SUBMITTED, S.AWAITING_CONFIRMATION):
        return course.submitted
    return course.decided if status in (S.RETURNED, S.ACCEPTED) else course.assigned


@cache
def due(day: date, timezone: str, region_code: str) -> datetime:
    """As the site computes it, over the seeded calendar of the place."""
    codes = (region_code[:2], region_code) if region_code else ()
    return due_at(day, ZoneInfo(timezone), 0, calendar_of(codes))


calendar_of = lru_cache(maxsize=None)(lambda codes: calendar_for((), codes))


def write_action(writer: Writer, chance: Random, sent: Sent, follow_up_id: int, at: datetime, percent: int) -> int:
    return writer.add(
        CorrectiveAction,
        follow_up_id=follow_up_id,
        unit_id=sent.place.unit_id,
        done_on=at.date(),
        text=chance.choice(DONE),
        claimed_percent=percent,
        obstacle=chance.choice(OBSTACLES),
        logged_by_id=sent.people.officers.get(sent.place.unit_id),
        logged_at=at,
    )


def write_submission(
    writer: Writer, sent: Sent, follow_up_id: int, action_id: int, values: dict[str, Any], course: Course, number: int
) -> None:
    """The evidence is a link: nothing has to lie in the folder of files."""
    part: dict[str, Any] = {"follow_up_id": follow_up_id, "unit_id": sent.place.unit_id}
    officer, at = values["submitted_by_id"], course.submitted
    name = "Dokumen pendukung (contoh)"
    link = {"kind": EvidenceKind.LINK, "name": name, "url": f"https://contoh.example/bukti/{follow_up_id}"}
    evidence_id = writer.add(Evidence, action_id=action_id, uploaded_at=at, uploaded_by_id=officer, **link, **part)
    shown = {"id": evidence_id, "kind": "link", "name": name, "url": link["url"], "sent_digest": None,
             "kept_digest": None, "size": 0, "dated_on": None}  # fmt: skip
    submission_id = writer.add(
        Submission,
        number=f"TT-{at.year}-{number:06d}",
        submitted_at=at,
        submitted_by_id=officer,
        due_at=values["due_at"],
        is_late=at > values["due_at"],
        files=[shown],
        **part,
    )
    if values["status"] in (S.ACCEPTED, S.RETURNED):
        accepted = values["status"] is S.ACCEPTED
        writer.add(
            Verification,
            submission_id=submission_id,
            decision=Decision.ACCEPTED if accepted else Decision.RETURNED,
            percent=100 if accepted else values["confirmed_percent"],
            missing="" if accepted else "Dokumen belum ditandatangani; mohon dilengkapi.",
            decided_by_id=values["assigned_by_id"],
            decided_at=course.decided,
            **part,
        )
