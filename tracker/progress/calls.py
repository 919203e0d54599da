"""Whom to call today: a score per unit, with the reasons that make it up. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tracker.kit.words import N_


class CallReason(StrEnum):
    """Why a unit should be called; each counts once per unit."""

    UNREACHABLE = "unreachable"
    COMMITMENT_OVERDUE = "commitment_overdue"
    RETURNED_UNTOUCHED = "returned_untouched"
    SILENT = "silent"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class CallRules:
    """The numbers of the call score, as administrators may set them. Days are working days unless said otherwise."""

    unreachable: Decimal = Decimal(30)
    commitment_overdue: Decimal = Decimal(25)
    returned_untouched: Decimal = Decimal(20)
    returned_untouched_days: int = 5
    silent: Decimal = Decimal(15)
    silent_days: int = 10
    per_point_behind: Decimal = Decimal(1)
    behind_at_most: Decimal = Decimal(30)
    near_opening_factor: Decimal = Decimal("1.5")
    near_opening_calendar_days: int = 30


USUAL = CallRules()


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of a unit on a day.

    `returned_untouched_days` is the longest time, in working days, that a returned follow-up lies untouched (None: none
    is returned); `silent_days` the working days since the last action or sign-in (None: there never was one, which is
    silence); `days_to_opening` the calendar days until the next evaluation opens (negative after, None unknown).
    """

    unreachable: bool
    commitment_overdue: bool
    returned_untouched_days: int | None
    silent_days: int | None
    verified: Decimal | None
    expected: Decimal | None
    days_to_opening: int | None
    counting: int
    adequate: int


@dataclass(frozen=True, slots=True)
class WeighedReason:
    """A reason with its points before the factor, and a message with its values to show beside the score."""

    reason: CallReason
    points: Decimal
    message: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallScore:
    """points = factor · Σ points of the reasons."""

    points: Decimal
    reasons: tuple[WeighedReason, ...] = ()
    factor: Decimal = Decimal(1)


def call_score(facts: CallFacts, rules: CallRules = USUAL) -> CallScore:
    """Σ points of the reasons that hold, × 1.5 in the last 30 days before the opening.

    30 unreachable or nobody has an account; 25 a follow-up from a session's commitment is overdue; 20 returned and
    untouched for 5 working days; 15 silent for 10; 1 for each whole point that verified is behind expected, at most 30.
    0 when the unit has counting recommendations and all of them are adequate.
    """
    if facts.counting and facts.adequate == facts.counting:
        return CallScore(Decimal(0))
    found = (unreachable, commitment_overdue, returned_untouched, silent, behind)
    reasons = tuple(reason for each in found if (reason := each(facts, rules)) is not None)
    factor = rules.near_opening_factor if is_near_opening(facts, rules) else Decimal(1)
    return CallScore(factor * sum((reason.points for reason in reasons), Decimal(0)), reasons, factor)


def is_near_opening(facts: CallFacts, rules: CallRules) -> bool:
    """From the 30th day before the opening until the day before it."""
    return facts.days_to_opening is not None and 0 < facts.days_to_opening <= rules.near_opening_calendar_days


def unreachable(facts: CallFacts, rules: CallRules) -> WeighedReason | None:
    if not facts.unreachable:
        return None
    return WeighedReason(
        CallReason.UNREACHABLE, rules.unreachable, N_("Tidak dapat dihubungi, atau belum ada yang mempunyai akun")
    )


def commitment_overdue(facts: CallFacts, rules: CallRules) -> WeighedReason | None:
    if not facts.commitment_overdue:
        return None
    return WeighedReason(
        CallReason.COMMITMENT_OVERDUE, rules.commitment_overdue, N_("Komitmen dari sesi lewat batas waktu")
    )


def returned_untouched(facts: CallFacts, rules: CallRules) -> WeighedReason | None:
    days = facts.returned_untouched_days
    if days is None or days < rules.returned_untouched_days:
        return None
    return WeighedReason(
        CallReason.RETURNED_UNTOUCHED,
        rules.returned_untouched,
        N_("Dikembalikan dan belum disentuh selama %(days)s hari kerja"),
        {"days": str(days)},
    )


def silent(facts: CallFacts, rules: CallRules) -> WeighedReason | None:
    days = facts.silent_days
    if days is None:
        return WeighedReason(CallReason.SILENT, rules.silent, N_("Belum pernah ada tindakan atau masuk ke aplikasi"))
    if days < rules.silent_days:
        return None
    return WeighedReason(
        CallReason.SILENT,
        rules.silent,
        N_("Tidak ada tindakan atau masuk ke aplikasi selama %(days)s hari kerja"),
        {"days": str(days)},
    )


def behind(facts: CallFacts, rules: CallRules) -> WeighedReason | None:
    """Whole points only, so that the score can be added up by hand."""
    if facts.verified is None or facts.expected is None:
        return None
    whole_points = max(0, int(facts.expected - facts.verified))
    if not whole_points:
        return None
    return WeighedReason(
        CallReason.BEHIND,
        min(rules.behind_at_most, rules.per_point_behind * whole_points),
        N_("Kemajuan terverifikasi tertinggal %(points)s poin dari yang diharapkan"),
        {"points": str(whole_points)},
    )
