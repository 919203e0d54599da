"""One's sessions as a calendar that a program reads by a secret address; only the secret's digest is kept."""

import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.access.actor import Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.accounts.people import digest_of
from tracker.directory.models import User
from tracker.mentoring.calendars import Method, calendar
from tracker.mentoring.models import CalendarFeed, MentoringSession, Participant
from tracker.mentoring.records import occasion_of
from tracker.mentoring.states import SessionStatus

LONGEST = 500
LOOKS_BACK = timedelta(days=365)


def feed_of(desk: Desk) -> CalendarFeed | None:
    """One's own that still works."""
    query = sa.select(CalendarFeed).filter_by(user_id=desk.actor.id, revoked_at=None)
    return desk.session.scalar(query.order_by(CalendarFeed.id.desc()))


def make_feed(desk: Desk) -> str:
    """A new secret, which is said this once; the one before works no longer."""
    end_feed(desk)
    me = desk.session.scalars(sa.select(User).where(User.id == desk.actor.id)).one()
    secret = secrets.token_hex(24)
    feed = desk.add(CalendarFeed(user=me, secret_digest=digest_of(secret), made_at=desk.now))
    desk.record(Act.CHANGE_OWN_ACCOUNT, feed)
    return secret


def end_feed(desk: Desk) -> None:
    for feed in desk.all(sa.select(CalendarFeed).filter_by(user_id=desk.actor.id, revoked_at=None)):
        feed.revoked_at = desk.now
        desk.record(Act.CHANGE_OWN_ACCOUNT, feed)


def desk_behind(desk: Desk, secret: str) -> Desk | None:
    """The desk of whoever's feed has this secret; None where nobody's has, or it was revoked, or the person is gone."""
    with as_machine(desk.session):
        feed = desk.session.scalar(
            sa.select(CalendarFeed)
            .where(CalendarFeed.secret_digest == digest_of(secret), CalendarFeed.revoked_at.is_(None))
            .options(joinedload(CalendarFeed.user).selectinload(User.memberships))
        )
        if feed is None or not feed.user.is_active:
            return None
        zone = ZoneInfo(feed.user.timezone)
        actor = Actor.of(feed.user, desk.now.astimezone(zone).date())
    return Desk(actor, desk.now, desk.session, zone)


def feed(desk: Desk, base_url: str) -> bytes:
    """The sessions to which this person is invited or which they planned, of the last year and to come."""
    mine = sa.select(Participant.session_id).where(Participant.user_id == desk.actor.id)
    query = (
        sa.select(MentoringSession)
        .where(
            sa.or_(MentoringSession.id.in_(mine.scalar_subquery()), MentoringSession.planned_by_id == desk.actor.id),
            MentoringSession.status != SessionStatus.DRAFT,
            MentoringSession.ends_at > desk.now - LOOKS_BACK,
        )
        .options(selectinload(MentoringSession.days))
        .order_by(MentoringSession.starts_at.desc(), MentoringSession.id)
        .limit(LONGEST)
    )
    occasions = [occasion_of(session, f"{base_url}/sesi/{session.id}") for session in desk.all(query)]
    return calendar(occasions, Method.PUBLISH)
