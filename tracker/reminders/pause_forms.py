"""What is filled in to let reminders rest."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.kit.forms import Form, given


class PauseForm(Form[tuple[date, str]]):
    until = DateField(_("Hari terakhir jeda"), [InputRequired()])
    reason = TextAreaField(_("Alasan"), [InputRequired(), Length(max=1000)], render_kw={"rows": "2"})

    def value(self) -> tuple[date, str]:
        return given(self.until), given(self.reason)
