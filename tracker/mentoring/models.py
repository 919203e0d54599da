"""A mentoring session: its days, units, people, what was said there and what was promised."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.directory.models import SupervisionArea, User
from tracker.instruments.models import Aspect, Cycle
from tracker.kit.db import Code, Key, Model, Name, Prose
from tracker.kit.rows import Criterion, InUnit, Reach, Recorded, Scoped
from tracker.kit.workflow import Moving
from tracker.mentoring.states import SESSION, Answer, AttendanceSource, Mode, PaperKind, Part, SessionStatus
from tracker.recommendations.models import Recommendation


class MentoringSession(Moving, Recorded, Scoped, Model):
    """A meeting of several units over one or more days. Seen by its host area and by whoever sees one of its units."""

    __tablename__ = "mentoring_session"
    __table_args__ = (
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", "closed_at_a_moment"),
        sa.CheckConstraint("status <> 'cancelled' OR cancelled_reason <> ''", "cancelled_for_a_reason"),
        sa.Index("ix_mentoring_session_area", "host_area_id", "starts_at"),
        sa.Index("ix_mentoring_session_starts", "starts_at", "id"),
    )
    view = "session.view"
    is_shared = True  # of several units: its events are seen by whoever sees it
    workflow = SESSION
    derived = frozenset({"version", "sequence"})

    id: Mapped[Key]
    """Also its number, in its address and on its papers."""
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[Name]
    series: Mapped[Name] = mapped_column(default="")
    mode: Mapped[Mode]
    link: Mapped[Prose] = mapped_column(default="")
    place: Mapped[Prose] = mapped_column(default="")
    zone: Mapped[Code] = mapped_column(default="Asia/Jakarta")
    """The zone in which it was planned, and which its papers name."""
    cycle_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    host_area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supervision_area.id"))
    host: Mapped[Name] = mapped_column(default="")
    agenda: Mapped[Prose] = mapped_column(default="")
    starts_at: Mapped[datetime]
    """Of the first day; kept with the days, for lists."""
    ends_at: Mapped[datetime]
    """Of the last day."""
    status: Mapped[SessionStatus] = mapped_column(default=SESSION.start)
    uid: Mapped[Name] = mapped_column(unique=True)
    """Of its invitation in calendars; never changes."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Raised with each change that invitees' calendars must learn of."""
    letter_number: Mapped[Code] = mapped_column(default="")
    assignment_number: Mapped[Code] = mapped_column(default="")
    record_number: Mapped[Code] = mapped_column(default="")
    copied_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mentoring_session.id"))
    planned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    planned_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    conclusion: Mapped[Prose] = mapped_column(default="")
    cancelled_reason: Mapped[Prose] = mapped_column(default="")

    __mapper_args__ = {"version_id_col": version}

    cycle: Mapped[Cycle | None] = relationship()
    host_area: Mapped[SupervisionArea | None] = relationship()
    planned_by: Mapped[User | None] = relationship(foreign_keys=[planned_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    days: Mapped[list["SessionDay"]] = relationship(back_populates="session", order_by="SessionDay.starts_at")
    units: Mapped[list["SessionUnit"]] = relationship(back_populates="session", order_by="SessionUnit.position")

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.true() if reach.everything else in_reach(cls.id, cls.host_area_id, reach)


def in_reach(session_id: Any, host_area_id: Any, reach: Reach) -> Criterion:
    """Sessions of an area in reach, or with a unit in reach."""
    lines = SessionUnit.__table__.alias()
    joined = sa.exists().where(lines.c.session_id == session_id, reach.units(lines.c.unit_id))
    return sa.or_(reach.units(sa.null(), host_area_id), joined)


class PartOfSession(Recorded, Scoped):
    """What belongs to a session: seen with it, and told of by its history."""

    view = "session.view"
    session: Any
    session_id: Any

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        if reach.everything:
            return sa.true()
        sessions = MentoringSession.__table__.alias()
        seen = sa.select(sessions.c.id).where(in_reach(sessions.c.id, sessions.c.host_area_id, reach))
        return sa.cast(cls.session_id.in_(seen.correlate(None).scalar_subquery()), sa.Boolean)

    @property
    def whole(self) -> MentoringSession:
        whole: MentoringSession = self.session
        return whole


class PartOfLine(Recorded, InUnit):
    """What belongs to one unit of a session: seen by whoever sees the unit, and told of by its line's history, so that
    no unit reads in the session's history what another one said."""

    view = "session.view"
    session: Any

    @property
    def whole(self) -> Any:
        session: MentoringSession | None = self.session
        lines = session.units if session is not None else ()
        return next((line for line in lines if line.unit_id == self.unit_id), session)


class SessionDay(PartOfSession, Model):
    __tablename__ = "session_day"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "starts_at"),
        sa.CheckConstraint("ends_at > starts_at", "ends_after_it_starts"),
    )

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    session: Mapped[MentoringSession] = relationship(back_populates="days")


