"""Keeping a file under the digest of its content, once it is known what it is and what must not be in it."""

import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from tracker.kit import content
from tracker.kit.content import WORKBOOKS, Unusable
from tracker.kit.words import N_

__all__ = ["EVIDENCE", "WORKBOOKS", "FileStore", "Kept", "Unusable", "safe_name"]

EVIDENCE = frozenset(
    {content.PDF, content.JPEG, content.PNG, content.WEBP, content.XLSX, content.DOCX, content.PPTX}
    | {content.CSV, content.TXT}
)

LONG_SIDE = 2400  # pixels: a page of A4 stays readable
# A JPEG is read at a fraction of its size, so cameras of 64 megapixels pass; the others must fit in memory whole.
MOST_PIXELS = {content.JPEG: 70_000_000, content.PNG: 30_000_000, content.WEBP: 30_000_000}
FORMATS = {content.JPEG: "JPEG", content.PNG: "PNG", content.WEBP: "WEBP"}
HOW_SAVED = {"JPEG": {"quality": 85, "optimize": True, "progressive": True}, "PNG": {}, "WEBP": {"quality": 85}}
MODES = {"JPEG": {"L", "RGB"}, "PNG": {"1", "L", "LA", "P", "RGB", "RGBA"}, "WEBP": {"RGB", "RGBA"}}
Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())  # for whoever opens an image elsewhere

TOO_MANY_PIXELS = N_("Gambar ini terlalu besar (lebih dari %(limit)s megapiksel). Perkecil gambarnya, lalu kirim lagi.")

DIGEST = re.compile(r"[0-9a-f]{64}")
EXIF_DETAILS, EXIF_TAKEN = 0x8769, 0x9003
LONGEST_NAME = 120
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is safely on disk. For an image, what is kept is not what was sent."""

    digest_sent: str
    """SHA-256 of the bytes the person sent: by it the same file is recognised, and the receipt proves it."""
    digest_kept: str
    """SHA-256 of the bytes on disk: the file's place in the store."""
    size_sent: int
    size: int
    media_type: str
    name: str
    """The sender's name for it, made safe to show, with an ending that fits the content."""
    taken_on: date | None
    """The day a photo says it was taken: a suggestion for the document's date, never a proof."""


