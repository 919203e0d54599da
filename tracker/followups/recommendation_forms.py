"""What is filled in about a recommendation as a whole: why it cannot be followed up, and the answer to that."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.followups.cannot import Proposal
from tracker.kit import formats
from tracker.kit.forms import Form, RadioField, given
from tracker.recommendations.documents import keep
from tracker.recommendations.states import CannotReason

LONGEST = 5000


class ProposalForm(Form[Proposal]):
    reason = RadioField(_("Golongan alasan yang sah"), [InputRequired()], coerce=str)
    note = TextAreaField(_("Penjelasan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": "4"})
    document = FileField(_("Dokumen pendukung"), [], render_kw={"accept": ".pdf,.jpg,.jpeg,.png"})

    def offer(self) -> "ProposalForm":
        self.reason.choices = [(each.value, formats.label(each)) for each in CannotReason]
        return self

    def value(self) -> Proposal:
        sent = self.document.data
        document = keep(sent, "document") if sent else None
        return Proposal(CannotReason(given(self.reason)), given(self.note), document)
