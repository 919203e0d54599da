"""Who came: by one tap per person and day, by adding whoever was not invited, and by the video tool's list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import FileField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.settings import setting
from tracker.kit import sheets
from tracker.kit.content import Unusable
from tracker.kit.forms import Form, SelectField, given
from tracker.kit.refusal import Refusal
from tracker.mentoring import sessions
from tracker.mentoring.attendance_files import Known, Seen, matched, seen_in
from tracker.mentoring.holding import Present, add_participant, take_attendance
from tracker.mentoring.models import Attendance, MentoringSession, Participant, SessionDay
from tracker.mentoring.states import AttendanceSource
from tracker.mentoring.telling import span_words
from tracker.mentoring.views import pages
from tracker.recommendations.forms import key_or_none

PAGE = 50
MOST_ROWS = 2000
NEW, NOBODY = "baru", ""


class CameForm(Form[tuple[str, str, int | None]]):
    """Somebody who was not on the list."""

    version = None  # type: ignore[assignment]  # nothing is edited; the page has two forms
    name = StringField(lazy_gettext("Nama"), [InputRequired(), Length(max=300)])
    post = StringField(lazy_gettext("Jabatan atau asal"), [Length(max=300)])
    unit_id = SelectField(lazy_gettext("Unit"), [Optional()], coerce=key_or_none)

    def value(self) -> tuple[str, str, int | None]:
        return given(self.name), self.post.data or "", self.unit_id.data


class ListForm(Form[None]):
    """The participants' list of one day's video meeting."""

    version = None  # type: ignore[assignment]
    day = SelectField(lazy_gettext("Hari"), [InputRequired()], coerce=int)
    percent = IntegerField(
        lazy_gettext("Dianggap hadir bila mengikuti sedikitnya (persen dari lama hari itu)"),
        [InputRequired(), NumberRange(0, 100)],
        render_kw={"inputmode": "numeric", "min": "0", "max": "100"},
    )
    file = FileField(lazy_gettext("Daftar peserta (.csv) dari Zoom atau Google Meet"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A person of the file: whom it is taken for, and whether the time counts as present."""

    seen: Seen
    participant_id: int | None
    present: bool


