"""At what hour and on which further channel somebody is told. Nobody switches reminders off."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.accounts.operations import own_account
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.reminders.chat import is_allowed
from tracker.reminders.models import Preference
from tracker.reminders.selection import FIRST_HOUR, LAST_HOUR

HOURS = range(FIRST_HOUR, LAST_HOUR)


@dataclass(frozen=True, slots=True)
class Wanted:
    hour: int
    chat_address: str = ""


def own_preference(desk: Desk) -> Preference | None:
    return desk.session.scalar(sa.select(Preference).where(Preference.user_id == desk.actor.id))


def prefer(desk: Desk, wanted: Wanted, services: tuple[str, ...]) -> None:
    """Keep one's own hour and channel. Only services that the installation allows may be named."""
    if wanted.hour not in HOURS:
        raise Refusal("hour", N_("Pilih jam antara 08.00 dan 15.00."))
    if wanted.chat_address and not is_allowed(wanted.chat_address, services):
        raise Refusal(
            "chat_address", N_("Layanan ini tidak diizinkan. Yang diizinkan: %(names)s."), names=", ".join(services)
        )
    kept = own_preference(desk)
    if kept is None:
        kept = desk.add(Preference(user_id=own_account(desk).id, hour=FIRST_HOUR, user=own_account(desk)))
    kept.hour, kept.chat_address = wanted.hour, wanted.chat_address
    desk.record(Act.CHANGE_OWN_ACCOUNT, kept)
