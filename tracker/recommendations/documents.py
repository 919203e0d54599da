"""Documents that stand behind a recommendation: the letter's scan, the proof that it cannot be followed up."""

from typing import BinaryIO, cast

from flask import Response, abort, current_app, send_file
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from tracker.access import contents
from tracker.access.store import store
from tracker.kit.content import ENDINGS, JPEG, PDF, PNG, Unusable
from tracker.kit.db import db
from tracker.kit.files import Kept
from tracker.kit.refusal import Refusal

ALLOWED = frozenset({PDF, JPEG, PNG})
MEGABYTE = 1_000_000


def keep(sent: FileStorage, field: str) -> Kept:
    """Take a file in, checked by its content; what is wrong with it is said beside its field."""
    limit = current_app.config["TUNTAS"].max_upload_mb * MEGABYTE
    try:
        return contents.keep(db.session(), store(), cast(BinaryIO, sent.stream), sent.filename or "", limit, ALLOWED)
    except Unusable as unusable:
        raise Refusal(field, unusable.message, **unusable.values) from unusable


def hand_out(digest: str | None, name: str) -> Response:
    """The document as a download. The scope was checked on the row that names it."""
    if not digest or not store().exists(digest):
        abort(404)
    kinds = (kind for kind, endings in ENDINGS.items() if name.lower().endswith(endings))
    return send_file(
        store().open(digest),
        mimetype=next(kinds, "application/octet-stream"),
        as_attachment=True,
        download_name=name,
        etag=digest,
        max_age=0,
    )


def hint() -> str:
    """What may be sent, told before it is chosen."""
    return str(
        gettext("PDF, JPEG, atau PNG, paling besar %(limit)s MB.", limit=current_app.config["TUNTAS"].max_upload_mb)
    )
