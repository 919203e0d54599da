"""Questions about follow-ups: with whom they are, which are overdue, what was said about them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only, selectinload

from tracker.access.acts import Act
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.events.models import Event
from tracker.followups.models import Comment, CorrectiveAction, Evidence, FollowUp, Submission, Verification
from tracker.followups.rules import CLOCK_RUNS
from tracker.followups.states import EvidenceKind, FollowUpStatus, Holder
from tracker.instruments.models import Aspect, Cycle
from tracker.kit.db import Rows
from tracker.recommendations.models import Recommendation


def overdue(now: datetime | sa.BindParameter[datetime], original: bool = False) -> sa.ColumnElement[bool]:
    """The unit or its coordinator holds the ball and the due date has passed: `rules.is_overdue` as SQL.

    With `original`, the date that was first agreed on: as if none had been extended.
    """
    due = original_due() if original else FollowUp.due_at
    return sa.and_(FollowUp.holder.in_(sorted(CLOCK_RUNS)), due < now)


def original_due() -> sa.ColumnElement[datetime]:
    """When it would be due had the date first agreed on stood."""
    return sa.func.coalesce(FollowUp.original_due_at, FollowUp.due_at)


def siblings(follow_up: FollowUp) -> Rows[FollowUp]:
    """The other follow-ups of the same recommendation."""
    return (
        sa.select(FollowUp)
        .where(FollowUp.recommendation_id == follow_up.recommendation_id, FollowUp.id != follow_up.id)
        .order_by(FollowUp.id)
    )


def follow_ups_of(recommendation: Recommendation) -> Rows[FollowUp]:
    return sa.select(FollowUp).where(FollowUp.recommendation_id == recommendation.id).order_by(FollowUp.id)


def pending_submission(follow_up: FollowUp) -> Rows[Submission]:
    """What was handed in and is neither judged nor taken back."""
    judged = sa.exists().where(Verification.submission_id == Submission.id)
    return (
        sa.select(Submission)
        .where(Submission.follow_up_id == follow_up.id, Submission.withdrawn_at.is_(None), ~judged)
        .order_by(Submission.id.desc())
        .limit(1)
    )


def shown_evidence(follow_up: FollowUp) -> Rows[Evidence]:
    """What is shown for a follow-up: everything that was not withdrawn."""
    return (
        sa.select(Evidence)
        .where(Evidence.follow_up_id == follow_up.id, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.id)
    )


def own_actions(follow_up: FollowUp, person_id: int | None, since: datetime) -> Rows[CorrectiveAction]:
    """What this person has logged under a follow-up from a moment on, oldest first."""
    return (
        sa.select(CorrectiveAction)
        .where(
            CorrectiveAction.follow_up_id == follow_up.id,
            CorrectiveAction.logged_by_id == person_id,
            CorrectiveAction.logged_at >= since,
        )
        .order_by(CorrectiveAction.id)
    )


def same_files(unit_id: int, digests: Collection[str]) -> Rows[Evidence]:
    """Files that were sent before within the unit, by what was sent; nobody learns of another unit's."""
    return (
        sa.select(Evidence)
        .where(
            Evidence.unit_id == unit_id,
            Evidence.kind == EvidenceKind.FILE,
            Evidence.sent_digest.in_(digests),
            Evidence.withdrawn_at.is_(None),
        )
        .order_by(Evidence.id)
    )


def given_back(follow_up_ids: Collection[int]) -> Rows[Event]:
    """Why follow-ups came back, from the verifier's side or the coordinator, newest last."""
    return (
        sa.select(Event)
        .where(
            Event.subject_type == FollowUp.__name__,
            Event.subject_id.in_(follow_up_ids),
            Event.act.in_((Act.RETURN_FOLLOW_UP.value, Act.SEND_BACK.value)),
        )
        .order_by(Event.id)
    )


def history(follow_up: FollowUp) -> Rows[Event]:
    """What happened to a follow-up, newest first."""
    return (
        sa.select(Event)
        .where(Event.subject_type == FollowUp.__name__, Event.subject_id == follow_up.id)
        .order_by(Event.id.desc())
    )


