"""The filter of recommendations: what stands in the address, as a form, as chips, and as what a query asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField

from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit, SupervisionArea
from tracker.followups.recommendation_queries import Narrowing, aspects_known
from tracker.instruments.models import Cycle
from tracker.instruments.queries import cycles, newest_own
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField
from tracker.recommendations.states import Assessment, Origin, Priority

ALL_CYCLES = "semua"
LONGEST_SEARCH = 100


class NarrowForm(Form[Narrowing]):
    """Sent by GET, so that the address holds it. `s` says that the form was sent, so an empty box means no."""

    cari = StringField(_("Cari kata"), render_kw={"maxlength": str(LONGEST_SEARCH), "type": "search"})
    siklus = SelectField(_("Siklus"))
    bawaan = BooleanField(_("Sertakan yang terbawa dari siklus sebelumnya"))
    wilayah = SelectField(_("Wilayah pembinaan"))
    aspek = SelectField(_("Aspek"))
    penilaian = SelectField(_("Penilaian"))
    prioritas = SelectField(_("Prioritas"))
    jenis = SelectField(_("Jenis"))
    belum = BooleanField(_("Hanya yang belum ditugaskan"))
    unit = HiddenField()
    indikator = HiddenField()


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A filter as it was asked for, and what a page shows of it."""

    by: Narrowing
    form: NarrowForm
    given: dict[str, Any]
    """What stands in the address, without the page."""
    chips: list[dict[str, str]] = field(default_factory=list)


def read(desk: Desk, endpoint: str, sent: Mapping[str, str], usual: Mapping[str, str] | None = None) -> Narrowed:
    """Understand an address; what it does not know narrows nothing. `usual` holds until the form is sent."""
    given = {name: sent[name].strip()[:LONGEST_SEARCH] for name in NAMES if sent.get(name, "").strip()}
    if "s" not in sent:
        given = {**(usual or {}), **given}
    known = desk.all(cycles())
    cycle = None
    if given.get("siklus") != ALL_CYCLES:
        cycle = next((each for each in known if each.code == given.get("siklus")), None)
        cycle = cycle or newest_own(known)
        given["siklus"] = cycle.code if cycle else ALL_CYCLES
    by = Narrowing(
        cycle=cycle,
        carried="bawaan" in given and cycle is not None,
        area_id=number(given.get("wilayah")),
        unit_id=number(given.get("unit")),
        aspect=given.get("aspek", ""),
        indicator=number(given.get("indikator")),
        assessment=member(Assessment, given.get("penilaian")),
        priority=member(Priority, given.get("prioritas")),
        origin=member(Origin, given.get("jenis")),
        unassigned="belum" in given,
        words=given.get("cari", ""),
    )
    form = fill(desk, NarrowForm(MultiDict(given)), known)
    return Narrowed(by, form, given, chips(desk, endpoint, form, given, by))


def fill(desk: Desk, form: NarrowForm, known: Sequence[Cycle]) -> NarrowForm:
    anything = ("", gettext("Semua"))
    form.siklus.choices = [
        *((each.code, each.name or each.code) for each in known),
        (ALL_CYCLES, gettext("Semua siklus")),
    ]
    areas = desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code))
    form.wilayah.choices = [anything, *((str(area.id), area.name) for area in areas)]
    form.aspek.choices = [anything, *((code, name) for code, name in desk.session.execute(aspects_known()))]
    form.penilaian.choices = [anything, *((each.value, formats.label(each)) for each in Assessment)]
    form.jenis.choices = [anything, *((each.value, formats.label(each)) for each in Origin)]
    form.prioritas.choices = [anything, *((each.value, formats.label(each)) for each in Priority)]
    return form


def chips(desk: Desk, endpoint: str, form: NarrowForm, given: dict[str, str], by: Narrowing) -> list[dict[str, str]]:
    shown = {name: label for name in CHOICES if (label := word_of(form[name])) and given.get(name)}
    shown.pop("siklus", None)
    if by.words:
        shown["cari"] = f"“{by.words}”"
    if by.unit_id is not None:
        unit = desk.session.scalar(sa.select(ServiceUnit).filter_by(id=by.unit_id))
        shown["unit"] = unit.full_name if unit else str(by.unit_id)
    if by.indicator is not None:
        shown["indikator"] = str(gettext("indikator %(number)s", number=by.indicator))
    for name in ("bawaan", "belum"):
        if name in given:
            shown[name] = str(form[name].label.text)
    addresses: dict[str, dict[str, Any]] = {
        name: {key: value for key, value in given.items() if key != name} for name in shown
    }
    return [
        {"label": label, "remove_url": url_for(endpoint, s="1", **addresses[name])} for name, label in shown.items()
    ]


def word_of(choice: Any) -> str:
    return next((str(each.label) for each in choice.iter_choices() if each.selected and each.value), "")


def number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def member(kind: Any, text: str | None) -> Any:
    return kind(text) if text in set(kind) else None


CHOICES = ("siklus", "wilayah", "aspek", "penilaian", "prioritas", "jenis")
NAMES = (*CHOICES, "cari", "bawaan", "belum", "unit", "indikator")
