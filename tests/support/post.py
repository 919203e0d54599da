"""A mail server that really listens, takes what it is sent, and refuses what it is told to refuse."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.served import free_port

Answer = Callable[[str, int], str | None]
"""Address and how many were sent to it so far → the server's words where it refuses, else None."""


class PostOffice:
    """`letters` are the messages taken. `answers` are asked at RCPT, `contents` after the message itself."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.asked: list[str] = []
        self.rcpt: Answer = lambda _address, _count: None
        self.data: Answer = lambda _address, _count: None
        self.lock = threading.Lock()
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def addresses(self) -> list[str]:
        return [str(letter["To"].addresses[0].addr_spec) for letter in self.letters]

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        with self.lock:
            refusal = self.rcpt(address, len(self.asked))
            self.asked.append(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        with self.lock:
            refusal = self.data(envelope.rcpt_tos[0], len(self.letters))
            if refusal:
                return refusal
            message: Any = message_from_bytes(envelope.content, policy=policy.default)
            self.letters.append(message)
        return "250 OK"


@contextmanager
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    office.port = free_port()
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
