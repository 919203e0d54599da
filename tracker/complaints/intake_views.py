"""Pages on which an export of complaints is imported: sent, its columns told, looked over, confirmed as a whole."""

import io
import json
from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk, Forbidden, NotFound
from tracker.access.store import clock
from tracker.administration.lists import Listed, listed
from tracker.complaints import intake as operations
from tracker.complaints import intake_queries as queries
from tracker.complaints.import_models import ComplaintImport, ComplaintImportStatus, StagedComplaint, StagedOutcome
from tracker.complaints.intake_columns import FIELDS
from tracker.complaints.intake_forms import ColumnsForm, ExportForm, Question, SentExport, columns_form
from tracker.complaints.intake_reasons import refused_rows
from tracker.complaints.intake_store import intake_files
from tracker.complaints.intake_units import UnitNames, choice_key
from tracker.complaints.intake_writing import Outdated, write
from tracker.complaints.states import LABELS as WORDS
from tracker.complaints.views import pages
from tracker.kit.content import XLSX
from tracker.kit.files import Unusable
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

S, Out = ComplaintImportStatus, StagedOutcome
WRITTEN_AT_ONCE = 1_000
"""Rows that are written while their importer waits; more are written in the background."""
LOOKED_AT = 500
"""Rows with a problem among which names of units are looked for."""
MOST_ASKED = 20
TABS = (
    ("bermasalah", N_("Bermasalah"), Out.PROBLEM),
    ("baru", N_("Baru"), Out.NEW),
    ("berubah", N_("Berubah"), Out.CHANGED),
    ("tetap", N_("Tetap"), Out.SAME),
)
STATUS_LABELS = {
    S.RECEIVED: N_("Menunggu dibaca"),
    S.READING: N_("Sedang dibaca"),
    S.MAPPING: N_("Menunggu pilihan kolom"),
    S.READY: N_("Menunggu konfirmasi"),
    S.WRITING: N_("Sedang ditulis"),
    S.DONE: N_("Selesai"),
    S.FAILED: N_("Gagal"),
    S.DISCARDED: N_("Dibuang"),
}
TONES = {S.DONE: "good", S.FAILED: "bad", S.READY: "warn", S.MAPPING: "warn", S.WRITING: "info", S.READING: "info"}


@pages.show("/pengaduan/impor", act=Act.IMPORT_COMPLAINTS)
def intake(desk: Desk) -> ResponseReturnValue:
    return choose_file(desk, ExportForm(formdata=None))


def choose_file(desk: Desk, form: ExportForm) -> str:
    """The form, over the imports that went before."""
    earlier: Listed[ComplaintImport] = listed(desk, queries.imports())
    page: str = render_template("complaints/intake.html", form=form, earlier=earlier, labels=STATUS_LABELS, tones=TONES)
    return page


@pages.do("/pengaduan/impor", act=Act.IMPORT_COMPLAINTS)
def receive_export(desk: Desk) -> ResponseReturnValue:
    """Keep the file sealed; a small one is read at once, a large one in the background."""
    form = ExportForm()
    begun: list[int] = []

    def receive(sent: SentExport) -> None:
        try:
            files = intake_files()
            intake, kept = operations.receive(desk, files, sent.file.stream, sent.source)
            begun.append(intake.id)
            if kept.size <= operations.SMALL:
                operations.read(desk, files, intake, clock())
        except Unusable as problem:
            raise Refusal("file", problem.message, **problem.values) from problem

    if form.carried_out(receive):
        return redirect(url_for("complaints.intake_preview", id=begun[0]), 303)
    return choose_file(desk, form), form.status


@pages.show("/pengaduan/impor/<int:id>", act=Act.IMPORT_COMPLAINTS, on=ComplaintImport)
def intake_preview(desk: Desk, intake: ComplaintImport) -> ResponseReturnValue:
    if intake.status is S.MAPPING:
        return redirect(url_for("complaints.intake_columns", id=intake.id), 302)
    return show_preview(desk, intake)


def show_preview(desk: Desk, intake: ComplaintImport, problem: str = "") -> str:
    tabs, page = [], None
    if intake.status is S.READY:
        tabs = tabs_of(intake)
        chosen = next((tab for tab in tabs if tab["current"]), tabs[0])
        chosen["current"] = True
        page = listed(desk, queries.staged(intake.id, chosen["outcome"]))
    names = queries.directory(desk, intake.choices) if page else None
    shown: str = render_template(
        "complaints/intake_preview.html",
        intake=intake,
        problem=problem,
        status=intake.status.value.removeprefix("intake_"),
        label=STATUS_LABELS[intake.status],
        tone=TONES.get(intake.status, "neutral"),
        counts={name.removeprefix("staged_"): number for name, number in intake.counts.items()},
        tabs=tabs,
        page=page,
        rows=[shown_row(row, names) for row in page.rows] if page and names else [],
        questions=questions_of(desk, intake, names) if names and intake.counts.get(Out.PROBLEM) else [],
        idle=operations.is_idle(desk, intake),
    )
    return shown


