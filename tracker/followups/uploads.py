"""Files as they come in over the line: checked and kept at once, so that no one sends a good photo twice.

A form that is shown again carries the files that were already kept as signed notes, bound to the person and the form.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, BinaryIO, cast

from flask import current_app, request
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tracker.access import contents
from tracker.kit.files import FileStore, Kept, Unusable
from tracker.kit.words import N_

GONE = N_("Berkas ini tidak lagi tersimpan. Pilih lagi berkasnya.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be sent, as it is told before sending."""

    files: int
    each_mb: int

    @property
    def each_bytes(self) -> int:
        return self.each_mb * 1024 * 1024


@dataclass(slots=True)
class Received:
    """What of an upload is safe, and what is wrong with the rest, one sentence a file."""

    kept: list[Kept] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def receive(session: Session, store: FileStore, limits: Limits, files: Iterable[Any], purpose: str) -> Received:
    """Keep what was chosen now, after what an earlier try of the same form has already brought in."""
    received = Received()
    brought = earlier(purpose)
    gone = contents.hold(session, store, [kept.digest_kept for kept in brought])
    for kept in brought:
        if kept.digest_kept not in gone:
            received.kept.append(kept)
        else:  # withdrawn elsewhere meanwhile, where the same content was attached
            received.problems.append(gettext("%(name)s: %(why)s", name=kept.name, why=gettext(GONE)))
    for file in files:
        if not isinstance(file, FileStorage) or not file.filename:
            continue
        if len(received.kept) >= limits.files:
            received.problems.append(
                gettext("Terlalu banyak berkas: paling banyak %(most)s sekali kirim.", most=limits.files)
            )
            break
        try:
            stream = cast(BinaryIO, file.stream)
            received.kept.append(contents.keep(session, store, stream, file.filename, limits.each_bytes))
        except Unusable as unusable:
            why = gettext(unusable.message, **unusable.values)
            received.problems.append(gettext("%(name)s: %(why)s", name=file.filename[-80:], why=why))
    return received


def earlier(purpose: str) -> list[Kept]:
    """Files that a form shown again brings with it; a note that is not ours is left out."""
    kept = []
    for note in dict.fromkeys(request.form.getlist("kept")):
        try:
            told = signer(purpose).loads(note)
        except BadSignature:
            continue
        taken_on = date.fromisoformat(told["taken_on"]) if told["taken_on"] else None
        kept.append(Kept(**{**told, "taken_on": taken_on}))
    return kept


def notes(kept: Iterable[Kept], purpose: str) -> list[tuple[str, Kept]]:
    """Each kept file with the note that a form shown again sends back."""
    sign = signer(purpose)
    return [
        (sign.dumps({**asdict(file), "taken_on": file.taken_on.isoformat() if file.taken_on else ""}), file)
        for file in kept
    ]


def signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"kept file: {purpose}")