class FileStore:
    """A folder of files, each under the SHA-256 of its content (ab/cd/abcd…). Nothing in it is ever changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"

    def keep(self, stream: BinaryIO, name: str, limit_bytes: int, allowed: frozenset[str] = EVIDENCE) -> Kept:
        """Take a file in: checked by content, images re-encoded without metadata, on disk before this returns.

        Raises Unusable (empty, too big, a type that is not allowed, damaged) and then leaves nothing behind.
        """
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _draft(self._incoming) as sent:
            digest_sent, size_sent = _copy(stream, sent, limit_bytes)
            kind = content.media_type(sent, name, allowed)
            if kind not in FORMATS:
                self._settle(sent, digest_sent)
                return Kept(digest_sent, digest_sent, size_sent, size_sent, kind, safe_name(name, kind), None)
            image, taken_on = _without_metadata(sent, kind)
            with _draft(self._incoming) as kept:
                image.save(kept, FORMATS[kind], **HOW_SAVED[FORMATS[kind]])
                size = kept.tell()
                kept.seek(0)
                digest_kept = hashlib.file_digest(kept, "sha256").hexdigest()
                self._settle(kept, digest_kept)
            return Kept(digest_sent, digest_kept, size_sent, size, kind, safe_name(name, kind), taken_on)

    def path(self, digest: str) -> Path:
        """Where a digest's file lies, if it does. Raises ValueError for what is no digest: no path comes in."""
        if not DIGEST.fullmatch(digest):
            raise ValueError(f"not a SHA-256 digest: {digest!r}")
        return self.folder / digest[:2] / digest[2:4] / digest

    def open(self, digest: str) -> BufferedReader:
        """The file for reading. Raises FileNotFoundError when it was removed or never kept."""
        return self.path(digest).open("rb")

    def exists(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def intact(self, digest: str) -> bool:
        """Whether the file is there and still has the content it is named after."""
        if not self.exists(digest):
            return False
        with self.open(digest) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest

    def remove(self, digest: str) -> bool:
        """Take the content away for good, whoever else refers to it; False when it was gone already."""
        path = self.path(digest)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        _sync_folder(path.parent)
        return True

    def kept_before(self, digest: str, moment: datetime) -> bool:
        """Whether the content is there and was last brought in earlier than `moment`."""
        try:
            return self.path(digest).stat().st_mtime < moment.timestamp()
        except FileNotFoundError:
            return False

    def digests(self) -> Iterator[str]:
        """Every digest that is kept, in order."""
        for path in sorted(self.folder.glob("??/??/*")):
            if DIGEST.fullmatch(path.name):
                yield path.name

    def drop_unfinished(self, before: datetime) -> int:
        """Remove what a broken-off upload left behind earlier than `before`; how many there were."""
        left = [path for path in self._incoming.glob("*") if path.stat().st_mtime < before.timestamp()]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _settle(self, file: BufferedRandom, digest: str) -> None:
        """Move a draft to its place so that after a crash it is there whole or not at all."""
        target = self.path(digest)
        file.flush()
        os.fsync(file.fileno())
        for folder in (target.parent.parent, target.parent):
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
                _sync_folder(folder.parent)
        Path(file.name).replace(target)
        _sync_folder(target.parent)


def safe_name(name: str, kind: str | None = None) -> str:
    """A sender's file name, fit for a page or a Content-Disposition header; never used as a path.

    Folders, control and direction-changing characters and what Windows forbids are taken out, long names shortened.
    With a media type the ending fits it: "foto.exe" that is a JPEG becomes "foto.exe.jpg".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in last)
    shown = re.sub(r'[<>:"|?*]', "_", " ".join(shown.split())).strip(" .") or "berkas"
    endings = content.ENDINGS.get(kind or "", (Path(shown).suffix,))
    ending = next((each for each in endings if each and shown.lower().endswith(each)), None)
    stem = shown[: -len(ending)] if ending else shown
    stem = stem.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .") or "berkas"
    return stem + (ending if ending is not None else endings[0])


@contextmanager
def _draft(folder: Path) -> Iterator[BufferedRandom]:
    """A new file that is gone afterwards, unless it was moved away."""
    path = folder / secrets.token_hex(16)
    with path.open("x+b") as file:
        try:
            yield file
        finally:
            path.unlink(missing_ok=True)


def _copy(stream: BinaryIO, target: BinaryIO, limit_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit_bytes:
            raise Unusable(content.TOO_BIG, limit=content.size_in_words(limit_bytes))
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _without_metadata(file: BinaryIO, kind: str) -> tuple[Image.Image, date | None]:
    """The picture upright, at most LONG_SIDE long, pixels only; and the day it says it was taken."""
    try:
        file.seek(0)
        with Image.open(file, formats=(FORMATS[kind],)) as image:
            if image.width * image.height > MOST_PIXELS[kind]:
                raise Unusable(TOO_MANY_PIXELS, limit=MOST_PIXELS[kind] // 1_000_000)
            taken_on = _taken_on(image)
            image.draft(None, (LONG_SIDE, LONG_SIDE))
            return _plain(ImageOps.exif_transpose(image), FORMATS[kind]), taken_on
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable(TOO_MANY_PIXELS, limit=MOST_PIXELS[kind] // 1_000_000) from error
    except Unusable:
        raise
    except Exception as error:  # a damaged image makes the decoders fail in a dozen ways
        raise Unusable(content.DAMAGED) from error


def _plain(image: Image.Image, form: str) -> Image.Image:
    shrinks = max(image.size) > LONG_SIDE
    if image.mode not in MODES[form] or (shrinks and image.mode in {"1", "P"}):
        seen_through = form != "JPEG" and (image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info)
        image = image.convert("RGBA" if seen_through else "RGB")
    if shrinks:
        image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    image.load()
    # Savers copy profiles, comments and resolutions from here; only a palette's transparency belongs to the pixels.
    image.info = {key: image.info[key] for key in ("transparency",) if key in image.info and image.mode == "P"}
    return image


def _taken_on(image: Image.Image) -> date | None:
    try:
        written = image.getexif().get_ifd(EXIF_DETAILS).get(EXIF_TAKEN)
        day = date(*map(int, str(written)[:10].split(":")))
    except Exception:  # a damaged EXIF block is no reason to refuse the photo
        return None
    return day if day.year >= 1990 else None  # a camera whose clock was never set
