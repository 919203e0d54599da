"""The national data set is the same for the same seed, and agrees with itself."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tests.support.installation import an_installation
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.demo.emptiness import holds_nothing_else
from tracker.demo.national.generating import generate
from tracker.demo.national.size import Size
from tracker.followups.models import CorrectiveAction, FollowUp
from tracker.followups.states import FollowUpStatus, holder_of
from tracker.kit.db import Model, db
from tracker.mentoring.models import Commitment, MentoringSession
from tracker.mentoring.states import SessionStatus
from tracker.progress.models import UnitProgress
from tracker.progress.operations import recalculate_all
from tracker.recommendations.models import Recommendation

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def generated(data: Path, units: int = 12, seed: int = 1) -> dict[str, list[Any]]:
    with an_installation(data):
        desk = Desk(SYSTEM, NOW, db.session())
        generate(desk, Size(units, 2, seed, NOW), "hash", lambda _: None)
        return {
            table.name: [tuple(row) for row in desk.session.execute(sa.select(table).order_by(*table.primary_key))]
            for table in Model.metadata.sorted_tables
            if table.name != "data_revision"  # a token drawn by chance with each commit
        }


def test_the_same_seed_gives_the_same_country(tmp_path: Path) -> None:
    first, second = generated(tmp_path / "a"), generated(tmp_path / "b")
    assert first == second
    other = generated(tmp_path / "c", seed=2)
    assert other["service_unit"] != first["service_unit"]
    assert len(other["follow_up"]) == len(first["follow_up"])


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with an_installation(tmp_path_factory.mktemp("country")):
        generate(Desk(SYSTEM, NOW, db.session()), Size(60, 3, 1, NOW), "hash", lambda _: None)
        yield


@pytest.fixture
def desk(country: None) -> Desk:
    db.session.remove()
    return Desk(SYSTEM, NOW, db.session())


def test_it_has_the_rows_that_were_asked_for(desk: Desk) -> None:
    count = sa.func.count()
    assert desk.session.scalar(sa.select(count).select_from(Recommendation)) == 60 * 3 * 10
    assert desk.session.scalar(sa.select(count).select_from(FollowUp)) == 60 * 3 * 10 * 2
    actions = desk.session.scalar(sa.select(count).select_from(CorrectiveAction))
    assert actions is not None
    assert 0.95 < actions / (60 * 3 * 10 * 2 * 3) < 1.05
    assert desk.session.scalar(sa.select(count).select_from(UnitProgress)) == 60 * 3


def test_its_rows_are_as_the_site_would_have_written_them(desk: Desk) -> None:
    for each in desk.all(sa.select(FollowUp)):
        assert each.holder is holder_of(each.status, each.hold_kind)
        assert each.is_open is (each.holder is not None)
        assert each.assigned_at <= NOW
        assert each.accepted_at is None or each.assigned_at < each.accepted_at <= NOW
    states = set(desk.session.scalars(sa.select(FollowUp.status).distinct()))
    assert states >= set(FollowUpStatus) - {FollowUpStatus.AWAITING_CONFIRMATION}


def test_some_units_met_and_their_promises_are_worked_on(desk: Desk) -> None:
    statuses = Counter(desk.session.scalars(sa.select(MentoringSession.status)))
    assert set(statuses) == {SessionStatus.CLOSED, SessionStatus.SCHEDULED}
    promised = desk.all(sa.select(Commitment).options(joinedload(Commitment.session)))
    assert promised
    works = {each.id: each for each in desk.all(sa.select(FollowUp).where(FollowUp.from_commitment))}
    assert {each.follow_up_id for each in promised} == set(works)
    for each in promised:
        work = works[each.follow_up_id or 0]
        assert (work.unit_id, work.due_on) == (each.unit_id, each.due_on)
        assert each.session.cycle_id == work.cycle_id
        assert each.session.closed_at is not None
        assert each.session.closed_at <= work.assigned_at


def test_its_figures_are_right_from_the_start(desk: Desk) -> None:
    assert recalculate_all(desk).differences == 0


def test_it_counts_as_other_data(desk: Desk) -> None:
    assert holds_nothing_else(desk.session) is not None


def test_new_rows_come_after_its_own(desk: Desk) -> None:
    highest = desk.session.scalar(sa.select(sa.func.max(Recommendation.id)))
    some = desk.session.scalars(sa.select(Recommendation).limit(1)).one()
    row = {
        "unit_id": some.unit_id,
        "cycle_id": some.cycle_id,
        "aspect_id": some.aspect_id,
        "text": "x",
        "text_key": "x",
    }
    assert desk.add_all(Recommendation, [row])[0] > (highest or 0)
    desk.session.rollback()
