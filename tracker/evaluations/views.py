"""Pages about results: the list of a cycle, importing a workbook, and priority units by hand."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.access.store import drop_after_commit, store
from tracker.administration.lists import Listed, listed
from tracker.evaluations import operations, queries
from tracker.evaluations.forms import ImportForm, PriorityForm, SentFile
from tracker.evaluations.models import Evaluation, ImportDraft, ImportRow
from tracker.evaluations.operations import Outdated, refused_rows
from tracker.evaluations.plan import Remark
from tracker.evaluations.reasons import with_reasons
from tracker.evaluations.showing import Words, will_write
from tracker.evaluations.states import ImportStatus, Outcome
from tracker.evaluations.undoing import reasons_against, undo_import
from tracker.instruments.queries import newest_own
from tracker.kit.files import Unusable, safe_name
from tracker.kit.refusal import Refusal

pages = Pages("evaluations", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# ---- results ------------------------------------------------------------------------------------------------------


@pages.show("/hasil-evaluasi", act=Act.VIEW_EVALUATIONS)
def index(desk: Desk) -> ResponseReturnValue:
    """The results of a cycle, lowest first."""
    cycles = desk.all(queries.cycles_with_results())
    asked = request.args.get("siklus", "")
    cycle = next((each for each in cycles if each.code == asked), None) or newest_own(cycles)
    priority, words = request.args.get("prioritas", "") == "ya", request.args.get("cari", "").strip()[:100]
    page: Listed[Evaluation] | None = None
    if cycle is not None:
        page = listed(desk, queries.results_of(cycle.id, priority, words), *queries.with_unit_and_band())
    return render_template(
        "evaluations/index.html", cycles=cycles, cycle=cycle, page=page, priority=priority, words=words
    )


@pages.show("/hasil-evaluasi/<int:id>/prioritas", act=Act.SET_PRIORITY, on=Evaluation)
def priority(_desk: Desk, evaluation: Evaluation) -> ResponseReturnValue:
    form = PriorityForm(formdata=None)
    form.version.data = str(evaluation.version)
    return render_template("evaluations/priority.html", evaluation=evaluation, form=form)


@pages.do("/hasil-evaluasi/<int:id>/prioritas", act=Act.SET_PRIORITY, on=Evaluation)
def set_priority(desk: Desk, evaluation: Evaluation) -> ResponseReturnValue:
    """Among the priority units, or out of them: the other than now."""
    form = PriorityForm()
    wanted = not evaluation.is_priority
    if form.carried_out(lambda reason: operations.set_priority(desk, evaluation, wanted, reason), evaluation):
        flash(_("Prioritas pembinaan diperbarui."), "success")
        return redirect(url_for("evaluations.index", siklus=evaluation.cycle.code), 303)
    return render_template("evaluations/priority.html", evaluation=evaluation, form=form), form.status


# ---- importing ----------------------------------------------------------------------------------------------------


@pages.show("/hasil-evaluasi/impor", act=Act.IMPORT_RESULTS)
def imports(desk: Desk) -> ResponseReturnValue:
    return choose(desk, ImportForm(formdata=None))


def choose(desk: Desk, form: ImportForm) -> str:
    """The form, over the imports that went before."""
    cycles = desk.all(queries.open_cycles())
    form.offer(cycles)
    earlier: Listed[ImportDraft] = listed(desk, queries.drafts(), *queries.with_cycle_and_user())
    page: str = render_template("evaluations/imports.html", form=form, cycles=cycles, earlier=earlier)
    return page


@pages.do("/hasil-evaluasi/impor", act=Act.IMPORT_RESULTS)
def read_file(desk: Desk) -> ResponseReturnValue:
    """Read the file and keep its preview; nothing else changes."""
    form = ImportForm().offer(desk.all(queries.open_cycles()))
    drafts: list[int] = []

    def receive(sent: SentFile) -> None:
        try:
            drafts.append(
                operations.receive(
                    desk,
                    store(),
                    sent.file.stream,
                    sent.file.filename or "",
                    sent.cycle_id,
                    sent.create_units,
                    sent.assumed_aspect_id,
                ).id
            )
        except Unusable as problem:
            raise Refusal("file", problem.message, **problem.values) from problem

    if form.carried_out(receive):
        return redirect(url_for("evaluations.preview", id=drafts[0]), 303)
    return choose(desk, form), form.status


@pages.show("/hasil-evaluasi/impor/<int:id>", act=Act.IMPORT_RESULTS, on=ImportDraft)
def preview(desk: Desk, draft: ImportDraft) -> ResponseReturnValue:
    return show_preview(desk, draft)


def show_preview(desk: Desk, draft: ImportDraft, problem: str = "") -> str:
    is_read = draft.status is not ImportStatus.READING
    tabs = tabs_of(draft) if is_read else []
    chosen = next((tab for tab in tabs if tab["key"] == request.args.get("lihat")), tabs[0] if tabs else None)
    page: Listed[ImportRow] | None = listed(desk, queries.rows_of(draft.id, chosen["key"])) if chosen else None
    words = Words(draft.cycle.instrument)
    for tab in tabs:
        tab["current"] = tab is chosen
    shown: str = render_template(
        "evaluations/preview.html",
        draft=draft,
        problem=problem,
        tabs=tabs,
        page=page,
        rows=[words.row(row) for row in page.rows] if page else [],
        refused=refused_rows(draft) if is_read else 0,
        writes=will_write(draft) if is_read else [],
        conflicts=count(draft, Outcome.CONFLICT) if is_read else 0,
        is_mine=draft.user_id == desk.actor.id,
        against=[_(message, count=found) for message, found in against(desk, draft)],
    )
    return shown


def against(desk: Desk, draft: ImportDraft) -> list[tuple[str, int]]:
    """Why a finished import can no longer be undone."""
    return reasons_against(desk, draft) if draft.status is ImportStatus.DONE else []


def count(draft: ImportDraft, outcome: Outcome) -> int:
    counts: dict[str, dict[str, int]] = draft.summary["counts"]
    return sum(outcomes.get(outcome, 0) for outcomes in counts.values())


def tabs_of(draft: ImportDraft) -> list[dict[str, Any]]:
    """What is wrong first, then what would be written."""
    counts: dict[str, dict[str, int]] = draft.summary["counts"]
    directory = sum(sum(counts.get(kind, {}).values()) for kind in queries.DIRECTORY)
    new = count(draft, Outcome.NEW) - directory
    found = (
        ("ditolak", _("Ditolak"), count(draft, Outcome.REFUSED)),
        ("bentrok", _("Bentrok"), count(draft, Outcome.CONFLICT)),
        ("beda", _("Indeks berbeda"), draft.summary["differs"]),
        ("baru", _("Baru"), new),
        ("berubah", _("Berubah"), count(draft, Outcome.CHANGED)),
        ("direktori", _("Instansi dan unit baru"), directory),
        ("perhatian", _("Perlu dilihat"), draft.summary["remarks"]),
        ("menunggu", _("Menunggu"), count(draft, Outcome.HELD)),
        ("tetap", _("Tetap"), count(draft, Outcome.UNCHANGED)),
    )
    everything = sum(sum(outcomes.values()) for outcomes in counts.values())
    tabs = [*(tab for tab in found if tab[2]), ("semua", _("Semua"), everything)]
    return [
        {"key": key, "label": label, "count": number, "url": url_for("evaluations.preview", id=draft.id, lihat=key)}
        for key, label, number in tabs
    ]


@pages.do("/hasil-evaluasi/impor/<int:id>", act=Act.IMPORT_RESULTS, on=ImportDraft)
def confirm(desk: Desk, draft: ImportDraft) -> ResponseReturnValue:
    """Write everything or nothing."""
    id, address = draft.id, url_for("evaluations.preview", id=draft.id)
    if draft.status is ImportStatus.DONE:
        return redirect(address, 303)  # the same button, pressed again
    try:
        operations.confirm_import(desk, draft, store())
    except Refusal as refusal:
        desk.session.rollback()
        again = desk.find(ImportDraft, id, to=Act.IMPORT_RESULTS)
        return show_preview(desk, again, _(refusal.message, **refusal.values)), 422
    except Outdated:
        flash(
            _("Data di situs berubah sejak pratinjau dibuat; belum ada yang ditulis. Periksa, lalu konfirmasi."),
            "warning",
        )
        return redirect(address, 303)
    flash(_("Impor selesai: semua baris tertulis."), "success")
    return redirect(address, 303)


@pages.do("/hasil-evaluasi/impor/<int:id>/batalkan", act=Act.UNDO_IMPORT, on=ImportDraft)
def undo(desk: Desk, draft: ImportDraft) -> ResponseReturnValue:
    """Put back what stood before, while nothing hangs on the import."""
    id = draft.id
    try:
        undo_import(desk, draft)
    except Refusal as refusal:
        desk.session.rollback()
        again = desk.find(ImportDraft, id, to=Act.UNDO_IMPORT)
        return show_preview(desk, again, _(refusal.message, **refusal.values)), 422
    flash(_("Impor dibatalkan; keadaan sebelumnya kembali."), "success")
    return redirect(url_for("evaluations.preview", id=id), 303)


@pages.do("/hasil-evaluasi/impor/buang", act=Act.IMPORT_RESULTS)
def discard(desk: Desk) -> ResponseReturnValue:
    """Throw a preview of one's own away. It may be gone already: the same button, pressed again."""
    draft = desk.session.scalar(sa.select(ImportDraft).filter_by(id=request.form.get("draft", 0, int)))
    if draft is not None:
        name, digest = draft.file_name, draft.digest
        operations.discard_preview(desk, draft)
        drop_after_commit(desk, digest)
        flash(_("Pratinjau %(name)s dibuang; tidak ada yang ditulis.", name=name), "success")
    return redirect(url_for("evaluations.imports"), 303)


@pages.show("/hasil-evaluasi/impor/<int:id>/alasan.xlsx", act=Act.IMPORT_RESULTS, on=ImportDraft)
def reasons(desk: Desk, draft: ImportDraft) -> ResponseReturnValue:
    """The whole workbook again, with a reason beside each refused row."""
    told: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    for row in desk.all(queries.rows_of(draft.id, "ditolak")):
        remarks = (Remark.kept(each) for each in row.problems)
        told[row.sheet, row.row] += [(each.column, each.told) for each in remarks if each.refuses]
    book, headers = operations.read_again(desk, draft, store())
    stem = safe_name(draft.file_name).rpartition(".")[0] or "hasil-evaluasi"
    response = Response(with_reasons(book.sheets, told, headers), mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"{stem}-alasan.xlsx")
    return response
