"""Fields that are chosen from: pairs for us, and what WTForms wants of them from 3.4 on. Its words are ours."""

import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import wtforms
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms.validators import Regexp

from tracker.kit.forms import CHECK_THE_YEAR, WORDS, Form, RadioField, SelectField, SelectMultipleField

COLOURS = (("merah", "Merah"), ("biru", "Biru"))


@pytest.fixture(autouse=True)
def request_of_a_form(app: Flask) -> Iterator[None]:
    with app.test_request_context(method="POST"):
        yield


@pytest.mark.parametrize("kind", [SelectField, RadioField, SelectMultipleField])
def test_pairs_are_taken_without_a_warning_when_declared_and_when_set(kind: type[SelectField]) -> None:
    class Paint(Form[str]):
        declared = kind("Warna", choices=COLOURS)
        later = kind("Warna")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        form = Paint()
        form.later.choices = COLOURS
        for field in (form.declared, form.later):
            assert [(each[0], each[1]) for each in field.iter_choices()] == list(COLOURS)
    assert form.declared.type == kind.__name__, "templates ask for it"


def test_groups_are_shown_as_groups() -> None:
    class Paint(Form[str]):
        colour = SelectField("Warna")

    form = Paint()
    form.colour.choices = {"Hangat": [("merah", "Merah")], "Dingin": [("biru", "Biru")]}
    assert '<optgroup label="Dingin"><option value="biru">Biru</option></optgroup>' in form.colour()


def test_what_is_not_offered_is_not_taken() -> None:
    class Paint(Form[str]):
        colour = SelectField("Warna", choices=COLOURS)

    form = Paint(data={"colour": "hijau"})
    assert not form.validate()


@pytest.mark.parametrize(
    "kind",
    [
        wtforms.DateField, wtforms.DateTimeLocalField, wtforms.DecimalField, wtforms.IntegerField, wtforms.TimeField,
        partial(RadioField, choices=COLOURS), partial(SelectField, choices=COLOURS),
        partial(SelectMultipleField, choices=COLOURS), partial(wtforms.StringField, validators=[Regexp("[0-9]+$")]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_the_sites_own_words(kind: Any) -> None:
    class Asked(Form[str]):
        field = kind("Isian")

    form = Asked(formdata=MultiDict({"field": "25:99 ngawur"}))
    assert not form.validate()
    assert set(form.field.errors) <= set(WORDS.values())


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
def test_a_day_too_far_away_to_be_reckoned_with_is_told(day: str) -> None:
    class Asked(Form[str]):
        field = wtforms.DateField("Hari")

    form = Asked(formdata=MultiDict({"field": day}))
    assert not form.validate()
    assert form.field.errors == [CHECK_THE_YEAR]
    assert Asked(formdata=MultiDict({"field": "2026-03-02"})).validate()
