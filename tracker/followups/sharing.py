"""A reminder as a person passes it on by hand: about one follow-up, or about all that is open at a unit.

It names the unit, the work and the date, and nobody; the address leads to the page after signing in.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.followups.models import FollowUp
from tracker.followups.queries import as_lines, due_order
from tracker.followups.states import Holder
from tracker.followups.wording import Dated, due_in_words

LISTED = 5


def about_follow_up(desk: Desk, follow_up: FollowUp, address: str) -> str:
    """The text to share about one follow-up."""
    return "\n".join(
        [
            _("Yth. rekan-rekan %(unit)s,", unit=follow_up.unit.full_name),
            _(
                "mohon perhatian untuk tindak lanjut “%(title)s” (%(due)s).",
                title=follow_up.title,
                due=due_in_words(desk, follow_up).words,
            ),
            _("Buka di Tuntas: %(address)s", address=address),
        ]
    )


def about_unit(desk: Desk, unit: ServiceUnit, address: str) -> str:
    """The text to share about what is open at a unit, the most urgent first."""
    return what_waits(desk, unit.full_name, *open_at(desk, unit), address)


def what_waits(desk: Desk, name: str, total: int, urgent: Sequence[Dated], address: str) -> str:
    """The text about a unit's open follow-ups: how many, and those that are urgent with their dates."""
    if not total:
        return "\n".join(
            [
                _("Yth. rekan-rekan %(unit)s,", unit=name),
                _("saat ini tidak ada tindak lanjut yang menunggu unit Anda. Terima kasih."),
                _("Buka di Tuntas: %(address)s", address=address),
            ]
        )
    lines = [f"- {each.title} ({due_in_words(desk, each).words})" for each in urgent]
    more = total - len(urgent)
    if more:
        lines.append("- " + ngettext("dan %(num)s lagi", "dan %(num)s lagi", more))
    return "\n".join(
        [
            _("Yth. rekan-rekan %(unit)s,", unit=name),
            ngettext(
                "ada %(num)s tindak lanjut yang menunggu unit Anda:",
                "ada %(num)s tindak lanjut yang menunggu unit Anda:",
                total,
            ),
            *lines,
            _("Buka di Tuntas: %(address)s", address=address),
        ]
    )


def open_at(desk: Desk, unit: ServiceUnit) -> tuple[int, Sequence[FollowUp]]:
    """How many follow-ups wait for the unit, and the most urgent of them."""
    waiting = sa.select(FollowUp).where(FollowUp.unit_id == unit.id, FollowUp.is_open, FollowUp.holder == Holder.UNIT)
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(waiting.subquery())) or 0
    return total, desk.all(as_lines(waiting.order_by(*due_order(few=True)).limit(LISTED)))
