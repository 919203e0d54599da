"""What made-up citizens complain of, in words that are theirs and about things that happen. Pure."""

from dataclasses import dataclass
from random import Random

NAMES = (
    "Andi Pattimura (contoh)", "Ratna Siregar (contoh)", "Yohanes Rumbekwan (contoh)", "Siti Lestari (contoh)",
    "Made Wijaya (contoh)", "Maria Mandagi (contoh)", "Agus Nasution (contoh)", "Dewi Tanjung (contoh)",
    "Frans Hutapea (contoh)", "Nur Hidayati (contoh)", "Petrus Kelen (contoh)", "Wulan Sari (contoh)",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matter:
    topic: str
    service: str
    aspect: str
    title: str
    story: str
    answer: str


MATTERS = (
    Matter("Sarana prasarana", "Loket pelayanan", "sarpras", "Kursi ruang tunggu tidak cukup",
           "Ruang tunggu hanya berisi beberapa kursi sehingga banyak warga lanjut usia berdiri berjam-jam.",
           "Kursi tambahan sudah dipasang; jalur antrean untuk lansia dibuka."),
    Matter("Sarana prasarana", "Parkir", "sarpras", "Tempat parkir becek dan gelap",
           "Halaman parkir tergenang setiap hujan, lampunya mati, dan pengunjung sering terpeleset.",
           "Lampu sudah diganti; perbaikan halaman masuk anggaran perubahan."),
    Matter("Waktu pelayanan", "KTP elektronik", "kebijakan", "KTP elektronik belum selesai",
           "Saya merekam data dua bulan lalu, tetapi kartunya belum juga dicetak karena blangko habis.",
           "Blangko sudah tersedia; kartu dapat diambil mulai besok."),
    Matter("Waktu pelayanan", "Perizinan", "kebijakan", "Izin usaha melewati waktu standar",
           "Permohonan izin melewati waktu dalam standar pelayanan dan tidak ada kabar sama sekali.",
           "Izin sudah terbit; waktu pelayanan akan dipantau setiap minggu."),
    Matter("Perilaku petugas", "Loket pelayanan", "sdm", "Petugas kurang ramah",
           "Petugas melayani sambil bermain telepon genggam dan menjawab pertanyaan dengan ketus.",
           "Petugas sudah ditegur dan mengikuti pelatihan pelayanan."),
    Matter("Biaya", "Akta kelahiran", "kebijakan", "Ada pungutan di luar tarif resmi",
           "Saya diminta membayar di luar tarif supaya berkas didahulukan, tanpa kuitansi.",
           "Kasus diteruskan kepada pengawas internal; layanan ini tidak dipungut biaya."),
    Matter("Sistem informasi", "Pendaftaran daring", "sipp", "Aplikasi antrean sering gagal",
           "Pendaftaran daring selalu menampilkan pesan gagal sehingga saya datang tiga kali dengan percuma.",
           "Peladen aplikasi sudah diperbarui; silakan mencoba kembali."),
    Matter("Pengaduan", "Kotak pengaduan", "konsultasi_pengaduan", "Pengaduan sebelumnya tidak dijawab",
           "Keluhan saya bulan lalu lewat kotak pengaduan tidak pernah dijawab oleh siapa pun.",
           "Mohon maaf; pengaduan itu sudah dicatat dan ditangani."),
    Matter("Inovasi", "Layanan keliling", "inovasi", "Mohon layanan keliling ke pulau",
           "Warga pulau harus menyeberang berjam-jam; mohon layanan keliling datang sebulan sekali.",
           "Jadwal layanan keliling sudah disusun dan diumumkan."),
)  # fmt: skip
WHEN = ("pagi tadi", "kemarin siang", "pada hari Senin", "minggu lalu", "sejak awal bulan", "dua hari berturut-turut")
ALSO = (
    "Mohon segera ditindaklanjuti.", "Terima kasih atas perhatiannya.", "Saya sudah menanyakan dua kali.",
    "Tetangga saya mengalami hal yang sama.", "Anak saya harus izin sekolah karena ini.",
    "Tolong diberi papan pengumuman.", "Petugas jaga tidak dapat memberi penjelasan.",
    "Bila perlu saya bersedia datang membawa bukti.",
)  # fmt: skip


def drawn_matter(chance: Random) -> Matter:
    """Some things are complained of more than others."""
    return MATTERS[int(len(MATTERS) * chance.random() ** 1.5)]


def told(chance: Random, matter: Matter, unit: str, place: str) -> tuple[str, str]:
    """Title and text as somebody would type them, now and then much longer than needed."""
    number = chance.randrange(1, 60)
    title = f"{matter.title} di {unit}"
    parts = [f"{matter.story} Kejadiannya {chance.choice(WHEN)} di {unit}, {place}, loket {number}."]
    parts += chance.sample(ALSO, chance.randrange(1, 4 if chance.random() < 0.97 else len(ALSO)))
    return title, " ".join(parts)
