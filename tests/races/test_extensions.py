"""Two who decide on one request for time at the same moment: one of them does."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.races.test_followups import seen
from tests.support.make import Make
from tests.support.processes import at_once, prepare
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.followups.extending import grant, refuse, request_extension, withdraw_request
from tracker.followups.extension_models import Extension
from tracker.followups.models import FollowUp

pytestmark = pytest.mark.races


def waiting(make: Make) -> tuple[list[int], int, int]:
    area = make.area()
    unit = make.unit(area=area)
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    verifiers = [make.user(Role.MENTOR, area=area) for _ in range(2)]
    follow_up = make.follow_up(unit)
    extension = make.extension(follow_up, requested_by_id=officer.id)
    return [officer.id, *(user.id for user in verifiers)], follow_up.id, extension.id


def granting(id: int) -> Any:
    return lambda desk: grant(desk, desk.find(Extension, id, Act.GRANT_EXTENSION))


def refusing(id: int) -> Any:
    return lambda desk: refuse(desk, desk.find(Extension, id, Act.REFUSE_EXTENSION), "Waktunya cukup.")


def withdrawing(id: int) -> Any:
    return lambda desk: withdraw_request(desk, desk.find(Extension, id, Act.WITHDRAW_EXTENSION))


@pytest.mark.parametrize("other", [granting, refusing, withdrawing])
def test_of_two_decisions_on_one_request_one_happens(own_database_url: str, other: Any) -> None:
    (officer, first, second), _follow_up, id = prepare(own_database_url, waiting)
    who = officer if other is withdrawing else second
    answers = at_once(own_database_url, [(first, granting(id)), (who, other(id))])
    assert answers.count("done") == 1
    assert set(answers) - {"done"} <= {"IllegalMove", "StaleDataError", "Refusal"}
    decisions = (Act.GRANT_EXTENSION, Act.REFUSE_EXTENSION, Act.WITHDRAW_EXTENSION)
    assert len(seen(own_database_url, sa.select(Event.id).where(Event.act.in_([act.value for act in decisions])))) == 1


def test_of_two_requests_at_once_one_waits(own_database_url: str) -> None:
    (officer, *_), follow_up, _id = prepare(own_database_url, without_request)

    def ask(desk: Desk) -> None:
        found = desk.find(FollowUp, follow_up, Act.REQUEST_EXTENSION)
        request_extension(desk, found, found.due_on.replace(month=5, day=29), "Perlu waktu.")

    answers = at_once(own_database_url, [(officer, ask), (officer, ask)])
    assert answers.count("done") == 1
    assert set(answers) - {"done"} <= {"IntegrityError", "Refusal"}
    assert len(seen(own_database_url, sa.select(Extension.id))) == 1


def without_request(make: Make) -> tuple[list[int], int, int]:
    unit = make.unit()
    return [make.user(Role.UNIT_OFFICER, unit=unit).id], make.follow_up(unit).id, 0
