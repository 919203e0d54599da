"""The pages of the list, and how much of the database a page of it reads."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.complaints.conftest import Office
from tests.support.databases import engine_name
from tests.support.make import NOON
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints import listing
from tracker.complaints.listing import how_many, page_of
from tracker.complaints.narrowing import WITHOUT, Narrowing
from tracker.complaints.states import BallHolder, Classification, ComplaintSource, ComplaintStatus
from tracker.directory.states import Role
from tracker.kit.db import db

S = ComplaintStatus
EVERYTHING = Narrowing(only_open=False)
COUNTED = {
    "open": Narrowing(),
    "everything": EVERYTHING,
    "late": Narrowing(only_overdue=True),
    "of a source": Narrowing(source=ComplaintSource.LETTER),
    "of a source, also over": replace(EVERYTHING, source=ComplaintSource.LETTER),
    "of a class": Narrowing(classification=Classification.OVERSIGHT),
    "with a holder": Narrowing(holder=BallHolder.CITIZEN),
    "of an aspect": Narrowing(aspect="sarpras"),
    "of no aspect": Narrowing(aspect=WITHOUT),
    "closed": Narrowing(status=S.CLOSED, only_open=False),
    "new": Narrowing(status=S.NEW, only_open=False),
    "of some days": replace(EVERYTHING, since=date(2026, 1, 1), until=date(2026, 1, 31)),
}


def plans(desk: Desk, by: Narrowing) -> list[str]:
    """How SQLite goes about the count of a list, confined to what the desk sees."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    how_many(desk, by)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    with as_machine(desk.session):
        connection = desk.session.connection()
        told = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each}", values).all() for each, values in sent]
    return [row[3] for rows in told for row in rows]


@pytest.mark.skipif(engine_name() != "sqlite", reason="SQLite tells which index covers a question")
@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ASSISTANT_DEPUTY])
def test_what_is_counted_over_the_country_or_an_area_is_found_in_an_index_alone(office: Office, role: Role) -> None:
    place = {"area": office.unit.area} if role is Role.ASSISTANT_DEPUTY else {}
    desk = office.desk_of(office.make.user(role, **place))
    found = {name: plans(desk, by) for name, by in COUNTED.items()}
    assert all(found.values()), found
    assert [name for name, told in found.items() if not all("COVERING INDEX" in step for step in told)] == [], found


def test_all_by_urgency_shows_what_is_open_first_and_each_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    over = [office.complaint(status=S.CLOSED, closed_at=NOON).id for _ in range(3)]
    late = [office.complaint(due_at=NOON + timedelta(days=day)).id for day in (3, 1, 2)]
    still = office.complaint().id
    desk = office.desk("liaison")
    pages = [page_of(desk, EVERYTHING, first) for first in (0, 3, 6, 9)]
    shown = [[line.id for line in lines] for lines, _total in pages]
    assert shown == [[late[1], late[2], late[0]], [still, *over[:2]], [over[2]], []]
    assert {total for _lines, total in pages} == {7}


@pytest.mark.parametrize("newest_first", [True, False])
def test_later_pages_go_on_where_the_one_before_ended(
    office: Office, monkeypatch: pytest.MonkeyPatch, newest_first: bool
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    made = [office.complaint(office.unit, received_at=NOON - timedelta(days=day)).id for day in range(5)]
    by = Narrowing(newest_first=newest_first)
    shown = [line.id for first in (0, 2, 4) for line in page_of(office.desk("deputy"), by, first)[0]]
    assert sorted(shown) == sorted(made)
    assert not newest_first or shown == made


@pytest.mark.parametrize("status", [S.NEW, S.CLOSED])
def test_a_status_finds_its_complaints_whether_they_are_open_or_over(office: Office, status: S) -> None:
    ids = {each: office.complaint(office.unit, status=each).id for each in (S.NEW, S.CLOSED)}
    for who in ("liaison", "deputy"):
        lines, total = page_of(office.desk(who), Narrowing(status=status, only_open=False), 0)
        assert ([line.id for line in lines], total) == ([ids[status]], 1)
