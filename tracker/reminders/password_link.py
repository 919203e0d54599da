"""The mail with a link that sets a new password: made at the moment of sending, and kept nowhere but in the mail."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.accounts.links import make_link, seed_of
from tracker.accounts.operations import own_account
from tracker.accounts.rules import LINK_LASTS
from tracker.kit.words import N_
from tracker.reminders.at_once import Notice, tell_by_mail
from tracker.reminders.digests import Content, message
from tracker.reminders.outgoing import outgoing
from tracker.reminders.rules import Skip

RULE = "password_link"
SLOT = 300
"""Seconds in which asking again sends nothing more."""


def is_possible() -> bool:
    return outgoing().post is not None


def queue(desk: Desk, user_id: int) -> None:
    """Have the next run mail a link; nothing happens for somebody without an address."""
    tell_by_mail(desk, user_id, f"{RULE} {int(desk.now.timestamp()) // SLOT}", RULE, {})


def write(desk: Desk, _facts: Mapping[str, Any]) -> Content | Skip:
    """Make the link, at the person's own desk; earlier ones end here."""
    user = own_account(desk)
    if not user.is_active:
        return Skip(N_("Akun ini tidak aktif."))
    made = make_link(desk, user, seed_of("", ""))
    hours = int(LINK_LASTS.total_seconds() // 3600)
    paragraphs = [
        _("Seseorang meminta tautan kata sandi untuk akun %(username)s.", username=user.username),
        _(
            "Tautan ini berlaku satu kali, selama %(hours)s jam. Abaikan surel ini bila bukan Anda yang meminta.",
            hours=hours,
        ),
    ]
    subject = _("Tautan untuk menetapkan kata sandi Tuntas")
    content = message(subject, paragraphs, outgoing().base_url, f"/tautan/{made.secret}", _("Tetapkan kata sandi"))
    kept = "\n\n".join([*paragraphs, _("(Tautannya hanya ada dalam surel dan tidak disimpan.)")])
    return Content(content.subject, content.text, content.html, [], kept_text=kept)


NOTICE = Notice(RULE, N_("Tautan kata sandi"), write)
