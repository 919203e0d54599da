"""Pages about what is kept of figures: readiness, seals, and what moved between two points."""

import io
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.administration.history_views import address
from tracker.directory.models import ServiceUnit, SupervisionArea
from tracker.instruments.models import Cycle
from tracker.kit import export, formats
from tracker.progress import comparing, comparing_export, parts, readiness, sealing
from tracker.progress.comparing import Cause, Point
from tracker.progress.forms import CompareForm, SealForm, in_words
from tracker.progress.kept_models import Seal, SealLine
from tracker.progress.nightly import last_check

pages = Pages("progress", __name__)

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"xlsx": (export.write_xlsx, XLSX), "csv": (export.write_csv, "text/csv; charset=utf-8")}


@pages.show("/siklus/<int:id>/kesiapan", act=Act.VIEW_EVALUATIONS, on=Cycle)
def ready(desk: Desk, cycle: Cycle) -> ResponseReturnValue:
    """Every unit in reach before the next evaluation: what is verified, open, waiting, and what it may come to."""
    number = page_number()
    everyone = request.args.get("semua") == "1"
    whole = readiness.of_cycle(desk, cycle, PAGE, (number - 1) * PAGE, everyone)
    return render_template(
        "progress/ready.html",
        cycle=cycle,
        whole=whole,
        everyone=everyone,
        reference=readiness.national(desk, cycle),
        check=last_check(desk),
        seals=sealing.seals_of(desk, cycle) if desk.holds(Act.VIEW_SEALS) else [],
        illustration=cycle.is_illustration,
        as_of=desk.now,
        **turning(number, len(whole.units), whole.total),
    )


@pages.show("/siklus/<int:id>/segel", act=Act.VIEW_SEALS, on=Cycle)
def seals(desk: Desk, cycle: Cycle) -> ResponseReturnValue:
    return seals_page(desk, cycle, SealForm(formdata=None)), 200


@pages.do("/siklus/<int:id>/segel", act=Act.SEAL_CYCLE, on=Cycle)
def seal_by_hand(desk: Desk, cycle: Cycle) -> ResponseReturnValue:
    form = SealForm()
    if form.carried_out(lambda reason: sealing.seal_by_hand(desk, cycle, reason)):
        flash(_("Siklus disegel. Segelnya tidak dapat diubah lagi."), "success")
        return redirect(url_for("progress.seals", id=cycle.id), 303)
    return seals_page(desk, cycle, form), form.status


def seals_page(desk: Desk, cycle: Cycle, form: SealForm) -> str:
    return render_template(
        "progress/seals.html",
        cycle=cycle,
        seals=list(reversed(sealing.seals_of(desk, cycle))),
        form=form,
        illustration=cycle.is_illustration,
    )


@pages.show("/segel/<int:id>", act=Act.VIEW_SEALS, on=Seal)
def show_seal(desk: Desk, seal: Seal) -> ResponseReturnValue:
    """A seal, whether it is whole, and its lines within the reader's reach."""
    number = page_number()
    query = lines_of(seal)
    lines = desk.all(query.limit(PAGE).offset((number - 1) * PAGE))
    return render_template(
        "progress/seal.html",
        seal=seal,
        cycle=seal.cycle,
        check=sealing.check(desk, seal),
        lines=lines,
        illustration=seal.cycle.is_illustration,
        **turning(number, len(lines), total_of(desk, query)),
    )


@pages.show("/segel/<int:id>/unduh.xlsx", act=Act.VIEW_SEALS, on=Seal)
def seal_xlsx(desk: Desk, seal: Seal) -> ResponseReturnValue:
    return seal_file(desk, seal, "xlsx")


@pages.show("/segel/<int:id>/unduh.csv", act=Act.VIEW_SEALS, on=Seal)
def seal_csv(desk: Desk, seal: Seal) -> ResponseReturnValue:
    return seal_file(desk, seal, "csv")


def seal_file(desk: Desk, seal: Seal, suffix: str) -> ResponseReturnValue:
    query = lines_of(seal)
    columns = [
        export.Column(_("Unit"), 40),
        export.Column(_("Instansi"), 32),
        *(export.Column(heading, 14, "0.00") for heading in (_("Terverifikasi (%)"), _("Diklaim (%)"))),
        export.Column(_("Proyeksi indeks (bukan hasil evaluasi)"), 16, "0.00"),
        *(export.Column(heading, 12) for heading in (_("Terbuka"), _("Menunggu verifikator"), _("Lewat tenggat"))),
        export.Column("SHA-256", 66),
    ]
    rows = (
        [
            line.unit_name,
            line.agency_name,
            line.verified,
            line.claimed,
            line.projected,
            line.with_unit + line.with_coordinator + line.on_hold,
            line.with_verifier,
            line.overdue,
            line.hash,
        ]
        for line in desk.all(query)
    )
    name = f"segel-{seal.cycle.code}-{seal.id}"
    return file_of(desk, columns, rows, total_of(desk, query), in_words(Point("", seal)), name, suffix)


