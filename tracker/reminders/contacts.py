"""What people told units by hand: a call, a message, a visit. It counts as a reminder of the window it falls into."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.kit.db import Rows
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.reminders.models import ContactMade
from tracker.reminders.states import ContactWay

NOT_YET = N_("Waktunya belum tiba.")
LONG_AGO = N_("Paling lama 31 hari yang lalu.")
MOST_DAYS = 31


@dataclass(frozen=True, slots=True)
class Told:
    """How somebody was told: when, in which way, who answered, what was said."""

    at: datetime
    way: ContactWay
    spoken_to: str = ""
    note: str = ""


def mark_contacted(
    desk: Desk, unit: ServiceUnit, told: Told, subject_type: str = "", subject_id: int | None = None
) -> ContactMade:
    """Note that the unit was contacted, about one follow-up or in general."""
    if told.at > desk.now:
        raise Refusal("at", NOT_YET)
    if (desk.now - told.at).days > MOST_DAYS:
        raise Refusal("at", LONG_AGO)
    contact = desk.add(
        ContactMade(
            unit_id=unit.id,
            by_id=desk.actor.id,
            at=told.at,
            way=told.way,
            spoken_to=" ".join(told.spoken_to.split()),
            note=told.note.strip(),
            subject_type=subject_type,
            subject_id=subject_id,
        )
    )
    desk.record(Act.MARK_CONTACTED, contact, contact.note)
    return contact


def contacts_with(unit_id: int) -> Rows[ContactMade]:
    """The words said by hand to a unit, newest first."""
    return (
        sa.select(ContactMade)
        .where(ContactMade.unit_id == unit_id)
        .order_by(ContactMade.at.desc(), ContactMade.id.desc())
        .options(joinedload(ContactMade.by))
    )


def chat_link(text: str) -> str:
    """A wa.me address that opens WhatsApp with the text; no number stands in it: one picks the person there."""
    return f"https://wa.me/?text={quote(text)}"
