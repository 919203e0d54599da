"""Reports in the site: asked for on one page, made at once where they are small, else fetched when they are ready."""

import io
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk, Forbidden, NotFound
from tracker.access.pages import Pages
from tracker.access.store import store
from tracker.dashboards import narrowing
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.progress import parts
from tracker.reports import queries
from tracker.reports.forms import WantForm, form_for
from tracker.reports.making import Wanted, in_indonesian, parsed_day, report_of
from tracker.reports.models import ReportRun
from tracker.reports.operations import KEPT_FOR, ask_for, is_large
from tracker.reports.sheets import MEDIA, Report
from tracker.reports.states import ENDINGS, FROM_THEIR_PAGES, Kind, RunStatus

pages = Pages("reports", __name__)

WORDS = {
    Kind.AREA: "wilayah",
    Kind.AGENCY: "instansi",
    Kind.UNIT: "unit",
    Kind.READINESS: "kesiapan",
    Kind.FOLLOW_UPS: "tindak-lanjut",
    Kind.PORTFOLIO: "portofolio",
    Kind.COMPARISON: "perbandingan",
}
"""Of the kinds, in addresses."""
BY_WORD = {word: kind for kind, word in WORDS.items()}
FILTERS: Mapping[Kind, tuple[str, ...]] = {
    Kind.FOLLOW_UPS: ("keadaan", "pemegang", "aspek", "siklus", "lewat", "tenggat", "unit", "saya"),
    Kind.PORTFOLIO: (*narrowing.NAMES, "jenis_instansi"),
    Kind.COMPARISON: ("dari", "ke", *parts.HELD),
}
"""Of the lists that are narrowed as their page is, what of its address narrows them."""
RENAMED = {"jenis_instansi": "jenis"}
"""`jenis` is the kind of report here."""
ABOUT = {
    Kind.AREA: N_("Kemajuan satu wilayah dengan grafiknya: status unit, aspek terlemah, unit yang perlu didatangi."),
    Kind.AGENCY: N_("Naskah surat beserta lampiran: hasil, kemajuan, dan yang masih ditunggu dari unit satu instansi."),
    Kind.UNIT: N_("Hasil evaluasi, rekomendasi, dan tindak lanjut satu unit."),
    Kind.READINESS: N_("Seberapa siap setiap unit menjelang evaluasi berikutnya, dan apa yang masih kurang."),
    Kind.FOLLOW_UPS: N_("Setiap tindak lanjut satu wilayah, juga yang sudah selesai, satu per baris."),
}
"""What is in a report, for whoever chooses one."""
FILES = {".pdf": "PDF", ".docx": "Word", ".xlsx": "Excel", ".csv": "CSV"}
LONGEST = narrowing.LONGEST_SEARCH
TONES = {
    RunStatus.REQUESTED: "neutral",
    RunStatus.RUNNING: "info",
    RunStatus.DONE: "good",
    RunStatus.FAILED: "bad",
    RunStatus.GONE: "neutral",
}


def kinds_for(desk: Desk) -> list[Kind]:
    """Reports over many units are for those who see a portfolio; an officer has the report of the unit."""
    many = [kind for kind in Kind if kind not in FROM_THEIR_PAGES]
    return many if desk.holds(Act.VIEW_PORTFOLIO) else [Kind.UNIT]


def in_files(kind: Kind) -> str:
    """The files it comes as: "PDF, Word, Excel, CSV"."""
    return ", ".join(FILES[ending] for ending in ENDINGS[kind])


@pages.show("/laporan", act=Act.VIEW_REPORTS)
def index(desk: Desk) -> ResponseReturnValue:
    """What can be made, and what was asked for before."""
    runs = desk.all(queries.mine())
    return render_template(
        "reports/index.html",
        kinds=[(kind, WORDS[kind], ABOUT[kind], in_files(kind)) for kind in kinds_for(desk)],
        runs=runs,
        tones=TONES,
        days=KEPT_FOR.days,
        waits=any(run.status in (RunStatus.REQUESTED, RunStatus.RUNNING) for run in runs),
    )


@pages.show("/laporan/baru", act=Act.VIEW_REPORTS)
def new(desk: Desk) -> ResponseReturnValue:
    kind = kind_asked(desk)
    given = {name: request.args.get(name) for name in ("tentang", "siklus", "bentuk") if request.args.get(name)}
    day = parsed_day(request.args.get("hari", ""))
    about = request.args.get("tentang", "")
    form = form_for(desk, kind, formdata=None, data=given | {"pilih": about, "hari": day})
    return asking(form)


@pages.do("/laporan/baru", act=Act.VIEW_REPORTS)
def ask(desk: Desk) -> ResponseReturnValue:
    """Small ones are made when their address is opened; a large one is put into the queue."""
    form = form_for(desk, kind_asked(desk))
    answered: dict[str, str] = {}

    def operation(wanted: Wanted) -> None:
        report = made(desk, wanted, "pilih" if "pilih" in form else "tentang")
        if is_large(report, form.ending):
            ask_for(desk, wanted, form.ending, report)
        else:
            answered["url"] = address_of(wanted, form.ending)

    if not form.carried_out(operation):
        return asking(form), form.status
    if "url" in answered:
        return redirect(answered["url"], 303)
    flash(_("Laporan ini besar, jadi dibuat di latar belakang. Muncul di daftar ini begitu siap."), "success")
    return redirect(url_for("reports.index"), 303)


