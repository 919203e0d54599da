"""At whose desk a command of the command line works."""

import sqlalchemy as sa
from flask import current_app

from tracker.access.actor import SYSTEM, Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import User
from tracker.kit.db import db
from tracker.kit.refusal import Refusal


def desk_for(username: str | None, act: Act) -> Desk:
    """The system's desk, or that of a person whose roles carry the act; a Refusal for anybody else."""
    now, session = current_app.extensions["clock"].now(), db.session()
    desk = Desk(SYSTEM, now, session)
    if username is None:
        return desk
    user = session.scalar(sa.select(User).where(User.username == username, User.is_active))
    if user is None:
        raise Refusal("as", f"Pengguna {username} tidak ada atau tidak aktif.")
    desk = Desk(Actor.of(user, desk.today), now, session)
    if not desk.holds(act):
        raise Refusal("as", f"Pengguna {username} tidak berwenang melakukan ini.")
    return desk
