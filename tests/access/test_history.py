"""The history speaks in words: no act, kind or column shows by the name it has in the program."""

import pytest
from flask import Flask
from flask_babel import force_locale

import tracker.wiring  # noqa: F401 - every table
from tracker.access.acts import Act
from tracker.access.history import QUIET, changes_of, why_in_words
from tracker.access.words import COLUMNS, LABELS, REASONS
from tracker.events.models import Event
from tracker.kit.db import Model
from tracker.kit.rows import Recorded


def recorded() -> list[type]:
    return sorted((m.class_ for m in Model.registry.mappers if issubclass(m.class_, Recorded)), key=str)


@pytest.fixture
def submitted() -> Event:
    files = [{"id": 3, "name": "SK.pdf", "sent_digest": "ab"}, {"id": 4, "name": "Foto.jpg", "sent_digest": "cd"}]
    changes = {"Submission.files": [None, files], "score.konsultasi_pengaduan": ["3.5000", "4.0000"]}
    return Event(subject_type="FollowUp", subject_id=1, changes=changes)


def test_every_act_has_its_words() -> None:
    assert [act for act in Act if act not in LABELS] == []


@pytest.mark.parametrize("model", recorded(), ids=lambda model: model.__name__)
def test_every_column_that_is_told_has_its_words(model: type[Recorded]) -> None:
    told = {column.key for column in model.__mapper__.column_attrs} - set(model.derived) - QUIET - {"id"}  # type: ignore[attr-defined]
    assert sorted(name for name in told if not name.endswith("_id") and name not in COLUMNS) == []


def test_files_are_told_by_their_names_and_scores_by_their_aspect(app: Flask, submitted: Event) -> None:
    with app.test_request_context(), force_locale("id"):
        assert list(changes_of(submitted)) == [
            ("berkas", None, "SK.pdf, Foto.jpg"),
            ("skor konsultasi pengaduan", "3,50", "4,00"),
        ]
    with app.test_request_context(), force_locale("en"):
        assert list(changes_of(submitted))[1] == ("score konsultasi pengaduan", "3.50", "4.00")


def test_a_reason_nobody_wrote_is_told_in_the_language_of_the_reader(app: Flask) -> None:
    for reason in REASONS:
        event = Event(subject_type="FollowUp", subject_id=1, changes={}, reason=reason)
        with app.test_request_context(), force_locale("id"):
            assert why_in_words(event) == reason
        with app.test_request_context(), force_locale("en"):
            assert why_in_words(event) != reason
    with app.test_request_context(), force_locale("en"):
        assert why_in_words(Event(subject_type="FollowUp", subject_id=1, changes={}, reason="Simpan")) == "Simpan"


def test_the_number_of_invitations_is_told_in_the_language_of_the_reader(app: Flask) -> None:
    event = Event(subject_type="MentoringSession", act=Act.SCHEDULE_SESSION.value, changes={}, reason="9 undangan")
    with app.test_request_context(), force_locale("id"):
        assert why_in_words(event) == "9 undangan"
    with app.test_request_context(), force_locale("en"):
        assert why_in_words(event) == "9 invitations"


def test_a_session_as_a_reason_is_told_in_the_language_of_the_reader(app: Flask) -> None:
    event = Event(subject_type="FollowUp", act=Act.ASSIGN_FOLLOW_UP.value, changes={}, reason="Sesi 3: Ngulik Tual")
    with app.test_request_context(), force_locale("id"):
        assert why_in_words(event) == "Sesi 3: Ngulik Tual"
    with app.test_request_context(), force_locale("en"):
        assert why_in_words(event) == "Session 3: Ngulik Tual"


def test_the_title_of_a_session_is_not_called_a_follow_up(app: Flask) -> None:
    event = Event(subject_type="MentoringSession", changes={"title": [None, "Ngulik Tual"]})
    with app.test_request_context(), force_locale("id"):
        assert list(changes_of(event)) == [("judul", None, "Ngulik Tual")]
