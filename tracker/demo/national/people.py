"""Accounts for every role with its real scope: three assistant deputies, a coordinator an agency, officers of units."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.demo.national.places import Place
from tracker.demo.national.size import Size
from tracker.demo.national.writer import Writer
from tracker.directory.models import Membership, SupervisionArea, User
from tracker.directory.states import Role

WITH_OFFICER = 0.85
"""Of the units: the others have no account, which somebody must notice."""
NAMES = ("Andi", "Ratna", "Yohanes", "Siti", "Made", "Maria", "Agus", "Dewi", "Frans", "Nur", "Petrus", "Wulan")
SURNAMES = ("Pattimura", "Siregar", "Lestari", "Wijaya", "Rumbekwan", "Nasution", "Tanjung", "Mandagi", "Hutapea")


@dataclass
class People:
    """Keys of those who appear in the work: assistant deputies by area, officers by unit."""

    leadership: int = 0
    assistants: dict[int | None, int] = field(default_factory=dict)
    coordinators: dict[int, int] = field(default_factory=dict)
    officers: dict[int, int] = field(default_factory=dict)


def write_people(
    writer: Writer, session: Session, chance: Random, places: Sequence[Place], size: Size, password_hash: str
) -> People:
    """All share one password, of which only the hash is kept. Names tell the role: `gen-asdep3`, `gen-operator-17`."""
    start = size.day - timedelta(days=365 * size.cycles)

    def account(name: str, role: Role, seen: float = 0.9, **scope: Any) -> int:
        signed_in = size.now - timedelta(hours=chance.randrange(2, 900)) if chance.random() < seen else None
        user_id = writer.add(
            User,
            username=f"gen-{name}",
            name=f"{chance.choice(NAMES)} {chance.choice(SURNAMES)}",
            password_hash=password_hash,
            is_demo=True,
            last_sign_in_at=signed_in,
            timezone=scope.pop("timezone", "Asia/Jakarta"),
        )
        writer.add(Membership, user_id=user_id, role=role, valid_from=start, **scope)
        return user_id

    people = People(leadership=account("deputi", Role.LEADERSHIP, seen=1))
    account("admin", Role.ADMINISTRATOR, seen=1)
    account("auditor", Role.VIEWER, seen=1)
    for area in session.scalars(sa.select(SupervisionArea).order_by(SupervisionArea.code)):
        n = len(people.assistants) + 1
        people.assistants[area.id] = account(f"asdep{n}", Role.ASSISTANT_DEPUTY, seen=1, area_id=area.id)
        account(f"pendamping{n}", Role.MENTOR, seen=1, area_id=area.id)
    people.assistants[None] = next(iter(people.assistants.values()))
    for place in places:
        if place.agency_id not in people.coordinators:
            name = f"organisasi-{len(people.coordinators) + 1}"
            people.coordinators[place.agency_id] = account(name, Role.COORDINATOR, agency_id=place.agency_id)
        if chance.random() < WITH_OFFICER:
            name = f"operator-{len(people.officers) + 1}"
            scope: dict[str, Any] = {"unit_id": place.unit_id, "is_head": True, "timezone": place.timezone}
            people.officers[place.unit_id] = account(name, Role.UNIT_OFFICER, **scope)
    writer.write()
    return people
