"""How a digest reads: its subject with the counts, its lines under headings, as text, as HTML and for the inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.kit import formats
from tracker.reminders.rules import ABOVE, GROUPS, NEWS, OVERDUE, Line

MOST_UNITS = 20
"""Units under "Perlu perhatian Anda"; the rest is a number and a link."""
INBOX = "/kotak-masuk"
PREFERENCES = "/akun/pengingat"


@dataclass(frozen=True, slots=True)
class Item:
    """A line that was told, as it is kept: with the reminder and the unit it came from."""

    reminder_id: int
    unit_id: int | None
    line: Line
    escalates: bool

    @property
    def group(self) -> str:
        """The heading it stands under."""
        if self.escalates:
            return ABOVE
        known = {formats.said(each): each for each in GROUPS}
        return self.line.group if self.line.group in GROUPS else known.get(self.line.group, NEWS)

    def kept(self) -> dict[str, Any]:
        return {
            "reminder": self.reminder_id,
            "unit": self.unit_id,
            "group": self.group,
            "text": self.line.text,
            "path": self.line.path,
        }


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it. `more` units are only counted."""

    heading: str
    lines: list[Line]
    more: int = 0

    @property
    def more_words(self) -> str:
        return str(ngettext("%(num)s unit lagi", "%(num)s unit lagi", self.more)) if self.more else ""


@dataclass(frozen=True, slots=True)
class Content:
    """A message ready to go, in one person's language. `items` are kept for the inbox and the ledger."""

    subject: str
    text: str
    html: str
    items: list[dict[str, Any]]
    calendar: str = ""
    method: str = "REQUEST"
    kept_text: str | None = None
    """What the ledger keeps instead of the text, where the text holds a secret."""

    @property
    def told(self) -> str:
        return self.text if self.kept_text is None else self.kept_text


def digest(name: str, items: Sequence[Item], base_url: str) -> Content:
    """The digest of one person; to be called within `formats.as_read_by` of that person."""
    ordered = sorted(items, key=lambda item: (GROUPS.index(item.group), item.line.order))
    sections = [section(group, list(own)) for group, own in groupby(ordered, key=lambda item: item.group)]
    words = {
        "greeting": _("Yth. %(name)s,", name=name),
        "subject": subject_of(ordered),
        "sections": sections,
        "base": base_url,
        "inbox": base_url + INBOX,
        "preferences": base_url + PREFERENCES,
        "locale": formats.language(),
    }
    return Content(str(words["subject"]), *both("mail/digest", words), [item.kept() for item in ordered])


def both(name: str, words: dict[str, Any]) -> tuple[str, str]:
    """A message as text and as HTML. A mail has no menu and no account, so nothing of a page is put together for it."""
    templates = current_app.jinja_env
    return templates.get_template(f"{name}.txt").render(words), templates.get_template(f"{name}.html").render(words)


def section(group: str, items: list[Item]) -> Section:
    """Escalations name at most twenty units, then how many more there are."""
    lines = [item.line for item in items]
    if group != ABOVE:
        return Section(formats.said(group), lines)
    units = list(dict.fromkeys(line.unit or str(number) for number, line in enumerate(lines)))
    shown = set(units[:MOST_UNITS])
    within = [line for number, line in enumerate(lines) if (line.unit or str(number)) in shown]
    return Section(formats.said(group), within, max(0, len(units) - MOST_UNITS))


def subject_of(items: Sequence[Item]) -> str:
    """ "3 pekerjaan menunggu Anda, 1 lewat batas waktu"."""
    groups = [item.group for item in items]
    waiting = sum(group not in (NEWS, ABOVE) for group in groups)
    above = len({item.line.unit or item.reminder_id for item in items if item.group == ABOVE})
    late, parts = groups.count(OVERDUE), []
    if waiting:
        parts.append(ngettext("%(num)s pekerjaan menunggu Anda", "%(num)s pekerjaan menunggu Anda", waiting))
    if late:
        parts.append(ngettext("%(num)s lewat batas waktu", "%(num)s lewat batas waktu", late))
    if above:
        parts.append(ngettext("%(num)s unit perlu perhatian Anda", "%(num)s unit perlu perhatian Anda", above))
    if not parts:
        parts.append(ngettext("%(num)s kabar untuk Anda", "%(num)s kabar untuk Anda", len(items)))
    return ", ".join(str(part) for part in parts)


def message(subject: str, paragraphs: Sequence[str], base_url: str, path: str = "", action: str = "") -> Content:
    """A message told at once: some paragraphs, and one address to open. Within `formats.as_read_by`."""
    words = {
        "subject": subject,
        "paragraphs": list(paragraphs),
        "url": base_url + path if path else "",
        "action": action or _("Buka di Tuntas"),
        "locale": formats.language(),
    }
    return Content(subject, *both("mail/message", words), [])
