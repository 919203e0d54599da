"""Commitments while they are written down: typed in one line or in a form, for one unit, several or all."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit, User
from tracker.directory.queries import officers_of
from tracker.kit.refusal import Refusal
from tracker.mentoring import sessions
from tracker.mentoring.committing import CommitmentLine, add_commitment, edit_commitment, remove_commitment
from tracker.mentoring.meeting_forms import CommitmentForm, LineForm
from tracker.mentoring.models import Commitment, MentoringSession, SessionUnit
from tracker.mentoring.rules import read_line
from tracker.mentoring.run_views import WITH_CYCLE, aspects_of
from tracker.mentoring.talk import names_of
from tracker.mentoring.views import pages
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment

PAGE = 100


@pages.show("/sesi/<int:id>/komitmen", act=Act.ADD_COMMITMENT, on=MentoringSession, load=WITH_CYCLE)
def commitments(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """All commitments so far, and the form; `unit` has it filled in for one of them."""
    form = offered(desk, session, CommitmentForm(formdata=None), asked_unit(desk, session))
    return page_of(desk, session, form)


@pages.do("/sesi/<int:id>/komitmen", act=Act.ADD_COMMITMENT, on=MentoringSession)
def add_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = CommitmentForm()
    only = number(form.only_for.data)
    form = offered(desk, session, form, next((each for each in lines_of(desk, session) if each.unit_id == only), None))
    if form.carried_out(lambda line: kept(desk, session, line, only)):
        return onward(session)
    return page_of(desk, session, form), form.status


@pages.do("/sesi/<int:id>/komitmen/baris", act=Act.ADD_COMMITMENT, on=MentoringSession)
def line_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    """A line that says everything is kept; for one that does not, the form comes with what it did say."""
    typed = LineForm()
    lines = lines_of(desk, session)
    here = next((each for each in lines if each.id == number(request.form.get("kembali"))), None)
    text = typed.line.data or ""
    said = read_line(
        text,
        {each.unit_id: f"{each.unit.name} {each.unit.place}" for each in lines},
        {aspect.id: aspect.name for aspect in aspects_of(session)},
        session.starts_at.astimezone(ZoneInfo(session.zone)).date(),
        {aspect.id: aspect.code for aspect in aspects_of(session)},
    )
    units = said.unit_ids or ((here.unit_id,) if here is not None and "@" not in text else ())
    problems = [_(message, **values) for message, values in said.problems]
    if not problems and units and said.aspect_id and said.due_on and said.text:
        try:
            kept(desk, session, CommitmentLine(units, said.aspect_id, said.text, said.due_on), None)
            return onward(session)
        except Refusal as refusal:
            problems.append(_(refusal.message, **refusal.values))
    form = offered(desk, session, CommitmentForm(formdata=None), here if here and units == (here.unit_id,) else None)
    form.units.data, form.aspect_id.data = list(units), said.aspect_id
    form.text.data, form.due_on.data = said.text, said.due_on
    missing: list[tuple[object, str]] = [
        (units, _("unit (@)")), (said.aspect_id, _("aspek (#)")), (said.due_on, _("tanggal")),
        (said.text, _("apa yang dikerjakan")),
    ]  # fmt: skip
    if lacking := [word for value, word in missing if not value]:
        problems.append(_("Lengkapi di bawah ini: %(what)s.", what=", ".join(lacking)))
    form.form_errors = [*form.form_errors, *problems]
    return page_of(desk, session, form, text), 422


@pages.show("/sesi/komitmen/<int:id>", act=Act.ADD_COMMITMENT, on=Commitment, load=(joinedload(Commitment.session),))
def commitment(desk: Desk, row: Commitment) -> ResponseReturnValue:
    if not row.session.can(Act.ADD_COMMITMENT):
        flash(_("Notula sudah dikunci; komitmen tidak dapat diubah lagi."), "info")
        return redirect(url_for("mentoring.show", id=row.session_id), 303)
    line = line_of(desk, row)
    return edit_page(row, offered(desk, row.session, CommitmentForm(formdata=None), line, row).fill(row))


@pages.do("/sesi/komitmen/<int:id>", act=Act.ADD_COMMITMENT, on=Commitment)
def commitment_sent(desk: Desk, row: Commitment) -> ResponseReturnValue:
    form = offered(desk, row.session, CommitmentForm(), line_of(desk, row), row)
    form.units.data = [row.unit_id]
    if form.carried_out(lambda line: edit_commitment(desk, row, line), row):
        flash(_("Komitmen diubah."), "success")
        return onward(row.session)
    return edit_page(row, form), form.status


@pages.do("/sesi/komitmen/<int:id>/hapus", act=Act.ADD_COMMITMENT, on=Commitment)
def remove(desk: Desk, row: Commitment) -> ResponseReturnValue:
    session = row.session
    remove_commitment(desk, row)
    flash(_("Komitmen dihapus dari notula. Riwayat unit tetap memuatnya."), "success")
    return onward(session)


def kept(desk: Desk, session: MentoringSession, line: CommitmentLine, only: int | None) -> None:
    """People and recommendations were offered for one unit, and hold for that one alone."""
    for field, value in (
        ("person_in_charge_id", line.person_in_charge_id),
        ("recommendation_id", line.recommendation_id),
    ):
        if value is not None and line.unit_ids != (only,):
            raise Refusal(field, _("Pilihan ini hanya berlaku bila komitmennya untuk satu unit yang sedang dibuka."))
    made = add_commitment(desk, session, line)
    flash(ngettext("%(num)s komitmen dicatat.", "%(num)s komitmen dicatat.", len(made)), "success")


def onward(session: MentoringSession) -> ResponseReturnValue:
    """Back to where the line was typed: the page of the meeting, or the list."""
    line_id = number(request.form.get("kembali"))
    if line_id:
        return redirect(url_for("mentoring.run", id=session.id, unit=line_id, _anchor="komitmen"), 303)
    return redirect(url_for("mentoring.commitments", id=session.id), 303)


def number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0


def lines_of(desk: Desk, session: MentoringSession) -> list[SessionUnit]:
    """The units for which this person may write a commitment down."""
    return [each for each in desk.all(sessions.units_of(session)) if desk.may(Act.ADD_COMMITMENT, each)]


def line_of(desk: Desk, row: Commitment) -> SessionUnit | None:
    return desk.session.scalar(sa.select(SessionUnit).filter_by(session_id=row.session_id, unit_id=row.unit_id))


def asked_unit(desk: Desk, session: MentoringSession) -> SessionUnit | None:
    wanted = request.args.get("unit", 0, int)
    return next((each for each in lines_of(desk, session) if each.id == wanted), None) if wanted else None


def offered(
    desk: Desk, session: MentoringSession, form: CommitmentForm, only: SessionUnit | None, row: Commitment | None = None
) -> CommitmentForm:
    """The form with what may be chosen; people and recommendations of the one unit it is opened for."""
    lines = [only] if row is not None and only is not None else lines_of(desk, session)
    people = people_of(desk, only, row) if only is not None else []
    form.offer(lines, aspects_of(session), people, recommendations_of(desk, session, only) if only is not None else [])
    if not form.is_submitted() or form.only_for.data is None:
        form.only_for.data = str(only.unit_id) if only is not None else ""
    if only is not None and not form.is_submitted():
        form.units.data = [only.unit_id]
    return form


def people_of(desk: Desk, line: SessionUnit, row: Commitment | None) -> list[User]:
    """The unit's officers; whoever was named before stays to be chosen."""
    with as_machine(desk.session):
        people = list(desk.session.scalars(officers_of(line.unit_id, desk.today)))
        named = row.person_in_charge_id if row is not None else None
        if named is not None and named not in {each.id for each in people}:
            people += desk.session.scalars(sa.select(User).filter_by(id=named))
    return people


