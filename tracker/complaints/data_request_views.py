"""Pages of citizens' requests for their own data: the register, a new one, and carrying one out."""

import sqlalchemy as sa
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.lists import listed
from tracker.complaints import data_requests
from tracker.complaints.data_request_forms import CarryOutForm, RequestForm
from tracker.complaints.lines import LINES, read
from tracker.complaints.models import Complaint
from tracker.complaints.request_models import DataRequest
from tracker.complaints.states import DataRequestKind
from tracker.complaints.views import pages
from tracker.directory.models import ServiceUnit
from tracker.kit.refusal import Refusal


@pages.show("/pengaduan/permintaan-data", act=Act.HANDLE_DATA_REQUEST)
def data_requests_list(desk: Desk) -> ResponseReturnValue:
    query = sa.select(DataRequest).order_by(DataRequest.id.desc())
    page = listed(desk, query.options(joinedload(DataRequest.unit).joinedload(ServiceUnit.agency)))
    return render_template("complaints/data_requests.html", page=page)


@pages.show("/pengaduan/permintaan-data/baru", act=Act.HANDLE_DATA_REQUEST)
def new_data_request(desk: Desk) -> ResponseReturnValue:
    form = RequestForm(formdata=None).offer(data_requests.places(desk))
    return render_template("complaints/data_request_new.html", form=form)


@pages.do("/pengaduan/permintaan-data/baru", act=Act.HANDLE_DATA_REQUEST)
def data_request_sent(desk: Desk) -> ResponseReturnValue:
    form = RequestForm().offer(data_requests.places(desk))
    kept: list[DataRequest] = []
    if form.carried_out(lambda asked: kept.append(data_requests.ask(desk, asked))):
        flash(_("Permintaan tercatat."), "success")
        return redirect(url_for("complaints.data_request", id=kept[0].id), 303)
    return render_template("complaints/data_request_new.html", form=form), form.status


@pages.show("/pengaduan/permintaan-data/<int:id>", act=Act.HANDLE_DATA_REQUEST, on=DataRequest)
def data_request(desk: Desk, asked: DataRequest) -> ResponseReturnValue:
    return page_of(desk, asked, CarryOutForm(formdata=None))


@pages.do("/pengaduan/permintaan-data/<int:id>/laksanakan", act=Act.HANDLE_DATA_REQUEST, on=DataRequest)
def data_request_carried_out(desk: Desk, asked: DataRequest) -> ResponseReturnValue:
    """A copy is shown once, in the answer itself: there is no address under which it could be opened again."""
    form, ids = CarryOutForm(), request.form.getlist("pilih", int)
    try:
        if asked.kind is DataRequestKind.COPY:
            copies = data_requests.copy_data(desk, asked, ids)
            answer = make_response(render_template("complaints/data_copy.html", asked=asked, copies=copies))
            answer.headers["Cache-Control"] = "no-store"
            return answer
        removed = data_requests.remove_data(desk, asked, ids)
    except Refusal as refused:
        flash(_(refused.message), "error")
        return page_of(desk, asked, form), 422
    said = ngettext("Identitas pada %(num)s pengaduan dihapus.", "Identitas pada %(num)s pengaduan dihapus.", removed)
    flash(said, "success")
    return redirect(url_for("complaints.data_request", id=asked.id), 303)


def page_of(desk: Desk, asked: DataRequest, form: CarryOutForm) -> str:
    rows = read(desk, LINES.where(Complaint.id.in_(asked.complaints)).order_by(Complaint.received_at.desc()))
    return render_template("complaints/data_request.html", desk=desk, asked=asked, rows=rows, form=form)
