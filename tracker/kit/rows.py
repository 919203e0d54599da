"""What a row declares about itself: whose it is, who sees it, and that its changes are told."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

Criterion = sa.ColumnElement[bool]


class Reach(Protocol):
    """What somebody's mandates for one act cover, as SQL."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def mandates(self) -> Sequence[Any]: ...
    @property
    def everything(self) -> bool: ...
    def units(self, unit_id: Any, area_id: Any = None) -> Criterion: ...
    def unit_is(self, unit: Any) -> Criterion: ...


class Scoped:
    """A row that not everybody sees. `view` names the act whose mandates carry the sight of it."""

    view: ClassVar[str]

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        """The rows in reach, as SQL. Asked only of people; the system's desk sees everything."""
        raise NotImplementedError


class InUnit(Scoped):
    """A row that belongs to one unit, and is seen by whoever's mandates cover the unit."""

    @declared_attr
    def unit_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(sa.ForeignKey("service_unit.id"), index=True)

    @declared_attr
    def unit(cls) -> Mapped[Any]:  # noqa: N805
        return relationship("ServiceUnit", foreign_keys=[cls.unit_id], viewonly=False)  # type: ignore[list-item]

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return reach.units(cls.unit_id)


class Reference(Scoped):
    """A row that everybody sees who has signed in."""

    view = ""

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.true() if reach.user_id is not None else sa.false()


class Recorded:
    """A row whose every decided change is told by an event in the same transaction."""

    derived: ClassVar[frozenset[str]] = frozenset({"version"})
    """Columns that are only recalculated; they need no event."""
    private: ClassVar[frozenset[str]] = frozenset()
    """Columns that enter events as "changed", without values."""

    @property
    def whole(self) -> Any:
        """The row whose history tells of this one; a part answers with its whole."""
        return self
