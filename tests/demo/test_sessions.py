"""The sessions of the demonstration: the one of May 2020 is number 1, and those of the current cycle move along."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.demo.test_loading import machine
from tests.support.demonstration import NOW, a_demonstration
from tracker.access.desk import Desk
from tracker.demo.refreshing import move_to_today
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Cycle
from tracker.kit.files import FileStore
from tracker.mentoring.feedback import summary
from tracker.mentoring.models import (
    Attendance,
    Commitment,
    MentoringSession,
    Participant,
    Preparation,
    SessionNote,
    SessionPaper,
    SessionUnit,
)
from tracker.mentoring.records import record_of
from tracker.mentoring.states import PaperKind, Part, SessionStatus
from tracker.progress.operations import recalculate_all


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("demo")
    with a_demonstration(data):
        yield data


@pytest.fixture
def shown(installation: Path) -> Desk:
    return machine()


def states_of(desk: Desk, session_id: int) -> Counter[FollowUpStatus]:
    query = sa.select(FollowUp.status, sa.func.count()).join(Commitment, Commitment.follow_up_id == FollowUp.id)
    rows = desk.session.execute(query.where(Commitment.session_id == session_id).group_by(FollowUp.status))
    return Counter({row[0]: row[1] for row in rows})


def test_the_session_of_may_2020_is_number_one_with_eight_units_and_four_bureaus(shown: Desk) -> None:
    session = shown.session.get_one(MentoringSession, 1)
    assert session.status is SessionStatus.CLOSED
    assert [day.starts_at.date() for day in session.days] == [date(2020, 5, 14), date(2020, 5, 15)]
    assert len(session.units) == 8
    assert session.cycle is not None
    assert session.cycle.code == "panrb-2019"
    record = record_of(shown, session)
    assert len(record.bureaus) == 4
    assert all(bureau.startswith("Bagian Organisasi dan Tata Kelola K") for bureau in record.bureaus)
    for kind in (Preparation, SessionNote, Attendance):
        assert shown.all(sa.select(kind).filter_by(session_id=1))
    came = [person.present for person in record.people]
    assert (True, True) in came
    assert (True, False) in came
    assert (False, True) in came


def test_its_commitments_became_follow_ups_of_that_cycle_in_various_states(shown: Desk) -> None:
    assert not shown.all(sa.select(Commitment).filter_by(session_id=1, follow_up_id=None))
    assert len(states_of(shown, 1)) >= 6
    query = sa.select(FollowUp).join(Commitment, Commitment.follow_up_id == FollowUp.id)
    made = shown.all(query.where(Commitment.session_id == 1))
    session = shown.session.get_one(MentoringSession, 1)
    assert {(each.from_commitment, each.cycle_id) for each in made} == {(True, session.cycle_id)}


def test_its_papers_are_there_whole_and_its_feedback_can_be_read(shown: Desk, installation: Path) -> None:
    store = FileStore(installation / "files")
    papers = shown.all(sa.select(SessionPaper).filter_by(session_id=1))
    assert {paper.kind for paper in papers} == {PaperKind.RECORD, PaperKind.MINUTES, PaperKind.ATTENDANCE}
    assert all(store.intact(paper.digest) for paper in papers)
    assert {paper.issued_on for paper in papers} == {date(2020, 5, 15)}
    assert summary(shown, shown.session.get_one(MentoringSession, 1)).useful is not None


def test_a_closed_session_of_the_current_cycle_has_commitments_in_every_state(shown: Desk) -> None:
    current = shown.session.scalars(sa.select(Cycle).order_by(Cycle.year.desc()).limit(1)).one()
    sessions = shown.all(sa.select(MentoringSession).filter_by(cycle_id=current.id).order_by(MentoringSession.id))
    assert [each.status for each in sessions] == [SessionStatus.CLOSED, SessionStatus.SCHEDULED]
    assert set(states_of(shown, sessions[0].id)) == set(FollowUpStatus)


def test_a_session_is_scheduled_for_next_week_with_units_that_promised(shown: Desk) -> None:
    coming = shown.session.scalars(sa.select(MentoringSession).filter_by(status=SessionStatus.SCHEDULED)).one()
    assert timedelta(days=3) < coming.starts_at - NOW < timedelta(days=11)
    units = set(shown.session.scalars(sa.select(SessionUnit.unit_id).filter_by(session_id=coming.id)))
    promised = set(shown.session.scalars(sa.select(Commitment.unit_id).where(Commitment.session_id == coming.id - 1)))
    assert len(units & promised) >= 4
    invited = shown.all(sa.select(Participant).filter_by(session_id=coming.id))
    assert {each.part for each in invited} >= {Part.HOST, Part.OFFICER, Part.COORDINATOR}
    assert shown.all(sa.select(Preparation).filter_by(session_id=coming.id))


def test_refresh_moves_the_current_sessions_and_leaves_that_of_2020(tmp_path: Path) -> None:
    later = NOW + timedelta(days=15)
    with a_demonstration(tmp_path):
        desk = machine()
        before = {each.id: each.starts_at for each in desk.all(sa.select(MentoringSession))}
        due = {each.id: each.due_on for each in desk.all(sa.select(Commitment).where(Commitment.session_id > 1))}
        desk = machine(later)
        assert move_to_today(desk) == 14
        desk.session.commit()
        desk = machine(later)
        for each in desk.all(sa.select(MentoringSession)):
            moved = timedelta(days=0 if each.id == 1 else 14)
            assert each.starts_at == before[each.id] + moved
            assert each.days[0].starts_at == each.starts_at
        for each in desk.all(sa.select(Commitment).where(Commitment.session_id > 1)):
            assert each.due_on == due[each.id] + timedelta(days=14)
        assert recalculate_all(desk).differences == 0
        assert datetime(2020, 5, 14, 2, tzinfo=UTC) == before[1]