def tabs_of(intake: ComplaintImport) -> list[dict[str, Any]]:
    """What is wrong first, then what would be written."""
    asked = request.args.get("lihat")
    found = [
        {
            "key": key, "label": _(label), "outcome": outcome, "count": intake.counts.get(outcome, 0),
            "url": url_for("complaints.intake_preview", id=intake.id, lihat=key), "current": key == asked,
        }
        for key, label, outcome in TABS
        if intake.counts.get(outcome)
    ]  # fmt: skip
    return found or [{"key": "tetap", "label": _("Tetap"), "outcome": Out.SAME, "count": 0, "url": "", "current": True}]


def shown_row(row: StagedComplaint, names: UnitNames) -> dict[str, Any]:
    """Number, topic, status and unit; neither words nor names."""
    content = json.loads(row.content) if row.content else {}
    read, said = content.get("row", {}), content.get("said", {})
    unit = names.units.get(row.unit_id or 0)
    told = [
        (_(FIELDS[field]) if field else "", said.get(field, ""), _(message, **values) if values else _(message))
        for field, message, values in row.problems
    ]
    status = _(WORDS[read["status"]]) if read.get("status") in WORDS else said.get("status", "")
    return {
        "line": row.line,
        "tracking_id": row.tracking_id or said.get("tracking_id", ""),
        "complaint_id": row.complaint_id,
        "topic": read.get("topic") or said.get("topic", ""),
        "status": status,
        "unit": f"{unit.name}, {names.agencies[unit.agency_id].name}" if unit and not unit.is_root else "",
        "agency": names.agencies[unit.agency_id].name if unit and unit.is_root else "",
        "changes": [change_label(column) for column in content.get("changes", ())],
        "kept": [change_label(column) for column in content.get("kept", ())],
        "problems": told,
    }


def change_label(column: str) -> str:
    other = {"hidden": N_("Tipe (anonim, rahasia)"), "citizen": N_("Data pelapor")}
    return str(_(other.get(column) or FIELDS[column]))


def questions_of(desk: Desk, intake: ComplaintImport, names: UnitNames) -> list[Question]:
    """Names of the file that somebody must tell apart: offered, never guessed."""
    rows = desk.all(queries.staged(intake.id, Out.PROBLEM).limit(LOOKED_AT))
    pairs: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if [field for field, _message, _values in row.problems] in (["agency"], ["unit"]):
            said = json.loads(row.content)["said"]
            pairs[said.get("agency", ""), said.get("unit", "")] += 1
    found = []
    for (agency, unit), count in pairs.most_common(MOST_ASKED):
        meant = names.meant(agency, unit)
        if meant.can_be_chosen and meant.offers:
            offers = [(id, label_of(names, id)) for id in meant.offers]
            found.append(Question(choice_key(agency, unit), agency, unit, count, meant.message, offers))
    return found


def label_of(names: UnitNames, id: int) -> str:
    unit = names.units[id]
    agency = names.agencies[unit.agency_id].name
    return str(_("%(agency)s, belum pada unit", agency=agency)) if unit.is_root else f"{unit.name}, {agency}"


@pages.show("/pengaduan/impor/<int:id>/ditolak.xlsx", act=Act.IMPORT_COMPLAINTS, on=ComplaintImport)
def intake_refused(desk: Desk, intake: ComplaintImport) -> ResponseReturnValue:
    """The sender's own rows that were refused, with what is wrong beside each."""
    if intake.status is not S.READY or not intake.counts.get(Out.PROBLEM):
        raise NotFound(intake.file_name)
    try:
        data = refused_rows(desk, known_file(intake), intake)
    except Refusal as refusal:
        return show_preview(desk, intake, _(refusal.message, **refusal.values)), 422
    name = f"impor-{intake.id}-ditolak.xlsx"
    answer = send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"  # citizens are named in it
    return answer


# ---- columns and units --------------------------------------------------------------------------------------------


@pages.show("/pengaduan/impor/<int:id>/kolom", act=Act.IMPORT_COMPLAINTS, on=ComplaintImport)
def intake_columns(desk: Desk, intake: ComplaintImport) -> ResponseReturnValue:
    heading = operations.heading_of(known_file(intake), intake)
    form = columns_form(heading).fill_columns(operations.columns_for(desk, intake, heading))
    return ask_columns(intake, form)


