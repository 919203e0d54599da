"""The figures an administrator may change: their names, kinds and bounds, and how any package reads them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.scope import as_machine
from tracker.directory.models import Setting
from tracker.kit.words import N_


@dataclass(frozen=True, slots=True)
class KnownSetting:
    """A whole number with its bounds. `unit` says of what: working days, points, minutes."""

    name: str
    label: str
    hint: str
    unit: str
    default: int
    lowest: int
    highest: int


WORKING_DAYS, POINTS, DAYS, MINUTES = N_("hari kerja"), N_("poin"), N_("hari kalender"), N_("menit")
UNITS = N_("unit")
TIMES = N_("kali")
PERCENT = N_("persen")
MONTHS = N_("bulan")

SETTINGS = (
    KnownSetting(
        "verifier_days", N_("Batas waktu verifikator"),
        N_("Berapa lama verifikator boleh memeriksa satu pengajuan."), WORKING_DAYS, 10, 1, 60,
    ),
    KnownSetting(
        "return_days", N_("Waktu tersisa setelah dikembalikan"),
        N_("Pengembalian selalu menyisakan sedikitnya sebanyak ini bagi unit."), WORKING_DAYS, 3, 0, 30,
    ),
    KnownSetting(
        "extension_limit", N_("Batas perpanjangan"),
        N_("Berapa kali tenggat satu tindak lanjut boleh diperpanjang atas permintaan unit. Yang ditolak atau ditarik "
           "tidak dihitung; penundaan juga tidak."), TIMES, 2, 0, 20,
    ),
    KnownSetting(
        "checking_minutes", N_("Tanda “sedang diperiksa”"),
        N_("Selama ini verifikator lain melihat bahwa pengajuan sedang diperiksa."), MINUTES, 30, 5, 240,
    ),
    KnownSetting(
        "on_track_margin", N_("Sesuai rencana"),
        N_("Terverifikasi paling banyak sekian poin di bawah kemajuan yang diharapkan."), POINTS, 10, 0, 100,
    ),
    KnownSetting(
        "at_risk_margin", N_("Berisiko"),
        N_("Lebih rendah lagi, tetapi paling banyak sekian poin; di bawahnya: tertinggal."), POINTS, 25, 0, 100,
    ),
    KnownSetting(
        "silent_days", N_("Unit dianggap tidak aktif"),
        N_("Tanpa tindakan perbaikan dan tanpa masuk selama ini."), WORKING_DAYS, 10, 1, 120,
    ),
    KnownSetting(
        "untouched_days", N_("Pengembalian tidak disentuh"),
        N_("Dikembalikan dan tidak dikerjakan selama ini."), WORKING_DAYS, 5, 1, 60,
    ),
    KnownSetting(
        "near_opening_days", N_("Menjelang evaluasi"),
        N_("Sekian hari sebelum evaluasi berikutnya dibuka, skor panggilan dikalikan 1,5."), DAYS, 30, 0, 365,
    ),
    KnownSetting(
        "complaint_verification_days", N_("Pengaduan: verifikasi"),
        N_("Sejak diterima. Instansi dapat menetapkan batasnya sendiri."), WORKING_DAYS, 3, 1, 60,
    ),
    KnownSetting(
        "complaint_answer_days", N_("Pengaduan: jawaban pertama"),
        N_("Sejak didisposisikan kepada unit."), WORKING_DAYS, 5, 1, 60,
    ),
    KnownSetting(
        "complaint_information_days", N_("Penyelesaian permintaan informasi"),
        N_("Sejak diverifikasi."), WORKING_DAYS, 5, 1, 120,
    ),
    KnownSetting(
        "complaint_ordinary_days", N_("Penyelesaian pengaduan tidak berkadar pengawasan"),
        N_("Sejak diverifikasi."), WORKING_DAYS, 14, 1, 120,
    ),
    KnownSetting(
        "complaint_suggestion_days", N_("Penyelesaian aspirasi"),
        N_("Sejak diverifikasi."), WORKING_DAYS, 14, 1, 120,
    ),
    KnownSetting(
        "complaint_oversight_days", N_("Penyelesaian pengaduan berkadar pengawasan"),
        N_("Sejak diverifikasi."), WORKING_DAYS, 60, 1, 250,
    ),
    KnownSetting(
        "complaint_closing_days", N_("Penutupan otomatis pengaduan"),
        N_("Sekian lama setelah ditanggapi, bila pelapor tidak menjawab."), WORKING_DAYS, 10, 1, 120,
    ),
    KnownSetting(
        "identity_months", N_("Penyimpanan identitas pelapor"),
        N_("Sekian bulan setelah pengaduan ditutup, identitas dihapus."), MONTHS, 12, 1, 120,
    ),
    KnownSetting(
        "ombudsman_days", N_("Saran perbaikan dan tindakan korektif Ombudsman"),
        N_("Tenggat bila suratnya tidak menyebut tanggal atau jangka waktu, dihitung dari tanggal surat."),
        WORKING_DAYS, 30, 1, 365,
    ),
    KnownSetting(
        "ombudsman_binding_days", N_("Rekomendasi Ombudsman"),
        N_("Tenggat melaporkan pelaksanaannya bila suratnya tidak menyebut yang lain, dihitung dari tanggal surat."),
        DAYS, 60, 1, 365,
    ),
    KnownSetting(
        "session_units", N_("Unit per sesi Ngulik"),
        N_("Paling banyak sekian unit dalam satu sesi."), UNITS, 300, 1, 2000,
    ),
    KnownSetting(
        "present_percent", N_("Hadir dalam rapat daring"),
        N_("Peserta dianggap hadir bila mengikuti sedikitnya sekian persen dari lama hari itu."), PERCENT, 50, 0, 100,
    ),
)  # fmt: skip
KNOWN = {known.name: known for known in SETTINGS}


def setting(session: Session, name: str) -> int:
    """The figure in force. All are read at once, and once per session; KeyError for a name nobody declared."""
    kept: dict[str, int] | None = session.info.get("settings")
    if kept is None:
        with as_machine(session):
            rows = session.execute(sa.select(Setting.name, Setting.value)).all()
        kept = session.info["settings"] = {row_name: value for row_name, value in rows if isinstance(value, int)}
    return kept.get(name, KNOWN[name].default)


def forget_settings(session: Session) -> None:
    """After one was changed in this session."""
    session.info.pop("settings", None)
