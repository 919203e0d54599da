"""Where every unit of a cycle stands, read at once: its figures, what is expected by the day, and whom to call.

What acts move is stored; what moves with the clock is worked out here, when it is read. Rows are those that the desk
may see; whether somebody at a unit has an account, and when they last signed in, is asked for them at the machine's
desk, so that the score of a unit is the same for everybody who sees it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.administration.settings import setting
from tracker.directory.models import Agency, Contact, Membership, Region, ServiceUnit, SupervisionArea, User
from tracker.directory.names import place_of
from tracker.directory.queries import calendar_at, holds_on
from tracker.directory.states import Role
from tracker.evaluations.models import Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.states import Holder
from tracker.instruments.models import Band, Cycle
from tracker.kit.workdays import WorkCalendar
from tracker.progress.calls import CallFacts, CallRules, CallScore, call_score
from tracker.progress.models import UnitProgress
from tracker.progress.rules import Standing, StandingRules, expected, standing

HOME = "Asia/Jakarta"


class Row(NamedTuple):
    """What is stored of a unit in a cycle; None where there is no result, or no figure yet."""

    unit_id: int
    name: str
    agency: str
    region_code: str | None
    timezone: str | None
    area: str | None
    evaluation_id: int | None
    official_index: Decimal | None
    computed_index: Decimal | None
    band: str | None
    is_priority: bool | None
    verified: Decimal | None
    claimed: Decimal | None
    projected: Decimal | None
    recommendations: int | None
    counting: int | None
    adequate: int | None
    unassigned: int | None
    last_action_at: datetime | None
    returned_since: datetime | None
    is_root: bool

    @property
    def place(self) -> str:
        return place_of(self.agency)


@dataclass(frozen=True)
class UnitLine:
    """One unit in one cycle, as lists and the matrix show it."""

    row: Row
    standing: Standing
    points: Decimal
    """Of the call score: what a list is ordered by."""
    scored: Callable[[Row], CallScore] = field(repr=False, compare=False)

    @cached_property
    def score(self) -> CallScore:
        """The points with their reasons; worked out for the lines that are shown."""
        return self.scored(self.row)

    @property
    def id(self) -> int:
        return self.row.unit_id

    @cached_property
    def index(self) -> Decimal | None:
        """The official index wins over the computed one."""
        row = self.row
        return row.official_index if row.official_index is not None else row.computed_index


@dataclass(frozen=True, slots=True)
class Lines:
    """The units that were asked for, unsorted, with what all of them share."""

    cycle: Cycle
    day: date
    expected: Decimal | None
    units: list[UnitLine]


def standing_rules(session: Session) -> StandingRules:
    """The margins as administrators set them."""
    return StandingRules(Decimal(setting(session, "on_track_margin")), Decimal(setting(session, "at_risk_margin")))


def call_rules(session: Session) -> CallRules:
    """The numbers of the call score as administrators set them."""
    return CallRules(
        returned_untouched_days=setting(session, "untouched_days"),
        silent_days=setting(session, "silent_days"),
        near_opening_calendar_days=setting(session, "near_opening_days"),
    )


def expected_today(desk: Desk, cycle: Cycle) -> Decimal | None:
    """What should be verified by now, in percent; None without one of the cycle's dates."""
    return expected(desk.today, cycle.letter_on, cycle.opening_on)


