"""What a file really is, told by its content and never by its name. Pure."""

import codecs
import struct
import zlib
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from tracker.kit.words import N_

PDF = "application/pdf"
PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLS, ODS = "application/vnd.ms-excel", "application/vnd.oasis.opendocument.spreadsheet"
CSV, TXT = "text/csv", "text/plain"

# Each type with the endings it goes by; the first is the one we give.
ENDINGS: dict[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
    WEBP: (".webp",),
    XLSX: (".xlsx",),
    DOCX: (".docx",),
    PPTX: (".pptx",),
    XLS: (".xls",),
    ODS: (".ods",),
    CSV: (".csv",),
    TXT: (".txt",),
}
WORKBOOKS = frozenset({XLSX, XLS, ODS, CSV, TXT})

EMPTY = N_("Berkas ini kosong (0 byte). Periksa berkas di perangkat Anda, lalu kirim lagi.")
TOO_BIG = N_("Berkas terlalu besar. Batasnya %(limit)s.")
DAMAGED = N_("Berkas ini rusak atau terpotong sehingga tidak dapat dibaca. Simpan ulang berkasnya, lalu kirim lagi.")
PASSWORD = N_("Berkas ini dilindungi kata sandi. Hapus kata sandinya, simpan, lalu kirim lagi.")
UNKNOWN = N_("Jenis berkas ini tidak diterima. Yang diterima: %(kinds)s.")
HEIC = N_(
    "Foto HEIC/HEIF tidak diterima. Di iPhone: Pengaturan › Kamera › Format › Paling Kompatibel; di Android: matikan "
    "HEIF (gambar efisiensi tinggi) di pengaturan kamera. Lalu foto ulang, atau kirim tangkapan layar foto itu."
)
PROGRAM = N_("Berkas ini sebuah program dan tidak diterima.")
WEB_PAGE = N_(
    "Isi berkas ini halaman web (HTML, XML atau SVG), apa pun namanya. Simpan sebagai PDF, gambar atau .xlsx."
)
MACROS = N_("Berkas Office ini memuat makro. Simpan tanpa makro (.xlsx, .docx atau .pptx) atau sebagai PDF.")
OLD_OFFICE = N_("Berkas Office lama tidak diterima. Simpan sebagai .docx, .xlsx, .pptx atau PDF.")
BINARY_WORKBOOK = N_("Buku kerja biner (.xlsb) tidak diterima. Simpan sebagai .xlsx.")
ARCHIVE = N_("Arsip ZIP tidak diterima, karena isinya tidak dapat diperiksa. Kirim berkasnya satu per satu.")

PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"dex\n",
    b"!<arch>",
)
WEB_STARTS = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe", b"<!--", b"<table")
WEB_SIGNS = (b"<html", b"<script", b"<svg", b"<iframe")
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
OLE_SIGN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_BYTES = bytes(sorted({*range(32, 127), *range(128, 256), *b"\t\n\r\f"}))
HEAD = 4096
LARGEST_ZIP_INDEX = 4_000_000  # bytes; about 60,000 members, many more than an office document has
NO_SECTOR = 0xFFFFFFFA


class Unusable(Exception):
    """A file that cannot be taken, and what its owner can do about it.

    `message` is marked for translation and may hold %(name)s placeholders, filled from `values` afterwards.
    """

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message, self.values = message, values


def size_in_words(size: int) -> str:
    """A limit as people say it: 512 KB, 20 MB, rounded down."""
    return f"{size // 1_048_576} MB" if size >= 1_048_576 else f"{size // 1024} KB" if size >= 1024 else f"{size} byte"


def kinds_in_words(allowed: frozenset[str]) -> str:
    """The endings of the allowed types, as a list for people: .pdf, .jpg, .png."""
    return ", ".join(endings[0] for kind, endings in ENDINGS.items() if kind in allowed)


def media_type(file: BinaryIO, name: str, allowed: frozenset[str]) -> str:
    """The type of the content, one of `allowed`. The name only tells CSV from other text.

    Raises Unusable with a hint that fits what the file really is.
    """
    file.seek(0)
    head = file.read(HEAD)
    kind = _by_signature(head) or _by_container(file, head) or _text_kind(file, head, name, allowed)
    if kind not in allowed:
        hint = OLD_OFFICE if kind == XLS else UNKNOWN
        raise Unusable(hint, **({} if hint is OLD_OFFICE else {"kinds": kinds_in_words(allowed)}))
    return kind


def _by_signature(head: bytes) -> str | None:
    if not head:
        raise Unusable(EMPTY)
    if head[4:8] == b"ftyp" and HEIF_BRANDS & {head[at : at + 4] for at in range(8, 40, 4)}:
        raise Unusable(HEIC)
    if head.startswith(PROGRAMS):
        raise Unusable(PROGRAM)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    return WEBP if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _by_container(file: BinaryIO, head: bytes) -> str | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file)
    if head.startswith(OLE_SIGN):
        file.seek(0)
        return _ole_kind(set(OleFile(file.read()).entries))
    return None


