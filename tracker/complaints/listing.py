"""The list of complaints as its address asks for it: what narrows it, which page, and what is counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.complaints.forms import ListForm
from tracker.complaints.lines import LINES, ComplaintLine, read
from tracker.complaints.models import Complaint
from tracker.complaints.narrowing import WITHOUT, Narrowing, finds_few, looked_up, narrowed, ordered
from tracker.complaints.queries import people_named
from tracker.complaints.showing import aspect_names
from tracker.complaints.states import BallHolder, Classification, Clock, ComplaintSource, ComplaintStatus
from tracker.directory.models import Agency, Region, ServiceUnit, SupervisionArea
from tracker.followups.narrowing import word_of
from tracker.kit import formats
from tracker.kit.export import Column, Value

PAGE = 50
ALL = "semua"
NEWEST, MOST_URGENT = "terbaru", "tenggat"
LONGEST_SEARCH = 200
PLACES: dict[str, Any] = {"unit": ServiceUnit, "instansi": Agency, "wilayah": SupervisionArea}
WORDS = ("topik", "layanan", "indikator")
AT_ONCE = 2000
"""Rows fetched at a time for a file."""


@dataclass(frozen=True, slots=True)
class Listed:
    form: ListForm
    by: Narrowing
    valid: bool
    rows: list[ComplaintLine]
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
            "searched": self.by.text,
            "first": first,
            "last": last,
            "previous_url": address(changed={"halaman": self.page - 1}) if self.page > 1 else "",
            "next_url": address(changed={"halaman": self.page + 1}) if last < self.total else "",
        }


def listed(desk: Desk) -> Listed:
    """The rows of the page asked for, and how many there are; no rows where the address makes no sense."""
    form = filled(desk)
    valid = form.validate()
    page = max(1, min(request.args.get("halaman", 1, int), 1_000_000))
    if not valid:
        return Listed(form, Narrowing(), False, [], 0, 1, [])
    by = narrowing(desk, form)
    rows, total = page_of(desk, by, (page - 1) * PAGE)
    return Listed(form, by, True, rows, total, page, chips(desk, form, by))


def page_of(desk: Desk, by: Narrowing, first: int) -> tuple[list[ComplaintLine], int]:
    """A page's lines, and how many there are."""
    by = looked_up(desk, by)
    rows: list[ComplaintLine] = []
    total = 0
    for part in by.parts:
        number = number_of(desk, part)
        start = max(0, first - total)
        if start < number and len(rows) < PAGE:
            rows += piece(desk, part, start, PAGE - len(rows))
        total += number
    return rows, total


def piece(desk: Desk, by: Narrowing, first: int, most: int) -> list[ComplaintLine]:
    """Some lines of a list. A later page passes over keys, and not over lines of six tables."""
    few = finds_few(desk, by)
    if not first:
        return read(desk, ordered(by, narrowed(desk, by, LINES, few), few).limit(most))
    asked: Any = sa.select(Complaint.id)
    return in_this_order(desk, desk.all(ordered(by, narrowed(desk, by, asked, few), few).limit(most).offset(first)))


def in_this_order(desk: Desk, ids: Sequence[int]) -> list[ComplaintLine]:
    lines = {line.id: line for line in read(desk, LINES.where(Complaint.id.in_(ids)))}
    return [lines[id] for id in ids]


def how_many(desk: Desk, by: Narrowing) -> int:
    return number_of(desk, looked_up(desk, by))


def number_of(desk: Desk, by: Narrowing) -> int:
    """Once its text was looked up."""
    counted = sa.select(sa.func.count()).select_from(Complaint)
    return desk.session.scalar(narrowed(desk, by, counted, finds_few(desk, by))) or 0


Filter = TypeVar("Filter", bound=ListForm)


def filled(desk: Desk, given: Any = None) -> ListForm:
    """The filter as the address, or what is `given` instead, has it."""
    return offering(desk, ListForm(formdata=request.args if given is None else given))


