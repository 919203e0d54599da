"""Questions about instruments and cycles."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from tracker.instruments.models import Cycle, Indicator, Instrument
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
    """All of them, the newest first."""
    return sa.select(Cycle).order_by(Cycle.year.desc(), Cycle.code)


def cycle_with_code(code: str) -> Rows[Cycle]:
    return sa.select(Cycle).where(Cycle.code == code)


def uses() -> sa.Select[int, int]:
    """Instrument -> number of cycles that use it."""
    return sa.select(Cycle.instrument_id, sa.func.count()).group_by(Cycle.instrument_id)
