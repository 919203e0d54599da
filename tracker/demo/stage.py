"""Where the demonstration is played: the site's own operations, at people's desks, with the clock set back."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.actor import SYSTEM, Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.demo.cast import UNIT_NAME
from tracker.demo.props import paper, photo
from tracker.directory.models import Agency, Region, ServiceUnit, User
from tracker.directory.queries import calendar_of
from tracker.instruments.models import Aspect, Cycle
from tracker.kit.files import FileStore, Kept
from tracker.recommendations.models import Recommendation

OPENS = time(9, 4)
A_WHILE = timedelta(minutes=17)
LIMIT = 10 * 1024 * 1024


@dataclass
class Stage:
    """The day of the demonstration, and how to come to a desk on an earlier one."""

    session: Session
    store: FileStore
    now: datetime
    _moments: dict[date, int] = field(default_factory=dict)
    _users: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo("Asia/Jakarta")).date()

    def machine(self, moment: datetime) -> Desk:
        return Desk(SYSTEM, moment, self.session)

    def key_of(self, username: str) -> int:
        if username not in self._users:
            with as_machine(self.session):
                query = sa.select(User.id).filter_by(username=username)
                self._users[username] = self.session.scalars(query).one()
        return self._users[username]

    def desk(self, username: str, moment: datetime) -> Desk:
        """Somebody's desk, as it was then."""
        user_id = self.key_of(username)
        with as_machine(self.session):
            user = self.session.get_one(User, user_id)
            zone = ZoneInfo(user.timezone)
            actor = Actor.of(user, moment.astimezone(zone).date())
        return Desk(actor, moment, self.session, zone)

    def day(self, offset: int, since: date | None = None) -> date:
        """That many days from today, or the working day before it; a due date may lie ahead."""
        day = (since or self.today) + timedelta(days=offset)
        calendar = calendar_of(self.session, None)
        while not calendar.is_workday(day):
            day -= timedelta(days=1)
        return day

    def moment(self, day: date) -> datetime:
        """The next free moment of a day in the office, never ahead of the clock."""
        turn = self._moments[day] = self._moments.get(day, -1) + 1
        opens = datetime.combine(day, OPENS, ZoneInfo("Asia/Jakarta"))
        return min((opens + turn * A_WHILE).astimezone(ZoneInfo("UTC")), self.now)

    def unit(self, region: str) -> ServiceUnit:
        with as_machine(self.session):
            query = (
                sa.select(ServiceUnit)
                .join(Agency, Agency.id == ServiceUnit.agency_id)
                .join(Region, Region.id == Agency.region_id)
                .where(Region.code == region, ServiceUnit.name == UNIT_NAME)
            )
            return self.session.scalars(query).one()

    def recommendation(self, cycle_id: int, region: str, aspect: str) -> int:
        """The key of the recommendation to a unit in an aspect."""
        unit_id = self.unit(region).id
        with as_machine(self.session):
            query = (
                sa.select(Recommendation.id)
                .join(Aspect, Aspect.id == Recommendation.aspect_id)
                .where(Recommendation.cycle_id == cycle_id, Recommendation.unit_id == unit_id, Aspect.code == aspect)
            )
            return self.session.scalars(query).one()

    def keep_photo(self, title: str) -> Kept:
        return self.store.keep(photo(title), f"{title}.jpg", LIMIT)

    def keep_paper(self, title: str) -> Kept:
        lines = (f"{title}. Dokumen ini dibuat untuk memperagakan Tuntas dan tidak berlaku.",)
        return self.store.keep(paper(title, lines), f"{title}.pdf", LIMIT)

    def keep_workbook(self, stream: BytesIO, name: str, allowed: frozenset[str], limit: int) -> Kept:
        return self.store.keep(stream, name, limit, allowed)


def mark_illustration(desk: Desk, cycle: Cycle, **facts: Any) -> None:
    """Say of a cycle that its scores are made up."""
    cycle.is_illustration = True
    for name, value in facts.items():
        setattr(cycle, name, value)
    desk.record(Act.LOAD_DEMO, cycle)
