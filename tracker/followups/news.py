"""What happened to a follow-up and must be told at the next digest: to whom each act is news, and in which words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import Region, ServiceUnit
from tracker.events.models import Event
from tracker.followups import reading
from tracker.followups.models import FollowUp
from tracker.followups.posts import Posts, others, posts
from tracker.followups.states import FollowUpStatus, Holder
from tracker.followups.wording import due_in_words
from tracker.kit.db import BATCH
from tracker.kit.words import N_
from tracker.reminders.models import Reminder
from tracker.reminders.planning import news
from tracker.reminders.register import Duty
from tracker.reminders.rules import NEWS, RETURNED, TO_DO, Line, Owed, Skip

OVERTAKEN = N_("Keadaannya sudah berubah sebelum kabar ini dikirim.")
S = FollowUpStatus


@dataclass(frozen=True, slots=True)
class Happened:
    """An event about a follow-up, and the follow-up as it is now."""

    event_id: int
    actor_id: int | None
    follow_up_id: int
    unit_id: int
    agency_id: int
    area_id: int | None
    person_id: int | None
    assigned_by_id: int | None
    holder: Holder | None


Audience = Callable[[Posts, Happened], Iterable[int]]
Saying = Callable[[Desk, FollowUp, "Event | None"], str | Skip]


def unit_side(at: Posts, what: Happened) -> Iterable[int]:
    """Who works on it at the unit."""
    return at.at_unit(what.unit_id, what.person_id)


def judges(at: Posts, what: Happened) -> Iterable[int]:
    """Who must look at what was handed in: the coordinator where it waits for one, else the verifier's side."""
    if what.holder is Holder.COORDINATOR:
        return at.coordinators.get(what.agency_id, [])
    return at.verifiers(what.unit_id, what.agency_id, what.area_id) if what.holder is Holder.VERIFIER else []


def other_side(at: Posts, what: Happened) -> Iterable[int]:
    """A word of the unit's side goes to whoever assigned the work, one of the verifier's side to the unit."""
    if what.actor_id is None or not at.sits_at(what.actor_id, what.unit_id, what.agency_id):
        return unit_side(at, what)
    verifiers = at.verifiers(what.unit_id, what.agency_id, what.area_id)
    return [what.assigned_by_id] if what.assigned_by_id in verifiers else verifiers


def assigned(desk: Desk, follow_up: FollowUp, _event: Event | None) -> str | Skip:
    if follow_up.status is not S.ASSIGNED:
        return Skip(OVERTAKEN)
    return reading.words(_("Tugas baru, %(due)s", due=due_in_words(desk, follow_up).words), follow_up)


def returned(_desk: Desk, follow_up: FollowUp, event: Event | None) -> str | Skip:
    if follow_up.status is not S.RETURNED:
        return Skip(OVERTAKEN)
    why = event.reason.strip() if event else ""
    if event is not None and event.act == Act.SEND_BACK.value:
        what = _("Dikirim kembali oleh Bagian/Biro Organisasi: %(why)s", why=why)
    else:
        what = _("Dikembalikan verifikator: %(why)s", why=why)
    return reading.words(what, follow_up)


def accepted(_desk: Desk, follow_up: FollowUp, _event: Event | None) -> str | Skip:
    if follow_up.status is not S.ACCEPTED:
        return Skip(OVERTAKEN)
    return reading.words(_("Diterima verifikator"), follow_up)


def confirmed(_desk: Desk, follow_up: FollowUp, _event: Event | None) -> str | Skip:
    if follow_up.holder is not Holder.VERIFIER:
        return Skip(OVERTAKEN)
    return reading.words(_("Dikonfirmasi Bagian/Biro Organisasi dan diteruskan ke verifikator"), follow_up)


def reopened(desk: Desk, follow_up: FollowUp, event: Event | None) -> str | Skip:
    if not follow_up.is_open:
        return Skip(OVERTAKEN)
    what = _("Dibuka kembali: %(why)s", why=event.reason.strip() if event else "")
    return reading.words(f"{what} ({due_in_words(desk, follow_up).words})", follow_up)


def cancelled(_desk: Desk, follow_up: FollowUp, event: Event | None) -> str | Skip:
    if follow_up.status is not S.CANCELLED:
        return Skip(OVERTAKEN)
    return reading.words(_("Dibatalkan: %(why)s", why=event.reason.strip() if event else ""), follow_up)


def commented(_desk: Desk, follow_up: FollowUp, event: Event | None) -> str | Skip:
    """What was written is read on the page, where it can be answered."""
    return reading.words(_("Komentar baru dari %(name)s", name=event.actor_name if event else "–"), follow_up)


def handed_over(desk: Desk, follow_up: FollowUp, _event: Event | None) -> str | Skip:
    if follow_up.person_in_charge_id != desk.actor.id or not follow_up.is_open:
        return Skip(OVERTAKEN)
    what = _("Anda kini penanggung jawabnya, %(due)s", due=due_in_words(desk, follow_up).words)
    return reading.words(what, follow_up)


def handed_in(desk: Desk, follow_up: FollowUp, _event: Event | None) -> str | Skip:
    if follow_up.holder is Holder.COORDINATOR and desk.may(Act.CONFIRM_SUBMISSION, follow_up):
        return reading.words(_("Menunggu konfirmasi Anda"), follow_up)
    if follow_up.holder is Holder.VERIFIER and desk.may(Act.OPEN_SUBMISSION, follow_up):
        return reading.words(_("Diajukan untuk diperiksa"), follow_up)
    return Skip(OVERTAKEN)


