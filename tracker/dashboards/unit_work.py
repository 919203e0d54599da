"""What is open at a unit in a cycle: each piece of work with whom it lies, how late it is, and what comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.followups.models import FollowUp
from tracker.followups.rules import DueState
from tracker.followups.states import FollowUpStatus, Holder
from tracker.followups.wording import HOLDER_LETTERS, DueInWords, Line
from tracker.instruments.models import Aspect
from tracker.kit import formats
from tracker.kit.words import N_
from tracker.recommendations.models import Recommendation
from tracker.recommendations.rules import OPEN

S = FollowUpStatus


@dataclass(frozen=True, slots=True)
class Task:
    """A recommendation with the follow-ups that are not cancelled."""

    recommendation: Recommendation
    work: list[Line]

    @property
    def is_not_assigned(self) -> bool:
        return not self.work and self.recommendation.assessment in OPEN

    @property
    def accepted(self) -> int:
        return sum(line.follow_up.status is S.ACCEPTED for line in self.work)


@dataclass(frozen=True, slots=True)
class Step:
    """What has to be done next, where it is done, and whose act it is."""

    words: str
    endpoint: str
    act: Act


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A line of the table at the top of the page: a follow-up, or a recommendation that waits for one."""

    title: str
    url: str
    aspect: Aspect
    status: str
    tone: str
    person: str
    """Who is in charge of it; empty where nobody is named."""
    holder_letter: str
    holder: str
    due: DueInWords | None
    step: str
    step_url: str
    """Where the reader takes the step; empty where somebody else has to."""

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due.state == DueState.OVERDUE.value


@dataclass(frozen=True, slots=True)
class OpenWork:
    rows: list[OpenRow]
    overdue: int
    holders: list[tuple[str, str, int]]
    """Letter, word and number of the pieces of work that somebody holds, in the order of `Holder`."""


NEXT: Mapping[FollowUpStatus, Step] = {
    S.ASSIGNED: Step(N_("Memulai dan mencatat tindakan"), "followups.log", Act.LOG_ACTION),
    S.IN_PROGRESS: Step(N_("Menyelesaikan dan mengajukan bukti"), "followups.log", Act.LOG_ACTION),
    S.RETURNED: Step(N_("Melengkapi yang kurang, lalu mengajukan lagi"), "followups.log", Act.LOG_ACTION),
    S.AWAITING_CONFIRMATION: Step(
        N_("Mengonfirmasi sebelum diverifikasi"), "followups.look_through", Act.CONFIRM_SUBMISSION
    ),
    S.SUBMITTED: Step(N_("Memeriksa bukti"), "followups.check", Act.OPEN_SUBMISSION),
    S.ON_HOLD: Step(N_("Melanjutkan setelah hambatan selesai"), "followups.show", Act.RESUME_FOLLOW_UP),
}
ASSIGN = Step(N_("Menetapkan tindak lanjut"), "followups.assign", Act.ASSIGN_FOLLOW_UP)
DECIDE = Step(N_("Memutuskan usulan"), "recommendations.decide", Act.APPROVE_CANNOT)


@dataclass(frozen=True, slots=True)
class Ways:
    """Where rows lead, without their key: put together once, not once for each row."""

    recommendation: str
    assign: str
    """What follows the key of a recommendation."""
    follow_up: str
    letter: str


def ways() -> Ways:
    recommendation, assign = url_for("followups.assign", id=0).split("0")
    return Ways(
        recommendation,
        assign,
        url_for("followups.show", id=0).removesuffix("0"),
        url_for("recommendations.letter", id=0).removesuffix("0"),
    )


def open_work(desk: Desk, tasks: Iterable[Task], aspects: Mapping[int, Aspect]) -> OpenWork:
    """What somebody has to do: proposals to decide, then follow-ups by due date, then what nobody was given yet."""
    tasks = list(tasks)
    lines = [
        (line, aspects[task.recommendation.aspect_id]) for task in tasks for line in task.work if line.follow_up.is_open
    ]
    lines.sort(key=lambda each: (each[0].follow_up.due_at, each[0].follow_up.id))
    proposed = [task for task in tasks if task.recommendation.is_proposed_cannot]
    unassigned = [task for task in tasks if task.is_not_assigned and task not in proposed]
    url = url_for("followups.show", id=0)[:-1]  # put together once, not once for each row
    rows = [
        *(row_of_proposal(desk, task.recommendation, aspects) for task in proposed),
        *(row_of_follow_up(desk, line, aspect, url) for line, aspect in lines),
        *(row_without_follow_up(desk, task.recommendation, aspects) for task in unassigned),
    ]
    held = [line.follow_up.holder for line, _aspect in lines]
    return OpenWork(
        rows,
        sum(row.is_late for row in rows),
        [
            (formats.said(HOLDER_LETTERS[holder]), formats.label(holder), held.count(holder))
            for holder in Holder
            if holder in held
        ],
    )


def row_of_follow_up(desk: Desk, line: Line, aspect: Aspect, url: str) -> OpenRow:
    work = line.follow_up
    step = NEXT[work.status]
    return OpenRow(
        work.title,
        f"{url}{work.id}",
        aspect,
        formats.label(work.status),
        line.tone,
        work.person_in_charge.name if work.person_in_charge else "",
        line.holder_letter,
        line.holder,
        line.due,
        formats.said(step.words),
        way(desk, step, work),
    )


def row_without_follow_up(desk: Desk, recommendation: Recommendation, aspects: Mapping[int, Aspect]) -> OpenRow:
    return row_of(desk, recommendation, aspects, formats.said(N_("Belum ditugaskan")), "neutral", ASSIGN)


def row_of_proposal(desk: Desk, recommendation: Recommendation, aspects: Mapping[int, Aspect]) -> OpenRow:
    return row_of(
        desk, recommendation, aspects, formats.said(N_("Diusulkan tidak dapat ditindaklanjuti")), "warn", DECIDE
    )


def row_of(
    desk: Desk, recommendation: Recommendation, aspects: Mapping[int, Aspect], status: str, tone: str, step: Step
) -> OpenRow:
    """A recommendation that itself waits for the verifier's side."""
    return OpenRow(
        recommendation.text,
        url_for("recommendations.show", id=recommendation.id),
        aspects[recommendation.aspect_id],
        status,
        tone,
        "",
        formats.said(HOLDER_LETTERS[Holder.VERIFIER]),
        formats.label(Holder.VERIFIER),
        None,
        formats.said(step.words),
        way(desk, step, recommendation),
    )


def way(desk: Desk, step: Step, subject: FollowUp | Recommendation) -> str:
    """The address of a step that the reader may take now."""
    takes = desk.may(step.act, subject) and subject.can(step.act)
    return url_for(step.endpoint, id=subject.id) if takes else ""
