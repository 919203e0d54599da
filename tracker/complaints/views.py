"""Pages about complaints that everybody in reach reads: the queue, one complaint, and the list as a file."""

import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import flash, redirect, render_template, send_file, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.complaints import listing, queries
from tracker.complaints.forms import NoteForm
from tracker.complaints.models import Complainant, Complaint
from tracker.complaints.operations import add_note
from tracker.complaints.showing import (
    aspect_names,
    conversation,
    heading,
    heading_of_line,
    indicator_names,
    story,
)
from tracker.complaints.steps import steps_for
from tracker.complaints.wording import HOLDER_LETTERS, TONES, clocks_of, due_or_none
from tracker.kit import content, export, formats

pages = Pages("complaints", __name__)

MOST_IN_A_WORKBOOK = 20_000
"""More rows are written as CSV: a workbook of them would keep others waiting."""


@pages.record_once
def words(state: BlueprintSetupState) -> None:
    """What templates of any package need to speak of complaints."""
    state.app.jinja_env.globals.update(
        complaint_due=due_or_none,
        complaint_tones=TONES,
        complaint_letters=HOLDER_LETTERS,
        complaint_heading=heading_of_line,
    )


@pages.show("/pengaduan", act=Act.VIEW_COMPLAINTS)
def index(desk: Desk) -> ResponseReturnValue:
    """Complaints in reach, most urgent first; the filter stands in the address."""
    listed = listing.listed(desk)
    shown = {"desk": desk, "address": listing.address, **listed.for_page()}
    return render_template("complaints/index.html", **shown), 200 if listed.valid else 422


Writer = Callable[[BinaryIO, Any, Iterator[Any], export.LastRow], export.Written]


@pages.show("/pengaduan/unduh.xlsx", act=Act.VIEW_COMPLAINTS)
def list_xlsx(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_xlsx, content.XLSX, "xlsx", MOST_IN_A_WORKBOOK)


@pages.show("/pengaduan/unduh.csv", act=Act.VIEW_COMPLAINTS)
def list_csv(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_csv, "text/csv; charset=utf-8", "csv")


def download(desk: Desk, write: Writer, media: str, ending: str, most: int | None = None) -> ResponseReturnValue:
    """Exactly the rows of the filter; their number is counted by itself, and another one fails the export."""
    form = listing.filled(desk)
    if not form.validate():
        return redirect(listing.address(), 303)
    by = listing.narrowing(desk, form)
    total = listing.how_many(desk, by)
    if most is not None and total > most:
        flash(
            _(
                "%(total)s baris terlalu banyak untuk Excel. Unduh csv, atau persempit dahulu.",
                total=formats.number(total),
            ),
            "error",
        )
        return redirect(listing.address(), 303)
    said = [chip["label"] for chip in listing.chips(desk, form, by)] or [_("semua yang belum selesai")]
    last = export.LastRow(total, formats.moment(desk.now), "; ".join(said), _(export.LAST_ROW))
    stream = io.BytesIO()
    write(stream, listing.columns(), listing.rows(desk, by), last)
    stream.seek(0)
    name = f"pengaduan-{desk.today:%Y%m%d}.{ending}"
    return send_file(stream, mimetype=media, as_attachment=True, download_name=name)


@pages.show("/pengaduan/<int:id>", act=Act.VIEW_COMPLAINTS, on=Complaint)
def show(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
    return page_of(desk, complaint, NoteForm(formdata=None))


@pages.do("/pengaduan/<int:id>/catatan", act=Act.WRITE_COMPLAINT_NOTE, on=Complaint)
def note_sent(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
    form = NoteForm()
    if form.carried_out(lambda text: add_note(desk, complaint, text)):
        flash(_("Catatan internal tersimpan."))
        return redirect(url_for("complaints.show", id=complaint.id, _anchor="internal"), 303)
    return page_of(desk, complaint, form), form.status


def page_of(desk: Desk, complaint: Complaint, form: NoteForm) -> str:
    """The page of one complaint, for reading and for a note that has to be put right."""
    desk.session.scalars(queries.as_page(complaint.id)).one()
    said = desk.session.scalar(queries.words_of(complaint.id))
    notes = desk.all(queries.notes_of(complaint))
    return render_template(
        "complaints/show.html",
        desk=desk,
        complaint=complaint,
        words=said,
        heading=heading(complaint, said),
        due=due_or_none(desk, complaint),
        clocks=clocks_of(desk, complaint) if complaint.is_open else [],
        days=days_by_holder(complaint),
        aspect=aspect_names(desk).get(complaint.aspect_code, complaint.aspect_code) if complaint.aspect_code else "",
        indicator=indicator_names(desk).get(complaint.indicator_code or "", complaint.indicator_code),
        notes=conversation(notes),
        people=queries.people_named(desk.session, (complaint.assignee_id, *(note.author_id for note in notes))),
        duplicates=desk.session.execute(queries.duplicates_of(complaint)).all(),
        duplicate_of=duplicate_of(desk, complaint),
        identity_kept=identity_kept(desk, complaint),
        steps=steps_for(desk, complaint),
        history=story(desk, desk.all(queries.history(complaint))),
        form=form,
    )


def days_by_holder(complaint: Complaint) -> list[tuple[str, int]]:
    """The working days booked to each who held it; days of the present holder are booked when it passes on."""
    booked = {
        "liaison": complaint.days_liaison,
        "handler": complaint.days_handler,
        "citizen": complaint.days_citizen,
        "others": complaint.days_others,
    }
    return [(formats.label(holder), days) for holder, days in booked.items() if days]


def duplicate_of(desk: Desk, complaint: Complaint) -> Complaint | None:
    """Which it was merged into, if the reader sees it."""
    if complaint.duplicate_of_id is None:
        return None
    return desk.session.scalar(sa.select(Complaint).where(Complaint.id == complaint.duplicate_of_id))


def identity_kept(desk: Desk, complaint: Complaint) -> bool:
    """Whether anybody is named, for whoever may look."""
    if not desk.holds(Act.LOOK_AT_IDENTITY):
        return False
    named = sa.select(Complainant.complaint_id).where(Complainant.complaint_id == complaint.id)
    return desk.session.scalar(named) is not None
