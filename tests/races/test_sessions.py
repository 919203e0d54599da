"""Several people in one meeting at the same moment: nobody loses a word, and each promise is kept once."""

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
from tracker.followups.models import FollowUp
from tracker.mentoring.committing import close_session
from tracker.mentoring.holding import write_note
from tracker.mentoring.models import Commitment, MentoringSession, SessionNote, SessionUnit
from tracker.mentoring.states import SessionStatus
from tracker.recommendations.models import Recommendation

pytestmark = pytest.mark.races

PROMISES = 5


def meeting(make: Make) -> dict[str, Any]:
    area = make.area()
    unit = make.unit(area=area)
    session = make.session_of(unit, status=SessionStatus.RUNNING, host_area_id=area.id)
    for _ in range(PROMISES):
        make.commitment(session, unit)
    people = [make.user(Role.MENTOR, area=area) for _ in range(2)]
    aspect = make.the_cycle().instrument.aspects[0]
    return {
        "people": [user.id for user in people], "session": session.id, "line": session.units[0].id, "aspect": aspect.id,
    }  # fmt: skip


def noting(line_id: int, aspect_id: int | None, text: str) -> Any:
    return lambda desk: write_note(desk, desk.find(SessionUnit, line_id, Act.WRITE_NOTE), aspect_id, text)


@pytest.mark.parametrize("whole", [False, True])
def test_two_note_takers_at_once_lose_nothing(own_database_url: str, whole: bool) -> None:
    held = prepare(own_database_url, meeting)
    first, second = held["people"]
    aspect = None if whole else held["aspect"]
    works = [
        (first, noting(held["line"], aspect, "Dari yang satu.")),
        (second, noting(held["line"], aspect, "Dari yang lain.")),
    ]
    assert at_once(own_database_url, works) == ["done", "done"]
    assert sorted(seen(own_database_url, sa.select(SessionNote.text))) == ["Dari yang lain.", "Dari yang satu."]


def test_one_who_writes_on_two_devices_keeps_one_note(own_database_url: str) -> None:
    """The note stays one row; whoever comes second is told, or replaces what was written a moment before."""
    held = prepare(own_database_url, meeting)
    me = held["people"][0]
    works = [(me, noting(held["line"], held["aspect"], text)) for text in ("Dari telepon.", "Dari laptop.")]
    answers = at_once(own_database_url, works)
    assert "done" in answers
    assert set(answers) <= {"done", "IntegrityError", "StaleDataError", "Refusal", "Overtaken"}
    assert len(seen(own_database_url, sa.select(SessionNote.text))) == 1


def test_closing_pressed_by_two_makes_each_promise_a_follow_up_once(own_database_url: str) -> None:
    held = prepare(own_database_url, meeting)

    def close(desk: Desk) -> None:
        close_session(desk, desk.find(MentoringSession, held["session"], Act.CLOSE_SESSION), "Selesai.")

    answers = at_once(own_database_url, [(user, close) for user in held["people"]])
    assert answers.count("done") == 1
    assert set(answers) - {"done"} <= {"IllegalMove", "StaleDataError"}
    assert len(seen(own_database_url, sa.select(FollowUp.id))) == PROMISES
    assert len(seen(own_database_url, sa.select(Recommendation.id))) == PROMISES
    linked = seen(own_database_url, sa.select(Commitment.follow_up_id))
    assert len(set(linked)) == PROMISES
    assert None not in linked
    told = sa.select(Event.id).where(Event.act == Act.CLOSE_SESSION.value)
    assert len(seen(own_database_url, told)) == 1


def test_a_note_that_comes_with_the_closing_is_kept_or_refused(own_database_url: str) -> None:
    held = prepare(own_database_url, meeting)
    first, second = held["people"]

    def close(desk: Desk) -> None:
        close_session(desk, desk.find(MentoringSession, held["session"], Act.CLOSE_SESSION), "Selesai.")

    answers = at_once(own_database_url, [(first, close), (second, noting(held["line"], None, "Sebentar lagi tutup."))])
    assert answers[0] in {"done", "StaleDataError"}
    kept = seen(own_database_url, sa.select(SessionNote.text))
    assert kept == (["Sebentar lagi tutup."] if answers[1] == "done" else [])
