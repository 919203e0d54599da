"""The complaints of the demonstration: in every state, about few things often. Pure; all of it is invented.

Days are counted from the day of the demonstration, none before the letter of its current cycle.
"""

from dataclasses import dataclass

from tracker.access.acts import Act
from tracker.complaints.identity import Identity
from tracker.complaints.states import Classification, ComplaintSource
from tracker.demo.cast import MINSEL, PALOPO, SORONG, TUAL

C, S = Classification, ComplaintSource
LIAISON, HEAD, SECOND = "pengaduan", "operator", "operator-tual2"
UNNAMED = Identity()


@dataclass(frozen=True, slots=True)
class Do:
    """One act on it, `day` days from today, by an account; `text` is what was written, or for merging which."""

    day: int
    act: Act
    by: str = LIAISON
    text: str = ""
    to: str = ""
    """An officer it is assigned to."""


@dataclass(frozen=True, slots=True)
class Grievance:
    """A complaint about a unit of a region; `known_as` is its number at its source."""

    region: str
    day: int
    source: ComplaintSource
    known_as: str
    title: str
    body: str
    classification: Classification = C.ORDINARY
    topic: str = "Administrasi kependudukan"
    service: str = ""
    aspect: str | None = None
    indicator: str | None = None
    identity: Identity = UNNAMED
    is_confidential: bool = False
    is_anonymous: bool = False
    at_root: bool = False
    """It reached the agency, and nobody has said which unit it is about."""
    steps: tuple[Do, ...] = ()


def handled(first: int, officer: str, answer: str, until: int, closed: int, by: str = LIAISON) -> tuple[Do, ...]:
    """The usual way, from verification to closing."""
    return (
        Do(first, Act.VERIFY_COMPLAINT, by),
        Do(first, Act.ASSIGN_COMPLAINT, by, "Mohon ditangani dan dijawab dalam lima hari kerja.", to=officer),
        Do(first + 1, Act.START_COMPLAINT, officer),
        Do(until, Act.RESPOND_COMPLAINT, officer, answer),
        Do(closed, Act.CLOSE_COMPLAINT, by),
    )


def given(first: int, officer: str, note: str = "Mohon diperiksa dan dijawab.") -> tuple[Do, ...]:
    return (Do(first, Act.VERIFY_COMPLAINT), Do(first, Act.ASSIGN_COMPLAINT, text=note, to=officer))


