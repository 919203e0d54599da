"""Passing a reminder on by hand: a text without personal data, and a note that it was done."""

from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role
from tracker.reminders.contacts import chat_link
from tracker.reminders.models import ContactMade
from tracker.reminders.states import ContactWay


@pytest.fixture
def mentor(make: Make, site: Site) -> User:
    area = make.area()
    mentor = make.user(Role.MENTOR, area=area)
    unit = make.unit("Samsat Ambon", area)
    make.contact(unit, "Ibu Rahasia", phone="0812 0000 1111")
    make.user(Role.UNIT_OFFICER, unit=unit)
    make.follow_up(unit)
    site.sign_in(mentor)
    return mentor


def the_unit(make: Make) -> ServiceUnit:
    with as_machine(make.session):
        return make.session.scalars(sa.select(ServiceUnit).filter_by(name="Samsat Ambon")).one()


def made(make: Make) -> list[ContactMade]:
    with as_machine(make.session):
        make.session.expire_all()
        return list(make.session.scalars(sa.select(ContactMade).order_by(ContactMade.id)))


def test_the_text_names_the_work_and_nobody(make: Make, site: Site, mentor: User) -> None:
    unit = the_unit(make)
    html = site.get(f"/unit/{unit.id}/dihubungi").html
    text = html.split('id="teks"')[1].split("</textarea>")[0]
    assert "Pasang nomor antrean" in text
    assert "Selasa 31 Maret 2026" in text
    assert f"/unit/{unit.id}" in text
    shared = unquote(html.split("https://wa.me/?text=")[1].split('"')[0])
    for personal in ("Ibu Rahasia", "0812", mentor.name):
        assert personal not in text
        assert personal not in shared


def test_a_chat_link_holds_the_text_and_no_number() -> None:
    assert chat_link("a & b\nc") == "https://wa.me/?text=a%20%26%20b%0Ac"


def test_having_called_is_noted_with_who_when_and_how(make: Make, site: Site, mentor: User) -> None:
    unit = the_unit(make)
    answer = site.post(
        f"/unit/{unit.id}/dihubungi",
        way="telephone",
        at="2026-03-02T08:30",
        spoken_to="kepala loket",
        note="Akan dikirim.",
    )
    assert "Tercatat" in answer.html
    [contact] = made(make)
    assert (contact.by_id, contact.way, contact.spoken_to) == (mentor.id, ContactWay.TELEPHONE, "kepala loket")
    assert contact.at == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert "kepala loket" in site.get(f"/unit/{unit.id}/dihubungi").html


def test_a_note_on_a_follow_up_names_it(make: Make, site: Site, mentor: User) -> None:
    follow_up = make.follow_up(the_unit(make))
    assert "Bagikan pengingat" in site.get(f"/tindak-lanjut/{follow_up.id}/dihubungi").html
    site.post(f"/tindak-lanjut/{follow_up.id}/dihubungi", way="whatsapp", at="2026-03-02T08:30")
    [contact] = made(make)
    assert (contact.subject_type, contact.subject_id) == ("FollowUp", follow_up.id)


@pytest.mark.parametrize(
    "typed",
    [
        {"way": "telephone", "at": "2026-03-02T23:30"},
        {"way": "telephone", "at": "2025-12-02T08:30"},
        {"way": "", "at": "2026-03-02T08:30"},
        {"way": "telephone", "at": ""},
        {"way": "telephone", "at": "besok"},
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(
    make: Make, site: Site, mentor: User, typed: dict[str, str]
) -> None:
    answer = site.post(f"/unit/{the_unit(make).id}/dihubungi", expect=422, note="Catatan saya", **typed)
    assert "Catatan saya" in answer.html
    assert made(make) == []


def test_the_unit_page_and_the_follow_up_offer_it(make: Make, site: Site, mentor: User) -> None:
    unit = the_unit(make)
    assert f"/unit/{unit.id}/dihubungi" in site.get(f"/unit/{unit.id}").html
    follow_up = make.follow_up(unit)
    assert f"/tindak-lanjut/{follow_up.id}/dihubungi" in site.get(f"/tindak-lanjut/{follow_up.id}").html
