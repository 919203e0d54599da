"""The tracker as a person sees it. Every page asked for is also checked for the things every page owes."""

import hashlib
import re
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tracker.access.scope import as_machine
from tracker.accounts.models import UserSession
from tracker.directory.models import User
from tracker.kit.db import db

VOID = {"meta", "input", "link", "br", "img", "hr", "wbr", "rect", "path", "circle", "use", "line"}


@dataclass
class Page(HTMLParser):
    status: int
    url: str
    html: str
    text: dict[str, list[str]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    inputs: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    language: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag == "label":
            self.labelled.add(given.get("for") or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag in {"input", "select", "textarea"} and given.get("type") not in ("hidden", "submit"):
            name = given.get("id") or f"<{tag} without id>"
            self.inputs.append(name)
            if given.get("aria-label") or given.get("aria-labelledby"):
                self.labelled.add(name)
        if tag == "form":
            self.forms.append(given.get("action") or self.url)
        if tag not in VOID:
            self._open.append(tag)
            self.text.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            self.text[tag][-1] += data

    @property
    def heading(self) -> str:
        return " ".join(self.text["h1"][0].split())

    @property
    def words(self) -> str:
        """What stands on the page, in one line."""
        return " ".join(self.text.get("body", [""])[0].split())

    def owes(self) -> list[str]:
        problems = []
        if len(self.text.get("h1", [])) != 1:
            problems.append("a page has exactly one h1")
        elif not " ".join(self.text["title"][0].split()).startswith(self.heading):
            problems.append("the title starts with the h1")
        if self.language not in ("id", "en"):
            problems.append("the language is said")
        if len(self.ids) != len(set(self.ids)):
            twice = sorted({each for each in self.ids if self.ids.count(each) > 1})
            problems.append(f"ids are unique: {twice}")
        if unlabelled := set(self.inputs) - self.labelled:
            problems.append(f"inputs have labels: {sorted(unlabelled)}")
        if re.search(r"<[^>]+\s(style|on\w+)=", self.html) or re.search(r"<script(?![^>]*\ssrc=)[^>]*>", self.html):
            problems.append("no inline style or script")
        return problems


class Site:
    """A browser without a screen. Each request runs in a context, and so in a session, of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def sign_in(self, user: User) -> "Site":
        """As if by the form: a row of its own for the sign-in, and its key in the cookie."""
        now = self.app.extensions["clock"].now()
        session = db.session()
        with as_machine(session):
            ended = session.query(UserSession).filter(UserSession.user_id == user.id, UserSession.ended_at.is_not(None))
            key = f"key of {user.id}" + f" after {ended.count()}" * bool(ended.count())
            digest = hashlib.sha256(key.encode()).hexdigest()
            if not session.query(UserSession).filter_by(key_digest=digest).count():
                expires = now + timedelta(days=3650)
                session.add(UserSession(user_id=user.id, key_digest=digest, started_at=now, expires_at=expires))
                session.flush()
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = key
            cookie["_fresh"] = True
        return self

    def get(self, url: str, expect: int = 200) -> Page:
        return self._page(url, expect, follow_redirects=expect == 200)

    def post(self, url: str, expect: int = 200, **typed: Any) -> Page:
        """Send a form; files are given as (stream, name)."""
        return self._page(url, expect, method="POST", data=typed, follow_redirects=True)

    def fetch(self, url: str, **request: Any) -> TestResponse:
        """The bare answer, for files and redirects."""
        return self._open(url, **request)

    def knock(self, rule: Rule, id: int = 0) -> int:
        """How a route answers about one row; without an id, about a row that is not there."""
        address = rule.build(dict.fromkeys(rule.arguments, id), append_unknown=False)
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        return self._open(address[1] if address else "", method=method).status_code

    def _page(self, url: str, expect: int, **request: Any) -> Page:
        response = self._open(url, **request)
        page = Page(response.status_code, url, response.get_data(as_text=True))
        assert page.status == expect, f"{url} answered {page.status}: {page.html[:1500]}"
        if "text/html" in response.content_type and page.html:
            assert not page.owes(), f"{url}: {page.owes()}"
        return page

    def _open(self, url: str, **request: Any) -> TestResponse:
        return Context().run(self.client.open, url, **request)
