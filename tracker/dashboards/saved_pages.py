"""The pages whose filter can be kept under a name, and what each of their arguments may be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints import listing as complaint_listing
from tracker.complaints.held_views import CARRIED, HoldersForm
from tracker.dashboards import aspect_figures, behind, figures, map_views, narrowing, trend
from tracker.dashboards.queries import cycles_with_results
from tracker.directory.models import SupervisionArea
from tracker.followups import listing, verifier_queries, verifier_views
from tracker.followups import narrowing as of_recommendations
from tracker.instruments.models import Cycle
from tracker.kit.words import N_
from tracker.mentoring.list_forms import SessionFilter
from tracker.progress import comparing, sealing


@dataclass(frozen=True, slots=True)
class Asked:
    """One argument of an address: what it is called, and its values in words; None where it may be anything."""

    label: str
    choices: Mapping[str, str] | None = None
    is_flag: bool = False


Arguments = Mapping[str, str]
Fields = Callable[[Desk, Arguments], Mapping[str, Asked]]
Check = Callable[[Desk, Arguments], list[str]]


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page of the site: its name, the arguments that it narrows and sorts by, and how they are understood.

    `fields` tells of those that are chosen; `check` says which of the others are no longer known, in words. `path`
    are numbers in the address itself.
    """

    label: str
    names: tuple[str, ...]
    fields: Fields = field(default=lambda _desk, _arguments: {})
    check: Check = field(default=lambda _desk, _arguments: [])
    path: tuple[str, ...] = ()


def of_form(form: Any) -> dict[str, Asked]:
    """The fields of a filter, with what can be chosen."""
    found = {}
    for each in form:
        choices = getattr(each, "choices", None)
        known = None if choices is None else {str(one.value): str(one.label) for one in choices}
        found[each.name] = Asked(str(each.label.text), known, isinstance(each, BooleanField))
    return found


def of_units(desk: Desk, arguments: Arguments) -> Mapping[str, Asked]:
    """What portfolio, overview and their lists are narrowed by."""
    narrowed = narrowing.read(desk, arguments)
    if narrowed is None:
        return {"siklus": Asked(_("Siklus"), {})}
    return of_form(narrowed.form)


def of_map(desk: Desk, arguments: Arguments) -> Mapping[str, Asked]:
    figures_shown = {code: str(_(words)) for code, words in map_views.choices().items()}
    return {**of_units(desk, arguments), "angka": Asked(_("Angka"), figures_shown)}


def of_lists_behind(desk: Desk, arguments: Arguments) -> Mapping[str, Asked]:
    known = {name: str(kind.title) for name, kind in behind.kinds().items()}
    return {**of_units(desk, arguments), "apa": Asked(_("Daftar"), known)}


def of_recommendation_list(desk: Desk, arguments: Arguments) -> Mapping[str, Asked]:
    return of_form(of_recommendations.read(desk, "recommendations.index", arguments).form)


def of_follow_up_list(desk: Desk, arguments: Arguments) -> Mapping[str, Asked]:
    fields = of_form(listing.filled(desk, MultiDict(arguments)))
    return {**fields, "saya": Asked(_("Penanggung jawab: saya"), is_flag=True)}


def of_complaint_list(desk: Desk, arguments: Arguments) -> Mapping[str, Asked]:
    fields = of_form(complaint_listing.filled(desk, MultiDict(arguments)))
    named = {"topik": Asked(_("Kategori")), "layanan": Asked(_("Jenis layanan")), "indikator": Asked(_("Indikator"))}
    return {**fields, **named, "saya": Asked(_("Ditugaskan kepada saya"), is_flag=True)}


def of_complaint_holders(desk: Desk, arguments: Arguments) -> Mapping[str, Asked]:
    form = complaint_listing.offering(desk, HoldersForm(formdata=MultiDict(arguments)))
    return {**of_complaint_list(desk, arguments), **of_form(form)}


def of_sessions(desk: Desk, arguments: Arguments) -> Mapping[str, Asked]:
    return of_form(SessionFilter(formdata=MultiDict(arguments)).offer(desk))


def of_queue(desk: Desk, _arguments: Arguments) -> Mapping[str, Asked]:
    aspects = desk.session.execute(verifier_queries.aspects_in_use()).all()
    return {
        "wilayah": areas(desk),
        "aspek": Asked(_("Aspek"), {row.code: row[1] for row in aspects}),
        "lewat": Asked(_("Lewat tenggat"), is_flag=True),
    }


def of_results(desk: Desk, _arguments: Arguments) -> Mapping[str, Asked]:
    cycles = {each.code: each.name or each.code for each in desk.all(cycles_with_results())}
    return {
        "siklus": Asked(_("Siklus"), cycles),
        "prioritas": Asked(_("Prioritas pembinaan"), is_flag=True),
        "cari": Asked(_("Cari")),
    }


def of_tomorrow(desk: Desk, _arguments: Arguments) -> Mapping[str, Asked]:
    return {"wilayah": areas(desk), "cari": Asked(_("Cari"))}


def areas(desk: Desk) -> Asked:
    known = desk.session.execute(sa.select(SupervisionArea.id, SupervisionArea.name).order_by(SupervisionArea.code))
    return Asked(_("Wilayah pembinaan"), {str(id): name for id, name in known})


def check_subject(desk: Desk, arguments: Arguments) -> list[str]:
    """Of a trend: is what it is the trend of still there, and in reach?"""
    word = arguments.get("untuk", "")
    return [_("Tren dari: %(word)s", word=word)] if word and trend.subject_called(desk, word) is None else []


