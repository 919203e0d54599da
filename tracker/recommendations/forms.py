"""What the verifier's side fills in about recommendations and letters."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import DateField, DecimalField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.instruments.models import Cycle
from tracker.instruments.states import Source
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField, SelectMultipleField, given
from tracker.recommendations.documents import keep
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.operations import Advice, LetterFacts
from tracker.recommendations.states import Origin, Priority

LONGEST_TEXT = 5000


def key_or_none(value: Any) -> int | None:
    """A choice that may be left empty."""
    return int(value) if value not in (None, "", "None") else None


class LocalDecimal(DecimalField):
    """A figure with a decimal comma or point, shown with a comma."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([valuelist[0].strip().replace(",", ".")] if valuelist else valuelist)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{Decimal(self.data).normalize():f}".replace(".", ",") if self.data is not None else ""


class AdviceForm(Form[Advice]):
    """A recommendation as it is written down or changed."""

    origin = SelectField(_("Jenis"), coerce=Origin)
    aspect_id = SelectField(_("Aspek"), [InputRequired()], coerce=key_or_none)
    indicator_id = SelectField(_("Indikator (bila ada)"), [Optional()], coerce=key_or_none)
    text = TextAreaField(_("Isi rekomendasi"), [InputRequired(), Length(max=LONGEST_TEXT)], render_kw={"rows": "5"})
    priority = SelectField(_("Prioritas"), coerce=Priority)
    target_score = LocalDecimal(_("Skor sasaran aspek"), [Optional()], places=None, render_kw={"inputmode": "decimal"})
    due_on = DateField(_("Tenggat pada surat"), [Optional()])
    letter_id = SelectField(_("Surat"), [Optional()], coerce=key_or_none)
    addressee = StringField(_("Ditujukan kepada"), [Optional(), Length(max=300)])

    def for_cycle(self, cycle: Cycle, letters: Iterable[Letter]) -> "AdviceForm":
        """Offer what the cycle's instrument has; indicators stand in groups, by aspect."""
        instrument = cycle.instrument
        if instrument.source is Source.OMBUDSMAN:
            self.origin.choices = [(each, formats.label(each)) for each in Origin]
        else:
            del self.origin, self.addressee
        self.aspect_id.choices = [
            ("", gettext("Pilih aspek")),
            *((aspect.id, formats.in_language(aspect)) for aspect in instrument.aspects),
        ]
        groups: dict[str, list[tuple[Any, str]]] = {gettext("Tanpa indikator"): [("", "–")]}
        for indicator in instrument.indicators:
            head = formats.in_language(indicator.aspect) if indicator.aspect else gettext("Tambahan semua aspek")
            groups.setdefault(head, []).append((indicator.id, f"{indicator.number}. {short(indicator.name)}"))
        self.indicator_id.choices = groups
        self.priority.choices = [(each, formats.label(each)) for each in Priority]
        self.letter_id.choices = [("", gettext("Tanpa surat")), *((each.id, letter_line(each)) for each in letters)]
        return self

    def fill(self, row: Recommendation) -> "AdviceForm":
        """Show what stands now; `version` is what a later save is compared with."""
        self.process(obj=row)
        self.version.data = str(row.version)
        return self

    def value(self) -> Advice:
        return Advice(
            aspect_id=given(self.aspect_id),
            indicator_id=self.indicator_id.data,
            text=given(self.text),
            priority=given(self.priority),
            target_score=self.target_score.data,
            due_on=self.due_on.data,
            letter_id=self.letter_id.data,
            origin=given(self.origin) if "origin" in self else Origin.PLAIN,
            addressee=(self.addressee.data or "").strip() if "addressee" in self else "",
        )


class AgainForm(Form[tuple[list[int], int | None]]):
    """Which recommendations are said again, and the letter that says so."""

    chosen = SelectMultipleField(
        _("Rekomendasi yang disampaikan kembali"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    letter_id = SelectField(_("Surat"), [Optional()], coerce=key_or_none)

    def value(self) -> tuple[list[int], int | None]:
        return list(self.chosen.data or []), self.letter_id.data


class LetterForm(Form[LetterFacts]):
    """The head of a letter and its scan."""

    number = StringField(_("Nomor surat"), [InputRequired(), Length(max=300)])
    dated_on = DateField(_("Tanggal surat"), [Optional()])
    subject = TextAreaField(_("Hal"), [Length(max=2000)], render_kw={"rows": "2"})
    sender = StringField(_("Pengirim"), [Length(max=300)])
    addressee = StringField(_("Kepada"), [Length(max=300)])
    scan = FileField(_("Pindaian surat"), render_kw={"accept": ".pdf,.jpg,.jpeg,.png"})

    def fill(self, row: Letter) -> "LetterForm":
        self.process(obj=row)
        self.version.data = str(row.version)
        return self

    def value(self) -> LetterFacts:
        sent = self.scan.data
        return LetterFacts(
            number=given(self.number),
            dated_on=self.dated_on.data,
            subject=self.subject.data or "",
            sender=self.sender.data or "",
            addressee=self.addressee.data or "",
            scan=keep(sent, "scan") if sent else None,
        )


def letter_line(letter: Letter) -> str:
    """A letter in one line of a list of choices."""
    day = formats.date_in_words(letter.dated_on) if letter.dated_on else gettext("tanpa tanggal")
    return f"{letter.number} ({day})"


def short(text: str, most: int = 90) -> str:
    """A long text for one line."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
