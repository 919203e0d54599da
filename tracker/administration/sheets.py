"""Showing links to their maker: once, on a sheet that can be printed and cut."""

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from tracker.access.desk import Desk
from tracker.accounts.links import MadeLink, made_before, seed_of


def seed() -> str:
    """What the secrets of this press of a button are made of."""
    return seed_of(str(current_app.config["SECRET_KEY"]), request.form.get("form_key", "")[:64])


def shown_once(
    desk: Desk, make: Callable[[str], list[MadeLink] | None], otherwise: Callable[[], ResponseReturnValue], **page: Any
) -> ResponseReturnValue:
    """Make links and show their sheet; a second press of the same button shows the same sheet.

    Where `make` gives None, nothing was made, and the page is what `otherwise` says.
    """
    sown = seed()
    made: list[MadeLink] | None = made_before(desk, sown)
    if not made:
        try:
            made = make(sown)
            desk.session.flush()
        except IntegrityError:  # the other press of the button was quicker
            desk.session.rollback()
            made = made_before(desk, sown)
    if not made:
        return otherwise()
    return render_template("administration/links.html", made=made, **page)
