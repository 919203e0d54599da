"""The overview: how things stand in one's scope, and the list behind each of its numbers."""

import io
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.of_scope import ScopeComplaints, complaints_within
from tracker.dashboards import figure_lists, figures
from tracker.dashboards.figures import AGE_LABELS, FIGURES, HELD, Figure
from tracker.dashboards.narrowing import Narrowed, read
from tracker.dashboards.overview_charts import holders_chart, progress_chart, standing_chart
from tracker.dashboards.state import State, state_of
from tracker.dashboards.views import pages
from tracker.instruments.models import Cycle
from tracker.kit import export, formats
from tracker.progress.kept_models import GroupSnapshot
from tracker.progress.states import GroupKind

LIST = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS = {"xlsx": (export.write_xlsx, XLSX), "csv": (export.write_csv, "text/csv; charset=utf-8")}


def tabs(narrowed: Narrowed, current: str) -> list[dict[str, Any]]:
    """The overview, the map and the trend, under the same filter."""
    named = (("overview", _("Ikhtisar")), ("map", _("Peta")), ("trend", _("Tren")), ("aspects", _("Aspek")))
    return [
        {"label": label, "url": narrowed.address(f"dashboards.{name}"), "current": name == current}
        for name, label in named
    ]


@pages.show("/ikhtisar", act=Act.VIEW_OVERVIEW)
def overview(desk: Desk) -> ResponseReturnValue:
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/overview_empty.html")
    state = state_of(desk, narrowed.by)

    def link(code: str) -> dict[str, str]:
        """A number and the list behind it; nothing is behind none."""
        number = state.counts[code]
        return {"text": formats.number(number), "url": list_url(narrowed, code) if number else ""}

    return render_template(
        "dashboards/overview.html",
        narrowed=narrowed,
        form=narrowed.form,
        cycle=narrowed.by.cycle,
        illustration=narrowed.by.cycle.is_illustration,
        signed=signed,
        tabs=tabs(narrowed, "overview"),
        chips=chips_of(narrowed, "overview"),
        state=state,
        counts=state.counts,
        link=link,
        list_url=lambda code: list_url(narrowed, code),
        standing=standing_chart(state),
        progress=progress_chart(state),
        holders=holders_chart(state),
        age_labels=AGE_LABELS,
        held=HELD,
        figures=FIGURES,
        bands=band_rows(narrowed, state),
        reference=reference(desk, narrowed.by.cycle),
        complaints=told_of_complaints(desk, narrowed),
        waited=(desk.now - state.waiting_since).days if state.waiting_since else None,
        as_of=desk.now,
    )


def told_of_complaints(desk: Desk, narrowed: Narrowed) -> ScopeComplaints | None:
    """Nothing where the filter narrows by what the list of complaints does not know."""
    by = narrowed.by
    return None if by.province or by.kind is not None else complaints_within(desk, by.area_id)


def signed(points: Decimal | None) -> str:
    """+2,5 or −1: in which direction it moved."""
    if points is None:
        return formats.number(None)
    return f"{'−' if points < 0 else '+' if points else ''}{formats.number(abs(points))}"


def list_url(narrowed: Narrowed, code: str, **changed: str) -> str:
    return narrowed.address("dashboards.figure_list", apa=code, **changed)


def band_rows(narrowed: Narrowed, state: State) -> list[dict[str, Any]]:
    """Each band with how many units are in it now and would be by projection."""
    bands = figures.by_lower(narrowed.by)
    pairs = zip(bands, state.bands[::2], state.bands[1::2], strict=True)
    return [{"band": band, "now": now.code, "then": then.code} for band, now, then in pairs]


def reference(desk: Desk, cycle: Cycle) -> GroupSnapshot | None:
    """The newest nightly mean of the nation, which everybody may know; who sees the nation has it before them."""
    return desk.session.scalar(
        sa.select(GroupSnapshot)
        .where(
            GroupSnapshot.cycle_id == cycle.id,
            GroupSnapshot.kind == GroupKind.NATION,
            GroupSnapshot.everyone.is_(False),
            GroupSnapshot.with_figure >= 10,
            GroupSnapshot.agencies >= 3,
        )
        .order_by(GroupSnapshot.day.desc())
        .limit(1)
    )


