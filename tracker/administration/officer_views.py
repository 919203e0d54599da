"""Pages with which a coordinator invites and ends the officers of the agency."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.accounts import links
from tracker.administration import inviting, queries
from tracker.administration.forms import EndForm, InvitationForm
from tracker.administration.inviting import AlreadyKnown
from tracker.administration.lists import Listed, listed
from tracker.administration.pages import pages
from tracker.administration.sheets import shown_once
from tracker.administration.user_views import tell_handed
from tracker.directory.models import Membership
from tracker.kit.refusal import Refusal


@pages.show("/petugas", act=Act.INVITE_OFFICER)
def officers(desk: Desk) -> ResponseReturnValue:
    return show_officers(desk)


def show_officers(desk: Desk, problem: str = "") -> str:
    words = request.args.get("cari", "").strip()[:100]
    page: Listed[Membership] = listed(desk, queries.officers(words, desk.units_for(Act.INVITE_OFFICER)))
    return render_template("administration/officers.html", page=page, words=words, today=desk.today, problem=problem)


@pages.show("/petugas/undang", act=Act.INVITE_OFFICER)
def invite(desk: Desk) -> ResponseReturnValue:
    return invite_page(invitation_form(desk, fresh=True))


def invite_page(form: InvitationForm, known: AlreadyKnown | None = None) -> str:
    return render_template("administration/invite.html", form=form, known=known)


def invitation_form(desk: Desk, fresh: bool = False) -> InvitationForm:
    form = InvitationForm(formdata=None) if fresh else InvitationForm()
    units = desk.all(queries.units().where(desk.units_for(Act.INVITE_OFFICER)))
    return form.offering(units, desk.today).in_zone(str(current_user.timezone))


@pages.do("/petugas/undang", act=Act.INVITE_OFFICER)
def invite_sent(desk: Desk) -> ResponseReturnValue:
    form = invitation_form(desk)
    invited: list[inviting.Invited] = []
    known: list[AlreadyKnown] = []

    def carry_out(invitation: inviting.Invitation, sown: str) -> None:
        try:
            invited.append(inviting.invite_officer(desk, invitation, sown))
        except AlreadyKnown as somebody:
            known.append(somebody)

    def make(sown: str) -> list[links.MadeLink] | None:
        form.carried_out(lambda invitation: carry_out(invitation, sown))
        return [each.link for each in invited if each.link is not None]

    def otherwise() -> ResponseReturnValue:
        if invited:
            flash(_("%(name)s kini juga petugas unit itu.", name=invited[0].user.name), "success")
            return redirect(url_for("administration.officers"), 303)
        if known:
            form.known_id.data = str(known[0].user.id)
            return invite_page(form, known[0]), 422
        return invite_page(form), form.status

    return shown_once(desk, make, otherwise)


@pages.do("/petugas/<int:id>/tautan", act=Act.INVITE_OFFICER, on=Membership)
def renew_invitation(desk: Desk, membership: Membership) -> ResponseReturnValue:
    """Another link for whoever let the first one expire."""
    problems: list[str] = []

    def make(sown: str) -> list[links.MadeLink] | None:
        try:
            return [inviting.renew_invitation(desk, membership, sown)]
        except Refusal as refusal:
            problems.append(_(refusal.message, **refusal.values))
            return None

    return shown_once(desk, make, lambda: (show_officers(desk, problems[0]), 422))


@pages.show("/petugas/<int:id>/akhiri", act=Act.END_OFFICER, on=Membership)
def end_officer(desk: Desk, membership: Membership) -> ResponseReturnValue:
    inviting.officer_of_mine(desk, membership)
    form = EndForm(formdata=None)
    return render_template("administration/end.html", membership=membership, form=form, officers=True)


@pages.do("/petugas/<int:id>/akhiri", act=Act.END_OFFICER, on=Membership)
def end_officer_sent(desk: Desk, membership: Membership) -> ResponseReturnValue:
    form = EndForm()
    handed: list[int] = []
    if form.carried_out(lambda ending: handed.append(inviting.end_officer(desk, membership, ending))):
        flash(_("Tugas petugas diakhiri.") + tell_handed(handed[0]), "success")
        return redirect(url_for("administration.officers"), 303)
    page = render_template("administration/end.html", membership=membership, form=form, officers=True)
    return page, form.status
