"""What every answer of the site carries, and what it never shows."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support.make import Make
from tests.support.site import Site
from tracker.directory.states import Role
from tracker.kit.db import db


def test_every_answer_forbids_foreign_and_inline_content(site: Site) -> None:
    headers = site.fetch("/masuk").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["X-Request-ID"]) == 16


def test_a_request_keeps_the_id_that_a_proxy_gave_it_unless_it_is_odd(site: Site) -> None:
    assert site.fetch("/masuk", headers={"X-Request-ID": "abc123"}).headers["X-Request-ID"] == "abc123"
    assert site.fetch("/masuk", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"] != "<script>"


def test_a_stranger_is_led_to_the_sign_in_and_back(site: Site) -> None:
    answer = site.fetch("/jejak?kata=x")
    assert answer.status_code == 302
    assert answer.location == "/masuk?next=/jejak?kata%3Dx"


def test_what_does_not_exist_is_told_in_a_page_of_ours(site: Site, make: Make) -> None:
    page = site.sign_in(make.user(Role.VIEWER)).get("/tidak-ada", expect=404)
    assert page.heading == "Tidak ditemukan"


@pytest.mark.parametrize("number", [2**31, 99999999999999999999])
def test_a_number_that_no_row_can_have_is_not_found(site: Site, make: Make, number: int) -> None:
    site.sign_in(make.user(Role.VIEWER))
    for place in ("unit", "tindak-lanjut", "pengaduan", "rekomendasi"):
        site.get(f"/{place}/{number}", expect=404)
    site.get(f"/tindak-lanjut?unit={number}")


def test_an_unforeseen_error_shows_a_code_and_no_traceback(
    app: Flask, site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("kata sandi basis data")

    monkeypatch.setattr("tracker.administration.history_views.told", fails)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    page = site.sign_in(make.user(Role.VIEWER)).get("/jejak", expect=500)
    assert "Kesalahan ini tercatat" in page.words
    assert "Traceback" not in page.html
    assert "kata sandi basis data" not in page.html


def test_health_answers_strangers_and_readiness_knows_the_schema(site: Site) -> None:
    assert site.fetch("/healthz").json == {"status": "ok"}
    ready = site.fetch("/readyz")
    assert ready.status_code in (200, 503)
    assert ready.json is not None
    assert ready.json["status"] == ("ok" if ready.status_code == 200 else "error")


def test_a_form_without_its_token_is_refused(
    app: Flask, site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = site.fetch("/masuk", method="POST", data={"username": "a", "password": "b"})
    assert answer.status_code == 400


def test_a_character_that_no_database_keeps_is_refused_on_each(site: Site, make: Make) -> None:
    site.sign_in(make.user(Role.VIEWER))
    assert site.fetch("/jejak?kata=a%00b").status_code == 400
    assert site.fetch("/akun", method="POST", data={"phone": "a\0b"}).status_code == 400


def test_files_of_ours_come_compressed_and_may_be_kept_for_ever(app: Flask, site: Site) -> None:
    from tracker.kit.formats import asset

    answer = site.fetch(asset("tuntas.css"), headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_that_only_reads_leaves_the_database_as_it_was(site: Site, make: Make) -> None:
    make.unit()
    site.sign_in(make.user(Role.VIEWER))
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.split(" ", 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            written.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        site.get("/jejak")
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert written == []
