"""Questions about instruments and cycles."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.instruments.models import Cycle, Indicator, Instrument
from tracker.instruments.states import CycleStatus, Source
from tracker.kit.db import Rows


def instruments() -> Rows[Instrument]:
    """All of them, the newest of each source first."""
    return sa.select(Instrument).order_by(Instrument.source, Instrument.valid_from.desc(), Instrument.code)


def whole_instrument() -> tuple[Any, ...]:
    """The parts of an instrument, loaded with it."""
    return (
        selectinload(Instrument.aspects),
        selectinload(Instrument.bands),
        selectinload(Instrument.indicators).joinedload(Indicator.aspect),
    )


def cycles() -> Rows[Cycle]:
    """All of them, the newest first, with their instruments."""
    return sa.select(Cycle).options(joinedload(Cycle.instrument)).order_by(Cycle.year.desc(), Cycle.code)


def usual_cycle(newest_first: Sequence[Cycle]) -> Cycle | None:
    """The newest open one of the ministry's own evaluation, else the newest open one, else the newest.

    A cycle of Ombudsman RI that comes in does not take the place of the one that everybody works on; it is chosen.
    """
    open_ones = [cycle for cycle in newest_first if cycle.status is CycleStatus.OPEN]
    own = (cycle for cycle in open_ones if cycle.instrument.source is Source.PANRB)
    return next(own, None) or next(iter(open_ones or newest_first), None)


def newest_own(newest_first: Sequence[Cycle]) -> Cycle | None:
    """The newest of the ministry's own evaluation, open or not; else the newest."""
    own = (cycle for cycle in newest_first if cycle.instrument.source is Source.PANRB)
    return next(own, None) or next(iter(newest_first), None)


def cycle_with_code(code: str) -> Rows[Cycle]:
    return sa.select(Cycle).where(Cycle.code == code)


def uses() -> sa.Select[int, int]:
    """Instrument -> number of cycles that use it."""
    return sa.select(Cycle.instrument_id, sa.func.count()).group_by(Cycle.instrument_id)
