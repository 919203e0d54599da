"""Links that set a password once: invitations for new accounts, and a new start for forgotten passwords.

A link is shown to its maker once and kept only as a digest. Its secret is derived from the press of the button that
made it (`seed`), so that pressing twice shows the same sheet again, and nothing else ever does.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.accounts.models import OneTimeLink, UserSession
from tracker.accounts.operations import end_sign_ins, set_password
from tracker.accounts.people import digest_of
from tracker.accounts.rules import LINK_LASTS
from tracker.directory.models import User

INVITATION, RESET = "invitation", "reset"
SHOWN_AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link as its maker sees it, this once."""

    user: User
    secret: str
    link: OneTimeLink


def seed_of(key: str, form_key: str) -> str:
    """What the secrets of one press of a button are made of; at random for a form without a key."""
    if not form_key:
        return secrets.token_urlsafe(32)
    return hmac.new(key.encode(), form_key.encode(), hashlib.sha256).hexdigest()


def secret_for(seed: str, user_id: int) -> str:
    return hmac.new(seed.encode(), f"link {user_id}".encode(), hashlib.sha256).hexdigest()[:40]


def make_link(desk: Desk, user: User, seed: str) -> MadeLink:
    """A new link for a person; earlier ones that were not used end here. An account without a password is invited."""
    desk.session.flush()
    with as_machine(desk.session):
        unused = sa.select(OneTimeLink).where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None))
        for earlier in desk.all(unused.where(OneTimeLink.expires_at > desk.now)):
            earlier.expires_at = desk.now
    secret = secret_for(seed, user.id)
    link = OneTimeLink(
        user_id=user.id,
        digest=digest_of(secret),
        purpose=RESET if user.password_hash else INVITATION,
        made_at=desk.now,
        made_by_id=desk.actor.id,
        expires_at=desk.now + LINK_LASTS,
    )
    desk.add(link)
    desk.record(Act.SEND_LINK, user)
    return MadeLink(user, secret, link)


def made_before(desk: Desk, seed: str) -> list[MadeLink]:
    """The links that this very press has already made, a moment ago."""
    mine = (
        sa.select(OneTimeLink)
        .where(OneTimeLink.made_by_id == desk.actor.id, OneTimeLink.made_at > desk.now - SHOWN_AGAIN)
        .options(joinedload(OneTimeLink.user))
        .order_by(OneTimeLink.id)
    )
    with as_machine(desk.session):
        found: Iterable[OneTimeLink] = desk.all(mine)
    made = (MadeLink(link.user, secret_for(seed, link.user_id), link) for link in found)
    return [each for each in made if digest_of(each.secret) == each.link.digest]


def link_behind(session: Session, secret: str) -> OneTimeLink | None:
    """The link of this secret, whether it still works or not."""
    query = sa.select(OneTimeLink).where(OneTimeLink.digest == digest_of(secret)).options(joinedload(OneTimeLink.user))
    with as_machine(session):
        return session.scalars(query).one_or_none()


def works(desk: Desk, link: OneTimeLink) -> bool:
    """Neither used nor expired, and the account is still in use."""
    return link.used_at is None and link.expires_at > desk.now and link.user.is_active


def follow(desk: Desk, link: OneTimeLink, password: str) -> None:
    """Set the password at the person's own desk. Whoever was signed in before, is not any more."""
    set_password(link.user, password)
    link.used_at = desk.now
    end_sign_ins(desk, UserSession.user_id == link.user_id)
    desk.record(Act.FOLLOW_LINK, link.user)
