"""A person whose address was refused for good: marked, and told to those who can reach them otherwise."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import Membership, ServiceUnit, User
from tracker.directory.queries import coordinators_of, officers_of
from tracker.directory.states import Role
from tracker.kit.db import insert_missing
from tracker.kit.words import N_
from tracker.reminders.claiming import UNSYNCED
from tracker.reminders.models import Reminder
from tracker.reminders.register import Duty
from tracker.reminders.rules import NEWS, Line, Skip
from tracker.reminders.states import ReminderStatus

RULE = "contact_unreachable"
STEP = "refused"
KEY = ("recipient_id", "rule", "subject_type", "subject_id", "due_on", "step")


def mark_unreachable(session: Session, user_id: int, address: str, said: str, at: datetime) -> None:
    """Note which address was refused and why, and owe a word to the unit's other officers and its coordinators."""
    session.execute(
        sa.update(User)
        .where(User.id == user_id)
        .values(email_refused=address, email_refused_at=at, email_refusal=said),
        execution_options=UNSYNCED,
    )
    day = at.date()
    held = sa.select(ServiceUnit.id, ServiceUnit.agency_id).join(Membership, Membership.unit_id == ServiceUnit.id)
    rows: list[Mapping[str, Any]] = []
    for unit_id, agency_id in session.execute(held.where(Membership.user_id == user_id)).all():
        others = [*session.scalars(officers_of(unit_id, day)), *session.scalars(coordinators_of(agency_id, day))]
        told = dict.fromkeys(other.id for other in others if other.id != user_id)
        rows += [_owed(other_id, user_id, unit_id, at) for other_id in told]
    unique = {row["recipient_id"]: row for row in rows}
    if unique:
        insert_missing(session, Reminder, list(unique.values()), KEY)


def _owed(recipient_id: int, user_id: int, unit_id: int, at: datetime) -> dict[str, Any]:
    return {
        "recipient_id": recipient_id,
        "rule": RULE,
        "subject_type": "User",
        "subject_id": user_id,
        "unit_id": unit_id,
        "due_on": at.date(),
        "step": STEP,
        "on_day": at.date(),
        "facts": {},
        "planned_at": at,
        "status": ReminderStatus.PLANNED,
        "reason": "",
    }


def lines(desk: Desk, rows: Sequence[Reminder]) -> dict[int, Line | Skip]:
    """Whose mail does not arrive: by name where the reader may see people, else by unit."""
    units = {
        unit.id: unit
        for unit in desk.all(sa.select(ServiceUnit).where(ServiceUnit.id.in_({row.unit_id for row in rows})))
    }
    with as_machine(desk.session):
        people = {
            user.id: (user.name, user.is_unreachable)
            for user in desk.all(sa.select(User).where(User.id.in_({row.subject_id for row in rows})))
        }
    visible = set(desk.all(sa.select(User.id).where(User.id.in_(people))))
    found: dict[int, Line | Skip] = {}
    for row in rows:
        name, still = people.get(row.subject_id, ("", False))
        unit = units.get(row.unit_id or 0)
        if not still:
            found[row.id] = Skip(N_("Alamatnya sudah diganti."))
        elif unit is None:
            found[row.id] = Skip(N_("Di luar lingkup penerima."))
        else:
            who = name if row.subject_id in visible else _("seorang petugas")
            text = _(
                "Surel kepada %(who)s (%(unit)s) ditolak servernya. Mohon perbarui alamatnya.",
                who=who,
                unit=unit.full_name,
            )
            found[row.id] = Line(text, f"/unit/{unit.id}", NEWS, (9,), unit.full_name)
    return found


DUTY = Duty(RULE, N_("Alamat surel ditolak"), lambda _desk: (), lines)
"""Owed when it happens, not by the calendar."""


UNREACHABLE = (
    sa.select(User)
    .join(Membership, Membership.user_id == User.id)
    .where(
        Membership.unit_id == sa.bindparam("unit"),
        Membership.role == Role.UNIT_OFFICER,
        User.is_active,
        User.email_refused == User.email,
        User.email != "",
    )
    .order_by(User.name)
    .distinct()
)
"""Put together once: that takes as long as the answer."""


def unreachable_in(desk: Desk, unit: ServiceUnit) -> list[User]:
    """The unit's officers whose address was refused for good."""
    with as_machine(desk.session):
        return list(desk.session.scalars(UNREACHABLE, {"unit": unit.id}))
