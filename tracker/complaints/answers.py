"""Ready answers and limits of an agency: who arranges them, and what follows for complaints that are open."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.access.scope import as_machine
from tracker.complaints.clocks import course_of, put_due, terms_of
from tracker.complaints.models import Complaint
from tracker.complaints.rules import Terms, due
from tracker.complaints.terms_models import AnswerTemplate, ComplaintTerms
from tracker.directory.models import Agency, ServiceUnit
from tracker.directory.queries import calendar_of
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

NO_TITLE = N_("Tulis judulnya.")
NO_TEXT = N_("Tulis isinya.")
MOST_DAYS = 250
BETWEEN = N_("Isi dengan 1 sampai %(most)s hari kerja.")


@dataclass(frozen=True, slots=True)
class ReadyAnswer:
    title: str
    text: str


def offered_to(desk: Desk, agency_id: int) -> list[AnswerTemplate]:
    """The ready answers for an agency's complaints: its own and everybody's."""
    return desk.all(
        sa.select(AnswerTemplate)
        .where(
            sa.or_(AnswerTemplate.agency_id == agency_id, AnswerTemplate.agency_id.is_(None)),
            AnswerTemplate.is_retired.is_(False),
        )
        .order_by(AnswerTemplate.title, AnswerTemplate.id)
    )


def agencies_for(desk: Desk, act: Act) -> sa.Select[Agency]:
    """The agencies for which somebody may do this: those with a unit in the scope of the role that carries it."""
    reached = sa.select(ServiceUnit.agency_id).where(desk.units_for(act)).scalar_subquery()
    return sa.select(Agency).where(Agency.id.in_(reached)).order_by(Agency.name, Agency.id)


def agency_for(desk: Desk, act: Act, agency_id: int) -> Agency:
    """Raises NotFound for an agency that is not this person's to arrange."""
    found = desk.session.scalar(agencies_for(desk, act).where(Agency.id == agency_id))
    if found is None:
        raise NotFound(f"an agency {agency_id} for {act}")
    return found


def add_answer(desk: Desk, agency_id: int, answer: ReadyAnswer) -> AnswerTemplate:
    agency = agency_for(desk, Act.EDIT_ANSWER_TEMPLATES, agency_id)
    kept = AnswerTemplate(agency_id=agency.id, title="", text="")
    put(kept, answer)
    desk.add(kept)
    desk.record(Act.EDIT_ANSWER_TEMPLATES, kept)
    return kept


def edit_answer(desk: Desk, kept: AnswerTemplate, answer: ReadyAnswer) -> None:
    put(kept, answer)
    desk.record(Act.EDIT_ANSWER_TEMPLATES, kept)


def put(kept: AnswerTemplate, answer: ReadyAnswer) -> None:
    if not answer.title.strip():
        raise Refusal("title", NO_TITLE)
    if not answer.text.strip():
        raise Refusal("text", NO_TEXT)
    kept.title, kept.text = answer.title.strip(), answer.text.strip()


def retire_answer(desk: Desk, kept: AnswerTemplate, retired: bool = True) -> None:
    """It is offered no more; answers that were written with it stay as they are."""
    kept.is_retired = retired
    desk.record(Act.EDIT_ANSWER_TEMPLATES, kept)


def set_terms(desk: Desk, agency: Agency, terms: Terms) -> int:
    """The agency's own limits. Open complaints go by them at once; answers how many were due on another day."""
    agency = agency_for(desk, Act.EDIT_COMPLAINT_TERMS, agency.id)
    for name, days in asdict(terms).items():
        if not 1 <= days <= MOST_DAYS:
            raise Refusal(name, BETWEEN, most=MOST_DAYS)
    kept = desk.session.scalar(sa.select(ComplaintTerms).where(ComplaintTerms.agency_id == agency.id))
    if kept is None:
        kept = desk.add(ComplaintTerms(agency_id=agency.id, **asdict(terms)))
    else:
        for name, days in asdict(terms).items():
            setattr(kept, name, days)
    desk.record(Act.EDIT_COMPLAINT_TERMS, kept)
    with as_machine(desk.session):
        return sum(due_again(desk, open_ones(desk, agency)))


def open_ones(desk: Desk, agency: Agency) -> Iterable[Complaint]:
    return desk.session.scalars(
        sa.select(Complaint)
        .where(Complaint.agency_id == agency.id, Complaint.is_open)
        .options(joinedload(Complaint.unit).options(load_only(ServiceUnit.region_id), joinedload(ServiceUnit.region)))
    )


def due_again(desk: Desk, complaints: Iterable[Complaint]) -> Iterable[bool]:
    """Work out anew what is due; of each, whether that moved it."""
    terms: dict[int, Terms] = {}
    for complaint in complaints:
        own = terms.setdefault(complaint.agency_id, terms_of(desk.session, complaint.agency_id))
        unit, before = complaint.unit, dates(complaint)
        zone, calendar = ZoneInfo(unit.timezone), calendar_of(desk.session, unit.region)
        put_due(complaint, due(course_of(complaint), own, calendar, zone))
        yield dates(complaint) != before


def dates(complaint: Complaint) -> tuple[datetime | None, ...]:
    return complaint.due_at, complaint.completion_due_at, complaint.answer_due_at, complaint.verification_due_at
