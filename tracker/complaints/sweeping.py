"""Imports that are over, or that nobody came back to, leave no staged row and no kept file."""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from tracker.access.desk import Desk
from tracker.complaints.import_models import ComplaintImport, ComplaintImportStatus, StagedComplaint

S = ComplaintImportStatus
OVER = (S.DONE, S.FAILED, S.DISCARDED)
LEFT_LYING = (S.RECEIVED, S.MAPPING, S.READY)
"""Where an import waits for a person."""
A_WEEK = timedelta(days=7)
AT_ONCE = 2000


def sweep_imports(desk: Desk) -> Mapping[str, int]:
    """How many imports were given up, and how many staged rows went."""
    given_up = 0
    lying = sa.select(ComplaintImport).where(
        ComplaintImport.status.in_(LEFT_LYING), ComplaintImport.added_at < desk.now - A_WEEK
    )
    for each in desk.all(lying):
        each.status, each.finished_at = S.DISCARDED, desk.now
        given_up += 1
    desk.session.commit()
    return {"imports_given_up": given_up, "staged_removed": sweep_staged(desk)}


def sweep_staged(desk: Desk) -> int:
    """Piece by piece, each a transaction of its own."""
    over = sa.select(ComplaintImport.id).where(ComplaintImport.status.in_(OVER))
    gone = 0
    while True:
        query = sa.select(StagedComplaint.id).where(StagedComplaint.import_id.in_(over.scalar_subquery()))
        some = list(desk.session.scalars(query.limit(AT_ONCE)))
        if some:
            desk.session.execute(
                sa.delete(StagedComplaint)
                .where(StagedComplaint.id.in_(some))
                .execution_options(synchronize_session=False)
            )
        desk.session.commit()
        gone += len(some)
        if len(some) < AT_ONCE:
            return gone
