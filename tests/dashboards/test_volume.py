"""A page asks the database as often for 2,000 units as for 20."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support.clock import StoppedClock
from tests.support.installation import an_installation
from tests.support.queries import statements
from tests.support.site import Site
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.dashboards import kept
from tracker.demo.national.generating import generate
from tracker.demo.national.size import Size
from tracker.directory.models import Membership, User
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.kit.db import db

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
MOST = 20
PAGES = {
    "gen-operator-1": ("/tindak-lanjut", "/tindak-lanjut?keadaan=semua", "/tindak-lanjut/{follow_up}", "/unit/{unit}"),
    "gen-organisasi-1": ("/tindak-lanjut",),
    "gen-pendamping1": ("/verifikasi", "/tindak-lanjut?lewat=1"),
    "gen-asdep1": (
        "/tindak-lanjut",
        "/tindak-lanjut?lewat=1",
        "/verifikasi",
        "/hubungi",
        "/portofolio",
        "/portofolio?unit=semua",
        "/portofolio/baris?unit=semua&dari=2",
        "/portofolio/daftar?apa=lewat-tenggat",
    ),
    "gen-deputi": ("/", "/tindak-lanjut", "/portofolio"),
    "gen-auditor": ("/", "/tindak-lanjut", "/portofolio"),
    "gen-admin": ("/",),
}


def asked(data: Path, units: int) -> Mapping[tuple[str, str], int]:
    """Person and page -> statements that the page took, at its second showing."""
    with an_installation(data, StoppedClock(NOW)) as app:
        generate(Desk(SYSTEM, NOW, db.session()), Size(units, 1, 1, NOW), "hash", lambda _: None)
        db.session.remove()
        return {
            (name, path): statements_of(app, name, path.format(**places(name)))
            for name in PAGES
            for path in PAGES[name]
        }


def places(name: str) -> dict[str, int]:
    """The first follow-up of the person's unit that is being worked on."""
    desk = Desk(SYSTEM, NOW, db.session())
    query = (
        sa.select(FollowUp.id, FollowUp.unit_id)
        .join(Membership, Membership.unit_id == FollowUp.unit_id)
        .join(User, User.id == Membership.user_id)
        .where(User.username == name, FollowUp.status == FollowUpStatus.IN_PROGRESS)
        .order_by(FollowUp.id)
    )
    found = desk.session.execute(query).first()
    return {"follow_up": found[0], "unit": found[1]} if found else {}


def statements_of(app: Flask, name: str, path: str) -> int:
    user = Desk(SYSTEM, NOW, db.session()).session.scalars(sa.select(User).where(User.username == name)).one()
    site = Site(app)
    site.sign_in(user)
    db.session.commit()
    site.fetch(path)
    kept._kept.clear()  # what is kept asks nothing, however many units there are
    with statements() as sent:
        site.fetch(path)
    return sum(not only_after_a_session(statement) for statement in sent)


def only_after_a_session(statement: str) -> bool:
    """How many commitments are open is asked only where there was a session, in a small country as in a large one."""
    return "count(follow_up.id)" in statement and "follow_up.from_commitment" in statement


@pytest.mark.volume
def test_a_page_asks_as_often_for_two_thousand_units_as_for_twenty(tmp_path: Path) -> None:
    few, many = asked(tmp_path / "few", 20), asked(tmp_path / "many", 2000)
    assert few == many
    assert max(many.values()) <= MOST
