"""The working calendar with its corrections, and the settings."""

from collections import Counter
from datetime import date

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration import calendar as operations
from tracker.administration import calendar_changing as changing
from tracker.administration.calendar_states import CalendarChangeStatus
from tracker.administration.directory_forms import HolidayForm, SettingsForm
from tracker.administration.directory_views import find_region
from tracker.administration.forms import ReasonForm
from tracker.administration.models import CalendarChange
from tracker.administration.pages import pages
from tracker.administration.settings import SETTINGS, setting
from tracker.directory.models import Holiday, ServiceUnit, Setting
from tracker.kit import formats
from tracker.kit.holidays_id import SEEDED_YEARS
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove

SHIFTS = 50
"""Lines on one page of what would move."""
BATCHES = 20
"""Moved before the page answers; a country's worth goes on afterwards."""
IN_HAND = (CalendarChangeStatus.PROPOSED, CalendarChangeStatus.MOVING)


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
        in_hand=desk.all(changing.changes_in_hand()) if desk.holds(Act.EDIT_CALENDAR) else [],
    )


@pages.do("/kalender", act=Act.EDIT_CALENDAR)
def add_holiday(desk: Desk) -> ResponseReturnValue:
    form = HolidayForm().offering()
    changes: list[CalendarChange] = []
    if find_region(desk, form) and form.carried_out(lambda facts: changes.append(changing.propose(desk, facts))):
        return led_to(changes[0])
    return calendar_page(desk, form), form.status


def led_to(change: CalendarChange) -> ResponseReturnValue:
    """Back to the calendar where nothing moves; else to what would."""
    if change.status is CalendarChangeStatus.DONE:
        flash(_("Kalender diperbaiki. Tidak ada tenggat yang bergeser."), "success")
        return redirect(url_for("administration.calendar", tahun=change.day.year), 303)
    return redirect(url_for("administration.calendar_change", id=change.id), 303)


@pages.show("/kalender/<int:id>", act=Act.EDIT_CALENDAR, on=Holiday)
def holiday(_desk: Desk, holiday: Holiday) -> ResponseReturnValue:
    return holiday_page(holiday, HolidayForm(formdata=None).fill(holiday), ReasonForm(formdata=None, prefix="hapus-"))


def holiday_page(holiday: Holiday, form: HolidayForm, reason: ReasonForm) -> str:
    return render_template("administration/holiday.html", holiday=holiday, form=form, reason=reason)


@pages.do("/kalender/<int:id>", act=Act.EDIT_CALENDAR, on=Holiday)
def holiday_sent(desk: Desk, holiday: Holiday) -> ResponseReturnValue:
    form = HolidayForm().offering()
    changes: list[CalendarChange] = []
    if find_region(desk, form) and form.carried_out(
        lambda facts: changes.append(changing.propose(desk, facts, holiday)), holiday
    ):
        return led_to(changes[0])
    return holiday_page(holiday, form, ReasonForm(formdata=None, prefix="hapus-")), form.status


@pages.do("/kalender/<int:id>/hapus", act=Act.EDIT_CALENDAR, on=Holiday)
def remove_holiday(desk: Desk, holiday: Holiday) -> ResponseReturnValue:
    reason = ReasonForm(prefix="hapus-")
    changes: list[CalendarChange] = []
    if reason.carried_out(lambda why: changes.append(changing.propose_removal(desk, holiday, why))):
        return led_to(changes[0])
    return holiday_page(holiday, HolidayForm(formdata=None).fill(holiday), reason), reason.status


@pages.show("/kalender/perubahan/<int:id>", act=Act.EDIT_CALENDAR, on=CalendarChange)
def calendar_change(desk: Desk, change: CalendarChange) -> ResponseReturnValue:
    return change_page(desk, change)


def change_page(desk: Desk, change: CalendarChange, problem: str = "") -> str:
    """Which dates would move, from when to when, for whom; no title of any case."""
    found = list(changing.shifts(desk, change)) if change.status in IN_HAND else []
    summary = Counter[tuple[str, date, date]]()
    for shift in found:
        summary[shift.what, shift.before, shift.after] += shift.count
    first = max(0, (request.args.get("hal", 1, int)) - 1) * SHIFTS
    shown = found[first : first + SHIFTS]
    units = sa.select(ServiceUnit).where(ServiceUnit.id.in_({shift.unit_id for shift in shown}))
    return render_template(
        "administration/calendar_change.html",
        change=change,
        in_hand=change.status in IN_HAND,
        count=sum(shift.count for shift in found),
        unit_count=len({shift.unit_id for shift in found}),
        summary=sorted(summary.items(), key=lambda item: item[0][1:]),
        shown=shown,
        total=len(found),
        first=first,
        rows_a_page=SHIFTS,
        units={unit.id: unit for unit in desk.all(units.options(joinedload(ServiceUnit.agency)))},
        problem=problem,
    )


@pages.do("/kalender/perubahan/<int:id>/konfirmasi", act=Act.MOVE_DUE_DATES, on=CalendarChange)
def confirm_change(desk: Desk, change: CalendarChange) -> ResponseReturnValue:
    """Put it in force and begin to move; what is left is moved by pressing again, or by the scheduler."""
    try:
        if change.status is CalendarChangeStatus.PROPOSED:
            changing.confirm(desk, change)
            desk.session.commit()
        elif change.status is not CalendarChangeStatus.MOVING:
            raise IllegalMove(Act.MOVE_DUE_DATES, change.status)
    except Refusal as refusal:
        desk.session.rollback()
        change = desk.find(CalendarChange, change.id, Act.EDIT_CALENDAR)
        return change_page(desk, change, _(refusal.message)), 409
    if changing.go_on(desk, change, BATCHES):
        flash(
            ngettext(
                "Kalender berlaku; %(num)s tenggat digeser. Setiap penanggung jawab menerima satu pesan.",
                "Kalender berlaku; %(num)s tenggat digeser. Setiap penanggung jawab menerima satu pesan.",
                change.moved,
            ),
            "success",
        )
    return redirect(url_for("administration.calendar_change", id=change.id), 303)


@pages.do("/kalender/perubahan/<int:id>/batalkan", act=Act.EDIT_CALENDAR, on=CalendarChange)
def discard_change(desk: Desk, change: CalendarChange) -> ResponseReturnValue:
    changing.discard(desk, change)
    flash(_("Perubahan dibatalkan. Kalender dan semua tenggat tetap seperti semula."), "success")
    return redirect(url_for("administration.calendar", tahun=change.day.year), 303)


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
