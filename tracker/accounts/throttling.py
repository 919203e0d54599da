"""Slowing down who guesses: counters per account and per address, kept in the database that all processes share."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from limits import RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.access.scope import as_machine
from tracker.accounts.models import Throttle
from tracker.accounts.people import digest_of
from tracker.kit.db import Moment

PER_ACCOUNT = RateLimitItemPerMinute(8, 15, namespace="account")  # from one address: who guesses locks out no owner
ANYWHERE = RateLimitItemPerMinute(100, 15, namespace="anywhere")  # at one account, from however many addresses
PER_ADDRESS = RateLimitItemPerMinute(60, 15, namespace="address")  # a whole office may stand behind one address


class Counters(Storage):
    """The `throttle` table as the limits library wants it: one statement a hit, so that no two miss each other."""

    STORAGE_SCHEME = None

    def __init__(self, session: Session, now: datetime) -> None:
        super().__init__()
        self.session, self.now = session, now

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, and say how many there are in the window that began with the first."""
        insert: Any = postgresql.insert if self.session.get_bind().dialect.name == "postgresql" else sqlite.insert
        ends = self.now + timedelta(seconds=expiry)
        is_over = Throttle.expires_at <= self.now
        statement = insert(Throttle).values(key=key, hits=max(amount, 0), expires_at=ends)
        statement = statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "hits": sa.case((is_over, max(amount, 0)), else_=Throttle.hits + amount),
                "expires_at": sa.case((is_over, sa.literal(ends, Moment())), else_=Throttle.expires_at),
            },
        )
        with as_machine(self.session):
            self.session.execute(sa.delete(Throttle).where(Throttle.expires_at < self.now - timedelta(days=1)))
            return int(self.session.execute(statement.returning(Throttle.hits)).scalar_one())

    def get(self, key: str) -> int:
        return self._of(key, Throttle.hits) or 0

    def get_expiry(self, key: str) -> float:
        ends: datetime | None = self._of(key, Throttle.expires_at)
        return (ends or self.now).timestamp()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with as_machine(self.session):
            self.session.execute(sa.delete(Throttle))
        return None

    def clear(self, key: str) -> None:
        with as_machine(self.session):
            self.session.execute(sa.delete(Throttle).where(Throttle.key == key))

    def _of(self, key: str, column: Any) -> Any:
        with as_machine(self.session):
            return self.session.scalar(sa.select(column).where(Throttle.key == key, Throttle.expires_at > self.now))


class Guard:
    """Counts the tries at one account from one address, known or unknown: the answer never depends on which."""

    def __init__(self, session: Session, now: datetime, account: str, address: str) -> None:
        self.counters, self.now = Counters(session, now), now
        self.limiter = FixedWindowRateLimiter(self.counters)
        self.account, self.address = digest_of(account), digest_of(address)
        self.both = digest_of(f"{account} {address}")

    def wait(self) -> timedelta | None:
        """Count one try. How long to wait, if this one is too many; None where it may go on."""
        refused = [
            each for each in ((PER_ACCOUNT, self.both), (PER_ADDRESS, self.address)) if not self.limiter.hit(*each)
        ]
        if not refused and not self.limiter.hit(ANYWHERE, self.account):  # refused tries do not count against the owner
            refused = [(ANYWHERE, self.account)]
        if not refused:
            return None
        ends = max(self.limiter.get_window_stats(item, who).reset_time for item, who in refused)
        return timedelta(seconds=max(60, round(ends - self.now.timestamp())))

    def succeeded(self) -> None:
        """Forget the tries at the account, and take this one back from the address."""
        self.counters.clear(PER_ACCOUNT.key_for(self.both))
        self.counters.clear(ANYWHERE.key_for(self.account))
        self.counters.incr(PER_ADDRESS.key_for(self.address), PER_ADDRESS.get_expiry(), -1)
