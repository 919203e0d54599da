"""The site's one store of files, as requests and the scheduler use it."""

from datetime import timedelta

from flask import after_this_request, current_app
from flask.wrappers import Response

from tracker.access import contents
from tracker.access.desk import Desk
from tracker.kit.clock import Clock
from tracker.kit.files import FileStore

UNSAVED_FOR = timedelta(days=2)
"""How long a file stays that came with a form which was never saved: a form may be finished on the next day."""


def store() -> FileStore:
    return FileStore(current_app.config["TUNTAS"].files)


def clock() -> Clock:
    """The site's clock, for work that lasts longer than the moment of its desk."""
    found: Clock = current_app.extensions["clock"]
    return found


def drop_after_commit(desk: Desk, digest: str) -> None:
    """Content goes once the change is saved: a change that is not kept must not lose a file."""

    @after_this_request
    def drop(response: Response) -> Response:
        if response.status_code < 400:
            contents.drop(desk.session, store(), digest)
        return response


def sweep_uploads(desk: Desk) -> int:
    """Take away uploads that were never saved or are needed no more, and what broken-off ones left; how many.

    For the machine's desk. It commits by itself, content after content, so that nobody has to wait for it.
    """
    before = desk.now - UNSAVED_FOR
    return contents.sweep(desk.session, store(), before) + store().drop_unfinished(before)
