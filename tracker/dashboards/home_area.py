"""The homes of those who look after areas: what to verify and decide, whom to call, and the overview of leadership."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.dashboards.calls import whom_to_call
from tracker.dashboards.overview import overview
from tracker.dashboards.queries import Narrowing, cycles_with_results
from tracker.dashboards.sections import Section
from tracker.directory.models import Agency, ServiceUnit, User
from tracker.directory.queries import calendar_of
from tracker.directory.states import Role
from tracker.evaluations.models import Evaluation, ImportDraft
from tracker.followups import extension_queries
from tracker.followups.extension_models import Extension
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus, Holder
from tracker.instruments.models import Cycle
from tracker.instruments.queries import usual_cycle
from tracker.kit.db import Model, Rows
from tracker.progress.queries import is_overdue
from tracker.recommendations.models import Recommendation

TO_CALL = 10
TO_DECIDE = 10
AT_ONCE = 500
"""Up to so many units the list of whom to call is worked out with the page; beyond, it comes right after it."""
RECENT = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """What lies with the verifier's side: how much, and since when the oldest."""

    number: int
    oldest: FollowUp | None
    workdays: int = 0
    """How long the oldest has been waiting, where its unit is."""


def verifier(desk: Desk) -> Section | None:
    """For whoever verifies: the queue, decisions, the units to call, what was imported lately."""
    if not desk.holds(Act.OPEN_SUBMISSION):
        return None
    cycle = usual_cycle(desk.all(cycles_with_results()))
    units = priority_units(desk, cycle) if cycle else 0
    on_budget = sa.and_(FollowUp.is_open, FollowUp.holder == Holder.BUDGET)  # said twice, as the index begins so
    shown = {
        "desk": desk,
        "cycle": cycle,
        "units": units,
        "waiting": waiting(desk),
        "overdue": number(desk, FollowUp, mine(desk, Act.VIEW_FOLLOW_UPS), is_overdue(desk.now)),
        "proposals": proposals(desk) if desk.holds(Act.APPROVE_CANNOT) else None,
        "requests": requests(desk),
        "on_budget": number(desk, FollowUp, mine(desk, Act.VIEW_FOLLOW_UPS), on_budget),
        "calls": whom_to_call(desk, Narrowing(cycle), TO_CALL) if cycle and units <= AT_ONCE else None,
        "imports": desk.all(imports()) if desk.holds(Act.IMPORT_RESULTS) else [],
    }
    return Section("dashboards/home_verifier.html", shown, uses_htmx=units > AT_ONCE)


def overseer(desk: Desk) -> Section | None:
    """For leadership and auditors: where the areas and provinces stand, and what waits for a second person."""
    if not desk.actor.roles & {Role.LEADERSHIP, Role.VIEWER}:
        return None
    cycle = usual_cycle(desk.all(cycles_with_results()))
    shown = {
        "cycle": cycle,
        "overview": overview(desk, cycle) if cycle else None,
        "proposals": proposals(desk) if desk.holds(Act.APPROVE_CANNOT) else None,
    }
    return Section("dashboards/home_overseer.html", shown)


def mine(desk: Desk, act: Act) -> sa.ColumnElement[bool]:
    """Follow-ups to which this person may do this. An area is asked of the row itself, which an index answers."""
    return desk.where_may(act, FollowUp.unit_id, FollowUp.area_id)


def number(desk: Desk, kind: type[Model], *which: sa.ColumnElement[bool]) -> int:
    return desk.session.scalar(sa.select(sa.func.count()).select_from(kind).where(*which)) or 0


@dataclass(frozen=True, slots=True)
class Requests:
    """What units ask for and this person may decide on: how much, and the oldest."""

    number: int
    oldest: list[Extension]


def requests(desk: Desk) -> Requests:
    query = extension_queries.to_decide(desk)
    count = desk.session.scalar(extension_queries.how_many(query)) or 0
    return Requests(count, desk.all(extension_queries.as_lines(query).limit(TO_DECIDE)) if count else [])


def priority_units(desk: Desk, cycle: Cycle) -> int:
    """How many rows the portfolio starts with."""
    within = desk.where_may(Act.VIEW_PORTFOLIO, Evaluation.unit_id)
    return number(desk, Evaluation, Evaluation.cycle_id == cycle.id, sa.and_(Evaluation.is_priority, within))


def waiting(desk: Desk) -> Waiting:
    which = (FollowUp.status == FollowUpStatus.SUBMITTED, mine(desk, Act.OPEN_SUBMISSION))
    unit = joinedload(FollowUp.unit).options(joinedload(ServiceUnit.agency), joinedload(ServiceUnit.region))
    first = sa.select(FollowUp).where(*which).order_by(FollowUp.submitted_at, FollowUp.id).limit(1)
    found = desk.session.scalar(first.options(unit))
    if found is None:
        return Waiting(0, None)
    zone = ZoneInfo(found.unit.timezone)
    since = (found.submitted_at or found.holder_since).astimezone(zone).date()
    gone_by = calendar_of(desk.session, found.unit.region).until(since, desk.now.astimezone(zone).date())
    held = (sa.and_(FollowUp.is_open, FollowUp.holder == Holder.VERIFIER), mine(desk, Act.OPEN_SUBMISSION))
    return Waiting(number(desk, FollowUp, *held), found, max(0, gone_by))


@dataclass(frozen=True, slots=True)
class Proposals:
    """What waits for a second person: how much, and some of it, the oldest first."""

    number: int
    oldest: list[Recommendation]


OF_A_PROPOSAL = (
    load_only(
        Recommendation.unit_id,
        Recommendation.text,
        Recommendation.cannot_reason,
        Recommendation.cannot_proposed_at,
        Recommendation.cannot_proposed_by_id,
    ),
    joinedload(Recommendation.unit).options(
        load_only(ServiceUnit.name, ServiceUnit.is_root, ServiceUnit.agency_id),
        joinedload(ServiceUnit.agency).load_only(Agency.name),
    ),
    joinedload(Recommendation.cannot_proposed_by).load_only(User.name),
)


def proposals(desk: Desk, most: int = TO_DECIDE, skipped: int = 0) -> Proposals:
    """What somebody else proposed as "cannot be followed up", where this person may decide.

    The few undecided ones of the whole country are read from their index, and each is asked where it lies. Left to
    the scope, which asks the other way round, this would read every recommendation in reach.
    """
    in_reach = sa.exists().where(ServiceUnit.id == Recommendation.unit_id, desk.units_for(Act.APPROVE_CANNOT))
    which = (
        Recommendation.cannot_proposed_at.is_not(None),
        Recommendation.cannot_decided_at.is_(None),
        Recommendation.cannot_proposed_by_id.is_distinct_from(desk.actor.id),
        in_reach,
    )
    query = (
        sa.select(Recommendation)
        .where(*which)
        .options(*OF_A_PROPOSAL)
        .order_by(Recommendation.cannot_proposed_at, Recommendation.id)
        .limit(most)
        .offset(skipped)
    )
    with as_machine(desk.session):
        return Proposals(number(desk, Recommendation, *which), desk.all(query))


def imports() -> Rows[ImportDraft]:
    return sa.select(ImportDraft).options(joinedload(ImportDraft.cycle)).order_by(ImportDraft.id.desc()).limit(RECENT)
