"""Where an export lies while it is imported: sealed, under a name that says nothing, and gone afterwards."""

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from flask import Request, current_app

from tracker.complaints.intake_file import LARGEST
from tracker.kit import content
from tracker.kit.content import Unusable
from tracker.kit.vault import PORTION, Vault, vault


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    digest: str
    """SHA-256 of what was sent."""
    size: int


class SealedFiles:
    """A folder of sealed files. What was broken off ends in .part."""

    def __init__(self, folder: Path, keys: Vault) -> None:
        self.folder, self.keys = folder, keys

    def keep(self, source: IO[bytes]) -> Kept:
        """Seal a copy. Raises Unusable for one that is empty or too large; nothing is left of it then."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = secrets.token_hex(16)
        part = self.folder / f"{name}.part"
        digest, size = hashlib.sha256(), 0
        try:
            with part.open("wb") as target:
                while portion := source.read(PORTION):
                    digest.update(portion)
                    size += len(portion)
                    if size > LARGEST:
                        raise Unusable(content.TOO_BIG, limit=content.size_in_words(LARGEST))
                    self.keys.seal_file(io.BytesIO(portion), target)
                target.flush()
                os.fsync(target.fileno())
            if not size:
                raise Unusable(content.EMPTY)
            part.rename(self.folder / name)
        finally:
            part.unlink(missing_ok=True)
        return Kept(name, digest.hexdigest(), size)

    def open(self, name: str) -> Iterator[bytes]:
        """Its content in the clear, portion by portion. Raises FileNotFoundError, Locked."""
        with (self.folder / name).open("rb") as source:
            yield from self.keys.open_file(source)

    def exists(self, name: str) -> bool:
        return bool(name) and (self.folder / name).is_file()

    def drop(self, name: str) -> None:
        if name:
            (self.folder / name).unlink(missing_ok=True)

    def drop_others(self, wanted: set[str], before: float) -> int:
        """Take away what no import names and was written before a moment (seconds since 1970)."""
        gone = 0
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            if path.name not in wanted and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                gone += 1
        return gone


def intake_files() -> SealedFiles:
    """The site's."""
    return SealedFiles(current_app.config["TUNTAS"].data / "intake", vault())


class SealedSpool(io.RawIOBase):
    """An upload while it comes in: more than one portion of it lies sealed in a nameless file, none in the clear.

    It is written from beginning to end, then read from its beginning, any number of times.
    """

    def __init__(self, keys: Vault) -> None:
        self.keys = keys
        self.rest = bytearray()
        self.sealed: BinaryIO | None = None
        self.coming: Iterator[bytes] = iter(())
        self.at_hand = b""

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.rest += data
        while len(self.rest) > PORTION:
            portion, self.rest = bytes(self.rest[:PORTION]), self.rest[PORTION:]
            if self.sealed is None:
                self.sealed = TemporaryFile()  # noqa: SIM115 - closed with the upload
            self.keys.seal_file(io.BytesIO(portion), self.sealed)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        if offset or whence:
            raise io.UnsupportedOperation("only to the beginning")
        self.coming, self.at_hand = self.portions(), b""
        return 0

    def portions(self) -> Iterator[bytes]:
        if self.sealed is not None:
            self.sealed.seek(0)
            yield from self.keys.open_file(self.sealed)
        yield bytes(self.rest)

    def readinto(self, buffer: Any) -> int:
        while not self.at_hand:
            found = next(self.coming, None)
            if found is None:
                return 0
            self.at_hand = found
        some, self.at_hand = self.at_hand[: len(buffer)], self.at_hand[len(buffer) :]
        buffer[: len(some)] = some
        return len(some)

    def close(self) -> None:
        if self.sealed is not None:
            self.sealed.close()
        super().close()


class SealingRequest(Request):
    """Uploads of exports are sealed while they come in: a server keeps large ones in a file until they are whole."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.blueprint == "complaints":
            spool: Any = SealedSpool(vault())
            stream: IO[bytes] = spool
            return stream
        return super()._get_file_stream(total_content_length, content_type, filename, content_length)
