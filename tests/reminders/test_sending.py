"""What is owed is sent once, at the recipient's own desk, and what became of it is written down."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.conftest import MORNING
from tests.reminders.conftest import Owe, TestDuty
from tests.support.make import Make
from tests.support.post import PostOffice
from tracker.access.scope import as_machine
from tracker.directory.models import Membership, User
from tracker.directory.states import Role
from tracker.reminders.models import Delivery, Reminder
from tracker.reminders.states import Channel, DeliveryStatus, ReminderStatus
from tracker.reminders.unreachable import RULE

Run = Callable[..., dict[str, int]]
Ledger = Callable[[], list[Delivery]]


def states(make: Make) -> list[str]:
    with as_machine(make.session):
        make.session.expire_all()
        return [row.status.value for row in make.session.scalars(sa.select(Reminder).order_by(Reminder.id))]


def test_one_digest_carries_all_that_a_person_is_owed(
    make: Make, office: PostOffice, owe: Owe, run: Run, ledger: Ledger
) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    owe(user, 1)
    owe(user, 2)
    assert run() == {"sent": 1}
    (letter,) = office.letters
    assert str(letter["Subject"]) == "2 pekerjaan menunggu Anda, 2 lewat batas waktu"
    body = letter.get_body(("plain",))
    assert body is not None
    assert "https://tuntas.example.go.id/tindak-lanjut/2" in body.get_content()
    html = letter.get_body(("html",))
    assert html is not None
    assert '<a href="https://tuntas.example.go.id/tindak-lanjut/1">' in html.get_content()
    assert "<script" not in html.get_content()
    mail, inbox = ledger()
    assert (mail.channel, mail.status, mail.key) == (Channel.EMAIL, DeliveryStatus.SENT, "2026-03-02")
    assert str(letter["Message-ID"]) == mail.message_id
    assert (inbox.channel, inbox.status, len(inbox.items)) == (Channel.INBOX, DeliveryStatus.SENT, 2)
    assert states(make) == ["sent", "sent"]


def test_a_second_run_sends_nothing_more(make: Make, office: PostOffice, owe: Owe, run: Run) -> None:
    owe(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    run()
    assert run(minutes=5) == {}
    assert len(office.letters) == 1


def test_an_item_solved_just_before_sending_is_skipped_with_the_reason(
    make: Make, office: PostOffice, owe: Owe, run: Run, duty: TestDuty, ledger: Ledger
) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    owe(user, 1)
    owe(user, 2)
    duty.solved.add(1)
    assert run() == {"sent": 1, "skipped": 1}
    assert "tindak-lanjut/1\n" not in office.letters[0].as_string()
    assert states(make) == ["skipped", "sent"]
    with as_machine(make.session):
        assert make.session.scalars(sa.select(Reminder.reason).where(Reminder.subject_id == 1)).one() == "sudah selesai"


def test_when_nothing_is_left_to_say_no_mail_goes_out(
    make: Make, office: PostOffice, owe: Owe, run: Run, duty: TestDuty, ledger: Ledger
) -> None:
    owe(make.user(Role.UNIT_OFFICER, unit=make.unit()), 7)
    duty.solved.add(7)
    assert run() == {"skipped": 1}
    assert (office.letters, ledger(), states(make)) == ([], [], ["skipped"])


def test_somebody_who_lost_access_is_told_nothing(make: Make, office: PostOffice, owe: Owe, run: Run) -> None:
    unit = make.unit()
    user = make.user(Role.UNIT_OFFICER, unit=unit)
    owe(user)
    with as_machine(make.session):
        make.session.execute(
            sa.update(Membership)
            .where(Membership.user_id == user.id)
            .values(valid_to=MORNING.date() - timedelta(days=1))
        )
    assert run() == {"skipped": 1}
    assert office.letters == []


def test_a_line_about_a_unit_out_of_reach_is_left_out(make: Make, office: PostOffice, owe: Owe, run: Run) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    owe(user, 1)
    owe(user, 2, make.unit("Unit lain"))
    assert run() == {"sent": 1, "skipped": 1}
    assert states(make) == ["sent", "skipped"]


@pytest.mark.parametrize("address", ["", "bukan alamat"])
def test_somebody_without_an_address_is_told_in_the_inbox(
    make: Make, office: PostOffice, owe: Owe, run: Run, ledger: Ledger, address: str
) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    user.email = address
    make.save(user)
    owe(user)
    assert run() == {"inbox": 1}
    (inbox,) = ledger()
    assert (inbox.channel, inbox.status) == (Channel.INBOX, DeliveryStatus.SENT)
    assert states(make) == ["sent"]


def test_without_a_mail_server_reminders_follow_the_inbox(make: Make, owe: Owe, run: Run) -> None:
    owe(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    assert run() == {"inbox": 1}
    assert states(make) == ["sent"]


def test_each_is_told_in_their_own_language(make: Make, office: PostOffice, owe: Owe, run: Run) -> None:
    unit = make.unit()
    for language in ("id", "en"):
        user = make.user(Role.UNIT_OFFICER, unit=unit)
        user.language = language
        owe(make.save(user))
    run()
    assert [str(letter["Content-Language"]) for letter in office.letters] == ["id", "en"]


def test_a_name_with_a_line_break_cannot_write_a_header(make: Make, office: PostOffice, owe: Owe, run: Run) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    user.name = "Ibu\r\nBcc: orang@lain.example"
    owe(make.save(user))
    assert run() == {"sent": 1}
    assert office.letters[0]["Bcc"] is None
    assert len(office.asked) == 1


def test_a_server_that_refuses_every_third_mail_for_now_gets_them_again_with_the_same_id(
    make: Make, office: PostOffice, owe: Owe, run: Run
) -> None:
    unit = make.unit()
    for subject in range(9):
        owe(make.user(Role.UNIT_OFFICER, unit=unit), subject)
    office.rcpt = lambda _address, count: "451 4.3.0 nanti saja" if count % 3 == 2 else None
    assert run() == {"sent": 6, "retry": 3}
    office.rcpt = lambda _address, _count: None
    assert run(minutes=4) == {}
    assert run(minutes=6) == {"sent": 3}
    assert len(set(office.addresses)) == 9
    assert states(make) == ["sent"] * 9


def test_the_message_id_stays_the_same_through_all_attempts(
    make: Make, office: PostOffice, owe: Owe, run: Run, ledger: Ledger
) -> None:
    owe(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    office.data = lambda _address, _count: "451 sibuk"
    run()
    before = ledger()[0].message_id
    office.data = lambda _address, _count: None
    run(minutes=6)
    assert str(office.letters[0]["Message-ID"]) == before


def test_after_the_last_attempt_it_has_failed_and_somebody_must_look(
    make: Make, office: PostOffice, owe: Owe, run: Run, ledger: Ledger
) -> None:
    owe(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    office.rcpt = lambda _address, _count: "450 4.2.0 sibuk"
    outcomes = [run(minutes=after) for after in (0, 6, 22, 68, 190)]
    assert outcomes == [{"retry": 1}] * 4 + [{"failed": 1}]
    assert ledger()[0].attempts == 5
    assert states(make) == ["failed"]


def test_an_address_refused_for_good_is_marked_and_others_are_told(
    make: Make, office: PostOffice, owe: Owe, run: Run
) -> None:
    unit = make.unit()
    user = make.user(Role.UNIT_OFFICER, unit=unit)
    second = make.user(Role.UNIT_OFFICER, unit=unit)
    coordinator = make.user(Role.COORDINATOR, agency=unit.agency)
    owe(user)
    office.rcpt = lambda address, _count: "550 5.1.1 tidak ada" if address == user.email else None
    assert run() == {"failed": 1, "sent": 2}
    with as_machine(make.session):
        make.session.expire_all()
        assert make.session.get_one(User, user.id).is_unreachable
        told = make.session.scalars(sa.select(Reminder.recipient_id).where(Reminder.rule == RULE)).all()
    assert set(told) == {second.id, coordinator.id}
    assert set(office.addresses) == {second.email, coordinator.email}
    assert f"/unit/{unit.id}" in office.letters[0].as_string()


def test_a_refusal_of_the_message_does_not_blame_the_address(
    make: Make, office: PostOffice, owe: Owe, run: Run
) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    owe(user)
    office.data = lambda _address, _count: "554 5.7.1 ditolak"
    assert run() == {"failed": 1}
    with as_machine(make.session):
        make.session.expire_all()
        assert not make.session.get_one(User, user.id).is_unreachable


def test_without_a_server_to_speak_to_all_is_kept_for_later(
    make: Make, office: PostOffice, owe: Owe, run: Run, monkeypatch: pytest.MonkeyPatch, app: object
) -> None:
    from dataclasses import replace

    unit = make.unit()
    for subject in range(3):
        owe(make.user(Role.UNIT_OFFICER, unit=unit), subject)
    config = app.config["TUNTAS"]  # type: ignore[attr-defined]
    with monkeypatch.context() as patched:
        patched.setitem(app.config, "TUNTAS", replace(config, smtp_url="smtp://127.0.0.1:1"))  # type: ignore[attr-defined]
        assert run() == {"retry": 1, "given_back": 2}
    assert states(make).count("planned") == 2
    assert run(minutes=6) == {"sent": 3}


def test_a_claim_that_was_never_handed_over_is_planned_again(
    make: Make, office: PostOffice, owe: Owe, run: Run
) -> None:
    row = owe(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    left_behind(make, row, handed_over=False)
    assert run() == {}
    assert run(minutes=11) == {"released": 1, "sent": 1}
    assert states(make) == ["sent"]


def test_one_that_was_handed_over_and_never_settled_is_uncertain_and_not_sent_again(
    make: Make, office: PostOffice, owe: Owe, run: Run, ledger: Ledger
) -> None:
    row = owe(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    left_behind(make, row, handed_over=True)
    assert run(minutes=11) == {"uncertain": 1}
    assert run(hours=1) == {}
    mail, inbox = ledger()
    assert (mail.status, inbox.status) == (DeliveryStatus.UNCERTAIN, DeliveryStatus.SENT)
    assert (office.letters, states(make)) == ([], ["uncertain"])


def left_behind(make: Make, row: Reminder, handed_over: bool) -> None:
    """As a sender leaves it that dies after its claim, or in the middle of sending."""
    delivery = make.save(
        Delivery(
            recipient_id=row.recipient_id,
            channel=Channel.EMAIL,
            kind="digest",
            key="2026-03-02",
            message_id="<mati@localhost>",
            claimed_at=MORNING,
            claimed_by="mati",
            handed_over_at=MORNING if handed_over else None,
            attempts=1 if handed_over else 0,
            subject="1 pekerjaan menunggu Anda",
        )
    )
    row.status, row.delivery_id = ReminderStatus.CLAIMED, delivery.id
    make.save(row)


def test_a_message_that_cannot_be_written_stops_nobody_else(
    make: Make, office: PostOffice, owe: Owe, run: Run, duty: TestDuty, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = make.unit()
    broken, other = make.user(Role.UNIT_OFFICER, unit=unit), make.user(Role.UNIT_OFFICER, unit=unit)
    owe(broken, 13)
    owe(other, 1)
    lines = duty.lines

    def failing(desk: object, rows: list[Reminder]) -> object:
        if rows[0].subject_id == 13:
            raise RuntimeError("rusak")
        return lines(desk, rows)  # type: ignore[arg-type]

    from tracker.reminders.register import DUTIES, Duty

    monkeypatch.setitem(DUTIES, "uji", Duty("uji", "Uji", lambda _desk: (), failing))  # type: ignore[arg-type]
    assert run() == {"failed": 1, "sent": 1}
    assert office.addresses == [other.email]


def test_at_most_twenty_units_are_named_to_whoever_stands_above(
    make: Make, office: PostOffice, owe: Owe, run: Run
) -> None:
    area = make.area()
    boss = make.user(Role.ASSISTANT_DEPUTY, area=area)
    agency = make.agency()
    for number in range(23):
        owe(boss, number, make.unit(f"Unit {number}", area, agency=agency), rule="uji_naik")
    assert run() == {"sent": 1}
    text = office.letters[0].get_body(("plain",))
    assert text is not None
    assert text.get_content().count("- Pekerjaan") == 20
    assert "3 unit lagi" in text.get_content()
    assert str(office.letters[0]["Subject"]) == "23 unit perlu perhatian Anda"
