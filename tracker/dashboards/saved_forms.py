"""The name of a saved view, typed beside a filter, and whom it is shared with."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from tracker.dashboards.saved_rules import LONGEST_NAME
from tracker.kit.forms import Form, SelectField, given

NAME = [DataRequired(), Length(max=LONGEST_NAME)]


class SaveForm(Form[str]):
    """Sent from the page that is looked at; its filter goes along as words, and is read anew by what the page knows."""

    nama_tampilan = StringField(_("Nama tampilan"), NAME, render_kw={"maxlength": str(LONGEST_NAME)})
    halaman = HiddenField()
    saringan = HiddenField()

    @property
    def arguments(self) -> dict[str, str]:
        """The filter that was sent; the first of several values of a name."""
        found: dict[str, str] = {}
        for name, value in parse_qsl((self.saringan.data or "")[:4000]):
            found.setdefault(name, value)
        return found

    def value(self) -> str:
        return str(given(self.nama_tampilan))


class RenameForm(Form[str]):
    nama_tampilan = StringField(_("Nama tampilan"), NAME, render_kw={"maxlength": str(LONGEST_NAME)})

    def value(self) -> str:
        return str(given(self.nama_tampilan))


class ShareForm(Form[int]):
    """With which of one's own scopes."""

    lingkup = SelectField(_("Bagikan dengan"), [InputRequired()])

    def offer(self, words: Sequence[str]) -> "ShareForm":
        self.lingkup.choices = [(str(number), word) for number, word in enumerate(words)]
        return self

    def value(self) -> int:
        return int(given(self.lingkup))