def asking(form: WantForm) -> str:
    return render_template("reports/new.html", form=form, kind=form.kind, word=WORDS[form.kind])


@pages.show("/laporan/berkas", act=Act.VIEW_REPORTS)
def file(desk: Desk) -> ResponseReturnValue:
    """A report made at once. One that turned out large is asked for instead."""
    kind, ending = kind_made(desk), f".{request.args.get('bentuk', 'pdf').removeprefix('.')}"
    if ending not in ENDINGS[kind]:
        raise NotFound(ending)
    wanted = wanted_from(kind, request.args)
    try:
        report = made(desk, wanted)
        if is_large(report, ending):
            return render_template("reports/large.html", report=report, action=large_address(ending))
        stream = io.BytesIO()
        with in_indonesian():
            report.write(ending, stream)
    except Refusal as refusal:
        flash(_(refusal.message, **refusal.values), "error")
        return redirect(url_for("reports.new", jenis=WORDS[kind], tentang=wanted.about), 303)
    stream.seek(0)
    return send_file(stream, mimetype=MEDIA[ending], as_attachment=True, download_name=f"{report.name}{ending}")


@pages.do("/laporan/antrean", act=Act.VIEW_REPORTS)
def queue(desk: Desk) -> ResponseReturnValue:
    """A list of the site that is too long to be made at once, under the filter of its address."""
    kind, ending = kind_made(desk), f".{request.args.get('bentuk', 'xlsx').removeprefix('.')}"
    if ending not in ENDINGS[kind]:
        raise NotFound(ending)
    wanted = wanted_from(kind, request.args)
    try:
        ask_for(desk, wanted, ending, made(desk, wanted))
    except Refusal as refusal:
        flash(_(refusal.message, **refusal.values), "error")
        return redirect(url_for("reports.index"), 303)
    flash(_("Laporan ini besar, jadi dibuat di latar belakang. Muncul di daftar ini begitu siap."), "success")
    return redirect(url_for("reports.index"), 303)


@pages.show("/laporan/<int:id>/unduh", act=Act.VIEW_REPORTS, on=ReportRun)
def download(desk: Desk, run: ReportRun) -> ResponseReturnValue:
    if run.status is not RunStatus.DONE or run.digest is None or not store().exists(run.digest):
        raise NotFound(run.title)
    path = store().path(run.digest)
    return send_file(path, mimetype=MEDIA[run.ending], as_attachment=True, download_name=run.file_name)


def made(desk: Desk, wanted: Wanted, field: str = "") -> Report:
    """With a field, what is not there is said beside it; without, it is not there."""
    try:
        with in_indonesian():
            return report_of(desk, wanted)
    except (NotFound, Forbidden):
        if not field:
            raise
        raise Refusal(field, _("Tidak ditemukan dalam jangkauan Anda.")) from None
    except Refusal as refusal:
        raise Refusal(field or refusal.field, refusal.message, **refusal.values) from None


def kind_asked(desk: Desk) -> Kind:
    """A kind that is asked for by its form."""
    kind = BY_WORD.get(request.args.get("jenis", ""))
    if kind is None or kind not in kinds_for(desk):
        raise NotFound(request.args.get("jenis", ""))
    return kind


def kind_made(desk: Desk) -> Kind:
    """The same, and the lists of pages: whoever reads the page may have its table."""
    kind = BY_WORD.get(request.args.get("jenis", ""))
    if kind in FROM_THEIR_PAGES or (kind is Kind.FOLLOW_UPS and not request.args.get("tentang")):
        return kind
    return kind_asked(desk)


def wanted_from(kind: Kind, sent: Mapping[str, str]) -> Wanted:
    """As an address says it. The filter is that of the page whose list it is."""
    about = sent.get("tentang", "").strip()[:300]
    if kind not in (Kind.FOLLOW_UPS, Kind.PORTFOLIO) and not about:
        raise NotFound(kind)
    is_list = kind in FROM_THEIR_PAGES or (kind is Kind.FOLLOW_UPS and not about)
    names = FILTERS[kind] if is_list else ()
    filter = {RENAMED.get(name, name): sent[name][:LONGEST] for name in names if sent.get(name) and name != "jenis"}
    cycle = "" if is_list else sent.get("siklus", "")[:64]
    return Wanted(kind, about, parsed_day(sent.get("hari", "")), cycle, filter)


def address_of(wanted: Wanted, ending: str) -> str:
    parts: dict[str, Any] = {
        "jenis": WORDS[wanted.kind],
        "tentang": wanted.about,
        "hari": wanted.day.isoformat() if wanted.day else "",
        "siklus": wanted.cycle,
        "bentuk": ending.removeprefix("."),
    }
    return url_for("reports.file", **{name: value for name, value in parts.items() if value})


def large_address(ending: str) -> str:
    parts: dict[str, Any] = {**request.args.to_dict(), "bentuk": ending.removeprefix(".")}
    return url_for("reports.queue", **parts)
