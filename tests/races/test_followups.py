"""People who act on the same work at the same moment: one of them wins, and no figure is wrong."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.processes import application, at_once, prepare
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.followups.models import FollowUp, Verification
from tracker.followups.states import FollowUpStatus
from tracker.followups.verifying import Judgement, accept, return_follow_up
from tracker.kit.db import db
from tracker.progress.models import UnitProgress

pytestmark = pytest.mark.races


def submitted(make: Make, count: int = 1) -> tuple[list[int], list[int]]:
    """Ids of two verifiers, and of submitted follow-ups of one recommendation."""
    area = make.area()
    unit = make.unit(area=area)
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    make.evaluation(unit)
    recommendation = make.recommendation(unit)
    follow_ups = [
        make.follow_up(recommendation=recommendation, status=FollowUpStatus.SUBMITTED, submitted_by_id=officer.id)
        for _ in range(count)
    ]
    for follow_up in follow_ups:
        make.submission(follow_up)
    verifiers = [make.user(Role.MENTOR, area=area) for _ in range(2)]
    return [user.id for user in verifiers], [follow_up.id for follow_up in follow_ups]


def accepting(id: int, judgement: Judgement | None = None) -> Any:
    def work(desk: Desk) -> None:
        accept(desk, desk.find(FollowUp, id, Act.ACCEPT_FOLLOW_UP), "Sesuai.", judgement)

    return work


def returning(id: int) -> Any:
    def work(desk: Desk) -> None:
        return_follow_up(desk, desk.find(FollowUp, id, Act.RETURN_FOLLOW_UP), "Kurang foto.", 40)

    return work


def seen(url: str, query: Any) -> list[Any]:
    with application(url).app_context():
        session = db.session()
        with as_machine(session):
            return list(session.scalars(query))


@pytest.mark.parametrize("trial", range(3))
def test_of_two_verifiers_who_accept_the_same_submission_one_wins(own_database_url: str, trial: int) -> None:
    (first, second), (id,) = prepare(own_database_url, submitted)
    works = [(first, accepting(id, Judgement(True))), (second, accepting(id, Judgement(True)))]
    answers = at_once(own_database_url, works)
    assert sorted(answers, key=lambda answer: answer != "done")[0] == "done"
    assert answers.count("done") == 1
    assert set(answers) - {"done"} <= {"IllegalMove", "StaleDataError", "NoResultFound", "Refusal"}
    assert len(seen(own_database_url, sa.select(Verification.id))) == 1
    assert (
        len(seen(own_database_url, sa.select(Event.id).filter_by(act=Act.ACCEPT_FOLLOW_UP, subject_type="FollowUp")))
        == 1
    )


@pytest.mark.parametrize("trial", range(3))
def test_of_accepting_and_returning_at_once_one_happens(own_database_url: str, trial: int) -> None:
    (first, second), (id,) = prepare(own_database_url, submitted)
    answers = at_once(own_database_url, [(first, accepting(id, Judgement(True))), (second, returning(id))])
    assert answers.count("done") == 1
    status = seen(own_database_url, sa.select(FollowUp.status))[0]
    assert status is (FollowUpStatus.ACCEPTED if answers[0] == "done" else FollowUpStatus.RETURNED)


@pytest.mark.parametrize("trial", range(3))
def test_two_different_follow_ups_decided_at_once_leave_the_right_figure(own_database_url: str, trial: int) -> None:
    (first, second), (one, other) = prepare(own_database_url, lambda make: submitted(make, 2))
    answers = at_once(own_database_url, [(first, returning(one)), (second, returning(other))])
    assert answers == ["done", "done"]
    assert [float(figure) for figure in seen(own_database_url, sa.select(UnitProgress.verified))] == [40.0]


@pytest.mark.parametrize("trial", range(3))
def test_the_last_of_two_decided_at_once_is_asked_for_the_assessment(own_database_url: str, trial: int) -> None:
    (first, second), (one, other) = prepare(own_database_url, lambda make: submitted(make, 2))
    answers = at_once(own_database_url, [(first, accepting(one)), (second, accepting(other))])
    assert sorted(answers) in (["Refusal", "done"], ["StaleDataError", "done"])
    assert sorted(seen(own_database_url, sa.select(FollowUp.status))) == ["accepted", "submitted"]
