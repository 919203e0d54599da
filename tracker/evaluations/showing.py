"""Rows of a preview in words: what the file says, what stands there, what is wrong and what was perhaps meant."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.evaluations.models import ImportDraft, ImportRow
from tracker.evaluations.plan import Remark
from tracker.evaluations.states import Outcome, RowKind
from tracker.instruments.models import Instrument
from tracker.kit import formats
from tracker.kit.words import N_
from tracker.recommendations.states import Origin, Priority

TONES = {
    Outcome.NEW: "good",
    Outcome.CHANGED: "info",
    Outcome.UNCHANGED: "neutral",
    Outcome.CONFLICT: "warn",
    Outcome.REFUSED: "bad",
    Outcome.HELD: "warn",
    Outcome.SKIPPED: "neutral",
}
FIELDS = {
    "official_index": N_("Indeks resmi"),
    "computed_index": N_("Indeks hitungan"),
    "f03": N_("Nilai F-03"),
    "band": N_("Kategori"),
    "aspect": N_("Aspek"),
    "text": N_("Isi rekomendasi"),
    "priority": N_("Prioritas"),
    "indicator": N_("Indikator"),
    "target": N_("Skor sasaran"),
    "due_on": N_("Batas waktu"),
    "zone": N_("Zona"),
    "opinion": N_("Opini"),
    "origin": N_("Jenis"),
    "letter_number": N_("Surat"),
    "number": N_("Nomor"),
    "dated_on": N_("Tanggal"),
    "subject": N_("Hal"),
    "sender": N_("Pengirim"),
    "addressee": N_("Kepada"),
    "letter_on": N_("Tanggal surat"),
    "opening_on": N_("Pembukaan evaluasi berikutnya"),
}
ZONES = {"green": N_("Hijau"), "yellow": N_("Kuning"), "red": N_("Merah")}
FIGURES = {"official_index", "computed_index", "f03", "target"}
DAYS = {"dated_on", "due_on", "letter_on", "opening_on"}


@dataclass(frozen=True, slots=True)
class ShownRemark:
    column: str
    found: str
    message: str
    suggestions: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    place: str
    kind: str
    """What the row is, where its sheet is not called that anyway."""
    outcome: Outcome
    tone: str
    title: str
    who: str
    changes: tuple[tuple[str, str, str], ...]
    remarks: tuple[ShownRemark, ...]
    official: str
    computed: str
    differs: bool
    is_priority: bool


class Words:
    """Names of an instrument's aspects, for the fields of its rows."""

    def __init__(self, instrument: Instrument) -> None:
        self.aspects = {aspect.code: formats.in_language(aspect) for aspect in instrument.aspects}

    def row(self, row: ImportRow) -> ShownRow:
        values = row.values
        place = _("%(sheet)s, baris %(row)s", sheet=row.sheet, row=row.row) if row.sheet else _("Tanpa lembar surat")
        is_result = "official_index" in values
        return ShownRow(
            place,
            "" if formats.label(row.kind) == row.sheet else formats.label(row.kind),
            row.outcome,
            TONES[row.outcome],
            row.label,
            self.who(row),
            tuple(self.changes(row)),
            tuple(shown(Remark.kept(each)) for each in row.problems),
            self.value("official_index", values.get("official_index")) if is_result else "",
            self.value("computed_index", values.get("computed_index")) if is_result else "",
            row.differs,
            bool(values.get("is_priority")),
        )

    def who(self, row: ImportRow) -> str:
        if row.kind is not RowKind.RECOMMENDATION or "aspect" not in row.values:
            return ""
        return f"{row.values['who']} · {self.aspects.get(row.values['aspect'], '')}"

    def changes(self, row: ImportRow) -> Iterable[tuple[str, str, str]]:
        """Field, what stands there, what the file says; for rows that change something."""
        before: Mapping[str, Any] = row.before or {}
        if row.outcome is not Outcome.CHANGED:
            return
        for name, value in row.values.items():
            if (name in FIELDS or name.startswith("score.")) and name != "computed_index" and value != before.get(name):
                yield self.field(name), self.value(name, before.get(name)), self.value(name, value)

    def field(self, name: str) -> str:
        return self.aspects.get(name.removeprefix("score."), "") if name.startswith("score.") else _(FIELDS[name])

    def value(self, name: str, value: Any) -> str:
        if value in (None, ""):
            return formats.NO_DATA
        if name in FIGURES or name.startswith("score."):
            return formats.index(Decimal(value))
        if name in DAYS:
            return formats.date_in_words(date.fromisoformat(value))
        if name == "priority":
            return formats.label(Priority(value))
        if name == "origin":
            return formats.label(Origin(value))
        if name == "zone":
            return str(_(ZONES[value]))
        return self.aspects.get(value, value) if name == "aspect" else str(value)


def shown(remark: Remark) -> ShownRemark:
    told = [
        _(part, **remark.values) if remark.values else _(part) for part in (remark.message, remark.expected) if part
    ]
    return ShownRemark(remark.column, remark.value, " ".join(told), "; ".join(remark.suggestions), remark.refuses)


def will_write(draft: ImportDraft) -> list[str]:
    """What a confirmation does, in words: "20 hasil baru", "48 rekomendasi baru", "3 instansi baru"."""
    counts: Mapping[str, Mapping[str, int]] = draft.summary["counts"]
    told = [
        f"{formats.number(count)} {words(count)}"
        for (kind, outcome), words in IN_WORDS.items()
        if (count := counts.get(kind, {}).get(outcome, 0))
    ]
    if counts.get(RowKind.CYCLE, {}).get(Outcome.CHANGED):
        told.append(_("tanggal siklus diisi dari surat"))
    return told


IN_WORDS: Mapping[tuple[RowKind, Outcome], Callable[[int], str]] = {
    (RowKind.EVALUATION, Outcome.NEW): lambda n: ngettext("hasil baru", "hasil baru", n),
    (RowKind.EVALUATION, Outcome.CHANGED): lambda n: ngettext("hasil berubah", "hasil berubah", n),
    (RowKind.RECOMMENDATION, Outcome.NEW): lambda n: ngettext("rekomendasi baru", "rekomendasi baru", n),
    (RowKind.RECOMMENDATION, Outcome.CHANGED): lambda n: ngettext("rekomendasi berubah", "rekomendasi berubah", n),
    (RowKind.LETTER, Outcome.NEW): lambda n: ngettext("surat baru", "surat baru", n),
    (RowKind.LETTER, Outcome.CHANGED): lambda n: ngettext("surat berubah", "surat berubah", n),
    (RowKind.AGENCY, Outcome.NEW): lambda n: ngettext("instansi baru", "instansi baru", n),
    (RowKind.UNIT, Outcome.NEW): lambda n: ngettext("unit baru", "unit baru", n),
}
