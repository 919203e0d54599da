"""What a story is made of: a follow-up, and who did what on it on which day. Pure."""

from dataclasses import dataclass

from tracker.recommendations.states import CannotReason


@dataclass(frozen=True, slots=True)
class Step:
    """One act, `day` days from today, by an account."""

    day: int
    by: str


@dataclass(frozen=True, slots=True)
class Log(Step):
    text: str
    percent: int
    obstacle: str = ""
    photos: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submit(Step):
    pass


@dataclass(frozen=True, slots=True)
class SendBack(Step):
    reason: str


@dataclass(frozen=True, slots=True)
class Confirm(Step):
    pass


@dataclass(frozen=True, slots=True)
class Return(Step):
    missing: str
    percent: int


@dataclass(frozen=True, slots=True)
class Accept(Step):
    """`adequate` answers the question that the last open follow-up asks; None where it is not asked.

    With False, `then` is what is asked next.
    """

    note: str
    adequate: bool | None = None
    then: str = ""


@dataclass(frozen=True, slots=True)
class Hold(Step):
    reason: str


@dataclass(frozen=True, slots=True)
class Cancel(Step):
    reason: str


@dataclass(frozen=True, slots=True)
class Say(Step):
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A follow-up on a unit's recommendation in an aspect: given out on a day, due on another."""

    region: str
    aspect: str
    title: str
    given: int
    due: int
    steps: tuple[Step, ...] = ()
    by: str = "asdep3"
    officer: str | None = None
    evidence: str = ""
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Impossible:
    """A recommendation that cannot be followed up, it is said; without `approved`, a second person is due."""

    region: str
    aspect: str
    reason: CannotReason
    note: str
    proposed: int
    by: str
    approved: tuple[int, str] | None = None
