"""One message out by mail: built safely, sent over a connection that a batch shares, and what became of it."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from types import TracebackType
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 20.0
"""Seconds a mail server may take for one step."""
NOT_THE_ADDRESS = ("5.7.", "5.2.2", "5.2.3", "5.3.", "5.4.")
"""Enhanced codes of refusals that say nothing of the address: policy, a full mailbox, the system itself."""


class Outcome(StrEnum):
    """What became of a message. Only `UNSURE` leaves open whether it was taken."""

    ACCEPTED = "accepted"
    LATER = "later"
    """Surely not taken; to be tried again."""
    REFUSED = "refused"
    """Surely not taken, and never will be; the address is not to blame."""
    NO_SUCH_ADDRESS = "no_such_address"
    UNSURE = "unsure"
    """The connection broke after the message was on its way."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome with the server's words; `no_server` where there was nobody to speak to."""

    outcome: Outcome
    said: str = ""
    no_server: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is sent. `message_id` is given, and the same at every attempt."""

    to: str
    name: str
    subject: str
    text: str
    message_id: str
    at: datetime
    html: str = ""
    language: str = "id"
    calendar: str = ""
    """A calendar object (text/calendar), shown by mail programs as an invitation."""
    method: str = "REQUEST"
    """What the calendar object asks: REQUEST or CANCEL."""
    attachments: tuple[Attachment, ...] = ()


class Unwritable(Exception):
    """The address cannot stand in a message."""


def in_one_line(text: str) -> str:
    """Without line breaks and control characters, which would begin a header of their own."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The message as it goes over the line. Raises Unwritable for an address that is none."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    try:
        message["From"] = Address(in_one_line(name), addr_spec=address)
        message["To"] = Address(in_one_line(letter.name), addr_spec=letter.to)
    except (MessageError, ValueError, IndexError) as problem:
        raise Unwritable(in_one_line(str(problem))) from None
    message["Subject"] = in_one_line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    if letter.calendar:
        message.add_alternative(letter.calendar, subtype="calendar", params={"method": letter.method})
    message["Content-Language"] = letter.language
    for each in letter.attachments:
        kind, _, subtype = each.media_type.partition("/")
        message.add_attachment(each.content, maintype=kind, subtype=subtype, filename=in_one_line(each.name))
    return message


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server and who writes. `security` is "", "starttls" or "tls"."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = ""

    @classmethod
    def at(cls, url: str, sender: str) -> "Post":
        """From `smtp://<user>:<password>@host:port?starttls` or `smtps://…`."""
        parts = urlsplit(url)
        starttls = "starttls" in parse_qs(parts.query, keep_blank_values=True)
        security = "tls" if parts.scheme == "smtps" else "starttls" if starttls else ""
        port = parts.port or {"tls": 465, "starttls": 587}.get(security, 25)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "", port, sender, user, password, security)

    def connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context() if self.security else None
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.security == "starttls":
            server.starttls(context=context)
        if self.user:
            server.login(self.user, self.password)
        server.ehlo_or_helo_if_needed()
        return server


class MailLine:
    """A connection to the mail server, opened when first needed and shared by a batch."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> "MailLine":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
        self._drop()

    def deliver(self, letter: Letter) -> Result:
        """Hand one message to the server, and say what became of it."""
        try:
            content = message_of(letter, self.post.sender).as_bytes()
            address = ascii_address(letter.to)
        except Unwritable as problem:
            return Result(Outcome.NO_SUCH_ADDRESS, str(problem))
        try:
            answer = self._envelope(address)
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            return Result(Outcome.LATER, words_of(problem), no_server=True)
        return answer or self._content(content)

    def _envelope(self, address: str) -> Result | None:
        """Say from whom and to whom; None where the server wants the message. A connection gone stale is renewed."""
        is_old = self._server is not None
        try:
            server = self._connected()
            code, said = server.mail(parseaddr(self.post.sender)[1])
            if code == 421:
                raise smtplib.SMTPServerDisconnected(decoded(said))
        except (smtplib.SMTPServerDisconnected, ConnectionError):
            self._drop()
            if not is_old:
                raise
            return self._envelope(address)
        if code != 250:
            self._reset()
            return judged(code, said)
        code, said = server.rcpt(address)
        if code in (250, 251):
            return None
        self._reset()
        return judged(code, said, of_address=True)

    def _content(self, content: bytes) -> Result:
        server = self._connected()
        try:
            code, said = server.data(content)
        except smtplib.SMTPDataError as refused:  # before the message itself
            self._reset()
            return judged(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            return Result(Outcome.UNSURE, words_of(problem))
        return Result(Outcome.ACCEPTED, decoded(said)) if code == 250 else judged(code, said)

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self.post.connect()
        return self._server

    def _reset(self) -> None:
        try:
            if self._server is not None:
                self._server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


Carrier = Callable[[Letter], Result]
"""Whatever takes a message and says what became of it."""


def ascii_address(address: str) -> str:
    """As it stands in the envelope: the domain as the name servers know it."""
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode()}"
        plain.encode("ascii")
    except UnicodeError:
        raise Unwritable(in_one_line(address)) from None
    return plain


def judged(code: int, said: bytes | str, of_address: bool = False) -> Result:
    """4xx passes, 5xx stays; whether the address is to blame is told by the step and by the enhanced code."""
    words = f"{code} {decoded(said)}"
    if code < 500:
        return Result(Outcome.LATER, words)
    blamed = of_address and not decoded(said).startswith(NOT_THE_ADDRESS)
    return Result(Outcome.NO_SUCH_ADDRESS if blamed else Outcome.REFUSED, words)


def decoded(said: bytes | str) -> str:
    return in_one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)


def words_of(problem: Exception) -> str:
    """What went wrong, without what was said to the server."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {decoded(problem.smtp_error)}"
    return in_one_line(f"{type(problem).__name__}: {problem}")
