"""What a person types to sign in and to change their own account."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from tracker.kit.forms import Form, given


@dataclass(frozen=True, slots=True)
class Credentials:
    username: str
    password: str


class SignInForm(Form[Credentials]):
    """One text field, one password field, and where to go afterwards."""

    username = StringField(
        _("Nama pengguna"),
        [InputRequired(), Length(max=100)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Kata sandi"), [InputRequired(), Length(max=500)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()

    def value(self) -> Credentials:
        return Credentials(given(self.username), given(self.password))
