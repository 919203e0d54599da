"""Who takes part is reminded seven working days before a session and the day before, in their own zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.kit import formats
from tracker.kit.db import db
from tracker.mentoring.models import MentoringSession, Participant
from tracker.mentoring.reminding import lines_session, owed_session
from tracker.mentoring.states import Answer, Part, SessionStatus
from tracker.reminders.models import Reminder
from tracker.reminders.rules import Line, Skip

HELD = (datetime(2026, 5, 20, 2, tzinfo=UTC), datetime(2026, 5, 20, 5, tzinfo=UTC))  # a Wednesday


def invited(make: Make, **values: Any) -> tuple[User, MentoringSession]:
    unit = make.unit()
    user = make.user(Role.UNIT_OFFICER, unit=unit)
    session = make.session_of(unit, day=HELD, title="Ngulik III", **values)
    make.save(Participant(session_id=session.id, user_id=user.id, name=user.name, part=Part.OFFICER))
    return user, session


def owed_on(day: date, hour: int = 22) -> list[tuple[int, str]]:
    """Planned at five in the morning in Jakarta."""
    now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(days=1)
    return [(each.recipient_id, each.step) for each in owed_session(Desk(SYSTEM, now, db.session()))]


@pytest.mark.parametrize(
    ("day", "step"),
    [
        (date(2026, 5, 6), None),
        (date(2026, 5, 7), "T-7"),  # 14 May is a holiday, 15 May joint leave
        (date(2026, 5, 11), "T-7"),
        (date(2026, 5, 18), "T-7"),
        (date(2026, 5, 19), "T-1"),
        (date(2026, 5, 20), "T-1"),
        (date(2026, 5, 21), None),
    ],
)
def test_windows_open_on_working_days_and_not_for_one_day_alone(make: Make, day: date, step: str | None) -> None:
    user, _ = invited(make)
    assert owed_on(day) == ([(user.id, step)] if step else [])


def test_who_declined_and_whose_session_is_off_is_not_reminded(make: Make) -> None:
    _, session = invited(make)
    row = make.session.scalars(sa.select(Participant)).one()
    row.answer = Answer.NO
    make.save(row)
    assert owed_on(date(2026, 5, 19)) == []
    row.answer = Answer.YES
    make.save(row)
    session.status, session.cancelled_reason = SessionStatus.CANCELLED, "Libur."
    make.save(session)
    assert owed_on(date(2026, 5, 19)) == []


def line_for(make: Make, desk: Desk, user: User, session: MentoringSession) -> Line | Skip:
    row = Reminder(recipient_id=user.id, rule="session", subject_type="MentoringSession", subject_id=session.id,
                   due_on=date(2026, 5, 20), step="T-1", on_day=date(2026, 5, 19), planned_at=desk.now)  # fmt: skip
    make.save(row)
    with formats.as_read_by("id", "Asia/Jayapura"):
        return lines_session(desk, [row])[row.id]


def test_the_line_says_when_where_the_reader_is(make: Make, desk_of: Any) -> None:
    user, session = invited(make)
    line = line_for(make, desk_of(user), user, session)
    assert isinstance(line, Line)
    assert line.text == "Sesi Ngulik III: Rabu, 20 Mei 2026, 11.00–14.00 WIT"
    assert line.path == f"/sesi/{session.id}"


def test_nothing_is_said_of_a_session_that_was_moved_or_is_out_of_reach(make: Make, desk_of: Any) -> None:
    user, session = invited(make)
    session.starts_at = HELD[0] + timedelta(days=1)
    make.save(session)
    assert isinstance(line_for(make, desk_of(user), user, session), Skip)
    stranger = make.user(Role.UNIT_OFFICER, unit=make.unit("Lain"))
    with pytest.raises(KeyError):
        line_for(make, desk_of(stranger), stranger, session)
