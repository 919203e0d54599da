"""A coordinator's pages: confirm what a unit hands in, give it back, name the person in charge."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.directory.queries import officers_of
from tracker.followups import queries
from tracker.followups.assigning import name_person
from tracker.followups.forms import NoteForm, PersonForm, ReasonForm
from tracker.followups.models import FollowUp
from tracker.followups.unit_views import check_possible
from tracker.followups.verifying import confirm, send_back
from tracker.followups.views import pages
from tracker.followups.wording import due_or_none


@pages.show("/tindak-lanjut/<int:id>/konfirmasi", act=Act.CONFIRM_SUBMISSION, on=FollowUp)
def look_through(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    """What the unit hands in, with the two answers to it."""
    check_possible(follow_up, Act.CONFIRM_SUBMISSION)
    return show_look_through(desk, follow_up, NoteForm(formdata=None), ReasonForm(formdata=None))


@pages.do("/tindak-lanjut/<int:id>/konfirmasi", act=Act.CONFIRM_SUBMISSION, on=FollowUp)
def confirm_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = NoteForm()
    if form.carried_out(lambda note: confirm(desk, follow_up, note)):
        flash(_("Pengajuan dikonfirmasi dan diteruskan ke verifikator."), "success")
        return redirect(url_for("dashboards.home"), 303)
    return show_look_through(desk, follow_up, form, ReasonForm(formdata=None)), form.status


@pages.do("/tindak-lanjut/<int:id>/kirim-kembali", act=Act.SEND_BACK, on=FollowUp)
def send_back_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = ReasonForm()
    if form.carried_out(lambda reason: send_back(desk, follow_up, reason)):
        flash(_("Dikirim kembali ke unit beserta alasannya."), "success")
        return redirect(url_for("dashboards.home"), 303)
    return show_look_through(desk, follow_up, NoteForm(formdata=None), form), form.status


def show_look_through(desk: Desk, follow_up: FollowUp, note: NoteForm, reason: ReasonForm) -> str:
    desk.session.scalars(queries.as_page(follow_up.id)).one()
    del note.version, reason.version  # two forms on one page, and neither edits a row
    return render_template(
        "followups/look_through.html",
        follow_up=follow_up,
        due=due_or_none(desk, follow_up),
        note=note,
        reason=reason,
        entries=desk.all(queries.entries_of(follow_up)),
    )


@pages.show("/tindak-lanjut/<int:id>/penanggung-jawab", act=Act.NAME_PERSON_IN_CHARGE, on=FollowUp)
def person(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    check_possible(follow_up, Act.NAME_PERSON_IN_CHARGE)
    form = with_officers(desk, follow_up, PersonForm(formdata=None))
    form.person_in_charge_id.data = follow_up.person_in_charge_id or 0
    form.version.data = str(follow_up.version)
    return render_template("followups/person.html", follow_up=follow_up, form=form)


@pages.do("/tindak-lanjut/<int:id>/penanggung-jawab", act=Act.NAME_PERSON_IN_CHARGE, on=FollowUp)
def person_sent(desk: Desk, follow_up: FollowUp) -> ResponseReturnValue:
    form = with_officers(desk, follow_up, PersonForm())
    if form.carried_out(lambda chosen: name_person(desk, follow_up, chosen), follow_up):
        flash(_("Penanggung jawab disimpan."), "success")
        return redirect(url_for("followups.show", id=follow_up.id), 303)
    return render_template("followups/person.html", follow_up=follow_up, form=form), form.status


def with_officers(desk: Desk, follow_up: FollowUp, form: PersonForm) -> PersonForm:
    """The officers of the unit as choices; whoever may name one need not see all accounts."""
    with as_machine(desk.session):
        officers: list[User] = desk.all(officers_of(follow_up.unit_id, desk.today))
    form.person_in_charge_id.choices = [(0, _("Belum ada")), *((each.id, each.name) for each in officers)]
    return form
