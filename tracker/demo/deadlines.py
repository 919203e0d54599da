"""Time that units of the demonstration ask for: one waits, one was granted, one refused, one waits for a budget."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.demo.cast import PALOPO, TUAL
from tracker.demo.playing import ACTS, Playing
from tracker.demo.steps import Step, Story
from tracker.followups import extending
from tracker.followups.extension_models import Extension
from tracker.followups.extension_queries import waiting_one
from tracker.followups.extension_states import Asked
from tracker.followups.models import FollowUp


@dataclass(frozen=True, slots=True)
class AskTime(Step):
    """The unit asks for a date so many days from today."""

    until: int
    reason: str


@dataclass(frozen=True, slots=True)
class AskHold(Step):
    reason: str
    needed: str


@dataclass(frozen=True, slots=True)
class Grant(Step):
    note: str


@dataclass(frozen=True, slots=True)
class Refuse(Step):
    reason: str


def ask_time(playing: Playing, desk: Desk, follow_up: FollowUp, step: AskTime) -> None:
    until = (playing.since or playing.stage.today) + timedelta(days=step.until)
    extending.request_extension(desk, follow_up, until, step.reason)


def ask_hold(_: Playing, desk: Desk, follow_up: FollowUp, step: AskHold) -> None:
    wanted = extending.HoldRequest(Asked.BUDGET, step.reason, desk.today.year + 1, step.needed)
    extending.request_hold(desk, follow_up, wanted)


def waiting(desk: Desk, follow_up: FollowUp, act: Act) -> Extension:
    id = desk.session.scalars(waiting_one(follow_up).with_only_columns(Extension.id)).one()
    return desk.find(Extension, id, act)


def grant(_: Playing, desk: Desk, follow_up: FollowUp, step: Grant) -> None:
    extending.grant(desk, waiting(desk, follow_up, Act.GRANT_EXTENSION), reason=step.note)


def refuse(_: Playing, desk: Desk, follow_up: FollowUp, step: Refuse) -> None:
    extending.refuse(desk, waiting(desk, follow_up, Act.REFUSE_EXTENSION), step.reason)


ACTS.update(
    {
        AskTime: (Act.REQUEST_EXTENSION, ask_time),
        AskHold: (Act.REQUEST_HOLD, ask_hold),
        Grant: (Act.VIEW_FOLLOW_UPS, grant),
        Refuse: (Act.VIEW_FOLLOW_UPS, refuse),
    }
)

ASKED: dict[tuple[str, str], tuple[Step, ...]] = {
    (TUAL, "kebijakan"): (
        AskTime(-1, "operator", 23, "Menunggu tanda tangan kepala daerah; rancangan keputusannya sudah selesai."),
    ),
    (TUAL, "sdm"): (
        AskHold(
            -2,
            "operator",
            "Papan kode etik dan seragam pelaksana belum dianggarkan pada DPA tahun berjalan.",
            "Papan kode etik untuk 4 loket dan seragam 12 pelaksana, kira-kira Rp18 juta",
        ),
    ),
    (TUAL, "sarpras"): (
        AskTime(-20, "operator", 45, "Pengadaan kursi roda melalui e-katalog memerlukan waktu."),
        Refuse(-18, "asdep3", "Tenggatnya masih cukup untuk kursi roda; jalur landai dapat menyusul."),
    ),
    (PALOPO, "sarpras"): (
        AskTime(-31, "operator-palopo", 26, "Denah layanan dicetak ulang setelah renovasi loket."),
        Grant(-28, "asdep3", "Disetujui; kirim foto denah sementara lebih dahulu."),
    ),
}
"""Region and aspect -> what is added to the story there."""


def with_requests(stories: Iterable[Story]) -> list[Story]:
    """The stories with what their units ask for; each in the order of its days."""
    return [
        replace(story, steps=tuple(sorted((*story.steps, *added), key=lambda step: step.day)))
        if (added := ASKED.get((story.region, story.aspect)))
        else story
        for story in stories
    ]