def ask_columns(intake: ComplaintImport, form: ColumnsForm) -> str:
    page: str = render_template("complaints/intake_columns.html", intake=intake, form=form, fields=list(FIELDS))
    return page


def known_file(intake: ComplaintImport) -> Any:
    files = intake_files()
    if not files.exists(intake.kept_as):
        raise NotFound(intake.file_name)
    return files


@pages.do("/pengaduan/impor/<int:id>/kolom", act=Act.IMPORT_COMPLAINTS, on=ComplaintImport)
def choose_columns(desk: Desk, intake: ComplaintImport) -> ResponseReturnValue:
    files = known_file(intake)
    form = columns_form(operations.heading_of(files, intake))
    if not form.carried_out(lambda columns: operations.choose_columns(desk, files, intake, columns)):
        return ask_columns(intake, form), form.status
    return go_on_reading(desk, intake)


@pages.do("/pengaduan/impor/<int:id>/unit", act=Act.IMPORT_COMPLAINTS, on=ComplaintImport)
def choose_units(desk: Desk, intake: ComplaintImport) -> ResponseReturnValue:
    """What the names in the file mean; the file is then read again."""
    typed = {key.removeprefix("unit-"): value for key, value in request.form.items() if key.startswith("unit-")}
    choices = {key[:64]: int(value) for key, value in typed.items() if value.isascii() and value.isdigit()}
    if not choices:
        return show_preview(desk, intake, _("Pilih sedikitnya satu unit.")), 422
    try:
        operations.choose_units(desk, intake, choices)
    except Refusal as refusal:
        return show_preview(desk, intake, _(refusal.message, **refusal.values)), 422
    return go_on_reading(desk, intake)


def go_on_reading(desk: Desk, intake: ComplaintImport) -> ResponseReturnValue:
    """A small file at once, a large one in the background."""
    files, id = intake_files(), intake.id
    size = sum(len(portion) for portion in files.open(intake.kept_as))
    if size <= operations.SMALL:
        try:
            operations.read(desk, files, intake, clock())
        except Unusable as problem:
            flash(_(problem.message, **problem.values), "error")
    return redirect(url_for("complaints.intake_preview", id=id), 303)


# ---- confirming and discarding ------------------------------------------------------------------------------------


@pages.do("/pengaduan/impor/<int:id>", act=Act.IMPORT_COMPLAINTS, on=ComplaintImport)
def confirm_intake(desk: Desk, intake: ComplaintImport) -> ResponseReturnValue:
    """Write everything or nothing: a few rows at once, many in the background."""
    id, address = intake.id, url_for("complaints.intake_preview", id=intake.id)
    if intake.status in (S.WRITING, S.DONE):
        return redirect(address, 303)  # the same button, pressed again
    try:
        operations.ask_to_write(desk, intake)
        rows = intake.counts.get(Out.NEW, 0) + intake.counts.get(Out.CHANGED, 0) + intake.counts.get(Out.SAME, 0)
        if rows > WRITTEN_AT_ONCE:
            desk.session.commit()
            flash(_("Impor ini besar, jadi ditulis di latar belakang."), "success")
            return redirect(address, 303)
        operations.set_on(desk.session, id, seen_at=clock().now())
        desk.session.commit()
        write(desk, intake_files(), intake, clock())
    except Refusal as refusal:
        return refused(desk, id, _(refusal.message, **refusal.values))
    except Forbidden:
        operations.set_on(desk.session, id, status=S.READY, seen_at=None)
        return refused(desk, id, _("Anda tidak lagi berwenang mengimpor pengaduan untuk unit di berkas ini."))
    except Outdated:
        flash(_("Data berubah sejak pratinjau dibuat; tidak ada yang ditulis. Periksa pratinjau yang baru."), "warning")
        return redirect(address, 303)
    flash(_("Impor selesai: semua baris tertulis."), "success")
    return redirect(address, 303)


def refused(desk: Desk, id: int, problem: str) -> ResponseReturnValue:
    desk.session.rollback()
    again = desk.find(ComplaintImport, id, Act.IMPORT_COMPLAINTS)
    return show_preview(desk, again, problem), 422


@pages.do("/pengaduan/impor/<int:id>/buang", act=Act.IMPORT_COMPLAINTS, on=ComplaintImport)
def discard_intake(desk: Desk, intake: ComplaintImport) -> ResponseReturnValue:
    """Throw it away. It may be gone already: the same button, pressed again."""
    id = intake.id
    if intake.status is not S.DISCARDED:
        try:
            operations.discard(desk, intake_files(), intake)
        except Refusal as refusal:
            return refused(desk, id, _(refusal.message, **refusal.values))
        flash(_("Impor dibuang; tidak ada pengaduan yang ditulis."), "success")
    return redirect(url_for("complaints.intake"), 303)
