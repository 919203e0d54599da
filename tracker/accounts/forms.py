"""What a person types to sign in, to follow a link and to change their own account."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import EqualTo, InputRequired, Length, Regexp

from tracker.accounts.operations import NewPassword, Preferences
from tracker.accounts.rules import EMAIL, PHONE
from tracker.directory.states import TIME_ZONES
from tracker.kit.forms import Form, RadioField, SelectField, given

LANGUAGES = (SelectChoice("id", "Bahasa Indonesia"), SelectChoice("en", "English"))
ZONES = tuple(
    SelectChoice(zone, label)
    for zone, label in zip(TIME_ZONES, ("WIB (Jakarta)", "WITA (Makassar)", "WIT (Jayapura)"), strict=True)
)

is_email = Regexp(EMAIL, message=_l("Alamat surel tidak dikenali."))
is_phone = Regexp(PHONE, message=_l("Nomor telepon hanya angka, spasi, dan tanda +, misalnya 0812 3456 7890."))


@dataclass(frozen=True, slots=True)
class Credentials:
    username: str
    password: str


class SignInForm(Form[Credentials]):
    """One text field, one password field, and where to go afterwards."""

    username = StringField(
        _l("Nama pengguna"),
        [InputRequired(), Length(max=100)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Kata sandi"), [InputRequired(), Length(max=500)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()

    def value(self) -> Credentials:
        return Credentials(given(self.username), given(self.password))


class ForgotForm(Form[str]):
    """Whose password is forgotten."""

    username = StringField(
        _l("Nama pengguna"),
        [InputRequired(), Length(max=100)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )

    def value(self) -> str:
        return str(given(self.username))


class SetPasswordForm(Form[str]):
    """A new password, twice, for whoever followed a link."""

    password = PasswordField(
        _l("Kata sandi baru"), [InputRequired(), Length(max=500)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _l("Ulangi kata sandi baru"),
        [InputRequired(), EqualTo("password", message=_l("Tidak sama dengan kata sandi baru di atas."))],
        render_kw={"autocomplete": "new-password"},
    )

    def value(self) -> str:
        return str(given(self.password))


class ChangePasswordForm(Form[NewPassword]):
    """The old password, and the new one twice."""

    old = PasswordField(
        _l("Kata sandi lama"), [InputRequired(), Length(max=500)], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField(
        _l("Kata sandi baru"), [InputRequired(), Length(max=500)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _l("Ulangi kata sandi baru"),
        [InputRequired(), EqualTo("password", message=_l("Tidak sama dengan kata sandi baru di atas."))],
        render_kw={"autocomplete": "new-password"},
    )

    def value(self) -> NewPassword:
        return NewPassword(given(self.old), given(self.password))


class PreferencesForm(Form[Preferences]):
    """How one is reached, and how one reads."""

    email = StringField(_l("Surel"), [Length(max=300), is_email], render_kw={"type": "email", "autocomplete": "email"})
    phone = StringField(
        _l("Telepon atau WhatsApp"), [Length(max=40), is_phone], render_kw={"type": "tel", "autocomplete": "tel"}
    )
    language = RadioField(_l("Bahasa"), choices=LANGUAGES)
    timezone = SelectField(_l("Zona waktu"), choices=ZONES)

    def value(self) -> Preferences:
        return Preferences(
            (self.email.data or "").strip(), (self.phone.data or "").strip(), given(self.language), given(self.timezone)
        )
