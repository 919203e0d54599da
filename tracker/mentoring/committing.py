"""What units promise in a session, and how closing it makes each promise a follow-up, once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.followups.assigning import Assignment, assign_many
from tracker.instruments.models import Cycle
from tracker.instruments.states import CycleStatus
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove
from tracker.mentoring.models import Commitment, MentoringSession, SessionUnit
from tracker.mentoring.noting import tell_the_rest
from tracker.recommendations.models import Recommendation
from tracker.recommendations.rules import text_key
from tracker.recommendations.states import RECOMMENDATION, Assessment, Priority

NO_TEXT = N_("Tulis apa yang akan dikerjakan.")
NO_UNIT = N_("Pilih sedikitnya satu unit peserta sesi.")
NOT_HERE = N_("Unit ini bukan peserta sesi.")
OTHER_SCHEME = N_("Aspek ini bukan bagian dari instrumen siklusnya.")
BEFORE_SESSION = N_("Batas waktu tidak boleh sebelum sesi (%(day)s).")
OTHER_UNIT = N_("Rekomendasi ini milik unit lain.")
CANNOT = N_("Rekomendasi ini dinyatakan tidak dapat ditindaklanjuti. Pilih yang lain, atau kosongkan.")
SEALED = N_(
    "Siklusnya sudah disegel, sehingga komitmen tidak dapat menjadi rekomendasi baru. "
    "Pilih rekomendasi yang ada untuk %(count)s komitmen."
)
NOT_ALL_YOURS = N_(
    "Sesi ini memuat %(count)s unit di luar lingkup Anda. Mintalah penanggung jawab semua unitnya untuk menutup sesi."
)
ONE_UNIT = N_("Rekomendasi hanya dapat dipilih bila komitmen ini untuk satu unit.")


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """One line of the minutes, for one, several or all units of the session."""

    unit_ids: tuple[int, ...]
    aspect_id: int
    text: str
    due_on: date
    person_in_charge: str = ""
    person_in_charge_id: int | None = None
    recommendation_id: int | None = None


def add_commitment(desk: Desk, session: MentoringSession, line: CommitmentLine) -> list[Commitment]:
    """Write the line down, a copy for each unit."""
    allow(session)
    check(desk, session, line)
    key = secrets.token_hex(8)
    made = [
        desk.add(
            Commitment(
                session=session,
                unit_id=unit_id,
                aspect_id=line.aspect_id,
                recommendation_id=line.recommendation_id,
                text=line.text.strip(),
                person_in_charge=line.person_in_charge.strip(),
                person_in_charge_id=line.person_in_charge_id,
                due_on=line.due_on,
                line_key=key,
                entered_by_id=desk.actor.id,
                entered_at=desk.now,
            )
        )
        for unit_id in dict.fromkeys(line.unit_ids)
    ]
    for each in made:
        desk.record(Act.ADD_COMMITMENT, each)
    return made


def edit_commitment(desk: Desk, commitment: Commitment, line: CommitmentLine) -> None:
    """Change one unit's copy while the minutes are open."""
    session = commitment.session
    allow(session)
    check(desk, session, line)
    commitment.aspect_id, commitment.text, commitment.due_on = line.aspect_id, line.text.strip(), line.due_on
    commitment.person_in_charge = line.person_in_charge.strip()
    commitment.person_in_charge_id, commitment.recommendation_id = line.person_in_charge_id, line.recommendation_id
    desk.record(Act.ADD_COMMITMENT, commitment)


def remove_commitment(desk: Desk, commitment: Commitment) -> None:
    session = commitment.session
    allow(session)
    desk.session.delete(commitment)
    desk.record(Act.ADD_COMMITMENT, commitment)


def allow(session: MentoringSession) -> None:
    if not session.can(Act.ADD_COMMITMENT):
        raise IllegalMove(Act.ADD_COMMITMENT, session.status)


def check(desk: Desk, session: MentoringSession, line: CommitmentLine) -> None:
    if not line.text.strip():
        raise Refusal("text", NO_TEXT)
    if not line.unit_ids:
        raise Refusal("units", NO_UNIT)
    if set(line.unit_ids) - {each.unit_id for each in session.units}:
        raise Refusal("units", NOT_HERE)
    cycle = session.cycle
    if cycle is None or line.aspect_id not in {aspect.id for aspect in cycle.instrument.aspects}:
        raise Refusal("aspect_id", OTHER_SCHEME)
    held_on = session.starts_at.astimezone(ZoneInfo(session.zone)).date()
    if line.due_on < held_on:
        raise Refusal("due_on", BEFORE_SESSION, day=held_on.strftime("%d-%m-%Y"))
    if line.recommendation_id is not None:
        check_recommendation(desk, line)


def check_recommendation(desk: Desk, line: CommitmentLine) -> None:
    if len(line.unit_ids) != 1:
        raise Refusal("recommendation_id", ONE_UNIT)
    found = desk.session.scalar(sa.select(Recommendation).filter_by(id=line.recommendation_id))
    if found is None or found.unit_id != line.unit_ids[0]:
        raise Refusal("recommendation_id", OTHER_UNIT)
    if found.assessment is Assessment.CANNOT:
        raise Refusal("recommendation_id", CANNOT)


