"""What is kept is what it says it is, carries no place, and is found again by its digest alone."""

import hashlib
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tracker.kit import content
from tracker.kit.content import Unusable, size_in_words
from tracker.kit.files import EVIDENCE, LONG_SIDE, WORKBOOKS, FileStore, Kept, safe_name

FIXTURES = Path(__file__).parent / "fixtures"
MB = 1 << 20
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def keep(store: FileStore, data: bytes, name: str = "berkas", limit: int = 10 * MB) -> Kept:
    return store.keep(io.BytesIO(data), name, limit)


def photo(form: str = "JPEG", size: tuple[int, int] = (40, 20), *, orientation: int = 1, mode: str = "RGB") -> bytes:
    """A picture as a phone makes it: red on the left, with the place and the day in its EXIF block."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "MerekKamera"
    exif.get_ifd(0x8769)[0x9003] = "2020:05:14 09:30:00"
    exif.get_ifd(0x8825).update({1: "S", 2: (5.0, 40.0, 12.5), 3: "E", 4: (132.0, 45.0, 0.0)})
    out = io.BytesIO()
    image.convert(mode).save(out, form, exif=exif)
    return out.getvalue()


def office(folder: str, *more: str) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", f"{folder}/document.xml": b"<x/>"} | dict.fromkeys(more, b"x"))


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def left_behind(store: FileStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_a_document_is_kept_byte_for_byte_under_its_digest(store: FileStore) -> None:
    kept = keep(store, PDF, "Surat Keputusan.pdf")
    digest = hashlib.sha256(PDF).hexdigest()
    assert kept == Kept(digest, digest, len(PDF), len(PDF), content.PDF, "Surat Keputusan.pdf", None)
    assert store.path(digest) == store.folder / digest[:2] / digest[2:4] / digest
    assert store.open(digest).read() == PDF
    assert left_behind(store) == [store.path(digest)]


def test_the_same_content_is_kept_once_whatever_its_name(store: FileStore) -> None:
    assert keep(store, PDF, "a.pdf").digest_kept == keep(store, PDF, "../../b.pdf").digest_kept
    assert len(list(store.digests())) == 1


@pytest.mark.parametrize(("form", "kind"), [("JPEG", content.JPEG), ("PNG", content.PNG), ("WEBP", content.WEBP)])
def test_a_photo_loses_its_place_and_camera_but_suggests_its_day(store: FileStore, form: str, kind: str) -> None:
    sent = photo(form)
    assert b"MerekKamera" in sent
    kept = keep(store, sent, "foto")
    data = store.path(kept.digest_kept).read_bytes()
    image = Image.open(io.BytesIO(data))
    assert (kept.media_type, kept.taken_on) == (kind, date(2020, 5, 14))
    assert kept.digest_sent == hashlib.sha256(sent).hexdigest()
    assert kept.digest_kept == hashlib.sha256(data).hexdigest() != kept.digest_sent
    assert (kept.size_sent, kept.size) == (len(sent), len(data))
    assert dict(image.getexif()) == {}
    assert image.getexif().get_ifd(0x8825) == {}
    assert b"MerekKamera" not in data
    assert b"Exif" not in data
    assert b"EXIF" not in data


def test_comments_profiles_and_resolutions_go_too(store: FileStore) -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", comment=b"Rumah pelapor", icc_profile=b"profil" * 40, dpi=(72, 72))
    kept = keep(store, out.getvalue())
    data = store.path(kept.digest_kept).read_bytes()
    assert b"Rumah pelapor" in out.getvalue()
    assert b"Rumah" not in data
    assert b"profil" not in data


def test_a_photo_taken_sideways_is_kept_upright(store: FileStore) -> None:
    kept = keep(store, photo(size=(40, 20), orientation=6))  # the camera was turned: red belongs on top
    image = Image.open(store.path(kept.digest_kept)).convert("RGB")
    assert image.size == (20, 40)
    assert image.getpixel((10, 5)) == pytest.approx((254, 0, 0), abs=6)
    assert image.getpixel((10, 35)) == pytest.approx((0, 0, 254), abs=6)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_large_photo_is_scaled_to_a_readable_size(store: FileStore, form: str) -> None:
    kept = keep(store, photo(form, (5000, 1250)))
    assert Image.open(store.path(kept.digest_kept)).size == (LONG_SIDE, LONG_SIDE // 4)


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "1"), ("PNG", "RGBA"), ("WEBP", "RGBA")]
)
@pytest.mark.parametrize("side", [30, 2600])
def test_every_colour_mode_survives(store: FileStore, form: str, mode: str, side: int) -> None:
    image = Image.open(store.path(keep(store, photo(form, (side, 10), mode=mode)).digest_kept))
    assert image.format == form
    assert image.width == min(side, LONG_SIDE)


def test_an_image_bomb_is_refused_without_being_unpacked(store: FileStore) -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < MB
    with pytest.raises(Unusable, match="30 megapiksel"):
        keep(store, out.getvalue())
    assert left_behind(store) == []


def test_a_truncated_photo_is_refused(store: FileStore) -> None:
    with pytest.raises(Unusable) as refused:
        keep(store, photo(size=(800, 800))[:-900])
    assert refused.value.message == content.DAMAGED
    assert left_behind(store) == []


@pytest.mark.parametrize(
    ("data", "name", "kind", "shown"),
    [
        (office("word"), "Laporan", content.DOCX, "Laporan.docx"),
        (office("xl"), "nilai.XLSX", content.XLSX, "nilai.xlsx"),
        (office("ppt"), "paparan.zip", content.PPTX, "paparan.zip.pptx"),
        (b"Nama;Nilai\nTual;1,73\n", "nilai.csv", content.CSV, "nilai.csv"),
        ("Catatan rapat – hadir 12 orang".encode("cp1252"), "catatan.bat", content.TXT, "catatan.bat.txt"),
        ("Catatan".encode("utf-16"), "catatan.txt", content.TXT, "catatan.txt"),
    ],
)
def test_the_type_is_told_by_the_content_and_the_name_made_to_fit(
    store: FileStore, data: bytes, name: str, kind: str, shown: str
) -> None:
    kept = keep(store, data, name)
    assert (kept.media_type, kept.name) == (kind, shown)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", content.EMPTY),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50), content.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(50), content.HEIC),
        (b"MZ\x90\0" + bytes(200), content.PROGRAM),
        (b"\x7fELF" + bytes(200), content.PROGRAM),
        (b"#!/bin/sh\nrm -rf /\n", content.PROGRAM),
        (b"<!DOCTYPE html><html></html>", content.WEB_PAGE),
        (b"\xef\xbb\xbf \n<HTML><body>x</body>", content.WEB_PAGE),
        ("<html>".encode("utf-16"), content.WEB_PAGE),
        (b"halo <script>alert(1)</script>", content.WEB_PAGE),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', content.WEB_PAGE),
        (b"<svg onload=alert(1)>", content.WEB_PAGE),
        (office("word", "word/vbaProject.bin"), content.MACROS),
        (office("xl", "xl/macrosheets/sheet1.xml"), content.MACROS),
        (zipped({"foto.jpg": b"x"}), content.ARCHIVE),
        (zipped({"AndroidManifest.xml": b"x", "classes.dex": b"x"}), content.ARCHIVE),
        (office("word")[:-30], content.DAMAGED),
        (b"GIF89a" + bytes(100), content.UNKNOWN),
        (bytes(range(256)), content.UNKNOWN),
        ((FIXTURES / "libreoffice.xls").read_bytes(), content.OLD_OFFICE),
        ((FIXTURES / "password-office.xlsx").read_bytes(), content.PASSWORD),
    ],
)
def test_what_cannot_be_evidence_is_refused_with_its_own_hint(store: FileStore, data: bytes, message: str) -> None:
    with pytest.raises(Unusable) as refused:
        keep(store, data, "foto.jpg")
    assert refused.value.message == message
    assert "%(" not in str(refused.value)
    assert left_behind(store) == []


def test_a_workbook_for_an_import_may_be_of_an_older_kind(store: FileStore) -> None:
    for name, kind in (("libreoffice.xls", content.XLS), ("libreoffice.ods", content.ODS)):
        with (FIXTURES / name).open("rb") as file:
            assert store.keep(file, name, MB, WORKBOOKS).media_type == kind
    assert content.XLS not in EVIDENCE


def test_the_limit_is_told_in_words_and_nothing_stays(store: FileStore) -> None:
    with pytest.raises(Unusable, match=r"Batasnya 2 MB\."):
        keep(store, PDF + bytes(2 * MB), limit=2 * MB)
    assert left_behind(store) == []
    assert keep(store, PDF, limit=len(PDF)).size == len(PDF)


@pytest.mark.parametrize(("size", "words"), [(900, "900 byte"), (512 * 1024, "512 KB"), (10 * MB, "10 MB")])
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_in_words(size) == words


def test_a_removed_file_is_gone_and_says_so(store: FileStore) -> None:
    digest = keep(store, PDF).digest_kept
    assert store.remove(digest) is True
    assert store.exists(digest) is False
    assert store.remove(digest) is False
    with pytest.raises(FileNotFoundError):
        store.open(digest)


def test_a_file_changed_on_disk_is_no_longer_intact(store: FileStore) -> None:
    digest = keep(store, PDF).digest_kept
    assert store.intact(digest)
    store.path(digest).write_bytes(PDF + b"x")
    assert not store.intact(digest)
    assert not store.intact("0" * 64)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", ""])
def test_only_a_digest_leads_to_a_path(store: FileStore, digest: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256 digest"):
        store.path(digest)


def test_every_kept_file_is_listed_and_nothing_else(store: FileStore) -> None:
    kept = {keep(store, PDF + bytes([32, at])).digest_kept for at in range(65, 75)}
    (store.folder / "incoming" / "sisa").write_bytes(b"x")
    assert list(store.digests()) == sorted(kept)


def test_leftovers_of_a_crash_are_dropped_but_not_a_running_upload(store: FileStore) -> None:
    keep(store, PDF)
    leftover = store.folder / "incoming" / "sisa"
    leftover.write_bytes(b"x")
    now = datetime.fromtimestamp(leftover.stat().st_mtime, UTC)
    assert store.drop_unfinished(now - timedelta(hours=1)) == 0
    assert store.drop_unfinished(now + timedelta(seconds=1)) == 1
    assert not leftover.exists()


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("../../etc/passwd", None, "passwd"),
        (r"C:\Users\Budi\SK Tim.pdf", content.PDF, "SK Tim.pdf"),
        ("foto\u202egpj.exe", content.JPEG, "foto gpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.pdf", content.PDF, "a Set-Cookie_ x.pdf"),
        ("  foto   kantor .JPEG", content.JPEG, "foto kantor.jpeg"),
        ("", content.PNG, "berkas.png"),
        (".htaccess", content.TXT, "htaccess.txt"),
        ("…", None, "…"),
    ],
)
def test_a_name_is_shown_without_what_could_mislead(name: str, kind: str | None, shown: str) -> None:
    assert safe_name(name, kind) == shown


@given(st.text(max_size=400), st.sampled_from([None, *content.ENDINGS]))
def test_any_name_becomes_one_that_fits_a_header_and_a_disk(name: str, kind: str | None) -> None:
    shown = safe_name(name, kind)
    assert shown.isprintable()
    assert not set(shown) & set('/\\<>:"|?*')
    assert 0 < len(shown.encode()) <= 255
    assert kind is None or shown.endswith(content.ENDINGS[kind])
