"""Whoever is responsible sees what went out and decides what failed; nobody reads what is not theirs to read."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.reminders.conftest import Owe
from tests.support.make import Make
from tests.support.post import PostOffice
from tests.support.queries import statements
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.reminders.models import Delivery, Reminder
from tracker.reminders.states import Channel, DeliveryStatus, ReminderStatus

Run = Callable[..., dict[str, int]]


def seen(make: Make, kind: Any) -> list[Any]:
    with as_machine(make.session):
        make.session.expire_all()
        return list(make.session.scalars(sa.select(kind).order_by(kind.id)))


def failed(make: Make, owe: Owe, **values: Any) -> tuple[User, Delivery]:
    """An officer whose digest failed, about their unit."""
    area = make.area()
    officer = make.user(Role.UNIT_OFFICER, unit=make.unit(area=area))
    row = owe(officer)
    items = [{"reminder": row.id, "unit": row.unit_id, "group": "", "text": "Pekerjaan rahasia", "path": "/x"}]
    defaults = {"status": DeliveryStatus.FAILED, "error": "450 sibuk", "items": items, "attempts": 5}
    delivery = make.delivery(officer, **defaults | values)
    row.delivery_id, row.status = delivery.id, ReminderStatus(delivery.status.value)
    make.save(row)
    return make.user(Role.MENTOR, area=area), delivery


def test_what_failed_stands_on_top_until_somebody_decides(make: Make, site: Site, owe: Owe) -> None:
    mentor, delivery = failed(make, owe)
    site.sign_in(mentor)
    assert "Perlu diputuskan" in site.get("/pengingat").words
    page = site.post(f"/pengiriman/{delivery.id}", choice="skip", reason="Sudah pensiun.")
    assert "Keputusan tersimpan" in page.words
    assert "Perlu diputuskan" not in site.get("/pengingat").words
    assert [row.status for row in seen(make, Reminder)] == [ReminderStatus.SKIPPED]
    (event,) = [each for each in seen(make, Event) if each.act == Act.SETTLE_DELIVERY]
    assert (event.actor_id, event.reason, event.subject_id) == (mentor.id, "Sudah pensiun.", delivery.id)


def test_marking_as_told_counts_as_sent(make: Make, site: Site, owe: Owe) -> None:
    mentor, delivery = failed(make, owe, status=DeliveryStatus.UNCERTAIN)
    site.sign_in(mentor).post(f"/pengiriman/{delivery.id}", choice="told", reason="Lewat telepon.")
    (row,) = seen(make, Reminder)
    assert (row.status, row.reason) == (ReminderStatus.SENT, "Lewat telepon.")


def test_a_retry_goes_out_with_the_next_run_and_the_same_id(
    make: Make, site: Site, owe: Owe, office: PostOffice, run: Run
) -> None:
    mentor, delivery = failed(make, owe)
    site.sign_in(mentor).post(f"/pengiriman/{delivery.id}", choice="retry", reason="Server pulih.")
    assert run(minutes=1) == {"sent": 1}
    assert str(office.letters[0]["Message-ID"]) == delivery.message_id
    assert seen(make, Reminder)[0].status is ReminderStatus.SENT


def test_a_decision_needs_a_reason_and_keeps_what_was_typed(make: Make, site: Site, owe: Owe) -> None:
    mentor, delivery = failed(make, owe)
    page = site.sign_in(mentor).post(f"/pengiriman/{delivery.id}", 422, choice="told", reason="")
    assert re.search(r'checked[^>]*value="told"', page.html)
    assert seen(make, Delivery)[0].status is DeliveryStatus.FAILED


def test_what_was_sent_can_not_be_decided_again(make: Make, site: Site, owe: Owe) -> None:
    mentor, delivery = failed(make, owe, status=DeliveryStatus.SENT, error="")
    site.sign_in(mentor).post(f"/pengiriman/{delivery.id}", 422, choice="retry", reason="Lagi.")


def test_an_administrator_decides_without_reading_the_case(make: Make, site: Site, owe: Owe) -> None:
    _, delivery = failed(make, owe)
    page = site.sign_in(make.user(Role.ADMINISTRATOR)).get(f"/pengiriman/{delivery.id}")
    assert "Pekerjaan rahasia" not in page.html
    assert "Isi lengkap pesan" not in page.html
    assert delivery.subject not in page.html
    assert "Putuskan" in page.words


def test_lines_about_units_out_of_reach_are_only_counted(make: Make, site: Site, owe: Owe) -> None:
    mentor, delivery = failed(make, owe)
    other = make.unit("Unit lain")
    foreign = {"reminder": 0, "unit": other.id, "group": "", "text": "Urusan lain", "path": "/y"}
    delivery.items = [*delivery.items, foreign]
    make.save(delivery)
    page = site.sign_in(mentor).get(f"/pengiriman/{delivery.id}")
    assert "Pekerjaan rahasia" in page.words
    assert "Urusan lain" not in page.html
    assert "Isi lengkap pesan" not in page.html
    assert "1 baris lain di luar lingkup Anda" in page.words


def test_a_viewer_reads_the_ledger_and_decides_nothing(make: Make, site: Site, owe: Owe) -> None:
    _, delivery = failed(make, owe)
    site.sign_in(make.user(Role.VIEWER))
    assert "Simpan keputusan" not in site.get(f"/pengiriman/{delivery.id}").words
    site.post(f"/pengiriman/{delivery.id}", 403, choice="skip", reason="x")


def test_whoever_only_looks_on_at_the_recipient_may_not_decide(make: Make, site: Site, owe: Owe) -> None:
    _, delivery = failed(make, owe)
    user = make.user(Role.VIEWER)
    make.membership(user, Role.MENTOR, area=make.area())
    site.sign_in(user).post(f"/pengiriman/{delivery.id}", 403, choice="skip", reason="x")


@pytest.mark.parametrize(
    ("filter", "count"),
    [
        ("", 1),
        ("?keadaan=failed", 1),
        ("?keadaan=sent", 0),
        ("?jenis=uji", 1),
        ("?hari=2026-03-02", 1),
        ("?hari=2026-03-01", 0),
    ],
)
def test_the_ledger_is_narrowed(make: Make, site: Site, owe: Owe, filter: str, count: int) -> None:
    mentor, delivery = failed(make, owe)
    page = site.sign_in(mentor).get(f"/pengingat{filter}")
    assert (f"orang={delivery.recipient_id}" in page.html) == bool(count)


def test_the_ledger_of_a_unit_and_of_a_person(make: Make, site: Site, owe: Owe) -> None:
    mentor, _ = failed(make, owe)
    unit_id = seen(make, Reminder)[0].unit_id
    site.sign_in(mentor)
    assert "Disdukcapil" in site.get(f"/pengingat?unit={unit_id}").words
    assert "Tidak ada yang cocok" in site.get(f"/pengingat?orang={mentor.id}").words
    assert site.get("/pengingat?unit=abc", 422)


def test_the_ledger_asks_as_many_questions_for_many_rows_as_for_few(make: Make, site: Site, owe: Owe) -> None:
    mentor, delivery = failed(make, owe)
    site.sign_in(mentor).get("/pengingat")
    with statements() as few:
        site.get("/pengingat")
    with as_machine(make.session):
        officer = make.session.get_one(User, delivery.recipient_id)
    for number in range(2, 12):
        owe(officer, number, status=ReminderStatus.SENT)
        make.delivery(officer, status=DeliveryStatus.FAILED)
    with statements() as many:
        site.get("/pengingat")
    assert len(many) == len(few)


def test_the_inbox_shows_ones_own_messages_and_counts_the_unread(make: Make, site: Site) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    item = {"reminder": 1, "unit": 1, "group": "Lewat batas waktu", "text": "Pasang papan", "path": "/tindak-lanjut/7"}
    first = make.delivery(user, channel=Channel.INBOX, items=[item])
    make.delivery(user, channel=Channel.INBOX)
    make.delivery(make.user(Role.UNIT_OFFICER, unit=make.unit()), channel=Channel.INBOX, subject="Milik orang lain")
    page = site.sign_in(user).get("/kotak-masuk")
    assert "2 pesan belum dibaca" in page.words
    assert "/tindak-lanjut/7" in page.links
    assert "Milik orang lain" not in page.html
    site.get("/kotak-masuk")
    assert all(row.read_at is None for row in seen(make, Delivery)), "a GET writes nothing"
    assert "1 pesan belum dibaca" in site.post(f"/kotak-masuk/{first.id}/dibaca").words
    assert "Semua pesan sudah dibaca" in site.post("/kotak-masuk/dibaca").words


def test_nobody_marks_the_message_of_another_as_read(make: Make, site: Site) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=make.unit())
    message = make.delivery(officer, channel=Channel.INBOX)
    site.sign_in(make.user(Role.LEADERSHIP)).post(f"/kotak-masuk/{message.id}/dibaca", 404)


def test_an_empty_inbox_says_what_will_come(make: Make, site: Site) -> None:
    page = site.sign_in(make.user(Role.UNIT_OFFICER, unit=make.unit())).get("/kotak-masuk")
    assert "Belum ada pesan" in page.words


def test_everybody_chooses_an_hour_of_their_own(make: Make, site: Site, owe: Owe, office: PostOffice, run: Run) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    owe(user)
    page = site.sign_in(user).post("/akun/pengingat", hour="11", chat_address="")
    assert "Pengaturan pengingat tersimpan" in page.words
    assert run() == {}
    assert run(hours=2) == {"sent": 1}


@pytest.mark.parametrize(
    ("hour", "address"), [("7", ""), ("16", ""), ("9", "json://127.0.0.1/x"), ("9", "file:///etc")]
)
def test_an_hour_out_of_the_day_or_a_service_not_allowed_is_refused(
    make: Make, site: Site, hour: str, address: str
) -> None:
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    site.post("/akun/pengingat", 422, hour=hour, chat_address=address)
