"""Questions about complaints: what is read of one, what was said in it, whom it may be given to."""

import re
from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.access.scope import as_machine
from tracker.complaints.models import Complaint, ComplaintNote, ComplaintWords
from tracker.complaints.states import ComplaintSource
from tracker.directory.models import Membership, ServiceUnit, User
from tracker.directory.queries import holds_on
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.instruments.models import Aspect, Indicator, Instrument
from tracker.instruments.states import Source
from tracker.kit.db import BATCH, Rows

TICKET = re.compile(r"(?:TT-)?0*(\d{1,9})", re.IGNORECASE)
"""Our own number, with or without what stands before it."""


def as_page(id: int) -> Rows[Complaint]:
    """With what its page shows of it, in one query."""
    unit = joinedload(Complaint.unit)
    return (
        sa.select(Complaint)
        .where(Complaint.id == id)
        .options(
            unit.joinedload(ServiceUnit.region),
            unit.joinedload(ServiceUnit.agency),
        )
    )


def people_named(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """What those are called who hold, write down or answer a case that the reader sees: with whom it lies is no
    secret, although most readers see nothing else of these people."""
    wanted, named = sorted({id for id in ids if id is not None}), dict[int, str]()
    with as_machine(session):
        for start in range(0, len(wanted), BATCH):
            which = User.id.in_(wanted[start : start + BATCH])
            named |= dict(session.execute(sa.select(User.id, User.name).where(which)).all())
    return named


def words_of(complaint_id: int) -> Rows[ComplaintWords]:
    """The citizen's words; nothing for whoever may not read them."""
    return sa.select(ComplaintWords).where(ComplaintWords.complaint_id == complaint_id)


def titles_of(complaint_ids: Iterable[int]) -> sa.Select[int, str]:
    """(complaint, title) of those that may be read."""
    return sa.select(ComplaintWords.complaint_id, ComplaintWords.title).where(
        ComplaintWords.complaint_id.in_(list(complaint_ids))
    )


def notes_of(complaint: Complaint) -> Rows[ComplaintNote]:
    """What was written since, oldest first; nothing for whoever may not read it."""
    return (
        sa.select(ComplaintNote)
        .where(ComplaintNote.complaint_id == complaint.id)
        .order_by(ComplaintNote.at, ComplaintNote.id)
    )


def history(complaint: Complaint) -> Rows[Event]:
    """What happened to it, newest first."""
    return (
        sa.select(Event)
        .where(Event.subject_type == Complaint.__name__, Event.subject_id == complaint.id)
        .order_by(Event.id.desc())
    )


def duplicates_of(complaint: Complaint) -> sa.Select[int, ComplaintSource, str | None]:
    """Those that were merged into it."""
    return sa.select(Complaint.id, Complaint.source, Complaint.tracking_id).where(
        Complaint.duplicate_of_id == complaint.id
    )


def called(text: str) -> sa.ColumnElement[bool]:
    """A complaint by our own number or by the one that its source gave it, as people write it."""
    return sa.or_(*numbered(text))


def numbered(text: str) -> list[sa.ColumnElement[bool]]:
    """As `called`, each way for itself, so that each is looked up in its own index."""
    text = text.strip().lstrip("#")
    ticket = TICKET.fullmatch(text)
    of_source = sa.and_(Complaint.source.in_(tuple(ComplaintSource)), Complaint.tracking_id == text)
    return [of_source, Complaint.id == int(ticket[1])] if ticket else [of_source]


def units_of(agency_id: int, within: sa.ColumnElement[bool]) -> Rows[ServiceUnit]:
    """Where a complaint of an agency may be: its working units, the one that stands for all of it first."""
    return (
        sa.select(ServiceUnit)
        .where(ServiceUnit.agency_id == agency_id, ServiceUnit.is_active, within)
        .order_by(ServiceUnit.is_root.desc(), ServiceUnit.name, ServiceUnit.id)
        .options(joinedload(ServiceUnit.agency))
    )


def people_of(agency_id: int, day: date) -> sa.Select[int | None, Role, int, str]:
    """(unit or None for the whole agency, role, user id, name) of who may handle a complaint of the agency on a day."""
    here = sa.select(ServiceUnit.id).where(ServiceUnit.agency_id == agency_id).scalar_subquery()
    return (
        sa.select(Membership.unit_id, Membership.role, User.id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(
            User.is_active,
            holds_on(day),
            sa.or_(
                sa.and_(Membership.role == Role.UNIT_OFFICER, Membership.unit_id.in_(here)),
                sa.and_(
                    Membership.role == Role.COMPLAINT_OFFICER,
                    sa.or_(Membership.unit_id.in_(here), Membership.agency_id == agency_id),
                ),
            ),
        )
        .order_by(Membership.is_head.desc(), User.name, User.id)
    )


def aspects_known() -> sa.Select[str, str, str]:
    """(code, name, English name) of the aspects of PANRB's instruments; the newest version names a code."""
    return (
        sa.select(Aspect.code, Aspect.name, Aspect.name_en)
        .join(Instrument, Instrument.id == Aspect.instrument_id)
        .where(Instrument.source == Source.PANRB)
        .order_by(Instrument.valid_from.desc(), Instrument.id.desc(), Aspect.position)
    )


def indicators_known() -> sa.Select[int, str, str]:
    """(number, name, aspect's code) of the indicators of PANRB's newest instrument that has any."""
    newest = (
        sa.select(Instrument.id)
        .where(Instrument.source == Source.PANRB, sa.exists().where(Indicator.instrument_id == Instrument.id))
        .order_by(Instrument.valid_from.desc(), Instrument.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(Indicator.number, Indicator.name, Aspect.code)
        .outerjoin(Aspect, Aspect.id == Indicator.aspect_id)
        .where(Indicator.instrument_id == newest)
        .order_by(Indicator.number)
    )
