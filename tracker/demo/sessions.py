"""Playing the mentoring sessions: planned, prepared, held and closed by the operations of the site, at desks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.demo.meetings import AGENDA, HOST, Brought, Guest, Meeting, Pledge
from tracker.demo.playing import Playing, Turn
from tracker.demo.steps import Step
from tracker.directory.models import SupervisionArea, User
from tracker.instruments.models import Aspect, Cycle
from tracker.mentoring.committing import CommitmentLine, add_commitment, close_session
from tracker.mentoring.holding import (
    Prepared,
    Present,
    answer_invitation,
    give_feedback,
    prepare,
    start_session,
    take_attendance,
    write_note,
)
from tracker.mentoring.invitations import invite
from tracker.mentoring.issuing import issue
from tracker.mentoring.models import Commitment, MentoringSession, Participant, SessionUnit
from tracker.mentoring.planning import SessionPlan, choose_units, plan_session
from tracker.mentoring.states import Mode, PaperKind
from tracker.reminders.outgoing import outgoing

ZONE = "Asia/Jakarta"
LINK = "https://rapat.contoh.example/ngulik-wilayah-iii"
ISSUED = (PaperKind.RECORD, PaperKind.MINUTES, PaperKind.ATTENDANCE)
ANSWERED = -2
"""Days from today: when invitees of the coming session answered; they prepared on the next."""
FIRST_ORDER = 1000
"""Sessions come after the stories of the same day."""


@dataclass
class Held:
    """One session while it is played."""

    playing: Playing
    meeting: Meeting
    area_code: str
    id: int = 0

    @property
    def days(self) -> list[tuple[datetime, datetime]]:
        return [(self.at(offset, start), self.at(offset, end)) for offset, start, end in self.meeting.days]

    def at(self, offset: int, clock: str) -> datetime:
        """A time of a day in the session's zone."""
        moment = datetime.combine(self.playing.day(offset), time.fromisoformat(clock), ZoneInfo(ZONE))
        return moment.astimezone(ZoneInfo("UTC"))

    def turns(self, *, closes: bool) -> list[Turn]:
        """What is to be done on which day."""
        first, last = self.meeting.days[0][0], self.meeting.days[-1][0]
        done: list[tuple[int, Callable[[], None]]] = [(self.meeting.planned, self.plan)]
        if closes:
            done += [(first - 1, self.bring), (first, self.start), (last, self.close), (last, self.write_papers)]
            done += [(last + self.meeting.thought, self.think)]
            for pledge in self.meeting.pledges:
                done += [(step.day, self.stepping(pledge, step)) for step in pledge.steps]
        else:
            done += [(self.meeting.planned, self.ask), (ANSWERED, self.answer), (ANSWERED + 1, self.bring)]
        return [(self.playing.day(day), FIRST_ORDER + place, act) for place, (day, act) in enumerate(done)]

    def desk(self, offset: int, username: str) -> Desk:
        return self.playing.desk(offset, username)

    def found(self, desk: Desk, act: Act) -> MentoringSession:
        return desk.find(MentoringSession, self.id, act)

    def plan(self) -> None:
        """Planned by an assistant deputy, with its units; those of whom nobody is asked yet."""
        meeting, stage = self.meeting, self.playing.stage
        desk = self.desk(meeting.planned, meeting.by)
        with as_machine(stage.session):
            area_id = stage.session.scalars(sa.select(SupervisionArea.id).filter_by(code=self.area_code)).one()
        session = plan_session(
            desk,
            SessionPlan(
                title=meeting.title,
                mode=Mode.ONLINE,
                days=tuple(self.days),
                cycle_id=self.playing.cycle_id,
                series="Ngulik",
                link=LINK,
                host_area_id=area_id,
                host=HOST,
                agenda=AGENDA,
                letter_number=meeting.letter_number,
                assignment_number=meeting.assignment_number,
            ),
        )
        stage.session.flush()
        self.id = session.id
        choose_units(desk, session, [stage.unit(region).id for region in meeting.regions])

    def ask(self) -> None:
        """Invite as the site does; the ledger writes the letters with its next run."""
        desk = self.desk(self.meeting.planned, self.meeting.by)
        invite(desk, self.found(desk, Act.SCHEDULE_SESSION))

    def answer(self) -> None:
        for guest in self.meeting.guests:
            desk = self.desk(ANSWERED, guest.account)
            answer_invitation(desk, self.found(desk, Act.ANSWER_INVITATION), guest.answer, guest.name)
            self.playing.stage.session.commit()

    def bring(self) -> None:
        """What units prepared on the day before; for a session that was held, also who was invited."""
        eve = self.meeting.days[0][0] - 1
        offset = eve if self.playing.since is not None else min(eve, ANSWERED + 1)
        if not self.is_scheduled():
            self.write_guests(offset)
        for account in dict.fromkeys(each.account for each in self.meeting.brought):
            mine = [each for each in self.meeting.brought if each.account == account]
            desk = self.desk(offset, account)
            prepare(desk, self.line(desk, mine[0].region, Act.PREPARE_FOR_SESSION), self.prepared(mine))
            self.playing.stage.session.commit()

    def is_scheduled(self) -> bool:
        with as_machine(self.playing.stage.session):
            session = self.playing.stage.session.get_one(MentoringSession, self.id)
            return session.status.value != "draft"

    def write_guests(self, offset: int) -> None:
        """Who was invited long ago: nobody is told now."""
        desk = self.desk(offset, self.meeting.by)
        session = self.found(desk, Act.SCHEDULE_SESSION)
        session.move(Act.SCHEDULE_SESSION)
        for guest in self.meeting.guests:
            desk.add(self.participant(session, guest, desk))
        desk.record(Act.SCHEDULE_SESSION, session, f"{len(self.meeting.guests)} undangan")
        self.playing.stage.session.commit()

    def participant(self, session: MentoringSession, guest: Guest, desk: Desk) -> Participant:
        stage = self.playing.stage
        user_id, name = None, guest.name
        if guest.account:
            user_id = stage.key_of(guest.account)
            with as_machine(stage.session):
                name = stage.session.get_one(User, user_id).name
        return Participant(
            session=session,
            user_id=user_id,
            name=name,
            post=guest.post,
            part=guest.part,
            unit_id=stage.unit(guest.region).id if guest.region else None,
            answer=guest.answer,
            answered_at=desk.now,
        )

    def prepared(self, brought: list[Brought]) -> dict[int, Prepared]:
        return {self.aspect(each.aspect): Prepared(each.activity, each.obstacle, each.plan) for each in brought}

    def aspect(self, code: str) -> int:
        session = self.playing.stage.session
        with as_machine(session):
            cycle = session.get_one(Cycle, self.playing.cycle_id)
            query = sa.select(Aspect.id).filter_by(instrument_id=cycle.instrument_id, code=code)
            return session.scalars(query).one()

    def line(self, desk: Desk, region: str, act: Act) -> SessionUnit:
        unit_id = self.playing.stage.unit(region).id
        with as_machine(desk.session):
            query = sa.select(SessionUnit.id).filter_by(session_id=self.id, unit_id=unit_id)
            id = desk.session.scalars(query).one()
        return desk.find(SessionUnit, id, act)

    def start(self) -> None:
        """The meeting: who came, what was said, what was promised."""
        offset = self.meeting.days[0][0]
        desk = self.desk(offset, self.meeting.by)
        start_session(desk, self.found(desk, Act.RUN_SESSION))
        self.playing.stage.session.commit()
        self.note()
        desk = self.desk(offset, "pendamping")
        self.note_presence(desk)
        self.playing.stage.session.commit()
        desk = self.desk(offset, self.meeting.by)
        session = self.found(desk, Act.ADD_COMMITMENT)
        for pledge in self.meeting.pledges:
            add_commitment(desk, session, self.commitment(pledge))

    def note(self) -> None:
        for noted in self.meeting.noted:
            desk = self.desk(self.meeting.days[0][0], noted.by)
            aspect_id = self.aspect(noted.aspect) if noted.aspect else None
            write_note(desk, self.line(desk, noted.region, Act.WRITE_NOTE), aspect_id, noted.text)
            self.playing.stage.session.commit()

    def note_presence(self, desk: Desk) -> None:
        session = self.found(desk, Act.TAKE_ATTENDANCE)
        query = sa.select(Participant).filter_by(session_id=session.id).order_by(Participant.id)
        invited = list(desk.all(query))
        seen = [
            Present(person.id, day.id, place in guest.days)
            for person, guest in zip(invited, self.meeting.guests, strict=True)
            for place, day in enumerate(session.days)
        ]
        take_attendance(desk, session, seen)

    def commitment(self, pledge: Pledge) -> CommitmentLine:
        stage, playing = self.playing.stage, self.playing
        return CommitmentLine(
            unit_ids=(stage.unit(pledge.region).id,),
            aspect_id=self.aspect(pledge.aspect),
            text=pledge.text,
            due_on=self.date_of(pledge.due),
            person_in_charge=pledge.who,
            person_in_charge_id=stage.key_of(pledge.account) if pledge.account else None,
            recommendation_id=stage.recommendation(playing.cycle_id, pledge.region, pledge.aspect),
        )

    def date_of(self, offset: int) -> date:
        """A due date: not moved to a working day."""
        return (self.playing.since or self.playing.stage.today) + timedelta(days=offset)

    def close(self) -> None:
        desk = self.desk(self.meeting.days[-1][0], self.meeting.by)
        close_session(desk, self.found(desk, Act.CLOSE_SESSION), self.meeting.conclusion, self.meeting.record_number)

    def write_papers(self) -> None:
        desk = self.desk(self.meeting.days[-1][0], self.meeting.by)
        for kind in ISSUED:
            issue(desk, self.playing.stage.store, self.found(desk, Act.ISSUE_PAPER), kind, "", outgoing().base_url)

    def think(self) -> None:
        offset = self.meeting.days[-1][0] + self.meeting.thought
        for thought in self.meeting.thoughts:
            desk = self.desk(offset, thought.account)
            session = self.found(desk, Act.GIVE_FEEDBACK)
            give_feedback(desk, session, thought.useful, thought.clear, thought.better)
            self.playing.stage.session.commit()

    def stepping(self, pledge: Pledge, step: Step) -> Callable[[], None]:
        return lambda: self.playing.step(self.follow_up_of(pledge), step)

    def follow_up_of(self, pledge: Pledge) -> int:
        session: Any = self.playing.stage.session
        unit_id = self.playing.stage.unit(pledge.region).id
        with as_machine(session):
            query = sa.select(Commitment.follow_up_id).filter_by(session_id=self.id, unit_id=unit_id, text=pledge.text)
            return int(session.scalars(query).one())


def turns_of(playing: Playing, meeting: Meeting, area_code: str, *, closes: bool) -> list[Turn]:
    """A session among the stories of its cycle."""
    return Held(playing, meeting, area_code).turns(closes=closes)
