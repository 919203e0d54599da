"""What moved between two points as a table that leaves the site: one row per act, with its exact delta."""

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.access.history import act_in_words, actor_in_words
from tracker.access.words import KINDS
from tracker.kit import formats
from tracker.kit.export import Column, Value
from tracker.progress import comparing
from tracker.progress.comparing import Cause, Comparison
from tracker.progress.forms import in_words

AT_ONCE = 2000
"""Acts; a longer table is made in the background, see the reports."""


def columns(desk: Desk) -> list[Column]:
    return [
        Column(_("Unit"), 40),
        Column(_("Instansi"), 32),
        Column(_("Waktu (%(zone)s)", zone=formats.zone_label(desk.now)), 18),
        Column(_("Siapa"), 28),
        Column(_("Tindakan"), 28),
        Column(_("Tentang"), 24),
        Column(_("Terverifikasi (poin)"), 14, "0.00##"),
        Column(_("Diklaim (poin)"), 14, "0.00##"),
        Column(_("Terverifikasi, pecahan tepat"), 20),
        Column(_("Diklaim, pecahan tepat"), 20),
    ]


def rows_of(desk: Desk, causes: Iterable[Cause]) -> Iterator[list[Value]]:
    for cause in causes:
        who, what, subject = said(cause)
        yield [
            cause.name,
            cause.agency,
            cause.move.at.astimezone(desk.zone),
            who,
            what,
            subject,
            comparing.points(cause.move.verified),
            comparing.points(cause.move.claimed),
            cause.move.verified_delta,
            cause.move.claimed_delta,
        ]


def said(cause: Cause) -> tuple[str, str, str]:
    """Who, did what, to what: the act behind a move in the reader's words."""
    event = cause.event
    if event is not None:
        subject = f"{formats.said(KINDS.get(event.subject_type, event.subject_type))} {event.subject_id}"
        return actor_in_words(event), act_in_words(event.act), subject
    if cause.move.event_id is not None:
        return "–", _("tindakan di luar jangkauan baca Anda"), ""
    return formats.said("Sistem"), _("pencatatan dimulai, atau angka diperbaiki"), ""


def between(found: Comparison) -> str:
    """The two points, in words."""
    return str(_("%(first)s sampai %(second)s", first=in_words(found.first), second=in_words(found.second)))
