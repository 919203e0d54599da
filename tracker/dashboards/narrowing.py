"""The filter of the portfolio: what stands in the address, as a form, as chips, and as what a query asks.

One filter serves the matrix, the counts above it, the lists behind them and the exports, so all of them agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, StringField

from tracker.access.desk import Desk
from tracker.dashboards.queries import Narrowing, Which, cycles_with_results
from tracker.directory.models import Region, SupervisionArea
from tracker.directory.states import AgencyKind, RegionKind
from tracker.followups.states import Holder
from tracker.instruments.models import Aspect, Cycle
from tracker.instruments.queries import usual_cycle
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField
from tracker.progress.rules import Standing

LONGEST_SEARCH = 100
ORDERS = {
    "panggilan": _("Yang paling perlu dihubungi"),
    "terverifikasi": _("Terverifikasi, paling rendah lebih dahulu"),
    "diklaim": _("Diklaim, paling rendah lebih dahulu"),
    "indeks": _("Indeks, paling rendah lebih dahulu"),
    "nama": _("Nama unit"),
    "instansi": _("Instansi"),
}
STANDINGS = {
    Standing.ON_TRACK: ("sesuai", _("Sesuai rencana")),
    Standing.AT_RISK: ("berisiko", _("Berisiko")),
    Standing.OFF_TRACK: ("tertinggal", _("Tertinggal")),
    Standing.NOT_YET: ("tanpa-data", _("Belum dapat dihitung")),
}
"""What follows from verified against expected: its word in the address, and for people."""
BY_WORD = {word: standing for standing, (word, _label) in STANDINGS.items()}
WHICH = {
    Which.PRIORITY: _("Prioritas pembinaan"),
    Which.OTHERS: _("Unit lain"),
    Which.ALL: _("Semua unit"),
}
ORIGINAL = "semula"
GROUPS = {"": _("Tanpa kelompok"), "provinsi": _("Provinsi"), "jenis": _("Jenis instansi")}
"""What the rows of the matrix may be gathered by."""
NAMES = (
    "siklus", "unit", "wilayah", "provinsi", "jenis", "aspek", "keadaan", "bola", "lewat", "tenggat", "cari", "urut",
    "kelompok",
)  # fmt: skip


class NarrowForm(Form[Narrowing]):
    """Sent by GET, so that the address holds it and can be sent to a colleague."""

    siklus = SelectField(_("Siklus"))
    unit = SelectField(_("Unit"))
    cari = StringField(_("Cari unit atau instansi"), render_kw={"maxlength": str(LONGEST_SEARCH), "type": "search"})
    wilayah = SelectField(_("Wilayah pembinaan"))
    provinsi = SelectField(_("Provinsi"))
    jenis = SelectField(_("Jenis instansi"))
    aspek = SelectField(_("Aspek"))
    keadaan = SelectField(_("Status terhadap rencana"))
    bola = SelectField(_("Di tangan"))
    urut = SelectField(_("Urutan"))
    kelompok = SelectField(_("Kelompok"))
    tenggat = SelectField(_("Lewat tenggat dihitung menurut"))
    lewat = BooleanField(_("Hanya yang mempunyai tindak lanjut lewat tenggat"))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A filter as it was asked for, and what a page shows of it."""

    by: Narrowing
    order: str
    group: str
    """By what the rows are gathered: a word of GROUPS."""
    form: NarrowForm
    given: dict[str, str]
    """What stands in the address and narrows or sorts, without the place in the list."""
    aspects: Sequence[Aspect]

    @property
    def chips(self) -> list[dict[str, str]]:
        """What narrows the list, each to be taken away by itself. Only a page asks: it has addresses."""
        return [
            {"name": name, "label": label, "remove_url": self.address(None, **{name: None})}
            for name, label in narrowing_words(self).items()
        ]

    def address(self, endpoint: str | None = None, **changed: str | int | None) -> str:
        """The same filter, also for another page, or with parts of it changed; None takes one away."""
        kept: dict[str, Any] = {**self.given, **changed}
        return url_for(
            endpoint or "dashboards.portfolio",
            **{name: value for name, value in kept.items() if value not in (None, "")},
        )

    def report_address(self, suffix: str, about: str = "") -> str:
        """Where a long table under this filter is asked for: the matrix, or the list behind a number.

        Reports have kinds of their own, so that of agencies goes by another word.
        """
        words = {"jenis": "portofolio", "tentang": about, "jenis_instansi": self.given.get("jenis"), "bentuk": suffix}
        return self.address("reports.file", **words)

    @property
    def in_words(self) -> str:
        """What the last row of an export says of the filter."""
        cycle = self.by.cycle.name or self.by.cycle.code
        return "; ".join([cycle, str(WHICH[self.by.which]), *narrowing_words(self).values()])


