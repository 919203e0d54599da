"""What a unit fills in to ask for time, and what a verifier fills in to grant or refuse it."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tracker.followups.extending import HoldRequest
from tracker.followups.extension_states import HOLDS, Asked
from tracker.kit import formats
from tracker.kit.files import Kept
from tracker.kit.forms import Form, RadioField, given
from tracker.recommendations.documents import keep

LONGEST = 5000
PAPERS = {"accept": ".pdf,.jpg,.jpeg,.png"}


class Warned(Form[object]):
    """A date that may be meant as it stands, or be a slip: said once, done when sent again."""

    warned = HiddenField()
    """What this person was warned of and sends all the same."""
    dated = ""

    @property
    def day(self) -> date | None:
        found: date | None = self[self.dated].data
        return found

    def is_new(self) -> bool:
        """Has this person not yet been told about this date?"""
        return self.day is not None and self.warned.data != self.day.isoformat()

    def warn(self) -> None:
        assert self.day is not None
        self.warned.data = self.day.isoformat()


class ExtensionForm(Warned):
    proposed_on = DateField(_("Tanggal yang diusulkan"), [InputRequired()])
    reason = TextAreaField(_("Mengapa perlu waktu lebih lama"), [InputRequired(), Length(max=LONGEST)])
    document = FileField(_("Dokumen pendukung (bila ada)"), render_kw=PAPERS)
    dated = "proposed_on"

    def value(self) -> tuple[date, str, Kept | None]:
        return given(self.proposed_on), given(self.reason), kept(self.document)


class HoldRequestForm(Form[HoldRequest]):
    asked = RadioField(_("Menunggu apa"), [InputRequired()])
    fiscal_year = IntegerField(_("Tahun anggaran"), [Optional()], render_kw={"inputmode": "numeric"})
    needed = TextAreaField(_("Yang perlu dibiayai"), [Length(max=LONGEST)], render_kw={"rows": "3"})
    reason = TextAreaField(_("Alasan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": "3"})
    document = FileField(_("Dokumen pendukung (bila ada)"), render_kw=PAPERS)

    def offer(self) -> "HoldRequestForm":
        words = {Asked.BUDGET: HOLDS[Asked.BUDGET], Asked.LAW: HOLDS[Asked.LAW]}
        self.asked.choices = [(asked.value, formats.label(kind)) for asked, kind in words.items()]
        return self

    def value(self) -> HoldRequest:
        return HoldRequest(
            Asked(given(self.asked)),
            given(self.reason),
            self.fiscal_year.data,
            self.needed.data or "",
            kept(self.document),
        )


class GrantForm(Warned):
    granted_on = DateField(_("Tanggal yang disetujui"), [InputRequired()])
    note = TextAreaField(_("Catatan untuk unit (bila perlu)"), [Length(max=LONGEST)], render_kw={"rows": "2"})
    dated = "granted_on"

    def value(self) -> tuple[date | None, str]:
        return given(self.granted_on), self.note.data or ""


class GrantHoldForm(Form[tuple[date | None, str]]):
    note = TextAreaField(_("Catatan untuk unit (bila perlu)"), [Length(max=LONGEST)], render_kw={"rows": "2"})

    def value(self) -> tuple[date | None, str]:
        return None, self.note.data or ""


def kept(field: FileField) -> Kept | None:
    return keep(field.data, "document") if field.data else None
