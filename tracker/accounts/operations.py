"""Signing in and out, one's own settings, and links that set a password once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.actor import Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.accounts import passwords
from tracker.accounts.models import UserSession
from tracker.accounts.people import digest_of
from tracker.accounts.rules import SIGN_IN_LASTS, device_name, password_problem
from tracker.directory.models import User
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_


@dataclass(frozen=True, slots=True)
class Known:
    """What the sign-in needs of an account; of an unknown one, nothing, with the same work to do."""

    user_id: int | None = None
    password_hash: str | None = None


def account_named(session: Session, username: str) -> Known:
    """The active account of that name."""
    query = sa.select(User.id, User.password_hash).where(User.username == username_key(username), User.is_active)
    with as_machine(session):
        found = session.execute(query).one_or_none()
    return Known(*found) if found else Known()


def username_key(typed: str) -> str:
    """User names are small letters, whatever a phone's keyboard makes of the first one."""
    return typed.strip().casefold()


def desk_of(session: Session, user_id: int, now: datetime) -> Desk:
    """The desk of somebody who has just proved who they are."""
    with as_machine(session):
        user = session.get_one(User, user_id)
        zone = ZoneInfo(user.timezone)
        actor = Actor.of(user, now.astimezone(zone).date())
    return Desk(actor, now, session, zone)


def own_account(desk: Desk) -> User:
    """The account of whoever sits at this desk."""
    with as_machine(desk.session):
        return desk.session.get_one(User, desk.actor.id)


def sign_in(desk: Desk, agent: str, password: str = "") -> str:
    """Begin a sign-in of the desk's person on a device; the key of it goes into the cookie.

    With the password, its hash is renewed where it was made with another strength.
    """
    if not desk.actor.mandates:
        raise Refusal("", N_("Akun Anda tidak mempunyai peran yang berlaku hari ini. Hubungi administrator."))
    user = own_account(desk)
    key = secrets.token_urlsafe(32)
    desk.add(
        UserSession(
            user_id=user.id,
            key_digest=digest_of(key),
            device=device_name(agent),
            started_at=desk.now,
            expires_at=desk.now + SIGN_IN_LASTS,
        )
    )
    seen = sa.update(User).where(User.id == user.id).values(last_sign_in_at=desk.now)
    with as_machine(desk.session):  # not by the row: its version is for those who edit it
        desk.session.execute(seen)
    if password and user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hashed(password)
    desk.record(Act.SIGN_IN, user)
    return key


def sign_out(desk: Desk, session_id: int) -> None:
    """End one sign-in."""
    ended = end_sign_ins(desk, UserSession.id == session_id)
    if ended:
        desk.record(Act.SIGN_OUT, own_account(desk))


def sign_out_everywhere(desk: Desk, user: User, but: int | None = None) -> int:
    """End every sign-in of a person, except the one named; say how many."""
    return end_sign_ins(desk, UserSession.user_id == user.id, UserSession.id != but if but else sa.true())


def end_sign_ins(desk: Desk, *which: sa.ColumnElement[bool]) -> int:
    with as_machine(desk.session):
        open_ones = sa.select(UserSession).where(
            *which, UserSession.ended_at.is_(None), UserSession.expires_at > desk.now
        )
        found = desk.all(open_ones)
        for each in found:
            each.ended_at = desk.now
    return len(found)


def set_password(user: User, password: str, field: str = "password") -> None:
    """Keep a new password, if it is a good one. The caller tells of it."""
    if problem := password_problem(password, user.name, user.username):
        raise Refusal(field, problem)
    user.password_hash = passwords.hashed(password)


def choose_language(desk: Desk, language: str) -> None:
    """The language of one's own pages and messages."""
    user = own_account(desk)
    if user.language != language:
        user.language = language
        desk.record(Act.CHANGE_OWN_ACCOUNT, user)


@dataclass(frozen=True, slots=True)
class Preferences:
    """How somebody can be reached, and how they read pages and times."""

    email: str
    phone: str
    language: str
    timezone: str


def change_preferences(desk: Desk, wanted: Preferences) -> None:
    """One's own address, number, language and zone."""
    user = own_account(desk)
    user.email, user.phone = wanted.email, wanted.phone
    user.language, user.timezone = wanted.language, wanted.timezone
    desk.record(Act.CHANGE_OWN_ACCOUNT, user)


@dataclass(frozen=True, slots=True)
class NewPassword:
    old: str
    password: str


def change_password(desk: Desk, wanted: NewPassword, session_id: int) -> None:
    """A new password for oneself, who must know the old one. Other sign-ins end; this one goes on."""
    user = own_account(desk)
    if not passwords.matches(user.password_hash, wanted.old):
        raise Refusal("old", N_("Kata sandi lama tidak sesuai."))
    if wanted.old == wanted.password:
        raise Refusal("password", N_("Kata sandi baru harus berbeda dari yang lama."))
    set_password(user, wanted.password)
    sign_out_everywhere(desk, user, but=session_id)
    desk.record(Act.CHANGE_OWN_ACCOUNT, user)