def check_figure(desk: Desk, arguments: Arguments) -> list[str]:
    """Of a list behind a number: is there still such a number?"""
    code, narrowed = arguments.get("apa", ""), narrowing.read(desk, arguments)
    if narrowed is None:
        return []
    found = figures.figure_called(code, narrowed.by) or aspect_figures.called(code, narrowed.by)
    return [] if found else [_("Angka: %(word)s", word=code)]


def check_points(desk: Desk, arguments: Arguments) -> list[str]:
    """Of a comparison: are its two days still kept?"""
    cycle = desk.session.scalar(sa.select(Cycle).filter_by(id=int(arguments["id"])))
    if cycle is None:
        return [_("Siklus: %(word)s", word=arguments["id"])]
    known = {point.word for point in comparing.offered(desk, sealing.seals_of(desk, cycle))}
    return [
        _("Potret: %(word)s", word=arguments[name]) for name in ("dari", "ke") if arguments.get(name, "") not in known
    ]


UNITS = narrowing.NAMES
PAGES: Mapping[str, SavedPage] = {
    "dashboards.portfolio": SavedPage(N_("Portofolio"), (*UNITS, "tampil"), of_units),
    "dashboards.overview": SavedPage(N_("Ikhtisar"), UNITS, of_units),
    "dashboards.map": SavedPage(N_("Peta"), (*UNITS, "angka"), of_map),
    "dashboards.trend": SavedPage(N_("Tren"), ("siklus", "unit", "untuk"), of_units, check_subject),
    "dashboards.aspects": SavedPage(N_("Aspek"), UNITS, of_units),
    "dashboards.calls": SavedPage(N_("Siapa yang perlu dihubungi"), UNITS, of_units),
    "dashboards.figure_list": SavedPage(N_("Daftar di balik angka ikhtisar"), ("apa", *UNITS), of_units, check_figure),
    "dashboards.behind": SavedPage(N_("Daftar di balik angka portofolio"), ("apa", *UNITS), of_lists_behind),
    "followups.index": SavedPage(
        N_("Tindak lanjut"),
        ("keadaan", "lewat", "tenggat", "pemegang", "aspek", "siklus", "unit", "saya"),
        of_follow_up_list,
    ),
    "complaints.index": SavedPage(  # not what is searched for: it may be a name
        N_("Pengaduan"),
        (
            *("keadaan", "lewat", "pemegang", "klasifikasi", "sumber", "aspek", "dari", "sampai", "urut"),
            *("unit", "instansi", "wilayah", "topik", "layanan", "indikator", "saya", "petugas"),
        ),
        of_complaint_list,
    ),
    "complaints.holders": SavedPage(N_("Pengaduan menurut pemegang"), ("menurut", *CARRIED), of_complaint_holders),
    "followups.queue": SavedPage(N_("Verifikasi"), verifier_views.FILTERS, of_queue),
    "recommendations.index": SavedPage(N_("Rekomendasi"), of_recommendations.NAMES, of_recommendation_list),
    "mentoring.index": SavedPage(N_("Sesi Ngulik"), ("kapan", "wilayah", "keadaan", "siklus"), of_sessions),
    "evaluations.index": SavedPage(N_("Hasil evaluasi"), ("siklus", "prioritas", "cari"), of_results),
    "progress.compare": SavedPage(
        N_("Perbandingan dua potret"), ("dari", "ke", "unit"), check=check_points, path=("id",)
    ),
    "ledger.index": SavedPage(N_("Pengingat"), ("keadaan", "jenis", "hari", "unit", "orang")),
    "reminders.tomorrow": SavedPage(N_("Pengingat besok"), ("menurut", "jenis", "cari", "wilayah"), of_tomorrow),
    "history.index": SavedPage(N_("Jejak audit"), ("kata", "tindakan", "jenis", "nomor", "unit", "sejak", "sampai")),
    "administration.users": SavedPage(N_("Pengguna"), ("cari", "peran", "instansi", "keadaan")),
    "administration.officers": SavedPage(N_("Petugas"), ("cari",)),
}
"""By the endpoint, so that a saved view can lead nowhere else."""


def act_of(page: str) -> Act | None:
    """The act of a page; None for one that is no longer there."""
    view: Any = current_app.view_functions.get(page) if page in PAGES else None
    return None if view is None else view.act


def number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


class Understanding:
    """How addresses are understood at a desk. What can be chosen is read once a page and cycle, not for each view."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._known: dict[tuple[Fields, str], Mapping[str, Asked]] = {}

    def fields(self, page: SavedPage, arguments: Arguments) -> Mapping[str, Asked]:
        key = page.fields, arguments.get("siklus", "")
        if key not in self._known:
            self._known[key] = page.fields(self.desk, arguments)
        return self._known[key]

    def in_words(self, page: SavedPage, arguments: Arguments) -> list[str]:
        """What the view narrows and sorts by; what is not understood is left out."""
        fields, found = self.fields(page, arguments), []
        for name in page.names:
            asked, value = fields.get(name), arguments.get(name, "")
            if not value or asked is None:
                continue
            if asked.is_flag:
                found.append(asked.label)
            elif asked.choices is None:
                found.append(f"{asked.label}: “{value}”" if asked.label else f"“{value}”")
            elif value in asked.choices:
                found.append(f"{asked.label}: {asked.choices[value]}")
        return found

    def unknown(self, page: SavedPage, arguments: Arguments) -> list[str]:
        """What the page would not understand, and so show more than was asked for, in words."""
        fields = self.fields(page, arguments)
        gone = [
            f"{asked.label}: {value}"
            for name in page.names
            if (value := arguments.get(name, "")) and (asked := fields.get(name)) is not None
            if asked.choices is not None and value not in asked.choices
        ]
        return gone + page.check(self.desk, arguments)
