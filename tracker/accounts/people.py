"""Who is behind a request: the person whose sign-in the cookie names."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Session

from tracker.access.scope import as_machine
from tracker.accounts.models import UserSession
from tracker.directory.models import Membership, User
from tracker.directory.states import Role


class Held(NamedTuple):
    """A membership, named as in Membership."""

    role: Role
    area_id: int | None
    agency_id: int | None
    unit_id: int | None
    valid_from: date
    valid_to: date | None
    is_head: bool = False

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(eq=False)
class Person(UserMixin):  # type: ignore[misc]
    """A signed-in user as Flask-Login knows one; the cookie holds the key of the sign-in, never the user's id.

    It holds what every page asks of them, and no row: a row of every account was read for each page, with all it has.
    """

    key: str
    session_id: int
    id: int
    name: str
    language: str
    timezone: str
    is_demo: bool
    memberships: tuple[Held, ...]

    def get_id(self) -> str:
        return self.key


def digest_of(secret: str) -> str:
    """What is kept of a secret that the browser or the letter holds."""
    return hashlib.sha256(secret.encode()).hexdigest()


OF_PERSON = (UserSession.id, User.id, User.name, User.language, User.timezone, User.is_demo)
BEHIND = (
    sa.select(*OF_PERSON, *(getattr(Membership, name) for name in Held._fields))
    .select_from(UserSession)
    .join(User, User.id == UserSession.user_id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .where(
        UserSession.key_digest == sa.bindparam("digest"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > sa.bindparam("now"),
        User.is_active,
    )
    .order_by(Membership.id)
)
"""Asked by every request, so it is put together once."""


def person_behind(session: Session, key: str, now: datetime) -> Person | None:
    """The person of a sign-in that has neither ended nor expired, with memberships; one query."""
    with as_machine(session):
        rows = session.execute(BEHIND, {"digest": digest_of(key), "now": now}).all()
    if not rows:
        return None
    own = len(OF_PERSON)
    held = tuple(Held._make(row[own:]) for row in rows if row.role is not None)
    return Person(key, *rows[0][:own], held)
