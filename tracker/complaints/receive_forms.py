"""What people fill in when a complaint reaches the office, and what an agency arranges for its complaints."""

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, IntegerField, StringField, TelField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.accounts.forms import is_email
from tracker.complaints.answers import MOST_DAYS, ReadyAnswer
from tracker.complaints.forms import LONGEST, NAME, reason_field
from tracker.complaints.identity import Identity
from tracker.complaints.receiving import BY_HAND, Received
from tracker.complaints.rules import Terms
from tracker.complaints.states import ComplaintSource
from tracker.complaints.terms_models import AnswerTemplate
from tracker.directory.models import ServiceUnit
from tracker.kit import formats
from tracker.kit.forms import Form, RadioField, SelectField, given


class ReceiveForm(Form[Received]):
    """A complaint from a counter, a letter, the telephone or the Ombudsman, and who brought it."""

    source = RadioField(_l("Masuk lewat"), [InputRequired()])
    unit_id = SelectField(_l("Unit yang diadukan"), [InputRequired()])
    received_at = DateField(_l("Diterima tanggal"), [InputRequired()])
    received_time = TimeField(_l("Pukul"), [Optional()])
    tracking_id = StringField(_l("Nomor laporan Ombudsman"), [Length(max=64)])
    title = StringField(_l("Judul singkat"), [InputRequired(), Length(max=NAME)])
    body = TextAreaField(_l("Isi pengaduan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": 8})
    topic = StringField(_l("Kategori"), [Length(max=NAME)])
    service = StringField(_l("Jenis layanan"), [Length(max=NAME)])
    place = StringField(_l("Tempat kejadian"), [Length(max=NAME)])
    happened_on = DateField(_l("Tanggal kejadian"), [Optional()])
    is_confidential = BooleanField(
        _l("Rahasia"), description=_l("Isinya hanya dibaca pejabat penghubung dan petugas yang ditunjuk.")
    )
    is_anonymous = BooleanField(_l("Anonim"), description=_l("Data pelapor tidak disimpan sama sekali."))
    name = StringField(_l("Nama"), [Length(max=NAME)], render_kw={"autocomplete": "off"})
    telephone = TelField(_l("Telepon"), [Length(max=64)], render_kw={"autocomplete": "off"})
    email = EmailField(_l("Surel"), [Optional(), Length(max=NAME), is_email], render_kw={"autocomplete": "off"})
    number = StringField(_l("NIK"), [Length(max=32)], render_kw={"autocomplete": "off", "inputmode": "numeric"})
    address = TextAreaField(_l("Alamat"), [Length(max=1000)], render_kw={"rows": 2, "autocomplete": "off"})

    def offer(self, units: Iterable[ServiceUnit]) -> "ReceiveForm":
        self.units = {str(unit.id): unit for unit in units}
        self.source.choices = [(each.value, formats.label(each)) for each in BY_HAND]
        self.unit_id.choices = [("", "–"), *((id, name_of(unit)) for id, unit in self.units.items())]
        if len(self.units) == 1 and not self.unit_id.raw_data:
            self.unit_id.data = next(iter(self.units))
        return self

    def start(self, now: datetime) -> "ReceiveForm":
        """It came just now, over the counter."""
        self.source.data = ComplaintSource.COUNTER.value
        self.received_at.data, self.received_time.data = now.date(), now.time().replace(second=0, microsecond=0)
        return self

    def value(self) -> Received:
        unit = self.units[str(given(self.unit_id))]
        moment = datetime.combine(given(self.received_at), self.received_time.data or time(8), ZoneInfo(unit.timezone))
        source = ComplaintSource(given(self.source))
        return Received(
            source=source,
            unit_id=unit.id,
            received_at=moment,
            title=str(given(self.title)),
            body=str(given(self.body)),
            tracking_id=(self.tracking_id.data or "") if source is ComplaintSource.OMBUDSMAN else "",
            topic=self.topic.data or "",
            service=self.service.data or "",
            place=self.place.data or "",
            happened_on=self.happened_on.data,
            is_confidential=bool(self.is_confidential.data),
            is_anonymous=bool(self.is_anonymous.data),
            identity=self.identity(),
        )

    def identity(self) -> Identity:
        fields = (self.name, self.telephone, self.email, self.number, self.address)
        return Identity(*((each.data or "").strip() for each in fields))


def name_of(unit: ServiceUnit) -> str:
    return gettext("%(agency)s (belum diketahui unitnya)", agency=unit.name) if unit.is_root else unit.full_name


class LookForm(Form[str]):
    reason = reason_field()

    def value(self) -> str:
        return str(given(self.reason))


class AnswerForm(Form[tuple[int, ReadyAnswer]]):
    agency_id = SelectField(_l("Instansi"), [InputRequired()], coerce=int)
    title = StringField(_l("Judul"), [InputRequired(), Length(max=NAME)])
    text = TextAreaField(
        _l("Isi"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": 8},
        description=_l("Dapat disesuaikan setiap kali dipakai. Jangan memuat data pelapor."),
    )  # fmt: skip

    def fill(self, kept: AnswerTemplate) -> "AnswerForm":
        self.version.data = str(kept.version)
        self.agency_id.data, self.title.data, self.text.data = kept.agency_id, kept.title, kept.text
        return self

    def value(self) -> tuple[int, ReadyAnswer]:
        return int(given(self.agency_id)), ReadyAnswer(str(given(self.title)), str(given(self.text)))


def days(label: str) -> IntegerField:
    return IntegerField(
        label,
        [InputRequired(), NumberRange(1, MOST_DAYS)],
        render_kw={"inputmode": "numeric", "min": 1, "max": MOST_DAYS},
    )


class TermsForm(Form[Terms]):
    """Limits in working days."""

    verification = days(_l("Verifikasi, sejak diterima"))
    answer = days(_l("Jawaban pertama, sejak disposisi"))
    information = days(_l("Penyelesaian permintaan informasi, sejak verifikasi"))
    ordinary = days(_l("Penyelesaian pengaduan tidak berkadar pengawasan"))
    suggestion = days(_l("Penyelesaian aspirasi"))
    oversight = days(_l("Penyelesaian pengaduan berkadar pengawasan"))
    closing = days(_l("Ditutup otomatis, sesudah tanggapan"))

    def fill(self, terms: Terms) -> "TermsForm":
        for name in Terms.__slots__:
            self[name].data = getattr(terms, name)
        return self

    def value(self) -> Terms:
        return Terms(**{name: int(given(self[name])) for name in Terms.__slots__})


def local(now: datetime, zone: str) -> datetime:
    return now.astimezone(ZoneInfo(zone))