def recommendations_of(desk: Desk, session: MentoringSession, line: SessionUnit) -> Sequence[Recommendation]:
    query = sa.select(Recommendation).where(
        Recommendation.unit_id == line.unit_id, Recommendation.assessment != Assessment.CANNOT
    )
    if session.cycle_id is not None:
        query = query.where(Recommendation.cycle_id == session.cycle_id)
    return desk.all(query.order_by(Recommendation.id))


def page_of(desk: Desk, session: MentoringSession, form: CommitmentForm, typed: str = "") -> str:
    page = max(1, request.args.get("halaman", 1, int))
    mine = sa.select(Commitment).filter_by(session_id=session.id)
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0
    unit = joinedload(Commitment.unit).joinedload(ServiceUnit.agency)
    query = mine.options(unit, joinedload(Commitment.aspect)).order_by(Commitment.id.desc())
    rows = desk.all(query.limit(PAGE).offset((page - 1) * PAGE))
    line = LineForm(formdata=None)
    line.line.data = typed
    last = (page - 1) * PAGE + len(rows)
    return render_template(
        "mentoring/commitments.html",
        desk=desk,
        session=session,
        form=form,
        line_form=line,
        rows=rows,
        names=names_of(desk, [each.person_in_charge_id for each in rows]),
        total=total,
        first=(page - 1) * PAGE + 1,
        last=last,
        back=number(request.form.get("kembali") or request.args.get("unit")),
        previous_url=url_for("mentoring.commitments", id=session.id, halaman=page - 1) if page > 1 else "",
        next_url=url_for("mentoring.commitments", id=session.id, halaman=page + 1) if last < total else "",
    )


def edit_page(row: Commitment, form: CommitmentForm) -> str:
    return render_template("mentoring/commitment.html", row=row, session=row.session, form=form)
