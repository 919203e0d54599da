"""The mentoring sessions of the demonstration: who met when, what was brought along, said and promised. Pure.

The days, units and organisation bureaus of May 2020 are those of the site's first case; people and words are invented.
Days of steps are counted from the letter of 2020 for the past session, and from today for the current ones.
"""

from dataclasses import dataclass

from tracker.demo.cast import KONAWE, MANOKWARI, MERAUKE, MINSEL, PALOPO, PANGKEP, SORONG, TUAL
from tracker.demo.steps import Accept, Cancel, Confirm, Hold, Log, Return, Step, Submit
from tracker.mentoring.states import Answer, Part

HOST = "Asisten Deputi Koordinasi dan Evaluasi Pelayanan Publik Wilayah III"
AGENDA = (
    "Pembukaan oleh Deputi Bidang Pelayanan Publik\nPaparan unit: kegiatan, kendala, dan rencana tindak lanjut\n"
    "Pembahasan oleh Asisten Deputi\nKesepakatan komitmen dan penutupan"
)
ALL = ("kebijakan", "sdm", "sarpras", "sipp", "konsultasi_pengaduan", "inovasi")


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is invited: by account, or by name only. `days` are those on which they came."""

    part: Part
    name: str = ""
    account: str = ""
    region: str = ""
    post: str = ""
    answer: Answer = Answer.YES
    days: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Brought:
    """What a unit prepared for an aspect."""

    region: str
    account: str
    aspect: str
    activity: str
    obstacle: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """What somebody wrote down; without an aspect, about the unit as a whole."""

    region: str
    aspect: str | None
    text: str
    by: str = "pendamping"


@dataclass(frozen=True, slots=True)
class Pledge:
    """A commitment on a unit's recommendation, and what was done about it later."""

    region: str
    aspect: str
    text: str
    who: str
    due: int
    steps: tuple[Step, ...] = ()
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Thought:
    """An answer to the three questions."""

    account: str
    useful: int
    clear: int
    better: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session: days (offset, start, end in its zone), who came, and what came of it. `planned` is an offset too."""

    title: str
    days: tuple[tuple[int, str, str], ...]
    regions: tuple[str, ...]
    planned: int
    guests: tuple[Guest, ...] = ()
    brought: tuple[Brought, ...] = ()
    noted: tuple[Noted, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    thoughts: tuple[Thought, ...] = ()
    letter_number: str = ""
    assignment_number: str = ""
    record_number: str = ""
    conclusion: str = ""
    by: str = "asdep3"
    thought: int = 1
    """On which day after the last one feedback came."""


def bureau(region: str, place: str, name: str = "", account: str = "", days: tuple[int, ...] = (1,)) -> Guest:
    post = f"Bagian Organisasi dan Tata Kelola {place}"
    return Guest(Part.COORDINATOR, name or f"Kepala {post}", account, region, post, days=days)


MAY_2020 = Meeting(
    title="Ngulik: pembinaan unit prioritas Wilayah III",
    days=((112, "09:00", "12:00"), (113, "09:00", "11:30")),
    regions=(MINSEL, KONAWE, PANGKEP, PALOPO, MANOKWARI, MERAUKE, SORONG, TUAL),
    planned=97,
    letter_number="B/31/PP.00.05/2020",
    assignment_number="ST/18/PP.00.05/2020",
    record_number="BA/07/PP.00.05/2020",
    conclusion=(
        "Setiap unit menindaklanjuti rekomendasi sesuai komitmen. Bagian organisasi mendampingi dan melaporkan "
        "kemajuannya. Inovasi menjadi aspek terendah dan dibahas lagi pada sesi berikutnya."
    ),
    guests=(
        Guest(Part.HOST, account="asdep3", post="Asisten Deputi Wilayah III", days=(0, 1)),
        Guest(Part.SPEAKER, account="pendamping", post="Analis Kebijakan", days=(0, 1)),
        Guest(Part.OFFICER, account="operator-minsel", region=MINSEL, post="Kepala Dinas"),
        Guest(Part.OFFICER, account="operator-konawe", region=KONAWE, post="Kepala Dinas"),
        Guest(Part.OFFICER, name="Sitti Aminah", region=PANGKEP, post="Sekretaris Dinas"),
        Guest(Part.OFFICER, account="operator-palopo", region=PALOPO, post="Kepala Dinas"),
        Guest(Part.OFFICER, name="Yan Mandacan", region=MANOKWARI, post="Kepala Bidang", days=(1,)),
        Guest(Part.OFFICER, name="Agustina Gebze", region=MERAUKE, post="Kepala Dinas", days=(1,)),
        Guest(Part.OFFICER, account="operator-sorong", region=SORONG, post="Sekretaris Dinas", days=(1,)),
        Guest(Part.OFFICER, account="operator", region=TUAL, post="Kepala Dinas", days=(1,)),
        bureau(MANOKWARI, "Kabupaten Manokwari"),
        bureau(MERAUKE, "Kabupaten Merauke"),
        bureau(SORONG, "Kota Sorong"),
        bureau(TUAL, "Kota Tual", account="organisasi"),
    ),
    brought=(
        Brought(MINSEL, "operator-minsel", "inovasi", "Menjajaki layanan antar dokumen.", "Belum ada anggaran",
                "Uji coba di satu kecamatan"),
        Brought(KONAWE, "operator-konawe", "kebijakan", "Rancangan standar pelayanan disusun.", "",
                "Penetapan oleh kepala dinas"),
        Brought(PALOPO, "operator-palopo", "sipp", "Admin SIPP ditunjuk.", "Jaringan sering terputus",
                "Pemutakhiran tiap bulan"),
        Brought(SORONG, "operator-sorong", "konsultasi_pengaduan", "Kotak pengaduan tersedia.",
                "Belum terhubung SP4N-LAPOR!", "Mengajukan akun penghubung"),
        Brought(TUAL, "operator", "kebijakan", "Standar pelayanan 12 komponen ditetapkan.",
                "Data biaya dan waktu belum lengkap", "Melengkapi menjadi 14 komponen"),
        Brought(TUAL, "operator", "sipp", "Belum bergabung dengan SIPP.", "Belum ada operator", "Menunjuk admin SIPP"),
    ),
    noted=(
        Noted(MINSEL, "inovasi", "Inovasi masih terendah; mulai dari satu layanan yang paling sering dikeluhkan."),
        Noted(KONAWE, "inovasi", "Belum ada gagasan; pelajari inovasi daerah tetangga."),
        Noted(PANGKEP, "inovasi", "Layanan ke pulau-pulau dapat menjadi inovasi; catat hasilnya."),
        Noted(PALOPO, "inovasi", "Replikasi antrean dari kota lain dimulai dari kajian kebutuhan."),
        Noted(MINSEL, None, "Kepala dinas hadir dan memahami hasil evaluasi."),
        Noted(MANOKWARI, "konsultasi_pengaduan", "Petugas pengaduan belum ditetapkan dengan keputusan."),
        Noted(MERAUKE, "kebijakan", "Standar pelayanan ada, tetapi belum diumumkan."),
        Noted(SORONG, "sarpras", "Ruang laktasi memerlukan anggaran; diusulkan pada perubahan APBD.", "asdep3"),
        Noted(TUAL, "kebijakan", "Lampirkan surat keputusan dan foto publikasinya.", "asdep3"),
    ),
    pledges=(
        Pledge(MINSEL, "sipp", "Bergabung dengan SIPP dan menunjuk adminnya", "Kepala Dinas", 150,
               (Log(126, "operator-minsel", "Admin SIPP ditunjuk dan akun aktif.", 100,
                    papers=("SK admin SIPP",)),
                Submit(127, "operator-minsel"),
                Accept(131, "asdep3", "Akun aktif dan data sudah dimutakhirkan.", adequate=True)), "operator-minsel"),
        Pledge(KONAWE, "kebijakan", "Menetapkan standar pelayanan 14 komponen", "Kepala Dinas", 158,
               (Log(133, "operator-konawe", "Rancangan 14 komponen selesai dibahas.", 60),), "operator-konawe"),
        Pledge(PANGKEP, "konsultasi_pengaduan", "Bergabung dengan SP4N-LAPOR!", "Sekretaris Dinas", 158),
        Pledge(PALOPO, "sipp", "Memutakhirkan informasi SIPP setiap bulan", "Kepala Dinas", 151,
               (Log(128, "operator-palopo", "Sebelas layanan dimutakhirkan.", 100,
                    links=("https://contoh.example/sipp/palopo-2020",)),
                Submit(129, "operator-palopo")), "operator-palopo"),
        Pledge(MANOKWARI, "konsultasi_pengaduan", "Menetapkan petugas pengaduan lewat keputusan", "Kepala Bidang", 158),
        Pledge(MERAUKE, "kebijakan", "Mengumumkan standar pelayanan di ruang layanan dan laman", "Kepala Dinas", 143,
               (Cancel(141, "asdep3", "Kantor dipindahkan; dilanjutkan setelah gedung baru dipakai."),)),
        Pledge(SORONG, "konsultasi_pengaduan", "Menghubungkan pengaduan dengan SP4N-LAPOR!", "Sekretaris Dinas", 150,
               (Log(125, "operator-sorong", "Permohonan akun dikirim ke admin kota.", 100,
                    papers=("Permohonan akun",)),
                Submit(126, "operator-sorong"),
                Return(132, "asdep3", "Permohonan belum bukti; kirim tangkapan layar akun aktif.", 40)),
               "operator-sorong"),
        Pledge(SORONG, "sarpras", "Menyediakan ruang laktasi", "Sekretaris Dinas", 200,
               (Hold(134, "asdep3", "Menunggu perubahan APBD."),), "operator-sorong"),
        Pledge(TUAL, "sipp", "Bergabung dengan SIPP", "Kepala Dinas", 150,
               (Log(124, "operator", "Akun SIPP aktif dan sebelas layanan diisi.", 100,
                    links=("https://contoh.example/sipp/tual-2020",)),
                Submit(125, "operator"),
                Accept(130, "asdep3", "Sudah tampil pada SIPP.", adequate=True)), "operator"),
        Pledge(TUAL, "kebijakan", "Melengkapi standar pelayanan menjadi 14 komponen", "Kepala Dinas", 158,
               (Log(135, "operator", "13 dari 14 komponen lengkap.", 80),), "operator"),
    ),
    thoughts=(
        Thought("operator", 5, 4, "Contoh dari daerah lain sangat membantu; mohon dibagikan."),
        Thought("operator-palopo", 4, 4),
        Thought("operator-sorong", 4, 3, "Waktu paparan tiap unit ditambah."),
        Thought("organisasi", 5, 5),
    ),
)  # fmt: skip

WEEKS_AGO = Meeting(
    title="Ngulik: kemajuan setengah siklus",
    days=((-26, "09:00", "12:00"),),
    regions=(SORONG, PALOPO, MINSEL, KONAWE, MERAUKE, MANOKWARI),
    planned=-47,
    record_number="BA/21/PP.00.05",
    conclusion="Unit yang belum bergerak dikunjungi pendamping; yang lain melanjutkan sesuai komitmen.",
    guests=(
        Guest(Part.HOST, account="asdep3", post="Asisten Deputi Wilayah III"),
        Guest(Part.SPEAKER, account="pendamping", post="Analis Kebijakan"),
        Guest(Part.OFFICER, account="operator-sorong", region=SORONG, post="Sekretaris Dinas"),
        Guest(Part.OFFICER, account="operator-palopo", region=PALOPO, post="Kepala Dinas"),
        Guest(Part.OFFICER, account="operator-minsel", region=MINSEL, post="Kepala Bidang"),
        Guest(Part.OFFICER, account="operator-konawe", region=KONAWE, post="Kepala Dinas", answer=Answer.NONE, days=()),
        Guest(Part.OFFICER, name="Agustina Gebze", region=MERAUKE, post="Kepala Dinas"),
        Guest(Part.COORDINATOR, account="organisasi-palopo", region=PALOPO, post="Bagian Organisasi Kota Palopo"),
    ),
    noted=(
        Noted(SORONG, "inovasi", "Pilih satu masalah layanan, lalu susun inovasinya bersama perguruan tinggi."),
        Noted(MINSEL, None, "Pergantian kepala bidang; serah terima belum lengkap."),
        Noted(KONAWE, None, "Tidak hadir; dihubungi lewat telepon setelah sesi."),
    ),
    pledges=(
        Pledge(SORONG, "inovasi", "Menyusun satu gagasan inovasi bersama perguruan tinggi", "Sekretaris Dinas", 24,
               (), "operator-sorong"),
        Pledge(PALOPO, "kebijakan", "Mengumumkan hasil Forum Konsultasi Publik", "Kepala Dinas", 9,
               (Log(-7, "operator-palopo", "Hasil forum diumumkan di laman kota.", 100,
                    links=("https://contoh.example/fkp/palopo",)),
                Submit(-6, "operator-palopo")), "operator-palopo"),
        Pledge(PALOPO, "sarpras", "Memasang denah layanan huruf timbul", "Kepala Dinas", 2,
               (Log(-19, "operator-palopo", "Denah huruf timbul terpasang di pintu masuk.", 100,
                    photos=("Denah huruf timbul",)),
                Submit(-18, "operator-palopo"),
                Confirm(-17, "organisasi-palopo"),
                Accept(-13, "asdep3", "Denah sesuai dan terbaca.")), "operator-palopo"),
        Pledge(MINSEL, "sdm", "Menyelesaikan serah terima dan menunjuk operator baru", "Kepala Bidang", 13,
               (Log(-10, "operator-minsel", "Operator baru ditunjuk; serah terima berjalan.", 50),), "operator-minsel"),
        Pledge(MINSEL, "konsultasi_pengaduan", "Menetapkan petugas pengaduan", "Kepala Bidang", 6,
               (Log(-9, "operator-minsel", "Petugas pengaduan ditetapkan.", 100, papers=("SK petugas pengaduan",)),
                Submit(-8, "operator-minsel")), "operator-minsel"),
        Pledge(KONAWE, "sipp", "Memutakhirkan data pelayanan pada SIPPN", "Kepala Dinas", -4, (), "operator-konawe"),
        Pledge(KONAWE, "inovasi", "Mengirim gagasan inovasi", "Kepala Dinas", 16,
               (Log(-12, "operator-konawe", "Gagasan antrean lewat pesan singkat.", 100,
                    papers=("Gagasan inovasi",)),
                Submit(-11, "operator-konawe"),
                Return(-5, "asdep3", "Sebutkan penanggung jawab dan jadwal uji cobanya.", 10)), "operator-konawe"),
        Pledge(MERAUKE, "sarpras", "Menyediakan toilet bagi penyandang disabilitas", "Kepala Dinas", 60,
               (Hold(-14, "asdep3", "Menunggu anggaran tahun depan."),)),
        Pledge(MANOKWARI, "sdm", "Mengikuti pelatihan pelayanan prima", "Kepala Bidang", 20,
               (Cancel(-13, "asdep3", "Pelatihan dibatalkan penyelenggaranya."),)),
    ),
    thoughts=(Thought("operator-sorong", 4, 4), Thought("operator-palopo", 5, 4, "Jadwal dikirim lebih awal."),
              Thought("operator-minsel", 3, 3, "Suara sering terputus.")),
)  # fmt: skip

NEXT_WEEK = Meeting(
    title="Ngulik: komitmen yang belum tuntas",
    days=((8, "09:00", "11:30"),),
    regions=(TUAL, SORONG, PALOPO, MINSEL, KONAWE, MERAUKE),
    planned=-3,
    letter_number="B/52/PP.00.05",
    guests=(
        Guest(Part.OFFICER, account="operator", region=TUAL, answer=Answer.YES),
        Guest(Part.OFFICER, account="operator-sorong", region=SORONG, answer=Answer.DELEGATE, name="Kepala Bidang"),
    ),
    brought=(
        Brought(TUAL, "operator", "kebijakan", "Rancangan 14 komponen di Bagian Hukum.", "Menunggu tanda tangan",
                "Penetapan akhir bulan"),
        Brought(TUAL, "operator", "inovasi", "Layanan jemput bola berjalan.", "", "Menambah satu pulau"),
    ),
)  # fmt: skip
