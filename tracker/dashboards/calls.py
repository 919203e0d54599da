"""Whom to call today: priority units by their call score, whom to ask for there, and what to say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, joinedload

from tracker.access.desk import Desk
from tracker.dashboards.queries import Narrowing, narrowed_units
from tracker.directory.models import Contact, ServiceUnit
from tracker.followups import sharing
from tracker.followups.lines import LINES, FollowUpLine, read
from tracker.followups.models import FollowUp
from tracker.followups.queries import due_order
from tracker.followups.states import Holder
from tracker.kit.words import N_
from tracker.progress.calls import CallReason
from tracker.progress.lines import UnitLine, lines, worst_first
from tracker.reminders.contacts import chat_link
from tracker.reminders.models import ContactMade

NEXT_STEPS = {
    CallReason.UNREACHABLE: N_("Tanyakan siapa penanggung jawabnya dan nomornya, lalu minta akun dibuat."),
    CallReason.COMMITMENT_OVERDUE: N_("Tanyakan kapan komitmen dari sesi diselesaikan."),
    CallReason.RETURNED_UNTOUCHED: N_("Tanyakan apa yang belum jelas dari pengembalian, dan kapan diperbaiki."),
    CallReason.SILENT: N_("Tanyakan kabar pekerjaan, dan minta tindakan pertama dicatat."),
    CallReason.BEHIND: N_("Tanyakan apa yang menghambat, dan sepakati satu langkah dengan tanggalnya."),
}
"""One thing to ask for, by the reason that weighs most."""


@dataclass(frozen=True, slots=True)
class Call:
    """A unit to call: why, whom, what to ask for, and the text that can be sent instead."""

    line: UnitLine
    contact: Contact | None
    of_agency: bool
    """Nobody at the unit has a number; this is somebody at its agency."""
    step: str
    text: str
    chat: str
    contacted: ContactMade | None
    """The last word said to the unit today, by whomever."""


@dataclass(frozen=True, slots=True)
class Calls:
    """A page of the units to call. `units` are all of the filter, `number` those with a reason to call."""

    units: int
    number: int
    contacted: int
    rows: list[Call]


def whom_to_call(desk: Desk, by: Narrowing, most: int, skipped: int = 0) -> Calls:
    """Those with a reason, the highest score first; whoever was contacted today comes after the others."""
    found = lines(desk, by.cycle, narrowed_units(desk, by)).units
    told = contacted_today(desk)
    to_call = sorted((line for line in found if line.points), key=lambda line: (line.id in told, *worst_first(line)))
    shown = to_call[skipped : skipped + most]
    number = sum(line.id in told for line in to_call)
    return Calls(len(found), len(to_call), number, in_words(desk, shown, told))


def contacted_today(desk: Desk) -> dict[int, ContactMade]:
    """The last word said by hand to each unit since the reader's midnight."""
    midnight = datetime.combine(desk.today, time(), tzinfo=desk.zone)
    query = sa.select(ContactMade).where(ContactMade.at >= midnight).options(joinedload(ContactMade.by))
    return {made.unit_id: made for made in desk.all(query.order_by(ContactMade.at, ContactMade.id))}


def in_words(desk: Desk, shown: Sequence[UnitLine], told: Mapping[int, ContactMade]) -> list[Call]:
    ids = [line.id for line in shown]
    at_unit = first_with_number(desk, ids)
    at_agency = first_at_agency(desk, [each for each in ids if each not in at_unit])
    waiting = waiting_at(desk, ids)
    found = []
    for line in shown:
        contact = at_unit.get(line.id) or at_agency.get(line.id)
        text = ready_text(desk, line, waiting.get(line.id, []))
        found.append(
            Call(
                line, contact, line.id not in at_unit and contact is not None, next_step(line), text, chat_link(text),
                told.get(line.id),
            )
        )  # fmt: skip
    return found


def next_step(line: UnitLine) -> str:
    weightiest = max(line.score.reasons, key=lambda reason: reason.points)
    return str(_(NEXT_STEPS[weightiest.reason]))


def ready_text(desk: Desk, line: UnitLine, waiting: Sequence[FollowUpLine]) -> str:
    name = f"{line.row.name}, {line.row.agency}" if not line.row.is_root else line.row.agency
    address = url_for("dashboards.unit", id=line.id, _external=True)
    return sharing.what_waits(desk, name, len(waiting), waiting[: sharing.LISTED], address)


def waiting_at(desk: Desk, unit_ids: Sequence[int]) -> dict[int, list[FollowUpLine]]:
    """What each unit holds, the most urgent first; one query."""
    found: dict[int, list[FollowUpLine]] = {}
    query = LINES.where(FollowUp.is_open, FollowUp.holder == Holder.UNIT, FollowUp.unit_id.in_(unit_ids))
    for each in read(desk, query.order_by(*due_order(few=True))):
        found.setdefault(each.unit_id, []).append(each)
    return found


HAS_NUMBER = sa.or_(Contact.phone != "", Contact.email != "")
BEST_FIRST = Contact.phone == "", Contact.position, Contact.id


def first_with_number(desk: Desk, unit_ids: Sequence[int]) -> dict[int, Contact]:
    query = sa.select(Contact).where(Contact.unit_id.in_(unit_ids), HAS_NUMBER).order_by(Contact.unit_id, *BEST_FIRST)
    return first_of_each((contact.unit_id, contact) for contact in desk.all(query))


def first_at_agency(desk: Desk, unit_ids: Sequence[int]) -> dict[int, Contact]:
    """For units where nobody has a number: somebody at their agency as a whole, where the reader may see that."""
    if not unit_ids:
        return {}
    whole = aliased(ServiceUnit)
    query = (
        sa.select(ServiceUnit.id, Contact)
        .join(whole, sa.and_(whole.agency_id == ServiceUnit.agency_id, whole.is_root))
        .join(Contact, Contact.unit_id == whole.id)
        .where(ServiceUnit.id.in_(unit_ids), HAS_NUMBER)
        .order_by(ServiceUnit.id, *BEST_FIRST)
    )
    return first_of_each((unit_id, contact) for unit_id, contact in desk.session.execute(query))


def first_of_each(contacts: Iterable[tuple[int, Contact]]) -> dict[int, Contact]:
    found: dict[int, Contact] = {}
    for unit_id, contact in contacts:
        found.setdefault(unit_id, contact)
    return found
