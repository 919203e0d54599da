"""A follow-up as lists show it, read in one piece: of six tables, a line has use for some twenty words."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.directory.names import place_of
from tracker.followups import rules
from tracker.followups.models import FollowUp
from tracker.followups.states import FOLLOW_UP, FollowUpStatus, Holder
from tracker.instruments.models import Aspect
from tracker.recommendations.models import Recommendation

HOME = "Asia/Jakarta"


class UnitWords(NamedTuple):
    """Which unit it is, and what its clock and calendar are."""

    name: str
    is_root: bool
    agency: str
    region_code: str
    timezone: str

    @property
    def place(self) -> str:
        return place_of(self.agency)


class AspectWords(NamedTuple):
    name: str
    name_en: str


class LineWords(NamedTuple):
    id: int
    title: str
    unit_id: int
    recommendation_id: int
    status: FollowUpStatus
    is_open: bool
    holder: Holder | None
    holder_since: datetime
    original_due_on: date
    due_on: date
    due_zone: str | None
    due_at: datetime
    logged_percent: int
    confirmed_percent: int
    returned_at: datetime | None
    submitted_at: datetime | None
    submitted_by_id: int | None
    checking_by_id: int | None
    checking_until: datetime | None
    hold_fiscal_year: int | None
    unit: UnitWords
    aspect: AspectWords


class FollowUpLine(LineWords):
    """Named as in FollowUp, so that words and buttons are found for either."""

    __slots__ = ()
    view = FollowUp.view

    def can(self, act: StrEnum) -> bool:
        """As FollowUp's, by the same table."""
        return act not in FOLLOW_UP.moves or FOLLOW_UP.can(act, self.status)

    @property
    def claimed(self) -> int:
        return rules.claimed(self.status, self.logged_percent, self.returned_at is not None)

    @property
    def verified(self) -> int:
        return rules.verified(self.status, self.confirmed_percent)


OF_FOLLOW_UP = FollowUpLine._fields[:-2]
OF_UNIT = len(OF_FOLLOW_UP)
OF_ASPECT = OF_UNIT + len(UnitWords._fields)

LINES: sa.Select[Any] = (
    sa.select(
        *(getattr(FollowUp, name) for name in OF_FOLLOW_UP),
        ServiceUnit.name,
        ServiceUnit.is_root,
        Agency.name,
        sa.func.coalesce(Region.code, ""),
        sa.func.coalesce(Region.timezone, HOME),
        sa.func.coalesce(Aspect.name, ""),
        sa.func.coalesce(Aspect.name_en, ""),
    )
    .select_from(FollowUp)
    .outerjoin(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
    .outerjoin(Agency, Agency.id == ServiceUnit.agency_id)
    .outerjoin(Region, Region.id == ServiceUnit.region_id)
    .outerjoin(Recommendation, Recommendation.id == FollowUp.recommendation_id)
    .outerjoin(Aspect, Aspect.id == Recommendation.aspect_id)
)
"""Put together once, to be narrowed and ordered by criteria on FollowUp."""


def read(desk: Desk, query: sa.Select[Any]) -> list[FollowUpLine]:
    """The lines of LINES, as narrowed."""
    return [
        FollowUpLine._make((*row[:OF_UNIT], UnitWords(*row[OF_UNIT:OF_ASPECT]), AspectWords(*row[OF_ASPECT:])))
        for row in desk.session.execute(query)
    ]
