"""The name of a state changes with every commit that wrote something, however it was written, and with no other."""

from collections.abc import Callable

import sqlalchemy as sa

from tests.support.make import Make
from tracker.access.desk import Desk
from tracker.access.models import SentForm
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.followups.models import FollowUp
from tracker.kit import revision


def drawn_by(machine: Desk, write: Callable[[], object]) -> bool:
    before = revision.stand(machine.session)
    write()
    machine.session.commit()
    return revision.stand(machine.session) != before


def test_a_commit_that_wrote_a_row_draws_a_new_token(make: Make, machine: Desk) -> None:
    assert drawn_by(machine, lambda: make.area("IV"))
    assert drawn_by(machine, lambda: make.area("V"))


def test_what_is_written_past_the_rows_is_noticed_too(make: Make, machine: Desk) -> None:
    follow_up = make.follow_up()
    machine.session.commit()
    bulk = sa.update(FollowUp).where(FollowUp.id == follow_up.id).values(weight=2)
    bare = sa.text("UPDATE follow_up SET weight = 3")
    assert drawn_by(machine, lambda: machine.session.execute(bulk))
    assert drawn_by(machine, lambda: machine.session.connection().execute(bare))
    assert drawn_by(machine, lambda: machine.session.execute(sa.text("DELETE FROM holiday")))


def test_a_commit_that_only_read_draws_none(make: Make, machine: Desk) -> None:
    make.area("IV")
    machine.session.commit()
    assert not drawn_by(machine, lambda: machine.all(sa.select(User)))
    with_part = sa.select(sa.select(User.id).cte("people"))
    assert not drawn_by(machine, lambda: machine.session.execute(with_part).all())


def test_what_no_figure_is_made_from_draws_none(make: Make, machine: Desk) -> None:
    user = make.user(Role.VIEWER)
    machine.session.commit()
    row = SentForm(user_id=user.id, key="k", location="/", at=machine.now)
    assert not drawn_by(machine, lambda: machine.session.add(row))


def test_what_is_not_committed_yet_is_known_to_be_so(make: Make, machine: Desk) -> None:
    machine.session.commit()
    assert not revision.is_writing(machine.session)
    make.area("IV")
    assert revision.is_writing(machine.session)
    machine.session.commit()
    assert not revision.is_writing(machine.session)
