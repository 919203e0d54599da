"""What is asked on the pages about seals and comparisons."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.directory.models import SupervisionArea
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField
from tracker.progress.comparing import Point


class SealForm(Form[str]):
    """Why a cycle is sealed by hand."""

    reason = TextAreaField(_("Alasan"), validators=[InputRequired(), Length(max=2000)])

    def value(self) -> str:
        return self.reason.data or ""


class CompareForm(Form[tuple[str, str]]):
    """Sent by GET, so that the address holds it."""

    dari = SelectField(_("Dari"))
    ke = SelectField(_("Sampai"))
    wilayah = SelectField(_("Wilayah pembinaan"))

    def offering(self, points: Sequence[Point], areas: Sequence[SupervisionArea]) -> "CompareForm":
        self.wilayah.choices = [("", _("Semua")), *((str(each.id), each.name) for each in areas)]
        self.dari.choices = self.ke.choices = [(each.word, in_words(each)) for each in points]
        return self


def in_words(point: Point) -> str:
    """ "Segel: 30 hari sebelum pembukaan, 2 Mei 2026", or the day."""
    if point.seal is not None:
        step = formats.label(point.seal.step)
        return str(_("Segel: %(step)s, %(at)s", step=step, at=formats.moment(point.seal.at)))
    return formats.date_in_words(point.day)