def read(desk: Desk, sent: Mapping[str, str]) -> Narrowed | None:
    """Understand an address; what it does not know narrows nothing. None while there is no cycle with results."""
    given = {name: sent[name].strip()[:LONGEST_SEARCH] for name in NAMES if sent.get(name, "").strip()}
    known = desk.all(cycles_with_results())
    cycle = next((each for each in known if each.code == given.get("siklus")), None) or usual_cycle(known)
    if cycle is None:
        return None
    aspects = list(cycle.instrument.aspects)
    by = Narrowing(
        cycle=cycle,
        which=member(Which, given.get("unit")) or Which.PRIORITY,
        area_id=number(given.get("wilayah")),
        province=given.get("provinsi", ""),
        kind=member(AgencyKind, given.get("jenis")),
        aspect=next((each for each in aspects if each.code == given.get("aspek")), None),
        standing=BY_WORD.get(given.get("keadaan", "")),
        holder=member(Holder, given.get("bola")),
        overdue="lewat" in given,
        words=given.get("cari", ""),
        original=given.get("tenggat") == ORIGINAL,
    )
    order = given.get("urut", "") if given.get("urut") in ORDERS else "panggilan"
    form = fill(desk, NarrowForm(MultiDict({"unit": by.which.value, **given, "siklus": cycle.code})), known, aspects)
    group = given.get("kelompok", "") if given.get("kelompok") in GROUPS else ""
    return Narrowed(by, order, group, form, given, aspects)


def fill(desk: Desk, form: NarrowForm, known: Sequence[Cycle], aspects: Sequence[Aspect]) -> NarrowForm:
    anything = ("", gettext("Semua"))
    areas = desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code))
    provinces = desk.all(sa.select(Region).where(Region.kind == RegionKind.PROVINCE).order_by(Region.name))
    form.siklus.choices = [(each.code, each.name or each.code) for each in known]
    form.unit.choices = [(which.value, str(label)) for which, label in WHICH.items()]
    form.wilayah.choices = [anything, *((str(area.id), area.name) for area in areas)]
    form.provinsi.choices = [anything, *((region.code, region.name) for region in provinces)]
    form.jenis.choices = [anything, *((kind.value, formats.label(kind)) for kind in AgencyKind)]
    form.aspek.choices = [anything, *((aspect.code, formats.in_language(aspect)) for aspect in aspects)]
    form.keadaan.choices = [anything, *((word, str(label)) for word, label in STANDINGS.values())]
    form.bola.choices = [anything, *((holder.value, formats.label(holder)) for holder in Holder)]
    form.kelompok.choices = [(group, str(label)) for group, label in GROUPS.items()]
    form.tenggat.choices = [("", gettext("Tenggat sekarang")), (ORIGINAL, gettext("Tenggat semula"))]
    form.urut.choices = [(order, str(label)) for order, label in ORDERS.items()]
    return form


def narrowing_words(narrowed: Narrowed) -> dict[str, str]:
    """What narrows the list, in words."""
    form, given = narrowed.form, narrowed.given
    shown = {name: f"{form[name].label.text}: {word}" for name in CHOICES if (word := word_of(form[name], given))}
    if narrowed.by.words:
        shown["cari"] = f"“{narrowed.by.words}”"
    if narrowed.by.overdue:
        shown["lewat"] = gettext("Lewat tenggat")
    return shown


def word_of(choice: Any, given: Mapping[str, str]) -> str:
    value = given.get(choice.name, "")
    return next((str(each.label) for each in choice.choices if each.value == value and each.value), "")


def number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def member(kind: Any, text: str | None) -> Any:
    return kind(text) if text in set(kind) else None


CHOICES = ("wilayah", "provinsi", "jenis", "aspek", "keadaan", "bola", "tenggat")
