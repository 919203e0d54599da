"""What jobs count, in words. Pure."""

from tracker.kit.words import N_

COUNTED: dict[str, str] = {
    "units": N_("unit"),
    "differences": N_("selisih"),
    "snapshots": N_("baris potret"),
    "thinned": N_("baris potret lama dijarangkan"),
    "seals": N_("segel"),
    "lines": N_("baris segel"),
    "closed": N_("siklus disegel"),
    "changed": N_("segel yang berubah"),
    "owed": N_("kewajiban pengingat"),
    "planned": N_("pengingat baru"),
    "sent": N_("terkirim"),
    "told_soon": N_("diberi tahu sesi segera dimulai"),
    "failed": N_("gagal"),
    "uncertain": N_("tidak pasti"),
    "skipped": N_("dilewati"),
    "released": N_("dilepas untuk dicoba lagi"),
    "retry": N_("akan dicoba lagi"),
    "handed_over": N_("pekerjaan dialihkan"),
    "complaints_closed": N_("pengaduan ditutup otomatis"),
    "identities_removed": N_("identitas pelapor dihapus"),
    "views_taken_back": N_("tampilan tidak lagi dibagikan"),
    "dates_moved": N_("tenggat digeser"),
    "forms": N_("kunci formulir"),
    "sign_ins": N_("masuk lama"),
    "links": N_("tautan"),
    "throttles": N_("penghitung"),
    "runs": N_("catatan penjadwal"),
    "leases": N_("tanda hidup"),
    "files": N_("berkas"),
    "made": N_("laporan dibuat"),
    "removed": N_("laporan lama dihapus"),
}
"""A count a job gives -> what it is of; a name that stands here not is shown as it is."""
