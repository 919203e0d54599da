"""Which units a comparison is of: one, those of an agency, a province or an area, or all in reach."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.access.desk import Desk
from tracker.directory.models import Agency, Region, ServiceUnit, SupervisionArea

Criterion = sa.ColumnElement[bool]
LONGEST = 9


def of_province(key: int) -> Criterion:
    within = sa.select(Region.id).where(sa.or_(Region.id == key, Region.parent_id == key))
    return ServiceUnit.region_id.in_(within.scalar_subquery())


HELD: Mapping[str, tuple[Callable[[int], Criterion], Any]] = {
    "unit": (lambda key: ServiceUnit.id == key, ServiceUnit),
    "instansi": (lambda key: ServiceUnit.agency_id == key, Agency),
    "provinsi": (of_province, Region),
    "wilayah": (lambda key: ServiceUnit.area_id == key, SupervisionArea),
}
"""By its name in an address, followed by the number of a row: which units it holds, and of what the row is."""


@dataclass(frozen=True, slots=True)
class Part:
    """A name of `HELD` and a number, or neither: all in reach."""

    name: str = ""
    key: int = 0

    @property
    def criteria(self) -> list[Criterion]:
        """For a statement that reads units; what is out of reach stays so."""
        return [HELD[self.name][0](self.key)] if self.name else []

    @property
    def words(self) -> dict[str, int]:
        """As an address holds it."""
        return {self.name: self.key} if self.name else {}


EVERYTHING = Part()


def asked_for(sent: Mapping[str, Any]) -> Part:
    """The first part that an address names; what is no number names none."""
    for name in HELD:
        key = str(sent.get(name) or "")
        if key.isascii() and key.isdigit() and len(key) <= LONGEST:
            return Part(name, int(key))
    return EVERYTHING


def called(desk: Desk, part: Part) -> str:
    """What it is called; empty for all, and for what is out of reach."""
    if not part.name:
        return ""
    kind = HELD[part.name][1]
    query = sa.select(kind).filter_by(id=part.key)
    if kind is ServiceUnit:
        query = query.options(joinedload(ServiceUnit.agency))
    row = desk.session.scalar(query)
    return "" if row is None else str(row.full_name if kind is ServiceUnit else row.name)
