"""The lists behind the numbers of the portfolio: the same question, the same filter, page by page and as a table."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.dashboards import figure_lists, queries
from tracker.dashboards.figures import Of
from tracker.dashboards.narrowing import Narrowed, read
from tracker.dashboards.views import pages
from tracker.followups.models import FollowUp
from tracker.followups.queries import original_due
from tracker.followups.wording import line as in_list
from tracker.kit import export, formats
from tracker.recommendations.models import Recommendation

BEHIND = 50
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Kind:
    """A list behind a number: its title, its query, what a row is, and where its number is explained."""

    title: str
    query: Callable[[Desk, queries.Narrowing], sa.Select[Any]]
    of: Of = Of.FOLLOW_UPS
    formula: str = "tenggat"

    @property
    def of_follow_ups(self) -> bool:
        return self.of is Of.FOLLOW_UPS


def kinds() -> Mapping[str, Kind]:
    return {
        "lewat-tenggat": Kind(_("Tindak lanjut lewat tenggat"), queries.overdue_work),
        "menunggu-verifikasi": Kind(_("Tindak lanjut menunggu verifikasi"), queries.waiting_work, formula="umur"),
        "belum-ditugaskan": Kind(
            _("Rekomendasi yang belum ditugaskan"), queries.not_assigned, Of.RECOMMENDATIONS, "rekomendasi"
        ),
    }


def asked() -> tuple[str, Kind]:
    """The list of the address; an unknown one is the first."""
    known = kinds()
    name = request.args.get("apa", "")
    name = name if name in known else "lewat-tenggat"
    return name, known[name]


def number_of_rows(desk: Desk, query: sa.Select[Any]) -> int:
    return desk.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def ordered(query: sa.Select[Any], kind: Kind, narrowed: Narrowed) -> sa.Select[Any]:
    if kind.of is Of.FOLLOW_UPS:
        return query.order_by(original_due() if narrowed.by.original else FollowUp.due_at, FollowUp.id)
    return query.order_by(Recommendation.unit_id, Recommendation.aspect_id, Recommendation.id)


def sheet_of(desk: Desk, kind: Kind, query: sa.Select[Any], narrowed: Narrowed) -> figure_lists.Sheet:
    columns, told = figure_lists.SHEETS[kind.of]
    found = figure_lists.streamed(desk, kind.of, ordered(query, kind, narrowed))
    return figure_lists.Sheet(columns(), (told(desk, each) for each in found))


@pages.show("/portofolio/daftar", act=Act.VIEW_PORTFOLIO)
def behind(desk: Desk) -> ResponseReturnValue:
    """The rows behind a number of the portfolio, under the same filter."""
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/portfolio_empty.html")
    name, kind = asked()
    query = kind.query(desk, narrowed.by)
    page = max(1, request.args.get("halaman", 1, int))
    shown = ordered(query, kind, narrowed).options(*figure_lists.SHOWN[kind.of])
    found = desk.all(shown.limit(BEHIND).offset((page - 1) * BEHIND))
    total = number_of_rows(desk, query)

    def at(endpoint: str, **changed: Any) -> str:
        return narrowed.address(f"dashboards.{endpoint}", apa=name, **changed)

    return render_template(
        "dashboards/behind.html",
        kind=kind,
        narrowed=narrowed,
        chips=[{**chip, "remove_url": at("behind", **{chip["name"]: None})} for chip in narrowed.chips],
        illustration=narrowed.by.cycle.is_illustration,
        rows=[in_list(desk, row) for row in found] if kind.of_follow_ups else found,
        total=total,
        first=(page - 1) * BEHIND + 1,
        last=(page - 1) * BEHIND + len(found),
        previous_url=at("behind", halaman=page - 1) if page > 1 else "",
        next_url=at("behind", halaman=page + 1) if page * BEHIND < total else "",
        xlsx_url=at("behind_xlsx"),
        csv_url=at("behind_csv"),
        as_of=desk.now,
    )


@pages.show("/portofolio/daftar/unduh.xlsx", act=Act.VIEW_PORTFOLIO)
def behind_xlsx(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_xlsx, WORKBOOK, "xlsx")


@pages.show("/portofolio/daftar/unduh.csv", act=Act.VIEW_PORTFOLIO)
def behind_csv(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_csv, "text/csv; charset=utf-8", "csv")


def download(desk: Desk, write: Callable[..., export.Written], media: str, suffix: str) -> ResponseReturnValue:
    """Exactly the rows of the list; their number is counted by itself, and another one fails the export.

    A long one leads to the reports, which make it in the background: no worker is busy with it.
    """
    narrowed = read(desk, request.args)
    if narrowed is None:
        return render_template("dashboards/portfolio_empty.html")
    name, kind = asked()
    query = kind.query(desk, narrowed.by)
    count = number_of_rows(desk, query)
    if count > figure_lists.AT_ONCE:
        return redirect(narrowed.report_address(suffix, f"{figure_lists.PORTFOLIO}/{name}"))
    sheet = sheet_of(desk, kind, query, narrowed)
    words = f"{kind.title}; {narrowed.in_words}"
    last = export.LastRow(count, formats.moment(desk.now), words, _(export.LAST_ROW))
    stream = io.BytesIO()
    write(stream, sheet.columns, sheet.rows, last)
    stream.seek(0)
    told_as = f"{name}-{narrowed.by.cycle.code}-{desk.today:%Y%m%d}.{suffix}"
    return send_file(stream, mimetype=media, as_attachment=True, download_name=told_as)
