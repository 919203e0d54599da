"""Units for a session by the portfolio's filter, with the score of an aspect beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import Agency, Region, ServiceUnit, SupervisionArea
from tracker.directory.states import AgencyKind, RegionKind
from tracker.evaluations.models import AspectScore, Evaluation
from tracker.instruments.models import Aspect, Band, Cycle, Instrument
from tracker.kit import formats
from tracker.kit.forms import Form, SelectField
from tracker.mentoring.models import MentoringSession
from tracker.progress.lines import units_in

NAMES = ("siklus", "unit", "wilayah", "provinsi", "jenis", "aspek", "skor", "predikat", "cari")
LONGEST_SEARCH = 100


class Which(StrEnum):
    """The portfolio's switch, in its words."""

    PRIORITY = "prioritas"
    OTHERS = "lainnya"
    ALL = "semua"


WHICH = {Which.PRIORITY: _("Prioritas pembinaan"), Which.OTHERS: _("Unit lain"), Which.ALL: _("Semua unit")}


class FilterForm(Form[None]):
    """Which units are offered."""

    siklus = SelectField(_("Siklus"))
    unit = SelectField(_("Unit"))
    cari = StringField(_("Cari unit atau instansi"), render_kw={"maxlength": str(LONGEST_SEARCH), "type": "search"})
    wilayah = SelectField(_("Wilayah pembinaan"))
    provinsi = SelectField(_("Provinsi"))
    jenis = SelectField(_("Jenis instansi"))
    aspek = SelectField(_("Aspek"))
    skor = StringField(_("Skor di bawah"), render_kw={"inputmode": "decimal", "maxlength": "6"})
    predikat = SelectField(_("Predikat"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit on offer, with what the filter is about."""

    unit: ServiceUnit
    index: Decimal | None
    band: str
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as it was asked for. `problem` says what of it makes no sense."""

    form: FilterForm
    given: dict[str, str]
    cycle: Cycle | None
    aspect: Aspect | None = None
    below: Decimal | None = None
    problem: str = ""
    criteria: Sequence[Any] = field(default=())


def read(desk: Desk, sent: Mapping[str, str], session: MentoringSession) -> Filter:
    """Understand an address or a form; without a word on the cycle, the session's own counts."""
    given = {name: sent[name].strip()[:LONGEST_SEARCH] for name in NAMES if (sent.get(name) or "").strip()}
    cycles = desk.all(known_cycles())
    own = next((each for each in cycles if each.id == session.cycle_id), None)
    cycle = next((each for each in cycles if each.code == given.get("siklus")), own or next(iter(cycles), None))
    aspects = list(cycle.instrument.aspects) if cycle else []
    aspect = next((each for each in aspects if each.code == given.get("aspek")), None)
    below, problem = score_of(given.get("skor", ""))
    which = given.get("unit") if given.get("unit") in set(Which) else Which.PRIORITY.value
    shown = {**given, "unit": which, "siklus": cycle.code if cycle else ""}
    form = fill(desk, FilterForm(MultiDict(shown)), cycles, cycle)
    if problem:
        form.skor.errors = [problem]
    by = Filter(form, given, cycle, aspect, below, problem)
    return Filter(form, given, cycle, aspect, below, problem, criteria_of(by, str(which)) if cycle else ())


def score_of(text: str) -> tuple[Decimal | None, str]:
    """1,00 or 1.00."""
    if not text:
        return None, ""
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 100:
        return None, gettext("Tulis skor seperti 1,00.")
    return value, ""


def known_cycles() -> sa.Select[Any]:
    return (
        sa.select(Cycle)
        .where(sa.exists().where(Evaluation.cycle_id == Cycle.id))
        .options(joinedload(Cycle.instrument).options(selectinload(Instrument.aspects), selectinload(Instrument.bands)))
        .order_by(Cycle.year.desc(), Cycle.id.desc())
    )


def fill(desk: Desk, form: FilterForm, cycles: Sequence[Cycle], cycle: Cycle | None) -> FilterForm:
    anything = ("", gettext("Semua"))
    areas = desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code))
    provinces = desk.all(sa.select(Region).where(Region.kind == RegionKind.PROVINCE).order_by(Region.name))
    form.siklus.choices = [(each.code, each.name or each.code) for each in cycles]
    form.unit.choices = [(which.value, str(label)) for which, label in WHICH.items()]
    form.wilayah.choices = [anything, *((str(area.id), area.name) for area in areas)]
    form.provinsi.choices = [anything, *((region.code, region.name) for region in provinces)]
    form.jenis.choices = [anything, *((kind.value, formats.label(kind)) for kind in AgencyKind)]
    aspects, bands = (cycle.instrument.aspects, cycle.instrument.bands) if cycle else ([], [])
    form.aspek.choices = [
        ("", gettext("Seluruh aspek (indeks)")),
        *((aspect.code, formats.in_language(aspect)) for aspect in aspects),
    ]
    form.predikat.choices = [
        anything,
        *((band.letter, f"{band.letter} ({formats.in_language(band)})") for band in bands),
    ]
    return form