@pages.show("/siklus/<int:id>/banding", act=Act.VIEW_EVALUATIONS, on=Cycle)
def compare(desk: Desk, cycle: Cycle) -> ResponseReturnValue:
    """Two points of the cycle: what moved, and because of which acts by whom."""
    asked = asked_points(desk, cycle)
    number = page_number()
    found = comparing.compare(desk, cycle, *asked.pair, asked.part) if asked.pair else None
    causes: list[Cause] = []
    if found is not None:
        query = comparing.between(desk, cycle, found.first, found.second, asked.part)
        causes = comparing.causes(desk, query, PAGE, (number - 1) * PAGE)
    return render_template(
        "progress/compare.html",
        cycle=cycle,
        form=asked.form,
        part=asked.part,
        called=parts.called(desk, asked.part),
        points=asked.points,
        found=found,
        moved=[each for each in found.units if each.has_moved][:PAGE] if found else [],
        causes=causes,
        in_words=in_words,
        exactly=comparing.points,
        told=told,
        large=bool(found and found.moves > comparing_export.AT_ONCE),
        illustration=cycle.is_illustration,
        **turning(number, len(causes), found.moves if found else 0),
    )


@pages.show("/siklus/<int:id>/banding/unduh.xlsx", act=Act.VIEW_EVALUATIONS, on=Cycle)
def compare_xlsx(desk: Desk, cycle: Cycle) -> ResponseReturnValue:
    return compare_file(desk, cycle, "xlsx")


@pages.show("/siklus/<int:id>/banding/unduh.csv", act=Act.VIEW_EVALUATIONS, on=Cycle)
def compare_csv(desk: Desk, cycle: Cycle) -> ResponseReturnValue:
    return compare_file(desk, cycle, "csv")


def compare_file(desk: Desk, cycle: Cycle, suffix: str) -> ResponseReturnValue:
    """Every act between the two points, with its exact delta; the reports make a long table in the background."""
    asked = asked_points(desk, cycle)
    if asked.pair is None:
        return redirect(url_for("progress.compare", id=cycle.id), 303)
    found = comparing.compare(desk, cycle, *asked.pair, asked.part)
    if found.moves > comparing_export.AT_ONCE:
        words: dict[str, Any] = {"dari": found.first.word, "ke": found.second.word, **asked.part.words}
        return redirect(url_for("reports.file", jenis="perbandingan", tentang=cycle.code, bentuk=suffix, **words))
    query = comparing.between(desk, cycle, found.first, found.second, asked.part)
    rows = comparing_export.rows_of(desk, comparing.causes(desk, query))
    name, columns = f"banding-{cycle.code}-{desk.today:%Y%m%d}", comparing_export.columns(desk)
    return file_of(desk, columns, rows, found.moves, comparing_export.between(found), name, suffix)


def told(cause: Cause) -> dict[str, str]:
    """The act behind a move in the reader's words, with the row it was done to."""
    who, what, subject = comparing_export.said(cause)
    return {"who": who, "what": what, "subject": subject, "url": address(cause.event) if cause.event else ""}


class Asked:
    """What the address asks to compare; without two different points, nothing."""

    def __init__(self, desk: Desk, cycle: Cycle) -> None:
        self.points = comparing.offered(desk, sealing.seals_of(desk, cycle))
        self.form = CompareForm(request.args).offering(self.points, areas_in_reach(desk))
        by_word = {each.word: each for each in self.points}
        first, second = (by_word.get(request.args.get(name, "")) for name in ("dari", "ke"))
        if first is None and second is None and len(self.points) > 1:
            first, second = self.points[-1], self.points[0]
            self.form.dari.data, self.form.ke.data = first.word, second.word
        self.pair: tuple[Point, Point] | None = (first, second) if first and second else None
        self.part = parts.asked_for(request.args)


def areas_in_reach(desk: Desk) -> list[SupervisionArea]:
    """Those of units that this person sees; nothing to choose where there is but one."""
    within = sa.select(ServiceUnit.area_id).distinct()
    found: list[SupervisionArea] = desk.all(
        sa.select(SupervisionArea).where(SupervisionArea.id.in_(within)).order_by(SupervisionArea.code)
    )
    return found if len(found) > 1 else []


def asked_points(desk: Desk, cycle: Cycle) -> Asked:
    return Asked(desk, cycle)


def lines_of(seal: Seal) -> sa.Select[Any]:
    query = sa.select(SealLine).where(SealLine.seal_id == seal.id)
    return query.order_by(SealLine.is_priority.desc(), SealLine.verified.is_(None), SealLine.verified, SealLine.id)


def total_of(desk: Desk, query: sa.Select[Any]) -> int:
    return desk.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def page_number() -> int:
    return max(1, request.args.get("halaman", 1, int))


def turning(number: int, shown: int, total: int) -> dict[str, Any]:
    """What the pagination needs."""

    def at(page: int) -> str:
        names = {**request.view_args, **request.args.to_dict(), "halaman": page}  # type: ignore[dict-item]
        return url_for(request.endpoint or "", **names)

    first = (number - 1) * PAGE + 1
    return {
        "first": first,
        "last": first + shown - 1,
        "total": total,
        "previous_url": at(number - 1) if number > 1 else "",
        "next_url": at(number + 1) if number * PAGE < total else "",
    }


Rows = Iterable[list[export.Value]]
Writer = Callable[[BinaryIO, Any, Any, export.LastRow], export.Written]


def file_of(
    desk: Desk, columns: list[export.Column], rows: Rows, count: int, said: str, name: str, suffix: str
) -> ResponseReturnValue:
    write, media = FORMATS[suffix]
    last = export.LastRow(count, formats.moment(desk.now), said, _(export.LAST_ROW))
    stream = io.BytesIO()
    write(stream, columns, rows, last)
    stream.seek(0)
    return send_file(stream, mimetype=media, as_attachment=True, download_name=f"{name}.{suffix}")
