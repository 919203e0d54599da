"""Who is behind a request: the person whose sign-in the cookie names."""

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Session, contains_eager, joinedload

from tracker.access.scope import as_machine
from tracker.accounts.models import UserSession
from tracker.directory.models import User


class Person(UserMixin):  # type: ignore[misc]
    """A signed-in user as Flask-Login knows one; the cookie holds the key of the sign-in, never the user's id."""

    def __init__(self, user: User, key: str, session_id: int) -> None:
        self.user, self.key, self.session_id = user, key, session_id

    def get_id(self) -> str:
        return self.key

    def __getattr__(self, name: str) -> Any:
        return getattr(self.user, name)


def digest_of(secret: str) -> str:
    """What is kept of a secret that the browser or the letter holds."""
    return hashlib.sha256(secret.encode()).hexdigest()


BEHIND = (
    sa.select(UserSession)
    .join(UserSession.user)
    .where(
        UserSession.key_digest == sa.bindparam("digest"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > sa.bindparam("now"),
        User.is_active,
    )
    .options(contains_eager(UserSession.user).options(joinedload(User.memberships)))
)
"""Asked by every request, so it is put together once."""


def person_behind(session: Session, key: str, now: datetime) -> Person | None:
    """The person of a sign-in that has neither ended nor expired, with memberships; one query."""
    with as_machine(session):
        found = session.scalars(BEHIND, {"digest": digest_of(key), "now": now}).unique().one_or_none()
    return Person(found.user, key, found.id) if found else None
