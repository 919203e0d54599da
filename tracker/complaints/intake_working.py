"""The scheduler's part of imports: large files are read and written in the background, and what died goes on."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from tracker.access.actor import SYSTEM, Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk, Forbidden
from tracker.access.store import clock
from tracker.complaints import intake_queries as queries
from tracker.complaints.import_models import ComplaintImport, ComplaintImportStatus
from tracker.complaints.intake import clear_away, read, set_on, sweep
from tracker.complaints.intake_store import SealedFiles, intake_files
from tracker.complaints.intake_writing import Outdated, write
from tracker.kit.clock import Clock
from tracker.kit.content import Unusable
from tracker.kit.words import N_

log = logging.getLogger(__name__)

S = ComplaintImportStatus
MOST_TRIES = 5
NOT_ALLOWED = N_("Anda tidak lagi berwenang mengimpor pengaduan untuk unit di berkas ini.")
BROKEN = N_("Impor ini berkali-kali terhenti, dan dibatalkan. Kesalahannya tercatat; unggah lagi berkasnya.")


def go_on(desk: Desk, _slot: datetime) -> Mapping[str, int]:
    """The scheduler's job, every minute."""
    files = intake_files()
    return {**work(desk, files, clock()), **sweep(desk, files)}


def work(desk: Desk, files: SealedFiles, clock: Clock) -> Mapping[str, int]:
    """Everything that waits, one after the other; at the machine's desk, which commits as it goes."""
    counts = Counter(read=0, written=0, failed=0)
    while (intake := claimed(desk, clock.now())) is not None:
        counts[carry_on(desk, files, clock, intake)] += 1
    return counts


def claimed(desk: Desk, now: datetime) -> ComplaintImport | None:
    """The next one, now ours to go on with."""
    session = desk.session
    while (intake := session.scalar(queries.waiting(now))) is not None:
        still = ComplaintImport.id == intake.id, ComplaintImport.status == intake.status, queries.is_silent(now)
        ours = {"seen_at": now, "attempts": ComplaintImport.attempts + 1}
        won = session.execute(
            sa.update(ComplaintImport).where(*still).values(ours).returning(ComplaintImport.id),
            execution_options={"synchronize_session": False},
        ).all()
        session.commit()
        if won:
            session.refresh(intake)
            return intake
    session.commit()
    return None


def carry_on(desk: Desk, files: SealedFiles, clock: Clock, intake: ComplaintImport) -> str:
    """The step at hand, at the importer's own desk: what they may not do any more is not done."""
    session, number, is_writing = desk.session, intake.id, intake.status is S.WRITING
    if intake.attempts > MOST_TRIES:
        return failed(desk, files, clock, number, BROKEN)
    own = desk_of(desk, intake, clock)
    try:
        if own is None:
            raise Forbidden(Act.IMPORT_COMPLAINTS)
        if is_writing:
            write(own, files, intake, clock)
        else:
            read(own, files, intake, clock)
    except Forbidden:
        return failed(desk, files, clock, number, NOT_ALLOWED)
    except Unusable:
        return "failed"
    except Outdated:
        return "read"
    except Exception:
        # Left as it is: it is silent now, and goes on with the next run.
        log.exception("import failed", extra={"outcome": "failed"})
        session.rollback()
        return "failed"
    finally:
        session.rollback()
        Desk(desk.actor, desk.now, session)
    return "written" if is_writing else "read"


def desk_of(desk: Desk, intake: ComplaintImport, clock: Clock) -> Desk | None:
    """The importer's, or the system's for what the command line began; None where somebody may not import any more."""
    now, user = clock.now(), intake.added_by
    if intake.added_by_id is None:
        return Desk(SYSTEM, now, desk.session, desk.zone)
    if user is None or not user.is_active:
        return None
    own = Desk(Actor.of(user, now.astimezone(desk.zone).date()), now, desk.session, desk.zone)
    return own if own.holds(Act.IMPORT_COMPLAINTS) else None


def failed(desk: Desk, files: SealedFiles, clock: Clock, number: int, why: str) -> str:
    session = desk.session
    session.rollback()
    Desk(desk.actor, desk.now, session)
    set_on(session, number, status=S.FAILED, problem=why, finished_at=clock.now(), seen_at=None)
    session.commit()
    clear_away(session, files, session.scalars(sa.select(ComplaintImport).filter_by(id=number)).one())
    return "failed"