def close_session(desk: Desk, session: MentoringSession, conclusion: str = "", record_number: str = "") -> int:
    """Lock the minutes, and make each commitment a follow-up on a recommendation of its unit; say how many.

    A commitment without a recommendation makes one, or finds the one that says the same. Whoever closes second finds
    the session closed: IllegalMove.
    """
    desk.session.refresh(session, with_for_update=True)
    if foreign := units_beyond(desk, session):
        raise Refusal("conclusion", NOT_ALL_YOURS, count=foreign)
    session.move(Act.CLOSE_SESSION)
    session.closed_at, session.closed_by_id = desk.now, desk.actor.id
    session.conclusion, session.record_number = conclusion.strip(), record_number.strip()
    query = sa.select(Commitment).filter_by(session_id=session.id, follow_up_id=None).with_for_update()
    promised = desk.all(query.order_by(Commitment.id).execution_options(populate_existing=True))
    if promised:
        keep_promises(desk, session, promised)
    tell_the_rest(desk, session, Act.CLOSE_SESSION)
    desk.record(Act.CLOSE_SESSION, session)
    return len(promised)


def units_beyond(desk: Desk, session: MentoringSession) -> int:
    """How many units of the session lie where this person may not close it: their promises would be left behind."""
    with as_machine(desk.session):
        there = desk.session.scalar(
            sa.select(sa.func.count()).select_from(SessionUnit).filter_by(session_id=session.id)
        )
    mine = sa.select(sa.func.count()).select_from(SessionUnit).filter_by(session_id=session.id)
    return (there or 0) - (desk.session.scalar(mine.where(desk.where_may(Act.CLOSE_SESSION, SessionUnit.unit_id))) or 0)


def keep_promises(desk: Desk, session: MentoringSession, promised: Sequence[Commitment]) -> None:
    cycle = session.cycle
    if cycle is None:
        raise Refusal("cycle", OTHER_SCHEME)
    served = recommendations_for(desk, cycle, promised)
    reason = f"Sesi {session.id}: {session.title}"
    asked = [
        (
            served[commitment.id],
            Assignment(
                title=commitment.text,
                due_on=commitment.due_on,
                person_in_charge_id=commitment.person_in_charge_id,
                is_commitment=True,
            ),
        )
        for commitment in promised
    ]
    made = zip(promised, assign_many(desk, asked, reason), strict=True)
    desk.set_all(
        {
            commitment: {"follow_up_id": follow_up_id, "recommendation_id": served[commitment.id].id}
            for commitment, follow_up_id in made
        }
    )


def recommendations_for(desk: Desk, cycle: Cycle, promised: Sequence[Commitment]) -> dict[int, Recommendation]:
    """Commitment -> the recommendation it serves: the one it names, one that says the same, or a new one."""
    wanted = {each.id: identity(each) for each in promised if each.recommendation_id is None}
    known = known_by_identity(desk, cycle, {unit_id for unit_id, _, _ in wanted.values()})
    missing = [key for key in dict.fromkeys(wanted.values()) if key not in known]
    if missing:
        if cycle.status is CycleStatus.SEALED:
            raise Refusal("cycle", SEALED, count=len(missing))
        texts = {identity(each): each.text for each in promised}
        add_recommendations(desk, cycle, missing, texts)
        known = known_by_identity(desk, cycle, {unit_id for unit_id, _, _ in wanted.values()})
    named = {each.recommendation_id for each in promised if each.recommendation_id is not None}
    by_id = {each.id: each for each in desk.all(sa.select(Recommendation).where(Recommendation.id.in_(named)))}
    return {
        each.id: by_id[each.recommendation_id] if each.recommendation_id is not None else known[wanted[each.id]]
        for each in promised
    }


Identity = tuple[int, int, str]
"""Unit, aspect and the text as it is compared."""


def identity(commitment: Commitment) -> Identity:
    return commitment.unit_id, commitment.aspect_id, text_key(commitment.text)


def known_by_identity(desk: Desk, cycle: Cycle, units: set[int]) -> dict[Identity, Recommendation]:
    query = sa.select(Recommendation).where(Recommendation.cycle_id == cycle.id, Recommendation.unit_id.in_(units))
    found = desk.all(query.options(joinedload(Recommendation.aspect)))
    return {(each.unit_id, each.aspect_id, each.text_key): each for each in found}


def add_recommendations(desk: Desk, cycle: Cycle, missing: Sequence[Identity], texts: dict[Identity, str]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "unit_id": unit_id,
            "cycle_id": cycle.id,
            "aspect_id": aspect_id,
            "text": texts[unit_id, aspect_id, key],
            "text_key": key,
            "priority": Priority.MEDIUM,
            "assessment": RECOMMENDATION.start,
        }
        for unit_id, aspect_id, key in missing
    ]
    ids = desk.add_all(Recommendation, rows)
    told = [
        (id, row["unit_id"], {"text": [None, row["text"]], "aspect_id": [None, row["aspect_id"]]})
        for id, row in zip(ids, rows, strict=True)
    ]
    desk.record_all(Act.ADD_RECOMMENDATION, Recommendation, told, "")
