"""Lists of results, cycles and imports, and the rows of a preview."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.directory.models import Agency, ServiceUnit
from tracker.evaluations.models import Evaluation, ImportDraft, ImportRow
from tracker.evaluations.states import Outcome, RowKind
from tracker.instruments.models import Cycle
from tracker.instruments.states import CycleStatus
from tracker.kit.db import Rows

DIRECTORY = (RowKind.AGENCY, RowKind.UNIT)


def cycles_with_results() -> Rows[Cycle]:
    """Cycles of which the reader sees results, newest first."""
    seen = sa.select(Evaluation.cycle_id)
    with_instrument = joinedload(Cycle.instrument)
    return (
        sa.select(Cycle).where(Cycle.id.in_(seen)).options(with_instrument).order_by(Cycle.year.desc(), Cycle.id.desc())
    )


def open_cycles() -> Rows[Cycle]:
    """Cycles into which results may be imported, newest first."""
    return (
        sa.select(Cycle)
        .where(Cycle.status == CycleStatus.OPEN)
        .options(joinedload(Cycle.instrument))
        .order_by(Cycle.year.desc(), Cycle.id.desc())
    )


def results_of(cycle_id: int, only_priority: bool = False, words: str = "") -> Rows[Evaluation]:
    """Results of a cycle, the lowest index first; those without one at the end."""
    index = sa.func.coalesce(Evaluation.official_index, Evaluation.computed_index)
    query = (
        sa.select(Evaluation)
        .join(ServiceUnit, ServiceUnit.id == Evaluation.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .where(Evaluation.cycle_id == cycle_id)
        .order_by(index.asc().nulls_last(), Agency.name, ServiceUnit.name, Evaluation.id)
    )
    if only_priority:
        query = query.where(Evaluation.is_priority)
    for word in words.split():
        query = query.where(
            sa.or_(*(name.icontains(word, autoescape=True) for name in (ServiceUnit.name, Agency.name)))
        )
    return query


def with_unit_and_band() -> tuple[Any, ...]:
    return joinedload(Evaluation.unit).joinedload(ServiceUnit.agency), joinedload(Evaluation.band)


def drafts() -> Rows[ImportDraft]:
    """Imports, newest first."""
    return sa.select(ImportDraft).order_by(ImportDraft.id.desc())


def with_cycle_and_user() -> tuple[Any, ...]:
    return joinedload(ImportDraft.cycle), joinedload(ImportDraft.user)


def rows_of(draft_id: int, wanted: str) -> Rows[ImportRow]:
    """Rows of a preview under one of its tabs, in the order of the file."""
    outcomes = {"ditolak": Outcome.REFUSED, "bentrok": Outcome.CONFLICT, "berubah": Outcome.CHANGED}
    outcomes |= {"tetap": Outcome.UNCHANGED, "menunggu": Outcome.HELD}
    query = sa.select(ImportRow).where(ImportRow.draft_id == draft_id).order_by(ImportRow.id)
    if wanted in outcomes:
        return query.where(ImportRow.outcome == outcomes[wanted])
    if wanted == "direktori":
        return query.where(ImportRow.kind.in_(DIRECTORY))
    if wanted == "baru":
        return query.where(ImportRow.outcome == Outcome.NEW, ImportRow.kind.not_in(DIRECTORY))
    if wanted == "beda":
        return query.where(ImportRow.differs)
    if wanted == "perhatian":
        return query.where(ImportRow.has_remarks, ImportRow.outcome != Outcome.REFUSED)
    return query
