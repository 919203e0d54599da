"""Whether the schedule is minded, as the site's own pages tell those who can do something about it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.jobs.queries import last_heartbeat
from tracker.jobs.rules import PATIENCE, is_silent

KNOWN_FOR = timedelta(minutes=1)


class Pulse:
    """What this process last saw of the heartbeat. It asks at most once a minute, and not just after its start."""

    def __init__(self, started: datetime) -> None:
        self.started = started
        self._asked: datetime | None = None
        self._silent = False

    def is_missing(self, session: Session, now: datetime) -> bool:
        """Nobody minds the schedule. Asked at a desk that may look at the scheduler."""
        if now - self.started < PATIENCE:
            return False
        if self._asked is None or not timedelta(0) <= now - self._asked < KNOWN_FOR:
            with session.no_autoflush:
                self._silent = is_silent(last_heartbeat(session, now), now)
            self._asked = now
        return self._silent