def units_in(cycle: Cycle) -> sa.Select[Any]:
    """The units that have a result or a recommendation in the cycle, joined to their stored figures.

    Narrowed further by criteria on ServiceUnit, Agency, Region, Evaluation and UnitProgress.
    """
    of_result = sa.and_(Evaluation.unit_id == ServiceUnit.id, Evaluation.cycle_id == cycle.id)
    of_figures = sa.and_(UnitProgress.unit_id == ServiceUnit.id, UnitProgress.cycle_id == cycle.id)
    return (
        sa.select(ServiceUnit.id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .outerjoin(SupervisionArea, SupervisionArea.id == ServiceUnit.area_id)
        .outerjoin(Evaluation, of_result)
        .outerjoin(UnitProgress, of_figures)
        .outerjoin(Band, Band.id == Evaluation.band_id)
        .where(sa.or_(Evaluation.id.is_not(None), UnitProgress.id.is_not(None)))
    )


COLUMNS = (
    ServiceUnit.id,
    ServiceUnit.name,
    Agency.name,
    Region.code,
    Region.timezone,
    SupervisionArea.name,
    Evaluation.id,
    Evaluation.official_index,
    Evaluation.computed_index,
    Band.letter,
    Evaluation.is_priority,
    UnitProgress.verified,
    UnitProgress.claimed,
    UnitProgress.projected,
    UnitProgress.recommendations,
    UnitProgress.counting,
    UnitProgress.adequate,
    UnitProgress.unassigned,
    UnitProgress.last_action_at,
    UnitProgress.returned_since,
    ServiceUnit.is_root,
)


def lines(desk: Desk, cycle: Cycle, units: sa.Select[Any]) -> Lines:
    """The units of `units_in`, as narrowed, each with its standing and its call score. Six queries, however many."""
    rows = [Row._make(each) for each in desk.session.execute(units.with_only_columns(*COLUMNS))]
    expectation = expected_today(desk, cycle)
    margins = standing_rules(desk.session)
    facts = Facts(desk, cycle, expectation, call_rules(desk.session))
    stands = {verified: standing(verified, expectation, margins) for verified in {row.verified for row in rows}}
    found = [UnitLine(row, stands[row.verified], facts.points(row), facts.score) for row in rows]
    return Lines(cycle, desk.today, expectation, found)


def worst_first(line: UnitLine) -> tuple[Any, ...]:
    """By call score, ties by verified progress, the least first; without data after those, then by name."""
    verified = line.row.verified
    return (-line.points, verified is None, verified or 0, line.row.name, line.id)


class Place(NamedTuple):
    """The clock and calendar of a region on the day of asking."""

    calendar: WorkCalendar
    zone: ZoneInfo
    today: date
    untouched_before: datetime
    """What was returned before this moment has lain untouched for too long."""
    silent_before: datetime
    """Whoever last did anything before this moment has been silent for too long."""


class Facts:
    """What the call score needs to know of the units in reach, gathered once for all of them."""

    def __init__(self, desk: Desk, cycle: Cycle, expectation: Decimal | None, rules: CallRules) -> None:
        self._now, self._session, self._expected, self._rules = desk.now, desk.session, expectation, rules
        self._days_to_opening = (cycle.opening_on - desk.today).days if cycle.opening_on else None
        with as_machine(desk.session):
            within = desk.units_for(Act.VIEW_EVALUATIONS)
            self._officers = officers(desk.session, within, desk.today)
            self._later_actions = later_actions(desk.session, within, cycle)
            self._overdue = with_overdue_commitment(desk.session, within, cycle, desk.now)
        self._most_behind = int(rules.behind_at_most / rules.per_point_behind) + 1
        self._places: dict[str, Place] = {}
        self._limits: dict[tuple[int, ZoneInfo], Place] = {}
        self._points: dict[tuple[Any, ...], Decimal] = {}

    def of(self, row: Row) -> CallFacts:
        return CallFacts(
            unreachable=self._unreachable(row),
            commitment_overdue=row.unit_id in self._overdue,
            returned_untouched_days=self._workdays_since(row, row.returned_since),
            silent_days=self._workdays_since(row, self._last_sign(row)),
            verified=row.verified,
            expected=self._expected,
            days_to_opening=self._days_to_opening,
            counting=row.counting or 0,
            adequate=row.adequate or 0,
        )

    def score(self, row: Row) -> CallScore:
        return call_score(self.of(row), self._rules)

    def points(self, row: Row) -> Decimal:
        """`score(row).points`, of which thousands are needed to order a list.

        Units for which all of this is the same have the same points; days since a moment are not counted, but the
        moment is held against the one from which they are too many.
        """
        place, last = self._place(row), self._last_sign(row)
        known = row.verified is not None and self._expected is not None
        same = (
            self._unreachable(row),
            row.unit_id in self._overdue,
            row.returned_since is not None and row.returned_since < place.untouched_before,
            last is None or last < place.silent_before,
            min(self._most_behind, int(self._expected - row.verified)) if known else None,  # type: ignore[operator]
            bool(row.counting) and row.adequate == row.counting,
        )
        points = self._points.get(same)
        if points is None:
            points = self._points[same] = self.score(row).points
        return points

    def _unreachable(self, row: Row) -> bool:
        officers = self._officers.get(row.unit_id)
        return officers is None or not officers.reachable

    def _last_sign(self, row: Row) -> datetime | None:
        officers = self._officers.get(row.unit_id)
        signs = (row.last_action_at, self._later_actions.get(row.unit_id), officers.last_sign_in if officers else None)
        return max((sign for sign in signs if sign is not None), default=None)

    def _workdays_since(self, row: Row, moment: datetime | None) -> int | None:
        """Working days of the unit's place that have gone by since the day of the moment."""
        if moment is None:
            return None
        place = self._place(row)
        return max(0, place.calendar.until(moment.astimezone(place.zone).date(), place.today))

    def _place(self, row: Row) -> Place:
        code = row.region_code or ""
        known = self._places.get(code)
        if known is None:
            known = self._places[code] = self._limits_of(
                calendar_at(self._session, code), ZoneInfo(row.timezone or HOME)
            )
        return known

    def _limits_of(self, calendar: WorkCalendar, zone: ZoneInfo) -> Place:
        """Worked out once for all places that share a calendar and a clock."""
        known = self._limits.get((id(calendar), zone))
        if known is None:
            today = self._now.astimezone(zone).date()
            untouched = before(calendar, zone, today, self._rules.returned_untouched_days)
            silent = before(calendar, zone, today, self._rules.silent_days)
            known = self._limits[id(calendar), zone] = Place(calendar, zone, today, untouched, silent)
        return known


def before(calendar: WorkCalendar, zone: ZoneInfo, today: date, workdays: int) -> datetime:
    """Since every moment before this one, and since none after it, at least so many working days have gone by."""
    if workdays <= 0:
        return datetime.max.replace(tzinfo=UTC)
    day = today
    while calendar.until(day, today) < workdays:
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


class Officers(NamedTuple):
    """The officers of a unit who have an account, and when one of them last signed in.

    Reachable where one of them, or a contact of the unit, has a number or an address.
    """

    reachable: bool
    last_sign_in: datetime | None


Within = sa.ColumnElement[bool]


def officers(session: Session, within: Within, day: date) -> Mapping[int, Officers]:
    """Unit -> its officers, where it has any with an active account on the day."""
    contact = sa.exists().where(Contact.unit_id == ServiceUnit.id, sa.or_(Contact.phone != "", Contact.email != ""))
    can_be_reached = sa.case((sa.or_(User.phone != "", User.email != "", contact), 1), else_=0)
    found = session.execute(
        sa.select(ServiceUnit.id, sa.func.max(can_be_reached), sa.func.max(User.last_sign_in_at))
        .join(Membership, Membership.unit_id == ServiceUnit.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == Role.UNIT_OFFICER, User.is_active, holds_on(day), within)
        .group_by(ServiceUnit.id)
    )
    return {unit_id: Officers(bool(reachable), last) for unit_id, reachable, last in found}


def later_actions(session: Session, within: Within, cycle: Cycle) -> Mapping[int, datetime]:
    """Unit -> its last corrective action, where that belongs to another cycle: what was carried over is work, too."""
    here, other = aliased(UnitProgress), aliased(UnitProgress)
    found = session.execute(
        sa.select(other.unit_id, sa.func.max(other.last_action_at))
        .join(ServiceUnit, ServiceUnit.id == other.unit_id)
        .outerjoin(here, sa.and_(here.unit_id == other.unit_id, here.cycle_id == cycle.id))
        .where(
            other.cycle_id != cycle.id,
            other.last_action_at.is_not(None),
            sa.or_(here.last_action_at.is_(None), other.last_action_at > here.last_action_at),
            within,
        )
        .group_by(other.unit_id)
    )
    return {unit_id: moment for unit_id, moment in found if moment is not None}


def with_overdue_commitment(session: Session, within: Within, cycle: Cycle, now: datetime) -> frozenset[int]:
    """The units that hold, or whose coordinator holds, a follow-up from a session's commitment past its date."""
    found = session.scalars(
        sa.select(FollowUp.unit_id)
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .where(
            FollowUp.cycle_id == cycle.id,
            FollowUp.from_commitment,
            FollowUp.is_open,
            FollowUp.holder.in_((Holder.UNIT, Holder.COORDINATOR)),
            FollowUp.due_at < now,
            within,
        )
        .distinct()
    )
    return frozenset(found)
