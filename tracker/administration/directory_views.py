"""Pages of the directory: areas, regions, agencies, units and their contacts."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration import calendar, queries
from tracker.administration import directory as operations
from tracker.administration.directory_forms import (
    AgencyForm,
    AreaForm,
    ContactsForm,
    RegionForm,
    UnitForm,
    contacts_version,
)
from tracker.administration.lists import Listed, listed
from tracker.administration.pages import pages
from tracker.directory.models import Agency, Region, ServiceUnit, SupervisionArea


@pages.show("/direktori", act=Act.EDIT_DIRECTORY)
def directory(desk: Desk) -> ResponseReturnValue:
    words = request.args.get("cari", "").strip()[:100]
    page: Listed[Agency] = listed(desk, queries.agencies(words))
    units = desk.all(queries.units(words).where(~ServiceUnit.is_root).limit(20)) if words else []
    lost = desk.session.scalar(sa.select(sa.func.count()).select_from(queries.without_area().subquery())) or 0
    return render_template("administration/directory.html", page=page, units=units, words=words, lost=lost)


@pages.show("/direktori/tanpa-wilayah", act=Act.EDIT_DIRECTORY)
def without_area(desk: Desk) -> ResponseReturnValue:
    page: Listed[ServiceUnit] = listed(desk, queries.without_area())
    return render_template("administration/without_area.html", page=page)


def areas_of(desk: Desk) -> list[SupervisionArea]:
    return desk.all(sa.select(SupervisionArea).order_by(SupervisionArea.code))


@pages.show("/direktori/wilayah", act=Act.EDIT_DIRECTORY)
def areas(desk: Desk) -> ResponseReturnValue:
    counts = sa.select(ServiceUnit.area_id, sa.func.count()).where(~ServiceUnit.is_root).group_by(ServiceUnit.area_id)
    units = dict(desk.session.execute(counts).all())
    return render_template("administration/areas.html", areas=areas_of(desk), units=units)


@pages.show("/direktori/wilayah/baru", act=Act.EDIT_DIRECTORY)
def add_area(_desk: Desk) -> ResponseReturnValue:
    return render_template("administration/area.html", form=AreaForm(formdata=None), area=None)


@pages.do("/direktori/wilayah/baru", act=Act.EDIT_DIRECTORY)
def add_area_sent(desk: Desk) -> ResponseReturnValue:
    form = AreaForm()
    if form.carried_out(lambda facts: calendar.put_area(desk, facts)):
        flash(_("Wilayah ditambahkan."), "success")
        return redirect(url_for("administration.areas"), 303)
    return render_template("administration/area.html", form=form, area=None), form.status


@pages.show("/direktori/wilayah/<int:id>", act=Act.EDIT_DIRECTORY, on=SupervisionArea)
def area(_desk: Desk, area: SupervisionArea) -> ResponseReturnValue:
    form = AreaForm(formdata=None, obj=area)
    form.version.data = str(area.version)
    return render_template("administration/area.html", form=form, area=area)


@pages.do("/direktori/wilayah/<int:id>", act=Act.EDIT_DIRECTORY, on=SupervisionArea)
def area_sent(desk: Desk, area: SupervisionArea) -> ResponseReturnValue:
    form = AreaForm()
    if form.carried_out(lambda facts: calendar.put_area(desk, facts, area), area):
        flash(_("Wilayah tersimpan."), "success")
        return redirect(url_for("administration.areas"), 303)
    return render_template("administration/area.html", form=form, area=area), form.status


@pages.show("/direktori/daerah", act=Act.EDIT_DIRECTORY)
def regions(desk: Desk) -> ResponseReturnValue:
    words, province = request.args.get("cari", "").strip()[:100], request.args.get("provinsi", "")
    province_id = int(province) if province.isascii() and province.isdigit() and len(province) < 10 else None
    page: Listed[Region] = listed(desk, queries.regions(words, province_id))
    return render_template(
        "administration/regions.html",
        page=page,
        words=words,
        province_id=province_id,
        provinces=desk.all(queries.provinces()),
    )


@pages.show("/direktori/daerah/<int:id>", act=Act.EDIT_DIRECTORY, on=Region)
def region(desk: Desk, region: Region) -> ResponseReturnValue:
    return show_region(desk, region, RegionForm(formdata=None).offering(areas_of(desk), region))


def show_region(desk: Desk, region: Region, form: RegionForm) -> str:
    inside = sa.select(Region.id).where(sa.or_(Region.id == region.id, Region.parent_id == region.id))
    elsewhere = sa.select(sa.func.count(ServiceUnit.id)).where(
        ServiceUnit.region_id.in_(inside), ServiceUnit.area_id.is_distinct_from(region.area_id)
    )
    units = sa.select(sa.func.count(ServiceUnit.id)).where(ServiceUnit.region_id.in_(inside))
    return render_template(
        "administration/region.html",
        region=region,
        form=form,
        units=desk.session.scalar(units) or 0,
        elsewhere=desk.session.scalar(elsewhere) or 0,
    )


@pages.do("/direktori/daerah/<int:id>", act=Act.EDIT_DIRECTORY, on=Region)
def region_sent(desk: Desk, region: Region) -> ResponseReturnValue:
    form = RegionForm().offering(areas_of(desk), region)
    moved: list[int] = []
    if form.carried_out(lambda wanted: moved.append(operations.edit_region(desk, region, *wanted)), region):
        flash(_("Daerah tersimpan.") + tell_moved(moved[0]), "success")
        return redirect(url_for("administration.regions", provinsi=region.parent_id or region.id), 303)
    return show_region(desk, region, form), form.status


def tell_moved(count: int) -> str:
    return " " + str(ngettext("%(num)d unit dipindahkan.", "%(num)d unit dipindahkan.", count)) if count else ""


def find_region(desk: Desk, form: Any) -> bool:
    """Put the region of the typed code into the form; False, with what is wrong, for a code that does not exist."""
    code = (form.region_code.data or "").strip()
    form.region = desk.session.scalar(sa.select(Region).filter_by(code=code)) if code else None
    if code and form.region is None:
        form.validate_on_submit()
        form.refuse("region_code", _("Kode wilayah %(code)s tidak ada. Carilah di daftar daerah.", code=code))
        return False
    return True


@pages.show("/direktori/instansi/baru", act=Act.EDIT_DIRECTORY)
def add_agency(_desk: Desk) -> ResponseReturnValue:
    return render_template("administration/add_agency.html", form=AgencyForm(formdata=None).offering())


@pages.do("/direktori/instansi/baru", act=Act.EDIT_DIRECTORY)
def add_agency_sent(desk: Desk) -> ResponseReturnValue:
    form = AgencyForm().offering()
    added: list[Agency] = []
    if find_region(desk, form) and form.carried_out(lambda facts: added.append(operations.create_agency(desk, facts))):
        flash(_("Instansi ditambahkan, beserta unit induknya."), "success")
        return redirect(url_for("administration.agency", id=added[0].id), 303)
    return render_template("administration/add_agency.html", form=form), form.status


@pages.show("/direktori/instansi/<int:id>", act=Act.EDIT_DIRECTORY, on=Agency)
def agency(desk: Desk, agency: Agency) -> ResponseReturnValue:
    return show_agency(desk, agency, AgencyForm(formdata=None).fill(agency))


def show_agency(desk: Desk, agency: Agency, form: AgencyForm) -> str:
    page: Listed[ServiceUnit] = listed(desk, queries.units().where(ServiceUnit.agency_id == agency.id))
    return render_template("administration/agency.html", agency=agency, form=form, page=page)


@pages.do("/direktori/instansi/<int:id>", act=Act.EDIT_DIRECTORY, on=Agency)
def agency_sent(desk: Desk, agency: Agency) -> ResponseReturnValue:
    form = AgencyForm().offering()
    if find_region(desk, form) and form.carried_out(lambda facts: operations.edit_agency(desk, agency, facts), agency):
        flash(_("Instansi tersimpan."), "success")
        return redirect(url_for("administration.agency", id=agency.id), 303)
    return show_agency(desk, agency, form), form.status


@pages.show("/direktori/instansi/<int:id>/unit-baru", act=Act.ADD_UNIT, on=Agency)
def add_unit(desk: Desk, agency: Agency) -> ResponseReturnValue:
    form = UnitForm(formdata=None).offering(areas_of(desk), _("Sesuai provinsinya"))
    form.region_code.data = agency.region.code if agency.region else ""
    return render_template("administration/add_unit.html", agency=agency, form=form)


@pages.do("/direktori/instansi/<int:id>/unit-baru", act=Act.ADD_UNIT, on=Agency)
def add_unit_sent(desk: Desk, agency: Agency) -> ResponseReturnValue:
    form = UnitForm().offering(areas_of(desk), _("Sesuai provinsinya"))
    if find_region(desk, form) and form.carried_out(lambda facts: operations.create_unit(desk, agency, facts)):
        flash(_("Unit ditambahkan."), "success")
        return redirect(url_for("administration.agency", id=agency.id), 303)
    return render_template("administration/add_unit.html", agency=agency, form=form), form.status


@pages.show("/direktori/unit/<int:id>", act=Act.EDIT_UNIT, on=ServiceUnit)
def edit_unit(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    form = UnitForm(formdata=None).fill(unit).offering(areas_of(desk), _("Tanpa wilayah"))
    return render_template("administration/edit_unit.html", unit=unit, form=form)


@pages.do("/direktori/unit/<int:id>", act=Act.EDIT_UNIT, on=ServiceUnit)
def edit_unit_sent(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    form = UnitForm().offering(areas_of(desk), _("Tanpa wilayah"))
    if unit.is_root:
        form.name.data = unit.name
        form.region_code.data = unit.region.code if unit.region else ""
    if find_region(desk, form) and form.carried_out(lambda facts: operations.edit_unit(desk, unit, facts), unit):
        flash(_("Unit tersimpan."), "success")
        return redirect(url_for("administration.agency", id=unit.agency_id), 303)
    return render_template("administration/edit_unit.html", unit=unit, form=form), form.status


@pages.show("/unit/<int:id>/kontak", act=Act.EDIT_CONTACTS, on=ServiceUnit)
def contacts(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    with_contacts(desk, unit)
    return render_template("administration/contacts.html", unit=unit, form=ContactsForm(formdata=None).fill(unit))


def with_contacts(desk: Desk, unit: ServiceUnit) -> None:
    load = sa.select(ServiceUnit).where(ServiceUnit.id == unit.id).options(joinedload(ServiceUnit.contacts))
    desk.session.scalars(load.execution_options(populate_existing=True)).unique().one()


@pages.do("/unit/<int:id>/kontak", act=Act.EDIT_CONTACTS, on=ServiceUnit)
def contacts_sent(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    with_contacts(desk, unit)
    form = ContactsForm()
    current = contacts_version(unit)
    if form.version.data and form.version.data != current:
        for n, person in enumerate(form.people(), 1):
            now = unit.contacts[n - 1] if n <= len(unit.contacts) else None
            form.conflict += [
                (f"{field.label.text} {n}", getattr(now, part, ""), field.data)
                for part, field in person.items()
                if (getattr(now, part, "") or "") != (field.data or "")
            ]
        form.version.raw_data, form.version.data = None, current
        return render_template("administration/contacts.html", unit=unit, form=form), 409
    if form.carried_out(lambda wanted: operations.edit_contacts(desk, unit, wanted)):
        flash(_("Narahubung tersimpan."), "success")
        return redirect(url_for("administration.contacts", id=unit.id), 303)
    return render_template("administration/contacts.html", unit=unit, form=form), form.status
