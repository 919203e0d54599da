"""Which column of an export means what, by the headings that SP4N-LAPOR! and offices give them. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.kit.cells import Cell
from tracker.kit.words import N_

WORD = re.compile(r"[^\W_]+")
SCANNED = 20
"""Rows in which the headings are looked for: exports may have a title above them."""
LONGEST_HEADING = 80

FIELDS: Mapping[str, str] = {
    "tracking_id": N_("Tracking ID atau nomor laporan"),
    "received_at": N_("Tanggal laporan masuk"),
    "status": N_("Status laporan"),
    "title": N_("Judul laporan"),
    "body": N_("Isi laporan"),
    "agency": N_("Instansi induk"),
    "unit": N_("Instansi terdisposisi (unit)"),
    "classification": N_("Klasifikasi"),
    "topic": N_("Kategori"),
    "kind": N_("Tipe (anonim, rahasia)"),
    "disposed_on": N_("Tanggal disposisi"),
    "follow_up": N_("Tindak lanjut terakhir"),
    "followed_up_on": N_("Tanggal tindak lanjut"),
    "channel": N_("Sumber laporan"),
    "service": N_("Jenis layanan"),
    "place": N_("Lokasi"),
    "happened_on": N_("Tanggal kejadian"),
    "name": N_("Nama pelapor"),
    "telephone": N_("Telepon pelapor"),
    "email": N_("Surel pelapor"),
    "number": N_("NIK pelapor"),
    "address": N_("Alamat pelapor"),
}
"""What a column may mean, with its label; in the order in which they are asked for."""
NEEDED = ("tracking_id", "received_at", "status")
ONE_OF = (("title", "body"), ("agency", "unit"))
OF_THE_CITIZEN = ("name", "telephone", "email", "number", "address")

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "tracking_id": (
        "tracking id", "id tracking", "trackingid", "id laporan", "nomor laporan", "no laporan", "nomor registrasi",
        "no registrasi", "nomor pengaduan", "no pengaduan", "id pengaduan", "nomor tiket",
    ),
    "title": ("judul laporan", "judul", "judul pengaduan", "perihal", "hal"),
    "body": (
        "isi laporan awal", "isi laporan", "isi laporan akhir", "isi pengaduan", "isi", "uraian", "uraian laporan",
        "uraian pengaduan", "substansi laporan", "deskripsi",
    ),
    "classification": ("klasifikasi", "klasifikasi laporan", "jenis laporan", "jenis pengaduan"),
    "topic": ("kategori", "kategori laporan", "topik", "substansi"),
    "kind": ("tipe", "tipe laporan", "anonim rahasia", "sifat laporan", "sifat"),
    "name": ("nama pelapor", "pelapor", "nama", "nama pengadu", "nama pemohon"),
    "telephone": ("telepon", "telepon pelapor", "no telepon", "nomor telepon", "no hp", "nomor hp", "hp", "handphone"),
    "email": ("email", "e mail", "surel", "email pelapor", "alamat email", "surel pelapor"),
    "number": ("nik", "nomor ktp", "no ktp", "nomor identitas", "no identitas", "nik pelapor"),
    "address": ("alamat", "alamat pelapor"),
    "place": ("lokasi", "area", "lokasi kejadian", "wilayah", "kecamatan final", "kecamatan", "lokasi area"),
    "happened_on": ("tanggal kejadian", "tgl kejadian"),
    "received_at": (
        "tanggal laporan masuk", "tanggal masuk", "tgl masuk", "tanggal laporan", "tgl laporan", "tanggal pengaduan",
        "tanggal diterima", "waktu laporan masuk",
    ),
    "disposed_on": ("tanggal disposisi", "tgl disposisi", "tanggal verifikasi"),
    "agency": ("instansi induk", "instansi", "nama instansi", "pemerintah daerah", "pemda", "terlapor"),
    "unit": (
        "instansi terdisposisi", "dinas tujuan", "unit terdisposisi", "unit", "unit kerja", "opd", "perangkat daerah",
        "instansi tujuan", "unit pelayanan", "unit terlapor",
    ),
    "status": ("status laporan", "status", "status pengaduan", "status penanganan"),
    "follow_up": ("tindak lanjut terakhir", "tindak lanjut", "tl terakhir", "isi tindak lanjut", "jawaban"),
    "followed_up_on": ("tanggal tl", "tgl tl", "tanggal tindak lanjut", "tanggal tindak lanjut terakhir"),
    "channel": ("sumber laporan", "sumber", "kanal", "media pengaduan", "cara penyampaian"),
    "service": ("jenis layanan", "layanan", "nama layanan"),
}  # fmt: skip
MEANING = {heading: field for field, headings in HEADINGS.items() for heading in headings}
RANK = {heading: at for headings in HEADINGS.values() for at, heading in enumerate(headings)}

Columns = Mapping[str, int]
"""Meaning -> number of the column, from 0."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The row of headings: its number in the sheet from 1, and what stands in it."""

    row: int
    names: tuple[str, ...]


def heading_key(name: str) -> str:
    return " ".join(WORD.findall(name.casefold()))


def names_of(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(" ".join(str(cell).split()) if cell is not None else "" for cell in cells)


def recognised(cells: Sequence[Cell]) -> int:
    """How many different meanings a row names."""
    short = (name for name in names_of(cells) if len(name) <= LONGEST_HEADING)
    return len({MEANING[key] for name in short if (key := heading_key(name)) in MEANING})


def find_heading(rows: Iterable[tuple[int, Sequence[Cell]]]) -> Heading | None:
    """Among the first rows, the one that names most; of a file with headings of its own, the first with any text."""
    best: tuple[int, Heading] | None = None
    for number, cells in rows:
        if number > SCANNED:
            break
        if any(cell is not None for cell in cells):
            found = recognised(cells)
            if best is None or found > max(best[0], 1):
                best = (found, Heading(number, names_of(cells)))
    return best[1] if best else None


def columns_by_name(names: Sequence[str]) -> dict[str, int]:
    """What the headings say by themselves; the surer name wins where two mean the same."""
    found: dict[str, tuple[int, int]] = {}
    for position, name in enumerate(names):
        key = heading_key(name)
        field = MEANING.get(key)
        if field is not None and (field not in found or RANK[key] < found[field][0]):
            found[field] = (RANK[key], position)
    return {field: position for field, (_rank, position) in found.items()}


def missing(columns: Columns) -> list[str]:
    """The meanings without which no complaint can be read; of two that do, the first."""
    absent = [field for field in NEEDED if field not in columns]
    return absent + [one for one, other in ONE_OF if one not in columns and other not in columns]


def usable(columns: Mapping[str, object], width: int) -> dict[str, int]:
    """Only known meanings, of columns that are there."""
    return {
        field: position
        for field, position in columns.items()
        if field in FIELDS and isinstance(position, int) and 0 <= position < width
    }