class SessionUnit(Recorded, InUnit, Model):
    """A unit that takes part, and what it prepared: per aspect in `Preparation`."""

    __tablename__ = "session_unit"
    __table_args__ = (sa.UniqueConstraint("session_id", "unit_id"),)
    view = "session.view"

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"))
    position: Mapped[int] = mapped_column(default=0)

    session: Mapped[MentoringSession] = relationship(back_populates="units")

    @property
    def whole(self) -> MentoringSession:
        return self.session


class Preparation(PartOfLine, Model):
    """What a unit brings along for one aspect: activity, obstacle and plan."""

    __tablename__ = "session_preparation"
    __table_args__ = (sa.UniqueConstraint("session_id", "unit_id", "aspect_id"),)

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"))
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    activity: Mapped[Prose] = mapped_column(default="")
    obstacle: Mapped[Prose] = mapped_column(default="")
    plan: Mapped[Prose] = mapped_column(default="")
    filled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    filled_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}

    session: Mapped[MentoringSession] = relationship()
    aspect: Mapped[Aspect] = relationship()


class Participant(PartOfSession, Model):
    """Somebody who is invited or came: with an account, or by name only."""

    __tablename__ = "session_participant"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "user_id"),
        sa.Index("ix_session_participant_unit", "session_id", "unit_id"),
        sa.Index("ix_session_participant_user", "user_id", "session_id"),
    )
    private = frozenset({"email"})

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_unit.id"))
    """The unit, or for an organisation bureau its agency's root unit; None on the host's side."""
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[Name]
    post: Mapped[Name] = mapped_column(default="")
    email: Mapped[Name] = mapped_column(default="")
    part: Mapped[Part]
    answer: Mapped[Answer] = mapped_column(default=Answer.NONE)
    delegate: Mapped[Name] = mapped_column(default="")
    answered_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}

    session: Mapped[MentoringSession] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])


class Attendance(PartOfSession, Model):
    """That somebody was there on one of the days."""

    __tablename__ = "session_attendance"
    __table_args__ = (sa.UniqueConstraint("participant_id", "day_id"),)

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"), index=True)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey("session_participant.id"))
    day_id: Mapped[int] = mapped_column(sa.ForeignKey("session_day.id"))
    present: Mapped[bool]
    minutes: Mapped[int | None]
    source: Mapped[AttendanceSource]
    noted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    noted_at: Mapped[datetime]

    session: Mapped[MentoringSession] = relationship()
    participant: Mapped[Participant] = relationship()


