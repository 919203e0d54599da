"""The site in English has no Indonesian left, whoever signs in; what people wrote stays as they wrote it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.demonstration import a_demonstration
from tests.support.site import Site
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.kit.db import db
from tracker.kit.resources import PACKAGE
from tracker.reminders.models import Delivery

PLACEHOLDER = re.compile(r"%%|%\((\w+)\)[sd]")
COUNTS = {"num", "count", "shown", "total", "times", "days", "year"}
ONE_WORD = {"number", "code"}
SAID_BY = ("title", "aria-label", "alt", "placeholder", "data-label", "data-confirm")
SHORTEST = 8
"""Letters that a text with placeholders must have: fewer could stand in what people write, such as "… untuk …"."""


class Pieces(HTMLParser):
    """The texts of a page one by one: each between two tags, or said by an attribute; and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value}
        self.texts += [given[name] for name in SAID_BY if name in given]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])

    def handle_data(self, data: str) -> None:
        if words := " ".join(data.split()):
            self.texts.append(words)


class Indonesian:
    """The texts of the sources that English says differently."""

    def __init__(self, catalogue: Catalog) -> None:
        self.plain: set[str] = set()
        self.patterns: list[re.Pattern[str]] = []
        english = {text for message in catalogue if message.id for text in forms(message.string)}
        for message in catalogue:
            for text in forms(message.id):
                if len(text) < 2 or text in english:  # a letter alone also stands for a category
                    continue
                literal = PLACEHOLDER.sub("", text)
                if literal == text:
                    self.plain.add(text)
                elif sum(map(str.isalpha, literal)) >= SHORTEST:
                    self.patterns.append(re.compile(pattern(text)))

    def among(self, texts: list[str]) -> list[str]:
        return sorted({text for text in texts if self.owns(text)})

    def owns(self, text: str) -> bool:
        words = text.removesuffix(" – Tuntas")
        return words in self.plain or any(pattern.fullmatch(words) for pattern in self.patterns)


def pattern(text: str) -> str:
    pieces = PLACEHOLDER.split(text)
    filled = [r"[\d.,]+" if name in COUNTS else r"\S+" if name in ONE_WORD else ".+?" for name in pieces[1::2]]
    return "".join(re.escape(said) + value for said, value in zip(pieces[::2], [*filled, ""], strict=True))


def forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text or ""),)


@pytest.fixture(scope="module")
def indonesian() -> Indonesian:
    with (PACKAGE / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return Indonesian(read_po(file, locale="en"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demonstration, with everybody reading English from the first day on, so that their mail is English too."""
    with a_demonstration(tmp_path_factory.mktemp("english"), language="en") as app:
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        yield app


def pages_of(app: Flask, username: str) -> Iterator[tuple[str, Pieces]]:
    """One page of each kind: all that need no number, whether linked or not, and what they lead to."""
    session = db.session()
    with as_machine(session):
        site = Site(app).sign_in(session.scalars(sa.select(User).where(User.username == username)).one())
        session.commit()
    kinds = app.url_map.bind("localhost")
    seen: set[str] = set()
    ahead = [
        "/",
        "/tidak-ada",
        *(r.rule for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and not r.arguments),
    ]
    while ahead:
        address = ahead.pop(0)
        try:
            kind, _ = kinds.match(urlsplit(address).path, method="GET")
        except HTTPException:
            kind = "error"
        if kind in seen:
            continue
        seen.add(kind)
        answer = site.fetch(address)
        assert answer.status_code != 500, address
        if answer.mimetype == "text/html" and not answer.location:
            page = Pieces(answer.get_data(as_text=True))
            yield address, page
            inside = (urlsplit(urljoin(address, link)) for link in page.links)
            ahead += [f"{link.path}?{link.query}" for link in inside if not link.scheme and not link.netloc]


def test_a_leftover_would_be_found(indonesian: Indonesian) -> None:
    texts = ["Simpan", "5 dari 12 baris", "Save", "Dinas Kesehatan", "Menu", "Surat B/4/PP.00.02/2020"]
    assert indonesian.among(texts) == ["5 dari 12 baris", "Simpan"]


@pytest.mark.parametrize("username", ["admin", "deputi", "asdep3", "organisasi", "operator"])
def test_whoever_reads_english_meets_no_indonesian_of_ours(shown: Flask, indonesian: Indonesian, username: str) -> None:
    with as_machine(db.session()):
        people = set(db.session().scalars(sa.select(User.username)))  # one of them is called as a word of ours
    left = {
        address: found
        for address, page in pages_of(shown, username)
        if (found := [text for text in indonesian.among(page.texts) if text not in people])
    }
    assert left == {}


def test_what_was_sent_to_readers_of_english_is_english(shown: Flask, indonesian: Indonesian) -> None:
    session = db.session()
    with as_machine(session):
        sent = session.execute(sa.select(Delivery.subject, Delivery.text).where(Delivery.text != "")).all()
        session.commit()
    assert sent
    lines = [line.strip(" -") for subject, text in sent for line in (*subject.split(", "), *text.splitlines())]
    assert indonesian.among(lines) == []


def test_a_stranger_may_choose_english_before_signing_in(shown: Flask, indonesian: Indonesian) -> None:
    site = Site(shown)
    site.post("/bahasa", language="en")
    assert indonesian.among(Pieces(site.get("/masuk").html).texts) == []
    refused = site.post("/masuk", username="operator", password="salah", expect=422)
    assert "The username or password is not correct." in refused.words
    assert indonesian.among(Pieces(refused.html).texts) == []
