"""The page of aspects and indicators: where a scope is weakest, what recurs, how long it takes."""

from decimal import Decimal
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards.narrowing import Narrowed, read
from tracker.dashboards.overview_views import chips_of, list_url, tabs
from tracker.dashboards.views import pages
from tracker.dashboards.weakest import AspectState, Weakest, weakest
from tracker.kit import charts, formats
from tracker.progress.lines import expected_today


@pages.show("/aspek", act=Act.VIEW_OVERVIEW)
def aspects(desk: Desk) -> ResponseReturnValue:
    """The aspects of the cycle's instrument, the least verified first, each number with the list behind it."""
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/overview_empty.html")
    found = weakest(desk, narrowed.by)
    expected = expected_today(desk, narrowed.by.cycle)
    summary = in_words(found)
    bars = [
        charts.Bar(formats.in_language(each.aspect), each.verified.mean, formats.percent(each.verified.mean))
        for each in found.aspects
    ]
    return render_template(
        "dashboards/aspects.html",
        narrowed=narrowed,
        form=narrowed.form,
        cycle=narrowed.by.cycle,
        illustration=narrowed.by.cycle.is_illustration,
        tabs=tabs(narrowed, "aspects"),
        chips=chips_of(narrowed, "aspects"),
        found=found,
        summary=summary,
        picture=charts.bar_chart(
            "aspek", _("Kemajuan terverifikasi per aspek"), summary, bars, 100, expected, of_plan(expected)
        ),
        standing_rows=[standing_row(narrowed, found, each) for each in found.aspects],
        recurring_rows=[recurring_row(narrowed, each) for each in found.aspects],
        indicator_rows=[
            [f"{each.number}. {each.name}",
             behind(narrowed, f"indikator-{each.number}", each.recommendations), formats.number(each.units)]
            for each in found.indicators
        ],
        as_of=desk.now,
    )  # fmt: skip


def of_plan(expected: Decimal | None) -> str:
    """What the stroke across the bars means."""
    return "" if expected is None else _("diharapkan hari ini %(share)s", share=formats.percent(expected))


def behind(narrowed: Narrowed, code: str, number: int) -> dict[str, str]:
    """A number and the list behind it; nothing is behind none."""
    return {"text": formats.number(number), "url": list_url(narrowed, code) if number else ""}


def standing_row(narrowed: Narrowed, found: Weakest, each: AspectState) -> list[Any]:
    code, number = each.aspect.code, found.units
    return [
        formats.in_language(each.aspect),
        formats.number(each.score.mean, 2),
        behind(narrowed, f"bernilai-{code}", each.score.known),
        behind(narrowed, f"tanpa-nilai-{code}", number - each.score.known),
        formats.percent(each.verified.mean),
        behind(narrowed, f"berkemajuan-{code}", each.verified.known),
        behind(narrowed, f"tanpa-kemajuan-{code}", number - each.verified.known),
    ]


def recurring_row(narrowed: Narrowed, each: AspectState) -> list[Any]:
    code = each.aspect.code
    return [
        formats.in_language(each.aspect),
        behind(narrowed, f"rekomendasi-{code}", each.recommendations),
        behind(narrowed, f"kedua-{code}", each.second),
        behind(narrowed, f"ketiga-{code}", each.third),
        formats.number(each.days),
        behind(narrowed, f"diterima-{code}", each.accepted),
    ]


def in_words(found: Weakest) -> str:
    known = [each for each in found.aspects if each.verified.mean is not None]
    again = sum(each.second + each.third for each in found.aspects)
    if not known:
        return str(_("Belum ada kemajuan yang dapat dihitung per aspek."))
    weak = known[0]
    return str(
        _(
            "Paling lemah: %(aspect)s, terverifikasi %(share)s. %(again)s rekomendasi berulang dari siklus sebelumnya.",
            aspect=formats.in_language(weak.aspect),
            share=formats.percent(weak.verified.mean),
            again=formats.number(again),
        )
    )
