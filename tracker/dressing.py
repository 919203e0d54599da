"""What every page is dressed with: its language, its filters and names, the menu and whose account is open."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, session, url_for
from flask_babel import get_translations
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import offers
from tracker.jobs.pulse import Pulse
from tracker.kit import formats

LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the main menu: shown to whoever holds the act. `seldom` ones fold away where the menu is long."""

    label: str
    endpoint: str
    act: Act
    seldom: bool = False


FITS = 8
"""Lines of the menu that stand beside each other on a desk; more of them fold."""


COUNTS: dict[str, Callable[[Desk], int]] = {}
"""What stands beside a line of the menu, by its endpoint: one cheap question a page. Filled by the wiring."""


def language() -> str:
    """The signed-in person's; else what was chosen on this device, else Indonesian."""
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    chosen = session.get("language", "")
    return chosen if chosen in LANGUAGES else "id"


def timezone() -> str:
    return str(current_user.timezone) if current_user and current_user.is_authenticated else "Asia/Jakarta"


def dress_templates(app: Flask) -> None:
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(formats.FILTERS)
    environment.install_gettext_callables(formats.said, said_in_number, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["_"] = in_page  # Jinja's own goes through three calls for each word
    environment.globals.update(Act=Act, offers=offers, asset=formats.asset, form_key=form_key)

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "locale": formats.language(),
            "navigation": navigation() if "desk" in g else [],
            "account": account() if current_user and current_user.is_authenticated else None,
            "scheduler_is_silent": scheduler_is_silent,
            "illustration": bool(current_user and current_user.is_authenticated and current_user.is_demo),
        }


def scheduler_is_silent() -> bool:
    """Told on every page, but the scheduler's own, to whoever may run its jobs; asked of the database once a minute."""
    if "desk" not in g or not g.desk.holds(Act.RUN_JOB) or request.endpoint == "jobs.scheduler":
        return False
    pulse: Pulse = current_app.extensions["pulse"]
    return pulse.is_missing(g.desk.session, g.desk.now)


def in_page(text: str, **values: Any) -> Markup:
    """A text of a template, with its placeholders filled. The text is ours; values are escaped."""
    words = Markup(formats.said(text))  # noqa: S704 - msgids and their translations are part of the program
    return words % values if values else words


def said_in_number(singular: str, plural: str, count: int) -> str:
    return str(get_translations().ngettext(singular, plural, count))


def form_key() -> str:
    """Names this copy of a form, so that pressing its button twice does the thing once."""
    return secrets.token_urlsafe(12)


def lay_out_menu(app: Flask, menu: tuple[Entry, ...]) -> None:
    """Look the addresses of the menu up once: every page shows it, and none of its lines has a parameter."""
    with app.test_request_context():
        app.extensions["menu"] = tuple(
            (entry, url_for(entry.endpoint)) for entry in menu if entry.endpoint in app.view_functions
        )


def navigation() -> list[dict[str, Any]]:
    """The lines for this person. Those that fold come last."""
    mine = [(entry, url) for entry, url in current_app.extensions["menu"] if g.desk.holds(entry.act)]
    folds = len(mine) > FITS
    lines = [
        {
            "label": formats.said(entry.label),
            "url": url,
            "current": request.endpoint == entry.endpoint,
            "count": COUNTS[entry.endpoint](g.desk) if entry.endpoint in COUNTS else None,
            "folds": folds and entry.seldom,
        }
        for entry, url in mine
    ]
    return sorted(lines, key=lambda line: bool(line["folds"]))


def account() -> dict[str, Any]:
    roles = ", ".join(dict.fromkeys(formats.label(m.role) for m in current_user.memberships))
    return {
        "name": current_user.name,
        "role": roles,
        "profile_url": url_for("accounts.profile"),
        "sign_out_url": url_for("accounts.sign_out"),
        "language_url": url_for("accounts.change_language"),
        "inbox_url": url_for("inbox.index"),
        "unread": COUNTS["inbox.index"](g.desk) if "desk" in g else 0,
    }
