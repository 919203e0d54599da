"""The calendar feed: one's own sessions behind a secret that can be taken back."""

import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from icalendar import Calendar

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.kit.db import db
from tracker.mentoring import feed_views
from tracker.mentoring.models import CalendarFeed, MentoringSession, Participant
from tracker.mentoring.states import Part, SessionStatus


def invited(make: Make) -> tuple[User, MentoringSession]:
    unit = make.unit()
    user = make.user(Role.UNIT_OFFICER, unit=unit)
    session = make.session_of(unit, title="Ngulik III")
    make.save(Participant(session_id=session.id, user_id=user.id, name=user.name, part=Part.OFFICER))
    return user, session


def made(site: Site) -> str:
    found = re.search(r"/kalender/[0-9a-f]{48}\.ics", site.post("/sesi/kalender").html)
    assert found is not None
    return found.group(0)


def test_the_secret_address_needs_no_sign_in_and_holds_ones_own_sessions(make: Make, site: Site) -> None:
    user, _ = invited(make)
    make.session_of(make.unit("Lain"), title="Sesi orang lain")
    address = made(site.sign_in(user))
    answer = Site(site.app).fetch(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    parsed = Calendar.from_ical(answer.get_data(as_text=True))
    assert parsed["METHOD"] == "PUBLISH"
    (event,) = parsed.walk("VEVENT")
    assert event["SUMMARY"] == "Ngulik III"
    assert event.decoded("DTSTART") == datetime(2026, 5, 14, 2, tzinfo=UTC)


def test_only_the_digest_of_the_secret_is_kept(make: Make, site: Site) -> None:
    user, _ = invited(make)
    address = made(site.sign_in(user))
    with as_machine(db.session()):
        (digest,) = db.session.scalars(sa.select(CalendarFeed.secret_digest))
    assert digest not in address
    assert address not in site.get("/sesi/kalender").html


def test_a_new_address_and_a_revoked_one_close_the_old(make: Make, site: Site) -> None:
    user, _ = invited(make)
    site.sign_in(user)
    first, second = made(site), made(site)
    assert site.fetch(first).status_code == 404
    assert site.fetch(second).status_code == 200
    site.post("/sesi/kalender/cabut")
    assert site.fetch(second).status_code == 404


def test_who_lost_the_unit_reads_its_sessions_no_longer(make: Make, site: Site) -> None:
    user, _ = invited(make)
    address = made(site.sign_in(user))
    with as_machine(db.session()):
        membership = db.session.scalars(sa.select(type(user.memberships[0])).filter_by(user_id=user.id)).one()
    membership.valid_to = datetime(2026, 2, 1, tzinfo=UTC).date()
    make.save(membership)
    assert "BEGIN:VEVENT" not in site.fetch(address).get_data(as_text=True)


def test_an_inactive_person_has_no_feed(make: Make, site: Site) -> None:
    user, _ = invited(make)
    address = made(site.sign_in(user))
    user.is_active = False
    make.save(user)
    assert site.fetch(address).status_code == 404


def test_a_cancelled_session_stays_as_cancelled_and_a_draft_is_not_there(make: Make, site: Site) -> None:
    user, session = invited(make)
    address = made(site.sign_in(user))
    session.status, session.cancelled_reason = SessionStatus.CANCELLED, "Libur."
    make.save(session)
    assert "STATUS:CANCELLED" in site.fetch(address).get_data(as_text=True)
    session.status, session.cancelled_reason = SessionStatus.DRAFT, ""
    make.save(session)
    assert "BEGIN:VEVENT" not in site.fetch(address).get_data(as_text=True)


def test_a_feed_that_is_read_too_often_is_slowed_down(make: Make, site: Site, monkeypatch: Any) -> None:
    monkeypatch.setattr(feed_views, "PER_FEED", type(feed_views.PER_FEED)(2, 15, namespace="feed"))
    user, _ = invited(make)
    address = made(site.sign_in(user))
    assert [site.fetch(address).status_code for _ in range(3)] == [200, 200, 429]