def offering(desk: Desk, form: Filter) -> Filter:
    form.keadaan.choices = [
        ("", _("Belum selesai")),
        *((status.value, formats.label(status)) for status in ComplaintStatus),
        (ALL, _("Semua, juga yang selesai")),
    ]
    form.lewat.choices = [("", _("Semua")), ("1", _("Lewat tenggat"))]
    for field, kind in (
        (form.pemegang, BallHolder),
        (form.klasifikasi, Classification),
        (form.sumber, ComplaintSource),
    ):
        field.choices = [("", _("Semua")), *((each.value, formats.label(each)) for each in kind)]
    form.aspek.choices = [("", _("Semua")), *aspect_names(desk).items(), (WITHOUT, _("Tanpa aspek"))]
    form.urut.choices = [
        ("", _("Paling mendesak dahulu; untuk semua status, terbaru dahulu")),
        (MOST_URGENT, _("Paling mendesak dahulu")),
        (NEWEST, _("Terbaru dahulu")),
    ]
    return form


def narrowing(desk: Desk, form: ListForm) -> Narrowing:
    status, args = form.keadaan.data, request.args
    topic, service, indicator = (args.get(name, "")[:300] for name in WORDS)
    only_open = not status
    return Narrowing(
        text=" ".join(args.get("cari", "")[:LONGEST_SEARCH].split()),
        status=ComplaintStatus(status) if status and status != ALL else None,
        only_open=only_open,
        only_overdue=bool(form.lewat.data),
        holder=BallHolder(form.pemegang.data) if form.pemegang.data else None,
        classification=Classification(form.klasifikasi.data) if form.klasifikasi.data else None,
        source=ComplaintSource(form.sumber.data) if form.sumber.data else None,
        aspect=form.aspek.data or "",
        indicator=indicator,
        topic=topic,
        service=service,
        unit_id=key("unit"),
        agency_id=key("instansi"),
        area_id=key("wilayah"),
        mine=desk.actor.id if args.get("saya") else key("petugas"),
        only_unnamed=args.get("petugas") == WITHOUT,
        since=form.dari.data,
        until=form.sampai.data,
        newest_first=form.urut.data == NEWEST or (status == ALL and form.urut.data != MOST_URGENT),
    )


def key(name: str) -> int | None:
    """A row by its number; what no database can hold as one names nothing."""
    found = request.args.get(name, None, int)
    return found if found is None or 0 <= found < 2**31 else -1


def chips(desk: Desk, form: ListForm, by: Narrowing, endpoint: str = "complaints.index") -> list[dict[str, str]]:
    """What narrows the list, each to be taken away by itself."""
    given: dict[str, str] = {}
    if by.text:
        given["cari"] = _("Kata: %(text)s", text=by.text)
    for name in ("keadaan", "lewat", "pemegang", "klasifikasi", "sumber", "aspek"):
        if form[name].data:
            given[name] = f"{form[name].label.text}: {word_of(form[name])}"
    for name in ("dari", "sampai"):
        if form[name].data:
            given[name] = f"{form[name].label.text} {formats.short_date(form[name].data)}"
    for name, kind in PLACES.items():
        if request.args.get(name):
            found = desk.session.scalar(sa.select(kind.name).where(kind.id == key(name)))
            given[name] = found or _("tidak ditemukan")
    labels = {"topik": _("Kategori"), "layanan": _("Jenis layanan"), "indikator": _("Indikator")}
    given |= {name: f"{label}: {request.args[name][:80]}" for name, label in labels.items() if request.args.get(name)}
    if request.args.get("saya"):
        given["saya"] = _("Ditugaskan kepada saya")
    elif request.args.get("petugas"):
        given["petugas"] = _("Petugas: %(name)s", name=officer_called(desk, by))
    return [{"label": label, "remove_url": address(endpoint, {name: None})} for name, label in given.items()]


def officer_called(desk: Desk, by: Narrowing) -> str:
    if by.only_unnamed:
        return str(_("belum disebut namanya"))
    named = desk.session.scalar(sa.select(Complaint.assignee_id).where(Complaint.assignee_id == by.mine).limit(1))
    return people_named(desk.session, [named]).get(named or 0, str(_("tidak ditemukan")))


