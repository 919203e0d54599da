"""Pages about instruments and cycles."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.instruments import editing, operations, queries
from tracker.instruments.forms import ASPECT_HINT, BAND_HINT, INDICATOR_HINT, CycleForm, InstrumentForm
from tracker.instruments.models import Cycle, Instrument

pages = Pages("instruments", __name__)

HINTS = {"aspects": ASPECT_HINT, "bands": BAND_HINT, "indicators": INDICATOR_HINT}


@pages.show("/instrumen", act=Act.VIEW_INSTRUMENTS)
def index(desk: Desk) -> ResponseReturnValue:
    uses = dict(desk.session.execute(queries.uses()).all())
    return render_template("instruments/index.html", instruments=desk.all(queries.instruments()), uses=uses)


@pages.show("/instrumen/<int:id>", act=Act.VIEW_INSTRUMENTS, on=Instrument)
def show(desk: Desk, instrument: Instrument) -> ResponseReturnValue:
    load(desk, instrument)
    return render_template("instruments/show.html", instrument=instrument, is_used=editing.is_used(desk, instrument))


def load(desk: Desk, instrument: Instrument) -> None:
    """The instrument with its parts, in a few queries however many there are."""
    desk.all(queries.instruments().where(Instrument.id == instrument.id).options(*queries.whole_instrument()))


@pages.show("/instrumen/<int:id>/ubah", act=Act.EDIT_INSTRUMENT, on=Instrument)
def edit(desk: Desk, instrument: Instrument) -> ResponseReturnValue:
    if editing.is_used(desk, instrument):
        return redirect(url_for("instruments.show", id=instrument.id), 303)
    load(desk, instrument)
    form = InstrumentForm(formdata=None).fill(instrument)
    return render_template("instruments/edit.html", instrument=instrument, form=form, hints=HINTS)


@pages.do("/instrumen/<int:id>/ubah", act=Act.EDIT_INSTRUMENT, on=Instrument)
def edit_sent(desk: Desk, instrument: Instrument) -> ResponseReturnValue:
    load(desk, instrument)
    form = InstrumentForm().offering(instrument)
    if form.carried_out(lambda draft: editing.edit(desk, instrument, draft), instrument):
        flash(_("Instrumen tersimpan."), "success")
        return redirect(url_for("instruments.show", id=instrument.id), 303)
    return render_template("instruments/edit.html", instrument=instrument, form=form, hints=HINTS), form.status


@pages.do("/instrumen/<int:id>/versi-baru", act=Act.EDIT_INSTRUMENT, on=Instrument)
def new_version(desk: Desk, instrument: Instrument) -> ResponseReturnValue:
    load(desk, instrument)
    copy = editing.new_version(desk, instrument)
    flash(
        _("Versi baru %(code)s dibuat. Ubahlah yang perlu, lalu pakailah untuk siklus berikutnya.", code=copy.code),
        "success",
    )
    return redirect(url_for("instruments.edit", id=copy.id), 303)


@pages.show("/siklus", act=Act.VIEW_CYCLES)
def cycles(desk: Desk) -> ResponseReturnValue:
    rows = desk.all(queries.cycles().options(joinedload(Cycle.instrument)))
    return render_template("instruments/cycles.html", cycles=rows)


@pages.show("/siklus/baru", act=Act.ADD_CYCLE)
def add_cycle(desk: Desk) -> ResponseReturnValue:
    form = CycleForm(formdata=None).offering(desk.all(queries.instruments()))
    form.year.data = desk.today.year
    return render_template("instruments/add_cycle.html", form=form)


@pages.do("/siklus/baru", act=Act.ADD_CYCLE)
def add_cycle_sent(desk: Desk) -> ResponseReturnValue:
    form = CycleForm().offering(desk.all(queries.instruments()))
    if form.carried_out(lambda facts: operations.add_cycle(desk, facts)):
        flash(_("Siklus ditambahkan. Hasil evaluasinya sekarang dapat diimpor."), "success")
        return redirect(url_for("instruments.cycles"), 303)
    return render_template("instruments/add_cycle.html", form=form), form.status


@pages.show("/siklus/<int:id>", act=Act.VIEW_CYCLES, on=Cycle)
def cycle(desk: Desk, cycle: Cycle) -> ResponseReturnValue:
    form = CycleForm(formdata=None, obj=cycle).of(cycle)
    form.version.data = str(cycle.version)
    return render_template("instruments/cycle.html", cycle=cycle, form=form)


@pages.do("/siklus/<int:id>", act=Act.EDIT_CYCLE, on=Cycle)
def cycle_sent(desk: Desk, cycle: Cycle) -> ResponseReturnValue:
    form = CycleForm().of(cycle)
    if form.carried_out(lambda facts: operations.edit_cycle(desk, cycle, facts), cycle):
        flash(_("Siklus tersimpan."), "success")
        return redirect(url_for("instruments.cycles"), 303)
    return render_template("instruments/cycle.html", cycle=cycle, form=form), form.status
