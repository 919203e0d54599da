"""Giving work out: on one recommendation, changed later, or on many at once after a preview."""

from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.queries import officers_of
from tracker.followups import assigning, bulk_assigning
from tracker.followups import recommendation_queries as queries
from tracker.followups.assign_forms import AssignForm, BulkForm, WorkForm
from tracker.followups.models import FollowUp
from tracker.followups.narrowing import Narrowed, number, read
from tracker.followups.views import pages
from tracker.followups.wording import TONES, letters_due
from tracker.instruments.models import Indicator
from tracker.kit.formats import weekday_and_date, zone_name
from tracker.kit.refusal import Refusal
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment

ROWS = 100
MOST_DATES = 4
"""Different dates of letters that a hint names."""
ALL, UNASSIGNED = "semua", "belum"
"""Instead of ticking: everything that the filter finds, or what of it nobody was asked to work on."""


@pages.show("/rekomendasi/<int:id>/tindak-lanjut", act=Act.ASSIGN_FOLLOW_UP, on=Recommendation)
def assign(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    form = AssignForm(formdata=None)
    form.propose(recommendation, desk.today_in(recommendation.letter_zone or recommendation.unit.timezone))
    take_suggestion(form, suggestions(desk, recommendation.aspect_id, recommendation.indicator_id))
    return assign_page(desk, recommendation, form)


@pages.do("/rekomendasi/<int:id>/tindak-lanjut", act=Act.ASSIGN_FOLLOW_UP, on=Recommendation)
def assign_sent(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    form = AssignForm().offer(recommendation, desk.all(officers_of(recommendation.unit_id, desk.today)))
    if form.validate() and form.passes(recommendation.due_on):
        form.warn()
        return assign_page(desk, recommendation, form, warns=True), 422
    added: list[FollowUp] = []
    if form.carried_out(lambda asked: added.append(assigning.assign_follow_up(desk, recommendation, asked))):
        flash(done(desk, added[0], _("Tindak lanjut ditetapkan.")))
        return redirect(url_for("recommendations.show", id=recommendation.id), 303)
    return assign_page(desk, recommendation, form), form.status


def assign_page(desk: Desk, recommendation: Recommendation, form: AssignForm, warns: bool = False) -> str:
    form.offer(recommendation, desk.all(officers_of(recommendation.unit_id, desk.today)))
    return render_template(
        "followups/assign.html",
        recommendation=recommendation,
        form=form,
        warns=warns,
        letters_due=letters_due(recommendation.due_on, recommendation.letter_zone),
        suggestions=suggestions(desk, recommendation.aspect_id, recommendation.indicator_id),
        suggestion_url=lambda each: url_for("followups.assign", id=recommendation.id, saran=each.id),
        unusable=recommendation.assessment is Assessment.CANNOT,
        tones=TONES,
    )


@pages.show("/tindak-lanjut/<int:id>/ubah", act=Act.EDIT_FOLLOW_UP, on=FollowUp)
def edit(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    return edit_page(desk, follow_up, AssignForm(formdata=None).fill(follow_up))


@pages.do("/tindak-lanjut/<int:id>/ubah", act=Act.EDIT_FOLLOW_UP, on=FollowUp)
def edit_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = offered(desk, follow_up, AssignForm())
    moved = form.due_on.data != follow_up.due_on
    if form.validate() and moved and form.passes(follow_up.recommendation.due_on):
        form.warn()
        return edit_page(desk, follow_up, form, warns=True), 422
    if form.carried_out(lambda asked: assigning.edit_follow_up(desk, follow_up, asked), row=follow_up):
        flash(done(desk, follow_up, _("Tindak lanjut tersimpan.")))
        return redirect(url_for("followups.show", id=follow_up.id), 303)
    return edit_page(desk, follow_up, form), form.status


def edit_page(desk: Desk, follow_up: FollowUp, form: AssignForm, warns: bool = False) -> str:
    offered(desk, follow_up, form)
    return render_template(
        "followups/edit.html",
        follow_up=follow_up,
        form=form,
        warns=warns,
        possible=follow_up.can(Act.EDIT_FOLLOW_UP),
        letters_due=letters_due(follow_up.recommendation.due_on, follow_up.recommendation.letter_zone),
        first_agreed=weekday_and_date(follow_up.original_due_on),
    )


def offered(desk: Desk, follow_up: FollowUp, form: AssignForm) -> AssignForm:
    officers = desk.all(officers_of(follow_up.unit_id, desk.today))
    return form.offer(follow_up.recommendation, officers, follow_up.person_in_charge)


def done(desk: Desk, follow_up: FollowUp, words: str) -> str:
    """Where the agreed date is no working day, the day on which it ends is said."""
    ends = bulk_assigning.ends_on(desk, follow_up.unit, follow_up.due_on, follow_up.due_zone)
    if ends == follow_up.due_on:
        return words
    said = _(
        "Tanggal itu bukan hari kerja di tempat unit, jadi tenggatnya berakhir %(day)s.", day=weekday_and_date(ends)
    )
    return f"{words} {said}"


def suggestions(desk: Desk, aspect_id: int | None, indicator_id: int | None) -> list[Indicator]:
    """What the indicator of a recommendation looks at; without one, what its aspect looks at."""
    query = sa.select(Indicator).order_by(Indicator.number)
    if indicator_id is not None:
        return desk.all(query.where(Indicator.id == indicator_id))
    return desk.all(query.where(Indicator.aspect_id == aspect_id))


def take_suggestion(form: WorkForm, offered: list[Indicator]) -> None:
    """Put what was suggested into the fields of a form that is shown for the first time."""
    wanted = number(request.args.get("saran"))
    for each in offered:
        if each.id == wanted:
            form.title.data, form.expected_evidence.data = each.name, each.evidence


@pages.show("/tindak-lanjut/tetapkan", act=Act.ASSIGN_FOLLOW_UP)
def assign_many(desk: Desk) -> ResponseReturnValue:
    """Choose recommendations, and say what is to be done about all of them."""
    narrowed = read(desk, "followups.assign_many", request.args, usual={"belum": "1"})
    form = BulkForm(formdata=None).offer()
    take_suggestion(form, suggestions_for(desk, narrowed))
    ticked = {int(each) for each in request.args.getlist("pilih") if number(each) is not None}
    return choose_page(desk, narrowed, form, ticked)


@pages.do("/tindak-lanjut/tetapkan", act=Act.ASSIGN_FOLLOW_UP)
def assign_many_sent(desk: Desk) -> ResponseReturnValue:
    """First the preview; what was chosen there is carried by the form, and done when it comes back confirmed."""
    narrowed = read(desk, "followups.assign_many", request.form)
    form = BulkForm().offer()
    step = request.form.get("langkah", "pratinjau")
    if step == "pratinjau":
        form.chosen.data = ",".join(str(each) for each in ticked_ids(desk, narrowed))
    if step == "ubah":
        return choose_page(desk, narrowed, form, set(form.ids()))
    if not form.validate():
        return choose_page(desk, narrowed, form, set(form.ids())), 422
    try:
        recommendations = bulk_assigning.chosen(desk, form.ids())
        bulk = form.bulk()
        if step == "tetapkan":
            ids = bulk_assigning.assign_all(desk, recommendations, bulk)
            units = len({each.unit_id for each in recommendations})
            flash(_("%(count)s untuk %(units)s ditetapkan.", count=follow_ups(len(ids)), units=units_in_words(units)))
            return redirect(url_for("recommendations.index", s="1", **without_unassigned(narrowed)), 303)
        looked = bulk_assigning.preview(desk, recommendations, bulk)
    except Refusal as refusal:
        form.refuse(refusal.field, _(refusal.message, **refusal.values))
        return choose_page(desk, narrowed, form, set(form.ids())), 422
    title = _("%(count)s untuk %(units)s", count=follow_ups(looked.count), units=units_in_words(len(looked.units)))
    return render_template(
        "followups/assign_preview.html",
        form=form,
        bulk=bulk,
        preview=looked,
        title=title,
        narrowed=narrowed,
        weekday_and_date=weekday_and_date,
        zones=[(zone_in_words(zone), count) for zone, count in looked.zones],
    )


def follow_ups(count: int) -> str:
    return str(ngettext("%(num)s tindak lanjut", "%(num)s tindak lanjut", count))


def units_in_words(count: int) -> str:
    return str(ngettext("%(num)s unit", "%(num)s unit", count))


def zone_in_words(zone: str | None) -> str:
    return zone_name(zone) if zone else str(_("waktu setempat unit"))


def in_letters(named: list[tuple[date, str | None, int]], of: int) -> str:
    """What the letters say of the date, and how many of them where not all say the same."""
    if len(named) == 1 and named[0][2] == of:
        return letters_due(*named[0][:2])
    parts = [
        _("%(day)s (%(count)s)", day=letters_due(day, zone), count=recommendations_in_words(count))
        for day, zone, count in named[:MOST_DATES]
    ]
    return "; ".join([*parts, "…"] if len(named) > MOST_DATES else parts)


def recommendations_in_words(count: int) -> str:
    return str(ngettext("%(num)s rekomendasi", "%(num)s rekomendasi", count))


def without_unassigned(narrowed: Narrowed) -> dict[str, Any]:
    """Back in the list, what was just assigned is to be seen."""
    return {name: value for name, value in narrowed.given.items() if name != "belum"}


def assignable(desk: Desk, by: queries.Narrowing) -> Any:
    return queries.narrowed(by).where(
        desk.units_for(Act.ASSIGN_FOLLOW_UP), Recommendation.assessment != Assessment.CANNOT
    )


def ticked_ids(desk: Desk, narrowed: Narrowed) -> list[int]:
    """The boxes that were ticked, or everything that the filter finds."""
    scope = request.form.get("cakupan")
    if scope in (ALL, UNASSIGNED):
        by = replace(narrowed.by, unassigned=True) if scope == UNASSIGNED else narrowed.by
        ids = assignable(desk, by).with_only_columns(Recommendation.id).order_by(Recommendation.id)
        return list(desk.session.scalars(ids.limit(bulk_assigning.MOST + 1)))
    return sorted({int(each) for each in request.form.getlist("pilih") if number(each) is not None})


def suggestions_for(desk: Desk, narrowed: Narrowed) -> list[Indicator]:
    """For the aspect or the indicator that the filter names, within the instrument of its cycle."""
    by = narrowed.by
    if by.cycle is None or not (by.aspect or by.indicator):
        return []
    found = [each for each in by.cycle.instrument.indicators if by.indicator in (None, each.number)]
    return [each for each in found if not by.aspect or (each.aspect and each.aspect.code == by.aspect)]


def choose_page(desk: Desk, narrowed: Narrowed, form: BulkForm, ticked: set[int]) -> str:
    query = assignable(desk, narrowed.by)
    total = desk.session.scalar(queries.how_many(query)) or 0
    fresh = total
    if not narrowed.by.unassigned:
        fresh = desk.session.scalar(queries.how_many(assignable(desk, replace(narrowed.by, unassigned=True)))) or 0
    rows = desk.all(queries.in_order(query).limit(ROWS))
    shown = {row.id for row in rows}
    elsewhere = sorted(ticked - shown)
    if elsewhere:
        rows += desk.all(
            queries.in_order(queries.narrowed(queries.Narrowing())).where(Recommendation.id.in_(elsewhere)).limit(ROWS)
        )
    looked_at = [row for row in rows if row.id in ticked] or rows
    letters = bulk_assigning.letters_dates(looked_at)
    if not form.is_submitted() and len({day for day, *_zone in letters}) == 1 and letters[0][0] >= desk.today:
        form.due_on.data = letters[0][0]
    return render_template(
        "followups/assign_many.html",
        narrowed=narrowed,
        form=form,
        rows=rows,
        total=total,
        ticked=ticked,
        fresh=fresh,
        scope=request.form.get("cakupan", ""),
        letters_due=in_letters(letters, len(looked_at)),
        suggestions=suggestions_for(desk, narrowed),
        suggestion_url=lambda each: url_for("followups.assign_many", s="1", saran=each.id, **narrowed.given),
        work={
            id: (all_of_it, still_open)
            for id, all_of_it, still_open in desk.session.execute(queries.work_on([row.id for row in rows]))
        },
    )
