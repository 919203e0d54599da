"""The page that says who holds complaints and who is late with them; each number opens the list behind it."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import Optional

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints import listing
from tracker.complaints.forms import ListForm
from tracker.complaints.held import PAGE, By, Held, Holding, Names, everybody, held, names_of
from tracker.complaints.narrowing import WITHOUT, Narrowing
from tracker.complaints.views import Writer, pages
from tracker.kit import content, export, formats
from tracker.kit.export import Column, Value
from tracker.kit.forms import SelectField

PER = {By.AGENCY: _l("Instansi"), By.UNIT: _l("Unit"), By.OFFICER: _l("Petugas")}
CARRIED = (
    "pemegang", "klasifikasi", "sumber", "aspek", "dari", "sampai", "topik", "layanan", "indikator",
    "unit", "instansi", "wilayah", "petugas", "saya",
)  # fmt: skip
"""Of this page's address, what narrows the list behind a number as well."""
NOT_HERE = ("keadaan", "lewat", "urut", "cari")
"""What holders have is open, and late or not; it is counted, not searched."""


HERE = "complaints.holders"
NOBODY = Held([], 0, 0, 0, None)


class HoldersForm(ListForm):
    menurut = SelectField(_l("Menurut"), [Optional()], choices=list(PER.items()))

    @property
    def per(self) -> By:
        return By(self.menurut.data) if self.menurut.data in set(By) else By.AGENCY


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `by` is None where it makes no sense."""

    form: HoldersForm
    by: Narrowing | None


def asked(desk: Desk) -> Asked:
    given = MultiDict((name, value) for name, value in request.args.items(multi=True) if name not in NOT_HERE)
    form = listing.offering(desk, HoldersForm(formdata=given))
    return Asked(form, replace(listing.narrowing(desk, form), text="") if form.validate() else None)


@pages.show("/pengaduan/pemegang", act=Act.VIEW_COMPLAINTS)
def holders(desk: Desk) -> ResponseReturnValue:
    """Who holds how many open complaints, how many of them are late, and since when; the most late first."""
    what = asked(desk)
    per, page = what.form.per, max(1, min(request.args.get("halaman", 1, int), 1_000_000))
    found = held(desk, what.by, per, page) if what.by is not None else NOBODY
    names, first = names_of(desk, found.rows), (page - 1) * PAGE + 1
    last = first + len(found.rows) - 1
    chips = listing.chips(desk, what.form, what.by, HERE) if what.by is not None else []
    return render_template(
        "complaints/holders.html",
        desk=desk,
        form=what.form,
        per_word=PER[per],
        held=found,
        rows=[row_of(names, per, each) for each in found.rows],
        chips=chips,
        address=listing.address,
        all_url=behind(),
        late_url=behind(lewat="1"),
        first=first,
        last=last,
        page=page,
        previous_url=listing.address(HERE, {"halaman": page - 1}) if page > 1 else "",
        next_url=listing.address(HERE, {"halaman": page + 1}) if last < found.holders else "",
    ), 200 if what.by is not None else 422


def behind(**changed: Any) -> str:
    """The list of complaints with this page's filter, and with what is `changed` of it."""
    kept = {name: request.args[name] for name in CARRIED if request.args.get(name)}
    return url_for("complaints.index", **(kept | changed))


def row_of(names: Names, per: By, each: Holding) -> dict[str, Any]:
    agency, unit, officer = called(names, per, each)
    theirs: dict[str, Any] = {"pemegang": each.holder.value, "instansi": each.agency_id}
    if per is By.UNIT:
        theirs["unit"] = each.unit_id
    elif per is By.OFFICER:
        theirs["petugas"] = each.officer_id or WITHOUT
    return {
        "holder": each.holder,
        "name": officer or unit or agency,
        "place": agency if officer or unit else "",
        "number": each.number,
        "late": each.late,
        "since": each.since,
        "late_since": each.late_since,
        "url": behind(**theirs),
        "late_url": behind(**theirs, lewat="1"),
    }


def called(names: Names, per: By, each: Holding) -> tuple[str, str, str]:
    """Agency, unit and officer, as far as holders are told apart by them."""
    agency, unit, officer = names.agencies.get(each.agency_id, formats.NO_DATA), "", ""
    if per is By.UNIT:
        name, is_root = names.units.get(each.unit_id or 0, (formats.NO_DATA, False))
        unit = str(_("belum pada unit")).capitalize() if is_root else name
    elif per is By.OFFICER and each.officer_id is None:
        officer = str(_("belum disebut namanya")).capitalize()
    elif per is By.OFFICER:
        officer = names.officers.get(each.officer_id or 0, formats.NO_DATA)
    return agency, unit, officer


# ---- as a file ----------------------------------------------------------------------------------------------------


@pages.show("/pengaduan/pemegang/unduh.xlsx", act=Act.VIEW_COMPLAINTS)
def holders_xlsx(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_xlsx, content.XLSX, "xlsx")


@pages.show("/pengaduan/pemegang/unduh.csv", act=Act.VIEW_COMPLAINTS)
def holders_csv(desk: Desk) -> ResponseReturnValue:
    return download(desk, export.write_csv, "text/csv; charset=utf-8", "csv")


def download(desk: Desk, write: Writer, media: str, ending: str) -> ResponseReturnValue:
    what = asked(desk)
    if what.by is None:
        return redirect(listing.address(HERE), 303)
    found = everybody(desk, what.by, what.form.per)
    said = [chip["label"] for chip in listing.chips(desk, what.form, what.by)] or [_("semua yang belum selesai")]
    last = export.LastRow(len(found), formats.moment(desk.now), "; ".join(said), _(export.LAST_ROW))
    stream = io.BytesIO()
    write(stream, columns(), table(desk, what.form.per, found), last)
    stream.seek(0)
    name = f"pemegang-pengaduan-{desk.today:%Y%m%d}.{ending}"
    return send_file(stream, mimetype=media, as_attachment=True, download_name=name)


def columns() -> list[Column]:
    return [
        Column(_("Di tangan"), 18), Column(_("Instansi"), 36), Column(_("Unit"), 36), Column(_("Petugas"), 28),
        Column(_("Belum selesai"), 12), Column(_("Lewat tenggat"), 12), Column(_("Tertua diterima"), 12),
        Column(_("Lewat sejak"), 12),
    ]  # fmt: skip


def table(desk: Desk, per: By, found: list[Holding]) -> Iterator[Sequence[Value]]:
    names = names_of(desk, found)
    for each in found:
        agency, unit, officer = called(names, per, each)
        since = each.since.astimezone(desk.zone).date()
        yield (
            formats.label(each.holder), agency, unit or None, officer or None, each.number, each.late, since,
            each.late_since,
        )  # fmt: skip
