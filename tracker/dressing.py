"""What every page is dressed with: its language, its filters and names, the menu and whose account is open."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, session, url_for
from flask_babel import get_translations
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

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
            "header": header,
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
        lines = tuple((entry, url_for(entry.endpoint)) for entry in menu if entry.endpoint in app.view_functions)
        app.extensions["header"] = Header(app, lines)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the menu as a page shows it."""

    label: str
    url: str
    current: bool
    count: int | None
    folds: bool


KEPT = 500
"""Headers that are kept: one for each set of roles, line of the menu and language."""
HOLES = {name: f"\x02{name}\x02" for name in ("name", "role", "inbox", "token")}
"""What differs from person to person; everything else of the header is the same for all who hold the same roles."""


class Header:
    """The band above every page. It is written once for all who would see the same, and then only filled in.

    The template is given its arguments and nothing else, and they follow from the key, so that nothing of one reader
    reaches another.
    """

    def __init__(self, app: Flask, menu: tuple[tuple[Entry, str], ...]) -> None:
        self.app, self.menu = app, menu
        self.counted = tuple(entry.endpoint for entry, _url in menu if entry.endpoint in COUNTS)
        self.endpoints = frozenset(entry.endpoint for entry, _url in menu)
        self._kept: dict[tuple[Any, ...], list[str]] = {}
        self._inboxes: dict[tuple[Any, ...], str] = {}

    def written(self, desk: Desk | None, illustration: bool) -> Markup:
        user = current_user if current_user and current_user.is_authenticated else None
        language, here = formats.language(), request.endpoint if request.endpoint in self.endpoints else ""
        counts = tuple(COUNTS[endpoint](desk) for endpoint in self.counted) if desk else ()
        roles = (desk.actor.roles, desk.actor.is_machine) if desk else None
        key = (language, roles, here, counts, user is None, illustration)
        parts = self._kept.get(key)
        if parts is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            lines = self.lines(desk, dict(zip(self.counted, counts, strict=False))) if desk else ()
            parts = self._kept[key] = self.parts(lines, user is not None, illustration, language)
        return Markup("".join(parts if user is None else self.filled(parts, user, desk)))  # noqa: S704 - parts are escaped

    def lines(self, desk: Desk, counts: Mapping[str, int]) -> tuple[Line, ...]:
        """The lines for these roles. Those that fold come last."""
        mine = [(entry, url) for entry, url in self.menu if desk.holds(entry.act)]
        folds = len(mine) > FITS
        lines = (
            Line(formats.said(entry.label), url, request.endpoint == entry.endpoint, counts.get(entry.endpoint),
                 folds and entry.seldom)
            for entry, url in mine
        )  # fmt: skip
        return tuple(sorted(lines, key=lambda line: line.folds))

    def parts(self, lines: tuple[Line, ...], signed_in: bool, illustration: bool, language: str) -> list[str]:
        """Text, name of a hole, text, and so on to the end."""
        account = {
            "name": HOLES["name"],
            "role": HOLES["role"],
            "profile_url": url_for("accounts.profile"),
            "sign_out_url": url_for("accounts.sign_out"),
            "language_url": url_for("accounts.change_language"),
        }
        written = self.macros().header(
            lines, account if signed_in else None, HOLES["inbox"], HOLES["token"], illustration, language
        )
        return str(written).split("\x02")

    def filled(self, parts: list[str], user: Any, desk: Desk | None) -> Iterator[str]:
        roles = ", ".join(dict.fromkeys(formats.label(each.role) for each in user.memberships))
        held = {
            "name": escape(user.name),
            "role": escape(roles),
            "inbox": self.inbox(COUNTS["inbox.index"](desk) if desk else 0),
            "token": generate_csrf(),
        }
        return (held[part] if number % 2 else part for number, part in enumerate(parts))

    def inbox(self, unread: int) -> str:
        """The way to one's messages with how many were not opened, written once for each number."""
        key = (formats.language(), unread)
        if key not in self._inboxes:
            if len(self._inboxes) >= KEPT:
                self._inboxes.clear()
            self._inboxes[key] = str(self.macros().inbox_link(url_for("inbox.index"), unread))
        return self._inboxes[key]

    def macros(self) -> Any:
        return self.app.jinja_env.get_template("layout/_header.html").module


def header(illustration: bool) -> Markup:
    """As a page asks for it."""
    written: Header = current_app.extensions["header"]
    return written.written(g.desk if "desk" in g else None, bool(illustration))
