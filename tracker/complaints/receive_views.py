"""Writing a complaint down, its receipt for the citizen, and the deliberate look at who complained."""

import sqlalchemy as sa
from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints import queries
from tracker.complaints.clocks import terms_of
from tracker.complaints.identity import Identity, look_at
from tracker.complaints.models import Complaint
from tracker.complaints.receive_forms import LookForm, ReceiveForm, local
from tracker.complaints.receiving import receive
from tracker.complaints.showing import heading
from tracker.complaints.views import identity_kept, pages
from tracker.directory.models import Agency, ServiceUnit

MOST_UNITS = 2000
"""More than any one agency has; a list of the whole country would be no choice."""


def opened(desk: Desk, form: ReceiveForm) -> ReceiveForm:
    units = desk.all(
        sa.select(ServiceUnit)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .where(ServiceUnit.is_active, desk.units_for(Act.ADD_COMPLAINT))
        .order_by(Agency.name, ServiceUnit.is_root.desc(), ServiceUnit.name)
        .options(joinedload(ServiceUnit.agency), joinedload(ServiceUnit.region))
        .limit(MOST_UNITS)
    )
    return form.offer(units)


@pages.show("/pengaduan/baru", act=Act.ADD_COMPLAINT)
def new(desk: Desk) -> ResponseReturnValue:
    form = opened(desk, ReceiveForm(formdata=None))
    zones = {unit.timezone for unit in form.units.values()}
    form.start(local(desk.now, zones.pop() if len(zones) == 1 else str(desk.zone)))
    return render_template("complaints/new.html", form=form)


@pages.do("/pengaduan/baru", act=Act.ADD_COMPLAINT)
def new_sent(desk: Desk) -> ResponseReturnValue:
    form = opened(desk, ReceiveForm())
    kept: list[Complaint] = []
    if form.carried_out(lambda what: kept.append(receive(desk, what))):
        flash(_("Pengaduan tercatat. Cetak tanda terima untuk pelapor."))
        return redirect(url_for("complaints.receipt", id=kept[0].id), 303)
    return render_template("complaints/new.html", form=form), form.status


@pages.show("/pengaduan/<int:id>/tanda-terima", act=Act.VIEW_COMPLAINTS, on=Complaint)
def receipt(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
    """For the citizen. Who they are is written on it by hand: no print of it leaves without a look that is logged."""
    desk.session.scalars(queries.as_page(complaint.id)).one()
    said = desk.session.scalar(queries.words_of(complaint.id))
    terms = terms_of(desk.session, complaint.agency_id)
    return render_template(
        "complaints/receipt.html", complaint=complaint, words=said, heading=heading(complaint, said), terms=terms
    )


@pages.show("/pengaduan/<int:id>/identitas", act=Act.LOOK_AT_IDENTITY, on=Complaint)
def identity(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
    return identity_page(desk, complaint, LookForm(formdata=None))


@pages.do("/pengaduan/<int:id>/identitas", act=Act.LOOK_AT_IDENTITY, on=Complaint)
def identity_looked_at(desk: Desk, complaint: Complaint) -> ResponseReturnValue:
    """Shown once, in the answer itself: there is no address under which it could be opened again."""
    form, found = LookForm(), list[Identity | None]()
    if form.carried_out(lambda reason: found.append(look_at(desk, complaint, reason))):
        answer = make_response(identity_page(desk, complaint, form, found[0], looked=True))
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return identity_page(desk, complaint, form), form.status


def identity_page(
    desk: Desk, complaint: Complaint, form: LookForm, found: Identity | None = None, looked: bool = False
) -> str:
    desk.session.scalars(queries.as_page(complaint.id)).one()
    said = desk.session.scalar(queries.words_of(complaint.id))
    return render_template(
        "complaints/identity.html",
        complaint=complaint,
        heading=heading(complaint, said),
        form=form,
        found=found,
        looked=looked,
        kept=identity_kept(desk, complaint),
    )
