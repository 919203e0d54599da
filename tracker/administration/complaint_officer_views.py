"""Pages about complaint officers: what was seen of one's publication, and the list of units with its export."""

import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.administration import complaint_officers as officers
from tracker.administration.complaint_officer_forms import NoticeForm, version_of
from tracker.administration.complaint_officers import UnitFilter
from tracker.administration.lists import AT_ONCE, Listed
from tracker.administration.pages import pages
from tracker.directory.models import OfficerNotice, ServiceUnit, SupervisionArea
from tracker.kit import export, formats
from tracker.kit.export import Column, Value

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Writer = Callable[[BinaryIO, Any, Iterator[Any], export.LastRow], export.Written]
BATCH = 1000


@pages.show("/unit/<int:id>/pejabat-pengaduan", act=Act.RECORD_OFFICER_NOTICE, on=ServiceUnit)
def officer_notice(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    form = NoticeForm(formdata=None).fill(officers.own_notice(desk, unit))
    form.checked_on.data = desk.today
    return show_notice(desk, unit, form)


def show_notice(desk: Desk, unit: ServiceUnit, form: NoticeForm) -> str:
    page: str = render_template(
        "administration/officer_notice.html", unit=unit, form=form, at_unit=officers.at_unit(desk, unit)
    )
    return page


@pages.do("/unit/<int:id>/pejabat-pengaduan", act=Act.RECORD_OFFICER_NOTICE, on=ServiceUnit)
def officer_notice_sent(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    form = NoticeForm()
    if overtaken(form, officers.own_notice(desk, unit)):
        return show_notice(desk, unit, form), 409
    if form.carried_out(lambda facts: officers.record_notice(desk, unit, facts)):
        flash(_("Publikasi pejabat pengaduan tercatat."), "success")
        return redirect(url_for("dashboards.unit", id=unit.id, _anchor="pejabat-pengaduan"), 303)
    return show_notice(desk, unit, form), form.status


def overtaken(form: NoticeForm, notice: OfficerNotice | None) -> bool:
    """Somebody recorded another look meanwhile: both are shown, and the form is ready to be sent again."""
    now = version_of(notice)
    if not form.version.data or form.version.data == now:
        return False
    shown = NoticeForm(formdata=None).fill(notice)
    form.conflict += [
        (field.label.text, shown[name].data, field.data)
        for name, field in form._fields.items()
        if name in ("is_published", "place", "since") and shown[name].data != field.data
    ]
    form.is_overtaken = True
    form.version.raw_data, form.version.data = None, now
    return True


# ---- the list of units ----------------------------------------------------------------------------------------------


@pages.show("/unit", act=Act.VIEW_UNITS)
def units(desk: Desk) -> ResponseReturnValue:
    """Units with their complaint officers, narrowed by area, officer and publication."""
    by = wanted_units()
    page = listed_units(desk, by)
    with as_machine(desk.session):
        people = officers.officers_of_units(
            desk, [(row.ServiceUnit.id, row.ServiceUnit.agency_id) for row in page.rows]
        )
    return render_template(
        "administration/units.html",
        page=page,
        by=by,
        given=request.args.to_dict(),
        people=people,
        counted=officers.counted(desk, by),
        areas=desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code)),
    )


def wanted_units() -> UnitFilter:
    """The filter as the address says it; what it does not understand it leaves out."""
    words, area, officer, published = (request.args.get(name, "").strip() for name in ("cari", "wilayah", "pejabat",
                                                                                       "publikasi"))  # fmt: skip
    return UnitFilter(
        words[:100],
        int(area) if area.isascii() and area.isdigit() and len(area) < 10 else None,
        officer if officer in ("ada", "tidak") else "",
        published if published in officers.PUBLISHED else "",
    )


def how_many(desk: Desk, by: UnitFilter) -> int:
    query = officers.narrowed(desk, by).subquery()
    with as_machine(desk.session):
        return desk.session.scalar(sa.select(sa.func.count()).select_from(query)) or 0


