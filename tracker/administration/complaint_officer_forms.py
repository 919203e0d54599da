"""What is filled in about the publication of a complaint officer."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from tracker.administration.complaint_officers import NoticeFacts
from tracker.administration.directory_forms import from_word, in_word
from tracker.directory.models import OfficerNotice
from tracker.kit.forms import Form, RadioField, given

ANSWERS = (("ya", _l("Ya, dipublikasikan")), ("tidak", _l("Tidak dipublikasikan")), ("", _l("Belum dapat dipastikan")))


class NoticeForm(Form[NoticeFacts]):
    """One look at a unit's publications."""

    is_published = RadioField(_l("Nama pejabat pengelola pengaduan dipublikasikan?"), choices=list(ANSWERS))
    place = StringField(_l("Alamat laman atau tempat pengumumannya"), [Length(max=1000)])
    since = DateField(_l("Dipublikasikan sejak"), [Optional()])
    checked_on = DateField(_l("Diperiksa pada"), [InputRequired()])

    def fill(self, notice: OfficerNotice | None) -> "NoticeForm":
        """Show what stands; a look of today begins with today."""
        if notice is not None:
            self.is_published.data, self.place.data = in_word(notice.is_published), notice.place
            self.since.data = notice.since
        self.version.data = version_of(notice)
        return self

    def value(self) -> NoticeFacts:
        return NoticeFacts(
            from_word(self.is_published.data), self.place.data or "", self.since.data, given(self.checked_on)
        )


def version_of(notice: OfficerNotice | None) -> str:
    return str(notice.version) if notice else "0"
