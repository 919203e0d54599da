"""The trail, searched: newest first, within what the reader may see."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.events.models import Event
from tracker.kit.db import Rows


@dataclass(frozen=True, slots=True)
class Search:
    """What an auditor looks for; what is empty does not narrow."""

    words: str = ""
    act: str = ""
    kind: str = ""
    subject_id: int | None = None
    unit_id: int | None = None
    since: date | None = None
    until: date | None = None


def told(search: Search, zone: ZoneInfo) -> Rows[Event]:
    """Events that match; days are those of the reader's zone, both included."""
    query = sa.select(Event).order_by(Event.id.desc())
    exact = {"act": search.act, "subject_type": search.kind, "subject_id": search.subject_id, "unit_id": search.unit_id}
    query = query.filter_by(**{name: value for name, value in exact.items() if value})
    if search.words:
        like = f"%{search.words.replace('%', '').replace('_', ' ')}%"
        query = query.where(sa.or_(Event.actor_name.ilike(like), Event.reason.ilike(like)))
    if search.since:
        query = query.where(Event.at >= datetime.combine(search.since, time(), zone))
    if search.until:
        query = query.where(Event.at < datetime.combine(search.until + timedelta(days=1), time(), zone))
    return query
