"""Who is acting, as plain data: no session, no request."""

from dataclasses import dataclass
from datetime import date

from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.kit.words import N_


@dataclass(frozen=True, slots=True)
class Mandate:
    """A membership on the day of acting. Without area, agency or unit it covers everything."""

    role: Role | None
    area_id: int | None = None
    agency_id: int | None = None
    unit_id: int | None = None
    is_head: bool = False
    """Of the officers of its unit."""

    @property
    def covers_everything(self) -> bool:
        return self.area_id is None and self.agency_id is None and self.unit_id is None


@dataclass(frozen=True, slots=True)
class Actor:
    id: int | None
    name: str
    mandates: tuple[Mandate, ...]

    @classmethod
    def of(cls, user: User, day: date) -> "Actor":
        held = (each for each in user.memberships if each.holds_on(day))
        return cls(
            user.id, user.name, tuple(Mandate(m.role, m.area_id, m.agency_id, m.unit_id, m.is_head) for m in held)
        )

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(mandate.role for mandate in self.mandates if mandate.role)

    @property
    def is_machine(self) -> bool:
        return self is SYSTEM


SYSTEM = Actor(None, N_("Sistem"), (Mandate(None),))
"""The machine's own desk: migrations, jobs, the command line. It sees and writes everything."""

PUBLIC = Actor(None, "Publik", ())
"""Somebody who has not signed in. A public page finds its one row by a secret in the request."""
