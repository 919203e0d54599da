"""The trend: verified and claimed over time with what should be reached, and what happened on the way."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards import trend as trends
from tracker.dashboards.narrowing import read
from tracker.dashboards.overview_views import signed, tabs
from tracker.dashboards.trend import Point, Subject
from tracker.dashboards.views import pages
from tracker.instruments.models import Cycle
from tracker.kit import charts, formats
from tracker.progress import parts
from tracker.progress.rules import expected
from tracker.progress.states import GroupKind


@pages.show("/tren", act=Act.VIEW_OVERVIEW)
def trend(desk: Desk) -> ResponseReturnValue:
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/overview_empty.html")
    cycle, asked = narrowed.by.cycle, request.args.get("untuk", "")
    subject = trends.subject_called(desk, asked) if asked else trends.own_subject(desk, narrowed.by)
    if asked and subject is None:
        raise NotFound
    everyone = trends.is_everyone(narrowed.by)
    found = trends.points(desk, cycle, subject, everyone) if subject else []
    marks = marks_of(desk, cycle, subject) if subject and found else []
    words = request.args.get("nama", "").strip()[:100]

    def at(other: Subject) -> str:
        return narrowed.address("dashboards.trend", untuk=other.word)

    return render_template(
        "dashboards/trend.html",
        narrowed=narrowed,
        cycle=cycle,
        illustration=cycle.is_illustration,
        tabs=tabs(narrowed, "trend"),
        subject=subject,
        name=name_of(subject) if subject else "",
        everyone=everyone,
        points=found,
        picture=picture(cycle, subject, found, marks) if subject and found else "",
        summary=in_one_sentence(found, cycle) if found else "",
        marks=marks,
        rows=[table_row(each, cycle, found[-1], subject) for each in monthly(found)],
        choices=[(each.word, name_of(each)) for each in trends.choices(desk, cycle)],
        words=words,
        hits=[(name_of(each), at(each)) for each in trends.search(desk, words)],
        kept={name: value for name, value in narrowed.given.items() if name in ("siklus", "unit")},
        compare_url=compare_url(cycle, subject),
        as_of=desk.now,
    )


def name_of(subject: Subject) -> str:
    if subject.kind is GroupKind.NATION:
        return formats.label(GroupKind.NATION)
    return _("Provinsi %(name)s", name=subject.name) if subject.kind is GroupKind.PROVINCE else subject.name


def marks_of(desk: Desk, cycle: Cycle, subject: Subject) -> list[charts.Mark]:
    """The letter, the sessions and the seals, in the order of their days; each with its sign and its words."""
    found = []
    if cycle.letter_on:
        found.append(charts.Mark(cycle.letter_on, "S", _("Surat hasil evaluasi")))
    found += [
        charts.Mark(session.starts_at.astimezone(desk.zone).date(), "N", session.title)
        for session in trends.sessions(desk, cycle, subject)
    ]
    for seal in trends.seals(desk, cycle):
        step = _("Segel: %(step)s", step=formats.label(seal.step))
        found.append(charts.Mark(seal.at.astimezone(desk.zone).date(), "G", step))
    return sorted(found, key=lambda mark: (mark.day, mark.sign))


def picture(cycle: Cycle, subject: Subject, found: Sequence[Point], marks: Sequence[charts.Mark]) -> Markup:
    lines = [
        charts.Line(_("Terverifikasi"), [(each.day, each.verified) for each in found], "solid"),
        charts.Line(_("Diklaim unit"), [(each.day, each.claimed) for each in found], "dashed"),
    ]
    if cycle.letter_on and cycle.opening_on:
        first, last = found[0].day, found[-1].day
        turns = [day for day in (cycle.letter_on, cycle.opening_on) if first < day < last]
        days = sorted({first, *turns, last})
        plan = [(day, expected(day, cycle.letter_on, cycle.opening_on)) for day in days]
        lines.append(charts.Line(_("Diharapkan"), plan, "dotted"))
    within = [mark for mark in marks if found[0].day <= mark.day <= found[-1].day]
    title = _("Kemajuan dari waktu ke waktu: %(name)s", name=name_of(subject))
    return charts.line_chart(
        "tren", title, in_one_sentence(found, cycle), lines, within, formats.percent, formats.short_date
    )


def in_one_sentence(found: Sequence[Point], cycle: Cycle) -> str:
    """From where to where, between which days; what is not known is said to be so."""
    known = [each for each in found if each.verified is not None]
    if not known:
        return str(_("Sejak %(day)s belum ada data.", day=formats.short_date(found[0].day)))
    first, last = known[0], known[-1]
    moved = None if first.verified is None or last.verified is None else last.verified - first.verified
    words: str = _(
        "Terverifikasi %(first)s pada %(from_day)s, %(last)s pada %(to_day)s (%(moved)s poin); diklaim %(claimed)s.",
        first=formats.percent(first.verified), from_day=formats.short_date(first.day),
        last=formats.percent(last.verified), to_day=formats.short_date(last.day), moved=signed(moved),
        claimed=formats.percent(last.claimed),
    )  # fmt: skip
    plan = expected(last.day, cycle.letter_on, cycle.opening_on)
    if plan is None:
        return words
    return " ".join((words, _("Diharapkan hari itu %(share)s.", share=formats.percent(plan))))


def monthly(found: Sequence[Point]) -> list[Point]:
    """The first copy, the last of every month, and the newest, the newest first."""
    last: dict[tuple[int, int], Point] = {}
    for each in found:
        last[each.day.year, each.day.month] = each
    chosen = {each.day: each for each in [*found[:1], *last.values()]}
    return [chosen[day] for day in sorted(chosen, reverse=True)]


def table_row(each: Point, cycle: Cycle, newest: Point, subject: Subject | None) -> list[Any]:
    plan = expected(each.day, cycle.letter_on, cycle.opening_on)
    url = compare_url(cycle, subject, dari=each.day.isoformat(), ke=newest.day.isoformat())
    figures = [figure_in_words(figure) for figure in (each.verified, each.claimed, plan)]
    compared = {"text": _("bandingkan"), "url": url} if each.day != newest.day else "–"
    return [formats.short_date(each.day), *figures, formats.number(each.units), compared]


def figure_in_words(figure: Any) -> str:
    return str(_("belum ada data")) if figure is None else formats.number(figure, 2)


def compare_url(cycle: Cycle, subject: Subject | None, **points: Any) -> str:
    """What moved in the very units whose trend it is."""
    name = trends.WORD_OF[subject.kind] if subject else ""
    part: dict[str, Any] = {name: subject.key} if subject and name in parts.HELD else {}
    return url_for("progress.compare", id=cycle.id, **points, **part)
