"""Which state of the data a figure was made from: what is kept of figures is good while nobody wrote anything.

Every statement that writes is noticed where it leaves for the database, and the commit that it is part of draws a new
token in the same transaction. Tokens are random: a state that was rolled back never lends its token to another one.
Several rows hold tokens, so that on PostgreSQL those who save at the same moment seldom wait for the same row; a
process always draws the same one.
"""

import os
import re
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from tracker.kit.db import Code, Model
from tracker.kit.rows import Reference

SHARDS = 16
READS = frozenset({"SELECT", "PRAGMA", "BEGIN", "BEGIN ", "SAVEPO", "RELEAS", "ROLLBA", "COMMIT", "SET TR", "SHOW T"})
TABLE = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
WROTE = "tuntas_wrote"

told_of_nothing: set[str] = {"data_revision"}
"""Tables that no kept figure is made from, and that are written all day long. Filled by the wiring."""


class DataRevision(Reference, Model):
    """A token that is drawn anew with every commit that wrote something; all of them together name a state."""

    __tablename__ = "data_revision"

    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[Code]


STANDS = sa.select(DataRevision.shard, DataRevision.token).order_by(DataRevision.shard)
Stand = tuple[tuple[int, str], ...]


def install(sessions: Any) -> None:
    sa.event.listen(sa.Engine, "before_cursor_execute", notice)
    for over in ("begin", "rollback"):
        sa.event.listen(sa.Engine, over, forget)
    sa.event.listen(sessions, "before_commit", draw)


def notice(connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
    start = statement[:6].upper()
    if start in READS or (start.startswith("WITH") and not WRITES.search(statement)):
        return
    written = TABLE.match(statement)
    if written is None or written.group(1) not in told_of_nothing:
        connection.info[WROTE] = True


def forget(connection: sa.Connection) -> None:
    connection.info.pop(WROTE, None)


def draw(session: Session) -> None:
    """Comes last before the commit, when everything that it is going to write is on its way."""
    if not session.in_transaction() or session.in_nested_transaction():
        return
    session.flush()
    connection = Session.connection(session)
    if connection.info.pop(WROTE, False):
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        drawn = insert(DataRevision).values(shard=os.getpid() % SHARDS, token=secrets.token_hex(16))
        connection.execute(drawn.on_conflict_do_update(index_elements=["shard"], set_={"token": drawn.excluded.token}))


def is_writing(session: Session) -> bool:
    """Is there anything in this transaction that others do not see yet?"""
    if session.new or session.dirty or session.deleted:
        return True
    return session.in_transaction() and WROTE in Session.connection(session).info


def stand(session: Session) -> Stand:
    """What names the state that statements from now on see, or a later one. Empty before the first commit."""
    return tuple((shard, token) for shard, token in session.execute(STANDS))
