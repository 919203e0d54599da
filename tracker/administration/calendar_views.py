"""The working calendar with its corrections, and the settings."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration import calendar as operations
from tracker.administration.directory_forms import HolidayForm, SettingsForm
from tracker.administration.directory_views import find_region
from tracker.administration.forms import ReasonForm
from tracker.administration.pages import pages
from tracker.administration.settings import SETTINGS, setting
from tracker.directory.models import Holiday, Setting
from tracker.kit import formats
from tracker.kit.holidays_id import SEEDED_YEARS


def asked_year(desk: Desk) -> int:
    asked = request.args.get("tahun", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else desk.today.year
    return min(max(year, SEEDED_YEARS.start), SEEDED_YEARS.stop - 1)


@pages.show("/kalender", act=Act.VIEW_REFERENCE)
def calendar(desk: Desk) -> ResponseReturnValue:
    return calendar_page(desk, HolidayForm(formdata=None).offering())


def calendar_page(desk: Desk, form: HolidayForm) -> str:
    number = asked_year(desk)
    desk.all(sa.select(Holiday).options(joinedload(Holiday.region)))
    return render_template(
        "administration/calendar.html",
        year=operations.year_of(desk, number, formats.language()),
        years=SEEDED_YEARS,
        form=form,
        today=desk.today,
    )


@pages.do("/kalender", act=Act.EDIT_CALENDAR)
def add_holiday(desk: Desk) -> ResponseReturnValue:
    form = HolidayForm().offering()
    if find_region(desk, form) and form.carried_out(lambda facts: operations.put_holiday(desk, facts)):
        flash(_("Kalender diperbaiki. Tenggat yang sudah ditetapkan tidak bergeser dengan sendirinya."), "success")
        assert form.day.data is not None
        return redirect(url_for("administration.calendar", tahun=form.day.data.year), 303)
    return calendar_page(desk, form), form.status


@pages.show("/kalender/<int:id>", act=Act.EDIT_CALENDAR, on=Holiday)
def holiday(_desk: Desk, holiday: Holiday) -> ResponseReturnValue:
    return holiday_page(holiday, HolidayForm(formdata=None).fill(holiday), ReasonForm(formdata=None, prefix="hapus-"))


def holiday_page(holiday: Holiday, form: HolidayForm, reason: ReasonForm) -> str:
    return render_template("administration/holiday.html", holiday=holiday, form=form, reason=reason)


@pages.do("/kalender/<int:id>", act=Act.EDIT_CALENDAR, on=Holiday)
def holiday_sent(desk: Desk, holiday: Holiday) -> ResponseReturnValue:
    form = HolidayForm().offering()
    if find_region(desk, form) and form.carried_out(
        lambda facts: operations.put_holiday(desk, facts, holiday), holiday
    ):
        flash(_("Koreksi kalender tersimpan."), "success")
        return redirect(url_for("administration.calendar", tahun=holiday.day.year), 303)
    return holiday_page(holiday, form, ReasonForm(formdata=None, prefix="hapus-")), form.status


@pages.do("/kalender/<int:id>/hapus", act=Act.EDIT_CALENDAR, on=Holiday)
def remove_holiday(desk: Desk, holiday: Holiday) -> ResponseReturnValue:
    reason, year = ReasonForm(prefix="hapus-"), holiday.day.year
    if reason.carried_out(lambda why: operations.remove_holiday(desk, holiday, why)):
        flash(_("Koreksi kalender dihapus."), "success")
        return redirect(url_for("administration.calendar", tahun=year), 303)
    return holiday_page(holiday, HolidayForm(formdata=None).fill(holiday), reason), reason.status


@pages.show("/pengaturan", act=Act.EDIT_SETTINGS)
def settings(desk: Desk) -> ResponseReturnValue:
    values = {known.name: setting(desk.session, known.name) for known in SETTINGS}
    form = SettingsForm(formdata=None, data=values)
    form.version.data = version_of_settings(desk)
    return render_template("administration/settings.html", form=form, known=SETTINGS)


def version_of_settings(desk: Desk) -> str:
    """Changes with any of them."""
    rows = desk.session.execute(sa.select(Setting.id, Setting.version).order_by(Setting.id)).all()
    return ".".join(f"{id}-{version}" for id, version in rows) or "0"


@pages.do("/pengaturan", act=Act.EDIT_SETTINGS)
def settings_sent(desk: Desk) -> ResponseReturnValue:
    form = SettingsForm()
    current = version_of_settings(desk)
    if form.version.data and form.version.data != current:
        now = ((known, setting(desk.session, known.name)) for known in SETTINGS)
        form.conflict = [
            (str(form[known.name].label.text), value, form[known.name].data)
            for known, value in now
            if value != form[known.name].data
        ]
        form.version.raw_data, form.version.data = None, current
        return render_template("administration/settings.html", form=form, known=SETTINGS), 409
    if form.carried_out(lambda wanted: operations.change_settings(desk, wanted)):
        flash(_("Pengaturan tersimpan."), "success")
        return redirect(url_for("administration.settings"), 303)
    return render_template("administration/settings.html", form=form, known=SETTINGS), form.status
