"""A further channel gets the counts and a link, and only services that the installation names are spoken to."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.reminders.conftest import Owe
from tests.support.make import Make
from tests.support.post import PostOffice
from tracker.directory.states import Role
from tracker.kit.mail import Outcome
from tracker.reminders.chat import tell_in_chat
from tracker.reminders.models import Delivery, Preference
from tracker.reminders.states import Channel, DeliveryStatus


@pytest.mark.parametrize("address", ["json://127.0.0.1/x", "file:///etc/passwd", "syslog://", "", "TGRAMX://a/b"])
def test_a_service_that_is_not_named_is_never_spoken_to(address: str) -> None:
    assert tell_in_chat(address, "Satu", "https://x", ("tgram",)).outcome is Outcome.REFUSED


def test_what_is_sent_is_the_subject_and_the_link() -> None:
    pytest.importorskip("apprise")
    got: list[bytes] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Taking)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"json://127.0.0.1:{server.server_port}/"
    assert tell_in_chat(address, "2 tindak lanjut", "https://x/kotak-masuk", ("json",)).outcome is Outcome.ACCEPTED
    server.shutdown()
    assert b"2 tindak lanjut" in got[0]
    assert b"https://x/kotak-masuk" in got[0]


def test_a_digest_goes_to_the_further_channel_as_well_and_its_failure_changes_nothing_for_the_mail(
    make: Make, owe: Owe, office: PostOffice, run: Callable[..., dict[str, int]], ledger: Callable[[], list[Delivery]]
) -> None:
    user = make.user(Role.UNIT_OFFICER, unit=make.unit())
    make.save(Preference(user_id=user.id, chat_address="json://127.0.0.1:1/", hour=8))
    owe(user)
    assert run() == {"sent": 1, "failed": 1}
    chat, mail, inbox = ledger()
    assert (chat.channel, chat.status, chat.text) == (Channel.CHAT, DeliveryStatus.FAILED, "")
    assert mail.status is DeliveryStatus.SENT
    assert inbox.status is DeliveryStatus.SENT
