"""Keeping figures current: with every commit for the units it tells of, and for all units when asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit
from tracker.progress.moves import Stood, keep_moves
from tracker.progress.queries import corrections, locked_units

CHUNK = 1000
"""Units a statement. At night each chunk is a transaction, so that nobody waits long to save."""


@dataclass(frozen=True, slots=True)
class Recalculation:
    """What a recalculation of everything found: stored rows that were wrong, missing or left over are differences."""

    units: int
    differences: int


def keep_current(session: Session, unit_ids: Iterable[int]) -> None:
    """Bring the figures of these units in line with what the transaction is about to commit. Follows the trail."""
    units = sorted(unit_ids)
    if units:
        with as_machine(session):
            for some in chunks(units):
                correct(session, some)


def recalculate_all(desk: Desk) -> Recalculation:
    """Recompute every stored figure and say how many differed; the expected answer is 0. Commits chunk by chunk."""
    with as_machine(desk.session):
        units = list(desk.session.scalars(sa.select(ServiceUnit.id).order_by(ServiceUnit.id)))
    differences = 0
    for some in chunks(units):
        with as_machine(desk.session):
            differences += correct(desk.session, some)
        desk.session.commit()
    return Recalculation(len(units), differences)


def correct(session: Session, units: Sequence[int]) -> int:
    """Write what differs, and say how many rows did. The sums are read after the locks, so none is outdated.

    By the connection: a session would look anew at each of these long statements, which takes longer than they do.
    """
    session.flush()
    connection, bound = session.connection(), {"units": list(units)}
    if connection.dialect.name == "postgresql":
        connection.execute(locked_units(), bound).all()
    found = [connection.execute(statement, bound).all() for statement in corrections(connection.dialect.name)]
    _, units_gone, _, units_written = found
    keep_moves(session, [Stood(*row) for row in units_written], [(row.unit_id, row.cycle_id) for row in units_gone])
    return sum(len(rows) for rows in found)


def chunks(units: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(units), CHUNK):
        yield units[start : start + CHUNK]
