"""A clock that stands until it is set."""

from datetime import datetime, timedelta


class StoppedClock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        self.at = at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)
