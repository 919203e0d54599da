"""Which column of a sheet is what, by any of the names offices give it. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import ceil

from tracker.evaluations.workbook import Row, is_blank
from tracker.instruments.rules import AspectFacts, InstrumentFacts
from tracker.kit.cells import Cell

TOKEN = re.compile(r"[^\W_]+")
BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
SCANNED_ROWS = 60
LONGEST_HEADER = 100
SCORE = "score:"
"""Fields of aspects are "score:" and the aspect's code; the others are the keys of ALIASES."""

ALIASES: Mapping[str, tuple[str, ...]] = {
    "region": (
        "kode wilayah", "kode wil", "kodewilayah", "kd wilayah", "kode daerah", "kode kemendagri", "kode pemda",
        "kode kab kota", "kode kabupaten kota", "kode", "region code", "region",
    ),
    "agency": (
        "instansi", "nama instansi", "instansi induk", "pemerintah daerah", "nama pemerintah daerah", "pemda",
        "nama pemda", "k l", "k l d", "k l pemda", "kl", "kementerian lembaga", "kementerian lembaga pemda",
        "kementerian lembaga pemerintah daerah", "lembaga", "agency", "institution", "kabupaten kota", "kab kota",
        "nama daerah", "daerah",
    ),
    "unit": (
        "unit pelayanan", "unit pelayanan publik", "unit penyelenggara pelayanan publik",
        "unit penyelenggara pelayanan", "unit layanan", "unit", "nama unit", "nama unit pelayanan", "nama upp", "upp",
        "unit lokus", "lokus", "unit lokus evaluasi", "unit kerja", "opd", "nama opd", "perangkat daerah",
        "service unit", "unit name",
    ),
    "official_index": (
        "indeks", "ipp", "nilai ipp", "nilai indeks", "indeks pelayanan publik", "indeks pelayanan publik ipp",
        "nilai indeks pelayanan publik", "indeks ipp", "indeks akhir", "nilai akhir", "total nilai", "nilai total",
        "nilai", "skor", "index", "score", "public service index",
    ),
    "official_band": (
        "kategori", "predikat", "kategori predikat", "nilai huruf", "mutu", "mutu pelayanan", "zona", "zonasi",
        "category", "grade", "band",
    ),
    "f03": (
        "f 03", "f03", "nilai f 03", "nilai f03", "indeks f 03", "indeks f03", "skor f 03", "skor f03",
        "persepsi masyarakat", "nilai persepsi masyarakat",
    ),
    "aspect": ("aspek", "nama aspek", "aspek penilaian", "aspek evaluasi", "dimensi", "aspect"),
    "text": (
        "rekomendasi", "uraian rekomendasi", "isi rekomendasi", "rekomendasi perbaikan", "saran perbaikan", "saran",
        "catatan rekomendasi", "recommendation",
    ),
    "priority": ("prioritas", "tingkat prioritas", "skala prioritas", "priority"),
    "due_on": (
        "batas waktu", "tenggat", "tenggat waktu", "batas waktu tindak lanjut", "batas akhir", "jatuh tempo",
        "target waktu", "target tanggal", "tanggal target", "target penyelesaian", "waktu penyelesaian", "due date",
        "deadline", "due",
    ),
    "indicator": ("indikator", "no indikator", "nomor indikator", "indikator ke", "indicator", "indicator number"),
    "target": ("target", "target skor", "skor target", "target nilai", "nilai target", "target score"),
}  # fmt: skip

OMBUDSMAN_ALIASES: Mapping[str, tuple[str, ...]] = {
    "agency": ("terlapor", "instansi terlapor", "nama terlapor"),
    "official_index": (
        "nilai kepatuhan total", "nilai keseluruhan", "nilai penilaian", "nilai opini", "total skor", "skor total",
        "total", "nilai rata rata",
    ),
    "official_band": (
        "tingkat kepatuhan", "predikat kepatuhan", "kategori kepatuhan", "kategori kualitas", "tingkat kualitas",
        "kualitas", "kualitas pelayanan",
    ),
    "zone": ("zona", "zonasi", "zona kepatuhan", "warna zona", "zone"),
    "opinion": ("opini", "opini ombudsman", "opini ombudsman ri", "opini kualitas", "opinion"),
    "origin": (
        "jenis", "jenis temuan", "jenis produk", "jenis rekomendasi", "jenis saran", "produk", "produk ombudsman",
        "bentuk", "kind",
    ),
    "text": (
        "saran perbaikan", "uraian saran perbaikan", "isi saran perbaikan", "saran perbaikan tindakan korektif",
        "tindakan korektif saran perbaikan", "uraian", "isi", "uraian temuan", "isi temuan", "temuan",
    ),
    "remedy": ("tindakan korektif", "uraian tindakan korektif", "isi tindakan korektif"),
    "letter_number": (
        "nomor lahp", "no lahp", "lahp", "nomor lha", "no lha", "nomor surat lahp", "nomor lahp surat", "nomor surat",
        "no surat", "nomor laporan", "no laporan", "nomor produk",
    ),
    "letter_date": (
        "tanggal lahp", "tgl lahp", "tanggal lha", "tgl lha", "tanggal surat lahp", "tanggal lahp surat",
        "tanggal surat", "tgl surat", "tanggal laporan", "tgl laporan", "tanggal produk",
    ),
    "due_days": (
        "jangka waktu", "jangka waktu hari kerja", "jangka waktu hari kalender", "jangka waktu hari",
        "batas waktu hari kerja", "batas waktu hari kalender", "tenggat hari kerja", "jumlah hari kerja", "hari kerja",
    ),
    "addressee": ("ditujukan kepada", "kepada", "pihak yang dituju", "pejabat yang dituju", "tujuan", "addressee"),
}  # fmt: skip
"""Further names, and fields of their own, in files about an assessment or a report of Ombudsman RI."""

