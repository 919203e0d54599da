"""What administrators and coordinators fill in about people."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tracker.accounts.forms import LANGUAGES, ZONES, is_email, is_phone
from tracker.administration.inviting import Invitation
from tracker.administration.operations import Ending, GrantFacts, UserFacts
from tracker.administration.rules import ScopeRef
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.kit.forms import Form, RadioField, SelectField, given

QUIET = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}


class PersonFields:
    """The fields that every form about a person has."""

    name = StringField(_l("Nama lengkap"), [InputRequired(), Length(max=300)], render_kw={"autocomplete": "off"})
    username = StringField(_l("Nama pengguna"), [InputRequired(), Length(max=64)], render_kw=QUIET)
    nip = StringField(_l("NIP"), [Length(max=30)], render_kw={"inputmode": "numeric", "autocomplete": "off"})
    email = StringField(_l("Surel"), [Length(max=300), is_email], render_kw={"type": "email", "autocomplete": "off"})
    phone = StringField(
        _l("Telepon atau WhatsApp"), [Length(max=40), is_phone], render_kw={"type": "tel", "autocomplete": "off"}
    )


class UserForm(PersonFields, Form[UserFacts]):
    """An account."""

    language = RadioField(_l("Bahasa"), choices=LANGUAGES, default="id")
    timezone = SelectField(_l("Zona waktu"), choices=ZONES, default="Asia/Jakarta")

    def fill(self, user: User) -> "UserForm":
        self.process(obj=user)
        self.version.data = str(user.version)
        return self

    def value(self) -> UserFacts:
        return UserFacts(
            given(self.username),
            given(self.name),
            self.nip.data or "",
            self.email.data or "",
            self.phone.data or "",
            given(self.language),
            given(self.timezone),
        )


class ReasonForm(Form[str]):
    """Why something is done that others will want to understand."""

    reason = TextAreaField(_l("Alasan"), [InputRequired(), Length(max=1000)], render_kw={"rows": "2"})

    def value(self) -> str:
        return str(given(self.reason)).strip()


class GrantForm(Form[tuple[GrantFacts, str]]):
    """One role in one scope for a time. `role` and `cari` come from the steps before."""

    role = HiddenField()
    cari = HiddenField()
    scope = RadioField(_l("Lingkup"), validators=[InputRequired(message=_l("Pilih salah satu lingkup."))])
    is_head = BooleanField(_l("Kepala unit"))
    valid_from = DateField(_l("Berlaku mulai"), [InputRequired()])
    valid_to = DateField(_l("Hari terakhir"), [Optional()])
    reason = StringField(_l("Dasar penugasan"), [Length(max=1000)])

    def offering(self, role: Role, words: str, choices: list[tuple[str, str]], today: date) -> "GrantForm":
        """Offer the scopes that were found for the role."""
        self.role.data, self.cari.data = role.value, words
        self.scope.choices = choices
        if not self.is_submitted():
            self.valid_from.data = today
        return self

    def value(self) -> tuple[GrantFacts, str]:
        scope = ScopeRef.read(given(self.scope))
        assert scope is not None
        facts = GrantFacts(
            Role(given(self.role)), scope, given(self.valid_from), self.valid_to.data, bool(self.is_head.data)
        )
        return facts, (self.reason.data or "").strip()


class EndForm(Form[Ending]):
    """When a membership ends, and why."""

    last_day = DateField(_l("Hari terakhir"), [Optional()])
    reason = StringField(_l("Alasan"), [InputRequired(), Length(max=1000)])

    def value(self) -> Ending:
        return Ending(self.last_day.data, str(given(self.reason)).strip())


def key_or_none(typed: str | None) -> int | None:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 10 else None


class InvitationForm(PersonFields, Form[Invitation]):
    """An officer for a unit of one's agency: somebody new, or one of its officers for one more unit."""

    known_id = HiddenField()
    """The account that this person was shown, and sends all the same."""
    is_another = BooleanField(_l("Ini orang lain yang memakai surel yang sama: buatkan akun baru"))
    unit_id = SelectField(_l("Unit"), [InputRequired()], coerce=lambda value: int(value) if value else None)
    is_head = BooleanField(_l("Kepala unit"))
    valid_from = DateField(_l("Berlaku mulai"), [InputRequired()])
    valid_to = DateField(_l("Hari terakhir"), [Optional()])

    def offering(self, units: list[Any], today: date) -> "InvitationForm":
        self.unit_id.choices = [("", gettext("Pilih unit")), *((unit.id, unit.full_name) for unit in units)]
        if not self.is_submitted():
            self.valid_from.data = today
        return self

    def in_zone(self, timezone: str) -> "InvitationForm":
        self.timezone = timezone
        return self

    def value(self) -> Invitation:
        person = UserFacts(
            given(self.username),
            given(self.name),
            self.nip.data or "",
            self.email.data or "",
            self.phone.data or "",
            timezone=getattr(self, "timezone", "Asia/Jakarta"),
        )
        return Invitation(
            person,
            given(self.unit_id),
            given(self.valid_from),
            self.valid_to.data,
            bool(self.is_head.data),
            key_or_none(self.known_id.data),
            bool(self.is_another.data),
        )


class UploadForm(Form[None]):
    """A list of people in a spreadsheet."""

    file = FileField(_l("Berkas daftar"), render_kw={"accept": ".xlsx,.xls,.ods,.csv"})
