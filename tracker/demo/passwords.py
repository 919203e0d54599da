"""The password that demo accounts share: given, or made once and kept in a file that only its owner may read."""

import os
import secrets
from pathlib import Path

WORDS = (
    "kakap",
    "cengkeh",
    "pala",
    "rotan",
    "sagu",
    "kenari",
    "mutiara",
    "lontar",
    "cemara",
    "kerang",
    "damar",
    "enau",
)
NAME = "demo_password"


def chosen(given: str | None, data: Path) -> str:
    """The given one; else the one kept at an earlier start; else a new one. It is never kept in the database."""
    path = data / NAME
    kept = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    password = given or kept or new()
    if password != kept:
        keep(path, password)
    return password


def kept(data: Path) -> str:
    """The one that was last kept, or nothing."""
    path = data / NAME
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def new() -> str:
    """Three words and a number: easily typed on a phone, for data that is made up."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(3)), str(secrets.randbelow(9000) + 1000)])


def keep(path: Path, password: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(password + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