ASPECT_ALIASES: Mapping[str, tuple[str, ...]] = {
    "kebijakan": ("kebijakan pelayanan", "kebijakan", "standar pelayanan"),
    "sdm": ("profesionalisme sdm", "sdm", "profesionalisme sumber daya manusia", "sumber daya manusia"),
    "sarpras": ("sarana prasarana", "sarpras", "sarana", "prasarana"),
    "sipp": ("sistem informasi pelayanan publik", "sipp", "sistem informasi", "sistem informasi pelayanan"),
    "konsultasi_pengaduan": ("konsultasi pengaduan", "konsultasi", "pengaduan", "pengaduan konsultasi"),
    "inovasi": ("inovasi pelayanan publik", "inovasi pelayanan", "inovasi"),
    "kepatuhan": ("kepatuhan standar pelayanan publik", "kepatuhan standar pelayanan"),
    "input": ("masukan",),
    "proses": ("standar pelayanan",),
    "output": ("keluaran", "luaran"),
    "pengaduan": ("pengelolaan pengaduan", "penanganan pengaduan"),
}
LEADING_NOISE = frozenset({"nilai", "skor", "score", "aspek", "aspect", "indeks", "dimensi", "rata", "f02", "f01"})
STRIPPED, PREFIX = 100, 200
"""Ranks: an exact name beats one that was stripped of words like "nilai", which beats the beginning of a name."""


@dataclass(frozen=True, slots=True)
class Column:
    field: str
    rank: int
    position: int
    header: str


@dataclass(frozen=True, slots=True)
class Header:
    """A header of one or two rows: which field stands where, and columns that claim a field twice."""

    first_row: int
    last_row: int
    columns: Mapping[str, Column]
    doubles: tuple[tuple[Column, Column], ...] = ()

    def named(self, field: str) -> str:
        """The header text as in the file, or nothing."""
        column = self.columns.get(field)
        return column.header if column else ""


class HeaderNames:
    """The names by which the columns of one instrument's workbooks are known."""

    def __init__(self, instrument: InstrumentFacts) -> None:
        self.instrument = instrument
        self.exact: dict[str, tuple[str, int]] = {}
        self.seen: dict[str, tuple[str, int] | None] = {}
        for aspect in instrument.aspects:
            for own in (aspect.name, aspect.code, aspect.name_en):
                self.exact.setdefault(header_key(own), (SCORE + aspect.code, 0))
        for aspect in instrument.aspects:
            for rank, alias in enumerate(ASPECT_ALIASES.get(aspect.code, ()), start=1):
                self.exact.setdefault(alias, (SCORE + aspect.code, rank))
        own_names = OMBUDSMAN_ALIASES if instrument.is_ombudsman else {}
        for names in (own_names, ALIASES):
            for field, aliases in names.items():
                for rank, alias in enumerate(aliases):
                    self.exact.setdefault(header_key(alias), (field, rank))

    def field_of(self, cell: Cell) -> tuple[str, int] | None:
        """The field a header cell names, with how surely (lower is surer); None for any other cell."""
        if not isinstance(cell, str) or len(cell) > LONGEST_HEADER:
            return None
        if cell not in self.seen:
            self.seen[cell] = self.read(cell)
        return self.seen[cell]

    def aspect_of(self, cell: str) -> str | None:
        """The code of the aspect that a cell names."""
        found = self.field_of(cell)
        return found[0].removeprefix(SCORE) if found and found[0].startswith(SCORE) else None

    def read(self, cell: str) -> tuple[str, int] | None:
        key = header_key(cell)
        if not key:
            return None
        if key in self.exact:
            return self.exact[key]
        bare = header_key(BRACKETS.sub(" ", cell))
        if bare in self.exact:
            return self.exact[bare]
        stripped = " ".join(without_noise(bare.split(" ")))
        found = self.exact.get(stripped)
        if found and (found[0].startswith(SCORE) or found[0] == "f03"):
            return found[0], STRIPPED + found[1]
        return self.beginning(stripped)

    def beginning(self, key: str) -> tuple[str, int] | None:
        """The one aspect whose name begins with these words."""
        if len(key) < 4:
            return None
        begun = {aspect.code for aspect in self.instrument.aspects if begins(aspect, key)}
        return (SCORE + begun.pop(), PREFIX) if len(begun) == 1 else None

    def columns(self, cells: Sequence[Cell]) -> list[Column]:
        found = []
        for position, cell in enumerate(cells):
            named = self.field_of(cell)
            if named:
                found.append(Column(named[0], named[1], position, " ".join(str(cell).split())))
        return found

    def kind(self, header: Header) -> str | None:
        """results, recommendations, or None for a sheet of something else."""
        fields = header.columns.keys()
        scores = sum(field.startswith(SCORE) for field in fields)
        half = max(1, ceil(len(self.instrument.aspects) / 2))
        if self.instrument.is_ombudsman:
            return kind_of_ombudsman_sheet(fields, scores)
        if "text" in fields and ("aspect" in fields or scores < half):
            return "recommendations" if fields & {"aspect", "agency", "unit"} else None
        if scores >= half:
            return "results"
        if "agency" in fields and (scores or "official_index" in fields):
            return "results"
        return None


