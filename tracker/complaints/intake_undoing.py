"""Taking back what an import wrote and nobody saw yet, and the staged rows of one that is over; piece by piece."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.scope import as_machine
from tracker.complaints.import_models import StagedComplaint, StagedOutcome
from tracker.complaints.models import Complainant, Complaint, ComplaintNote, ComplaintWords

AT_ONCE = 500
PURGED_AT_ONCE = 5000


def undo_pending(session: Session, import_id: int) -> int:
    """Delete the complaints that an import has begun to write, each piece a transaction of its own; how many."""
    gone = 0
    c: Any = Complaint.__table__
    staged: Any = StagedComplaint.__table__
    while True:
        with as_machine(session):
            connection = session.connection()
            ids = connection.scalars(sa.select(c.c.id).where(c.c.pending_id == import_id).limit(AT_ONCE)).all()
            if ids:
                for part in (ComplaintNote, ComplaintWords, Complainant):
                    table: Any = part.__table__
                    connection.execute(sa.delete(table).where(table.c.complaint_id.in_(ids)))
                new = staged.c.import_id == import_id, staged.c.outcome == StagedOutcome.NEW.value
                connection.execute(
                    sa.update(staged).where(*new, staged.c.complaint_id.in_(ids)).values(complaint_id=None)
                )
                connection.execute(sa.delete(c).where(c.c.id.in_(ids)))
            session.commit()
        gone += len(ids)
        if len(ids) < AT_ONCE:
            return gone


def purge(session: Session, import_id: int) -> None:
    """Delete the staged rows of an import."""
    staged = StagedComplaint
    while True:
        lines = session.scalars(sa.select(staged.line).where(staged.import_id == import_id).limit(PURGED_AT_ONCE)).all()
        if lines:
            session.execute(
                sa.delete(staged)
                .where(staged.import_id == import_id, staged.line.between(min(lines), max(lines)))
                .execution_options(synchronize_session=False)
            )
        session.commit()
        if len(lines) < PURGED_AT_ONCE:
            return