@pages.show("/sesi/<int:id>/kehadiran", act=Act.TAKE_ATTENDANCE, on=MentoringSession)
def attendance(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    return page_of(desk, session)


@pages.do("/sesi/<int:id>/kehadiran", act=Act.TAKE_ATTENDANCE, on=MentoringSession)
def tap(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """The button that was pressed says who, which day, and whether they were there."""
    parts = request.form.get("hadir", "").split(":")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return page_of(desk, session, problem=_("Pilihan ini tidak tersedia.")), 422
    participant, day, present = (int(part[:9]) for part in parts)
    try:
        take_attendance(desk, session, [Present(participant, day, bool(present))])
    except Refusal as refusal:
        return page_of(desk, session, problem=_(refusal.message, **refusal.values)), 422
    return redirect(here(session, f"p{participant}"), 303)


@pages.do("/sesi/<int:id>/kehadiran/orang", act=Act.TAKE_ATTENDANCE, on=MentoringSession)
def add_person(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """Whoever came uninvited is on the list, and was there on the day that is chosen."""
    form = with_units(desk, session, CameForm())

    def came(asked: tuple[str, str, int | None]) -> None:
        person = add_participant(desk, session, *asked)
        desk.session.flush()
        today = [day.id for day in session.days if day.starts_at <= desk.now]
        chosen = key_or_none(request.form.get("day")) or (today[-1] if today else session.days[0].id)
        take_attendance(desk, session, [Present(person.id, chosen, True)])
        flash(_("%(name)s dicatat hadir.", name=person.name), "success")

    if form.carried_out(came):
        return redirect(here(session, "tambah"), 303)
    return page_of(desk, session, came=form), form.status


@pages.do("/sesi/<int:id>/kehadiran/berkas", act=Act.TAKE_ATTENDANCE, on=MentoringSession)
def read_file(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """What the file would mean; nothing is written yet."""
    form = with_days(desk, session, ListForm())
    if form.validate():
        try:
            people = people_in(form.file.data)
            return preview(desk, session, form, people)
        except (Refusal, Unusable) as refusal:
            form.refuse("file", _(refusal.message, **refusal.values))
    return page_of(desk, session, listed=form), 422


@pages.do("/sesi/<int:id>/kehadiran/berkas/simpan", act=Act.TAKE_ATTENDANCE, on=MentoringSession)
def keep_file(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """Take down what the preview showed, with whom the person assigned there."""
    day_id = key_or_none(request.form.get("day")) or 0
    try:
        people = unpacked(request.form.get("orang", ""))
        threshold = minutes_needed(day_of(session, day_id), int(request.form.get("percent", "0")))
        minutes: dict[int, int] = {}
        for number, one in enumerate(people):
            taken = request.form.get(f"untuk-{number}", NOBODY)
            if taken == NEW:
                person = add_participant(desk, session, one.name)
                desk.session.flush()
                minutes[person.id] = one.minutes
            elif taken.isascii() and taken.isdigit():
                minutes[int(taken)] = minutes.get(int(taken), 0) + one.minutes
        seen = [Present(id, day_id, count >= threshold, count) for id, count in minutes.items()]
        changed = take_attendance(desk, session, seen, AttendanceSource.FILE)
    except (Refusal, ValueError) as problem:
        said = _(problem.message, **problem.values) if isinstance(problem, Refusal) else ""
        again = said or _("Pratinjau ini tidak dapat dibaca lagi. Unggah berkasnya sekali lagi.")
        return page_of(desk, session, problem=again), 422
    flash(ngettext("%(num)s kehadiran dicatat.", "%(num)s kehadiran dicatat.", changed), "success")
    return redirect(url_for("mentoring.attendance", id=session.id), 303)


def people_in(sent: Any) -> list[Seen]:
    if not sent:
        raise Refusal("file", _("Pilih berkasnya dahulu."))
    people = seen_in(sheets.read(sent.stream, sent.filename or "").sheets[0].rows)
    if len(people) > MOST_ROWS:
        raise Refusal("file", _("Paling banyak %(most)s orang per berkas.", most=MOST_ROWS))
    return people


def preview(desk: Desk, session: MentoringSession, form: ListForm, people: Sequence[Seen]) -> str:
    everybody = desk.all(sessions.participants(session))
    known = [Known(each.id, (each.name, each.delegate), each.email) for each in everybody]
    needed = minutes_needed(day_of(session, given(form.day)), given(form.percent))
    found = [
        Proposal(one, participant, one.minutes >= needed)
        for one, participant in zip(people, matched(people, known), strict=True)
    ]
    return render_template(
        "mentoring/attendance_file.html",
        session=session,
        form=form,
        proposals=found,
        unmatched=sum(each.participant_id is None for each in found),
        everybody=everybody,
        names={each.id: each.name for each in everybody},
        needed=needed,
        packed=json.dumps([[one.name, one.email, one.minutes] for one in people]),
        day=day_of(session, given(form.day)),
    )


def unpacked(text: str) -> list[Seen]:
    """The people as the preview carried them. ValueError for anything else."""
    rows = json.loads(text)
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise ValueError("not a list of people")
    return [Seen(str(name)[:300], str(email)[:300], max(0, int(minutes))) for name, email, minutes in rows]


def day_of(session: MentoringSession, id: int) -> SessionDay:
    """ValueError for a day of another session."""
    found = next((day for day in session.days if day.id == id), None)
    if found is None:
        raise ValueError(f"no day {id}")
    return found


def minutes_needed(day: SessionDay, percent: int) -> int:
    """So many minutes of the day as planned; at least one, so that nobody is present without having come."""
    planned = int((day.ends_at - day.starts_at).total_seconds() // 60)
    return max(1, -(-planned * percent // 100))


def with_units(desk: Desk, session: MentoringSession, form: CameForm) -> CameForm:
    lines = desk.all(sessions.units_of(session))
    form.unit_id.choices = [
        ("", _("Bukan dari salah satu unit")),
        *((each.unit_id, each.unit.full_name) for each in lines),
    ]
    return form


def with_days(desk: Desk, session: MentoringSession, form: ListForm) -> ListForm:
    form.day.choices = [(day.id, span_words(day.starts_at, day.ends_at)) for day in session.days]
    if not form.is_submitted():
        form.percent.data = setting(desk.session, "present_percent")
    return form


def here(session: MentoringSession, anchor: str) -> str:
    """The same part of the list, after a tap."""
    kept: dict[str, Any] = {name: request.args[name] for name in ("cari", "halaman") if request.args.get(name)}
    return url_for("mentoring.attendance", id=session.id, _anchor=anchor, **kept)


def page_of(
    desk: Desk,
    session: MentoringSession,
    came: CameForm | None = None,
    listed: ListForm | None = None,
    problem: str = "",
) -> str:
    page, words = max(1, request.args.get("halaman", 1, int)), request.args.get("cari", "").strip()[:100]
    query = sessions.participants(session)
    if words:
        query = query.where(Participant.name.icontains(words, autoescape=True))
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    people = desk.all(query.limit(PAGE).offset((page - 1) * PAGE))
    last = (page - 1) * PAGE + len(people)

    def address(number: int) -> str:
        return url_for("mentoring.attendance", id=session.id, cari=words or None, halaman=number)

    return render_template(
        "mentoring/attendance.html",
        desk=desk,
        session=session,
        people=people,
        unit_of={each.unit_id: each.unit for each in desk.all(sessions.units_of(session))},
        there=attendance_of(desk, session, [each.id for each in people]),
        counts=counts_of(desk, session),
        came=came or with_units(desk, session, CameForm(formdata=None)),
        listed=listed or with_days(desk, session, ListForm(formdata=None)),
        problem=problem,
        words=words,
        tap_url=url_for("mentoring.tap", id=session.id, cari=words or None, halaman=page if page > 1 else None),
        total=total,
        first=(page - 1) * PAGE + 1,
        last=last,
        previous_url=address(page - 1) if page > 1 else "",
        next_url=address(page + 1) if last < total else "",
    )


def attendance_of(desk: Desk, session: MentoringSession, ids: Sequence[int]) -> dict[tuple[int, int], Attendance]:
    query = sa.select(Attendance).where(Attendance.session_id == session.id, Attendance.participant_id.in_(ids))
    return {(each.participant_id, each.day_id): each for each in desk.all(query)}


def counts_of(desk: Desk, session: MentoringSession) -> dict[int, int]:
    """Day -> how many were there."""
    query = sa.select(Attendance.day_id, sa.func.count()).where(Attendance.session_id == session.id, Attendance.present)
    return {row[0]: row[1] for row in desk.session.execute(query.group_by(Attendance.day_id))}
