"""Questions about sign-ins."""

from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import UserSession
from tracker.kit.db import Rows


def open_sign_ins(user_id: int, now: datetime) -> Rows[UserSession]:
    """Where somebody is signed in, the latest first."""
    return (
        sa.select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.expires_at > now)
        .order_by(UserSession.started_at.desc(), UserSession.id.desc())
    )
