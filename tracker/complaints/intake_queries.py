"""What an import is compared with, and what of an import is on its way: questions asked at the machine's desk."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints.import_models import (
    ColumnMapping,
    ComplaintImport,
    ComplaintImportStatus,
    StagedComplaint,
    StagedOutcome,
)
from tracker.complaints.intake_plan import PLAIN, Known
from tracker.complaints.intake_units import KnownAgency, KnownUnit, UnitNames
from tracker.complaints.models import Complaint, ComplaintWords
from tracker.complaints.states import ComplaintSource
from tracker.directory.models import Agency, Region, ServiceUnit
from tracker.directory.names import agency_key, unit_key
from tracker.kit.db import Rows

SILENT_FOR = timedelta(minutes=2)
"""After so long without a sign of life, whoever read or wrote an import is taken for dead."""
C = Complaint


def directory(desk: Desk, choices: Mapping[str, int]) -> UnitNames:
    """All agencies and working units by their names, also those beyond the desk's own, which are named as such."""
    within = desk.units_for(Act.IMPORT_COMPLAINTS)
    with as_machine(desk.session):
        agencies = desk.session.execute(
            sa.select(Agency.id, Agency.name, Region.name).outerjoin(Region, Region.id == Agency.region_id)
        ).all()
        units = desk.session.execute(
            sa.select(
                ServiceUnit.id, ServiceUnit.agency_id, ServiceUnit.area_id, ServiceUnit.name, Region.name, Region.code,
                Region.timezone, ServiceUnit.is_root, within.label("reached"),
            ).outerjoin(Region, Region.id == ServiceUnit.region_id)
            .where(ServiceUnit.is_active)
        ).all()  # fmt: skip
    regions = {id: region or "" for id, _name, region in agencies}
    return UnitNames(
        [KnownAgency(id, name, agency_key(name, region or "")) for id, name, region in agencies],
        [
            KnownUnit(
                id, agency_id, area_id, name, unit_key(name, region or regions[agency_id]),
                region or regions[agency_id], code or "", zone or "Asia/Jakarta", is_root, bool(reached),
            )
            for id, agency_id, area_id, name, region, code, zone, is_root, reached in units
        ],
        choices,
    )  # fmt: skip


def known_complaints(
    session: Session, source: ComplaintSource, tracking_ids: Collection[str], names: UnitNames
) -> dict[str, Known]:
    """By their tracking ids; also those out of reach, and those that another import is writing."""
    plain = [getattr(C, column) for column in PLAIN]
    query = sa.select(
        C.tracking_id, C.id, C.version, C.unit_id, C.status, C.pending_id, C.imported, C.is_anonymous,
        C.is_confidential, C.identity_removed_at, C.assignee_id, *plain,
    ).where(C.source == source, C.tracking_id.in_(tracking_ids))  # fmt: skip
    with as_machine(session):
        rows = session.execute(query).all()
    return {row.tracking_id: known_from(row, names) for row in rows}


def known_from(row: Any, names: UnitNames) -> Known:
    unit = names.units.get(row.unit_id)
    return Known(
        id=row.id,
        version=row.version,
        unit_id=row.unit_id,
        in_reach=unit is not None and unit.in_reach,
        status=row.status,
        is_pending=row.pending_id is not None,
        imported=row.imported,
        values={column: getattr(row, column) for column in PLAIN},
        is_anonymous=row.is_anonymous,
        is_confidential=row.is_confidential,
        identity_removed=row.identity_removed_at is not None,
        has_assignee=row.assignee_id is not None,
    )


def words_of(session: Session, ids: Sequence[int]) -> dict[int, Mapping[str, str]]:
    w = ComplaintWords
    with as_machine(session):
        rows = session.execute(sa.select(w.complaint_id, w.title, w.body).where(w.complaint_id.in_(ids))).all()
    return {row.complaint_id: {"title": row.title, "body": row.body} for row in rows}


def remembered(desk: Desk, source: ComplaintSource, headings_key: str) -> ColumnMapping | None:
    """The columns as this person last confirmed them; at the system's desk, as the command line did."""
    query = sa.select(ColumnMapping).where(
        ColumnMapping.owner_id.is_not_distinct_from(desk.actor.id),
        ColumnMapping.source == source,
        ColumnMapping.headings_key == headings_key,
    )
    return desk.session.scalar(query)


def staged(import_id: int, *outcomes: StagedOutcome) -> Rows[StagedComplaint]:
    query = sa.select(StagedComplaint).where(StagedComplaint.import_id == import_id)
    return (query.where(StagedComplaint.outcome.in_(outcomes)) if outcomes else query).order_by(StagedComplaint.line)


def imports() -> Rows[ComplaintImport]:
    return sa.select(ComplaintImport).order_by(ComplaintImport.id.desc())


def is_silent(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(ComplaintImport.seen_at.is_(None), ComplaintImport.seen_at < now - SILENT_FOR)


def waiting(now: datetime) -> Rows[ComplaintImport]:
    """Imports whose next step is ours and that nobody is about: sent, or left in the middle by a death."""
    ours = (ComplaintImportStatus.RECEIVED, ComplaintImportStatus.READING, ComplaintImportStatus.WRITING)
    return (
        sa.select(ComplaintImport)
        .where(ComplaintImport.status.in_(ours), is_silent(now))
        .order_by(ComplaintImport.id)
        .limit(1)
    )
