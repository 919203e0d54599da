"""Searching complaints by what was said in them, although every word of it is sealed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.actor import Mandate
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.policy import POLICY
from tracker.access.scope import Cover, as_machine
from tracker.complaints.marks import known_search_key, mark, search_key
from tracker.complaints.models import Complaint, ComplaintWords, may_read
from tracker.complaints.search_models import HITS, ComplaintMarks, HasMarks
from tracker.complaints.stems import stems_in
from tracker.kit.db import BATCH
from tracker.kit.rows import Criterion

FEW = 1000
"""Hits that are asked for by their keys."""
MOST_ASKED = 12
"""Words of a search; `asked_for` says which."""
LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
MARK_LENGTH = 12
"""Of a stem's mark, 48 bits: among a million different words two share one about once in 500 installations."""


def index_words(desk: Desk, rows: Sequence[tuple[int, str, str]]) -> None:
    """Make complaints found by their words: (complaint id, title, body) each, new or changed.

    Comes after the complaints were flushed, in the transaction that writes their words. Writes in batches; words that
    are empty are found by nothing.
    """
    key = search_key(desk.session)
    with as_machine(desk.session):
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            ids = [complaint_id for complaint_id, _title, _body in some]
            desk.session.execute(sa.delete(ComplaintMarks).where(ComplaintMarks.complaint_id.in_(ids)))
            put_marks(desk, [(complaint_id, marks_of(key, f"{title}\n{body}")) for complaint_id, title, body in some])


def put_marks(desk: Desk, rows: Iterable[tuple[int, str]]) -> None:
    """At the machine's desk: (complaint id, marks as `marks_of` finds them) each, of complaints that have none yet."""
    told = [{"complaint_id": complaint_id, "marks": marks} for complaint_id, marks in rows if marks]
    if told:
        desk.session.execute(sa.insert(ComplaintMarks), told)


def marks_of(key: bytes, text: str) -> str:
    """The marks of a text's stems, sorted, with a space between them. Nearly all of what indexing costs."""
    return " ".join(sorted([_mark(key, stem) for stem in stems_in(text)]))


@lru_cache(maxsize=200_000)
def _mark(key: bytes, stem: str) -> str:
    """In letters alone, so that no index takes it for a number. An office's vocabulary is a few ten thousand words."""
    return mark(key, f"word:{stem}")[:MARK_LENGTH].translate(LETTERS)


def asked_for(text: str) -> tuple[str, ...]:
    """The stems that a search looks for: the first twelve. Empty where only little words were typed."""
    return stems_in(text)[:MOST_ASKED]


def matching(desk: Desk, text: str) -> Criterion:
    """The complaints in which all words of a text stand, in any form, as a criterion on Complaint.id.

    Only those whose words this desk may read: a hit in a *rahasia* complaint would tell what stands in it. Finds
    nothing where `asked_for` finds no word.
    """
    wanted = wanted_marks(desk, text)
    return sa.and_(HasMarks(Complaint.id, sa.literal(wanted)), words_readable(desk)) if wanted else sa.false()


def matching_few(desk: Desk, text: str) -> list[int] | None:
    """The complaints that `matching` finds, where no more than FEW hold the words; None where more do.

    A database that is given keys goes to them; to one that is told to look whether words stand in a complaint, the
    list is what it goes through.
    """
    wanted = wanted_marks(desk, text)
    if not wanted:
        return []
    with as_machine(desk.session):
        asked = sa.text(HITS[desk.session.get_bind().dialect.name])
        ids = list(desk.session.scalars(asked, {"wanted": wanted, "most": FEW + 1}))
    if len(ids) > FEW:
        return None
    return desk.all(sa.select(Complaint.id).where(Complaint.id.in_(ids), words_readable(desk)))


def wanted_marks(desk: Desk, text: str) -> str:
    """Empty where nothing is asked for."""
    stems, key = asked_for(text), known_search_key(desk.session)
    return " ".join(sorted(_mark(key, stem) for stem in stems)) if stems and key is not None else ""


def words_readable(desk: Desk) -> Criterion:
    """The complaints whose words this desk may read, asked of the complaint's own columns: a common word stands in
    half of all, and each other table would be looked at as often."""
    reach = Cover(desk.actor.id, POLICY[Act.READ_COMPLAINT].mandates(desk.actor))
    return may_read(Complaint, reach, covered)


def covered(mandates: Sequence[Mandate]) -> Criterion:
    """Where mandates reach; agency and area stand in the complaint, kept with its unit's."""
    if any(each.covers_everything for each in mandates):
        return sa.true()
    held = [
        column == place
        for each in mandates
        for column, place in (
            (Complaint.unit_id, each.unit_id),
            (Complaint.agency_id, each.agency_id),
            (Complaint.area_id, each.area_id),
        )
        if place is not None
    ]
    return sa.or_(sa.false(), *held)


def index_anew(desk: Desk, advance: Callable[[int], None] | None = None) -> int:
    """Index every complaint again, in short transactions: after a change of stems, or where marks were lost.

    Killed anywhere, what was indexed stays so, and it may be begun again. Says how many were read; `advance` hears of
    each portion.
    """
    done = 0
    for rows in _everything(desk.session):
        index_words(desk, rows)
        desk.session.commit()
        done += len(rows)
        if advance is not None:
            advance(len(rows))
    return done


def _everything(session: Session) -> Iterator[Sequence[tuple[int, str, str]]]:
    last = 0
    while True:
        w = ComplaintWords
        some = session.execute(
            sa.select(w.complaint_id, w.title, w.body)
            .where(w.complaint_id > last)
            .order_by(w.complaint_id)
            .limit(BATCH)
            .with_for_update()  # words that change meanwhile are not indexed as they were
        ).all()
        if not some:
            return
        last = some[-1].complaint_id
        yield [(row.complaint_id, row.title, row.body) for row in some]
