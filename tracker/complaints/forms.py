"""What people fill in about complaints."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tracker.complaints.models import Complaint
from tracker.complaints.operations import Disposition, Sorting
from tracker.complaints.states import Classification, ComplaintSource
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.kit import formats
from tracker.kit.forms import Form, RadioField, SelectField, given

LONGEST = 50_000
LONGEST_REASON = 5_000
NAME = 300


class TextForm(Form[str]):
    text = TextAreaField(_l("Isi"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": 5})

    def value(self) -> str:
        return str(given(self.text))


class QuestionForm(TextForm):
    text = TextAreaField(
        _l("Pertanyaan kepada pelapor"),
        [InputRequired(), Length(max=LONGEST)],
        render_kw={"rows": 5},
        description=_l("Sampaikan lewat saluran pelapor: SP4N-LAPOR!, telepon, atau surat."),
    )


class CitizenForm(TextForm):
    text = TextAreaField(_l("Keterangan pelapor"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": 5})


class NoteForm(TextForm):
    text = TextAreaField(_l("Tulis catatan internal"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": 3})


def reason_field() -> TextAreaField:
    return TextAreaField(
        _l("Alasan"),
        [InputRequired(), Length(max=LONGEST_REASON)],
        render_kw={"rows": 3},
        description=_l("Jangan tulis nama atau data pelapor."),
    )


class ReasonForm(Form[str]):
    reason = reason_field()

    def value(self) -> str:
        return str(given(self.reason))


class SortingForm(Form[Sorting]):
    """What kind of complaint it is and what it is about."""

    classification = RadioField(_l("Klasifikasi"), [InputRequired()])
    title = StringField(_l("Judul"), [InputRequired(), Length(max=NAME)])
    topic = StringField(_l("Kategori"), [Length(max=NAME)], description=_l("Misalnya: antrean, petugas, sarana."))
    service = StringField(_l("Jenis layanan"), [Length(max=NAME)], description=_l("Misalnya: KTP-el, rawat jalan."))
    aspect_code = SelectField(_l("Aspek"), [Optional()])
    indicator_code = SelectField(_l("Indikator (bila diketahui)"), [Optional()])
    is_confidential = BooleanField(
        _l("Rahasia"), description=_l("Isinya hanya dibaca pejabat penghubung dan petugas yang ditunjuk.")
    )

    def offer(self, aspects: Mapping[str, str], indicators: Mapping[str, str]) -> "SortingForm":
        self.classification.choices = [(each.value, formats.label(each)) for each in Classification]
        self.aspect_code.choices = [("", gettext("Belum diketahui")), *aspects.items()]
        self.indicator_code.choices = [("", gettext("Belum diketahui")), *indicators.items()]
        return self

    def fill(self, complaint: Complaint) -> "SortingForm":
        self.version.data = str(complaint.version)
        self.classification.data = complaint.classification.value if complaint.classification else None
        self.title.data = complaint.words.title if complaint.words else ""
        self.topic.data, self.service.data = complaint.topic, complaint.service
        self.aspect_code.data, self.indicator_code.data = complaint.aspect_code or "", complaint.indicator_code or ""
        self.is_confidential.data = complaint.is_confidential
        return self

    def value(self) -> Sorting:
        return Sorting(
            classification=Classification(given(self.classification)),
            topic=self.topic.data or "",
            service=self.service.data or "",
            aspect_code=self.aspect_code.data or None,
            indicator_code=self.indicator_code.data or None,
            is_confidential=bool(self.is_confidential.data),
            title=self.title.data,
        )


class DispositionForm(Form[Disposition]):
    """The unit and, one line below it, each person who may take it there."""

    to = SelectField(_l("Didisposisikan kepada"), [InputRequired()])
    note = TextAreaField(
        _l("Catatan disposisi"), [Length(max=LONGEST)], render_kw={"rows": 4},
        description=_l("Dibaca petugas yang menangani; tidak terlihat oleh pelapor."),
    )  # fmt: skip

    def offer(
        self, units: Iterable[ServiceUnit], people: Iterable[tuple[int | None, Role, int, str]], named_only: bool
    ) -> "DispositionForm":
        """A group for each unit; with `named_only` a unit as a whole is no choice."""
        known = list(people)
        groups: dict[str, list[tuple[str, str]]] = {gettext("Pilih"): [("", "–")]}
        for unit in units:
            name = gettext("%(agency)s (mewakili instansi)", agency=unit.name) if unit.is_root else unit.name
            lines = [] if named_only else [(str(unit.id), gettext("%(unit)s, tanpa nama", unit=name))]
            for unit_id, role, user, person in known:
                if unit_id == unit.id or unit_id is None:
                    lines.append((f"{unit.id}-{user}", f"{person}, {formats.label(role)}"))
            if lines:
                groups.setdefault(name, []).extend(dict(lines).items())
        self.to.choices = groups
        return self

    def fill(self, complaint: Complaint) -> "DispositionForm":
        self.version.data = str(complaint.version)
        if complaint.assigned_at is not None:
            self.to.data = self.standing(complaint)["to"]
        return self

    def standing(self, complaint: Complaint) -> dict[str, Any]:
        """With whom it is; a note is always a new one."""
        return {"to": f"{complaint.unit_id}-{complaint.assignee_id}".removesuffix("-None")}

    def value(self) -> Disposition:
        unit, _dash, person = str(given(self.to)).partition("-")
        return Disposition(int(unit), int(person) if person else None, self.note.data or "")


class ResponseForm(Form[tuple[str, date | None]]):
    text = TextAreaField(_l("Tanggapan"), [InputRequired(), Length(max=LONGEST)], render_kw={"rows": 8})
    in_lapor_on = DateField(
        _l("Dijawab di SP4N-LAPOR! pada"),
        [Optional()],
        description=_l("Tanggapan sampai kepada pelapor di SP4N-LAPOR!; di sini dicatat isi dan tanggalnya."),
    )

    def offer(self, complaint: Complaint) -> "ResponseForm":
        """The day is asked for only of what came from SP4N-LAPOR!."""
        if complaint.source is not ComplaintSource.LAPOR:
            del self.in_lapor_on
        return self

    def value(self) -> tuple[str, date | None]:
        return str(given(self.text)), self.in_lapor_on.data if "in_lapor_on" in self else None


class ForwardForm(Form[tuple[str, str]]):
    forwarded_to = StringField(_l("Instansi yang berwenang"), [InputRequired(), Length(max=NAME)])
    reason = reason_field()

    def value(self) -> tuple[str, str]:
        return str(given(self.forwarded_to)), str(given(self.reason))


class MergeForm(Form[str]):
    number = StringField(
        _l("Ganda dari pengaduan nomor"), [InputRequired(), Length(max=64)],
        description=_l("Nomor tiket Tuntas, misalnya TT-000012, atau Tracking ID."),
    )  # fmt: skip

    def value(self) -> str:
        return str(given(self.number))


class ReopenForm(Form[tuple[str, Classification | None]]):
    reason = reason_field()
    classification = RadioField(_l("Klasifikasi"), [Optional()])

    def offer(self, complaint: Complaint) -> "ReopenForm":
        """The class is asked for only where nobody gave it."""
        if complaint.classification is not None:
            del self.classification
        else:
            self.classification.choices = [(each.value, formats.label(each)) for each in Classification]
        return self

    def value(self) -> tuple[str, Classification | None]:
        chosen = self.classification.data if "classification" in self else None
        return str(given(self.reason)), Classification(chosen) if chosen else None


class ListForm(Form[None]):
    """The filter of the list, read from the address."""

    keadaan = SelectField(_l("Status"), default="")
    lewat = SelectField(_l("Tenggat"), default="")
    pemegang = SelectField(_l("Di tangan"), default="")
    klasifikasi = SelectField(_l("Klasifikasi"), default="")
    sumber = SelectField(_l("Sumber"), default="")
    aspek = SelectField(_l("Aspek"), default="")
    dari = DateField(_l("Diterima sejak"), [Optional()])
    sampai = DateField(_l("Diterima sampai"), [Optional()])
    urut = SelectField(_l("Urutan"), default="")
