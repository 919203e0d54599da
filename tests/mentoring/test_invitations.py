"""Inviting: who is asked, what their calendars take, and what they learn of changes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from tests.support.make import Make
from tests.support.post import PostOffice
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit, SupervisionArea, User
from tracker.directory.states import Role
from tracker.kit.db import db
from tracker.kit.refusal import Refusal
from tracker.mentoring.invitations import cancel_and_tell, edit_and_tell, invite
from tracker.mentoring.inviting import invitees
from tracker.mentoring.models import MentoringSession, Participant, SessionUnit
from tracker.mentoring.planning import SessionPlan, choose_units, plan_session
from tracker.mentoring.states import Mode, Part, SessionStatus
from tracker.mentoring.telling import tell_soon
from tracker.reminders.models import Delivery
from tracker.reminders.states import Channel

Run = Callable[..., dict[str, int]]
FIRST = datetime(2026, 5, 20, 2, tzinfo=UTC), datetime(2026, 5, 20, 5, tzinfo=UTC)
SECOND = FIRST[0] + timedelta(days=1), FIRST[1] + timedelta(days=1)


@dataclass
class Staged:
    """A session of one unit, hosted by its area, as it waits to be announced."""

    desk: Desk
    session: MentoringSession
    plan: SessionPlan
    area: SupervisionArea
    unit: ServiceUnit
    planner: User
    officer: User
    coordinator: User


@pytest.fixture
def staged(make: Make, desk_of: Any) -> Staged:
    area = make.area()
    unit = make.unit("Disdukcapil Kota Tual", area)
    planner = make.user(Role.ASSISTANT_DEPUTY, area=area)
    officer, coordinator = make.user(Role.UNIT_OFFICER, unit=unit), make.user(Role.COORDINATOR, agency=unit.agency)
    for person, zone in ((officer, "Asia/Jayapura"), (coordinator, "Asia/Makassar")):
        person.timezone = zone
        make.save(person)
    desk = desk_of(planner)
    plan = SessionPlan("Ngulik III", Mode.ONLINE, (FIRST, SECOND), make.the_cycle().id, link="https://rapat.go.id/1",
                       host_area_id=area.id)  # fmt: skip
    session = plan_session(desk, plan)
    desk.session.commit()
    choose_units(desk, session, [unit.id])
    desk.session.commit()
    return Staged(desk, session, plan, area, unit, planner, officer, coordinator)


def calendars(office: PostOffice, person: User) -> list[tuple[str, str]]:
    """(subject, calendar part) of the letters to one person."""
    found = []
    for letter in office.letters:
        if str(letter["To"].addresses[0].addr_spec) == person.email:
            parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
            found += [(str(letter["Subject"]), part.get_content()) for part in parts]
    return found


def send(run: Run, **later: float) -> dict[str, int]:
    done = run(**later)
    with as_machine(db.session()):
        db.session.expire_all()
    return done


def test_officers_coordinators_and_the_planner_are_asked_each_once(staged: Staged) -> None:
    assert invite(staged.desk, staged.session) == 3
    staged.desk.session.commit()
    people = {each.user_id: each for each in staged.desk.all(sa.select(Participant))}
    assert {id: each.part for id, each in people.items()} == {
        staged.planner.id: Part.HOST,
        staged.officer.id: Part.OFFICER,
        staged.coordinator.id: Part.COORDINATOR,
    }
    assert people[staged.officer.id].unit_id == staged.unit.id
    assert people[staged.coordinator.id].post == f"Bagian/Biro Organisasi {staged.unit.agency.name}"
    assert staged.session.status is SessionStatus.SCHEDULED


def test_a_session_without_units_invites_nobody(staged: Staged, make: Make) -> None:
    empty = plan_session(staged.desk, staged.plan)
    staged.desk.session.commit()
    with pytest.raises(Refusal):
        invite(staged.desk, empty)


def test_inviting_again_asks_only_those_who_came_to_it(staged: Staged, make: Make, desk_of: Any) -> None:
    invite(staged.desk, staged.session)
    staged.desk.session.commit()
    late = make.user(Role.UNIT_OFFICER, unit=staged.unit)
    desk = desk_of(staged.planner)
    assert invite(desk, staged.session) == 1
    desk.session.commit()
    with as_machine(desk.session):
        queued = desk.all(sa.select(Delivery.recipient_id).where(Delivery.channel == Channel.INBOX))
    assert sorted(queued) == sorted([staged.planner.id, staged.officer.id, staged.coordinator.id, late.id])


def test_a_speaker_with_an_account_of_that_name_is_asked_too(staged: Staged, make: Make, desk_of: Any) -> None:
    speaker = make.user(Role.LEADERSHIP)
    speaker.name = "Dr. Narasumber"
    make.save(speaker)
    desk = desk_of(staged.planner)
    edit_and_tell(desk, staged.session, replace(staged.plan, speakers=("Dr. Narasumber", "Ibu Tamu")))
    desk.session.commit()
    assert invite(desk, staged.session) == 4
    desk.session.commit()
    rows = desk.all(sa.select(Participant).filter_by(session_id=staged.session.id, part=Part.SPEAKER))
    assert {each.name: each.user_id for each in rows} == {"Dr. Narasumber": speaker.id, "Ibu Tamu": None}


def test_a_unit_without_officers_is_named(staged: Staged, make: Make, desk_of: Any) -> None:
    lonely = make.unit("Puskesmas", staged.area)
    desk = desk_of(staged.planner)
    choose_units(desk, staged.session, [staged.unit.id, lonely.id])
    desk.session.commit()
    assert invitees(desk, staged.session).deserted == (lonely.id,)


def test_each_day_goes_out_as_an_event_of_its_own_that_calendars_take(
    staged: Staged, office: PostOffice, run: Run
) -> None:
    invite(staged.desk, staged.session)
    staged.desk.session.commit()
    assert send(run) == {"sent": 6, "inbox": 3}
    got = calendars(office, staged.officer)
    assert len(got) == 2
    uids = set()
    for (subject, text), (start, end) in zip(got, (FIRST, SECOND), strict=True):
        assert subject.startswith("Undangan: Ngulik III (hari ")
        parsed = Calendar.from_ical(text)
        assert parsed["METHOD"] == "REQUEST"
        (zone,) = parsed.walk("VTIMEZONE")
        (event,) = parsed.walk("VEVENT")
        assert zone["TZID"] == "Asia/Jakarta"
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (start, end)
        assert event["SEQUENCE"] == 0
        assert str(event["ATTENDEE"]) == f"mailto:{staged.officer.email}"
        uids.add(str(event["UID"]))
    assert len(uids) == 2


@pytest.mark.parametrize(
    ("zone", "offset", "local"),
    [("Asia/Jakarta", "+0700", "090000"), ("Asia/Makassar", "+0800", "100000"), ("Asia/Jayapura", "+0900", "110000")],
)
def test_the_object_reads_the_same_by_hand_in_three_zones(
    staged: Staged, office: PostOffice, run: Run, desk_of: Any, zone: str, offset: str, local: str
) -> None:
    edit_and_tell(staged.desk, staged.session, replace(staged.plan, zone=zone, days=(FIRST,)))
    staged.desk.session.commit()
    invite(staged.desk, staged.session)
    staged.desk.session.commit()
    send(run)
    ((_, text),) = calendars(office, staged.officer)
    lines = text.replace("\r\n ", "").splitlines()
    assert f"TZID:{zone}" in lines
    assert f"TZOFFSETTO:{offset}" in lines
    assert f"DTSTART;TZID={zone}:20260520T{local}" in lines
    (start,) = (event.decoded("DTSTART") for event in Calendar.from_ical(text).walk("VEVENT"))
    assert start.astimezone(ZoneInfo("UTC")) == FIRST[0]


def test_the_letter_tells_the_time_where_its_reader_is(staged: Staged, office: PostOffice, run: Run) -> None:
    invite(staged.desk, staged.session)
    staged.desk.session.commit()
    send(run)
    texts = {
        str(letter["To"].addresses[0].addr_spec): letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for letter in office.letters
        if "hari 1" in str(letter["Subject"])
    }
    assert "Rabu, 20 Mei 2026, 09.00–12.00 WIB" in texts[staged.planner.email]
    assert "Rabu, 20 Mei 2026, 10.00–13.00 WITA" in texts[staged.coordinator.email]
    assert "Rabu, 20 Mei 2026, 11.00–14.00 WIT" in texts[staged.officer.email]
    assert f"https://tuntas.example.go.id/sesi/{staged.session.id}/jawab" in texts[staged.officer.email]


def test_a_change_keeps_the_uid_and_raises_the_sequence(staged: Staged, office: PostOffice, run: Run) -> None:
    invite(staged.desk, staged.session)
    staged.desk.session.commit()
    send(run)
    before = {str(event["UID"]) for _, text in calendars(office, staged.officer) for event in walk(text)}
    office.letters.clear()
    moved = (FIRST[0] + timedelta(hours=1), FIRST[1] + timedelta(hours=1))
    desk = again(staged)
    assert edit_and_tell(desk, staged.session, replace(staged.plan, days=(moved, SECOND))) == 3
    desk.session.commit()
    send(run, hours=1)
    events = [event for _, text in calendars(office, staged.officer) for event in walk(text)]
    assert {str(event["UID"]) for event in events} == before
    assert {event["SEQUENCE"] for event in events} == {1}
    assert events[0].decoded("DTSTART") == moved[0]
    assert all(subject.startswith("Perubahan: ") for subject, _ in calendars(office, staged.officer))


def test_a_day_that_is_dropped_is_taken_out_of_calendars(staged: Staged, office: PostOffice, run: Run) -> None:
    invite(staged.desk, staged.session)
    staged.desk.session.commit()
    send(run)
    office.letters.clear()
    desk = again(staged)
    edit_and_tell(desk, staged.session, replace(staged.plan, days=(FIRST,)))
    desk.session.commit()
    send(run, hours=1)
    methods = [str(Calendar.from_ical(text)["METHOD"]) for _, text in calendars(office, staged.officer)]
    assert sorted(methods) == ["CANCEL", "REQUEST"]


def test_what_was_not_sent_yet_is_replaced_by_the_change(staged: Staged, office: PostOffice, run: Run) -> None:
    invite(staged.desk, staged.session)
    staged.desk.session.commit()
    desk = again(staged)
    edit_and_tell(desk, staged.session, replace(staged.plan, link="https://rapat.go.id/2"))
    desk.session.commit()
    send(run)
    got = calendars(office, staged.officer)
    assert len(got) == 2
    assert {event["SEQUENCE"] for _, text in got for event in walk(text)} == {1}


def test_cancelling_takes_it_out_of_calendars_and_says_why(staged: Staged, office: PostOffice, run: Run) -> None:
    invite(staged.desk, staged.session)
    staged.desk.session.commit()
    send(run)
    office.letters.clear()
    desk = again(staged)
    assert cancel_and_tell(desk, staged.session, "Libur nasional.") == 3
    desk.session.commit()
    send(run, hours=1)
    for subject, text in calendars(office, staged.officer):
        assert subject.startswith("Dibatalkan: ")
        assert Calendar.from_ical(text)["METHOD"] == "CANCEL"
        assert [event["STATUS"] for event in walk(text)] == ["CANCELLED"]
    assert "Libur nasional." in office.letters[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_draft_is_cancelled_without_a_word(staged: Staged) -> None:
    assert cancel_and_tell(staged.desk, staged.session, "Salah tanggal.") == 0


def test_whose_unit_no_longer_takes_part_is_told_to_strike_it_out(
    staged: Staged, office: PostOffice, run: Run, make: Make, desk_of: Any
) -> None:
    other = make.unit("RSUD", staged.area)
    desk = desk_of(staged.planner)
    invite(desk, staged.session)
    desk.session.commit()
    send(run)
    office.letters.clear()
    desk = again(staged)
    choose_units(desk, staged.session, [other.id])
    desk.session.commit()
    invite(desk, staged.session)
    desk.session.commit()
    send(run, hours=1)
    assert {str(Calendar.from_ical(text)["METHOD"]) for _, text in calendars(office, staged.officer)} == {"CANCEL"}


def test_officers_of_units_that_the_presser_does_not_see_stay_asked(staged: Staged, make: Make, desk_of: Any) -> None:
    other_area = make.area()
    make.save(SessionUnit(session_id=staged.session.id, unit_id=make.unit("RSUD", other_area).id, position=2))
    desk = desk_of(staged.planner)
    invite(desk, staged.session)
    desk.session.commit()
    elsewhere = desk_of(make.user(Role.MENTOR, area=other_area))
    invite(elsewhere, staged.session)
    elsewhere.session.commit()
    assert staged.officer.id in again(staged).all(sa.select(Participant.user_id))


def test_the_word_of_the_last_hour_is_a_window_and_said_once(
    staged: Staged, office: PostOffice, run: Run, machine: Desk
) -> None:
    desk = again(staged)
    invite(desk, staged.session)
    desk.session.commit()
    for minutes, told in ((-61, 0), (-40, 3), (-10, 3), (1, 0)):
        now = FIRST[0] + timedelta(minutes=minutes)
        assert tell_soon(Desk(SYSTEM, now, db.session())) == told
        db.session.commit()
    with as_machine(db.session()):
        count = db.session.scalar(sa.select(sa.func.count()).where(Delivery.rule == "session.soon"))
    assert count == 6  # mail and inbox of three people


def walk(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def again(staged: Staged) -> Desk:
    """The planner's desk, after the machine has worked."""
    return replace(staged.desk)
