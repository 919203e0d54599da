"""What is filled in when a citizen asks for their data."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tracker.accounts.forms import is_email
from tracker.complaints.data_requests import Asked
from tracker.complaints.forms import LONGEST_REASON, NAME
from tracker.complaints.identity import Identity
from tracker.complaints.states import DataRequestKind
from tracker.directory.models import ServiceUnit
from tracker.kit import formats
from tracker.kit.forms import Form, RadioField, SelectField


class RequestForm(Form[Asked]):
    kind = RadioField(_l("Yang diminta"), [InputRequired()])
    unit_id = SelectField(_l("Kepada"), [InputRequired()])
    asked_by = TextAreaField(
        _l("Pemohon dan buktinya"),
        [InputRequired(), Length(max=LONGEST_REASON)],
        render_kw={"rows": 3},
        description=_l("Siapa yang meminta, kapan, dan bagaimana ia membuktikan dirinya. Disimpan tersegel."),
    )
    name = StringField(_l("Nama"), [Length(max=NAME)], render_kw={"autocomplete": "off"})
    telephone = TelField(_l("Telepon"), [Length(max=64)], render_kw={"autocomplete": "off"})
    email = EmailField(_l("Surel"), [Optional(), Length(max=NAME), is_email], render_kw={"autocomplete": "off"})
    number = StringField(_l("NIK"), [Length(max=32)], render_kw={"autocomplete": "off", "inputmode": "numeric"})

    def offer(self, units: Iterable[ServiceUnit]) -> "RequestForm":
        found = list(units)
        self.kind.choices = [(each.value, formats.label(each)) for each in DataRequestKind]
        self.unit_id.choices = [("", "–"), *((str(unit.id), unit.full_name) for unit in found)]
        if len(found) == 1 and not self.unit_id.raw_data:
            self.unit_id.data = str(found[0].id)
        return self

    def value(self) -> Asked:
        known_as = Identity(
            self.name.data or "", self.telephone.data or "", self.email.data or "", self.number.data or ""
        )
        kind, unit_id = DataRequestKind(self.kind.data), int(self.unit_id.data)
        return Asked(kind, unit_id, self.asked_by.data or "", known_as)


class CarryOutForm(Form[None]):
    """Only which complaints; they are ticked in the table."""
