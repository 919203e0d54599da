"""What the words of a complaint are found by: marks of their stems, in no order, and no word in the clear.

The marks stand in a table of ours. What makes them fast is the database's own: a full-text table on SQLite, which
triggers keep with it, and an inverted index on PostgreSQL.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column

from tracker.complaints.models import readable
from tracker.kit.db import Model, Prose
from tracker.kit.rows import Criterion, Reach, Scoped


class ComplaintMarks(Scoped, Model):
    """Found by whoever may read the words themselves, and by nobody else: a hit tells what stands there."""

    __tablename__ = "complaint_marks"
    view = "complaint.read"

    complaint_id: Mapped[int] = mapped_column(sa.ForeignKey("complaint.id", ondelete="CASCADE"), primary_key=True)
    marks: Mapped[Prose]
    """Sorted, with a space between: their order tells nothing of the text's."""

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return readable(cls.complaint_id, reach)


MAKE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE complaint_search USING fts5(marks, content='complaint_marks',"
        " content_rowid='complaint_id', detail=none, columnsize=0, tokenize='ascii')",
        "CREATE TRIGGER complaint_search_added AFTER INSERT ON complaint_marks BEGIN"
        " INSERT INTO complaint_search (rowid, marks) VALUES (new.complaint_id, new.marks); END",
        "CREATE TRIGGER complaint_search_removed AFTER DELETE ON complaint_marks BEGIN"
        " INSERT INTO complaint_search (complaint_search, rowid, marks)"
        " VALUES ('delete', old.complaint_id, old.marks); END",
        "CREATE TRIGGER complaint_search_changed AFTER UPDATE ON complaint_marks BEGIN"
        " INSERT INTO complaint_search (complaint_search, rowid, marks)"
        " VALUES ('delete', old.complaint_id, old.marks);"
        " INSERT INTO complaint_search (rowid, marks) VALUES (new.complaint_id, new.marks); END",
    ),
    "postgresql": (
        "CREATE INDEX complaint_search ON complaint_marks USING gin (string_to_array(marks, ' '))",
        "ALTER TABLE complaint_marks ALTER COLUMN marks SET STATISTICS 300",
    ),
}
"""The index, engine by engine; the newest migration makes the same."""
OWNED_BY_ENGINE = "complaint_search"
"""What its names start with: the database looks after these, and they hold nothing that is not in the table."""

for _dialect, _statements in MAKE.items():
    for _statement in _statements:
        _made = sa.DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        sa.event.listen(ComplaintMarks.__table__, "after_create", _made)


HITS = {
    "sqlite": "SELECT rowid FROM complaint_search WHERE complaint_search MATCH :wanted LIMIT :most",
    "postgresql": "SELECT complaint_id FROM complaint_marks"
    " WHERE string_to_array(marks, ' ') @> string_to_array(CAST(:wanted AS TEXT), ' ') LIMIT :most",
}
"""The first complaints that hold all of the wanted marks, with a space between them. Past the scope, as HasMarks is."""


class HasMarks(sa.sql.functions.FunctionElement[bool]):
    """Does the complaint of this key hold all of the wanted marks, with a space between them?

    It asks the index past the scope: whoever uses it says as well whose words may be read, as searching.matching does.
    """

    inherit_cache = True
    name = "has_marks"
    type = sa.Boolean()


@compiles(HasMarks)
def _in_full_text(element: HasMarks, compiler: Any, **kw: Any) -> str:
    key, wanted = (compiler.process(clause, **kw) for clause in element.clauses)
    hits = f"SELECT rowid FROM complaint_search WHERE complaint_search MATCH {wanted}"  # noqa: S608 - compiled clauses
    return f"{key} IN ({hits})"


@compiles(HasMarks, "postgresql")
def _in_inverted_index(element: HasMarks, compiler: Any, **kw: Any) -> str:
    key, wanted = (compiler.process(clause, **kw) for clause in element.clauses)
    held = f"string_to_array(marks, ' ') @> string_to_array(CAST({wanted} AS TEXT), ' ')"
    return f"{key} IN (SELECT complaint_id FROM complaint_marks WHERE {held})"  # noqa: S608 - compiled clauses
