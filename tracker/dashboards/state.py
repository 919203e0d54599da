"""How things stand for the units of a filter: every figure of the overview, from a constant number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.policy import POLICY
from tracker.dashboards import figures
from tracker.dashboards.figures import AGES, FIGURES, HELD, Figure, Of
from tracker.dashboards.kept import kept
from tracker.dashboards.queries import Narrowing, Which, late
from tracker.directory.models import Region
from tracker.evaluations.models import Evaluation
from tracker.followups.models import FollowUp
from tracker.followups.queries import original_due
from tracker.followups.states import Holder
from tracker.progress.kept_models import GroupSnapshot, ProgressSnapshot
from tracker.progress.lines import expected_today
from tracker.progress.models import UnitProgress
from tracker.progress.rules import GroupMean, rounded
from tracker.progress.states import GroupKind

OF_UNITS = ("unit", "sesuai", "berisiko", "tertinggal", "tanpa-data", "berangka", "keluar-prioritas")
PERIODS = (("pekan", 7), ("bulan", 30))
"""Movement is told against a copy of so many days ago."""
NEAREST = 7
"""Where that day was not copied, the nearest copy of at most so many days before it."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The means of the same units as a copied day left them."""

    day: date
    verified: Decimal | None
    claimed: Decimal | None
    units: int


@dataclass(frozen=True, slots=True)
class Movement:
    """What changed since a copied day; without a copy, or without figures on both days, nothing is claimed."""

    wanted: date
    copy: Copy | None
    verified: Decimal | None
    claimed: Decimal | None


