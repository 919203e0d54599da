"""What people fill in about follow-ups."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, MultipleFileField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.followups.evidence import Attachment, Link
from tracker.followups.operations import Entry
from tracker.kit.files import Kept
from tracker.kit.forms import Form, SelectField, given

ACCEPTED = ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx,.pptx,.csv,.txt,image/jpeg,image/png,image/webp,application/pdf"
"""A hint for the browser's file dialogue; what counts is the content, which the server looks at."""
LONGEST = 5000


class FilesForm(Form[tuple[tuple[Attachment, ...], tuple[Link, ...]]]):
    """Files and links that show what was done, with the document's own date."""

    files = MultipleFileField(_l("Foto atau berkas bukti"), render_kw={"accept": ACCEPTED})
    links = TextAreaField(_l("Tautan bukti"), [Length(max=LONGEST)], render_kw={"rows": 2, "inputmode": "url"})
    dated_on = DateField(_l("Tanggal dokumen"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kept: list[Kept] = []
        """Files of this form that are already safe, set before it is carried out."""

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(Attachment(kept, self.dated_on.data) for kept in self.kept)

    @property
    def addresses(self) -> tuple[Link, ...]:
        lines = (self.links.data or "").split()
        return tuple(Link(line, self.dated_on.data) for line in lines)

    def value(self) -> tuple[tuple[Attachment, ...], tuple[Link, ...]]:
        return self.attachments, self.addresses


class ActionForm(FilesForm):
    """A corrective action: what was done, when, how far it is."""

    done_on = DateField(_l("Tanggal pelaksanaan"), [InputRequired()])
    text = TextAreaField(_l("Apa yang sudah dikerjakan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": 4})
    claimed_percent = IntegerField(
        _l("Capaian menurut unit (%)"),
        [InputRequired(), NumberRange(0, 100)],
        render_kw={"min": 0, "max": 100, "inputmode": "numeric"},
    )
    obstacle = TextAreaField(_l("Kendala"), [Length(max=LONGEST)], render_kw={"rows": 2})

    def entry(self) -> Entry:
        return Entry(
            done_on=given(self.done_on),
            text=given(self.text),
            claimed_percent=given(self.claimed_percent),
            obstacle=self.obstacle.data or "",
            files=self.attachments,
            links=self.addresses,
        )

    def start(self, today: date, percent: int) -> None:
        """What is already known when the page opens; the first percentage is left to the person, not suggested."""
        self.done_on.data = today
        self.claimed_percent.data = percent or None


class CommentForm(Form[str]):
    text = TextAreaField(_l("Tulis komentar"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": 3})

    def value(self) -> str:
        return str(given(self.text))


class ReasonForm(Form[str]):
    reason = TextAreaField(_l("Alasan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": 3})

    def value(self) -> str:
        return str(given(self.reason))


class NoteForm(Form[str]):
    note = TextAreaField(_l("Catatan"), [Length(max=LONGEST)], render_kw={"rows": 2})

    def value(self) -> str:
        return self.note.data or ""


class PersonForm(Form[int | None]):
    """Who at the unit is in charge; the choices are its officers."""

    person_in_charge_id = SelectField(_l("Penanggung jawab"), coerce=int)

    def value(self) -> int | None:
        return self.person_in_charge_id.data or None


class ListForm(Form[None]):
    """The filter of the list, read from the address."""

    keadaan = SelectField(_l("Status"), default="")
    pemegang = SelectField(_l("Di tangan"), default="")
    aspek = SelectField(_l("Aspek"), default="")
    siklus = SelectField(_l("Siklus"), default="")
    lewat = SelectField(_l("Tenggat"), default="")
    tenggat = SelectField(_l("Dihitung menurut"), default="")
