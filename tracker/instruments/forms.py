"""What is filled in about cycles and instruments."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tracker.instruments.editing import Draft, decimal
from tracker.instruments.models import Cycle, Instrument
from tracker.instruments.operations import CycleFacts
from tracker.instruments.rules import AspectFacts, BandBound, IndicatorFacts, InstrumentFacts
from tracker.instruments.states import Source
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField, given

ASPECT_HINT = _l("Satu aspek per baris: kode | nama | bobot | nama Inggris")
BAND_HINT = _l(
    "Satu kategori per baris: huruf | batas bawah | nama | zona | prioritas (ya bila perlu pembinaan) | nama Inggris"
)
INDICATOR_HINT = _l(
    "Satu indikator per baris: nomor | kode aspek (kosong bila tambahan) | pertanyaan | bukti yang lazim"
)


class Unreadable(ValueError):
    """A line that does not have the parts it needs; holds the line."""


def lines_of(text: str | None, least: int, most: int) -> list[list[str]]:
    """The parts of each written line, filled up with empty ones."""
    rows = []
    for line in (text or "").splitlines():
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("|")]
        if not least <= len(parts) <= most:
            raise Unreadable(line.strip())
        rows.append(parts + [""] * (most - len(parts)))
    return rows


def figure(text: str, line: list[str]) -> Any:
    try:
        found = decimal(text)
    except ValueError:
        found = None
    if found is None:
        raise Unreadable(" | ".join(part for part in line if part))
    return found


def whole(text: str, line: list[str]) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Unreadable(" | ".join(part for part in line if part))
    return int(text)


def row(*parts: Any) -> str:
    return " | ".join(str(part) for part in parts).rstrip(" |")


def plain(value: Any) -> str:
    return formats.number(value) if value is not None else ""


class InstrumentForm(Form[Draft]):
    """An instrument; its lists are lines of text, which copy well from a spreadsheet or a decree."""

    name = StringField(_l("Nama"), [InputRequired(), Length(max=300)])
    source = SelectField(_l("Sumber"), coerce=Source)
    legal_basis = TextAreaField(_l("Dasar hukum"), [Length(max=2000)], render_kw={"rows": "2"})
    valid_from = DateField(_l("Berlaku mulai"), [InputRequired()])
    valid_to = DateField(_l("Hari terakhir"), [Optional()])
    scale_max = StringField(_l("Nilai tertinggi"), [InputRequired()], render_kw={"inputmode": "decimal"})
    f02_share = StringField(_l("Porsi F-02 (persen)"), render_kw={"inputmode": "decimal"})
    f03_share = StringField(_l("Porsi F-03 (persen)"), render_kw={"inputmode": "decimal"})
    aspects = TextAreaField(_l("Aspek"), [InputRequired(), Length(max=20000)], render_kw={"rows": "8", "wrap": "off"})
    bands = TextAreaField(_l("Kategori"), [InputRequired(), Length(max=20000)], render_kw={"rows": "10", "wrap": "off"})
    indicators = TextAreaField(_l("Indikator"), [Length(max=100000)], render_kw={"rows": "12", "wrap": "off"})
    certainty = TextAreaField(_l("Catatan kepastian"), [Length(max=5000)], render_kw={"rows": "4"})

    code = ""

    def offering(self, instrument: Instrument) -> "InstrumentForm":
        self.code = instrument.code
        self.source.choices = [(each.value, formats.label(each)) for each in Source]
        return self

    def fill(self, instrument: Instrument) -> "InstrumentForm":
        for name in ("name", "legal_basis", "valid_from", "valid_to", "certainty"):
            self[name].data = getattr(instrument, name)
        self.source.data, self.version.data = instrument.source, str(instrument.version)
        for name in ("scale_max", "f02_share", "f03_share"):
            self[name].data = plain(getattr(instrument, name))
        self.aspects.data = "\n".join(row(a.code, a.name, plain(a.weight), a.name_en) for a in instrument.aspects)
        self.bands.data = "\n".join(
            row(b.letter, plain(b.lower), b.name, b.zone, gettext("ya") if b.priority else "", b.name_en)
            for b in instrument.bands
        )
        self.indicators.data = "\n".join(
            row(i.number, i.aspect.code if i.aspect else "", i.name, i.evidence) for i in instrument.indicators
        )
        return self.offering(instrument)

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field, then whether each line can be read."""
        good = bool(super().validate(extra_validators))
        for name in ("scale_max", "f02_share", "f03_share"):
            try:
                decimal(self[name].data or "")
            except ValueError:
                self.refuse(name, gettext("Isi dengan angka."))
                good = False
        for name, read in (("aspects", self.read_aspects), ("bands", self.read_bands), ("indicators", self.read_lines)):
            try:
                read()
            except Unreadable as line:
                self.refuse(name, gettext("Baris ini belum sesuai polanya: %(line)s", line=str(line)[:120]))
                good = False
        return good

    def read_aspects(self) -> tuple[AspectFacts, ...]:
        lines = lines_of(self.aspects.data, 3, 4)
        return tuple(AspectFacts(each[0], each[1], each[3], figure(each[2], each)) for each in lines)

    def read_bands(self) -> tuple[BandBound, ...]:
        return tuple(
            BandBound(
                each[0], figure(each[1], each), each[4].casefold() in ("ya", "yes"), each[2], each[5], each[3] or None
            )
            for each in lines_of(self.bands.data, 3, 6)
        )

    def read_lines(self) -> tuple[list[IndicatorFacts], tuple[str, ...]]:
        lines = lines_of(self.indicators.data, 3, 4)
        return [IndicatorFacts(whole(e[0], e), e[1] or None, e[2]) for e in lines], tuple(e[3] for e in lines)

    def value(self) -> Draft:
        indicators, evidence = self.read_lines()
        facts = InstrumentFacts(
            code=self.code,
            scale_max=decimal(given(self.scale_max)) or decimal("0"),  # type: ignore[arg-type]
            aspects=self.read_aspects(),
            bands=self.read_bands(),
            f02_share=decimal(self.f02_share.data or ""),
            f03_share=decimal(self.f03_share.data or ""),
            indicators=tuple(indicators),
            valid_from=given(self.valid_from),
            valid_to=self.valid_to.data,
        )
        return Draft(
            facts,
            given(self.name).strip(),
            given(self.source),
            (self.legal_basis.data or "").strip(),
            (self.certainty.data or "").strip(),
            evidence,
        )


