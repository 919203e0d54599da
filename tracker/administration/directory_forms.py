"""What is filled in about areas, regions, agencies, units, contacts, holidays and settings."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.accounts.forms import ZONES, is_email, is_phone
from tracker.administration.calendar import AreaFacts, HolidayFacts
from tracker.administration.directory import AgencyFacts, ContactFacts, Contacts, UnitFacts
from tracker.administration.settings import SETTINGS
from tracker.directory.models import Agency, Holiday, Region, ServiceUnit, SupervisionArea
from tracker.directory.states import AgencyKind, HolidayKind
from tracker.kit import formats
from tracker.kit.forms import Form, RadioField, SelectField, given

MOST_CONTACTS = 4
YES_NO = (("", _l("Belum diketahui")), ("ya", _l("Ya")), ("tidak", _l("Tidak")))


def key_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


def by_id(rows: Iterable[Any], id: int | None) -> Any:
    return next((row for row in rows if row.id == id), None)


class AreaForm(Form[AreaFacts]):
    code = StringField(_l("Kode"), [InputRequired(), Length(max=64)])
    name = StringField(_l("Nama"), [InputRequired(), Length(max=300)])
    valid_from = DateField(_l("Berlaku mulai"), [Optional()])
    valid_to = DateField(_l("Hari terakhir"), [Optional()])
    remark = TextAreaField(_l("Catatan"), [Length(max=2000)], render_kw={"rows": "3"})

    def value(self) -> AreaFacts:
        return AreaFacts(
            given(self.code), given(self.name), self.valid_from.data, self.valid_to.data, self.remark.data or ""
        )


class RegionForm(Form[tuple[str, SupervisionArea | None, bool]]):
    """Zone of any region, area of a province."""

    timezone = SelectField(_l("Zona waktu"), choices=list(ZONES))
    area_id = SelectField(_l("Wilayah pembinaan"), coerce=key_or_none)
    move_units = BooleanField(_l("Pindahkan juga unit yang sudah ada di provinsi ini"))

    def offering(self, areas: list[SupervisionArea], region: Region) -> "RegionForm":
        self.areas = areas
        self.area_id.choices = [("", gettext("Tanpa wilayah")), *((area.id, area.name) for area in areas)]
        if region.parent_id:
            del self.area_id, self.move_units
        elif not self.is_submitted():
            self.area_id.data = region.area_id
        if not self.is_submitted():
            self.timezone.data, self.version.data = region.timezone, str(region.version)
        return self

    def value(self) -> tuple[str, SupervisionArea | None, bool]:
        area = by_id(self.areas, self.area_id.data) if "area_id" in self else None
        return given(self.timezone), area, bool("move_units" in self and self.move_units.data)


class AgencyForm(Form[AgencyFacts]):
    name = StringField(_l("Nama instansi"), [InputRequired(), Length(max=300)])
    kind = SelectField(_l("Jenis"), coerce=AgencyKind)
    region_code = StringField(_l("Kode wilayah"), [Length(max=8)], render_kw={"inputmode": "decimal"})
    confirms_evidence = BooleanField(_l("Bagian/Biro Organisasi memeriksa bukti lebih dahulu"))

    region: Region | None = None

    def offering(self) -> "AgencyForm":
        self.kind.choices = [(kind.value, formats.label(kind)) for kind in AgencyKind]
        return self

    def fill(self, agency: Agency) -> "AgencyForm":
        self.process(obj=agency)
        self.version.data = str(agency.version)
        self.region_code.data = agency.region.code if agency.region else ""
        return self.offering()

    def value(self) -> AgencyFacts:
        return AgencyFacts(given(self.name), given(self.kind), self.region, bool(self.confirms_evidence.data))


class UnitForm(Form[UnitFacts]):
    name = StringField(_l("Nama unit"), [InputRequired(), Length(max=300)])
    region_code = StringField(_l("Kode wilayah"), [Length(max=8)], render_kw={"inputmode": "decimal"})
    area_id = SelectField(_l("Wilayah pembinaan"), coerce=key_or_none)
    joined_sippn = SelectField(_l("Terdaftar di SIPPN"), choices=list(YES_NO))
    joined_lapor = SelectField(_l("Terhubung ke SP4N-LAPOR!"), choices=list(YES_NO))
    address = TextAreaField(_l("Alamat"), [Length(max=1000)], render_kw={"rows": "2"})
    is_active = BooleanField(_l("Masih beroperasi"), default=True)

    region: Region | None = None

    def offering(self, areas: list[SupervisionArea], empty: str) -> "UnitForm":
        self.areas = areas
        self.area_id.choices = [("", empty), *((area.id, area.name) for area in areas)]
        return self

    def fill(self, unit: ServiceUnit) -> "UnitForm":
        self.process(obj=unit)
        self.version.data = str(unit.version)
        self.region_code.data = unit.region.code if unit.region else ""
        self.joined_sippn.data, self.joined_lapor.data = in_word(unit.joined_sippn), in_word(unit.joined_lapor)
        return self

    def value(self) -> UnitFacts:
        return UnitFacts(
            given(self.name),
            self.region,
            by_id(self.areas, self.area_id.data),
            from_word(self.joined_sippn.data),
            from_word(self.joined_lapor.data),
            (self.address.data or "").strip(),
            bool(self.is_active.data),
        )


def in_word(answer: bool | None) -> str:
    return "" if answer is None else "ya" if answer else "tidak"


def from_word(word: str | None) -> bool | None:
    return {"ya": True, "tidak": False}.get(word or "")


class ContactsForm(Form[Contacts]):
    """Up to four people; the fields are numbered, so that the form works without scripts."""

    def people(self) -> list[dict[str, Any]]:
        return [{part: self[f"{part}_{n}"] for part in PARTS} for n in range(1, MOST_CONTACTS + 1)]

    def fill(self, unit: ServiceUnit) -> "ContactsForm":
        for n, contact in enumerate(unit.contacts[:MOST_CONTACTS], 1):
            for part in PARTS:
                self[f"{part}_{n}"].data = getattr(contact, part)
        self.version.data = contacts_version(unit)
        return self

    def value(self) -> Contacts:
        return Contacts(
            tuple(
                ContactFacts(**{part: (field.data or "").strip() for part, field in person.items()})
                for person in self.people()
            )
        )


PARTS = ("name", "post", "phone", "email")
for _n in range(1, MOST_CONTACTS + 1):
    setattr(ContactsForm, f"name_{_n}", StringField(_l("Nama"), [Length(max=300)]))
    setattr(ContactsForm, f"post_{_n}", StringField(_l("Jabatan"), [Length(max=300)]))
    setattr(
        ContactsForm,
        f"phone_{_n}",
        StringField(_l("Telepon atau WhatsApp"), [Length(max=40), is_phone], render_kw={"type": "tel"}),
    )
    setattr(ContactsForm, f"email_{_n}", StringField(_l("Surel"), [Length(max=300), is_email]))


def contacts_version(unit: ServiceUnit) -> str:
    """Which contacts a page showed: changes with any of them."""
    return ".".join(f"{contact.id}-{contact.version}" for contact in unit.contacts) or "0"


class HolidayForm(Form[HolidayFacts]):
    day = DateField(_l("Tanggal"), [InputRequired()])
    name = StringField(_l("Nama hari"), [InputRequired(), Length(max=300)])
    kind = RadioField(_l("Jenis"), coerce=HolidayKind)
    region_code = StringField(
        _l("Kode wilayah (hanya libur daerah)"), [Length(max=8)], render_kw={"inputmode": "decimal"}
    )
    decree = StringField(_l("Dasar hukum"), [InputRequired(), Length(max=300)])

    region: Region | None = None

    def offering(self) -> "HolidayForm":
        self.kind.choices = [(kind.value, formats.label(kind)) for kind in HolidayKind]
        return self

    def fill(self, holiday: Holiday) -> "HolidayForm":
        self.process(obj=holiday)
        self.version.data = str(holiday.version)
        self.region_code.data = holiday.region.code if holiday.region else ""
        return self.offering()

    def value(self) -> HolidayFacts:
        return HolidayFacts(given(self.day), given(self.name), given(self.kind), self.region, given(self.decree))


class SettingsForm(Form[dict[str, int]]):
    """Every known setting, with its bounds."""

    def value(self) -> dict[str, int]:
        return {known.name: int(given(self[known.name])) for known in SETTINGS}


for _known in SETTINGS:
    setattr(
        SettingsForm,
        _known.name,
        IntegerField(
            _l(_known.label),
            [InputRequired(), NumberRange(_known.lowest, _known.highest)],
            render_kw={"inputmode": "numeric"},
        ),
    )