@pages.show("/ikhtisar/daftar", act=Act.VIEW_OVERVIEW)
def figure_list(desk: Desk) -> ResponseReturnValue:
    """The rows behind a number, under the filter in the address."""
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/overview_empty.html")
    figure = asked_for(narrowed)
    number = max(1, request.args.get("halaman", 1, int))
    total = figures.count(desk, figure, narrowed.by)
    found = figure_lists.page(desk, figure, narrowed.by, LIST, (number - 1) * LIST)

    def at(endpoint: str, **changed: Any) -> str:
        return narrowed.address(f"dashboards.{endpoint}", apa=figure.code, **changed)

    return render_template(
        "dashboards/figure_list.html",
        narrowed=narrowed,
        figure=figure,
        title=figure_lists.title_of(figure),
        illustration=narrowed.by.cycle.is_illustration,
        rows=found,
        total=total,
        first=(number - 1) * LIST + 1,
        last=(number - 1) * LIST + len(found),
        previous_url=at("figure_list", halaman=number - 1) if number > 1 else "",
        next_url=at("figure_list", halaman=number + 1) if number * LIST < total else "",
        chips=chips_of(narrowed, "figure_list", apa=figure.code),
        xlsx_url=at("figure_xlsx"),
        csv_url=at("figure_csv"),
        formula_url=url_for("dashboards.formulas", _anchor=figure.formula),
        as_of=desk.now,
    )


def chips_of(narrowed: Narrowed, endpoint: str, apa: str = "") -> list[dict[str, str]]:
    """The chips of a filter; each taken away leads back to this page."""
    found = []
    for chip in narrowed.chips:
        _page, _mark, rest = chip["remove_url"].partition("?")
        told = "&".join([*([f"apa={apa}"] if apa else []), *([rest] if rest else [])])
        found.append({**chip, "remove_url": url_for(f"dashboards.{endpoint}") + (f"?{told}" if told else "")})
    return found


def asked_for(narrowed: Narrowed) -> Figure:
    code = request.args.get("apa", "")
    figure = figure_lists.called(code, narrowed.by)
    if figure is None:
        raise NotFound
    return figure


@pages.show("/ikhtisar/unduh.xlsx", act=Act.VIEW_OVERVIEW)
def figure_xlsx(desk: Desk) -> ResponseReturnValue:
    return download(desk, "xlsx")


@pages.show("/ikhtisar/unduh.csv", act=Act.VIEW_OVERVIEW)
def figure_csv(desk: Desk) -> ResponseReturnValue:
    return download(desk, "csv")


def download(desk: Desk, suffix: str) -> ResponseReturnValue:
    """Exactly the rows of the list; another number than the tile's fails the export.

    A long one leads to the reports, which make it in the background: no worker is busy with it.
    """
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/overview_empty.html")
    figure = asked_for(narrowed)
    count = figures.count(desk, figure, narrowed.by)
    if count > figure_lists.AT_ONCE:
        return redirect(narrowed.report_address(suffix, f"{figure_lists.OVERVIEW}/{figure.code}"))
    told = f"{figure_lists.title_of(figure)}; {narrowed.in_words}"
    last = export.LastRow(count, formats.moment(desk.now), told, _(export.LAST_ROW))
    write, media = WRITERS[suffix]
    sheet, stream = figure_lists.sheet(desk, figure, narrowed.by), io.BytesIO()
    write(stream, sheet.columns, sheet.rows, last)
    stream.seek(0)
    name = f"{figure.code}-{narrowed.by.cycle.code}-{desk.today:%Y%m%d}.{suffix}"
    return send_file(stream, mimetype=media, as_attachment=True, download_name=name)