def zip_members(file: BinaryIO) -> list[ZipInfo]:
    """What a ZIP lists. Raises Unusable when it is damaged, or lists so much that only listing it would hurt."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22 or struct.unpack_from("<I", end, at + 12)[0] > LARGEST_ZIP_INDEX:
        raise Unusable(DAMAGED)
    try:
        with ZipFile(file) as archive:
            return archive.infolist()
    except (BadZipFile, ValueError, struct.error, NotImplementedError, OSError) as error:
        raise Unusable(DAMAGED) from error


def _zip_kind(file: BinaryIO) -> str:
    members = zip_members(file)
    names = {member.filename.replace("\\", "/") for member in members}
    if any(name.endswith("vbaProject.bin") or "/macrosheets/" in name for name in names):
        raise Unusable(MACROS)
    if "xl/workbook.bin" in names:
        raise Unusable(BINARY_WORKBOOK)
    if "[Content_Types].xml" in names:
        for folder, kind in (("xl/", XLSX), ("word/", DOCX), ("ppt/", PPTX)):
            if any(name.startswith(folder) for name in names):
                return kind
    if _member(file, "mimetype").strip() == ODS.encode():
        if "encrypted-package" in names or b"encryption-data" in _member(file, "META-INF/manifest.xml"):
            raise Unusable(PASSWORD)
        return ODS
    raise Unusable(ARCHIVE)


def _member(file: BinaryIO, name: str) -> bytes:
    """The beginning of a member, nothing when it cannot be read."""
    try:
        with ZipFile(file) as archive, archive.open(name) as member:
            return member.read(1 << 20)
    except (KeyError, RuntimeError, BadZipFile, NotImplementedError, OSError, ValueError, EOFError, zlib.error):
        return b""


class OleFile:
    """The streams of an OLE container, the shell of .xls and of encrypted Office files. [MS-CFB]

    The standard library has no reader for it; this one reads whole streams and nothing else.
    """

    def __init__(self, data: bytes) -> None:
        """Raises Unusable when the container is damaged."""
        try:
            self._read(data)
        except (struct.error, IndexError, ValueError) as error:
            raise Unusable(DAMAGED) from error

    def _read(self, data: bytes) -> None:
        self._data, shift = data, struct.unpack_from("<H", data, 30)[0]
        if shift not in {9, 12}:
            raise ValueError(f"sector shift {shift}")
        self._size = 1 << shift
        directory, _, _, mini_fat = struct.unpack_from("<IIII", data, 48)
        fat_sectors = [at for at in self._fat_sectors(data) if at < NO_SECTOR]
        self._fat = _numbers(b"".join(map(self._sector, fat_sectors)))
        self._mini_fat = _numbers(self._chain(mini_fat))
        self.entries: dict[str, tuple[int, int]] = {}
        root = NO_SECTOR
        listing = self._chain(directory)
        for at in range(0, len(listing) - 127, 128):
            length, kind = struct.unpack_from("<HB", listing, at + 64)
            start, size = struct.unpack_from("<II", listing, at + 116)
            if kind == 5:
                root = start
            elif kind:
                self.entries[listing[at : at + max(0, length - 2)].decode("utf-16-le", "replace")] = (start, size)
        if root == NO_SECTOR or not self.entries:
            raise ValueError("no directory")
        self._mini = self._chain(root)

    def _fat_sectors(self, data: bytes) -> list[int]:
        found = list(struct.unpack_from("<109I", data, 76))
        at = struct.unpack_from("<I", data, 68)[0]
        while at < NO_SECTOR and len(found) <= len(data) // self._size:
            more = _numbers(self._sector(at))
            found += more[:-1]
            at = more[-1]
        return found

    def _sector(self, at: int) -> bytes:
        return self._data[(at + 1) * self._size : (at + 2) * self._size]

    def _chain(self, at: int) -> bytes:
        return b"".join(map(self._sector, _follow(at, self._fat)))

    def stream(self, name: str) -> bytes | None:
        """A stream's content; None when there is none of that name."""
        start, size = self.entries.get(name, (0, -1))
        if size < 0:
            return None
        if size >= 4096:
            return self._chain(start)[:size]
        return b"".join(self._mini[at * 64 : at * 64 + 64] for at in _follow(start, self._mini_fat))[:size]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _follow(at: int, table: tuple[int, ...]) -> list[int]:
    passed: list[int] = []
    while at < len(table) and len(passed) <= len(table):  # a chain longer than its table runs in a circle
        passed.append(at)
        at = table[at]
    return passed


def _ole_kind(streams: set[str]) -> str:
    if "EncryptedPackage" in streams:
        raise Unusable(PASSWORD)
    if not streams & {"Workbook", "Book"}:
        raise Unusable(OLD_OFFICE)
    if "_VBA_PROJECT_CUR" in streams:
        raise Unusable(MACROS)
    return XLS


def _text_kind(file: BinaryIO, head: bytes, name: str, allowed: frozenset[str]) -> str:
    start = head.removeprefix(codecs.BOM_UTF8)
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    shown = head.decode("utf-16", "replace").encode() if utf16 else start
    shown = shown.lstrip().lower()
    if shown.startswith(WEB_STARTS) or any(sign in shown for sign in WEB_SIGNS):
        raise Unusable(WEB_PAGE)
    file.seek(0)
    while chunk := file.read(1 << 20):
        if not utf16 and chunk.translate(None, TEXT_BYTES):
            raise Unusable(UNKNOWN, kinds=kinds_in_words(allowed))
    return CSV if name.lower().endswith((".csv", ".tsv")) else TXT
