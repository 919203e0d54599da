"""What is filled in after somebody called or wrote to a unit by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import DateTimeLocalField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.kit import formats
from tracker.kit.forms import Form, RadioField, given
from tracker.reminders.contacts import Told
from tracker.reminders.states import ContactWay

WHEN = "%Y-%m-%dT%H:%M"


class ContactForm(Form[Told]):
    """Times are those of the reader's zone."""

    way = RadioField(_("Dengan cara apa"), [InputRequired()])
    at = DateTimeLocalField(_("Kapan"), [InputRequired()], format=[WHEN, "%Y-%m-%dT%H:%M:%S"])
    spoken_to = StringField(_("Dengan siapa"), [Length(max=300)])
    note = TextAreaField(_("Catatan"), [Length(max=2000)], render_kw={"rows": "3"})

    def offer(self, zone: ZoneInfo, now: datetime | None = None) -> "ContactForm":
        self.zone = zone
        self.way.choices = [(each.value, formats.label(each)) for each in ContactWay]
        if now is not None:
            self.at.data = now.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        return self

    def value(self) -> Told:
        at: datetime = given(self.at)
        return Told(
            at.replace(tzinfo=self.zone), ContactWay(given(self.way)), self.spoken_to.data or "", self.note.data or ""
        )
