"""A link for a forgotten password, asked for by whoever cannot sign in. What carries it out is put in by the wiring."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.access.desk import Desk
from tracker.accounts.operations import account_named

Possible = Callable[[], bool]
Queue = Callable[[Desk, int], object]


@dataclass(slots=True)
class ByMail:
    """Whether links can be mailed here, and how one is queued for a person."""

    possible: Possible | None = None
    queue: Queue | None = None


BY_MAIL = ByMail()


def use(possible: Possible, queue: Queue) -> None:
    """Called by the wiring: links are mailed by a package above this one."""
    BY_MAIL.possible, BY_MAIL.queue = possible, queue


def is_possible() -> bool:
    return BY_MAIL.possible is not None and BY_MAIL.possible()


def ask_link(desk: Desk, username: str) -> None:
    """Queue a link for the account of that name, if there is one in use; say nothing of whether there is."""
    known = account_named(desk.session, username)
    if known.user_id is not None and BY_MAIL.queue is not None:
        BY_MAIL.queue(desk, known.user_id)