@dataclass(frozen=True, slots=True)
class Telling:
    """A kind of news: the acts that make it, whom it concerns, how it is said, under which heading."""

    rule: str
    label: str
    acts: tuple[Act, ...]
    audience: Audience
    saying: Saying
    group: str = NEWS


TELLINGS = (
    Telling("follow_up.assigned", N_("Tugas baru"), (Act.ASSIGN_FOLLOW_UP,), unit_side, assigned, TO_DO),
    Telling(
        "follow_up.returned", N_("Dikembalikan"), (Act.RETURN_FOLLOW_UP, Act.SEND_BACK), unit_side, returned, RETURNED
    ),
    Telling("follow_up.accepted", N_("Diterima"), (Act.ACCEPT_FOLLOW_UP,), unit_side, accepted),
    Telling("follow_up.confirmed", N_("Dikonfirmasi"), (Act.CONFIRM_SUBMISSION,), unit_side, confirmed),
    Telling("follow_up.reopened", N_("Dibuka kembali"), (Act.REOPEN_FOLLOW_UP,), unit_side, reopened, TO_DO),
    Telling("follow_up.cancelled", N_("Dibatalkan"), (Act.CANCEL_FOLLOW_UP,), unit_side, cancelled),
    Telling("follow_up.commented", N_("Komentar"), (Act.COMMENT,), other_side, commented),
    Telling(
        "follow_up.handed_over",
        N_("Penanggung jawab baru"),
        (Act.HAND_OVER, Act.NAME_PERSON_IN_CHARGE),
        lambda _at, what: [] if what.person_id is None else [what.person_id],
        handed_over,
        TO_DO,
    ),
    Telling(
        "follow_up.submitted",
        N_("Pengajuan baru"),
        (Act.SUBMIT_FOLLOW_UP, Act.CONFIRM_SUBMISSION),
        judges,
        handed_in,
        TO_DO,
    ),
)


def owed_news(telling: Telling, desk: Desk) -> Iterator[Owed]:
    """Everybody whom it concerns, except who did it."""
    at, subject = posts(desk), FollowUp.__name__
    told = news(desk, telling.acts, subject)
    for events in portions(told):
        now = as_they_are(desk, {event.subject_id for event in events})
        for event in events:
            if (row := now.get(event.subject_id)) is None:
                continue
            zone = ZoneInfo(row.timezone or "Asia/Jakarta")
            happened = Happened(
                event.id, event.actor_id, row.id, row.unit_id, row.agency_id, row.area_id, row.person_in_charge_id,
                row.assigned_by_id, row.holder,
            )  # fmt: skip
            day, today = event.at.astimezone(zone).date(), desk.now.astimezone(zone).date()
            for person in others(telling.audience(at, happened), event.actor_id):
                yield Owed(person, telling.rule, subject, row.id, day, f"#{event.id}", today, row.unit_id)


def portions(events: Iterable[Any]) -> Iterator[list[Any]]:
    some: list[Any] = []
    for event in events:
        some.append(event)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


def as_they_are(desk: Desk, ids: set[int]) -> dict[int, Any]:
    rows = desk.session.execute(
        sa.select(
            FollowUp.id,
            FollowUp.unit_id,
            FollowUp.area_id,
            FollowUp.person_in_charge_id,
            FollowUp.assigned_by_id,
            FollowUp.holder,
            ServiceUnit.agency_id,
            Region.timezone,
        )
        .join(ServiceUnit, ServiceUnit.id == FollowUp.unit_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
        .where(FollowUp.id.in_(sorted(ids)))
    )
    return {row.id: row for row in rows}


def lines_of_news(telling: Telling, desk: Desk, reminders: Sequence[Reminder]) -> Mapping[int, Line | Skip]:
    found = reading.follow_ups(desk, reminders)
    events = told_by(desk, reminders)
    return {row.id: news_line(telling, desk, found.get(row.subject_id), events.get(event_of(row))) for row in reminders}


def news_line(telling: Telling, desk: Desk, follow_up: FollowUp | None, event: Event | None) -> Line | Skip:
    if follow_up is None:
        return Skip(reading.OUT_OF_REACH)
    said = telling.saying(desk, follow_up, event)
    if isinstance(said, Skip):
        return said
    return Line(said, reading.path_of(follow_up), telling.group, (0, follow_up.id), str(follow_up.unit_id))


def event_of(reminder: Reminder) -> int:
    return int(reminder.step.removeprefix("#"))


def told_by(desk: Desk, reminders: Sequence[Reminder]) -> dict[int, Event]:
    """The events, as far as the reader may see them."""
    ids = sorted({event_of(row) for row in reminders})
    found: dict[int, Event] = {}
    for start in range(0, len(ids), BATCH):
        for event in desk.session.scalars(sa.select(Event).where(Event.id.in_(ids[start : start + BATCH]))):
            found[event.id] = event
    return found


DUTIES = tuple(
    Duty(telling.rule, telling.label, partial(owed_news, telling), partial(lines_of_news, telling))
    for telling in TELLINGS
)
