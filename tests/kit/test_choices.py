"""A choice of a filter is written as WTForms writes it, only quicker."""

import pytest
import wtforms
from wtforms import Form

from tracker.kit.forms import SelectField, options

CHOICES = [("", "Semua"), ("a&b", 'Satu "dua" <tiga>'), ("x", "")]


class Plain(Form):
    state = wtforms.SelectField("Status", choices=options(CHOICES))


class Known(Form):
    state = SelectField("Status", choices=CHOICES)


@pytest.mark.parametrize("chosen", ["", "a&b", "x", "nowhere"])
def test_a_known_choice_is_written_as_wtforms_writes_it(chosen: str) -> None:
    for _ in range(2):  # the second time from memory
        plain, known = Plain(data={"state": chosen}), Known(data={"state": chosen})
        assert known.state(class_="control") == plain.state(class_="control")