@dataclass(frozen=True, slots=True)
class State:
    counts: Mapping[str, int]
    """By the code of the figure."""
    verified: GroupMean
    claimed: GroupMean
    without_projection: int
    expected: Decimal | None
    days_left: int | None
    """Calendar days until the next evaluation opens; negative after."""
    waiting_since: datetime | None
    movements: Mapping[str, Movement]
    bands: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is kept of a state: no rows, and nothing in words."""

    counts: Mapping[str, int]
    verified: GroupMean
    claimed: GroupMean
    without_projection: int
    waiting_since: datetime | None
    movements: Mapping[str, Movement]


def state_of(desk: Desk, by: Narrowing) -> State:
    bands = figures.band_figures(by)
    found = kept(desk, "state", by, lambda: numbers_of(desk, by, bands))
    opening = by.cycle.opening_on
    return State(
        found.counts, found.verified, found.claimed, found.without_projection, expected_today(desk, by.cycle),
        (opening - desk.today).days if opening else None, found.waiting_since, found.movements, bands,
    )  # fmt: skip


def numbers_of(desk: Desk, by: Narrowing, bands: Sequence[Figure]) -> tuple[Numbers, datetime | None]:
    """The numbers, and the moment at which a follow-up becomes late or grows into the next age."""
    counts, sums = figures.counts_and(desk, by, [*(FIGURES[code] for code in OF_UNITS), *bands], *means())
    verified, claimed = mean(sums[0], sums[1], counts["unit"]), mean(sums[2], sums[3], counts["unit"])
    if by.aspect is None:  # the units keep this number; in one aspect it is counted
        counts["belum-ditugaskan"] = int(sums[5] or 0)
    work, waiting_since, until = work_counts(desk, by)
    others = [each for each in FIGURES.values() if each.code not in work and each.code not in counts]
    numbers = {**counts, **work, **figures.counts(desk, by, others)}
    movements = {name: movement(desk, by, days, verified, claimed) for name, days in PERIODS}
    return Numbers(numbers, verified, claimed, int(sums[4] or 0), waiting_since, movements), until


def means() -> list[Any]:
    """Exact sums of the stored figures in hundredths, and how many there are; what has no projection, no follow-up."""
    told: list[Any] = []
    for figure in (UnitProgress.verified, UnitProgress.claimed):
        told += [
            sa.func.sum(sa.cast(sa.func.round(sa.cast(figure, sa.Double) * 100), sa.Integer)),
            sa.func.count(figure),
        ]
    unknown = sa.and_(Evaluation.is_priority, UnitProgress.projected.is_(None))
    return [*told, sa.func.sum(sa.case((unknown, 1), else_=0)), sa.func.sum(UnitProgress.unassigned)]


def mean(hundredths: int | None, known: int, units: int) -> GroupMean:
    """`rules.group_mean` of figures that the database added up."""
    figure = rounded(Fraction(int(hundredths or 0), 100 * known)) if known else None
    return GroupMean(figure, known, units - known)


def work_counts(desk: Desk, by: Narrowing) -> tuple[dict[str, int], datetime | None, datetime | None]:
    """Open follow-ups by holder, age and lateness, read once; since when the verifier's oldest waits; and the next
    moment at which one of them becomes late or grows older than its age."""
    due = original_due() if by.original else FollowUp.due_at
    each = (
        figures.behind(desk, Of.FOLLOW_UPS, by)
        .with_only_columns(
            group_number(desk, by).label("number"),
            FollowUp.holder_since.label("since"),
            sa.case((due >= desk.now, due)).label("due_next"),
        )
        .where(FollowUp.is_open)
        .subquery()
    )
    query = sa.select(
        each.c.number, sa.func.count(), sa.func.min(each.c.since), sa.func.min(each.c.due_next)
    ).group_by(each.c.number)  # fmt: skip
    codes = ("terbuka", "lewat-tenggat", "komitmen", "komitmen-lewat")
    numbers = dict.fromkeys([*codes, *(f"bola-{holder}" for holder in HELD)], 0)
    numbers |= dict.fromkeys([f"bola-{holder}-{word}" for holder in HELD for word, _from, _to in AGES], 0)
    since: list[datetime] = []
    turns: list[datetime] = []
    for group, number, oldest, due_next in desk.session.execute(query):
        holder, word, is_late, is_promised = group_numbered(group)
        held = (f"bola-{holder}", f"bola-{holder}-{word}")
        for code, counted in zip(codes, (1, is_late, is_promised, is_late and is_promised), strict=True):
            numbers[code] += number if counted else 0
        for code in held:
            numbers[code] += number
        if holder is Holder.VERIFIER:
            since.append(oldest)
        turns += [moment for moment in (due_next, grows_older(oldest, word)) if moment is not None]
    return numbers, min(since, default=None), min(turns, default=None)


def group_number(desk: Desk, by: Narrowing) -> sa.ColumnElement[int]:
    """Holder, age, lateness and promise of an open follow-up in one small number: many thousands are sorted by it."""

    def one_if(condition: Any) -> sa.ColumnElement[int]:
        return sa.case((condition, 1), else_=0)

    holder = sa.case({each: at for at, each in enumerate(Holder)}, value=FollowUp.holder)
    grown = [FollowUp.holder_since < desk.now - timedelta(days=more_than) for _word, more_than, _to in AGES[1:]]
    age: Any = sum((one_if(older) for older in grown[1:]), one_if(grown[0]))
    group: sa.ColumnElement[int] = ((holder * len(AGES) + age) * 2 + one_if(late(desk, by))) * 2
    return group + one_if(FollowUp.from_commitment)


def group_numbered(number: int) -> tuple[Holder, str, bool, bool]:
    """What `group_number` made one of."""
    rest, promised = divmod(number, 2)
    rest, is_late = divmod(rest, 2)
    holder, age = divmod(rest, len(AGES))
    return list(Holder)[holder], AGES[age][0], bool(is_late), bool(promised)


def grows_older(since: datetime, word: str) -> datetime | None:
    """When what has been held since then leaves its age for the next; the last age has no end."""
    days = next(up_to for each, _from, up_to in AGES if each == word)
    return None if days is None else since + timedelta(days=days)


def movement(desk: Desk, by: Narrowing, days: int, verified: GroupMean, claimed: GroupMean) -> Movement:
    wanted = desk.today - timedelta(days=days)
    copy = copied(desk, by, wanted)

    def moved(now: Decimal | None, then: Decimal | None) -> Decimal | None:
        return None if now is None or then is None else now - then

    if copy is None:
        return Movement(wanted, None, None, None)
    return Movement(wanted, copy, moved(verified.mean, copy.verified), moved(claimed.mean, copy.claimed))


def copied(desk: Desk, by: Narrowing, day: date) -> Copy | None:
    """The means as a day left them: of the group that the filter stands for, else of its units one by one."""
    group = group_of(desk, by)
    window = (day - timedelta(days=NEAREST), day)
    if group is not None:
        kept = sa.select(GroupSnapshot.day, GroupSnapshot.verified, GroupSnapshot.claimed, GroupSnapshot.units)
        row = desk.session.execute(
            kept.where(*is_group(by, group), GroupSnapshot.day.between(*window))
            .order_by(GroupSnapshot.day.desc()).limit(1)
        ).first()  # fmt: skip
        return Copy(*row) if row else None
    return copied_units(desk, by, window)


def copied_units(desk: Desk, by: Narrowing, window: tuple[date, date]) -> Copy | None:
    each = ProgressSnapshot
    sums = [sa.func.sum(sa.cast(sa.func.round(sa.cast(figure, sa.Double) * 100), sa.Integer))
            for figure in (each.verified, each.claimed)]  # fmt: skip
    last = (
        sa.select(sa.func.max(each.day))
        .where(each.cycle_id == by.cycle.id, each.day.between(*window))
        .correlate(None)
        .scalar_subquery()
    )
    which = [each.is_priority] if by.which is Which.PRIORITY else []
    query = sa.select(
        sa.func.max(each.day), sums[0], sa.func.count(each.verified), sums[1], sa.func.count(each.claimed),
        sa.func.count(),
    ).where(
        each.cycle_id == by.cycle.id, each.day == last, *which,
        each.unit_id.in_(figures.units(desk, by).scalar_subquery()),
    )  # fmt: skip
    day, verified, known, claimed, claims, number = desk.session.execute(query).one()
    if not number:
        return None
    return Copy(day, mean(verified, known, number).mean, mean(claimed, claims, number).mean, number)


Group = tuple[GroupKind, int | str]
"""A kind of group and its number; of a province the code."""


def group_of(desk: Desk, by: Narrowing) -> Group | None:
    """The group whose nightly means a filter stands for; None where only its units tell."""
    if by.kind or by.aspect or by.standing or by.holder or by.overdue or by.words or by.which is Which.OTHERS:
        return None
    mandates = POLICY[Act.VIEW_OVERVIEW].mandates(desk.actor)
    if any(mandate.covers_everything for mandate in mandates):
        if by.area_id and by.province:
            return None
        if by.area_id:
            return GroupKind.AREA, by.area_id
        return (GroupKind.PROVINCE, by.province) if by.province else (GroupKind.NATION, 0)
    if len(mandates) != 1 or by.province:
        return None
    mandate = mandates[0]
    if mandate.area_id is not None and by.area_id in (None, mandate.area_id):
        return GroupKind.AREA, mandate.area_id
    return (GroupKind.AGENCY, mandate.agency_id) if mandate.agency_id is not None and not by.area_id else None


def is_group(by: Narrowing, group: Group) -> list[sa.ColumnElement[bool]]:
    kind, key = group
    number: Any = key
    if kind is GroupKind.PROVINCE:
        number = sa.select(Region.id).where(Region.code == key).scalar_subquery()
    return [
        GroupSnapshot.cycle_id == by.cycle.id, GroupSnapshot.kind == kind, GroupSnapshot.key == number,
        GroupSnapshot.everyone.is_(by.which is Which.ALL),
    ]  # fmt: skip
