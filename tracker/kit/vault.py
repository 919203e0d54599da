"""What citizens entrust to us, kept under keys that stand neither in the database nor in a backup."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

PORTION = 1024 * 1024
"""Bytes of a file that are sealed at a time: no more of it is ever in memory."""


class Locked(Exception):
    """Something is sealed under a key that was not given, or was damaged; says which key."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"the key {key_id} is needed, or what it sealed was damaged")
        self.key_id = key_id


def name_of_key(key: str) -> str:
    """What a key is called where it may be seen: the start of its digest."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


class Vault:
    """Fernet keys, newest first. What is sealed says which key opens it; only the newest one seals.

    Fernet is AES-128-CBC with HMAC-SHA-256 (cryptography.io); a damaged token opens under no key.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._ciphers = {name_of_key(key): Fernet(key) for key in keys}
        if not self._ciphers:
            raise ValueError("a vault needs a key")
        self.newest = next(iter(self._ciphers))

    @property
    def key_ids(self) -> tuple[str, ...]:
        return tuple(self._ciphers)

    def seal(self, text: str) -> str:
        """Never twice the same: what is sealed cannot be compared or searched."""
        return f"{self.newest}.{self._ciphers[self.newest].encrypt(text.encode()).decode()}"

    def open(self, sealed: str) -> str:
        """Raises Locked where the key is missing or the token was changed."""
        return self._open(sealed).decode()

    def is_current(self, sealed: str) -> bool:
        return key_of(sealed) == self.newest

    def seal_file(self, source: BinaryIO, target: BinaryIO) -> None:
        """Portion by portion, a line each."""
        while portion := source.read(PORTION):
            token = self._ciphers[self.newest].encrypt(portion)
            target.write(self.newest.encode() + b"." + token + b"\n")

    def open_file(self, source: BinaryIO) -> Iterator[bytes]:
        for line in source:
            yield self._open(line.decode().rstrip("\n"))

    def _open(self, sealed: str) -> bytes:
        key_id, _dot, token = sealed.partition(".")
        try:
            return self._ciphers[key_id].decrypt(token)
        except (KeyError, InvalidToken):
            raise Locked(key_id) from None


def key_of(sealed: str) -> str:
    return sealed.partition(".")[0]


def vault() -> Vault:
    """The site's."""
    found: Vault = current_app.extensions["vault"]
    return found


class Sealed(sa.types.TypeDecorator[str]):
    """Text that the database holds sealed, and Python reads in the clear. An empty text has nothing to hide."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return vault().seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return vault().open(value) if value else value

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Only whether there is anything can be asked of the database."""
        return sa.Text()


def sealed_columns(metadata: sa.MetaData) -> list[sa.Column[Any]]:
    """Every column whose content needs a key."""
    return [column for table in metadata.sorted_tables for column in table.columns if isinstance(column.type, Sealed)]