def address(endpoint: str = "complaints.index", changed: Mapping[str, Any] | None = None) -> str:
    """This list with parts of its address changed; a changed filter starts at the first page."""
    kept = {name: value for name, value in request.args.items() if value and name not in ("halaman", "bentuk")}
    return url_for(endpoint, **{**kept, **(changed or {})})


def columns() -> list[Column]:
    return [
        Column(_("Nomor tiket"), 12),
        Column(_("Sumber"), 16),
        Column("Tracking ID", 14),
        Column(_("Unit"), 36),
        Column(_("Instansi"), 30),
        Column(_("Kode wilayah"), 12),
        Column(_("Klasifikasi"), 30),
        Column(_("Kategori"), 24),
        Column(_("Jenis layanan"), 24),
        Column(_("Aspek"), 24),
        Column(_("Indikator"), 10),
        Column(_("Sifat"), 14),
        Column(_("Status"), 26),
        Column(_("Di tangan"), 18),
        Column(_("Diterima"), 12),
        Column(_("Diverifikasi"), 12),
        Column(_("Didisposisikan"), 12),
        Column(_("Ditanggapi"), 12),
        Column(_("Selesai"), 12),
        Column(_("Tenggat berikutnya"), 12),
        Column(_("Lewat tenggat"), 10),
        Column(_("Hari kerja pejabat penghubung"), 12),
        Column(_("Hari kerja unit penangan"), 12),
        Column(_("Hari kerja pelapor"), 12),
        Column(_("Hari kerja pihak lain"), 12),
    ]


READ = (
    Complaint.id,
    Complaint.source,
    Complaint.tracking_id,
    ServiceUnit.name,
    Agency.name,
    Region.code,
    sa.func.coalesce(Region.timezone, "Asia/Jakarta"),
    Complaint.classification,
    Complaint.topic,
    Complaint.service,
    Complaint.aspect_code,
    Complaint.indicator_code,
    Complaint.is_confidential,
    Complaint.is_anonymous,
    Complaint.status,
    Complaint.holder,
    Complaint.received_at,
    Complaint.verified_at,
    Complaint.assigned_at,
    Complaint.responded_at,
    Complaint.closed_at,
    Complaint.due_at,
    Complaint.due_clock,
    Complaint.days_liaison,
    Complaint.days_handler,
    Complaint.days_citizen,
    Complaint.days_others,
)


def rows(desk: Desk, by: Narrowing) -> Iterator[Sequence[Value]]:
    """The list as a table: stations and clocks, and no word of the citizen."""
    asked: Any = (
        sa.select(*READ)
        .select_from(Complaint)
        .join(ServiceUnit, ServiceUnit.id == Complaint.unit_id)
        .join(Agency, Agency.id == ServiceUnit.agency_id)
        .outerjoin(Region, Region.id == ServiceUnit.region_id)
    )
    by = looked_up(desk, by)
    few = finds_few(desk, by)
    query = ordered(by, narrowed(desk, by, asked, few), few).execution_options(yield_per=AT_ONCE)
    aspects, yes, no = aspect_names(desk), _("ya"), _("tidak")
    nature = {(True, True): _("Rahasia, anonim"), (True, False): _("Rahasia"), (False, True): _("Anonim")}
    labels = {
        each: formats.label(each)
        for kind in (ComplaintSource, Classification, ComplaintStatus, BallHolder)
        for each in kind
    }
    zones: dict[str, ZoneInfo] = {}
    for (
        number, source, tracking, unit, agency, region, zone, classification, topic, service, aspect, indicator,
        confidential, anonymous, status, holder, received, verified, assigned, responded, closed, due, clock, *days,
    ) in desk.session.execute(query):  # fmt: skip
        where = zones.setdefault(zone, ZoneInfo(zone))
        moments = (received, verified, assigned, responded, closed, due)
        late = due is not None and due < desk.now and clock is not Clock.CLOSING
        yield (
            f"TT-{number:06d}", labels[source], tracking, unit, agency, region,
            labels[classification] if classification else None, topic, service, aspects.get(aspect, aspect), indicator,
            nature.get((confidential, anonymous)), labels[status], labels[holder] if holder else None,
            *(each.astimezone(where).date() if each else None for each in moments), yes if late else no, *days,
        )  # fmt: skip
