"""Who holds which open complaints, and how many of them are late: by agency, unit or officer, the most late first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.complaints.models import Complaint
from tracker.complaints.narrowing import JAKARTA, Narrowing, finds_few, narrowed, number, overdue
from tracker.complaints.queries import people_named
from tracker.complaints.states import BallHolder
from tracker.directory.models import Agency, ServiceUnit
from tracker.kit.db import BATCH

PAGE = 50


class By(StrEnum):
    """What the holders are told apart by; also how the address says it."""

    AGENCY = "instansi"
    UNIT = "unit"
    OFFICER = "petugas"


PLACES: dict[By, tuple[Any, ...]] = {
    By.AGENCY: (Complaint.agency_id,),
    By.UNIT: (Complaint.agency_id, Complaint.unit_id),
    By.OFFICER: (Complaint.agency_id, Complaint.assignee_id),
}


class Holding(NamedTuple):
    """`since` is when the oldest of them was received; `late_since` the last day of the one that is late the longest.

    `unit_id` and `officer_id` are told only where holders are told apart by them; nobody is named where it is None.
    """

    holder: BallHolder
    agency_id: int
    unit_id: int | None
    officer_id: int | None
    number: int
    late: int
    since: datetime
    late_since: date | None


@dataclass(frozen=True, slots=True)
class Held:
    """A page of holders, of how many, and what all of them hold together."""

    rows: list[Holding]
    holders: int
    number: int
    late: int
    oldest: datetime | None


def open_ones(by: Narrowing) -> Narrowing:
    """The same filter over everything that is open: nobody holds what is over."""
    return replace(by, text="", status=None, only_open=True, only_overdue=False)


def grouped(desk: Desk, by: Narrowing, per: By) -> Any:
    """One row for each holder, with how many holders there are and what they hold together."""
    places, few = PLACES[per], finds_few(desk, by)
    late = overdue(desk.now, few)
    total, many_late = sa.func.count(), number(late)
    asked: Any = sa.select(
        Complaint.holder,
        *(column.label(f"place_{at}") for at, column in enumerate(places)),
        total,
        many_late,
        sa.func.min(Complaint.received_at),
        sa.func.min(sa.case((late, Complaint.due_at))),
        sa.func.count().over(),
        sa.func.sum(total).over(),
        sa.func.sum(many_late).over(),
        sa.func.min(sa.func.min(Complaint.received_at)).over(),
    ).select_from(Complaint)
    return (
        narrowed(desk, open_ones(by), asked, few)
        .where(Complaint.holder.is_not(None))
        .group_by(Complaint.holder, *places)
        .order_by(many_late.desc(), total.desc(), Complaint.holder, *places)
    )


def held(desk: Desk, by: Narrowing, per: By, page: int) -> Held:
    """One question."""
    found = desk.session.execute(grouped(desk, by, per).limit(PAGE).offset((page - 1) * PAGE)).all()
    if not found:
        return Held([], 0, 0, 0, None)
    holders, total, late, oldest = found[0][-4:]
    return Held([holding(per, row) for row in found], int(holders), int(total), int(late), oldest)


def everybody(desk: Desk, by: Narrowing, per: By) -> list[Holding]:
    """All of them, for a file."""
    return [holding(per, row) for row in desk.session.execute(grouped(desk, by, per)).all()]


def holding(per: By, row: Any) -> Holding:
    holder, agency_id, *others = row[: 1 + len(PLACES[per])]
    number, late, since, due_at = row[1 + len(PLACES[per]) :][:4]
    # The last day of a clock ends at midnight in the east first, and is the same day in Jakarta then.
    late_since = due_at.astimezone(JAKARTA).date() if due_at is not None else None
    unit_id = others[0] if per is By.UNIT else None
    officer_id = others[0] if per is By.OFFICER else None
    return Holding(holder, agency_id, unit_id, officer_id, int(number), int(late), since, late_since)


@dataclass(frozen=True, slots=True)
class Names:
    """What places and people of a page are called; places as far as the reader sees them."""

    agencies: dict[int, str]
    units: dict[int, tuple[str, bool]]
    """Name, and whether it stands for its agency."""
    officers: dict[int, str]


def names_of(desk: Desk, rows: list[Holding]) -> Names:
    """One question for each kind that is named, for 500 at a time."""

    def named(kind: Any, ids: set[int | None], *more: Any) -> Iterator[Any]:
        wanted = sorted(id for id in ids if id is not None)
        for start in range(0, len(wanted), BATCH):
            query = sa.select(kind.id, kind.name, *more).where(kind.id.in_(wanted[start : start + BATCH]))
            yield from desk.session.execute(query)

    units = named(ServiceUnit, {row.unit_id for row in rows}, ServiceUnit.is_root)
    return Names(
        dict(named(Agency, {row.agency_id for row in rows})),
        {id: (name, is_root) for id, name, is_root in units},
        people_named(desk.session, (row.officer_id for row in rows)),
    )
