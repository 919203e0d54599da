"""Made-up complaints are the same for the same seed, agree with the clocks, and lie sealed as real ones do."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tests.support.installation import an_installation
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.complaints import clocks
from tracker.complaints.models import Complainant, Complaint, ComplaintNote, ComplaintWords
from tracker.complaints.searching import matching
from tracker.complaints.states import OVER, ComplaintStatus, holder_of
from tracker.demo.national.generating import generate
from tracker.demo.national.size import Size
from tracker.directory.models import ServiceUnit
from tracker.kit.db import db

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SIZE = Size(12, 1, 1, NOW, complaints=300)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with an_installation(tmp_path_factory.mktemp("country")):
        generate(Desk(SYSTEM, NOW, db.session()), SIZE, "hash", lambda _: None)
        yield


@pytest.fixture
def desk(country: None) -> Desk:
    db.session.remove()
    return Desk(SYSTEM, NOW, db.session())


def rows(desk: Desk) -> list[Complaint]:
    place = joinedload(Complaint.unit).joinedload(ServiceUnit.region)
    return desk.all(sa.select(Complaint).options(place, joinedload(Complaint.words)).order_by(Complaint.id))


def test_they_stand_as_the_site_would_have_them(desk: Desk) -> None:
    complaints = rows(desk)
    assert len(complaints) == SIZE.complaints
    assert {each.status for each in complaints} == set(ComplaintStatus)
    for each in complaints:
        before = (each.due_at, each.due_clock, each.verification_due_at, each.answer_due_at, each.completion_due_at)
        clocks.set_due(desk, each)
        after = (each.due_at, each.due_clock, each.verification_due_at, each.answer_due_at, each.completion_due_at)
        assert before == after, each.number
        assert each.holder is holder_of(each.status)
        assert each.is_open is (each.status not in OVER)
        stations = [each.received_at, each.verified_at, each.assigned_at, each.responded_at, each.closed_at]
        passed = [at for at in stations if at is not None]
        assert passed == sorted(passed)
        assert passed[-1] <= NOW
    desk.session.rollback()


def test_their_words_are_sealed_and_found(desk: Desk) -> None:
    raw = desk.session.execute(sa.text("SELECT title, body FROM complaint_words")).all()
    assert len(raw) == SIZE.complaints
    assert not any("tunggu" in title + body for title, body in raw)
    words = {each.complaint_id: each.body for each in desk.all(sa.select(ComplaintWords))}
    chairs = {id for id, body in words.items() if "kursi" in body.casefold()}
    assert chairs
    assert set(desk.all(sa.select(Complaint.id).where(matching(desk, "kursi")))) >= chairs


def test_nobody_is_named_who_asked_not_to_be_or_whose_time_is_over(desk: Desk) -> None:
    named = set(desk.all(sa.select(Complainant.complaint_id)))
    assert named
    for each in rows(desk):
        if each.is_anonymous or each.identity_removed_at is not None:
            assert each.id not in named
    assert desk.session.scalar(sa.select(sa.func.count()).select_from(ComplaintNote))


def test_the_same_seed_gives_the_same_complaints(desk: Desk, tmp_path: Path) -> None:
    def told(desk: Desk) -> list[Any]:
        return [(each.received_at, each.status, each.unit_id, each.words.title, each.words.body) for each in rows(desk)]

    first = told(desk)
    db.session.remove()
    with an_installation(tmp_path):
        again = Desk(SYSTEM, NOW, db.session())
        generate(again, SIZE, "hash", lambda _: None)
        assert told(again) == first
