"""Asking for a report to be made in the background, making it at the asker's desk, taking it away after a week."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access import contents
from tracker.access.actor import Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk, Forbidden, NotFound
from tracker.access.scope import as_machine
from tracker.kit import content
from tracker.kit.clock import Clock
from tracker.kit.db import reading
from tracker.kit.files import FileStore
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.reports import queries
from tracker.reports.making import Wanted, in_indonesian, one_look, report_of
from tracker.reports.models import ReportRun
from tracker.reports.sheets import Report
from tracker.reports.states import RunStatus

TABLE: Any = ReportRun.__table__
log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)
MOST_TRIES = 3
MOST_WAITING = 5
"""Reports one person may have in the queue."""
LARGEST = 500_000_000
"""Bytes of a file."""
ROWS_AT_ONCE = 5_000
"""A sheet with more rows is made in the background."""
LINES_AT_ONCE = 400
"""A paper about more rows is made in the background."""
ALLOWED = frozenset({content.PDF, content.DOCX, content.XLSX, content.CSV, content.TXT})

NOT_ALLOWED = N_("Anda tidak lagi berwenang atas laporan ini.")
BROKEN = N_("Laporan tidak dapat dibuat; kesalahannya sudah dicatat. Coba minta lagi.")
STOPPED = N_("Prosesnya berhenti di tengah jalan.")
TOO_MANY_WAIT = N_("Masih ada %(count)s laporan Anda yang sedang dibuat. Tunggu sampai salah satunya selesai.")


def is_large(report: Report, ending: str) -> bool:
    rows = ROWS_AT_ONCE if report.rows_at_once is None else report.rows_at_once
    return report.listing.total > (rows if ending in (".xlsx", ".csv") else LINES_AT_ONCE)


def ask_for(desk: Desk, wanted: Wanted, ending: str, report: Report) -> ReportRun:
    """Put a report into the queue. A Refusal where this person already has many there."""
    waiting = desk.session.scalar(queries.pending()) or 0
    if waiting >= MOST_WAITING:
        raise Refusal("bentuk", TOO_MANY_WAIT, count=waiting)
    run = ReportRun(
        user_id=desk.actor.id,
        kind=wanted.kind,
        about=wanted.about,
        day=wanted.day,
        cycle=wanted.cycle,
        filter=dict(wanted.filter),
        ending=ending,
        title=report.title[:300],
        status=RunStatus.REQUESTED,
        requested_at=desk.now,
        total=report.listing.total,
    )
    return desk.add(run)


def make_waiting(desk: Desk, store: FileStore, clock: Clock) -> dict[str, int]:
    """Make everything that waits, one after the other; at the machine's desk, which commits as it goes.

    Killed anywhere, a report that was under way is taken up again when its maker has been silent for a while.
    """
    counts = {"removed": remove_old(desk, store), "made": 0, "failed": 0}
    take_up_again(desk)
    while (run := claimed(desk, clock.now())) is not None:
        counts["made" if carry_out(desk, store, clock, run) else "failed"] += 1
    return counts


def claimed(desk: Desk, now: datetime) -> ReportRun | None:
    """The next one, now ours to make; None when nothing waits."""
    session = desk.session
    while (run := session.scalar(queries.next_requested())) is not None:
        ours = {"status": RunStatus.RUNNING, "seen_at": now, "done": 0, "attempts": run.attempts + 1}
        still = ReportRun.id == run.id, ReportRun.status == RunStatus.REQUESTED
        won = session.execute(sa.update(ReportRun).where(*still).values(ours).returning(ReportRun.id)).all()
        session.commit()
        if won:
            return session.scalar(sa.select(ReportRun).filter_by(id=run.id))
    session.commit()
    return None


def carry_out(desk: Desk, store: FileStore, clock: Clock, run: ReportRun) -> bool:
    session, number, tries = desk.session, run.id, run.attempts
    wanted = Wanted(run.kind, run.about, run.day, run.cycle, {name: str(each) for name, each in run.filter.items()})
    ending, user = run.ending, run.user
    actor = Actor.of(user, clock.now().astimezone(desk.zone).date()) if user.is_active else None
    session.commit()
    with TemporaryDirectory(prefix="tuntas-laporan-") as folder:
        draft = Path(folder) / "draft"
        try:
            if actor is None:
                raise Forbidden(Act.VIEW_REPORTS)
            name, rows = written(
                session, actor, clock.now(), wanted, ending, draft, progress_of(session, number, clock)
            )
        except (NotFound, Forbidden):
            return ended(desk, clock, number, RunStatus.FAILED, NOT_ALLOWED)
        except Refusal as refusal:
            return ended(desk, clock, number, RunStatus.FAILED, str(refusal))
        except Exception:
            log.exception("report failed", extra={"outcome": "failed"})
            again = RunStatus.REQUESTED if tries < MOST_TRIES else RunStatus.FAILED
            return ended(desk, clock, number, again, BROKEN)
        finally:
            session.rollback()
            Desk(desk.actor, desk.now, session)
        return keep(desk, store, clock, number, draft, f"{name}{ending}", rows)


def written(
    session: Session,
    actor: Actor,
    now: datetime,
    wanted: Wanted,
    ending: str,
    draft: Path,
    told: Callable[[int], None],
) -> tuple[str, int]:
    """Write the file at the asker's desk: what they may not see any more is not in it."""
    with one_look(session), in_indonesian(), draft.open("wb") as stream:
        desk = Desk(actor, now, session)
        if not desk.holds(Act.VIEW_REPORTS):
            raise Forbidden(Act.VIEW_REPORTS)
        report = report_of(desk, wanted)
        report.write(ending, stream, told)
        return report.name, report.listing.total


