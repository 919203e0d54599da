"""What the letters of the demonstration recommend, per aspect: some of it for the third time. Pure."""

from tracker.demo.cast import KONAWE, MANOKWARI, MERAUKE, MINSEL, PALOPO, PANGKEP, SORONG, TUAL

COLUMNS = {
    "kebijakan": ("Menetapkan dan mempublikasikan Standar Pelayanan yang memuat 14 komponen", "Tinggi"),
    "sdm": ("Menetapkan kode etik pelaksana dan kriteria penghargaan bagi pelaksana berprestasi", "Sedang"),
    "sarpras": ("Menyediakan sarana bagi kelompok rentan dan ruang tunggu yang layak", "Tinggi"),
    "sipp": ("Memutakhirkan informasi pelayanan pada SIPPN dan kanal digital secara berkala", "Sedang"),
    "konsultasi_pengaduan": (
        "Menghubungkan pengelolaan pengaduan dengan SP4N-LAPOR! dan menetapkan petugas pengaduan", "Sedang",
    ),
    "inovasi": ("Menyusun proposal inovasi yang berkelanjutan beserta sumber dayanya", "Rendah"),
}  # fmt: skip
"""Aspect -> text and priority. The texts of 2019 are among them, so that they are recognised as repeated."""

PRIORITY = (TUAL, SORONG, PALOPO, KONAWE, MINSEL, MERAUKE, MANOKWARI, PANGKEP)
ADVISED = {
    "middle": {(region, aspect) for region in (TUAL, SORONG) for aspect in ("kebijakan", "sdm", "sarpras")},
    "current": {(region, aspect) for region in PRIORITY if region != PANGKEP for aspect in COLUMNS},
}
"""Cycle -> region and aspect. One unit's recommendations of this year are not written yet: it has no figure."""