class CycleForm(Form[CycleFacts]):
    """A cycle. Its code and instrument are chosen once."""

    code = StringField(
        _l("Kode"), [InputRequired(), Length(max=64)], render_kw={"autocapitalize": "none", "spellcheck": "false"}
    )
    instrument_id = SelectField(_l("Instrumen"), [InputRequired()], coerce=lambda value: int(value) if value else None)
    name = StringField(_l("Nama"), [Length(max=300)])
    year = IntegerField(_l("Tahun penilaian"), [InputRequired()], render_kw={"inputmode": "numeric"})
    letter_on = DateField(_l("Tanggal surat hasil"), [Optional()])
    opening_on = DateField(_l("Evaluasi berikutnya dibuka"), [Optional()])

    def offering(self, instruments: list[Instrument]) -> "CycleForm":
        choices = [(each.id, f"{each.code}: {each.name}") for each in instruments]
        self.instrument_id.choices = [("", gettext("Pilih instrumen")), *choices]
        return self

    def of(self, cycle: Cycle) -> "CycleForm":
        """For a cycle that is there."""
        del self.code, self.instrument_id
        self.cycle = cycle
        return self

    def value(self) -> CycleFacts:
        cycle = getattr(self, "cycle", None)
        return CycleFacts(
            cycle.code if cycle else given(self.code),
            cycle.instrument_id if cycle else given(self.instrument_id),
            given(self.year),
            self.name.data or "",
            self.letter_on.data,
            self.opening_on.data,
        )
