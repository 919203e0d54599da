"""Pages on which reminders about a unit, or to a person, are paused, and pauses are ended."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.lists import Listed, listed
from tracker.directory.models import ServiceUnit, User
from tracker.kit import formats
from tracker.reminders.models import Pause
from tracker.reminders.pages import pages
from tracker.reminders.pause_forms import PauseForm
from tracker.reminders.pauses import end_pause, in_force, pause_person, pause_unit


@pages.show("/pengingat/jeda", act=Act.VIEW_REMINDERS)
def pauses(desk: Desk) -> ResponseReturnValue:
    """Who rests, until when, and why."""
    page: Listed[Pause] = listed(desk, in_force(desk.today))
    return render_template("reminders/pauses.html", page=page)


@pages.show("/unit/<int:id>/jeda-pengingat", act=Act.PAUSE_REMINDERS, on=ServiceUnit)
def rest_unit(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    return about_unit(unit, PauseForm(formdata=None))


@pages.do("/unit/<int:id>/jeda-pengingat", act=Act.PAUSE_REMINDERS, on=ServiceUnit)
def rest_unit_sent(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    form = PauseForm()
    if form.carried_out(lambda typed: pause_unit(desk, unit, *typed)):
        return paused(form)
    return about_unit(unit, form), form.status


@pages.show("/pengguna/<int:id>/jeda-pengingat", act=Act.PAUSE_REMINDERS, on=User)
def rest_person(desk: Desk, user: User) -> ResponseReturnValue:
    return about_person(user, PauseForm(formdata=None))


@pages.do("/pengguna/<int:id>/jeda-pengingat", act=Act.PAUSE_REMINDERS, on=User)
def rest_person_sent(desk: Desk, user: User) -> ResponseReturnValue:
    form = PauseForm()
    if form.carried_out(lambda typed: pause_person(desk, user, *typed)):
        return paused(form)
    return about_person(user, form), form.status


@pages.do("/pengingat/jeda/<int:id>/akhiri", act=Act.END_PAUSE, on=Pause)
def end_pause_sent(desk: Desk, pause: Pause) -> ResponseReturnValue:
    end_pause(desk, pause)
    flash(_("Jeda diakhiri. Pengingat dikirim lagi mulai hari kerja berikutnya."))
    return redirect(url_for("reminders.pauses"), 303)


def paused(form: PauseForm) -> ResponseReturnValue:
    day = formats.long_date(form.until.data)
    flash(_("Pengingat dijeda sampai %(day)s. Sesudahnya satu ringkasan memuat semua yang tertunda.", day=day))
    return redirect(url_for("reminders.pauses"), 303)


def about_unit(unit: ServiceUnit, form: PauseForm) -> str:
    return render_template(
        "reminders/pause.html",
        form=form,
        whom=unit.full_name,
        unit=unit,
        sent_to=url_for("reminders.rest_unit_sent", id=unit.id),
        back=url_for("dashboards.unit", id=unit.id),
    )


def about_person(user: User, form: PauseForm) -> str:
    return render_template(
        "reminders/pause.html",
        form=form,
        whom=user.name,
        unit=None,
        sent_to=url_for("reminders.rest_person_sent", id=user.id),
        back=url_for("reminders.tomorrow"),
    )
