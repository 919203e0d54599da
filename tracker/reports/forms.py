"""What is asked before a report is made: about what, for which day, as which kind of file."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from tracker.access.desk import Desk
from tracker.dashboards.queries import cycles_with_results
from tracker.directory.models import ServiceUnit, SupervisionArea
from tracker.instruments.models import Cycle
from tracker.kit.forms import Form, SelectField
from tracker.reports import naming
from tracker.reports.making import Wanted
from tracker.reports.states import ENDINGS, Kind

ABOUT = {
    Kind.AREA: (_("Wilayah pembinaan"), ""),
    Kind.AGENCY: (_("Instansi"), _("Kode wilayah seperti 81.72, atau nama instansi.")),
    Kind.UNIT: (_("Unit"), _("Nomor unit, seperti pada alamat halamannya.")),
    Kind.READINESS: (_("Siklus"), ""),
    Kind.FOLLOW_UPS: (_("Wilayah pembinaan"), ""),
}
CHOSEN = (Kind.AREA, Kind.READINESS, Kind.FOLLOW_UPS)
"""What these are about is chosen from a list, and not typed."""
FILES = {
    ".pdf": _("PDF, untuk dibaca dan dicetak"),
    ".docx": _("Word (.docx), untuk dilanjutkan"),
    ".xlsx": _("Excel (.xlsx), setiap baris datanya"),
    ".csv": _("CSV, setiap baris datanya"),
}


class WantForm(Form[Wanted]):
    """Its fields are those of one kind of report; the rest is taken off."""

    pilih = SelectField(validators=[InputRequired()])
    tentang = StringField(validators=[InputRequired(), Length(max=300)])
    siklus = SelectField(_("Siklus"), default="")
    hari = DateField(_("Hari"), validators=[Optional()])
    bentuk = SelectField(_("Bentuk berkas"), validators=[InputRequired()])

    kind: Kind

    def validate_hari(self, field: DateField) -> None:
        if field.data is not None and not 2000 <= field.data.year <= 2999:
            raise ValidationError(_("Tanggal tidak dikenali. Tulis seperti 2020-05-14."))

    def value(self) -> Wanted:
        about = self.pilih.data if "pilih" in self else self.tentang.data
        cycle = self.siklus.data if "siklus" in self else ""
        return Wanted(self.kind, (about or "").strip(), self.hari.data, cycle or "")

    @property
    def ending(self) -> str:
        return str(self.bentuk.data)


def form_for(desk: Desk, kind: Kind, **given: object) -> WantForm:
    form = WantForm(**given)
    form.kind = kind
    about, other = (form.pilih, "tentang") if kind in CHOSEN else (form.tentang, "pilih")
    about.label.text, about.description = str(ABOUT[kind][0]), str(ABOUT[kind][1])
    del form[other]
    form.bentuk.choices = [(ending, str(FILES[ending])) for ending in ENDINGS[kind]]
    cycles: list[Cycle] = desk.all(cycles_with_results())
    named = [(each.code, each.name or each.code) for each in cycles]
    if kind is Kind.READINESS:
        form.pilih.choices = named
        del form.siklus
    else:
        everything = _("Semua siklus") if kind is Kind.FOLLOW_UPS else _("Yang berjalan pada hari itu")
        form.siklus.choices = [("", str(everything)), *named]
    if kind in (Kind.AREA, Kind.FOLLOW_UPS):
        form.pilih.choices = [(each.code, each.name) for each in areas_in_reach(desk)]
    return form


def areas_in_reach(desk: Desk) -> Sequence[SupervisionArea]:
    known: list[SupervisionArea] = desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code))
    return [each for each in known if naming.in_reach(desk, ServiceUnit.area_id == each.id)]
