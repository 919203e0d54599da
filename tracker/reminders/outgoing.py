"""What this installation sends with: its mail server, the start of its addresses, the chat services it allows."""

from dataclasses import dataclass
from email.utils import parseaddr

from flask import current_app

from config import Config
from tracker.kit.mail import Post


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Without a `post` there is no e-mail, and reminders follow the inbox."""

    post: Post | None
    base_url: str
    sender: str
    chat_services: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """What message ids end with."""
        return parseaddr(self.sender)[1].rpartition("@")[2] or "localhost"


def outgoing() -> Outgoing:
    """Of the application that runs."""
    config: Config = current_app.config["TUNTAS"]
    post = Post.at(config.smtp_url, config.mail_from) if config.smtp_url else None
    return Outgoing(post, config.base_url, config.mail_from, config.chat_services)
