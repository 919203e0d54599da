"""Whatever a unit does, in whatever order, the verified figure stays where a verifier left it."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm.exc import StaleDataError

from tests.followups.conftest import Cast, entry, photo
from tracker.access.acts import Act
from tracker.access.policy import POLICY
from tracker.access.scope import as_machine
from tracker.directory.states import Role
from tracker.followups.evidence import withdraw_evidence
from tracker.followups.models import FollowUp
from tracker.followups.operations import comment, log_action, submit_follow_up, withdraw_submission
from tracker.followups.states import FOLLOW_UP, OPEN, FollowUpStatus, HoldKind, holder_of
from tracker.followups.verifying import resume, return_follow_up
from tracker.kit.db import db
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove

UNIT_ACTS: dict[str, Callable[[Cast], object]] = {
    "log": lambda cast: log_action(cast.desk("officer"), cast.follow_up, entry(cast.desk("officer"), 99, photo())),
    "submit": lambda cast: submit_follow_up(cast.desk("officer"), cast.follow_up),
    "take back": lambda cast: withdraw_submission(cast.desk("officer"), cast.follow_up),
    "resume": lambda cast: resume(cast.desk("officer"), cast.follow_up),
    "comment": lambda cast: comment(cast.desk("officer"), cast.follow_up, "Mohon diperiksa."),
    "withdraw a file": lambda cast: withdraw_last_file(cast),
}


def withdraw_last_file(cast: Cast) -> None:
    desk = cast.desk("officer")
    actions = cast.follow_up.actions
    if actions and actions[-1].evidence:
        withdraw_evidence(desk, actions[-1].evidence[-1], "Salah berkas.")


@pytest.fixture
def returned(cast: Cast) -> Cast:
    cast.submit()
    mentor = cast.desk("mentor")
    return_follow_up(mentor, cast.follow_up, "Kurang.", 35)
    mentor.session.commit()
    return cast


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(sorted(UNIT_ACTS)), max_size=8))
def test_no_sequence_of_a_units_acts_moves_the_verified_figure(returned: Cast, acts: list[str]) -> None:
    """The sequences follow one another on the same follow-up, so that they start from many states."""
    assessment = returned.follow_up.recommendation.assessment
    for act in acts:
        try:
            UNIT_ACTS[act](returned)
        except (Refusal, IllegalMove):
            db.session().rollback()
        else:
            returned.desk("officer").session.commit()
        assert returned.follow_up.verified == 35
        assert returned.follow_up.confirmed_percent == 35
        assert returned.follow_up.recommendation.assessment is assessment
        assert returned.follow_up.status is not FollowUpStatus.ACCEPTED


def test_the_unit_has_no_act_that_leads_to_accepted() -> None:
    """By the tables alone: none of an officer's or a coordinator's acts ends where the verified figure is."""
    theirs = {act for act in FOLLOW_UP.moves if POLICY[Act(act)].roles & {Role.UNIT_OFFICER, Role.COORDINATOR}}
    targets = {target for act in theirs for ends in FOLLOW_UP.moves[act].targets.values() for target in ends}
    assert Act.LOG_ACTION in theirs
    assert FollowUpStatus.ACCEPTED not in targets
    assert FollowUpStatus.CANCELLED not in targets


@pytest.mark.parametrize("status", list(FollowUpStatus))
def test_what_is_open_has_exactly_one_holder(status: FollowUpStatus) -> None:
    hold = HoldKind.BUDGET if status is FollowUpStatus.ON_HOLD else None
    assert (holder_of(status, hold) is not None) == (status in OPEN)


def test_two_deciding_at_once_the_second_is_told(cast: Cast) -> None:
    """The version of the row: what was loaded before somebody else's decision cannot be decided on."""
    cast.submit()
    mentor = cast.desk("mentor")
    follow_up = mentor.session.get(FollowUp, cast.follow_up.id)
    assert follow_up is not None
    overtake(follow_up)
    with pytest.raises(StaleDataError):
        return_follow_up(mentor, follow_up, "Kurang.", 10)
    mentor.session.rollback()


def overtake(follow_up: FollowUp) -> None:
    """As another process would: the row changes beneath the session that has it loaded."""
    session = db.session()
    with as_machine(session):
        table: Any = FollowUp.__table__
        session.connection().execute(
            sa.update(table).where(table.c.id == follow_up.id).values(version=table.c.version + 1)
        )