def progress_of(session: Session, number: int, clock: Clock) -> Callable[[int], None]:
    """Tells how many rows are done, beside the transaction that reads them."""
    bind = session.get_bind()

    def tell(done: int) -> None:
        saying = sa.update(TABLE).where(TABLE.c.id == number)
        saying = saying.values(done=done, seen_at=clock.now())
        if not isinstance(bind, sa.Engine):
            bind.execute(saying)
            return
        token = reading.set(False)
        try:
            with bind.begin() as connection:
                connection.execute(saying)
        finally:
            reading.reset(token)

    return tell


def keep(desk: Desk, store: FileStore, clock: Clock, number: int, draft: Path, name: str, rows: int) -> bool:
    now = clock.now()
    with draft.open("rb") as stream:
        kept = contents.keep(desk.session, store, stream, name, LARGEST, ALLOWED)
    values = {
        "status": RunStatus.DONE, "done": rows, "total": rows, "finished_at": now, "error": "", "file_name": name,
        "size": kept.size, "digest": kept.digest_kept, "kept_until": now + KEPT_FOR,
    }  # fmt: skip
    set_on(desk, number, values)
    desk.session.commit()
    return True


def ended(desk: Desk, clock: Clock, number: int, status: RunStatus, why: str) -> bool:
    """Note that it came to nothing: for good, or until the next try."""
    desk.session.rollback()
    with as_machine(desk.session):
        finished = clock.now() if status is RunStatus.FAILED else None
        set_on(desk, number, {"status": status, "error": why, "finished_at": finished, "done": 0})
        desk.session.commit()
    return False


def set_on(desk: Desk, number: int, values: dict[str, object]) -> None:
    statement = sa.update(ReportRun).where(ReportRun.id == number, ReportRun.status == RunStatus.RUNNING)
    desk.session.execute(statement.values(values), execution_options={"synchronize_session": False})


def take_up_again(desk: Desk) -> None:
    """What was under way when its maker died waits again, or is given up after several such ends."""
    for run in desk.all(queries.abandoned(desk.now)):
        run.status = RunStatus.REQUESTED if run.attempts < MOST_TRIES else RunStatus.FAILED
        run.error, run.done = STOPPED, 0
        run.finished_at = desk.now if run.status is RunStatus.FAILED else None
    desk.session.commit()


def remove_old(desk: Desk, store: FileStore) -> int:
    """Take away the files whose days are over."""
    gone = 0
    for run in desk.all(queries.over(desk.now)):
        digest = run.digest
        run.status, run.gone_at = RunStatus.GONE, desk.now
        desk.session.commit()
        if digest:
            contents.drop(desk.session, store, digest)
        gone += 1
    return gone
