"""History is whole: no change without its event, no event that changes."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.events.trail import Untold
from tracker.kit.db import Model

DeskOf = Callable[..., Desk]


def test_a_change_that_nobody_tells_of_is_not_committed(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit()
    desk = desk_of(make.user(Role.ADMINISTRATOR))
    unit.address = "Jalan Baru"
    with pytest.raises(Untold):
        desk.session.commit()


def test_an_event_tells_what_changed_from_what_to_what_and_why(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit()
    desk = desk_of(make.user(Role.ADMINISTRATOR))
    unit.address = "Jalan Lama"
    desk.session.flush()  # an autoflush in between loses nothing
    unit.address = "Jalan Baru"
    desk.record(Act.EDIT_UNIT, unit, "Pindah kantor")
    desk.session.commit()
    event = desk.session.scalars(sa.select(Event).filter_by(act=Act.EDIT_UNIT)).one()
    assert event.changes == {"address": ["", "Jalan Baru"]}
    assert (event.reason, event.actor_id, event.unit_id) == ("Pindah kantor", desk.actor.id, unit.id)


def test_private_columns_enter_as_changed_without_their_values(make: Make, desk_of: DeskOf) -> None:
    user = make.user(Role.VIEWER)
    desk = desk_of(make.user(Role.ADMINISTRATOR))
    user.password_hash = "rahasia sekali"
    desk.record(Act.EDIT_USER, user)
    desk.session.commit()
    event = desk.session.scalars(sa.select(Event).filter_by(act=Act.EDIT_USER)).one()
    assert event.changes == {"password_hash": [False, "changed"]}


def test_an_event_may_not_be_changed(make: Make, machine: Desk) -> None:
    unit = make.unit()
    unit.address = "Jalan Baru"
    event = machine.record(Act.EDIT_UNIT, unit)
    machine.session.flush()
    event.reason = "lain"
    with pytest.raises(Untold):
        machine.session.flush()


@pytest.mark.parametrize("statement", ["UPDATE event SET reason = 'x'", "DELETE FROM event"])
def test_the_migrated_database_refuses_to_change_what_happened(make: Make, machine: Desk, statement: str) -> None:
    unit = make.unit()
    unit.address = "Jalan Baru"
    machine.record(Act.EDIT_UNIT, unit)
    machine.session.flush()
    with pytest.raises(DBAPIError, match="append-only"), machine.session.begin_nested():
        machine.session.execute(sa.text(statement))


def test_each_person_reads_events_through_the_rows_they_tell_of(make: Make, machine: Desk, desk_of: DeskOf) -> None:
    mine, other = make.follow_up(), make.follow_up()
    for follow_up in (mine, other):
        follow_up.title = "Judul baru"
        machine.record(Act.EDIT_FOLLOW_UP, follow_up)
    machine.session.flush()

    def told(role: Role, **scope: Model) -> set[int]:
        desk = desk_of(make.user(role, **scope))
        return set(desk.session.scalars(sa.select(Event.subject_id).filter_by(subject_type="FollowUp")))

    assert told(Role.UNIT_OFFICER, unit=mine.unit) == {mine.id}
    assert told(Role.VIEWER) == {mine.id, other.id}
    assert told(Role.ADMINISTRATOR) == set()
