"""State machines as tables: which act moves which status where, and nothing else. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

Status = TypeVar("Status", bound=StrEnum)


class IllegalMove(Exception):
    """An act was asked of something whose status does not allow it."""

    def __init__(self, act: str, status: str) -> None:
        super().__init__(f"{act} is not possible while {status}")
        self.act, self.status = act, status


@dataclass(frozen=True, slots=True)
class Move(Generic[Status]):
    """From each source to the first of its targets, or to the one that is asked for."""

    targets: Mapping[Status, tuple[Status, ...]]

    def __or__(self, other: "Move[Status]") -> "Move[Status]":
        return Move({**self.targets, **other.targets})


@dataclass(frozen=True, slots=True)
class Workflow(Generic[Status]):
    start: Status
    moves: Mapping[StrEnum, Move[Status]]

    def can(self, act: StrEnum, status: Status) -> bool:
        return act in self.moves and status in self.moves[act].targets

    def after(self, act: StrEnum, status: Status, to: Status | None = None) -> Status:
        """The status that follows; IllegalMove for an act the table does not have from here, or a target it lacks."""
        if not self.can(act, status):
            raise IllegalMove(act, status)
        targets = self.moves[act].targets[status]
        if to is not None and to not in targets:
            raise IllegalMove(act, status)
        return to or targets[0]


def move(*sources: Status, to: Status | tuple[Status, ...]) -> Move[Status]:
    targets: tuple[Status, ...] = to if isinstance(to, tuple) else (to,)
    return Move(dict.fromkeys(sources, targets))


class Moving:
    """Mixin for whatever has a status: it changes by acts alone."""

    workflow: ClassVar[Workflow[Any]]
    status: Any

    def can(self, act: StrEnum) -> bool:
        """Acts that move nothing are always possible as far as the status is concerned."""
        return act not in self.workflow.moves or self.workflow.can(act, self.status)

    def move(self, act: StrEnum, to: Any = None) -> None:
        self.status = self.workflow.after(act, self.status, to)
