"""What must never leave: secrets of links and typed values in the log, a change by a form that is not ours."""

import io
import logging

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support.make import Make
from tests.support.site import Site
from tracker.directory.states import Role
from tracker.kit.db import db
from tracker.kit.logs import configure

SECRET = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"


@pytest.mark.parametrize("path", [f"/tautan/{SECRET}", f"/tautan/{SECRET}/", f"/tautan/{SECRET}.", f"/x/{SECRET}"])
def test_the_secret_of_a_link_is_not_logged(site: Site, caplog: pytest.LogCaptureFixture, path: str) -> None:
    with caplog.at_level(logging.INFO, logger="tracker"):
        site.fetch(path)
    told = [record.__dict__["path"] for record in caplog.records if record.getMessage() == "request"]
    assert len(told) == 1
    assert told[0].startswith(path[: path.index("0a1b")])
    assert not any(SECRET in str(vars(record)) for record in caplog.records)


def test_addresses_of_rows_are_logged_whole(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="tracker"):
        site.fetch("/rekomendasi/12/tidak-dapat-ditindaklanjuti-putuskan?kata=rahasia")
    told = [record.__dict__["path"] for record in caplog.records if record.getMessage() == "request"]
    assert told == ["/rekomendasi/12/tidak-dapat-ditindaklanjuti-putuskan"]


def test_a_refused_statement_does_not_tell_its_values(app: Flask) -> None:
    with app.app_context(), pytest.raises(sa.exc.DBAPIError) as refused, db.engine.connect() as connection:
        connection.execute(sa.text("select * from no_such_table where name = :name"), {"name": "Maria Rahanra"})
    assert "Maria" not in str(refused.value)


@pytest.mark.parametrize("production", [True, False])
def test_a_traceback_in_the_log_holds_no_values(production: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    monkeypatch.setattr("sys.stderr", said)
    configure(production=production)
    try:
        typed = "kata sandi " + "yang diketik"
        try:
            raise ValueError(len(typed))
        except ValueError:
            logging.getLogger("tracker").exception("unforeseen")
    finally:
        monkeypatch.undo()
        configure(production=False)
    assert "ValueError" in said.getvalue()
    assert "yang diketik" not in said.getvalue().replace('"kata sandi " + "yang diketik"', "")


def test_no_form_changes_anything_without_its_token(
    app: Flask, site: Site, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every route that is sent to, at once: one that was exempted would answer 404 here, or worse."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    site.sign_in(make.user(Role.ADMINISTRATOR))
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(rules) > 40
    assert {rule.rule: site.knock(rule, 1) for rule in rules} == {rule.rule: 400 for rule in rules}
