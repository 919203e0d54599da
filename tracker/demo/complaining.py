"""Playing the complaints: each comes in on its day, and its steps are done at the desks of those who did them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints import operations
from tracker.complaints.clocks import set_due
from tracker.complaints.identity import keep_identity
from tracker.complaints.models import Complaint
from tracker.complaints.operations import Disposition, Sorting
from tracker.complaints.receiving import BY_HAND, Received, receive
from tracker.complaints.searching import index_words
from tracker.complaints.states import BallHolder, ComplaintSource
from tracker.demo.grievances import Do, Grievance
from tracker.demo.playing import Turn
from tracker.demo.stage import Stage
from tracker.directory.models import ServiceUnit

LIAISONS = {"81.72": "pengaduan", "96.71": "pengaduan-sorong", "73.73": "pengaduan-palopo"}
IMPORTER = "asdep3"
"""Where an agency has no complaint officer, the assistant deputy brings in what SP4N-LAPOR! holds."""


@dataclass
class Complaining:
    """Plays at the stage; the turns take their place among all others of the demonstration."""

    stage: Stage

    def turns(self, grievances: Iterable[Grievance]) -> list[Turn]:
        found: list[Turn] = []
        for place, grievance in enumerate(grievances):
            found += self.turns_of(grievance, place * 10)
        return found

    def turns_of(self, told: Grievance, place: int) -> list[Turn]:
        born: dict[str, int] = {}

        def come_in() -> None:
            born["id"] = self.come_in(told)

        def doing(step: Do) -> Callable[[], None]:
            return lambda: self.do(born["id"], told, step)

        turns: list[Turn] = [(self.stage.day(told.day), place, come_in)]
        return turns + [(self.stage.day(step.day), place + n, doing(step)) for n, step in enumerate(told.steps, 1)]

    def come_in(self, told: Grievance) -> int:
        moment = self.stage.moment(self.stage.day(told.day))
        desk = self.stage.desk(LIAISONS.get(told.region, IMPORTER), moment)
        unit = self.unit_of(told)
        if told.source not in BY_HAND:
            return import_one(desk, unit, told).id
        received = Received(
            told.source, unit.id, moment, told.title, told.body, told.known_as, told.topic, told.service,
            is_confidential=told.is_confidential, is_anonymous=told.is_anonymous, identity=told.identity,
        )  # fmt: skip
        return receive(desk, received).id

    def unit_of(self, told: Grievance) -> ServiceUnit:
        unit = self.stage.unit(told.region)
        if not told.at_root:
            return unit
        with as_machine(self.stage.session):
            root = sa.select(ServiceUnit).where(ServiceUnit.agency_id == unit.agency_id, ServiceUnit.is_root)
            return self.stage.session.scalars(root).one()

    def do(self, id: int, told: Grievance, step: Do) -> None:
        desk = self.stage.desk(step.by, self.stage.moment(self.stage.day(step.day)))
        complaint = desk.find(Complaint, id, step.act)
        officer = self.stage.key_of(step.to) if step.act is Act.ASSIGN_COMPLAINT else None
        ACTS[step.act](desk, complaint, told, step, officer)


def import_one(desk: Desk, unit: ServiceUnit, told: Grievance) -> Complaint:
    """As an import brings it."""
    complaint = desk.add(
        Complaint(
            unit=unit,
            agency_id=unit.agency_id,
            area_id=unit.area_id,
            source=told.source,
            tracking_id=told.known_as,
            channel="Web",
            is_confidential=told.is_confidential,
            is_anonymous=told.is_anonymous,
            topic=told.topic,
            service=told.service,
            received_at=desk.now,
            holder=BallHolder.LIAISON,
            holder_since=desk.now,
            added_by_id=desk.actor.id,
        )
    )
    desk.session.flush()
    desk.add(operations.words(complaint, told.title, told.body))
    set_due(desk, complaint)
    keep_identity(desk, complaint, told.identity)
    index_words(desk, [(complaint.id, told.title, told.body)])
    desk.record(Act.IMPORT_COMPLAINTS, complaint)
    return complaint


Doing = Callable[[Desk, Complaint, Grievance, Do, int | None], object]


def verify(desk: Desk, complaint: Complaint, told: Grievance, _step: Do, _officer: int | None) -> None:
    sorting = Sorting(told.classification, told.topic, told.service, told.aspect, told.indicator)
    operations.verify(desk, complaint, sorting)


def assign(desk: Desk, complaint: Complaint, _told: Grievance, step: Do, officer: int | None) -> None:
    operations.assign(desk, complaint, Disposition(complaint.unit_id, officer, step.text))


def respond(desk: Desk, complaint: Complaint, _told: Grievance, step: Do, _officer: int | None) -> None:
    in_lapor = desk.today_in(complaint.unit.timezone) if complaint.source is ComplaintSource.LAPOR else None
    operations.respond(desk, complaint, step.text, in_lapor)


ACTS: dict[Act, Doing] = {
    Act.VERIFY_COMPLAINT: verify,
    Act.ASSIGN_COMPLAINT: assign,
    Act.RESPOND_COMPLAINT: respond,
    Act.START_COMPLAINT: lambda desk, complaint, *_: operations.start(desk, complaint),
    Act.CLOSE_COMPLAINT: lambda desk, complaint, *_: operations.close(desk, complaint),
    Act.ASK_CITIZEN: lambda desk, it, _, step, __: operations.ask_citizen(desk, it, step.text),
    Act.HOLD_COMPLAINT: lambda desk, it, _, step, __: operations.hold(desk, it, step.text),
    Act.FORWARD_COMPLAINT: lambda desk, it, _, step, __: operations.forward(desk, it, step.to, step.text),
    Act.ARCHIVE_COMPLAINT: lambda desk, it, _, step, __: operations.archive(desk, it, step.text),
    Act.MERGE_COMPLAINT: lambda desk, it, _, step, __: operations.merge(desk, it, step.text),
    Act.REOPEN_COMPLAINT: lambda desk, it, _, step, __: operations.reopen(desk, it, step.text),
    Act.WRITE_COMPLAINT_NOTE: lambda desk, it, _, step, __: operations.add_note(desk, it, step.text),
}
