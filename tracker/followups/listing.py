"""The list of follow-ups as its address asks for it: what narrows it, which page, and what is counted."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit
from tracker.followups.forms import ListForm
from tracker.followups.lines import LINES, FollowUpLine, read
from tracker.followups.models import FollowUp
from tracker.followups.narrowing import word_of
from tracker.followups.queries import Narrowing, aspects_of, cycles_in_sight, narrowed
from tracker.followups.states import FollowUpStatus, Holder
from tracker.kit import formats
from tracker.kit.addresses import row_number

PAGE = 50
ALL = "semua"
ORIGINAL = "semula"


@dataclass(frozen=True, slots=True)
class Listed:
    form: ListForm
    valid: bool
    rows: list[FollowUpLine]
    total: int
    page: int
    chips: list[dict[str, str]]

    def for_page(self) -> dict[str, Any]:
        first = (self.page - 1) * PAGE + 1
        last = first + len(self.rows) - 1
        return {
            "form": self.form,
            "rows": self.rows,
            "total": self.total,
            "chips": self.chips,
            "first": first,
            "last": last,
            "previous_url": at_page(self.page - 1) if self.page > 1 else "",
            "next_url": at_page(self.page + 1) if last < self.total else "",
        }


def listed(desk: Desk) -> Listed:
    """The rows of the page asked for, and how many there are; no rows where the address makes no sense."""
    form = filled(desk)
    valid = form.validate()
    page = max(1, request.args.get("halaman", 1, int))
    if not valid:
        return Listed(form, False, [], 0, 1, [])
    few = not any(each.covers_everything or each.area_id is not None for each in desk.actor.mandates)
    by = narrowing(desk, form)
    number = narrowed(by, desk.now, asked=sa.select(sa.func.count()).select_from(FollowUp)).order_by(None)
    total = desk.session.scalar(number) or 0
    return Listed(form, True, rows_of(desk, by, few, page), total, page, chips(desk, form))


def rows_of(desk: Desk, by: Narrowing, few: bool, page: int) -> list[FollowUpLine]:
    """The rows of a page. On the way to a later one only keys are passed over, which an index holds in order: whole
    lines would be put together from six tables, to be thrown away."""
    if page == 1:
        return read(desk, narrowed(by, desk.now, few, LINES).limit(PAGE))
    keys = narrowed(by, desk.now, few, sa.select(FollowUp.id)).limit(PAGE).offset((page - 1) * PAGE)
    these = LINES.where(FollowUp.id.in_(keys.scalar_subquery()))
    return read(desk, narrowed(Narrowing(only_open=False, original=by.original), desk.now, True, these))


def filled(desk: Desk, sent: Any = None) -> ListForm:
    """The filter of the address, or of another one, with what can be chosen."""
    form = ListForm(formdata=request.args if sent is None else sent)
    cycles = desk.session.execute(cycles_in_sight()).all()
    known = desk.session.execute(aspects_of([cycle.id for cycle in cycles]))
    aspects = {aspect.code: formats.in_language(aspect) for aspect in known}
    form.keadaan.choices = [
        ("", _("Belum selesai")),
        *((status.value, formats.label(status)) for status in FollowUpStatus),
        (ALL, _("Semua, juga yang selesai")),
    ]
    form.pemegang.choices = [("", _("Siapa pun")), *((holder.value, formats.label(holder)) for holder in Holder)]
    form.aspek.choices = [("", _("Semua aspek")), *aspects.items()]
    form.siklus.choices = [("", _("Semua siklus")), *((str(each.id), each.name or each.code) for each in cycles)]
    form.lewat.choices = [("", _("Semua")), ("1", _("Lewat tenggat"))]
    form.tenggat.choices = [("", _("Tenggat sekarang")), (ORIGINAL, _("Tenggat semula"))]
    return form


def narrowing(desk: Desk, form: ListForm) -> Narrowing:
    status = form.keadaan.data
    return Narrowing(
        status=FollowUpStatus(status) if status and status != ALL else None,
        only_open=status != ALL,
        only_overdue=bool(form.lewat.data),
        original=form.tenggat.data == ORIGINAL,
        holder=Holder(form.pemegang.data) if form.pemegang.data else None,
        aspect=form.aspek.data or "",
        cycle_id=int(form.siklus.data) if form.siklus.data else None,
        unit_id=request.args.get("unit", None, row_number),
        mine=desk.actor.id if request.args.get("saya") else None,
    )


def chips(desk: Desk, form: ListForm) -> list[dict[str, str]]:
    """What narrows the list, each to be taken away by itself."""
    given = {
        name: f"{form[name].label.text}: {word_of(form[name])}"
        for name in ("keadaan", "pemegang", "aspek", "siklus", "lewat", "tenggat")
        if form[name].data
    }
    if unit := request.args.get("unit", None, row_number):
        name = desk.session.scalar(sa.select(ServiceUnit.name).where(ServiceUnit.id == unit))
        given["unit"] = _("Unit: %(name)s", name=name or unit)
    if request.args.get("saya"):
        given["saya"] = _("Penanggung jawab: saya")
    return [{"label": label, "remove_url": address(**{name: None})} for name, label in given.items()]


def at_page(number: int) -> str:
    return address(halaman=number)


def address(**changed: Any) -> str:
    """This list with parts of its address changed; a changed filter starts at the first page."""
    kept = {name: value for name, value in request.args.items() if value and name != "halaman"}
    return url_for("followups.index", **{**kept, **changed})
