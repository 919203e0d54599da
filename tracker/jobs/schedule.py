"""The schedule: every job, when it is due, and who does its work. In this order a missed night is made up for."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from tracker.access.desk import Desk
from tracker.administration.calendar_changing import finish_moves
from tracker.complaints.handover import hand_over_lapsed as hand_over_complaints
from tracker.complaints.intake_working import go_on as import_complaints
from tracker.complaints.jobs import look_after_complaints
from tracker.dashboards.saved_operations import take_back_lapsed
from tracker.followups.handover import hand_over_lapsed
from tracker.jobs.cleanup import clean_up
from tracker.jobs.job import Job
from tracker.jobs.queries import HEARTBEAT
from tracker.jobs.rules import Daily, Every
from tracker.kit.words import N_
from tracker.mentoring.telling import tell_soon
from tracker.progress.nightly import recalculate
from tracker.progress.sealing import seal
from tracker.reminders.planning import plan
from tracker.reminders.sending import send
from tracker.reports.jobs import make_reports


def beat(_desk: Desk, _slot: datetime) -> Mapping[str, int]:
    """That it was run is all there is to it."""
    return {}


def mind_contacts(desk: Desk, _slot: datetime) -> Mapping[str, int]:
    """Work of people whose membership ran out goes to whoever is responsible now, and what they shared by it is theirs
    alone; dates that a confirmed change of the calendar has not yet moved are moved."""
    return {
        "handed_over": hand_over_lapsed(desk, desk.today) + hand_over_complaints(desk, desk.today),
        "views_taken_back": take_back_lapsed(desk, desk.today),
        "dates_moved": finish_moves(desk),
    }


def tell_and_send(desk: Desk, slot: datetime) -> Mapping[str, int]:
    """Sessions that begin within the hour are said first, so that the word goes out with this very run."""
    told = tell_soon(desk)
    desk.session.commit()
    done = send(desk, slot)
    return {**done, "told_soon": told} if told else done


SCHEDULE = (
    Job(
        HEARTBEAT,
        N_("Detak"),
        N_("Menunjukkan bahwa penjadwal hidup."),
        Every(timedelta(minutes=1)),
        beat,
        apart=True,
    ),
    Job(
        "contacts",
        N_("Kontak"),
        N_("Mengalihkan tindak lanjut dan pengaduan dari petugas yang masa tugasnya berakhir."),
        Daily(time(0, 15)),
        mind_contacts,
    ),
    Job(
        "complaints",
        N_("Pengaduan"),
        N_("Menutup pengaduan yang tanggapannya tidak dijawab, dan menghapus identitas yang lewat masa simpannya."),
        Daily(time(0, 30)),
        look_after_complaints,
    ),
    Job(
        "recalculate",
        N_("Hitung ulang"),
        N_("Mencocokkan semua angka kemajuan dengan hitungan ulang, dan menyimpan potret hari yang lewat."),
        Daily(time(1, 0)),
        recalculate,
        by_hand=True,
    ),
    Job(
        "seal",
        N_("Segel"),
        N_("Menyegel siklus 30 dan 14 hari sebelum evaluasi berikutnya dibuka, dan pada harinya."),
        Daily(time(1, 30)),
        seal,
    ),
    Job(
        "plan",
        N_("Rencana pengingat"),
        N_("Mencatat siapa yang perlu diingatkan tentang apa."),
        Daily(time(5, 0)),
        plan,
    ),
    Job(
        "send",
        N_("Pengiriman"),
        N_("Mengirim ringkasan pengingat yang sudah tiba waktunya."),
        Every(timedelta(minutes=5)),
        tell_and_send,
    ),
    Job(
        "reports",
        N_("Laporan"),
        N_("Membuat laporan besar yang diminta, dan menghapus yang sudah lewat masanya."),
        Every(timedelta(minutes=1)),
        make_reports,
    ),
    Job(
        "intake",
        N_("Impor pengaduan"),
        N_("Membaca dan menulis ekspor pengaduan yang besar, dan menghapus berkas impor yang sudah selesai."),
        Every(timedelta(minutes=1)),
        import_complaints,
    ),
    Job(
        "cleanup",
        N_("Pembersihan"),
        N_("Menghapus tautan, kunci formulir, dan berkas yang tidak terpakai lagi."),
        Daily(time(3, 0)),
        clean_up,
        only_past=True,
    ),
)
JOBS: Mapping[str, Job] = {job.name: job for job in SCHEDULE}