FINDINGS = frozenset({"text", "remedy"})
OF_FINDINGS = frozenset({"aspect", "origin", "letter_number", "letter_date", "due_days", "due_on", "addressee"})


def kind_of_ombudsman_sheet(fields: AbstractSet[str], scores: int) -> str | None:
    """Results may be a total alone; what is found wrong may name no dimension."""
    if not fields & {"agency", "unit", "aspect"}:
        return None
    has_result = bool(scores or "official_index" in fields)
    if fields & FINDINGS and (not has_result or fields & OF_FINDINGS):
        return "recommendations"
    return "results" if "agency" in fields and (has_result or fields & {"opinion", "zone"}) else None


def find_header(rows: Sequence[Row], names: HeaderNames) -> Header | None:
    """The row, or two rows under merged titles, in which most columns are recognised; the first of equals."""
    best: Header | None = None
    for header in possible_headers(rows[:SCANNED_ROWS], names):
        if best is None or len(header.columns) > len(best.columns):
            best = header
    return best if best and len(best.columns) > 1 else None


def possible_headers(rows: Sequence[Row], names: HeaderNames) -> Iterator[Header]:
    above: tuple[int, list[Column]] | None = None
    for number, cells in rows:
        columns = names.columns(cells)
        if columns:
            alone = header_of(number, number, columns)
            yield alone
            if above and not any(isinstance(cell, (int, float)) for cell in cells):
                mine = {column.position for column in columns}
                both = [*columns, *(column for column in above[1] if column.position not in mine)]
                together = header_of(above[0], number, both)
                if len(together.columns) > len(alone.columns):
                    yield together
        above = (number, columns) if columns else None


def header_of(first: int, last: int, columns: list[Column]) -> Header:
    """Where two columns claim one field, the surer name wins; equally sure ones are doubles."""
    chosen: dict[str, Column] = {}
    doubles = []
    for column in sorted(columns, key=lambda each: (each.rank, each.position)):
        other = chosen.setdefault(column.field, column)
        if other is not column and other.rank == column.rank:
            doubles.append((other, column))
    return Header(first, last, chosen, tuple(doubles))


def header_key(text: str) -> str:
    words = TOKEN.findall(text.casefold().replace("&", " dan "))
    return " ".join(word for word in words if word != "dan")


def without_noise(words: list[str]) -> list[str]:
    """Without "nilai", "a." or "3" before the name and weights such as "bobot 30" behind it."""
    while words and (words[0] in LEADING_NOISE or len(words[0]) == 1 or words[0].isdigit()):
        words = words[1:]
    while words and (words[-1].isdigit() or words[-1] in ("bobot", "persen")):
        words = words[:-1]
    return words


def begins(aspect: AspectFacts, key: str) -> bool:
    return any(header_key(name).startswith(f"{key} ") for name in (aspect.name, aspect.name_en))


def is_numbering(cells: Sequence[Cell]) -> bool:
    """The row "(1) (2) (3) …" that many tables have under their header."""
    shown = [str(cell).strip("() ").removesuffix(".0") for cell in cells if not is_blank(cell)]
    return (
        len(shown) > 2
        and all(each.isdigit() for each in shown)
        and [int(each) for each in shown] == list(range(int(shown[0]), int(shown[0]) + len(shown)))
    )
