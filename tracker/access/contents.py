"""Which kept files somebody still needs, and how content goes that nobody does: never from under an upload.

A file is kept before the row that names it is written, and one content may be named by many rows. So whoever writes
such a row first holds its content for the length of the transaction (`keep`, `hold`); whoever takes content away asks
under the same lock whether a row names it, and takes it away before the lock is given back (`drop`, `sweep`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.scope import as_machine
from tracker.kit.files import EVIDENCE, FileStore, Kept


@dataclass(frozen=True, slots=True)
class Naming:
    """A column whose digests name kept content, and the moment from which a row no longer needs it."""

    column: Any
    until: Any = None

    def named(self) -> sa.Select[Any]:
        query = sa.select(self.column).where(self.column.is_not(None))
        return query if self.until is None else query.where(self.until.is_(None))


NAMINGS: list[Naming] = []
"""Everything that names kept content; the wiring fills it, and a test holds it against the tables."""


def named_by(column: Any, until: Any = None) -> None:
    NAMINGS.append(Naming(column, until))


def keep(
    session: Session, store: FileStore, stream: BinaryIO, name: str, limit: int, allowed: frozenset[str] = EVIDENCE
) -> Kept:
    """Take a file in for a row that this transaction will write. Raises Unusable as `FileStore.keep` does."""
    kept = store.keep(stream, name, limit, allowed)
    if hold(session, store, [kept.digest_kept]):  # the same content went a moment ago; now it cannot go again
        stream.seek(0)
        kept = store.keep(stream, name, limit, allowed)
    return kept


def hold(session: Session, store: FileStore, digests: Iterable[str]) -> set[str]:
    """Until this transaction ends nobody takes these contents away. Says which are gone already."""
    wanted = sorted(set(digests))
    for digest in wanted:
        lock(session, digest, alone=False)
    return {digest for digest in wanted if not store.exists(digest)}


def drop(session: Session, store: FileStore, digest: str, before: datetime | None = None) -> bool:
    """Take content away that no row names, once what changed is committed; ends the transaction it does so in.

    With `before`, only what was not brought in again since then. Says whether it went.
    """
    lock(session, digest, alone=True)
    goes = not needed(session, [digest]) and (before is None or store.kept_before(digest, before))
    gone = goes and store.remove(digest)
    session.commit()
    return gone


def sweep(session: Session, store: FileStore, before: datetime) -> int:
    """Take away everything that was kept before a moment and that no row names; how many contents went."""
    old = [digest for digest in store.digests() if store.kept_before(digest, before)]
    still = needed(session, old)
    session.commit()
    return sum(drop(session, store, digest, before) for digest in old if digest not in still)


def needed(session: Session, digests: Collection[str]) -> set[str]:
    """Which of these contents a row names, whoever's it is: one store serves everybody."""
    wanted, found = sorted(digests), set[str]()
    with as_machine(session):
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            for naming in NAMINGS:
                found.update(session.scalars(naming.named().where(naming.column.in_(some))))
    return found


AT_ONCE = 500


def lock(session: Session, digest: str, *, alone: bool) -> None:
    """Lock a content for this transaction. SQLite has one writer at a time: to have begun to write is the lock."""
    with as_machine(session):
        if session.get_bind().dialect.name != "postgresql":
            session.execute(sa.select(sa.literal(1)))
            return
        take = sa.func.pg_advisory_xact_lock if alone else sa.func.pg_advisory_xact_lock_shared
        session.execute(sa.select(take(sa.cast(int(digest[:15], 16), sa.BigInteger))))
