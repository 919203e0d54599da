"""Messages are built safely, and what a mail server says is understood."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from config import Config, Misconfigured
from tests.support.post import post_office
from tracker.kit.mail import Attachment, Letter, MailLine, Outcome, Post, judged, message_of

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SENDER = "Tuntas <tuntas@example.go.id>"


def letter(**values: object) -> Letter:
    given = {"to": "maria@example.go.id", "name": "Maria Rahanra", "subject": "Tindak lanjut", "text": "Isi."}
    return Letter(**given | {"message_id": "<1@example.go.id>", "at": AT} | values)  # type: ignore[arg-type]


@pytest.mark.parametrize("subject", ["Satu\r\nBcc: x@y.example", "Satu\nBcc: x@y.example", "Satu\x00\x1b dua"])
def test_no_subject_begins_a_header_of_its_own(subject: str) -> None:
    message = message_from_bytes(message_of(letter(subject=subject), SENDER).as_bytes(), policy=policy.default)
    assert message["Bcc"] is None
    assert str(message["Subject"]).startswith("Satu ")


def test_a_message_carries_text_html_calendar_and_files() -> None:
    files = (Attachment("undangan\r\n.pdf", "application/pdf", b"%PDF"),)
    built = message_of(
        letter(html="<p>Isi</p>", calendar="BEGIN:VCALENDAR", method="CANCEL", attachments=files), SENDER
    )
    message = message_from_bytes(built.as_bytes(), policy=policy.default)
    assert {part.get_content_type() for part in message.walk() if not part.is_multipart()} == {
        "text/plain", "text/html", "text/calendar", "application/pdf",
    }  # fmt: skip
    assert str(message["Message-ID"]) == "<1@example.go.id>"


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example", "mail.example", 25, ""),
        ("smtp://mail.example?starttls", "mail.example", 587, "starttls"),
        (f"smtps://u:{'p%40ss'}@mail.example:2465", "mail.example", 2465, "tls"),
    ],
)
def test_the_address_of_a_server_is_read(url: str, host: str, port: int, security: str) -> None:
    post = Post.at(url, SENDER)
    assert (post.host, post.port, post.security) == (host, port, security)
    assert "p@ss" not in repr(post)


@pytest.mark.parametrize(
    ("code", "said", "of_address", "outcome"),
    [
        (450, "4.2.0 busy", True, Outcome.LATER),
        (550, "5.1.1 no such user", True, Outcome.NO_SUCH_ADDRESS),
        (550, "5.7.1 relaying denied", True, Outcome.REFUSED),
        (552, "5.2.2 mailbox full", True, Outcome.REFUSED),
        (554, "5.6.0 content", False, Outcome.REFUSED),
    ],
)
def test_what_a_server_says_is_judged(code: int, said: str, of_address: bool, outcome: Outcome) -> None:
    assert judged(code, said, of_address).outcome is outcome


def test_a_batch_shares_a_connection_and_renews_one_that_went_stale() -> None:
    with post_office() as office, MailLine(Post.at(office.url, SENDER)) as line:
        assert line.deliver(letter()).outcome is Outcome.ACCEPTED
        server = line._server
        assert line.deliver(letter()).outcome is Outcome.ACCEPTED
        assert line._server is server
        assert server is not None
        assert server.sock is not None
        server.sock.close()
        assert line.deliver(letter()).outcome is Outcome.ACCEPTED
        assert len(office.letters) == 3


def test_an_address_that_is_none_is_not_sent_to() -> None:
    with post_office() as office, MailLine(Post.at(office.url, SENDER)) as line:
        assert line.deliver(letter(to="bukan alamat")).outcome is Outcome.NO_SUCH_ADDRESS
        assert office.asked == []


def test_a_connection_that_breaks_after_the_message_leaves_it_open_whether_it_arrived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with post_office() as office, MailLine(Post.at(office.url, SENDER)) as line:
        line.deliver(letter())
        assert line._server is not None

        def broken(_content: bytes) -> tuple[int, bytes]:
            raise ConnectionResetError("putus")

        monkeypatch.setattr(line._server, "data", broken)
        assert line.deliver(letter()).outcome is Outcome.UNSURE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_SMTP_URL", "http://mail.example"),
        ("TRACKER_BASE_URL", "tuntas.example.go.id"),
        ("TRACKER_MAIL_FROM", "bukan alamat"),
    ],
)
def test_a_mail_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    env = {"TRACKER_DATA": str(tmp_path), "TRACKER_SMTP_URL": "smtp://mail.example", name: value}
    with pytest.raises(Misconfigured, match=name):
        Config.from_env(env)


def test_the_password_of_the_mail_server_is_not_shown(tmp_path: Path) -> None:
    secret = f"smtp://user:{'sangat-rahasia'}@mail.example"
    config = Config.from_env({"TRACKER_DATA": str(tmp_path), "TRACKER_SMTP_URL": secret})
    assert "sangat-rahasia" not in repr(config)
