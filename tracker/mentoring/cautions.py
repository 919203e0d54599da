"""What is remarkable about the days of a session: gone by, no working day, a holiday where a unit is, unusual hours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.directory.models import Region, ServiceUnit
from tracker.directory.queries import calendar_at, corrections_of
from tracker.kit import formats
from tracker.kit.holidays_id import seeded
from tracker.mentoring.models import MentoringSession, SessionUnit

OPENS, CLOSES = time(8), time(16)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Where:
    """A region with a unit that takes part."""

    code: str
    name: str
    zone: str


def cautions(desk: Desk, session: MentoringSession) -> list[str]:
    """Of a session with its units, in the reader's language; none of them stands in its way."""
    spans = [(day.starts_at, day.ends_at) for day in session.days]
    return list(remarks(desk, spans, session.zone, places_of(desk, session)))


def places_of(desk: Desk, session: MentoringSession) -> list[Where]:
    query = (
        sa.select(Region.code, Region.name, Region.timezone)
        .join(ServiceUnit, ServiceUnit.region_id == Region.id)
        .join(SessionUnit, SessionUnit.unit_id == ServiceUnit.id)
        .where(SessionUnit.session_id == session.id)
        .distinct()
        .order_by(Region.code)
    )
    return [Where(*row) for row in desk.session.execute(query)]


def remarks(desk: Desk, spans: Sequence[Span], zone: str, places: Sequence[Where]) -> Iterator[str]:
    for start, end in sorted(spans):
        day = start.astimezone(ZoneInfo(zone)).date()
        words = formats.weekday_and_date(day)
        if start < desk.now:
            yield _("%(day)s sudah lewat. Sesi tetap dapat dicatat sesudahnya.", day=words)
        yield from about_the_day(desk, day, words, places)
        zones = dict.fromkeys((zone, *(place.zone for place in places)))
        if unusual := [hours(start, end, where) for where in zones if is_unusual(start, end, ZoneInfo(where))]:
            yield _("%(day)s di luar jam kerja 08.00–16.00: %(hours)s.", day=words, hours=", ".join(unusual))


def is_unusual(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    first, last = start.astimezone(zone), end.astimezone(zone)
    return first.time() < OPENS or last.time() > CLOSES or first.date() != last.date()


def hours(start: datetime, end: datetime, zone: str) -> str:
    """13.00–17.00 WIB."""
    return f"{formats.moment(start, zone).rsplit(' ', 2)[1]}–{' '.join(formats.moment(end, zone).rsplit(' ', 2)[1:])}"


def about_the_day(desk: Desk, day: date, words: str, places: Sequence[Where]) -> Iterator[str]:
    """The host keeps the national calendar; units keep that of their region."""
    if day.weekday() >= 5:
        yield _("%(day)s jatuh pada akhir pekan.", day=words)
        return
    if not calendar_at(desk.session, "").is_workday(day):
        yield _("%(day)s hari libur: %(name)s.", day=words, name=name_of(desk, day))
        return
    closed = [place for place in places if not calendar_at(desk.session, place.code).is_workday(day)]
    for name in dict.fromkeys(name_of(desk, day, place.code) for place in closed):
        there = [place.name for place in closed if name_of(desk, day, place.code) == name]
        yield _("%(day)s libur di %(places)s: %(name)s.", day=words, places=", ".join(there), name=name)


def name_of(desk: Desk, day: date, code: str = "") -> str:
    """What the day off is called; a correction names it before the seed does."""
    here = [each for each in corrections_of(desk.session) if each.day == day]
    for each in sorted(here, key=lambda one: -len(one.region_code or "")):
        if (each.region_code is None or code.startswith(each.region_code)) and each.name:
            return each.name
    return next((each.name for each in seeded([day.year], formats.language()) if each.day == day), _("hari libur"))
