"""Three questions after a session: asked of those who took part, summed up without a name."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.make import NOON, Make
from tests.support.site import Site
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.kit import formats
from tracker.mentoring.feedback import Question, summary
from tracker.mentoring.feedback_reminding import RULE, lines, owed
from tracker.mentoring.models import Feedback, MentoringSession
from tracker.mentoring.states import Answer, SessionStatus
from tracker.reminders.models import Reminder
from tracker.reminders.rules import Line, Skip

DeskOf = Callable[[User], Desk]


@pytest.fixture
def closed(make: Make) -> MentoringSession:
    return make.session_of(make.unit(), status=SessionStatus.CLOSED, closed_at=NOON, title="Ngulik Mei")


def officer(make: Make, session: MentoringSession, **values: object) -> User:
    user = make.user(Role.UNIT_OFFICER, unit=session.units[0].unit)
    make.participant(session, user, **values)
    return user


def answer(make: Make, session: MentoringSession, user: User, useful: int, better: str = "") -> None:
    make.save(Feedback(session_id=session.id, user_id=user.id, useful=useful, clear=useful, better=better, at=NOON))


def test_nothing_is_shown_before_three_have_answered(make: Make, closed: MentoringSession, desk_of: DeskOf) -> None:
    people = [officer(make, closed) for _ in range(4)]
    host = desk_of(make.user(Role.MENTOR))
    for mark, user in zip((5, 4), people, strict=False):
        answer(make, closed, user, mark, "Waktunya kurang")
    few = summary(host, closed)
    assert (few.answered, few.asked, few.useful, few.words) == (2, 4, None, ())
    answer(make, closed, people[2], 4, "audio")
    enough = summary(host, closed)
    assert enough.useful == Question(Decimal("4.3"), (0, 0, 0, 2, 1))
    assert enough.words == ("audio", "Waktunya kurang", "Waktunya kurang")


def test_who_took_part_is_asked_after_closing_until_they_answered(make: Make, closed: MentoringSession) -> None:
    came, gave, _declined = officer(make, closed), officer(make, closed), officer(make, closed, answer=Answer.NO)
    make.participant(closed)  # by name only
    answer(make, closed, gave, 5)
    assert [each.recipient_id for each in owed(Desk(SYSTEM, NOON, make.session))] == [came.id]
    assert list(owed(Desk(SYSTEM, NOON + timedelta(days=15), make.session))) == []


def test_the_line_leads_to_the_questions_and_goes_once_answered(
    make: Make, closed: MentoringSession, desk_of: DeskOf
) -> None:
    user = officer(make, closed)
    asked = Reminder(id=7, rule=RULE, subject_type="MentoringSession", subject_id=closed.id)
    with formats.as_read_by("id", "Asia/Jakarta"):
        line = lines(desk_of(user), [asked])[7]
        assert isinstance(line, Line)
        assert (line.path, "Ngulik Mei" in line.text) == (f"/sesi/{closed.id}/umpan-balik", True)
        answer(make, closed, user, 3)
        assert isinstance(lines(desk_of(user), [asked])[7], Skip)


def test_a_participant_answers_and_may_change_the_answer(make: Make, closed: MentoringSession, site: Site) -> None:
    address = f"/sesi/{closed.id}/umpan-balik"
    user = officer(make, closed)
    assert "Seberapa bermanfaat" in site.sign_in(user).get(address).words
    assert "Terima kasih." in site.post(address, useful="5", clear="4", better="Lebih banyak contoh").words
    assert "Anda sudah menjawab." in site.get(address).words
    site.post(address, useful="3", clear="3", better="")
    kept = make.only(Feedback)
    assert kept is not None
    make.session.refresh(kept)
    assert (kept.useful, kept.clear, kept.better) == (3, 3, "")


@pytest.mark.parametrize("typed", [{}, {"useful": "6", "clear": "1"}, {"useful": "x", "clear": "2"}])
def test_what_is_no_mark_is_refused_and_nothing_typed_is_lost(
    make: Make, closed: MentoringSession, site: Site, typed: dict[str, str]
) -> None:
    site.sign_in(officer(make, closed))
    page = site.post(f"/sesi/{closed.id}/umpan-balik", expect=422, better="Suara putus-putus", **typed)
    assert "Suara putus-putus" in page.html
    assert make.only(Feedback) is None


def test_who_was_not_there_is_not_asked_and_the_host_reads_the_sum(
    make: Make, closed: MentoringSession, site: Site
) -> None:
    address = f"/sesi/{closed.id}/umpan-balik"
    for mark in (5, 4, 4):
        answer(make, closed, officer(make, closed), mark, "Rekamannya dibagikan")
    stranger = make.user(Role.UNIT_OFFICER, unit=closed.units[0].unit)
    page = site.sign_in(stranger).get(address)
    assert "Anda tidak ada dalam daftar pesertanya" in page.words
    assert "Rekamannya" not in page.words
    site.post(address, expect=422, useful="5", clear="5")
    page = site.sign_in(make.user(Role.MENTOR)).get(address)
    assert "3 dari 3 peserta menjawab" in page.words
    assert "4,3" in page.words
    assert "Rekamannya dibagikan" in page.words


def test_a_session_that_was_not_held_yet_asks_nothing(make: Make, site: Site) -> None:
    planned = make.session_of(make.unit())
    page = site.sign_in(officer(make, planned)).get(f"/sesi/{planned.id}/umpan-balik")
    assert "sejak sesi berlangsung" in page.words
