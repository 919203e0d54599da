"""Who complains: sealed apart from the case, and opened on purpose only, with a reason that is kept."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints.marks import mark, search_key
from tracker.complaints.models import Complainant, Complaint
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_


@dataclass(frozen=True, slots=True)
class Identity:
    """What a citizen told of themself. Everything is optional."""

    name: str = ""
    telephone: str = ""
    email: str = ""
    number: str = ""
    """Population number (NIK)."""
    address: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.telephone or self.email or self.number or self.address)

    def as_json(self) -> str:
        """Written out, because an import asks it 50,000 times."""
        told = {
            "name": self.name,
            "telephone": self.telephone,
            "email": self.email,
            "number": self.number,
            "address": self.address,
        }
        return json.dumps(told, ensure_ascii=False)


def marks_of(key: bytes, identity: Identity) -> Mapping[str, str | None]:
    """What somebody's cases are found by: the name in lower case, digits of the numbers, the address of mail."""
    said = {
        "name_mark": " ".join(identity.name.casefold().split()),
        "telephone_mark": telephone_key(identity.telephone),
        "email_mark": identity.email.strip().casefold(),
        "number_mark": re.sub(r"\D", "", identity.number),
    }
    return {column: mark(key, f"{column}:{text}") if text else None for column, text in said.items()}


def telephone_key(number: str) -> str:
    """+62 812…, 62812… and 0812… are one number."""
    digits = re.sub(r"\D", "", number)
    return "0" + digits[2:] if digits.startswith("62") else digits


def row_of(key: bytes, complaint_id: int, unit_id: int, identity: Identity) -> dict[str, Any]:
    """For writing many at once."""
    marks = marks_of(key, identity)
    return {"complaint_id": complaint_id, "unit_id": unit_id, "sealed": identity.as_json(), **marks}


def keep_identity(desk: Desk, complaint: Complaint, identity: Identity) -> None:
    """Of an anonymous complaint nothing is kept, and nothing again where an identity was removed. The caller records
    the act on the complaint."""
    if complaint.is_anonymous or complaint.identity_removed_at is not None or identity.is_empty:
        return
    values = row_of(search_key(desk.session), complaint.id, complaint.unit_id, identity)
    with as_machine(desk.session):  # an officer at a counter writes it down, and may not read it afterwards
        kept = desk.session.scalar(sa.select(Complainant).where(Complainant.complaint_id == complaint.id))
        if kept is None:
            desk.session.add(Complainant(complaint=complaint, **values))  # the trail asks whose part it is
            return
        for column, value in values.items():
            setattr(kept, column, value)


def remove_identities(desk: Desk, complaints: Sequence[Complaint], reason: str) -> int:
    """Take away who complained, for good: no import brings it back. How many of the complaints named somebody."""
    by_id = {complaint.id: complaint for complaint in complaints}
    named = desk.all(sa.select(Complainant).where(Complainant.complaint_id.in_(by_id)))
    for complainant in named:
        complaint = by_id[complainant.complaint_id]
        desk.session.delete(complainant)
        complaint.identity_removed_at = desk.now
        desk.record(Act.REMOVE_IDENTITY, complaint, reason)
    return len(named)


def look_at(desk: Desk, complaint: Complaint, reason: str) -> Identity | None:
    """Open it for one reader; the look and its reason stand in the trail. None where nobody is named.

    Raises Refusal without a reason.
    """
    if len(reason.split()) < 2:
        raise Refusal("reason", N_("Tuliskan alasan melihat identitas, sedikitnya dua kata."))
    kept = desk.session.scalar(
        sa.select(Complainant).where(Complainant.complaint_id == complaint.id).options(undefer(Complainant.sealed))
    )
    desk.record(Act.LOOK_AT_IDENTITY, complaint, reason)
    return None if kept is None else Identity(**json.loads(kept.sealed))
