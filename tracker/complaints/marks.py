"""Keyed digests of words, names and numbers: they can be looked up, and tell nothing to who has only the database."""

import hmac
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.access.scope import as_machine
from tracker.complaints.models import SealedSecret

NAME = "search"


def search_key(session: Session) -> bytes:
    """The installation's key for marks, made once and kept sealed."""
    known = known_search_key(session)
    if known is not None:
        return known
    made = secrets.token_hex(32)
    with as_machine(session):
        session.add(SealedSecret(name=NAME, value=made))
    return bytes.fromhex(made)


def known_search_key(session: Session) -> bytes | None:
    """For pages that only read: before the first complaint there is none, and nothing to find."""
    with as_machine(session):
        kept = session.scalar(sa.select(SealedSecret).where(SealedSecret.name == NAME))
    return bytes.fromhex(kept.value) if kept else None


def mark(key: bytes, text: str) -> str:
    """The first 16 of 32 bytes of HMAC-SHA-256, in hexadecimal. Costs a few microseconds."""
    return hmac.digest(key, text.encode(), "sha256").hex()[:32]