class SessionNote(PartOfLine, Model):
    """What one note-taker wrote about one unit and aspect; each has their own, so nobody overwrites another."""

    __tablename__ = "session_note"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "unit_id", "aspect_id", "author_id"),
        sa.Index("uq_session_note_general", "session_id", "unit_id", "author_id", unique=True,
                 sqlite_where=sa.text("aspect_id IS NULL"), postgresql_where=sa.text("aspect_id IS NULL")),
    )  # fmt: skip
    derived = frozenset({"version", "text", "written_at"})  # kept as it is typed: told of in strides, by `noting`

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"))
    aspect_id: Mapped[int | None] = mapped_column(sa.ForeignKey("aspect.id"))
    """None: about the unit as a whole."""
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    text: Mapped[Prose] = mapped_column(default="")
    written_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}

    session: Mapped[MentoringSession] = relationship()
    aspect: Mapped[Aspect | None] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[author_id])


class Commitment(PartOfLine, Model):
    """A line of the minutes: what a unit promised. Closing the session makes it a follow-up, once."""

    __tablename__ = "commitment"
    __table_args__ = (
        sa.UniqueConstraint("follow_up_id"),
        sa.Index("ix_commitment_session", "session_id", "unit_id"),
    )
    derived = frozenset({"version", "follow_up_id", "recommendation_id"})  # closing tells of what it made of them

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"))
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    recommendation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("recommendation.id"), index=True)
    """An existing recommendation that it serves; without one, closing makes one."""
    text: Mapped[Prose]
    person_in_charge: Mapped[Name] = mapped_column(default="")
    person_in_charge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    due_on: Mapped[date]
    line_key: Mapped[Code] = mapped_column(default="", index=True)
    """The same for the copies of one line that went to several units."""
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    entered_at: Mapped[datetime]
    follow_up_id: Mapped[int | None] = mapped_column(sa.ForeignKey("follow_up.id"))

    __mapper_args__ = {"version_id_col": version}

    session: Mapped[MentoringSession] = relationship()
    aspect: Mapped[Aspect] = relationship()
    recommendation: Mapped[Recommendation | None] = relationship(foreign_keys=[recommendation_id])
    person: Mapped[User | None] = relationship(foreign_keys=[person_in_charge_id])
    entered_by: Mapped[User | None] = relationship(foreign_keys=[entered_by_id])


class Correction(PartOfSession, Model):
    """A correction of locked minutes: added, never written over what stands."""

    __tablename__ = "minutes_correction"

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"), index=True)
    text: Mapped[Prose]
    reason: Mapped[Prose]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]

    session: Mapped[MentoringSession] = relationship()
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])


class SessionPaper(PartOfSession, Model):
    """A paper that was issued or attached: its file, its digest, and the code under which anybody may check it."""

    __tablename__ = "session_paper"

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"), index=True)
    kind: Mapped[PaperKind]
    number: Mapped[Code] = mapped_column(default="")
    name: Mapped[Name]
    media_type: Mapped[Name]
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    code: Mapped[Code] = mapped_column(unique=True)
    """Secret enough that nobody finds it without the paper."""
    issued_on: Mapped[date]
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    issued_at: Mapped[datetime]

    session: Mapped[MentoringSession] = relationship()
    issued_by: Mapped[User | None] = relationship(foreign_keys=[issued_by_id])


class Feedback(PartOfSession, Model):
    """Three questions to whoever took part. Summed up for the host, never shown with a name."""

    __tablename__ = "session_feedback"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "user_id"),
        sa.CheckConstraint("useful BETWEEN 1 AND 5 AND clear BETWEEN 1 AND 5", "one_to_five"),
    )
    private = frozenset({"useful", "clear", "better"})

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("mentoring_session.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    useful: Mapped[int]
    clear: Mapped[int]
    better: Mapped[Prose] = mapped_column(default="")
    at: Mapped[datetime]

    session: Mapped[MentoringSession] = relationship()


class CalendarFeed(Recorded, Scoped, Model):
    """The secret address under which somebody's calendar reads their sessions. Only its digest is kept."""

    __tablename__ = "calendar_feed"
    view = ""
    private = frozenset({"secret_digest"})

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    secret_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])

    @classmethod
    def within(cls, reach: Reach) -> Criterion:
        return sa.true() if reach.everything else cls.user_id == reach.user_id

    @property
    def whole(self) -> User:
        return self.user