def open_ones() -> Rows[FollowUp]:
    return sa.select(FollowUp).where(FollowUp.is_open)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter of the list, as it stands in the address. What is empty does not narrow."""

    status: FollowUpStatus | None = None
    only_open: bool = True
    only_overdue: bool = False
    original: bool = False
    """By the date first agreed on, not by the present one."""
    holder: Holder | None = None
    aspect: str = ""
    cycle_id: int | None = None
    unit_id: int | None = None
    mine: int | None = None
    """The person in charge."""


def due_order(few: bool) -> tuple[Any, ...]:
    """The most urgent first. Where only `few` are in reach, as an expression that no index has: either engine would
    else walk the due dates of the whole country in search of the few."""
    due = sa.func.coalesce(FollowUp.due_at, FollowUp.due_at) if few else FollowUp.due_at
    return due, FollowUp.id


ROWS = sa.select(FollowUp)


def narrowed(by: Narrowing, now: datetime, few: bool = False, asked: sa.Select[Any] = ROWS) -> sa.Select[Any]:
    """Of the follow-ups `asked` for, those that match, the most urgent first; `few` as in due_order."""
    query = asked
    if by.status is not None:
        query = query.where(FollowUp.status == by.status)
    elif by.only_open:
        query = query.where(FollowUp.is_open)
    if by.only_overdue:
        query = query.where(overdue(now, by.original))
    columns = {"holder": by.holder, "cycle_id": by.cycle_id, "unit_id": by.unit_id, "person_in_charge_id": by.mine}
    query = query.where(*(getattr(FollowUp, name) == value for name, value in columns.items() if value is not None))
    if by.aspect:
        said = sa.select(Recommendation.id).join(Aspect, Aspect.id == Recommendation.aspect_id)
        query = query.where(FollowUp.recommendation_id.in_(said.where(Aspect.code == by.aspect).scalar_subquery()))
    order = (original_due(), FollowUp.id) if by.original else due_order(few or by.unit_id is not None)
    return query.order_by(FollowUp.is_open.desc(), *order)


LINE = (
    FollowUp.title,
    FollowUp.unit_id,
    FollowUp.recommendation_id,
    FollowUp.status,
    FollowUp.is_open,
    FollowUp.holder,
    FollowUp.due_on,
    FollowUp.original_due_on,
    FollowUp.due_zone,
    FollowUp.due_at,
    FollowUp.logged_percent,
    FollowUp.confirmed_percent,
    FollowUp.returned_at,
    FollowUp.opened_at,
    FollowUp.submitted_at,
    FollowUp.submitted_by_id,
    FollowUp.hold_kind,
    FollowUp.hold_fiscal_year,
)
LINE_OPTIONS = (
    load_only(*LINE),
    joinedload(FollowUp.unit).options(
        load_only(ServiceUnit.name, ServiceUnit.is_root, ServiceUnit.agency_id, ServiceUnit.region_id),
        joinedload(ServiceUnit.region).load_only(Region.code, Region.timezone),
        joinedload(ServiceUnit.agency).load_only(Agency.name),
    ),
    joinedload(FollowUp.recommendation)
    .load_only(Recommendation.aspect_id)
    .joinedload(Recommendation.aspect)
    .load_only(Aspect.code, Aspect.name, Aspect.name_en),
)
"""Put together once: making them took longer than the columns they save."""


def as_lines(query: Rows[FollowUp]) -> Rows[FollowUp]:
    """With what a reminder says of it, in one query. Lists on pages read `lines.LINES`, which makes no rows at all."""
    return query.options(*LINE_OPTIONS)


def as_page(id: int) -> Rows[FollowUp]:
    """With what the page of one follow-up shows above its entries, in one query."""
    recommendation = joinedload(FollowUp.recommendation)
    return (
        sa.select(FollowUp)
        .where(FollowUp.id == id)
        .options(
            joinedload(FollowUp.unit).options(joinedload(ServiceUnit.region), joinedload(ServiceUnit.agency)),
            recommendation.joinedload(Recommendation.aspect),
            recommendation.joinedload(Recommendation.cycle),
            recommendation.joinedload(Recommendation.indicator),
            recommendation.joinedload(Recommendation.letter),
            selectinload(FollowUp.person_in_charge),
        )
    )


def entries_of(follow_up: FollowUp) -> Rows[CorrectiveAction]:
    """What the unit logged, newest first, each with its evidence."""
    return (
        sa.select(CorrectiveAction)
        .where(CorrectiveAction.follow_up_id == follow_up.id)
        .order_by(CorrectiveAction.done_on.desc(), CorrectiveAction.id.desc())
        .options(selectinload(CorrectiveAction.evidence), selectinload(CorrectiveAction.logged_by))
    )


def newest_comment(follow_up: FollowUp) -> Rows[Comment]:
    return sa.select(Comment).where(Comment.follow_up_id == follow_up.id).order_by(Comment.id.desc()).limit(1)


def comments_of(follow_up: FollowUp) -> Rows[Comment]:
    """The thread, oldest first."""
    return (
        sa.select(Comment)
        .where(Comment.follow_up_id == follow_up.id)
        .order_by(Comment.id)
        .options(selectinload(Comment.author))
    )


def submissions_of(follow_up: FollowUp) -> Rows[Submission]:
    """The receipts, newest first, each with its decision."""
    return (
        sa.select(Submission)
        .where(Submission.follow_up_id == follow_up.id)
        .order_by(Submission.id.desc())
        .options(joinedload(Submission.verification))
    )


def cycles_in_sight() -> sa.Select[int, str, str]:
    """(id, name, code) of the cycles in which there are follow-ups in reach, newest first."""
    known = sa.select(Cycle.id, Cycle.name, Cycle.code)
    return known.where(sa.exists().where(FollowUp.cycle_id == Cycle.id)).order_by(Cycle.year.desc())


def aspects_of(cycle_ids: Collection[int]) -> sa.Select[str, str, str]:
    """(code, name, English name) of the aspects of the instruments that these cycles use."""
    used = sa.select(Cycle.instrument_id).where(Cycle.id.in_(cycle_ids)).scalar_subquery()
    known = sa.select(Aspect.code, Aspect.name, Aspect.name_en)
    return known.where(Aspect.instrument_id.in_(used)).order_by(Aspect.position, Aspect.id)
