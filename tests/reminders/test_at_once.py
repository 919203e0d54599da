"""What is told at once goes out at any hour; a secret in it is kept nowhere but in the mail."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from tests.reminders.conftest import Owe
from tests.support.make import Make
from tests.support.post import PostOffice
from tests.support.site import Site
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.reminders.at_once import NOTICES, Notice, Told, ToTell, tell, tell_many, withdraw
from tracker.reminders.digests import message
from tracker.reminders.models import Delivery
from tracker.reminders.states import Channel, DeliveryStatus

Run = Callable[..., dict[str, int]]
SATURDAY_NIGHT = {"days": 5, "hours": 14}


def officer(make: Make) -> User:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    user.password_hash = "x"
    return make.save(user)


def kept(make: Make) -> list[Delivery]:
    with as_machine(make.session):
        make.session.expire_all()
        return list(make.session.scalars(sa.select(Delivery).order_by(Delivery.channel)))


def test_it_is_in_the_inbox_at_once_and_in_the_mail_with_the_next_run_at_any_hour(
    make: Make, machine: Desk, office: PostOffice, run: Run
) -> None:
    user = officer(make)
    told = Told(
        "Sesi dipindah", ("Sesi Ngulik dipindah ke Senin.",), "/sesi/3", calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    )
    tell(machine, user.id, "sesi 3 dipindah", told)
    tell(machine, user.id, "sesi 3 dipindah", told)
    machine.session.commit()
    mail, inbox = kept(make)
    assert (inbox.channel, inbox.status, mail.status) == (Channel.INBOX, DeliveryStatus.SENT, DeliveryStatus.CLAIMED)
    assert run(**SATURDAY_NIGHT) == {"sent": 1}
    (letter,) = office.letters
    assert str(letter["Subject"]) == "Sesi dipindah"
    kinds = {part.get_content_type(): part for part in letter.walk()}
    assert kinds["text/calendar"].get_param("method") == "REQUEST"
    assert "https://tuntas.example.go.id/sesi/3" in kinds["text/plain"].get_content()


def test_a_digest_due_at_night_waits(make: Make, owe: Owe, office: PostOffice, run: Run) -> None:
    owe(officer(make))
    assert run(**SATURDAY_NIGHT) == {}


def test_a_forgotten_password_is_set_by_the_link_in_the_mail(
    make: Make, site: Site, office: PostOffice, run: Run
) -> None:
    user = officer(make)
    asked = site.post("/lupa-kata-sandi", username=user.username.upper())
    assert run() == {"sent": 1}
    text = office.letters[0].get_body(("plain",))
    assert text is not None
    secret = re.search(r"/tautan/(\w+)", text.get_content())
    assert secret is not None
    assert not any(secret[1] in f"{row.text}{row.items}{row.facts}{row.subject}" for row in kept(make))
    page = site.post(f"/tautan/{secret[1]}", password="kuda laut menari", again="kuda laut menari")
    assert "Selamat datang" in page.words
    assert "Bila akun itu ada" in asked.words


def test_the_answer_does_not_tell_whether_there_is_an_account(
    make: Make, site: Site, office: PostOffice, run: Run
) -> None:
    user = officer(make)
    known = site.post("/lupa-kata-sandi", username=user.username)
    unknown = site.post("/lupa-kata-sandi", username="tidak-ada")
    assert known.words == unknown.words
    assert run() == {"sent": 1}


def test_asking_again_and_again_sends_one_mail_and_then_is_slowed_down(
    make: Make, site: Site, office: PostOffice, run: Run
) -> None:
    user = officer(make)
    for _ in range(8):
        site.post("/lupa-kata-sandi", username=user.username)
    site.post("/lupa-kata-sandi", 429, username=user.username)
    assert run() == {"sent": 1}


def test_without_a_mail_server_the_page_says_whom_to_ask(make: Make, site: Site) -> None:
    page = site.get("/lupa-kata-sandi")
    assert "administrator" in page.words
    assert not any("lupa" in form for form in page.forms)
    site.post("/lupa-kata-sandi", 422, username="siapa")


def test_many_are_queued_in_one_go_written_when_sent_and_can_be_taken_back_before(
    make: Make, machine: Desk, office: PostOffice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        NOTICES, "uji", Notice("uji", "Uji", lambda desk, facts: message(f"Untuk {desk.actor.name}", [], ""))
    )
    people = [officer(make) for _ in range(3)]
    people[2].email = ""
    make.save(people[2])
    asked = [ToTell(each.id, channel, "uji 1", {}) for each in people for channel in (Channel.EMAIL, Channel.INBOX)]
    assert tell_many(machine, "uji", asked) == 5  # one has no address
    assert tell_many(machine, "uji", asked) == 5
    machine.session.commit()
    assert len(kept(make)) == 5
    assert run(minutes=5) == {"sent": 2, "inbox": 3}
    assert sorted(str(letter["Subject"]) for letter in office.letters) == sorted(f"Untuk {p.name}" for p in people[:2])
    tell_many(machine, "uji", [ToTell(people[0].id, Channel.EMAIL, "uji 2", {})])
    withdraw(machine, "uji", "uji ")
    machine.session.commit()
    assert len(kept(make)) == 5  # what was sent stays, what waited is gone
    with pytest.raises(ValueError, match="no notice"):
        tell_many(machine, "tak dikenal", asked)
