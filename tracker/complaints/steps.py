"""The acts of handling that have a form: what each is called, what it asks and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import offers
from tracker.access.scope import as_machine
from tracker.complaints import operations, queries
from tracker.complaints.answers import offered_to
from tracker.complaints.forms import (
    CitizenForm,
    DispositionForm,
    ForwardForm,
    MergeForm,
    QuestionForm,
    ReasonForm,
    ReopenForm,
    ResponseForm,
    SortingForm,
)
from tracker.complaints.models import Complaint
from tracker.complaints.showing import aspect_names, indicator_names
from tracker.kit.forms import Form
from tracker.kit.words import N_

Opened = Callable[[Desk, Complaint, Any], Form[Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """An act with a form of its own: its words, its form and what it does."""

    name: str
    slug: str
    act: Act
    label: str
    title: str
    about: str
    done: str
    opened: Opened
    """The form, of what was sent or empty (formdata None)."""
    carry_out: Callable[[Desk, Complaint, Any], object]
    primary: bool = False
    seldom: bool = False
    """Folds away behind the others."""
    compares: bool = False
    """Two people may change the same facts: a form from before is refused."""
    quiet_reason: bool = False
    """Its reason is a note within where the case is rahasia; the page says so."""


def sorting(desk: Desk, complaint: Complaint, sent: Any) -> Form[Any]:
    form = SortingForm(**sent).offer(aspect_names(desk), indicator_names(desk))
    return form.fill(complaint) if sent else form


def disposition(desk: Desk, complaint: Complaint, sent: Any) -> Form[Any]:
    units = desk.all(queries.units_of(complaint.agency_id, desk.units_for(Act.ASSIGN_COMPLAINT)))
    with as_machine(desk.session):  # who holds an office is no question of what the asker may see of accounts
        people = desk.session.execute(queries.people_of(complaint.agency_id, desk.today)).all()
    form = DispositionForm(**sent).offer(units, people, named_only=complaint.is_confidential)
    return form.fill(complaint) if sent else form


def response(desk: Desk, complaint: Complaint, sent: Any) -> Form[Any]:
    form = ResponseForm(**sent).offer(complaint)
    if sent and (chosen := request.args.get("templat", None, int)):
        form.text.data = next((each.text for each in offered_to(desk, complaint.agency_id) if each.id == chosen), "")
    return form


def plainly(kind: Callable[..., Form[Any]]) -> Opened:
    return lambda _desk, _complaint, sent: kind(**sent)


STEPS = (
    Step(
        "verify", "verifikasi", Act.VERIFY_COMPLAINT, N_("Verifikasi"), N_("Verifikasi pengaduan"),
        N_("Tentukan jenis pengaduannya. Batas waktu penyelesaian mengikuti klasifikasi."),
        N_("Pengaduan terverifikasi. Disposisikan kepada unit yang menangani."),
        sorting, operations.verify, primary=True, compares=True,
    ),
    Step(
        "assign", "disposisi", Act.ASSIGN_COMPLAINT, N_("Disposisikan"), N_("Disposisikan pengaduan"),
        N_("Jawaban pertama ditunggu dari unit sejak disposisi ini."), N_("Pengaduan didisposisikan."),
        disposition, operations.assign, primary=True, compares=True,
    ),
    Step(
        "ask", "tanya", Act.ASK_CITIZEN, N_("Minta keterangan"), N_("Minta keterangan pelapor"),
        N_("Waktu berhenti sampai keterangan pelapor dicatat."), N_("Pertanyaan tercatat. Waktu berhenti."),
        plainly(QuestionForm), operations.ask_citizen,
    ),
    Step(
        "note_answer", "keterangan", Act.NOTE_CITIZEN_ANSWER, N_("Catat keterangan"), N_("Catat keterangan pelapor"),
        N_("Waktu berjalan lagi sesudah keterangan ini dicatat."), N_("Keterangan tercatat. Waktu berjalan lagi."),
        plainly(CitizenForm), operations.note_answer, primary=True,
    ),
    Step(
        "respond", "tanggapi", Act.RESPOND_COMPLAINT, N_("Tanggapi"), N_("Tanggapi pengaduan"),
        N_("Sesudah ditanggapi, pengaduan ditutup otomatis bila pelapor tidak menyanggah."),
        N_("Tanggapan tercatat."), response, lambda desk, it, value: operations.respond(desk, it, *value), primary=True,
    ),
    Step(
        "hold", "tunda", Act.HOLD_COMPLAINT, N_("Tunda"), N_("Tunda pengaduan"),
        N_("Waktu berhenti selama ditunda."), N_("Pengaduan ditunda. Waktu berhenti."),
        plainly(ReasonForm), operations.hold, quiet_reason=True,
    ),
    Step(
        "edit", "ubah", Act.EDIT_COMPLAINT, N_("Ubah keterangan"), N_("Ubah keterangan pengaduan"),
        N_("Isi pengaduan tetap seperti yang ditulis pelapor."), N_("Keterangan pengaduan tersimpan."),
        sorting, operations.edit, compares=True, seldom=True,
    ),
    Step(
        "forward", "teruskan", Act.FORWARD_COMPLAINT, N_("Teruskan"), N_("Teruskan pengaduan"),
        N_("Untuk pengaduan yang bukan kewenangan instansi ini. Pengaduan selesai di sini."),
        N_("Pengaduan diteruskan."), plainly(ForwardForm),
        lambda desk, it, value: operations.forward(desk, it, *value), quiet_reason=True, seldom=True,
    ),
    Step(
        "merge", "gabungkan", Act.MERGE_COMPLAINT, N_("Gabungkan"), N_("Gabungkan pengaduan ganda"),
        N_("Pengaduan ini diarsipkan; yang ditunjuk berjalan terus."), N_("Pengaduan digabungkan dan diarsipkan."),
        plainly(MergeForm), operations.merge, seldom=True,
    ),
    Step(
        "archive", "arsipkan", Act.ARCHIVE_COMPLAINT, N_("Arsipkan"), N_("Arsipkan pengaduan"),
        N_("Untuk pengaduan yang tidak jelas, salah format, atau tidak tentang pelayanan. Dapat dibuka kembali."),
        N_("Pengaduan diarsipkan."), plainly(ReasonForm), operations.archive, quiet_reason=True, seldom=True,
    ),
    Step(
        "reopen", "buka-kembali", Act.REOPEN_COMPLAINT, N_("Buka kembali"), N_("Buka kembali pengaduan"),
        N_("Misalnya karena pelapor belum puas. Waktu jawaban dan penyelesaian dihitung dari awal."),
        N_("Pengaduan dibuka kembali."), lambda _desk, it, sent: ReopenForm(**sent).offer(it),
        lambda desk, it, value: operations.reopen(desk, it, *value), quiet_reason=True,
    ),
)  # fmt: skip
"""In the order of the buttons."""


def steps_for(desk: Desk, complaint: Complaint) -> list[Step]:
    """The acts that this person may do now and that have a form."""
    return [step for step in STEPS if offers(step.act, complaint)]