def listed_units(desk: Desk, by: UnitFilter) -> Listed[Any]:
    """The page that the address asks for; the last one where it asks for more than there are."""
    total = how_many(desk, by)
    asked = request.args.get("hal", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    number = max(1, min(number, -(-total // AT_ONCE)))
    query = officers.in_order(officers.narrowed(desk, by)).limit(AT_ONCE).offset((number - 1) * AT_ONCE)
    with as_machine(desk.session):
        return Listed(list(desk.session.execute(query)), number, total)


@pages.show("/unit/unduh.xlsx", act=Act.VIEW_UNITS)
def units_xlsx(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_xlsx, XLSX, "xlsx")


@pages.show("/unit/unduh.csv", act=Act.VIEW_UNITS)
def units_csv(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_csv, "text/csv; charset=utf-8", "csv")


def download(desk: Desk, write: Writer, media: str, suffix: str) -> ResponseReturnValue:
    """Exactly the units of the filter; their number is counted by itself, and another one fails the export."""
    by = wanted_units()
    last = export.LastRow(how_many(desk, by), formats.moment(desk.now), in_words(desk, by), _(export.LAST_ROW))
    stream = io.BytesIO()
    write(stream, columns(), rows(desk, by), last)
    stream.seek(0)
    name = f"unit-pejabat-pengaduan-{desk.today:%Y%m%d}.{suffix}"
    return send_file(stream, mimetype=media, as_attachment=True, download_name=name)


def in_words(desk: Desk, by: UnitFilter) -> str:
    area = desk.session.scalar(sa.select(SupervisionArea.name).where(SupervisionArea.id == by.area_id))
    said = [
        f"“{by.words}”" if by.words else "",
        area or "",
        {"ada": _("ada pejabat pengaduan"), "tidak": _("tanpa pejabat pengaduan")}.get(by.officer, ""),
        {"ya": _("dipublikasikan"), "tidak": _("tidak dipublikasikan"), "belum": _("publikasi belum diketahui")}.get(
            by.published, ""
        ),
    ]
    return ", ".join(each for each in said if each) or _("semua unit")


def columns() -> list[Column]:
    return [
        Column(_("Unit"), 40),
        Column(_("Instansi"), 32),
        Column(_("Kode wilayah"), 12),
        Column(_("Wilayah pembinaan"), 18),
        Column(_("Pejabat pengaduan"), 36),
        Column(_("Milik"), 12),
        Column(_("Dipublikasikan"), 16),
        Column(_("Tempat publikasi"), 48),
        Column(_("Sejak"), 12),
        Column(_("Diperiksa pada"), 12),
        Column(_("Diperiksa oleh"), 28),
    ]


def rows(desk: Desk, by: UnitFilter) -> Iterator[list[Value]]:
    """A row for each unit, a thousand asked for at a time."""
    query = officers.in_order(officers.narrowed(desk, by))
    start = 0
    while True:
        with as_machine(desk.session):
            some = list(desk.session.execute(query.limit(BATCH).offset(start)))
            pairs = [(unit.id, unit.agency_id) for unit, _published in some]
            people, notices = officers.officers_of_units(desk, pairs), officers.notices_of(desk, pairs)
        for unit, published in some:
            named, notice = people[unit.id], notices.get(unit.id)
            yield [
                unit.name,
                unit.agency.name,
                unit.region.code if unit.region else None,
                unit.area.name if unit.area else None,
                "; ".join(named.names) or None,
                (_("unit") if named.own else _("instansi")) if named.names else None,
                answer(published),
                notice.place or None if notice else None,
                notice.since if notice else None,
                notice.checked_on if notice else None,
                notice.checked_by.name if notice and notice.checked_by else None,
            ]
        if len(some) < BATCH:
            return
        start += BATCH


def answer(published: bool | None) -> str:
    return str({True: _("ya"), False: _("tidak"), None: _("belum diketahui")}[published])