def criteria_of(by: Filter, which: str) -> list[Any]:
    given = by.given
    criteria: list[Any] = [ServiceUnit.is_active]
    assert by.cycle is not None
    if which == Which.PRIORITY:
        criteria.append(Evaluation.is_priority)
    elif which == Which.OTHERS:
        criteria.append(sa.or_(Evaluation.id.is_(None), ~Evaluation.is_priority))
    if (area := given.get("wilayah", "")).isascii() and area.isdigit() and len(area) < 10:
        criteria.append(ServiceUnit.area_id == int(area))
    if province := given.get("provinsi"):
        criteria.append(sa.or_(Region.code == province, Region.code.startswith(f"{province}.", autoescape=True)))
    if given.get("jenis") in set(AgencyKind):
        criteria.append(Agency.kind == AgencyKind(given["jenis"]))
    if band := given.get("predikat"):
        criteria.append(Band.letter == band)
    if by.below is not None:
        criteria.append(scores_below(by.cycle, by.aspect, by.below))
    criteria += [
        sa.or_(ServiceUnit.name.icontains(word, autoescape=True), Agency.name.icontains(word, autoescape=True))
        for word in given.get("cari", "").split()
    ]
    return criteria


def scores_below(cycle: Cycle, aspect: Aspect | None, below: Decimal) -> sa.ColumnElement[bool]:
    """Of an aspect, else of the index: the official one where there is one."""
    if aspect is None:
        return sa.func.coalesce(Evaluation.official_index, Evaluation.computed_index) < below
    scored = (
        sa.select(AspectScore.unit_id)
        .join(Evaluation, Evaluation.id == AspectScore.evaluation_id)
        .where(Evaluation.cycle_id == cycle.id, AspectScore.aspect_id == aspect.id, AspectScore.score < below)
    )
    return ServiceUnit.id.in_(scored.scalar_subquery())


def matching(desk: Desk, by: Filter) -> sa.Select[Any] | None:
    """The ids of the units on offer, by place; None where there is nothing to offer from."""
    if by.cycle is None or by.problem:
        return None
    return (
        units_in(by.cycle)
        .where(desk.units_for(Act.CHOOSE_UNITS), *by.criteria)
        .order_by(Agency.name, ServiceUnit.name, ServiceUnit.id)
    )


def candidates(desk: Desk, by: Filter, ids: Sequence[int]) -> list[Candidate]:
    """Units in the order of their ids as given, with their figures of the cycle."""
    query = sa.select(ServiceUnit).where(ServiceUnit.id.in_(ids))
    unit = (joinedload(ServiceUnit.agency), joinedload(ServiceUnit.region).joinedload(Region.parent))
    units = {each.id: each for each in desk.all(query.options(*unit, joinedload(ServiceUnit.area)))}
    index = sa.func.coalesce(Evaluation.official_index, Evaluation.computed_index)
    cycle_id = by.cycle.id if by.cycle else 0
    figures = (
        sa.select(Evaluation.unit_id, index, Band.letter, AspectScore.score)
        .outerjoin(Band, Band.id == Evaluation.band_id)
        .outerjoin(
            AspectScore,
            sa.and_(
                AspectScore.evaluation_id == Evaluation.id, AspectScore.aspect_id == (by.aspect.id if by.aspect else 0)
            ),
        )
        .where(Evaluation.cycle_id == cycle_id, Evaluation.unit_id.in_(ids))
    )
    known = {unit_id: (value, band, score) for unit_id, value, band, score in desk.session.execute(figures)}
    found = []
    for id in ids:
        if id in units:
            value, band, score = known.get(id, (None, None, None))
            found.append(Candidate(units[id], value, band or "", score))
    return found
