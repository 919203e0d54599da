"""A form that is sent twice at the same moment does its thing once, and both senders see the same page."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.processes import application, prepare
from tests.support.site import Site
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.followups.models import Comment
from tracker.kit.db import db

pytestmark = pytest.mark.races


def officer_and_follow_up(make: Make) -> tuple[int, int]:
    follow_up = make.follow_up()
    return make.user(Role.UNIT_OFFICER, unit=follow_up.unit).id, follow_up.id


def test_a_button_pressed_eight_times_at_once_writes_one_comment(own_database_url: str) -> None:
    user_id, follow_up_id = prepare(own_database_url, officer_and_follow_up)
    app = application(own_database_url)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    sites = [Site(app) for _ in range(8)]
    with app.app_context():
        session = db.session()
        with as_machine(session):
            user = session.get_one(User, user_id)
            sites[0].sign_in(user)
            session.commit()
        for site in sites[1:]:
            with site.client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = f"key of {user_id}", True
        db.session.remove()

    def press(site: Site) -> Any:
        typed = {"text": "Sudah kami pasang.", "form_key": "kunci-yang-sama"}
        answer = site.fetch(f"/tindak-lanjut/{follow_up_id}/komentar", method="POST", data=typed)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(8) as together:
        answers = set(together.map(press, sites))
    assert len(answers) == 1, answers
    assert next(iter(answers))[0] == 303
    with app.app_context():
        session = db.session()
        with as_machine(session):
            assert session.scalar(sa.select(sa.func.count(Comment.id))) == 1
        db.engine.dispose()