GRIEVANCES = (
    Grievance(
        TUAL, -140, S.LAPOR, "7104418", "Toilet pengunjung rusak",
        "Toilet di kantor dinas tidak ada airnya dan pintunya tidak bisa dikunci. Kami mengantre sejak pagi bersama"
        " anak kecil. Mohon diperbaiki.",
        topic="Sarana prasarana", service="Kartu keluarga", aspect="sarpras", indicator="17",
        identity=Identity("Pelapor Contoh Satu", "0800-0000-1001"),
        steps=handled(-138, HEAD, "Keran dan kunci pintu toilet sudah diganti.", -130, -116),
    ),
    Grievance(
        TUAL, -132, S.COUNTER, "", "Kursi tunggu tidak cukup",
        "Saya menunggu tiga jam sambil berdiri karena kursinya hanya dua puluh. Banyak orang tua ikut berdiri.",
        topic="Sarana prasarana", service="KTP elektronik", aspect="sarpras",
        identity=Identity("Pelapor Contoh Dua", "0800-0000-1002", address="Desa Contoh, Kota Tual"),
        steps=handled(-131, HEAD, "Dua puluh kursi ditambah di ruang tunggu.", -118, -103),
    ),
    Grievance(
        TUAL, -126, S.LAPOR, "7216650", "Syarat akta kelahiran di laman berbeda dengan di loket",
        "Di laman ditulis cukup surat keterangan lahir, tetapi di loket diminta juga surat nikah yang dilegalisasi."
        " Saya harus pulang lagi ke Pulau Kur.",
        topic="Informasi persyaratan", service="Akta kelahiran", aspect="sipp", is_anonymous=True,
        steps=handled(-125, SECOND, "Persyaratan pada laman sudah disamakan dengan Standar Pelayanan.", -119, -105),
    ),
    Grievance(
        TUAL, -88, S.LAPOR, "7290127", "Tidak ada jalur untuk kursi roda",
        "Ibu saya memakai kursi roda. Di pintu masuk hanya ada tangga, jadi beliau harus digendong.",
        topic="Sarana prasarana", service="KTP elektronik", aspect="sarpras",
        identity=Identity("Pelapor Contoh Empat", "0800-0000-1004", "pelapor4@contoh.example"),
        steps=handled(-86, HEAD, "Jalur landai selesai dibangun dan dua kursi roda tersedia.", -72, -58),
    ),
    Grievance(
        TUAL, -74, S.LETTER, "", "Pungutan untuk mempercepat cetak KTP",
        "Seorang petugas meminta uang seratus ribu rupiah supaya KTP dicetak hari itu juga. Saya tidak mau menyebut"
        " nama saya kepada siapa pun.",
        C.OVERSIGHT, "Pungutan liar", "KTP elektronik", "sdm", is_confidential=True, is_anonymous=True,
        steps=(
            *given(-71, LIAISON, "Diperiksa bersama Inspektorat. Jangan dibicarakan di luar penangan."),
            Do(-70, Act.START_COMPLAINT),
            Do(-40, Act.WRITE_COMPLAINT_NOTE, text="Keterangan dua saksi sudah diambil oleh Inspektorat."),
        ),
    ),
    Grievance(
        TUAL, -60, S.LAPOR, "7325533", "Blangko KTP habis terus",
        "Sudah tiga kali datang, selalu dikatakan blangko habis. Kapan tersedia?",
        C.INFORMATION, "Administrasi kependudukan", "KTP elektronik", "kebijakan",
        identity=Identity("Pelapor Contoh Enam"),
        steps=(
            *handled(-58, SECOND, "Blangko tersedia lagi mulai hari Senin.", -54, -40),
            Do(-28, Act.REOPEN_COMPLAINT, text="Pelapor belum puas: hari Senin blangko tetap tidak ada."),
        ),
    ),
    Grievance(
        TUAL, -45, S.TELEPHONE, "", "Ruang tunggu panas dan gelap",
        "Dua kipas angin mati dan lampu hanya menyala sebelah. Anak saya sampai muntah karena pengap.",
        topic="Sarana prasarana", service="Kartu keluarga", aspect="sarpras",
        identity=Identity("Pelapor Contoh Tujuh", "0800-0000-1007"),
        steps=(
            *given(-43, HEAD),
            Do(-42, Act.START_COMPLAINT, HEAD),
            Do(-35, Act.HOLD_COMPLAINT, HEAD, "Penggantian kipas dan lampu menunggu pengesahan perubahan anggaran."),
        ),
    ),
    Grievance(
        TUAL, -33, S.LAPOR, "7361209", "Parkir tidak cukup dan becek",
        "Kalau hujan halaman kantor tergenang, motor jatuh semua. Tidak ada tempat parkir untuk mobil.",
        topic="Sarana prasarana", aspect="sarpras", identity=Identity("Pelapor Contoh Delapan"),
        steps=(*given(-31, SECOND), Do(-30, Act.START_COMPLAINT, SECOND)),
    ),
    Grievance(
        TUAL, -30, S.LAPOR, "7361310", "Halaman kantor becek kalau hujan",
        "Sama dengan laporan tetangga saya: halaman tergenang dan kendaraan jatuh. Mohon diperbaiki.",
        topic="Sarana prasarana", aspect="sarpras", is_anonymous=True,
        steps=(Do(-29, Act.VERIFY_COMPLAINT), Do(-29, Act.MERGE_COMPLAINT, text="7361209")),
    ),
    Grievance(
        TUAL, -26, S.LAPOR, "7377004", "Petugas loket melayani sambil bermain telepon",
        "Petugas loket dua tidak menjawab pertanyaan dan terus melihat telepon genggamnya.",
        topic="Sikap petugas", service="Akta kelahiran", aspect="sdm", identity=Identity("Pelapor Contoh Sepuluh"),
        steps=(
            *given(-24, HEAD),
            Do(-23, Act.START_COMPLAINT, HEAD),
            Do(-15, Act.ASK_CITIZEN, HEAD, "Mohon disebutkan hari dan jam kejadiannya."),
        ),
    ),
    Grievance(
        TUAL, -18, S.LAPOR, "7391188", "Lampu jalan mati di depan pasar",
        "Sudah seminggu lampu jalan di depan pasar mati dan gelap.",
        topic="Infrastruktur", at_root=True, is_anonymous=True,
        steps=(
            Do(-17, Act.VERIFY_COMPLAINT),
            Do(-17, Act.FORWARD_COMPLAINT, text="Penerangan jalan adalah kewenangan dinas lain.",
               to="Dinas Perhubungan Kota Tual"),
        ),
    ),
    Grievance(
        TUAL, -17, S.LAPOR, "7392540", "tes", "tes tes 123", topic="", is_anonymous=True,
        steps=(Do(-16, Act.VERIFY_COMPLAINT), Do(-16, Act.ARCHIVE_COMPLAINT, text="Tidak memuat pengaduan.")),
    ),
    Grievance(
        TUAL, -15, S.OMBUDSMAN, "0178/LM/XI/AMB", "Permohonan akta tidak dilayani berlarut",
        "Permohonan akta kematian diajukan dua bulan lalu dan belum selesai. Pelapor telah menanyakan tiga kali.",
        topic="Penundaan berlarut", service="Akta kematian", aspect="kebijakan",
        identity=Identity("Pelapor Contoh Tiga Belas", address="Kecamatan Contoh"),
        steps=(
            *given(-14, HEAD, "Laporan Ombudsman; tembusan jawaban kepada Bagian Organisasi."),
            Do(-13, Act.START_COMPLAINT, HEAD),
            Do(-4, Act.RESPOND_COMPLAINT, HEAD, "Akta selesai dan sudah diantar ke rumah pelapor."),
        ),
    ),
    Grievance(
        TUAL, -9, S.COUNTER, "", "Kotak pengaduan tidak pernah dibuka",
        "Saya menulis di kotak pengaduan bulan lalu dan tidak pernah dijawab.",
        topic="Pengelolaan pengaduan", aspect="konsultasi_pengaduan",
        identity=Identity("Pelapor Contoh Empat Belas", "0800-0000-1014"),
        steps=given(-8, SECOND, "Mohon jelaskan jadwal pembukaan kotak pengaduan."),
    ),
    Grievance(
        TUAL, -7, S.LAPOR, "7410092", "Sediakan ruang menyusui",
        "Sebaiknya kantor dinas menyediakan ruang laktasi bagi ibu yang mengantre dengan bayinya.",
        C.SUGGESTION, "Sarana prasarana", aspect="sarpras", identity=Identity("Pelapor Contoh Lima Belas"),
        steps=(Do(-5, Act.VERIFY_COMPLAINT),),
    ),
    Grievance(
        TUAL, -8, S.LAPOR, "7408815", "Tangga kantor licin",
        "Dua orang terpeleset di tangga depan karena ubinnya licin. Mohon dipasang pegangan.",
        topic="Sarana prasarana", at_root=True, identity=Identity("Pelapor Contoh Enam Belas"),
    ),
    Grievance(
        TUAL, -1, S.LAPOR, "7421770", "Nomor antrean daring tidak bisa diambil",
        "Sejak kemarin laman antrean daring menampilkan galat sehingga nomor antrean tidak dapat diambil.",
        topic="Administrasi kependudukan", is_anonymous=True,
    ),
    Grievance(
        SORONG, -120, S.LAPOR, "7252201", "Toilet penyandang disabilitas dipakai sebagai gudang",
        "Toilet khusus dipakai menyimpan kardus berkas.",
        topic="Sarana prasarana", aspect="sarpras", identity=Identity("Pelapor Contoh Delapan Belas"),
        steps=handled(-118, "operator-sorong", "Toilet sudah dikosongkan dan dibuka kembali.", -110, -96,
                      "pengaduan-sorong"),
    ),
    Grievance(
        SORONG, -22, S.LAPOR, "7385530", "Antrean tidak teratur",
        "Yang datang belakangan dilayani lebih dahulu. Tidak ada mesin nomor antrean.",
        topic="Antrean", service="KTP elektronik", aspect="sarpras", is_anonymous=True,
        steps=(
            Do(-20, Act.VERIFY_COMPLAINT, "pengaduan-sorong"),
            Do(-20, Act.ASSIGN_COMPLAINT, "pengaduan-sorong", "Mohon ditangani.", to="operator-sorong"),
        ),
    ),
    Grievance(
        PALOPO, -66, S.LAPOR, "7318874", "Informasi jam layanan Sabtu berbeda-beda",
        "Di media sosial ditulis buka pukul 08.00, di pintu 09.00.",
        C.INFORMATION, "Informasi persyaratan", aspect="sipp", identity=Identity("Pelapor Contoh Dua Puluh"),
        steps=handled(-64, "operator-palopo", "Jam layanan Sabtu pukul 09.00; media sosial sudah dibetulkan.", -61, -47,
                      "pengaduan-palopo"),
    ),
    Grievance(
        MINSEL, -40, S.LAPOR, "7349902", "Ruang tunggu bocor",
        "Setiap hujan ruang tunggu bocor dan lantainya licin.",
        topic="Sarana prasarana", identity=Identity("Pelapor Contoh Dua Puluh Satu"),
    ),
)  # fmt: skip
