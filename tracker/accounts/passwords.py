"""Keeping passwords so that nobody can read them: argon2id, at the strength that OWASP asks for."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Is this the password? Where nothing is kept the answer is no, and takes as long as any other."""
    try:
        return HASHER.verify(kept or nobodys(), password) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Was it made with another strength than today's? Then the next sign-in keeps it anew."""
    return HASHER.check_needs_rehash(kept)


@cache
def nobodys() -> str:
    return hashed("nobody has this password")
