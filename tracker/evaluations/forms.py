"""What an assistant deputy fills in: the file to import, and why a unit is or is not a priority unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tracker.instruments.models import Cycle, Instrument
from tracker.instruments.states import Source
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField, given


@dataclass(frozen=True, slots=True)
class SentFile:
    cycle_id: int
    file: FileStorage
    create_units: bool
    assumed_aspect_id: int | None = None


class ImportForm(Form[SentFile]):
    cycle = SelectField(_l("Siklus"), [InputRequired()], coerce=int)
    file = FileField(
        _l("Berkas hasil evaluasi"),
        [FileRequired(_l("Pilih berkasnya."))],
        description=_l("Excel (.xlsx, .xls), OpenDocument (.ods), atau CSV; paling besar 20 MB."),
        render_kw={"accept": ".xlsx,.xls,.ods,.csv"},
    )
    create_units = BooleanField(
        _l("Buat unit baru"),
        description=_l("Instansi dan unit yang belum ada di direktori dibuat saat impor dikonfirmasi."),
    )

    assumed_aspect = SelectField(
        _l("Aspek untuk temuan yang tidak menyebut aspek atau dimensi"),
        [Optional()],
        coerce=lambda value: int(value) if value not in (None, "", "None") else None,
        description=_l("Hanya untuk hasil Ombudsman. Tanpa pilihan, baris tanpa aspek ditolak."),
    )

    def offer(self, cycles: Sequence[Cycle]) -> "ImportForm":
        """The cycles, and the aspects of those in which a finding may name none."""
        schemes = {cycle.instrument.id: cycle.instrument for cycle in cycles if may_name_no_aspect(cycle.instrument)}
        groups: dict[str, list[tuple[Any, str]]] = {gettext("Tanpa pilihan"): [("", "–")]}
        for scheme in schemes.values():
            groups[scheme.name] = [(aspect.id, formats.in_language(aspect)) for aspect in scheme.aspects]
        if not schemes and "assumed_aspect" in self:
            del self.assumed_aspect
        elif "assumed_aspect" in self:
            self.assumed_aspect.choices = groups
        self.cycle.choices = [(cycle.id, f"{cycle.code} ({cycle.instrument.name}, {cycle.year})") for cycle in cycles]
        return self

    def value(self) -> SentFile:
        assumed = self.assumed_aspect.data if "assumed_aspect" in self else None
        return SentFile(given(self.cycle), given(self.file), bool(self.create_units.data), assumed)


def may_name_no_aspect(instrument: Instrument) -> bool:
    """Reports of Ombudsman RI are about a case, not about a dimension; with one aspect there is nothing to choose."""
    return instrument.source is Source.OMBUDSMAN and len(instrument.aspects) > 1


class PriorityForm(Form[str]):
    reason = TextAreaField(_l("Alasan"), [InputRequired(), Length(max=2000)], render_kw={"rows": 3})

    def compare(self, row: Any) -> None:
        """The unit was put in or taken out meanwhile: sending again would do the opposite of what was meant."""
        super().compare(row)
        now = gettext("Prioritas pembinaan") if row.is_priority else gettext("Bukan prioritas pembinaan")
        self.conflict.append((gettext("Sekarang"), now, None))

    def value(self) -> str:
        return str(given(self.reason))
